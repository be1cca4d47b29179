//! What the policies come to for a set of roles, an object and an action.

use std::{collections::HashSet, sync::Arc};

use underpin_query::{Condition, Filter};

use crate::{
    denied::Denied,
    policy::{Effect, Policy},
};

/// The answer to "may these roles do that?", good for every record.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// No, whatever the record.
    Deny(Denied),
    /// Yes, whatever the record.
    Allow,
    /// For the records for which the condition holds.
    AllowIf(Arc<Condition>),
}

/// A policy with its condition read.
pub(crate) struct ReadPolicy {
    pub(crate) policy: Policy,
    pub(crate) test: Test,
}

/// When a policy applies.
#[derive(Clone)]
pub(crate) enum Test {
    Always,
    When(Arc<Filter>),
    /// The condition can't be read: nothing is allowed by it, and it denies always.
    Unreadable,
}

/// Gathers the policies that match; what is left is decided at the end.
#[derive(Default)]
pub(crate) struct Verdict {
    denied: bool,
    allowed: bool,
    any_of: Filters,
    none_of: Filters,
}

/// Filters in the order they came. Policies with the same text share one; it is kept once.
#[derive(Default)]
struct Filters {
    all: Vec<Arc<Filter>>,
    known: HashSet<*const Filter>,
}

impl Filters {
    fn add(&mut self, filter: &Arc<Filter>) {
        if self.known.insert(Arc::as_ptr(filter)) {
            self.all.push(Arc::clone(filter));
        }
    }
}

impl Verdict {
    /// Takes a matching policy into account.
    pub(crate) fn add(&mut self, matching: &ReadPolicy) {
        match (matching.policy.effect, &matching.test) {
            (Effect::Allow, Test::Always) => self.allowed = true,
            (Effect::Allow, Test::When(filter)) => self.any_of.add(filter),
            (Effect::Allow, Test::Unreadable) => {}
            (Effect::Deny, Test::When(filter)) => self.none_of.add(filter),
            (Effect::Deny, Test::Always | Test::Unreadable) => self.denied = true,
        }
    }

    /// Takes it as allowed, whatever the record.
    pub(crate) fn allow(&mut self) {
        self.allowed = true;
    }

    /// What it comes to. `otherwise` says why, when nothing allows it.
    pub(crate) fn decide(self, otherwise: impl FnOnce() -> Denied) -> Decision {
        let (any_of, none_of) = (self.any_of.all, self.none_of.all);
        if self.denied {
            return Decision::Deny(Denied::Refused);
        }
        if !self.allowed && any_of.is_empty() {
            return Decision::Deny(otherwise());
        }
        // To a condition, no `any_of` means "allowed without condition".
        let any_of = if self.allowed { Vec::new() } else { any_of };
        if any_of.is_empty() && none_of.is_empty() {
            return Decision::Allow;
        }
        Decision::AllowIf(Arc::new(Condition::When { any_of, none_of }))
    }
}

impl Decision {
    /// How much room it takes in the cache, in filters.
    pub(crate) fn weight(&self) -> u32 {
        let filters = match self {
            Self::AllowIf(condition) => match condition.as_ref() {
                Condition::When { any_of, none_of } => any_of.len() + none_of.len(),
                Condition::Always | Condition::Never => 0,
            },
            Self::Deny(_) | Self::Allow => 0,
        };
        u32::try_from(filters).unwrap_or(u32::MAX).saturating_add(1)
    }
}
