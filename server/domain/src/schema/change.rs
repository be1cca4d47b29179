//! A change of the schema as one write: tables, views, definitions and policies, or nothing.

use std::{collections::BTreeSet, sync::Arc};

use underpin_files::Prefix;
use underpin_model::{Collection, DomainError, DomainResult, ErrorCode, ErrorTree, FieldError};
use underpin_storage::{TableChange, Transaction};

use super::{
    auth_draft, carry,
    diff::{self, TableChanges},
    import_failure, index_checks, logged,
    next::Next,
    renamed::Renamed,
    rule_checks, save, system_fields, validate, view,
};
use crate::{Backend, removal};

/// Which collections a client asks to be changed; all others merely follow.
pub(super) enum Asked {
    /// One, whose errors go by their place in it.
    One(String),
    /// Many at once, whose errors go by the collection.
    Import(BTreeSet<String>),
}

impl Asked {
    fn has(&self, id: &str) -> bool {
        match self {
            Self::One(one) => one == id,
            Self::Import(many) => many.contains(id),
        }
    }
}

/// Carries a change out and tells everybody whom it concerns.
///
/// # Errors
/// `Invalid` with the entries at fault; nothing is changed then.
pub(super) async fn apply(backend: &Backend, next: Next, asked: Asked) -> DomainResult<()> {
    let next = backend
        .change_schema(next.before().version, move |tx| {
            Box::pin(async move {
                let mut next = next;
                carry_out(tx, &mut next, &asked).await?;
                Ok(next)
            })
        })
        .await?;
    tidy_up(backend, &next).await;
    Ok(())
}

async fn carry_out(tx: &mut Transaction, next: &mut Next, asked: &Asked) -> DomainResult<()> {
    let renamed = carry::carry(next)?;
    complete(next, asked);
    check_tables(next, asked)?;
    let problem = change_tables(tx, next).await?;
    check_views(next, asked, problem)?;
    check_others(next, asked)?;
    store(tx, next, &renamed).await
}

/// Writes indexes for the table that they are of, puts those back in that an auth collection
/// needs, and takes the names of fields that are gone out of its options.
fn complete(next: &mut Next, asked: &Asked) {
    for (_, new) in next.changed() {
        let mut completed = new.as_ref().clone();
        index_checks::keep_to_table(&mut completed);
        system_fields::ensure_indexes(&mut completed);
        if let Some(auth) = &mut completed.auth {
            auth_draft::forget_unknown_fields(&new, auth);
        }
        if asked.has(&new.id) && completed != *new {
            next.put(completed);
        }
    }
}

/// Checks the definitions of tables and the names of views, before anything is done to them.
fn check_tables(next: &Next, asked: &Asked) -> DomainResult<()> {
    for (old, new) in next.changed() {
        if !asked.has(&new.id) {
            continue;
        }
        let errors = match asked {
            // The rest of a view is checked when its fields are known.
            _ if new.is_view() => validate::check_name(next, old.as_deref(), &new),
            Asked::One(_) => validate::check(next, old.as_deref(), &new),
            Asked::Import(_) => validate::check_structure(next, old.as_deref(), &new),
        };
        refuse(asked, &new, errors)?;
    }
    Ok(())
}

/// Changes the tables and brings the views up to date. A view that can't be is the answer.
async fn change_tables(
    tx: &mut Transaction,
    next: &mut Next,
) -> DomainResult<Option<view::Problem>> {
    let tables: Vec<(Arc<Collection>, TableChanges)> = next
        .changed()
        .into_iter()
        .map(|(old, new)| {
            let changes = match old {
                Some(old) => diff::between(&old, &new),
                None => diff::creation(&new),
            };
            (new, changes)
        })
        .collect();
    let before: Vec<Arc<Collection>> = next.before().collections().to_vec();
    let ids = before.iter().filter(|old| old.is_view()).map(|view| view.id.clone());
    let mut standing: BTreeSet<String> = ids.collect();
    for (table, changes) in &tables {
        save::change_table(tx, &changes.first, &table.indexes).await?;
    }
    let renames: Vec<TableChange> =
        tables.iter().flat_map(|(_, changes)| changes.renames.clone()).collect();
    let renames_view = next
        .changed()
        .iter()
        .any(|(old, new)| new.is_view() && old.as_ref().is_some_and(|old| old.name != new.name));
    let follows = !renames.is_empty() || renames_view;
    if follows {
        view::follow_renames(tx, next, &renames, &mut standing).await?;
    }
    let removed = next.removed();
    let touches = tables.iter().any(|(_, changes)| changes.touch_the_table())
        || removed.iter().any(|collection| !collection.is_view());
    // A view takes those that read it along, so all go and are made again.
    let changes_view = before
        .iter()
        .filter(|old| old.is_view())
        .any(|old| next.by_id(&old.id).is_none_or(|new| new.view_query != old.view_query));
    if follows || touches || changes_view {
        view::drop_views(tx, &before, &mut standing).await?;
    }
    for table in removed.iter().filter(|collection| !collection.is_view()) {
        tx.change_table(&TableChange::Drop { table: table.name.clone() }).await?;
    }
    for (table, changes) in &tables {
        save::change_table(tx, &changes.rest, &table.indexes).await?;
    }
    for (table, changes) in &tables {
        save::change_table(tx, &changes.last, &table.indexes).await?;
    }
    Ok(view::settle(tx, next, &standing).await?.err())
}

