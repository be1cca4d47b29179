//! References to accounts in the system's own collections: sign-ins by others, second factors,
//! one-time passwords, places of sign-in.

use underpin_model::{DomainResult, ErrorCode, ErrorTree, Record};
use underpin_storage::Transaction;

use super::rows;
use crate::schema::Snapshot;

const COLLECTION: &str = "collectionRef";
const RECORD: &str = "recordRef";

/// Refuses a reference to a collection that has no accounts, or to an account that is not there.
pub(super) async fn check(
    tx: &mut Transaction,
    snapshot: &Snapshot,
    record: &Record,
) -> DomainResult<ErrorTree> {
    let mut errors = ErrorTree::default();
    let own = record.collection();
    if !own.system || own.field(COLLECTION).is_none() || own.field(RECORD).is_none() {
        return Ok(errors);
    }
    let named = snapshot.find(record.text(COLLECTION));
    match named.filter(|found| found.is_auth() && found.id == record.text(COLLECTION)) {
        None => errors.put(COLLECTION, ErrorCode::InvalidCollectionId),
        Some(target) => {
            let account = rows::with_id(&target.name, record.text(RECORD));
            if tx.rows(&account).await?.is_empty() {
                errors.put(RECORD, ErrorCode::InvalidRecord);
            }
        }
    }
    Ok(errors)
}
