//! A superuser's own statements in SQL. They read; whoever wants to write says so.
//!
//! Of what is in the database they show what superusers may see anywhere: no password hashes, no
//! token keys, no secrets that tokens are signed with. What they write is rows of collections;
//! neither rules nor checks of fields are asked, realtime does not tell of it, and files stay.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use underpin_model::{
    CollectionKind, DomainError, DomainResult, ErrorCode, ErrorTree, FieldError, Principal,
};
use underpin_storage::{ConsoleAnswer, ConsoleAsk, ConsoleTable, StorageError};

use crate::{Backend, OpContext, logs, schema::Snapshot};

/// Longest text, in bytes.
const MAX_BYTES: usize = 5_000;
/// Most rows of an answer.
const MAX_ROWS: usize = 1_000;
/// How long statements may read.
const READ_LIMIT: Duration = Duration::from_secs(30);
/// How long statements may write: all other writers wait.
const WRITE_LIMIT: Duration = Duration::from_secs(10);
/// Tables of the server's own that may be read, each with the columns that hold secrets.
const OWN_TABLES: [(&str, &[&str]); 5] = [
    ("_collections", &["options"]),
    ("_params", &["value"]),
    ("_policies", &[]),
    ("_role_links", &[]),
    ("_changes", &[]),
];

/// Statements that a superuser sends.
#[derive(Clone, Debug)]
pub struct SqlAsk {
    /// The statements.
    pub text: String,
    /// Whether they may write.
    pub writes: bool,
}

/// What the last one of them yielded.
#[derive(Clone, Debug)]
pub struct SqlAnswer {
    /// Columns, rows and the number of written ones.
    pub found: ConsoleAnswer,
    /// How long it took, in milliseconds.
    pub millis: u64,
}

/// Runs statements. For superusers; the caller has checked that. What is run is logged, what it
/// yields is not.
///
/// # Errors
/// `Invalid` with the database's words for what it does not take, and for what may not be done.
pub async fn run_sql(backend: &Backend, ctx: &OpContext, ask: SqlAsk) -> DomainResult<SqlAnswer> {
    check(&ask.text)?;
    let snapshot = backend.schema.snapshot();
    let limit = if ask.writes { WRITE_LIMIT } else { READ_LIMIT };
    let statements = ConsoleAsk {
        tables: tables(&snapshot),
        text: ask.text,
        writes: ask.writes,
        most_rows: MAX_ROWS,
        limit,
    };
    log(ctx, &statements);
    let begun = Instant::now();
    let found = if statements.writes {
        write(backend, snapshot.version, statements).await
    } else {
        backend.database.console(statements).await.map_err(refusal)
    }?;
    let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(SqlAnswer { found, millis })
}

async fn write(
    backend: &Backend,
    version: i64,
    statements: ConsoleAsk,
) -> DomainResult<ConsoleAnswer> {
    let registry = std::sync::Arc::clone(&backend.schema);
    let written = backend.database.write(move |tx| {
        Box::pin(async move {
            registry.check(tx, version).await?;
            tx.end_by(Instant::now() + statements.limit);
            tx.console(&statements).await.map_err(refusal)
        })
    });
    written.await
}

fn check(text: &str) -> DomainResult<()> {
    let error = match text.len() {
        0 => ErrorCode::Required.into(),
        bytes if bytes > MAX_BYTES => FieldError::too_long(MAX_BYTES),
        _ if text.trim().is_empty() => {
            return Err(DomainError::bad_request("There is no statement."));
        }
        // SQLite reads no further, and PostgreSQL hangs up.
        _ if text.contains('\0') => {
            return Err(DomainError::bad_request("The statements have the sign U+0000."));
        }
        _ => return Ok(()),
    };
    Err(DomainError::invalid("The statements are refused.", ErrorTree::one("query", error)))
}

/// What the statements may touch.
fn tables(snapshot: &Snapshot) -> HashMap<String, ConsoleTable> {
    let own = OWN_TABLES.iter().map(|(name, hidden)| {
        let hidden = hidden.iter().map(|column| (*column).to_owned()).collect();
        ((*name).to_owned(), ConsoleTable { is_writable: false, hidden })
    });
    let collections = snapshot.collections().iter().map(|collection| {
        let secrets = collection.fields.iter().filter(|field| field.is_secret());
        let table = ConsoleTable {
            is_writable: collection.kind != CollectionKind::View,
            hidden: secrets.map(|field| field.name.to_lowercase()).collect(),
        };
        (collection.name.to_lowercase(), table)
    });
    own.chain(collections).collect()
}

fn log(ctx: &OpContext, ask: &ConsoleAsk) {
    let who = match ctx.who() {
        Principal::Superuser(record) => record.id(),
        _ => "",
    };
    let statements = logs::without_tokens(&ask.text);
    let (writes, request_id) = (ask.writes, &ctx.request_id);
    tracing::info!(target: "underpin::audit", who, statements, writes, request_id, "SQL of a superuser");
}

fn refusal(error: StorageError) -> DomainError {
    match error {
        StorageError::Definition(words) => {
            DomainError::bad_request(format!("The statements can't be run: {words}."))
        }
        StorageError::Timeout => DomainError::bad_request("The statements took too long."),
        other => other.into(),
    }
}