/// Checks the definitions of views, whose fields are known now, and in an import the rules of
/// everything, which may read views.
fn check_views(next: &Next, asked: &Asked, problem: Option<view::Problem>) -> DomainResult<()> {
    if let Some(problem) = &problem
        && asked.has(&problem.view.id)
    {
        return Err(refuse_view(next, asked, problem));
    }
    for (old, new) in next.changed() {
        if !asked.has(&new.id) {
            continue;
        }
        let errors = match asked {
            _ if new.is_view() => {
                let mut errors = validate::check(next, old.as_deref(), &new);
                if errors.0.contains_key("fields") {
                    errors.put("viewQuery", invalid_query("a column can't be a field"));
                }
                errors
            }
            Asked::One(_) => continue,
            Asked::Import(_) => validate::check_rules(next, old.as_deref(), &new),
        };
        refuse(asked, &new, errors)?;
    }
    match problem {
        Some(problem) => Err(refuse_view(next, asked, &problem)),
        None => Ok(()),
    }
}

/// What a client did not ask to be changed must work as before.
fn check_others(next: &Next, asked: &Asked) -> DomainResult<()> {
    for collection in next.collections() {
        for (field, target) in collection.relations().filter(|_| !asked.has(&collection.id)) {
            if next.by_id(target).is_none() {
                let reason = format!(
                    "The field \"{}\" of \"{}\" is a relation to a collection that is to go.",
                    field.name, collection.name
                );
                return Err(refuse_whole(asked, reason));
            }
        }
    }
    match rule_checks::first_lost(next, |id| asked.has(id)) {
        Some(reason) => Err(refuse_whole(asked, reason)),
        None => Ok(()),
    }
}

async fn store(tx: &mut Transaction, next: &Next, renamed: &Renamed) -> DomainResult<()> {
    for collection in next.removed() {
        save::remove(tx, &collection.id).await?;
    }
    for (old, new) in next.changed() {
        match old {
            Some(_) => save::update(tx, &new).await?,
            None => save::insert(tx, &new).await?,
        }
    }
    logged::follow(tx, next).await?;
    if renamed.is_empty() {
        return Ok(());
    }
    save::carry_policies(tx, next.before(), |collection, text| {
        carry::renamed_rule(next, renamed, collection, text)
    })
    .await
}

fn refuse(asked: &Asked, collection: &Collection, errors: ErrorTree) -> DomainResult<()> {
    match asked {
        Asked::One(_) => errors.into_result("The collection can't be saved."),
        Asked::Import(_) if errors.is_empty() => Ok(()),
        Asked::Import(_) => Err(import_failure::of(collection, &errors)),
    }
}

fn refuse_view(next: &Next, asked: &Asked, problem: &view::Problem) -> DomainError {
    let view::Problem { view, reason } = problem;
    if !asked.has(&view.id) {
        let reason = format!("The view \"{}\" could not be made any more: {reason}.", view.name);
        return refuse_whole(asked, reason);
    }
    let old = next.old(&view.id).map(Arc::as_ref);
    let mut errors = validate::check(next, old, view);
    match view.view_query.as_deref() {
        Some("") | None => errors.put("viewQuery", ErrorCode::Required),
        Some(_) => errors.put("viewQuery", invalid_query(reason)),
    }
    match asked {
        Asked::One(_) => DomainError::invalid("The collection can't be saved.", errors),
        Asked::Import(_) => import_failure::of(view, &errors),
    }
}

fn refuse_whole(asked: &Asked, reason: String) -> DomainError {
    match asked {
        Asked::One(_) => DomainError::bad_request(reason),
        Asked::Import(_) => import_failure::because(reason),
    }
}

/// The error of a view's query, with the reason.
pub(super) fn invalid_query(reason: &str) -> FieldError {
    let message = format!("The view's query can't be used: {reason}.");
    FieldError::with_message(ErrorCode::InvalidViewQuery, message)
}

/// Ends sessions that are void now and removes files that belong to nothing.
async fn tidy_up(backend: &Backend, next: &Next) {
    let secret = |collection: &Collection| {
        collection.auth.as_deref().map(|auth| auth.auth_token.secret.clone())
    };
    for (old, new) in next.changed() {
        if old.is_some_and(|old| secret(&old) != secret(&new)) {
            backend.hub.sign_out_all(&new.id);
        }
    }
    for collection in next.removed() {
        backend.hub.sign_out_all(&collection.id);
        let Ok(files) = Prefix::collection(&collection.id) else { continue };
        if let Err(error) = removal::remove_files(backend, &files).await {
            tracing::warn!(collection.id = %collection.id, %error, "files of a deleted collection stay behind");
        }
    }
}
