//! Emptying a database that another project is to be brought into.

use sea_query::{Alias, Query};

use super::{
    place::Place,
    snapshot::{Snapshot, refused},
    tables::{TRANSFER, is_system, system_tables},
};
use crate::{
    Database, StorageResult,
    quoting::quoted,
    statement::{Dialect, Statement},
};

const VIEW: &str = "VIEW";

/// What was taken out of a database.
#[derive(Clone, Debug, Default)]
pub struct Wiped {
    /// The ids of the collections that were in it.
    pub collections: Vec<String>,
}

/// Takes a project, or half of one, out of a database. Tables that are no project's stay, and are
/// the reason of a refusal.
///
/// # Errors
/// [`crate::StorageError::Transfer`] when there is something else in it; nothing is changed then.
pub async fn wipe(place: &Place, target: &Database) -> StorageResult<Wiped> {
    let mut snapshot = Snapshot::begin(place).await?;
    let names = snapshot.relations().await?;
    let has = |name: &str| names.iter().any(|other| other == name);
    let (mut known, mut collections) = (Vec::new(), Vec::new());
    if has("_collections") {
        let select = Query::select().columns(["id", "name"]).from("_collections").take();
        for row in snapshot.rows(&select).await? {
            collections.push(row.text("id")?.to_owned());
            known.push(row.text("name")?.to_owned());
        }
    }
    if has(TRANSFER) {
        let select = Query::select().column("name").from(TRANSFER).take();
        for row in snapshot.rows(&select).await? {
            known.push(row.text("name")?.to_owned());
        }
    }
    let of_projects: Vec<String> = names.into_iter().filter(|name| !is_system(name)).collect();
    let strange = |name: &&String| !known.iter().any(|other| other.eq_ignore_ascii_case(name));
    if let Some(strange) = of_projects.iter().find(strange) {
        return Err(refused(format!("\"{strange}\" in {place} is no project's; remove it first")));
    }
    drop(snapshot);
    let dialect = place.dialect();
    let unit = target.write(move |tx| {
        Box::pin(async move {
            drop_all(tx, dialect, &of_projects).await?;
            tx.raw("DROP TABLE IF EXISTS _transfer").await?;
            for table in system_tables() {
                tx.execute(&Query::delete().from_table(Alias::new(table.name)).take()).await?;
            }
            Ok(Wiped { collections })
        })
    });
    unit.await
}

/// Removes views, then tables.
async fn drop_all(
    tx: &mut crate::Transaction,
    dialect: Dialect,
    names: &[String],
) -> StorageResult<()> {
    let cascade = if dialect == Dialect::Postgres { " CASCADE" } else { "" };
    let (mut views, mut tables) = (Vec::new(), Vec::new());
    for name in names {
        let kind = kind_of(tx, dialect, name).await?;
        let text = format!("DROP {kind} IF EXISTS {}{cascade}", quoted(name));
        if kind == VIEW { &mut views } else { &mut tables }.push(Statement::vouched(text));
    }
    for statement in views.into_iter().chain(tables) {
        tx.connection().execute(&statement).await?;
    }
    Ok(())
}

async fn kind_of(
    tx: &mut crate::Transaction,
    dialect: Dialect,
    name: &str,
) -> StorageResult<&'static str> {
    use sea_query::{Expr, ExprTrait};
    let select = match dialect {
        Dialect::Sqlite => Query::select()
            .column("type")
            .from("sqlite_master")
            .and_where(Expr::col("name").eq(name))
            .and_where(Expr::col("type").is_in(["table", "view"]))
            .take(),
        Dialect::Postgres => Query::select()
            .expr_as(Expr::cust("relkind::text"), "type")
            .from("pg_class")
            .and_where(Expr::cust("relnamespace = current_schema()::regnamespace"))
            .and_where(Expr::col("relname").eq(name))
            .take(),
    };
    let found = tx.text(&select).await?.unwrap_or_default();
    Ok(if found == "view" || found == "v" { VIEW } else { "TABLE" })
}
