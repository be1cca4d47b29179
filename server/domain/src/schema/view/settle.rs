//! Brings every view up to date with the tables that stand: its fields, and the view itself where
//! it is missing.

use std::{collections::BTreeSet, sync::Arc};

use underpin_model::{Collection, DomainResult, Field, field::ColumnShape};
use underpin_storage::{NewView, StorageError, TableChange, Transaction, ViewQuery, ViewShape};

use super::{super::next::Next, columns, reads};

/// A view that can't be.
pub(in super::super) struct Problem {
    /// The view, with the fields that its query would yield as far as they are known.
    pub(in super::super) view: Collection,
    /// Why, for its author.
    pub(in super::super) reason: String,
}

/// A query that the database understands.
pub(super) struct Understood {
    pub(super) query: ViewQuery,
    pub(super) shape: ViewShape,
}

/// Gives every view the fields of its query, and makes those that are not among `standing`.
///
/// Views that read others come after them, in whatever order they are listed.
///
/// # Errors
/// Storage faults. A view that can't be is the answer.
pub(in super::super) async fn settle(
    tx: &mut Transaction,
    next: &mut Next,
    standing: &BTreeSet<String>,
) -> DomainResult<Result<(), Problem>> {
    let is_view = |collection: &&Arc<Collection>| collection.is_view();
    let mut waiting: Vec<_> = next.collections().iter().filter(is_view).cloned().collect();
    let mut unsettled: BTreeSet<String> = waiting.iter().map(|view| view.id.clone()).collect();
    while !waiting.is_empty() {
        let (mut later, mut first_problem) = (Vec::new(), None);
        let count = waiting.len();
        for view in waiting {
            match look(tx, next, &view, &unsettled).await? {
                Ok(understood) => {
                    let is_missing = !standing.contains(&view.id);
                    update(tx, next, &view, &understood, is_missing).await?;
                    unsettled.remove(&view.id);
                }
                Err(problem) => {
                    first_problem.get_or_insert(problem);
                    later.push(view);
                }
            }
        }
        match first_problem {
            Some(problem) if later.len() == count => return Ok(Err(problem)),
            _ => waiting = later,
        }
    }
    Ok(Ok(()))
}

/// Makes every view that can be made on this database; tells of those that can't, each with why.
///
/// # Errors
/// Storage faults.
pub(in super::super) async fn make_all(
    tx: &mut Transaction,
    next: &mut Next,
) -> DomainResult<Vec<Problem>> {
    let is_view = |collection: &&Arc<Collection>| collection.is_view();
    let mut waiting: Vec<_> = next.collections().iter().filter(is_view).cloned().collect();
    let mut unsettled: BTreeSet<String> = waiting.iter().map(|view| view.id.clone()).collect();
    loop {
        let (mut later, mut problems) = (Vec::new(), Vec::new());
        let count = waiting.len();
        for view in waiting {
            let made = match look(tx, next, &view, &unsettled).await? {
                Ok(understood) => make(tx, next, &view, &understood).await?,
                Err(problem) => Err(problem),
            };
            match made {
                Ok(()) => drop(unsettled.remove(&view.id)),
                Err(problem) => {
                    problems.push(problem);
                    later.push(view);
                }
            }
        }
        if later.len() == count {
            return Ok(problems);
        }
        waiting = later;
    }
}

/// Makes a view, unless the database refuses it.
async fn make(
    tx: &mut Transaction,
    next: &Next,
    view: &Arc<Collection>,
    understood: &Understood,
) -> DomainResult<Result<(), Problem>> {
    let new = definition(next, view, &understood.shape);
    let reason = match tx.change_table(&TableChange::CreateView(new)).await {
        Ok(()) => return Ok(Ok(())),
        Err(StorageError::Definition(reason)) => reason,
        Err(StorageError::Other { source, .. }) => source.to_string(),
        Err(error) => return Err(error.into()),
    };
    Ok(Err(Problem { view: view.as_ref().clone(), reason }))
}

/// What the database makes of a view's query, if that is something a view can be.
async fn look(
    tx: &mut Transaction,
    next: &Next,
    view: &Arc<Collection>,
    unsettled: &BTreeSet<String>,
) -> DomainResult<Result<Understood, Problem>> {
    let text = view.view_query.as_deref().unwrap_or_default();
    let problem = |reason: String, fields: Vec<Field>| Problem {
        view: Collection { fields, ..view.as_ref().clone() },
        reason,
    };
    let query = match ViewQuery::parse(text) {
        Ok(query) => query,
        Err(error) => return Ok(Err(problem(error.to_string(), Vec::new()))),
    };
    let shape = match tx.describe_query(text).await {
        Ok(shape) => shape,
        Err(StorageError::Definition(reason)) => return Ok(Err(problem(reason, Vec::new()))),
        Err(error) => return Err(error.into()),
    };
    if let Err(reason) = reads::check(next, &shape) {
        return Ok(Err(problem(reason, Vec::new())));
    }
    let open = reads::collections(next, &shape);
    if open.iter().any(|read| unsettled.contains(&read.id)) {
        return Ok(Err(problem("it reads itself".to_owned(), Vec::new())));
    }
    if !shape.columns.iter().any(|column| column.name == "id") {
        let fields = columns::fields(next, Some(view), &query, &shape);
        return Ok(Err(problem(MISSING_ID.to_owned(), fields)));
    }
    Ok(Ok(Understood { query, shape }))
}

/// What is said of a query without ids.
pub(super) const MISSING_ID: &str =
    "the column \"id\" is missing (use `(ROW_NUMBER() OVER()) AS id` where there is none)";

async fn update(
    tx: &mut Transaction,
    next: &mut Next,
    view: &Arc<Collection>,
    understood: &Understood,
    is_missing: bool,
) -> DomainResult<()> {
    let Understood { query, shape } = understood;
    if is_missing {
        let new = definition(next, view, shape);
        tx.change_table(&TableChange::CreateView(new)).await?;
    }
    let old = next.old(&view.id).cloned();
    let fields = columns::fields(next, old.as_deref(), query, shape);
    if fields != view.fields {
        next.put(Collection { fields, ..view.as_ref().clone() });
    }
    Ok(())
}

/// A view as the database shall keep it.
pub(super) fn definition(next: &Next, view: &Collection, shape: &ViewShape) -> NewView {
    let query = ViewQuery::parse(&shape.query).ok();
    let shapes = query.map(|query| columns::fields(next, None, &query, shape));
    NewView {
        name: view.name.clone(),
        columns: shape.columns.iter().map(|column| column.name.clone()).collect(),
        shapes: shapes.unwrap_or_default().iter().map(Field::column).collect(),
        query: shape.query.clone(),
        has_text_id: has_text_id(next, shape),
    }
}

/// Whether the ids are those of a table's text column.
fn has_text_id(next: &Next, shape: &ViewShape) -> bool {
    let id = shape.columns.iter().find(|column| column.name == "id");
    id.and_then(|id| id.origin.as_ref()).is_some_and(|origin| {
        let collection = next.by_name(&origin.table).filter(|collection| !collection.is_view());
        let field = collection.and_then(|collection| {
            collection.fields.iter().find(|field| field.name.eq_ignore_ascii_case(&origin.column))
        });
        field.is_some_and(|field| field.column() == ColumnShape::Text)
    })
}
