//! `@request.*`: known before the query runs, but for what hangs on relations.

use underpin_model::{
    Field, FieldOptions, Json, Value,
    field::{ColumnShape, number_in},
};

use super::{
    Place, Resolver,
    path::{has_unknown_modifier, lowered, may_be_multiple, unknown},
};
use crate::{
    cell::{Cell, stored_cell, stored_text},
    resolve_error::ResolveError,
    term::{Origin, Term},
    tree::{Modifier, Name},
};

impl Resolver<'_> {
    pub(super) fn request(&mut self, name: &Name, place: Place) -> Result<Term, ResolveError> {
        let request = self.scope.request;
        let words: Vec<&str> = name.path.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["context"] if name.modifier.is_none() => Ok(literal(request.context.name())),
            ["method"] if name.modifier.is_none() => Ok(literal(&request.method)),
            ["query" | "headers", ..]
                if has_unknown_modifier(name)
                    || !matches!(name.modifier, None | Some(Modifier::Isset | Modifier::Lower)) =>
            {
                Err(ResolveError::BadModifier(name.to_string()))
            }
            ["query", key] => Ok(self.query(key, name.modifier, place)),
            ["headers", key] => {
                Ok(known_text(request.headers.get(*key).map(String::as_str), name.modifier))
            }
            ["query" | "headers", _, _, ..] => Ok(known_text(None, name.modifier)),
            ["body", _, ..] => self.body(name, place),
            ["auth", _, ..] => self.auth(name, place),
            _ => Err(unknown(name)),
        }
    }

    /// A parameter with the name of a number field reads as a number, if it is one.
    fn query(&self, key: &str, modifier: Option<Modifier>, place: Place) -> Term {
        let text = self.scope.request.query.get(key);
        let collection = self.collection_of(place.root);
        let field = collection.field(key).filter(|field| field.column() == ColumnShape::Number);
        let number = text.filter(|_| field.is_some()).and_then(|text| number_in(text));
        match (number, modifier) {
            // Adding zero turns -0 into 0: the two are one value.
            (Some(number), None | Some(Modifier::Lower)) if !number.is_nan() => {
                known(Cell::Real(number + 0.0), modifier)
            }
            _ => known_text(text.map(String::as_str), modifier),
        }
    }

    fn body(&mut self, name: &Name, place: Place) -> Result<Term, ResolveError> {
        let words = name.path.get(1..).unwrap_or_default();
        let Some((first, inside)) = words.split_first() else { return Err(unknown(name)) };
        let collection = self.collection_of(place.root);
        let field = collection.field(first);
        let body = &self.scope.request.body;
        let submitted = body.get(first);
        let leads_on = |field: &&Field| field.relation_options().is_some();
        let is_elsewhere = !inside.is_empty() && field.as_ref().is_some_and(leads_on);
        match name.modifier {
            None if !is_elsewhere && has_unknown_modifier(name) => {
                return Err(ResolveError::BadModifier(name.to_string()));
            }
            Some(Modifier::Isset) if !is_elsewhere => {
                let found = submitted.and_then(|json| json_inside(json, inside));
                return Ok(Term::Isset(Cell::flag(found.is_some())));
            }
            Some(modifier @ (Modifier::Changed | Modifier::Length | Modifier::Each)) => match field
            {
                Some(field) if inside.is_empty() => {
                    return self.body_field(name, field, submitted, modifier, place);
                }
                _ if field.as_ref().is_some_and(leads_on) => {}
                _ => return Err(ResolveError::BadModifier(name.to_string())),
            },
            Some(Modifier::Isset | Modifier::Lower) | None => {}
        }
        if let (Some(field), false) = (field, inside.is_empty())
            && let FieldOptions::Relation(relation) = &field.options
        {
            let ids = field.normalise(submitted.unwrap_or(&Json::Null));
            let ids = ids.as_texts().to_vec();
            return self.body_relation(name, field, &relation.collection_id, ids, place);
        }
        Ok(match (field, inside.is_empty(), name.modifier) {
            (Some(field), true, Some(Modifier::Lower)) => {
                let word = submitted.map_or_else(String::new, |json| body_word(field, json));
                Term::Literal(Cell::Text(word).lower())
            }
            (Some(field), true, _) => {
                submitted.map_or(Term::Literal(Cell::Null), |json| body_value(field, json))
            }
            (_, _, modifier) => {
                let found = submitted.and_then(|json| json_inside(json, inside));
                let value = found.map_or(Term::Literal(Cell::Null), submitted_value);
                match (modifier, &value) {
                    (Some(_), Term::Literal(cell) | Term::Flag(cell)) => {
                        Term::Literal(cell.lower())
                    }
                    _ => value,
                }
            }
        })
    }

    /// `:changed`, `:length` and `:each` of a submitted field.
    fn body_field(
        &mut self,
        name: &Name,
        field: &Field,
        submitted: Option<&Json>,
        modifier: Modifier,
        place: Place,
    ) -> Result<Term, ResolveError> {
        if modifier == Modifier::Changed {
            let Some(json) = submitted else { return Ok(Term::Literal(Cell::flag(false))) };
            return Ok(changed(field, json, place));
        }
        if !may_be_multiple(field) {
            return Err(ResolveError::BadModifier(name.to_string()));
        }
        let sent = submitted.map(|json| field.normalise(json));
        // One value is one item, even an empty one.
        let items = match &sent {
            Some(Value::Text(single)) => vec![single.clone()],
            other => other.as_ref().map_or_else(Vec::new, |sent| sent.as_texts().to_vec()),
        };
        if modifier == Modifier::Length {
            return Ok(Term::Literal(count(items.len())));
        }
        let item = if items.is_empty() { Term::NoItem } else { Term::Item };
        self.source(Origin::KnownItems(items), None, place).map(item)
    }

    fn body_relation(
        &mut self,
        name: &Name,
        field: &Field,
        collection_id: &str,
        ids: Vec<String>,
        place: Place,
    ) -> Result<Term, ResolveError> {
        let inside = name.path.get(2..).unwrap_or_default();
        let collection = self.scope.schema.collection(collection_id);
        let collection = collection.ok_or_else(|| unknown(name))?;
        if ids.is_empty() {
            return Ok(Term::Literal(Cell::Null));
        }
        if field.is_multiple() {
            let items = self.source(Origin::KnownItems(ids), None, place)?;
            if inside == ["id"] {
                return Ok(Term::Item(items));
            }
            let start = self.source(Origin::Listed { items }, Some(collection), place)?;
            return self.lenient_path(name, start, inside, place);
        }
        let id = ids.into_iter().next();
        if inside == ["id"] {
            return Ok(known(id.map_or(Cell::Null, Cell::Text), name.modifier));
        }
        let origin = Origin::Known(id.unwrap_or_default());
        let start = self.source(origin, Some(collection), place)?;
        self.lenient_path(name, start, inside, place)
    }

    fn auth(&mut self, name: &Name, place: Place) -> Result<Term, ResolveError> {
        let words = name.path.get(1..).unwrap_or_default();
        let Some((first, inside)) = words.split_first() else { return Err(unknown(name)) };
        let Some(record) = self.scope.request.who.record() else {
            return Ok(Term::Literal(Cell::Null));
        };
        let collection = record.collection();
        match (first.as_str(), inside) {
            ("collectionId", []) => return Ok(literal(&collection.id)),
            ("collectionName", []) => return Ok(literal(&collection.name)),
            _ => {}
        }
        let (field, value) = match (collection.field(first), record.get(first)) {
            (Some(field), Some(value)) => (field, value),
            _ => {
                let start = self.caller(place)?;
                return self.lenient_path(name, start, words, place);
            }
        };
        match (&field.options, inside, name.modifier) {
            (FieldOptions::Password(_), ..) => {
                let start = self.caller(place)?;
                self.path(name, start, words, place)
            }
            (_, [], Some(Modifier::Each)) if field.is_multiple() => {
                let items = Origin::KnownItems(value.as_texts().to_vec());
                self.source(items, None, place).map(Term::Item)
            }
            (_, [], Some(Modifier::Each)) if may_be_multiple(field) => {
                Ok(Term::Value(Cell::from_value(value)))
            }
            (_, [], Some(Modifier::Length)) if may_be_multiple(field) => {
                Ok(Term::Literal(count(value.as_texts().len())))
            }
            (_, [], Some(Modifier::Lower)) => Ok(Term::Literal(Cell::from_value(value).lower())),
            (_, [], _) if field.column() == ColumnShape::Bool => {
                Ok(Term::Flag(Cell::from_value(value)))
            }
            (_, [], _) => Ok(Term::Stored { cell: Cell::from_value(value), shape: field.column() }),
            (FieldOptions::Json(_) | FieldOptions::GeoPoint(_), _, modifier) => {
                let document = value.to_json();
                let found = json_inside(&document, inside).map_or(Cell::Null, Cell::from_json);
                Ok(lowered(Term::Inside(found), modifier))
            }
            _ => {
                let start = self.caller(place)?;
                self.lenient_path(name, start, words, place)
            }
        }
    }

    /// The caller's own row, for what hangs on its relations.
    fn caller(&mut self, place: Place) -> Result<usize, ResolveError> {
        let request = self.scope.request;
        let Some(record) = request.who.record() else { return Ok(place.root) };
        let origin = Origin::Known(record.id().to_owned());
        self.source(origin, Some(record.collection().clone()), place)
    }

    /// Unknown names below `@request` are NULL.
    fn lenient_path(
        &mut self,
        name: &Name,
        start: usize,
        path: &[String],
        place: Place,
    ) -> Result<Term, ResolveError> {
        match self.path(name, start, path, place) {
            Err(ResolveError::UnknownField(_)) => Ok(Term::Literal(Cell::Null)),
            other => other,
        }
    }
}

