//! The collections and records of the stage, as the generator needs them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::scenario::Set;

/// What the names of collections with changing rules start with.
const DESK: &str = "desk";

/// Everything that filters can be about.
pub(super) struct World {
    pub(super) collections: Vec<Shape>,
    /// The ids of the records, by the collection's name.
    pub(super) ids: BTreeMap<String, Vec<String>>,
    /// The records as they were made, by id.
    pub(super) rows: BTreeMap<String, Value>,
}

/// A collection.
pub(super) struct Shape {
    pub(super) name: String,
    pub(super) fields: Vec<Slot>,
    /// Whether nobody but superusers may list it.
    pub(super) closed: bool,
    /// Whether its rule lets some records be listed and others not.
    pub(super) ruled: bool,
    /// The field whose values a unique index keeps apart.
    unique: Option<String>,
}

/// A field.
#[derive(Clone)]
pub(super) struct Slot {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) hidden: bool,
    pub(super) multiple: bool,
    /// The collection that a relation leads to.
    pub(super) target: Option<usize>,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Bool,
    Email,
    Date,
    Stamp,
    Select,
    Relation,
    Json,
    Point,
    File,
}

/// A way from one collection to another.
pub(super) struct Hop {
    pub(super) word: String,
    pub(super) to: usize,
    pub(super) many: bool,
    pub(super) back: bool,
    pub(super) hidden: bool,
}

impl World {
    pub(super) fn of(set: &Set) -> Self {
        let id_of = |definition: &Value| definition["id"].as_str().unwrap().to_owned();
        let places: BTreeMap<String, usize> =
            set.collections.iter().enumerate().map(|(at, each)| (id_of(each), at)).collect();
        let mut collections: Vec<Shape> =
            set.collections.iter().map(|definition| shape(definition, &places)).collect();
        for added in &set.later {
            let shape = collections.iter_mut().find(|shape| added["of"] == *shape.name).unwrap();
            let fields = added["fields"].as_array().unwrap();
            shape.fields.extend(fields.iter().map(|field| slot(field, &places)));
        }
        let (mut ids, mut rows) = (BTreeMap::<String, Vec<String>>::new(), BTreeMap::new());
        for records in &set.records {
            for row in &records.rows {
                ids.entry(records.of.clone()).or_default().push(id_of(row));
                rows.insert(id_of(row), row.clone());
            }
        }
        Self { collections, ids, rows }
    }

    pub(super) fn place(&self, name: &str) -> usize {
        self.collections.iter().position(|shape| shape.name == name).unwrap()
    }

    /// The ways that lead from a collection on; of the collections with changing rules, to the
    /// own one alone.
    pub(super) fn hops(&self, from: usize, own: usize) -> Vec<Hop> {
        let shape = &self.collections[from];
        let forth = shape.fields.iter().filter_map(|slot| {
            let (word, many, hidden) = (slot.name.clone(), slot.multiple, slot.hidden);
            Some(Hop { word, to: slot.target?, many, back: false, hidden })
        });
        let others = self.collections.iter().enumerate();
        let others = others.filter(|(place, other)| *place == own || !other.is_desk());
        let back = others.flat_map(|(place, other)| {
            let leading = other.fields.iter().filter(move |slot| slot.target == Some(from));
            leading.map(move |slot| Hop {
                word: format!("{}_via_{}", other.name, slot.name),
                to: place,
                many: other.unique.as_ref() != Some(&slot.name),
                back: true,
                hidden: slot.hidden,
            })
        });
        forth.chain(back).collect()
    }
}

impl Shape {
    /// Whether its rules change while the generator runs.
    pub(super) fn is_desk(&self) -> bool {
        self.name.starts_with(DESK)
    }
}

fn shape(definition: &Value, places: &BTreeMap<String, usize>) -> Shape {
    let plain = |name: &str, kind| Slot {
        name: name.to_owned(),
        kind,
        hidden: false,
        multiple: false,
        target: None,
    };
    let mut fields = vec![plain("id", Kind::Text)];
    if definition["type"] == "auth" {
        fields.push(plain("email", Kind::Email));
        fields.push(plain("emailVisibility", Kind::Bool));
        fields.push(plain("verified", Kind::Bool));
    }
    fields.extend(definition["fields"].as_array().unwrap().iter().map(|each| slot(each, places)));
    let index = definition["indexes"][0].as_str().filter(|index| index.contains("UNIQUE"));
    let columns = index.and_then(|index| index.split(['(', ')']).nth(1));
    let closed = definition["listRule"].is_null();
    let name = definition["name"].as_str().unwrap().to_owned();
    let ruled = definition["listRule"] != "" || name.starts_with(DESK);
    Shape { name, fields, closed, ruled, unique: columns.map(str::to_owned) }
}

fn slot(field: &Value, places: &BTreeMap<String, usize>) -> Slot {
    let kind = match field["type"].as_str().unwrap() {
        "number" => Kind::Number,
        "bool" => Kind::Bool,
        "email" => Kind::Email,
        "date" => Kind::Date,
        "autodate" => Kind::Stamp,
        "select" => Kind::Select,
        "relation" => Kind::Relation,
        "json" => Kind::Json,
        "geoPoint" => Kind::Point,
        "file" => Kind::File,
        _ => Kind::Text,
    };
    Slot {
        name: field["name"].as_str().unwrap().to_owned(),
        kind,
        hidden: field["hidden"] == true,
        multiple: field["maxSelect"].as_u64().is_some_and(|most| most > 1),
        target: field["collectionId"].as_str().map(|id| places[id]),
    }
}
