//! The schema of a project that is moved into another database: its tables, views and indexes, and
//! what of them the other database can't have.

use std::{collections::BTreeSet, fmt, sync::Arc};

use underpin_model::{Collection, DomainError, DomainResult};
use underpin_storage::{
    Database, IndexDefinition, StorageError, TableChange, Transaction, Versioned,
    transfer::MovedTable,
};

use super::{diff, next::Next, registry::Snapshot, save, view};

/// What is not in the target, since its database can't have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// A view with its collection.
    View {
        /// The collection's name.
        name: String,
        /// Why.
        reason: String,
        /// The view's query.
        query: String,
    },
    /// An index.
    Index {
        /// The collection's name.
        collection: String,
        /// Why.
        reason: String,
        /// The index's definition.
        definition: String,
    },
}

/// Why a target was not prepared; nothing has been done to it.
#[derive(Debug)]
pub enum Undone {
    /// It can't have all of the schema.
    CannotHave(Vec<LeftOut>),
    /// Something failed.
    Failed(DomainError),
}

/// The tables of all collections, in the order of their making.
pub(crate) fn moved_tables(schema: &Snapshot) -> Vec<MovedTable> {
    let collections = schema.collections().iter().filter(|collection| !collection.is_view());
    let tables = collections.flat_map(|collection| diff::creation(collection).rest);
    let moved = |change: TableChange| match change {
        TableChange::Create { table, columns } => Some(MovedTable::of_collection(&table, &columns)),
        _ => None,
    };
    tables.filter_map(moved).collect()
}

/// Makes all tables and views, empty, and begins the transfer of tables. Indexes are tried, and
/// come when the rows are there.
///
/// # Errors
/// What the database can't have, unless that may be left out; then nothing is made.
pub(crate) async fn prepare(
    target: &Database,
    schema: &Arc<Snapshot>,
    transfer: (String, Vec<String>),
    may_leave_out: bool,
) -> Result<Vec<LeftOut>, Undone> {
    let schema = Arc::clone(schema);
    let unit = target.write(move |tx| {
        Box::pin(async move {
            let mut next = Next::of(schema);
            let mut left_out = make_tables(tx, &next).await?;
            for problem in view::make_all(tx, &mut next).await? {
                left_out.push(LeftOut::View {
                    name: problem.view.name,
                    reason: problem.reason,
                    query: problem.view.view_query.unwrap_or_default(),
                });
            }
            if !left_out.is_empty() && !may_leave_out {
                return Err(Undone::CannotHave(left_out));
            }
            let (fingerprint, tables) = transfer;
            let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
            tx.begin_transfer(&fingerprint, &tables).await?;
            Ok(left_out)
        })
    });
    unit.await
}

async fn make_tables(tx: &mut Transaction, next: &Next) -> Result<Vec<LeftOut>, Undone> {
    let mut left_out = Vec::new();
    for collection in next.collections() {
        for change in diff::creation(collection).rest {
            tx.change_table(&change).await?;
        }
    }
    for (collection, definition, index) in indexes(next.collections()) {
        let name = index.name.clone();
        match tx.change_table(&TableChange::CreateIndex(index)).await {
            Ok(()) => tx.change_table(&TableChange::DropIndex { name }).await?,
            Err(error) => left_out.push(refused(&collection, definition, error)?),
        }
    }
    Ok(left_out)
}

/// Makes the indexes of a project whose rows have come, those that are missing; `told` hears the
/// name of each before. Those that can't be made are the answer.
///
/// # Errors
/// Storage faults.
pub(crate) async fn make_indexes(
    target: &Database,
    schema: &Snapshot,
    told: &(dyn Fn(&str) + Sync),
) -> Result<Vec<LeftOut>, StorageError> {
    let mut left_out = Vec::new();
    for (collection, definition, index) in indexes(schema.collections()) {
        told(&index.name);
        let change = TableChange::CreateIndex(IndexDefinition { is_optional: true, ..index });
        let unit = target.write(move |tx| Box::pin(async move { tx.change_table(&change).await }));
        if let Err(error) = unit.await {
            left_out.push(refused(&collection, definition, error)?);
        }
    }
    Ok(left_out)
}

