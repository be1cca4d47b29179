//! Whether the records that a record points at exist.

use sea_query::{Alias, Expr, ExprTrait, Query};
use underpin_model::{DomainResult, ErrorCode, ErrorTree, Record, Value};
use underpin_storage::Transaction;

use crate::schema::Snapshot;

/// Errors of relation fields whose value is new and names records that are not there.
pub(super) async fn check(
    tx: &mut Transaction,
    snapshot: &Snapshot,
    before: Option<&Record>,
    after: &Record,
) -> DomainResult<ErrorTree> {
    let mut errors = ErrorTree::default();
    for (field, value) in after.cells() {
        let Some(relation) = field.relation_options() else { continue };
        let unchanged = before.and_then(|before| before.get(&field.name)) == Some(value);
        if unchanged || value.as_texts().is_empty() {
            continue;
        }
        let target = snapshot.find(&relation.collection_id);
        let found = match target {
            Some(target) => count(tx, &target.name, value).await?,
            None => 0,
        };
        if found != value.as_texts().len() {
            errors.put(&field.name, ErrorCode::MissingRelation);
        }
    }
    Ok(errors)
}

async fn count(tx: &mut Transaction, table: &str, ids: &Value) -> DomainResult<usize> {
    let select = Query::select()
        .column(Alias::new("id"))
        .from(Alias::new(table))
        .and_where(Expr::col(Alias::new("id")).is_in(ids.as_texts().iter().map(String::as_str)))
        .to_owned();
    Ok(tx.rows(&select).await?.len())
}
