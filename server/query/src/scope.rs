//! What a query is planned with: schema, request, moment, dialect, and how far its author is
//! trusted.

use std::sync::Arc;

use underpin_model::{Collection, Principal, RequestInfo, Timestamp};

use crate::{flavour::Flavour, tree::Filter};

/// The schema as the planner needs it.
pub trait SchemaLookup: Sync {
    /// A collection by its name or its id.
    fn collection(&self, name_or_id: &str) -> Option<Arc<Collection>>;

    /// What it takes to list records of a collection. Asked when a client's filter or sort key
    /// leads through it.
    fn list_condition(&self, who: &Principal, collection: &Arc<Collection>) -> Condition;

    /// What it takes to manage records of an auth collection, which shows their addresses.
    fn manage_condition(&self, _who: &Principal, _collection: &Arc<Collection>) -> Condition {
        Condition::Never
    }
}

/// Which rows an author of a request may touch.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Every row.
    Always,
    /// No row.
    Never,
    /// The rows that meet one of `any_of` and none of `none_of`.
    When {
        /// One of these must hold; none given = nothing is asked.
        any_of: Vec<Arc<Filter>>,
        /// None of these may hold. One that is NULL does not hold.
        none_of: Vec<Arc<Filter>>,
    },
}

impl Condition {
    /// The condition that is one rule.
    pub fn rule(filter: Filter) -> Self {
        Self::When { any_of: vec![Arc::new(filter)], none_of: Vec::new() }
    }
}

/// Who wrote a filter or a sort key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The project's admin, in a rule: everything may be used.
    Rule,
    /// Somebody with a request: no hidden field, no `@request`, no `@collection`; related
    /// collections only as far as their list rules go.
    Client,
    /// A superuser with a request: everything may be used.
    Superuser,
}

/// What a query is planned with.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// The schema.
    pub schema: &'a dyn SchemaLookup,
    /// The collection whose records are asked for.
    pub collection: &'a Arc<Collection>,
    /// The request, for `@request.*`.
    pub request: &'a RequestInfo,
    /// The moment, for `@now` and its kin.
    pub now: Timestamp,
    /// The dialect.
    pub flavour: &'a dyn Flavour,
    /// Who wrote the filter and the sort keys. Conditions are always rules.
    pub trust: Trust,
}