/// Takes out of the target's schema what its tables lack, and ends the transfer. The views that
/// are left out are the answer.
///
/// # Errors
/// Storage faults.
pub(crate) async fn finish(
    target: &Database,
    schema: &Arc<Snapshot>,
    missing_indexes: Vec<LeftOut>,
    position: i64,
) -> DomainResult<Vec<LeftOut>> {
    let schema = Arc::clone(schema);
    let unit = target.write(move |tx| {
        Box::pin(async move {
            let views = remove_missing(tx, &schema, &missing_indexes).await?;
            tx.end_transfer(position).await?;
            Ok::<_, DomainError>(views)
        })
    });
    unit.await
}

/// Takes out of a schema what a backup's database lacks, since it was made of another kind of
/// database. All of that is the answer.
///
/// # Errors
/// Storage faults.
pub(crate) async fn take_out_missing(
    database: &Database,
    schema: &Arc<Snapshot>,
    indexes: Vec<LeftOut>,
) -> DomainResult<Vec<LeftOut>> {
    let (schema, missing) = (Arc::clone(schema), indexes.clone());
    let unit = database
        .write(move |tx| Box::pin(async move { remove_missing(tx, &schema, &missing).await }));
    let views = unit.await?;
    Ok(views.into_iter().chain(indexes).collect())
}

async fn remove_missing(
    tx: &mut Transaction,
    schema: &Snapshot,
    missing_indexes: &[LeftOut],
) -> DomainResult<Vec<LeftOut>> {
    let views = missing_views(tx, schema).await?;
    for collection in schema.collections() {
        if views.iter().any(|view| view.is_of(&collection.name)) {
            save::remove(tx, &collection.id).await?;
        } else if missing_indexes.iter().any(|index| index.is_of(&collection.name)) {
            save::update(tx, &without(collection, missing_indexes)).await?;
        }
    }
    if !views.is_empty() || !missing_indexes.is_empty() {
        tx.raise_version(Versioned::Schema).await?;
    }
    Ok(views)
}

/// The views that do not stand.
pub(super) async fn missing_views(
    tx: &mut Transaction,
    schema: &Snapshot,
) -> DomainResult<Vec<LeftOut>> {
    let mut missing = Vec::new();
    for view in schema.collections().iter().filter(|collection| collection.is_view()) {
        if tx.columns(&view.name).await?.is_empty() {
            missing.push(LeftOut::View {
                name: view.name.clone(),
                reason: "the database can't run its query".to_owned(),
                query: view.view_query.clone().unwrap_or_default(),
            });
        }
    }
    Ok(missing)
}

pub(super) fn without(collection: &Collection, missing: &[LeftOut]) -> Collection {
    let gone: BTreeSet<&str> = missing
        .iter()
        .filter(|index| index.is_of(&collection.name))
        .filter_map(|index| match index {
            LeftOut::Index { definition, .. } => Some(definition.as_str()),
            LeftOut::View { .. } => None,
        })
        .collect();
    let mut collection = collection.clone();
    collection.indexes.retain(|text| !gone.contains(text.as_str()));
    collection
}

/// The indexes of all collections: the collection's name, the text, and what it says.
fn indexes(
    collections: &[Arc<Collection>],
) -> impl Iterator<Item = (String, String, IndexDefinition)> {
    let tables = collections.iter().filter(|collection| !collection.is_view());
    tables.flat_map(|collection| {
        collection.indexes.iter().filter_map(|text| {
            let index = IndexDefinition::parse(text).ok()?;
            Some((collection.name.clone(), text.clone(), index))
        })
    })
}

/// An index that the database, or its rows, refuse.
fn refused(
    collection: &str,
    definition: String,
    error: StorageError,
) -> Result<LeftOut, StorageError> {
    let reason = match error {
        StorageError::Unique { .. } => "records have equal values".to_owned(),
        StorageError::Definition(reason) => reason,
        StorageError::Unfit(reason) => reason.to_owned(),
        StorageError::Other { source, .. } => source.to_string(),
        error => return Err(error),
    };
    Ok(LeftOut::Index { collection: collection.to_owned(), reason, definition })
}

impl LeftOut {
    pub(super) fn is_of(&self, collection: &str) -> bool {
        match self {
            Self::View { name, .. } => name == collection,
            Self::Index { collection: of, .. } => of == collection,
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::View { name, reason, query } => {
                write!(out, "the view \"{name}\": {reason} (its query: {query})")
            }
            Self::Index { collection, reason, definition } => {
                write!(out, "an index of \"{collection}\": {reason} ({definition})")
            }
        }
    }
}

impl From<StorageError> for Undone {
    fn from(error: StorageError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<DomainError> for Undone {
    fn from(error: DomainError) -> Self {
        Self::Failed(error)
    }
}