/// Whether a submitted value differs from the stored one.
fn changed(field: &Field, json: &Json, place: Place) -> Term {
    let stored = stored_cell(&field.normalise(json));
    let column =
        Term::Column { source: place.root, field: field.name.clone(), shape: field.column() };
    Term::Differs { column: Box::new(column), from: stored }
}

/// A submitted value as rules see it; a JSON field's document is its text.
fn body_value(field: &Field, json: &Json) -> Term {
    match field.column() {
        ColumnShape::Json => Term::Literal(Cell::Text(json.to_string())),
        ColumnShape::Point => Term::Literal(Cell::Text(stored_text(&field.normalise(json)))),
        _ => submitted_value(json),
    }
}

/// A submitted value as a word, for what is asked of its letters. Lists are none.
fn body_word(field: &Field, json: &Json) -> String {
    match (field.column(), field.normalise(json)) {
        (ColumnShape::Json, _) => json.to_string(),
        (_, point @ Value::Point { .. }) => stored_text(&point),
        (_, Value::Number(number)) => number.to_string(),
        (_, Value::Bool(flag)) => flag.to_string(),
        (_, Value::Text(text)) => text,
        _ => String::new(),
    }
}

/// Submitted numbers are floats, as number literals are.
fn submitted_value(json: &Json) -> Term {
    match json.as_f64() {
        Some(number) => Term::Literal(Cell::Real(number)),
        None if json.is_boolean() => Term::Flag(Cell::from_json(json)),
        None => Term::Literal(Cell::from_json(json)),
    }
}

fn json_inside<'j>(json: &'j Json, path: &[String]) -> Option<&'j Json> {
    path.iter().try_fold(json, |inside, word| match inside {
        Json::Array(items) => items.get(word.parse::<usize>().ok()?),
        Json::Object(map) => map.get(word),
        _ => None,
    })
}

fn literal(text: &str) -> Term {
    Term::Literal(Cell::Text(text.to_owned()))
}

fn known_text(text: Option<&str>, modifier: Option<Modifier>) -> Term {
    if modifier == Some(Modifier::Isset) {
        return Term::Isset(Cell::flag(text.is_some()));
    }
    known(text.map_or(Cell::Null, |text| Cell::Text(text.to_owned())), modifier)
}

fn known(cell: Cell, modifier: Option<Modifier>) -> Term {
    match modifier {
        Some(Modifier::Lower) => Term::Literal(cell.lower()),
        _ => Term::Literal(cell),
    }
}

fn count(items: usize) -> Cell {
    Cell::Integer(i64::try_from(items).unwrap_or(i64::MAX))
}
