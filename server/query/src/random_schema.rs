//! Random schemas with random records: what the dice make of them.

use serde_json::json;
use underpin_model::{CollectionKind, Field, FieldOptions, Json, Principal, Record, RequestInfo};

use crate::testing::{self, TestSchema, collection, field};

/// Throws of dice, drawn by the test and used one after the other. When all are thrown, every
/// further throw is a 0, which stands for the simplest choice.
pub(crate) struct Dice(std::vec::IntoIter<u16>);

impl Dice {
    pub(crate) fn of(throws: Vec<u16>) -> Self {
        Self(throws.into_iter())
    }

    pub(crate) fn below(&mut self, sides: usize) -> usize {
        usize::from(self.0.next().unwrap_or_default()) % sides.max(1)
    }

    pub(crate) fn one_in(&mut self, sides: usize) -> bool {
        self.below(sides) == sides - 1
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

const KINDS: [&str; 16] = [
    "text",
    "number",
    "bool",
    "relation",
    "relations",
    "select",
    "selects",
    "json",
    "date",
    "geoPoint",
    "file",
    "files",
    "email",
    "url",
    "editor",
    "number",
];
const TEXTS: [&str; 14] =
    ["", "a", "A", "5", "5.0", "abc", "a_b", "100%", "a\\b", "ä", "[]", "1", "-1.5", "c0r0"];
const NUMBERS: [f64; 9] = [0.0, 1.0, 5.0, -1.5, 0.25, 100.0, 1e20, 1e-7, 0.1 + 0.2];
const DAYS: [&str; 3] = ["", "2024-01-01 00:00:00.000Z", "2025-06-01 12:00:00.000Z"];
const CHOICES: [&str; 3] = ["a", "b", "c"];

/// One to three collections, the first one perhaps with accounts; some fields are hidden. Each has
/// a flag `open`, for rules.
pub(crate) fn schema(dice: &mut Dice) -> TestSchema {
    let many = 1 + dice.below(3);
    let collections = (0..many).map(|place| {
        let mut fields = vec![field("id", "text", json!({})), field("open", "bool", json!({}))];
        let is_auth = place == 0 && dice.one_in(2);
        if is_auth {
            fields.push(field("email", "email", json!({})));
            fields.push(field("emailVisibility", "bool", json!({})));
        }
        for number in 0..1 + dice.below(7) {
            fields.push(any_field(dice, &format!("f{number}"), many));
        }
        let kind = if is_auth { CollectionKind::Auth } else { CollectionKind::Base };
        collection(&format!("c{place}"), kind, fields)
    });
    TestSchema { collections: collections.collect(), list_rules: std::collections::BTreeMap::new() }
}

fn any_field(dice: &mut Dice, name: &str, collections: usize) -> Field {
    let kind = *dice.pick(&KINDS);
    let (kind, many) = kind.strip_suffix('s').map_or((kind, 1), |single| (single, 3));
    let target = format!("id_c{}", dice.below(collections));
    let options = json!({ "values": CHOICES, "maxSelect": many, "collectionId": target });
    let mut field = field(name, kind, options);
    field.hidden = dice.one_in(4);
    field
}

/// Up to four records of each collection.
pub(crate) fn records(dice: &mut Dice, schema: &TestSchema) -> Vec<Record> {
    let mut records = Vec::new();
    for collection in &schema.collections {
        for number in 0..dice.below(5) {
            let mut fields = json!({ "id": format!("{}r{number}", collection.name) });
            for field in collection.fields.iter().skip(1) {
                fields[&field.name] = value(dice, field);
            }
            records.push(testing::record(schema, &collection.name, fields));
        }
    }
    records
}

/// A value as it is stored; relations may lead nowhere.
pub(crate) fn value(dice: &mut Dice, field: &Field) -> Json {
    let item = |dice: &mut Dice| match &field.options {
        FieldOptions::Relation(relation) => {
            let target = relation.collection_id.trim_start_matches("id_");
            format!("{target}r{}", dice.below(5))
        }
        FieldOptions::File(_) => format!("{}.txt", dice.pick(&CHOICES)),
        FieldOptions::Select(_) => (*dice.pick(&CHOICES)).to_owned(),
        _ => (*dice.pick(&TEXTS)).to_owned(),
    };
    if field.is_multiple() {
        let mut items: Vec<String> = (0..dice.below(4)).map(|_| item(dice)).collect();
        items.sort();
        items.dedup();
        return json!(items);
    }
    match &field.options {
        FieldOptions::Number(_) => json!(dice.pick(&NUMBERS)),
        FieldOptions::Bool(_) => json!(dice.one_in(2)),
        FieldOptions::Date(_) => json!(dice.pick(&DAYS)),
        FieldOptions::GeoPoint(_) => json!({ "lon": dice.below(180), "lat": dice.below(90) }),
        FieldOptions::Json(_) => {
            let mut document = document(dice, 2);
            underpin_model::json_number::normalise_numbers(&mut document);
            document
        }
        FieldOptions::Relation(_) | FieldOptions::Select(_) | FieldOptions::File(_) => {
            if dice.one_in(4) { json!("") } else { json!(item(dice)) }
        }
        _ => json!(item(dice)),
    }
}

fn document(dice: &mut Dice, depth: usize) -> Json {
    match dice.below(if depth == 0 { 4 } else { 6 }) {
        0 => Json::Null,
        1 => json!(dice.pick(&TEXTS)),
        2 => json!(dice.pick(&NUMBERS)),
        3 => json!(dice.one_in(2)),
        4 => (0..dice.below(3)).map(|_| document(dice, depth - 1)).collect(),
        _ => {
            let keys = ["x", "y", "0"];
            (0..dice.below(3)).map(|at| (keys[at].to_owned(), document(dice, depth - 1))).collect()
        }
    }
}

/// A request by a guest or by the last account, with a body that may fit the collection.
pub(crate) fn request(dice: &mut Dice, records: &[Record], fields: &[Field]) -> RequestInfo {
    let account = records.iter().rfind(|record| record.collection().is_auth());
    let mut request = RequestInfo::of(match account {
        Some(account) if dice.one_in(2) => Principal::User(account.clone().into()),
        _ => Principal::Guest,
    });
    request.query.insert("q".to_owned(), (*dice.pick(&TEXTS)).to_owned());
    let mut body = underpin_model::JsonMap::new();
    for field in fields {
        if dice.one_in(2) {
            body.insert(field.name.clone(), value(dice, field));
        }
    }
    request.body = body.into();
    request
}
