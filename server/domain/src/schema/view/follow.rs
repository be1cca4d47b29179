//! Renames of tables, columns and views, with the queries of all views carried along.

use std::{collections::BTreeSet, sync::Arc};

use underpin_model::{Collection, DomainError, DomainResult};
use underpin_storage::{NewView, StorageError, TableChange, Transaction};

use super::{super::next::Next, settle::definition};

/// Carries renames out while all views stand, and puts their new queries into the schema.
///
/// Views that were given a query of their own with the same change keep that. Afterwards the
/// renamed views are gone, to be made again under their new names.
///
/// # Errors
/// `Invalid` when a view reads something in a way that can't follow.
pub(in super::super) async fn follow_renames(
    tx: &mut Transaction,
    next: &mut Next,
    renames: &[TableChange],
    standing: &mut BTreeSet<String>,
) -> DomainResult<()> {
    let before: Vec<Arc<Collection>> = next.before().collections().to_vec();
    let mut views = Vec::new();
    for view in before.into_iter().filter(|collection| collection.is_view()) {
        let shape = tx.describe_query(view.view_query.as_deref().unwrap_or_default()).await?;
        let plain = definition(next, &view, &shape);
        tx.change_table(&TableChange::PinView(plain.clone())).await?;
        views.push((view, plain));
    }
    // What was written by hand, or is going, follows nothing.
    views
        .retain(|(old, _)| next.by_id(&old.id).is_some_and(|new| new.view_query == old.view_query));
    for rename in renames {
        tx.change_table(rename).await.map_err(refuse)?;
    }
    take_queries(tx, next, &views).await?;
    let mut renamed = Vec::new();
    for (old, new) in next.changed() {
        let Some(old) = old.filter(|old| old.is_view() && old.name != new.name) else { continue };
        let columns = old.fields.iter().map(|field| field.name.clone()).collect();
        let (from, to) = (old.name.clone(), new.name.clone());
        let rename = TableChange::RenameView { from, to, columns };
        tx.change_table(&rename).await.map_err(refuse)?;
        standing.remove(&old.id);
        views.retain(|(view, _)| view.id != old.id);
        take_queries(tx, next, &views).await?;
        renamed.push(TableChange::DropRenamedView { name: new.name.clone() });
    }
    for rest in renamed {
        tx.change_table(&rest).await?;
    }
    Ok(())
}

/// Drops views, so that the tables which they read can be changed.
pub(in super::super) async fn drop_views(
    tx: &mut Transaction,
    views: &[Arc<Collection>],
    standing: &mut BTreeSet<String>,
) -> DomainResult<()> {
    for view in views.iter().filter(|view| view.is_view()) {
        if standing.remove(&view.id) {
            tx.change_table(&TableChange::DropView { name: view.name.clone() }).await?;
        }
    }
    Ok(())
}

/// Puts the queries as they stand now into the schema.
async fn take_queries(
    tx: &mut Transaction,
    next: &mut Next,
    views: &[(Arc<Collection>, NewView)],
) -> DomainResult<()> {
    for (old, plain) in views {
        let followed = tx.query_of_view(plain).await?;
        let Some(view) = next.by_id(&old.id).cloned() else { continue };
        if bare(&plain.query) != bare(&followed) {
            next.put(Collection { view_query: Some(followed), ..view.as_ref().clone() });
        }
    }
    Ok(())
}

/// A query without what may stand around it.
fn bare(query: &str) -> &str {
    query.trim().trim_end_matches(';').trim_end()
}

/// The database refuses a rename that a view can't follow.
fn refuse(error: StorageError) -> DomainError {
    if !matches!(error, StorageError::Other { .. }) {
        return error.into();
    }
    tracing::warn!(cause = ?error, "a rename was refused");
    DomainError::bad_request(
        "A view reads what is renamed in a way that can't follow. Change the view's query first.",
    )
}
