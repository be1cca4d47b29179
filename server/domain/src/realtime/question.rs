//! What a subscription asks of each event, in a form that equal subscriptions share.

use std::sync::{Arc, Mutex, PoisonError};

use underpin_model::{Principal, RequestInfo};
use underpin_query::Filter;

use crate::records::ViewAsk;

/// What a subscription asks.
pub(super) struct Question {
    /// The subscription's name.
    pub(super) sub: String,
    /// The collection's id.
    pub(super) collection_id: String,
    /// One record's id; nothing = all.
    pub(super) record_id: Option<String>,
    /// The client's own condition.
    pub(super) filter: Option<Arc<Filter>>,
    /// How records are shaped.
    pub(super) view: ViewAsk,
    /// Query and headers that rules may see.
    pub(super) request: RequestInfo,
    /// The text of filter, expand, fields, query and headers.
    pub(super) text: String,
    key: Mutex<Option<(i64, Principal, Arc<str>)>>,
}

impl Question {
    pub(super) fn new(
        sub: String,
        topic: (String, Option<String>),
        filter: Option<Arc<Filter>>,
        view: ViewAsk,
        request: RequestInfo,
        text: String,
    ) -> Self {
        let (collection_id, record_id) = topic;
        let key = Mutex::new(None);
        Self { sub, collection_id, record_id, filter, view, request, text, key }
    }

    /// Whether an event of a record concerns it.
    pub(super) fn concerns(&self, record_id: &str) -> bool {
        self.record_id.as_deref().is_none_or(|own| own == record_id)
    }

    /// A key that is equal for subscriptions which must get equal answers.
    ///
    /// Guests share their answers; so do superusers; each auth record has its own, since rules,
    /// expanded records and its own e-mail address may depend on it.
    pub(super) fn key(&self, version: i64, who: &Principal) -> Arc<str> {
        let mut cached = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, holder, key)) = &*cached
            && *known == version
            && is_same(holder, who)
        {
            return Arc::clone(key);
        }
        let person = match who {
            Principal::Guest => "guest".to_owned(),
            Principal::System | Principal::Superuser(_) => "superuser".to_owned(),
            Principal::User(record) => format!("{}/{}", record.collection().id, record.id()),
        };
        let place = if self.record_id.is_some() { "one" } else { "all" };
        let key: Arc<str> = format!("{place}\u{1f}{person}\u{1f}{}", self.text).into();
        *cached = Some((version, who.clone(), Arc::clone(&key)));
        key
    }
}

fn is_same(a: &Principal, b: &Principal) -> bool {
    match (a, b) {
        (Principal::Guest, Principal::Guest) => true,
        (a, b) => match (a.record(), b.record()) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => false,
        },
    }
}
