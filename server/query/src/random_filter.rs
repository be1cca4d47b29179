//! Random filters and sort keys that fit a schema: what the dice make of them.

use std::sync::Arc;

use underpin_model::{Collection, FieldOptions};

use crate::{
    SchemaLookup,
    random_schema::Dice,
    testing::{LITERALS, TestSchema},
};

const SIGNS: [&str; 16] = [
    "=", "!=", "~", "!~", "<", "<=", ">", ">=", "?=", "?!=", "?~", "?!~", "?<", "?<=", "?>", "?>=",
];
const MODIFIERS: [&str; 6] = ["", "", ":lower", ":length", ":each", ":lower"];

/// What filters may speak of.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Speech {
    /// Fields, relations and back relations.
    Records,
    /// The request and other collections too.
    Everything,
}

/// Writes filters on the records of a collection.
pub(crate) struct Author<'a> {
    pub(crate) dice: &'a mut Dice,
    pub(crate) schema: &'a TestSchema,
    pub(crate) speech: Speech,
}

impl Author<'_> {
    pub(crate) fn filter(&mut self, collection: &Arc<Collection>, depth: usize) -> String {
        if depth == 0 || self.dice.one_in(3) {
            let (left, right) = (self.operand(collection), self.operand(collection));
            return format!("{left} {} {right}", self.dice.pick(&SIGNS));
        }
        let join = *self.dice.pick(&[" && ", " || "]);
        let many = 2 + self.dice.below(2);
        let parts = (0..many).map(|_| format!("({})", self.filter(collection, depth - 1)));
        parts.collect::<Vec<_>>().join(join)
    }

    pub(crate) fn sort(&mut self, collection: &Arc<Collection>) -> String {
        let keys = (0..self.dice.below(3)).map(|_| {
            let sign = *self.dice.pick(&["", "-"]);
            format!("{sign}{}", self.path(collection, 2))
        });
        keys.collect::<Vec<_>>().join(",")
    }

    fn operand(&mut self, collection: &Arc<Collection>) -> String {
        match self.dice.below(10) {
            0..=4 => self.path(collection, 2),
            5..=7 => (*self.dice.pick(&LITERALS)).to_owned(),
            8 => self.call(collection),
            _ if self.speech == Speech::Records => self.path(collection, 2),
            _ => self.beyond(collection),
        }
    }

    fn call(&mut self, collection: &Arc<Collection>) -> String {
        let path = self.path(collection, 1);
        match self.dice.below(2) {
            0 => format!("geoDistance({path}, 1, 10, {path})"),
            _ => format!("strftime('%Y-%m', {path})"),
        }
    }

    /// A name that only rules may use.
    fn beyond(&mut self, collection: &Arc<Collection>) -> String {
        let path = self.path(collection, 1);
        match self.dice.below(7) {
            0 => "@request.query.q".to_owned(),
            6 => format!("@request.query.{}:isset", self.dice.pick(&["q", "none"])),
            1 => format!("@request.body.{path}"),
            2 => {
                let name = path.split([':', '.']).next().unwrap_or_default();
                format!("@request.body.{name}:{}", self.dice.pick(&["isset", "changed"]))
            }
            3 => {
                let accounts = Arc::clone(&self.schema.collections[0]);
                format!("@request.auth.{}", self.path(&accounts, 1))
            }
            4 => {
                let other = Arc::clone(self.dice.pick(&self.schema.collections));
                format!("@collection.{}.{}", other.name, self.path(&other, 1))
            }
            _ => {
                let other = Arc::clone(self.dice.pick(&self.schema.collections));
                format!("@collection.{}:a.{}", other.name, self.path(&other, 1))
            }
        }
    }

    /// A path from a record of the collection, over so many relations at most.
    fn path(&mut self, collection: &Arc<Collection>, hops: usize) -> String {
        if hops > 0 && self.dice.one_in(5) {
            let back = self.schema.collections.iter().flat_map(|other| {
                let leads_here = |field: &&underpin_model::Field| {
                    field.relation_options().is_some_and(|to| to.collection_id == collection.id)
                };
                other.fields.iter().filter(leads_here).map(move |field| (other, field))
            });
            let back: Vec<_> = back.collect();
            if !back.is_empty() {
                let (other, field) = *self.dice.pick(&back);
                let rest = self.path(other, hops - 1);
                return format!("{}_via_{}.{rest}", other.name, field.name);
            }
        }
        let field = self.dice.pick(&collection.fields);
        let name = &field.name;
        match &field.options {
            FieldOptions::Relation(relation) if hops > 0 && self.dice.one_in(2) => {
                let target = self.schema.collection(&relation.collection_id).unwrap();
                format!("{name}.{}", self.path(&target, hops - 1))
            }
            FieldOptions::Relation(_) if self.dice.one_in(3) => format!("{name}.id"),
            FieldOptions::Json(_) if self.dice.one_in(2) => {
                format!("{name}.{}", self.dice.pick(&["x", "0", "x.y", "1.x", "x:lower"]))
            }
            FieldOptions::GeoPoint(_) if self.dice.one_in(2) => {
                format!("{name}.{}", self.dice.pick(&["lon", "lat"]))
            }
            _ => format!("{name}{}", self.dice.pick(&MODIFIERS)),
        }
    }
}
