//! Ids of new records that the database alone would let through.
//!
//! No two auth collections share an id. Rules know a caller by its id alone
//! (`owner = @request.auth.id`): whoever could choose the id of somebody else's account, in a
//! collection that is open to sign-ups, would pass for that account.
//!
//! No two ids of a collection differ in case alone: files of a record lie in a folder of its id,
//! and some disks take two such folders for one.

use sea_query::{Alias, Expr, ExprTrait, Func, Query};
use underpin_model::{DomainResult, ErrorCode, ErrorTree, FieldOptions, JsonMap, Record, field};
use underpin_storage::Transaction;

use super::rows;
use crate::schema::Snapshot;

/// Refuses the id of a new record that is taken in a way that no index tells. An id that was drawn
/// for it is its own but for the accounts of other collections.
pub(super) async fn check(
    tx: &mut Transaction,
    snapshot: &Snapshot,
    body: &JsonMap,
    record: &Record,
) -> DomainResult<ErrorTree> {
    let mut errors = ErrorTree::default();
    if is_an_account_elsewhere(tx, snapshot, record).await? {
        errors.put("id", ErrorCode::InvalidAuthId);
    }
    let pattern = own_pattern(record).filter(|_| body.contains_key("id"));
    if let Some(pattern) = pattern
        && is_taken(tx, record, pattern).await?
    {
        errors.put("id", ErrorCode::InvalidId);
    }
    Ok(errors)
}

async fn is_an_account_elsewhere(
    tx: &mut Transaction,
    snapshot: &Snapshot,
    record: &Record,
) -> DomainResult<bool> {
    let own = record.collection();
    if !own.is_auth() {
        return Ok(false);
    }
    let others = snapshot.collections().iter();
    for other in others.filter(|other| other.is_auth() && other.id != own.id) {
        let same = rows::with_id(&other.name, record.id());
        if !tx.rows(&same).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a record has the id, in any case. Looks through all ids where some may differ in case.
async fn is_taken(tx: &mut Transaction, record: &Record, pattern: &str) -> DomainResult<bool> {
    let (id, column) = (record.id(), Expr::col(Alias::new("id")));
    let lower = id.to_ascii_lowercase();
    let others = [id.to_ascii_uppercase(), lower.clone()];
    let case_matters = others.iter().any(|o| o != id && field::matches_pattern(pattern, o));
    let same = match case_matters {
        true => Expr::from(Func::lower(column)).eq(lower),
        false => column.eq(id),
    };
    let select = Query::select()
        .column(Alias::new("id"))
        .from(Alias::new(&record.collection().name))
        .and_where(same)
        .limit(1)
        .to_owned();
    Ok(!tx.rows(&select).await?.is_empty())
}

/// The pattern of the collection's ids, unless it is the standard one: those have no capitals.
fn own_pattern(record: &Record) -> Option<&str> {
    match record.collection().field("id").map(|field| &field.options) {
        Some(FieldOptions::Text(options)) if options.pattern != field::STANDARD_ID_PATTERN => {
            Some(&options.pattern)
        }
        _ => None,
    }
}
