//! Rows of `_collections` and `_policies`, and the snapshot read from them.

use std::sync::Arc;

use sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement};
use underpin_access::{
    COLLECTION_ACTIONS, Effect, Policy, PolicySet, RoleLink, policies_of, rules_of,
};
use underpin_model::{
    Collection, DomainError, DomainResult, ErrorCode, ErrorTree, FieldError, Json,
};
use underpin_storage::{
    Database, IndexDefinition, Row, StorageError, StorageResult, TableChange, Transaction,
    Versioned, transfer,
};

use crate::Backend;

use super::{
    registry::Snapshot,
    wire::{fields_json, from_stored, stored_options},
};

const COLLECTIONS: &str = "_collections";
const POLICIES: &str = "_policies";
const ROLE_LINKS: &str = "_role_links";
const COLUMNS: [&str; 9] =
    ["id", "system", "type", "name", "fields", "indexes", "options", "created", "updated"];
const POLICY_COLUMNS: [&str; 5] = ["role", "object", "action", "effect", "condition"];

/// Adds a collection's row and its policies.
pub(super) async fn insert(tx: &mut Transaction, collection: &Collection) -> DomainResult<()> {
    let insert = Query::insert()
        .into_table(Alias::new(COLLECTIONS))
        .columns(COLUMNS.map(Alias::new))
        .values_panic(cells(collection))
        .to_owned();
    tx.execute(&insert).await?;
    add_policies(tx, collection).await
}

/// Rewrites a collection's row and its policies.
pub(super) async fn update(tx: &mut Transaction, collection: &Collection) -> DomainResult<()> {
    let values = COLUMNS.map(Alias::new).into_iter().zip(cells(collection));
    let update = Query::update()
        .table(Alias::new(COLLECTIONS))
        .values(values)
        .and_where(Expr::col(Alias::new("id")).eq(collection.id.as_str()))
        .to_owned();
    tx.execute(&update).await?;
    remove_policies(tx, &collection.id).await?;
    add_policies(tx, collection).await
}

/// Removes a collection's row and every policy that names it.
pub(super) async fn remove(tx: &mut Transaction, collection_id: &str) -> DomainResult<()> {
    let delete = Query::delete()
        .from_table(Alias::new(COLLECTIONS))
        .and_where(Expr::col(Alias::new("id")).eq(collection_id))
        .to_owned();
    tx.execute(&delete).await?;
    let object = format!("collections/{collection_id}");
    let policies = Query::delete()
        .from_table(Alias::new(POLICIES))
        .and_where(Expr::col(Alias::new("object")).eq(object))
        .to_owned();
    tx.execute(&policies).await?;
    Ok(())
}

/// Changes tables. An index that the database or its rows refuse is named by its place.
pub(super) async fn change_table(
    tx: &mut Transaction,
    changes: &[TableChange],
    indexes: &[String],
) -> DomainResult<()> {
    for change in changes {
        if let Err(error) = tx.change_table(change).await {
            return Err(refuse_index(change, indexes, error));
        }
    }
    Ok(())
}

fn refuse_index(change: &TableChange, indexes: &[String], error: StorageError) -> DomainError {
    let reason = match &error {
        StorageError::Unique { .. } => "The index can't be unique: records have equal values.",
        StorageError::Definition(reason) => reason.as_str(),
        StorageError::Other { .. } => "The database does not take this index.",
        _ => return error.into(),
    };
    let TableChange::CreateIndex(index) = change else { return error.into() };
    let own =
        |text: &String| IndexDefinition::parse(text).is_ok_and(|other| other.name == index.name);
    tracing::warn!(index = %index.name, cause = ?error, "an index was refused");
    let Some(place) = indexes.iter().position(own) else { return error.into() };
    let code = ErrorCode::InvalidIndexExpression;
    let below = ErrorTree::one(&place.to_string(), FieldError::with_message(code, reason));
    let mut errors = ErrorTree::default();
    errors.put_branch("indexes", below);
    DomainError::invalid("The collection can't be saved.", errors)
}

fn cells(collection: &Collection) -> [Expr; 9] {
    let indexes = Json::from(collection.indexes.clone());
    [
        collection.id.as_str().into(),
        collection.system.into(),
        collection.kind.name().into(),
        collection.name.as_str().into(),
        fields_json(collection).to_string().into(),
        indexes.to_string().into(),
        stored_options(collection).to_string().into(),
        collection.created.as_str().into(),
        collection.updated.as_str().into(),
    ]
}

async fn add_policies(tx: &mut Transaction, collection: &Collection) -> DomainResult<()> {
    let policies = policies_of(&collection.rules, &collection.id);
    if policies.is_empty() {
        return Ok(());
    }
    let mut insert = Query::insert();
    insert.into_table(Alias::new(POLICIES)).columns(POLICY_COLUMNS.map(Alias::new));
    for policy in policies {
        insert.values_panic::<[Expr; 5]>([
            policy.role.into(),
            policy.object.into(),
            policy.action.into(),
            policy.effect.name().into(),
            policy.condition.into(),
        ]);
    }
    tx.execute(&insert).await?;
    Ok(())
}

/// Removes the policies that are a collection's rules: those of role `public`.
async fn remove_policies(tx: &mut Transaction, collection_id: &str) -> DomainResult<()> {
    let column = |name: &str| Expr::col(Alias::new(name));
    let delete = Query::delete()
        .from_table(Alias::new(POLICIES))
        .and_where(column("object").eq(format!("collections/{collection_id}")))
        .and_where(column("role").eq("public"))
        .and_where(column("effect").eq(Effect::Allow.name()))
        .and_where(column("action").is_in(COLLECTION_ACTIONS.iter().copied()))
        .to_owned();
    tx.execute(&delete).await?;
    Ok(())
}

