//! Since when each collection is as it is: what was read before stays true until then.
//!
//! A revision is a position of the change log. The writer publishes it before it answers, so that
//! who has an answer never meets what was remembered from before its write.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use crate::connection::Span;

/// The state of some collections: as long as it is the same, nothing of them has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Revision {
    /// The newest change of any of them; 0 when there was none since the database was opened.
    pub position: i64,
    /// Grows with writes that the change log does not tell of, whatever they touch.
    pub untold: i64,
}

/// The newest change of every collection since the database was opened.
#[derive(Debug, Default)]
pub(crate) struct Revisions {
    known: RwLock<Known>,
}

#[derive(Debug, Default)]
struct Known {
    by_collection: HashMap<String, i64>,
    /// A unit that wrote without telling what: everything may have changed.
    all: i64,
    /// Where other nodes write as well: up to here all their changes are known.
    through: i64,
}

/// What a unit, or a group of them, has changed.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    by_collection: HashMap<String, i64>,
    untold: bool,
}

impl Touched {
    /// Notes a change that the log tells of.
    pub(crate) fn note(&mut self, collection_id: &str, position: i64) {
        match self.by_collection.get_mut(collection_id) {
            Some(newest) => *newest = position,
            None => drop(self.by_collection.insert(collection_id.to_owned(), position)),
        }
    }

    /// Notes that something was written of which the log does not tell.
    pub(crate) fn note_untold(&mut self) {
        self.untold = true;
    }

    /// Whether something was written of which the log does not tell.
    pub(crate) fn is_untold(&self) -> bool {
        self.untold
    }

    /// Adds what another unit has changed.
    pub(crate) fn append(&mut self, other: Self) {
        for (collection, position) in other.by_collection {
            self.note(&collection, position);
        }
        self.untold |= other.untold;
    }
}

impl Revisions {
    /// Publishes what a committed group has changed. What other nodes have changed before it is
    /// noted by [`Self::catch_up`].
    pub(crate) fn publish(&self, touched: Touched, span: Option<Span>) {
        if touched.by_collection.is_empty() && !touched.untold {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.note(touched.by_collection);
        if touched.untold {
            // Two such units at one position must differ, or the second would go unseen.
            known.all += 1;
        }
        if let Some(span) = span.filter(|span| span.after == known.through) {
            known.through = span.through;
        }
    }

    /// Up to where the changes of all nodes are known.
    pub(crate) fn through(&self) -> i64 {
        self.known.read().unwrap_or_else(PoisonError::into_inner).through
    }

    /// Notes changes of the log, all of them up to a position.
    pub(crate) fn catch_up(&self, changes: impl Iterator<Item = (String, i64)>, through: i64) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.note(changes);
        known.through = known.through.max(through);
    }

    /// The newest change of any of these collections, and up to where all are known.
    pub(crate) fn newest<'c>(&self, collections: impl Iterator<Item = &'c str>) -> (i64, i64) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let newest = collections.filter_map(|id| known.by_collection.get(id)).max();
        (newest.copied().unwrap_or_default(), known.through)
    }

    /// The state of these collections at this moment.
    pub(crate) fn of<'c>(&self, collections: impl Iterator<Item = &'c str>) -> Revision {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let newest = collections.filter_map(|id| known.by_collection.get(id)).max();
        Revision { position: newest.copied().unwrap_or_default(), untold: known.all }
    }
}

impl Known {
    fn note(&mut self, changes: impl IntoIterator<Item = (String, i64)>) {
        for (collection, position) in changes {
            let newest = self.by_collection.entry(collection).or_default();
            *newest = (*newest).max(position);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touched(changes: &[(&str, i64)]) -> Touched {
        let mut touched = Touched::default();
        changes.iter().for_each(|(collection, position)| touched.note(collection, *position));
        touched
    }

    #[test]
    fn a_change_is_seen_by_those_alone_who_read_its_collection() {
        let revisions = Revisions::default();
        let of = |names: &[&str]| revisions.of(names.iter().copied());
        let before = of(&["a", "b"]);
        revisions.publish(touched(&[("a", 4), ("a", 7)]), None);
        assert_eq!(of(&["b"]), before);
        assert_eq!(of(&["a", "b"]).position, 7);
        assert_ne!(of(&["a"]), before);
    }

    #[test]
    fn an_untold_write_changes_everything() {
        let revisions = Revisions::default();
        let untold = || {
            let mut touched = Touched::default();
            touched.note_untold();
            revisions.publish(touched, None);
            revisions.of(["a"].into_iter())
        };
        assert_ne!(untold(), untold());
    }
}
