//! How a record leaves the server.

use underpin_model::{DomainResult, Json, Principal, Record, record::Audience};
use underpin_query::Projection;

use super::{manage, reader::Reader};

/// What a principal may see of a record that it may view, managers aside.
pub fn audience_of(who: &Principal, record: &Record) -> Audience {
    match who {
        Principal::Superuser(_) | Principal::System => Audience::Superuser,
        Principal::User(user) if is_same(user, record) => Audience::Owner,
        Principal::User(_) | Principal::Guest => Audience::Everyone,
    }
}

/// What the database gives of records that a principal may view. The addresses of the principal
/// and of those that it manages are shown row by row.
pub(super) fn projection(who: &Principal) -> Projection {
    let audience = if who.is_superuser() { Audience::Superuser } else { Audience::Everyone };
    Projection::Public { audience }
}

/// A record as the caller of a request sees it.
///
/// # Errors
/// Storage faults.
pub(crate) async fn public(asked: manage::Asked<'_>, record: &Record) -> DomainResult<Json> {
    public_for(&mut Reader::Committed(&asked.backend.database), asked, record).await
}

/// As [`public`], of what a reader sees.
pub(super) async fn public_for(
    reader: &mut Reader<'_>,
    asked: manage::Asked<'_>,
    record: &Record,
) -> DomainResult<Json> {
    let audience = match audience_of(&asked.request.who, record) {
        Audience::Everyone
            if record.hides_address()
                && asked.standing(reader, record).await? == manage::Standing::Manager =>
        {
            Audience::Owner
        }
        audience => audience,
    };
    Ok(Json::Object(record.to_public(audience)))
}

fn is_same(user: &Record, record: &Record) -> bool {
    user.id() == record.id() && user.collection().id == record.collection().id
}
