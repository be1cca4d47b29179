//! How a record leaves the server.

use underpin_model::{Json, Principal, Record, record::Audience};
use underpin_query::Projection;

/// What a principal may see of a record that it may view.
pub fn audience_of(who: &Principal, record: &Record) -> Audience {
    match who {
        Principal::Superuser(_) | Principal::System => Audience::Superuser,
        Principal::User(user) if is_same(user, record) => Audience::Owner,
        Principal::User(_) | Principal::Guest => Audience::Everyone,
    }
}

/// What the database gives of records that a principal may view. The owner's own address is
/// shown row by row.
pub(super) fn projection(who: &Principal) -> Projection {
    let audience = if who.is_superuser() { Audience::Superuser } else { Audience::Everyone };
    Projection::Public { audience }
}

/// A record as the principal sees it.
pub(crate) fn public(who: &Principal, record: &Record) -> Json {
    Json::Object(record.to_public(audience_of(who, record)))
}

fn is_same(user: &Record, record: &Record) -> bool {
    user.id() == record.id() && user.collection().id == record.collection().id
}