/// Writes the conditions of all policies that are no rule anew where names in them are others now.
pub(super) async fn carry_policies(
    tx: &mut Transaction,
    before: &Snapshot,
    follow: impl Fn(&Arc<Collection>, &str) -> DomainResult<Option<String>>,
) -> DomainResult<()> {
    let column = |name: &str| Expr::col(Alias::new(name));
    let select = Query::select()
        .columns(["id", "object", "condition"].map(Alias::new))
        .from(Alias::new(POLICIES))
        .and_where(column("condition").ne(""))
        .and_where(
            column("role")
                .ne("public")
                .or(column("effect").ne(Effect::Allow.name()))
                .or(column("action").is_not_in(COLLECTION_ACTIONS.iter().copied())),
        )
        .to_owned();
    for row in tx.rows(&select).await? {
        let collection_id = row.text("object")?.strip_prefix("collections/").unwrap_or_default();
        let known = before.collections().iter().find(|known| known.id == collection_id);
        let Some(collection) = known else { continue };
        let Some(condition) = follow(collection, row.text("condition")?)? else { continue };
        let update = Query::update()
            .table(Alias::new(POLICIES))
            .value(Alias::new("condition"), condition)
            .and_where(column("id").eq(row.int("id")?))
            .to_owned();
        tx.execute(&update).await?;
    }
    Ok(())
}

/// Most times that everything is read until nothing was changed meanwhile.
const MAX_READINGS: usize = 20;

/// Reads everything into a snapshot, all of it of one version.
///
/// # Errors
/// [`DomainError::Busy`] when it is changed all the time.
pub async fn load(database: &Database) -> DomainResult<Snapshot> {
    let mut version = database.version(Versioned::Schema).await?;
    for _ in 0..MAX_READINGS {
        let snapshot = read_all(database, version).await;
        let then = database.version(Versioned::Schema).await?;
        if then == version {
            return snapshot;
        }
        version = then;
    }
    Err(DomainError::Busy)
}

/// Publishes the schema as the database has it.
pub(crate) async fn reload(backend: &Backend) -> DomainResult<()> {
    backend.schema.publish(load(&backend.database).await?);
    Ok(())
}

/// The schema of a database that is to be moved, at the moment of its snapshot.
pub(crate) async fn load_moved(source: &mut transfer::Snapshot) -> DomainResult<Snapshot> {
    let version = source.mark().await?.schema;
    let stored = Stored {
        collections: source.rows(&select_collections()).await?,
        policies: source.rows(&select_policies()).await?,
        links: source.rows(&select_links()).await?,
    };
    snapshot_of(version, &stored).await
}

/// The rows that a schema is read from.
struct Stored {
    collections: Vec<Row>,
    policies: Vec<Row>,
    links: Vec<Row>,
}

async fn read_all(database: &Database, version: i64) -> DomainResult<Snapshot> {
    let stored = Stored {
        policies: database.rows(&select_policies()).await?,
        links: database.rows(&select_links()).await?,
        collections: database.rows(&select_collections()).await?,
    };
    snapshot_of(version, &stored).await
}

fn select_collections() -> SelectStatement {
    Query::select()
        .columns(COLUMNS.map(Alias::new))
        .from(Alias::new(COLLECTIONS))
        .order_by(Alias::new("rowid"), Order::Asc)
        .to_owned()
}

async fn snapshot_of(version: i64, stored: &Stored) -> DomainResult<Snapshot> {
    let policies: Vec<Policy> =
        stored.policies.iter().map(read_policy).collect::<StorageResult<_>>()?;
    let links = stored.links.iter().map(read_link).collect::<StorageResult<_>>()?;
    let mut collections = Vec::new();
    for row in &stored.collections {
        let rules = rules_of(&policies, row.text("id")?);
        let collection = from_stored(&row_json(row)?, rules)
            .map_err(|reason| DomainError::fault("reading a stored collection", reason))?;
        collections.push(Arc::new(collection));
    }
    let policies = PolicySet::build(policies, links)
        .await
        .map_err(|error| DomainError::fault("building the policies", error))?;
    Ok(Snapshot::new(version, collections, policies))
}

fn row_json(row: &Row) -> DomainResult<Json> {
    let parsed = |column: &str| {
        serde_json::from_str::<Json>(row.text(column)?)
            .map_err(|error| DomainError::fault("reading a stored collection", error))
    };
    Ok(serde_json::json!({
        "id": row.text("id")?, "system": row.bool("system")?, "type": row.text("type")?,
        "name": row.text("name")?, "fields": parsed("fields")?, "indexes": parsed("indexes")?,
        "options": parsed("options")?, "created": row.text("created")?,
        "updated": row.text("updated")?,
    }))
}

fn select_policies() -> SelectStatement {
    Query::select()
        .columns(POLICY_COLUMNS.map(Alias::new))
        .from(Alias::new(POLICIES))
        .order_by(Alias::new("id"), Order::Asc)
        .to_owned()
}

fn read_policy(row: &Row) -> StorageResult<Policy> {
    Ok(Policy {
        role: row.text("role")?.to_owned(),
        object: row.text("object")?.to_owned(),
        action: row.text("action")?.to_owned(),
        effect: Effect::from_stored(row.text("effect")?),
        condition: row.text("condition")?.to_owned(),
    })
}

fn select_links() -> SelectStatement {
    Query::select()
        .columns(["member", "role"].map(Alias::new))
        .from(Alias::new(ROLE_LINKS))
        .to_owned()
}

fn read_link(row: &Row) -> StorageResult<RoleLink> {
    Ok(RoleLink::new(row.text("member")?, row.text("role")?))
}
