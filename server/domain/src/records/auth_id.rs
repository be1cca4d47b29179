//! Ids of auth records, which no two auth collections share.
//!
//! Rules know a caller by its id alone (`owner = @request.auth.id`): whoever could choose the id of
//! somebody else's account, in a collection that is open to sign-ups, would pass for that account.

use sea_query::{Alias, Expr, ExprTrait, Query};
use underpin_model::{DomainResult, ErrorCode, ErrorTree, Record};
use underpin_storage::Transaction;

use crate::schema::Snapshot;

/// Refuses the id of a new auth record that is taken in another auth collection.
pub(super) async fn check(
    tx: &mut Transaction,
    snapshot: &Snapshot,
    record: &Record,
) -> DomainResult<ErrorTree> {
    let own = record.collection();
    let mut errors = ErrorTree::default();
    let others =
        snapshot.collections().iter().filter(|other| other.is_auth() && other.id != own.id);
    for other in others.filter(|_| own.is_auth()) {
        let same = Query::select()
            .column(Alias::new("id"))
            .from(Alias::new(&other.name))
            .and_where(Expr::col(Alias::new("id")).eq(record.id()))
            .to_owned();
        if !tx.rows(&same).await?.is_empty() {
            errors.put("id", ErrorCode::InvalidAuthId);
        }
    }
    Ok(errors)
}
