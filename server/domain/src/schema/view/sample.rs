//! A look at the first rows of a view's query: each needs an id of its own.

use std::collections::HashSet;

use sea_query::{Alias, Query};
use underpin_model::{Collection, DomainResult};
use underpin_storage::{Cell, NewView, Row, StorageError, ViewQuery};

use super::{super::next::Next, reads, settle::definition};
use crate::Backend;

/// How many rows are looked at.
pub(super) const SAMPLE_ROWS: u64 = 10;
/// What the query is called while it is tried.
const TRIED: &str = "_tried";

/// Tries a view's query and tells what is wrong with its rows, if anything is.
///
/// A query that the database does not understand as things stand is left to the change itself,
/// which may bring what it reads.
///
/// # Errors
/// Storage faults.
pub(in super::super) async fn check_sample(
    backend: &Backend,
    next: &Next,
    view: &Collection,
) -> DomainResult<Option<String>> {
    let Some(query) = view.view_query.as_deref() else { return Ok(None) };
    let Ok(shape) = backend.database.describe_query(query).await else { return Ok(None) };
    let has_id = shape.columns.iter().any(|column| column.name == "id");
    if !has_id || ViewQuery::parse(query).is_err() || reads::check(next, &shape).is_err() {
        return Ok(None);
    }
    let tried =
        NewView { name: TRIED.to_owned(), has_text_id: false, ..definition(next, view, &shape) };
    let ids = Query::select()
        .column(Alias::new("id"))
        .from(Alias::new(TRIED))
        .limit(SAMPLE_ROWS)
        .to_owned();
    match backend.database.rows_over_view(&tried, &ids).await {
        Ok(rows) => Ok(wrong_ids(&rows)),
        Err(error) => reason(error).map(Some),
    }
}

/// Why a query that was understood could not be run.
pub(super) fn reason(error: StorageError) -> DomainResult<String> {
    match error {
        StorageError::Timeout => Ok("it takes too long".to_owned()),
        StorageError::Definition(reason) => Ok(reason),
        StorageError::Other { source, .. } => Ok(source.to_string()),
        fault => Err(fault.into()),
    }
}

fn wrong_ids(rows: &[Row]) -> Option<String> {
    let mut seen = HashSet::new();
    for row in rows {
        match row.cell("id") {
            Ok(Cell::Text(id)) if !id.is_empty() => {
                if !seen.insert(id) {
                    return Some("it yields records with the same id".to_owned());
                }
            }
            _ => return Some("it yields records without an id".to_owned()),
        }
    }
    None
}
