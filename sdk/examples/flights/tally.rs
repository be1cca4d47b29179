//! Counts what arrives and notices what is amiss.

use std::collections::{BTreeMap, HashSet};

use crate::place::Place;

/// What arrived of one collection.
#[derive(Default)]
pub(crate) struct Tally {
    ids: HashSet<String>,
    steps: BTreeMap<u32, u32>,
    /// Events of any kind.
    pub(crate) events: usize,
    /// Records that were told more than once.
    pub(crate) doubled: usize,
    /// Records that came before or after their turn.
    pub(crate) out_of_order: usize,
    /// Events of other kinds than creations: nobody else should be writing.
    pub(crate) unexpected: usize,
}

impl Tally {
    /// Takes note of a new record.
    pub(crate) fn created(&mut self, id: &str, place: Place) {
        self.events += 1;
        if !self.ids.insert(id.to_owned()) {
            self.doubled += 1;
            return;
        }
        let last = self.steps.entry(place.lane).or_default();
        if place.step != *last + 1 {
            self.out_of_order += 1;
        }
        *last = place.step.max(*last);
    }

    /// Takes note of an event that should not come.
    pub(crate) fn other(&mut self) {
        self.events += 1;
        self.unexpected += 1;
    }

    /// How many records were told.
    pub(crate) fn records(&self) -> usize {
        self.ids.len()
    }

    /// Compares with what the server has: how many records were never told, and how many were
    /// told but are not there.
    pub(crate) fn compare(&self, present: &HashSet<String>) -> (usize, usize) {
        (present.difference(&self.ids).count(), self.ids.difference(present).count())
    }
}
