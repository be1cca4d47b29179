//! The proof that someone asked and may.

use std::{fmt, marker::PhantomData, sync::Arc};

use underpin_model::{Collection, Principal};
use underpin_query::Condition;

/// Permission to do `A` with the records of a collection for which a condition holds.
///
/// Reading and writing records asks for one, and only `authorize` makes it.
pub struct Grant<A> {
    collection: Arc<Collection>,
    condition: Arc<Condition>,
    who: Principal,
    action: PhantomData<fn() -> A>,
}

impl<A> Grant<A> {
    /// Only [`crate::authorize`] may call it.
    pub(crate) fn new(
        collection: &Arc<Collection>,
        condition: Arc<Condition>,
        who: &Principal,
    ) -> Self {
        Self {
            collection: Arc::clone(collection),
            condition,
            who: who.clone(),
            action: PhantomData,
        }
    }

    /// The collection it is about.
    pub fn collection(&self) -> &Arc<Collection> {
        &self.collection
    }

    /// What must hold for a record.
    pub fn condition(&self) -> &Condition {
        &self.condition
    }

    /// Who it was given to.
    pub fn who(&self) -> &Principal {
        &self.who
    }

    /// Whether it is good for every record.
    pub fn is_unconditional(&self) -> bool {
        matches!(self.condition.as_ref(), Condition::Always)
    }
}

impl<A> Clone for Grant<A> {
    fn clone(&self) -> Self {
        Self::new(&self.collection, Arc::clone(&self.condition), &self.who)
    }
}

impl<A: crate::Action> fmt::Debug for Grant<A> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Grant")
            .field("action", &A::NAME)
            .field("collection", &self.collection.name)
            .field("unconditional", &self.is_unconditional())
            .finish_non_exhaustive()
    }
}
