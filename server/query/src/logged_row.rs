//! A row as the change log keeps it, printed while the database walks over its rows.
//!
//! It is the text of [`Record::to_logged`](underpin_model::Record::to_logged) of the record that
//! the row would be read as, without the record.

use underpin_model::{Collection, Field, Json, JsonMap, field::ColumnShape};

use crate::item_list::plain_items;

/// What the printed members are: their names and the shapes of their columns.
#[derive(Debug)]
pub struct LoggedRow(Vec<Member>);

#[derive(Debug)]
struct Member {
    /// The name as a JSON text.
    name: Vec<u8>,
    shape: ColumnShape,
}

/// A value as a column holds it.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Held<'v> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'v str),
}

impl LoggedRow {
    /// The fields that are logged, in the order of their keys.
    pub fn fields(collection: &Collection) -> Vec<&Field> {
        // Whatever order the map of a record's JSON has.
        let logged = collection.fields.iter().filter(|field| !field.is_secret());
        let keys: JsonMap = logged.map(|field| (field.name.clone(), Json::Null)).collect();
        keys.keys().filter_map(|name| collection.field(name)).collect()
    }

    /// The fields as a text that [`Self::read`] takes.
    pub fn describe(fields: &[&Field]) -> String {
        let member = |field: &&Field| Json::from(vec![field.name.as_str(), letter(field.column())]);
        fields.iter().map(member).collect::<Json>().to_string()
    }

    /// What a text of [`Self::describe`] tells of.
    pub fn read(description: &str) -> Option<Self> {
        let members: Vec<(String, String)> = serde_json::from_str(description).ok()?;
        let member = |(name, letter): (String, String)| {
            let shape = SHAPES.iter().find(|shape| self::letter(**shape) == letter)?;
            Some(Member { name: serde_json::to_vec(&name).ok()?, shape: *shape })
        };
        members.into_iter().map(member).collect::<Option<_>>().map(Self)
    }

    /// The row with these values as a JSON object's text; nothing when it can't be printed.
    pub fn print<'v>(&self, values: impl Iterator<Item = Held<'v>>) -> Option<String> {
        let mut out = Vec::with_capacity(LIKELY_LENGTH);
        for (at, (member, value)) in self.0.iter().zip(values).enumerate() {
            out.push(if at == 0 { b'{' } else { b',' });
            out.extend_from_slice(&member.name);
            out.push(b':');
            print_value(&mut out, member.shape, value).ok()?;
        }
        if out.is_empty() {
            out.push(b'{');
        }
        out.push(b'}');
        String::from_utf8(out).ok()
    }
}

/// What most rows fit in.
const LIKELY_LENGTH: usize = 512;

const SHAPES: [ColumnShape; 6] = [
    ColumnShape::Text,
    ColumnShape::Number,
    ColumnShape::Bool,
    ColumnShape::List,
    ColumnShape::Json,
    ColumnShape::Point,
];

fn letter(shape: ColumnShape) -> &'static str {
    match shape {
        ColumnShape::Text => "t",
        ColumnShape::Number => "n",
        ColumnShape::Bool => "b",
        ColumnShape::List => "l",
        ColumnShape::Json => "j",
        ColumnShape::Point => "p",
    }
}

fn print_value(out: &mut Vec<u8>, shape: ColumnShape, value: Held<'_>) -> serde_json::Result<()> {
    let json = match (shape, value) {
        (ColumnShape::Text, Held::Text(text)) => return serde_json::to_writer(out, text),
        (ColumnShape::List, Held::Text(text)) if plain_items(text).is_some() => {
            out.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        // A text in a number's or a bool's place counts as none.
        (ColumnShape::Number | ColumnShape::Bool, Held::Text(_)) | (_, Held::Null) => Json::Null,
        (ColumnShape::Bool, Held::Integer(number)) => Json::Bool(number != 0),
        (ColumnShape::Bool, Held::Real(number)) => Json::Bool(number != 0.0),
        (_, Held::Integer(number)) => Json::from(number),
        (_, Held::Real(number)) => Json::from(number),
        (_, Held::Text(text)) => serde_json::from_str(text).unwrap_or_default(),
    };
    serde_json::to_writer(out, &shape.read_stored(&json).to_json())
}

#[cfg(test)]
mod tests;
