//! What the server says of a view's query without running it.
//!
//! The query is prepared, which gives its columns, and made a view in a transaction that is undone,
//! which gives what it reads and calls. Making a view is also what keeps it to one select that
//! writes nothing: the server takes nothing else for it.

use std::collections::{BTreeSet, HashMap};

use sqlx::{Column, Executor, PgConnection, Row as _, Statement as _, TypeInfo, postgres::PgRow};

use super::{
    complaint, decode,
    functions::{Function, is_allowed},
    table_change::refused,
    view::{self, Output, inner_query},
    view_names,
    write_connection::PostgresWriter,
};
use crate::{
    ColumnName, NewView, ShapeColumn, StorageError, StorageResult, ViewShape,
    index_lexer::tokens_beside_comments,
    quoting::quoted,
    statement::{QUERY_HEAD, Statement, script, to_prepare},
    view::{checked_query, with_text},
};

/// Most texts in double quotes of one query.
const MAX_QUOTED_TEXTS: usize = 200;
/// Most views that stand between a column and the table that has it.
const MAX_DEPTH: usize = 20;
/// What stands behind a query that is looked at by itself.
const QUERY_TAIL: &str = "\n) _q";

/// What a view reads, it and those that it reads. A table whose rows are merely counted has no
/// column.
const READS: &str = "WITH RECURSIVE views(id) AS ( \
       SELECT to_regclass(quote_ident($1))::oid \
       UNION SELECT c.oid FROM views v JOIN pg_rewrite r ON r.ev_class = v.id \
         JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid \
           AND d.refclassid = 'pg_class'::regclass \
         JOIN pg_class c ON c.oid = d.refobjid AND c.relkind = 'v' \
     ) \
     SELECT DISTINCT c.relname::text, coalesce(a.attname::text, '') \
     FROM views v JOIN pg_rewrite r ON r.ev_class = v.id \
       JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid \
         AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.id \
       JOIN pg_class c ON c.oid = d.refobjid \
       LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid \
         AND d.refobjsubid > 0";
/// Every column of what a view reads, where it takes a row as a whole: the server notes no columns
/// of that.
const WHOLE_ROWS: &str = "SELECT DISTINCT c.relname::text, a.attname::text \
     FROM pg_rewrite r, regexp_matches(r.ev_action::text, ':relid ([0-9]+)', 'g') AS m, \
       pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 \
         AND NOT a.attisdropped \
     WHERE r.ev_class = to_regclass(quote_ident($1)) AND c.oid = m[1]::oid \
       AND c.oid <> r.ev_class AND r.ev_action::text ~ ':varattno 0 '";
/// Tables outside of the schema that the collections are in.
const STRANGE: &str = "SELECT DISTINCT c.relname::text FROM pg_rewrite r, \
       regexp_matches(r.ev_action::text, ':relid ([0-9]+)', 'g') AS m, pg_class c \
     WHERE r.ev_class = to_regclass(quote_ident($1)) AND c.oid = m[1]::oid \
       AND c.relnamespace <> current_schema()::regnamespace";
/// Every function that is called, those behind operators too.
const CALLS: &str = "SELECT DISTINCT p.proname::text, \
       p.pronamespace = 'pg_catalog'::regnamespace, p.provolatile::text \
     FROM pg_rewrite r, regexp_matches(r.ev_action::text, \
       ':(?:funcid|aggfnoid|winfnoid|opfuncid|elemfuncid) ([0-9]+)', 'g') AS m, pg_proc p \
     WHERE r.ev_class = to_regclass(quote_ident($1)) AND p.oid = m[1]::oid";
/// Where a column is, and the text of the view if it is one's.
const PLACE: &str = "SELECT c.relname::text, a.attname::text, \
       CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) END \
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
     WHERE c.oid = $1::int8::oid AND a.attnum = $2";
const TEXT_OF_VIEW: &str = "SELECT pg_get_viewdef(to_regclass(quote_ident($1)))";

/// What a query is, on a connection of its own.
pub(super) async fn alone(connection: &mut PgConnection, query: &str) -> StorageResult<ViewShape> {
    command(connection, "BEGIN").await?;
    let shape = look(connection, query).await;
    command(connection, "ROLLBACK").await?;
    shape
}

/// The rows of a select over a view that is made for it, on a connection of its own. The
/// transaction may write nothing more once the view stands.
pub(super) async fn tried(
    connection: &mut PgConnection,
    view: &NewView,
    select: &Statement,
) -> StorageResult<Vec<PgRow>> {
    command(connection, "BEGIN").await?;
    let query = look(connection, &view.query).await?.query;
    let yields = yielded(connection, &query).await?;
    let create = view::statement(view, &query, &yields)?;
    let made = Statement::vouched(create).to_postgres().execute(&mut *connection).await;
    made.map_err(explained)?;
    command(connection, "SET TRANSACTION READ ONLY").await?;
    let rows = select.to_postgres().fetch_all(&mut *connection).await;
    rows.map_err(|error| complaint::from_sqlx("trying a view", error))
}

impl PostgresWriter {
    /// What a query is. Nothing of the look stays.
    pub(crate) async fn describe(&mut self, query: &str) -> StorageResult<ViewShape> {
        self.within(async |connection| look(connection, query).await).await
    }

    /// The query as the server wants its names.
    pub(super) async fn translated(&mut self, query: &str) -> StorageResult<String> {
        self.within(async |connection| understood(connection, query).await).await
    }

    /// The columns that a query yields.
    pub(super) async fn output_of(&mut self, query: &str) -> StorageResult<Vec<Output>> {
        self.within(async |connection| yielded(connection, query).await).await
    }

    /// A view's query as it stands after what it reads was renamed: as it was written where it
    /// still means the same, else as the server prints it.
    pub(crate) async fn query_of_view(&mut self, view: &NewView) -> StorageResult<String> {
        self.within(async |connection| {
            let stored = text_of(connection, &view.name).await?;
            let unchanged = reprinted(connection, view).await.ok();
            command(connection, "ROLLBACK TO look; SAVEPOINT look").await?;
            if unchanged.as_deref() == Some(stored.as_str()) {
                return Ok(view.query.clone());
            }
            let query = inner_query(&stored).map(str::to_owned);
            query.ok_or_else(|| refused("the view is not as it was made"))
        })
        .await
    }

    /// Does something of which nothing stays.
    pub(super) async fn within<T>(
        &mut self,
        deed: impl AsyncFnOnce(&mut PgConnection) -> StorageResult<T>,
    ) -> StorageResult<T> {
        if !self.is_settled() {
            self.recover().await?;
        }
        self.run("SAVEPOINT look".to_owned()).await?;
        let done = deed(&mut self.connection).await;
        if matches!(done, Err(StorageError::Unreachable(_))) {
            self.lose();
            return done;
        }
        self.run("ROLLBACK TO look; RELEASE look".to_owned()).await?;
        done
    }
}

/// How the server prints a view that is made of the query as it was written.
async fn reprinted(connection: &mut PgConnection, view: &NewView) -> StorageResult<String> {
    let query = understood(connection, &view.query).await?;
    let yields = yielded(connection, &query).await?;
    let again = NewView { name: passing_name(), ..view.clone() };
    let create = Statement::vouched(view::statement(&again, &query, &yields)?);
    create.to_postgres().execute(&mut *connection).await.map_err(explained)?;
    text_of(connection, &again.name).await
}

async fn text_of(connection: &mut PgConnection, view: &str) -> StorageResult<String> {
    let row = sqlx::query(TEXT_OF_VIEW).bind(view.to_owned()).fetch_one(connection).await;
    Ok(decode::text(&row.map_err(explained)?)?.unwrap_or_default())
}

/// Inside a transaction that is undone.
async fn look(connection: &mut PgConnection, query: &str) -> StorageResult<ViewShape> {
    let query = understood(connection, query).await?;
    let yields = yielded(connection, &query).await?;
    let name = passing_name();
    let columns: Vec<String> = (0..yields.len()).map(|place| format!("_c{place}")).collect();
    let create = format!(
        "CREATE VIEW {} AS {QUERY_HEAD}{query}{QUERY_TAIL} ({})",
        quoted(&name),
        columns.join(", ")
    );
    let made = Statement::vouched(create).to_postgres().execute(&mut *connection).await;
    made.map_err(explained)?;
    check_calls(connection, &name).await?;
    let reads = reads(connection, &name).await?;
    let mut columns = Vec::with_capacity(yields.len());
    let mut seen: HashMap<String, usize> = HashMap::new();
    for output in yields {
        let origin = origin(connection, output.origin).await?;
        let times = seen.entry(output.name.to_lowercase()).or_default();
        let name = match *times {
            0 => output.name,
            again => format!("{}:{again}", output.name),
        };
        *times += 1;
        columns.push(ShapeColumn { name, origin });
    }
    Ok(ViewShape { query, columns, reads })
}

fn passing_name() -> String {
    format!("_look_{}", underpin_model::id::random_lowercase(15))
}

/// The query with names as the server wants them, and texts in single quotes. Many write them in
/// double ones, which are for names; that is taken where no column has the name.
async fn understood(connection: &mut PgConnection, query: &str) -> StorageResult<String> {
    let query = checked_query(query)?;
    let mut query = view_names::translated(connection, query).await?;
    command(connection, "SAVEPOINT attempt").await?;
    for _ in 0..MAX_QUOTED_TEXTS {
        let text = format!("{QUERY_HEAD}{query}{QUERY_TAIL}");
        let Err(error) = connection.prepare(to_prepare(text.clone())).await else {
            command(connection, "RELEASE attempt").await?;
            return Ok(query);
        };
        let place = complaint::place_of_unknown_column(&error)
            .and_then(|place| text.char_indices().nth(place.checked_sub(1)?))
            .and_then(|(at, _)| at.checked_sub(QUERY_HEAD.len()));
        let Some(place) = place else { return Err(explained(error)) };
        let Some(other) = with_text(&query, place)? else { return Err(explained(error)) };
        command(connection, "ROLLBACK TO attempt").await?;
        query = other;
    }
    Err(refused("texts belong into single quotes"))
}

/// The columns of a query that was understood.
async fn yielded(connection: &mut PgConnection, query: &str) -> StorageResult<Vec<Output>> {
    tokens_beside_comments(query)?;
    outputs(connection, format!("{QUERY_HEAD}{query}{QUERY_TAIL}")).await
}

async fn outputs(connection: &mut PgConnection, text: String) -> StorageResult<Vec<Output>> {
    let prepared = connection.prepare(to_prepare(text)).await.map_err(explained)?;
    let columns = prepared.columns().iter().map(|column| Output {
        name: column.name().to_owned(),
        kind: column.type_info().name().to_owned(),
        origin: column.relation_id().map(|id| id.0).zip(column.relation_attribute_no()),
    });
    Ok(columns.collect())
}

/// The table's column that a value comes from, through views if need be.
async fn origin(
    connection: &mut PgConnection,
    mut place: Option<(u32, i16)>,
) -> StorageResult<Option<ColumnName>> {
    for _ in 0..MAX_DEPTH {
        let Some((relation, attribute)) = place else { return Ok(None) };
        let select = sqlx::query(PLACE).bind(i64::from(relation)).bind(attribute);
        let row = select.fetch_optional(&mut *connection).await.map_err(explained)?;
        let Some(row) = row else { return Ok(None) };
        let Some(text) = decode::text_at(&row, 2)? else {
            let (table, column) = (decode::text_at(&row, 0)?, decode::text_at(&row, 1)?);
            let found = table.zip(column);
            return Ok(found.map(|(table, column)| ColumnName { table, column }));
        };
        let text = text.trim().trim_end_matches(';');
        // What stands around a view's query gives each column its type, in the same order.
        let text = inner_query(text).unwrap_or(text).to_owned();
        let at = usize::try_from(attribute - 1).unwrap_or(usize::MAX);
        place = outputs(connection, text).await?.get(at).and_then(|output| output.origin);
    }
    Ok(None)
}

async fn check_calls(connection: &mut PgConnection, view: &str) -> StorageResult<()> {
    for row in asked(connection, CALLS, view).await? {
        let function = Function {
            name: decode::text_at(&row, 0)?.unwrap_or_default(),
            is_built_in: row.try_get(1).map_err(explained)?,
            volatility: decode::text_at(&row, 2)?.unwrap_or_default(),
        };
        if !is_allowed(&function) {
            return Err(refused(&format!("the function {} can't be used", function.name)));
        }
    }
    Ok(())
}

async fn reads(connection: &mut PgConnection, view: &str) -> StorageResult<BTreeSet<ColumnName>> {
    if let Some(row) = asked(connection, STRANGE, view).await?.first() {
        let table = decode::text(row)?.unwrap_or_default();
        return Err(refused(&format!("the table \"{table}\" is not a collection's")));
    }
    let mut rows = asked(connection, READS, view).await?;
    rows.extend(asked(connection, WHOLE_ROWS, view).await?);
    let read = |row: &PgRow| {
        let (table, column) = (decode::text_at(row, 0)?, decode::text_at(row, 1)?);
        let (table, column) = (table.unwrap_or_default(), column.unwrap_or_default());
        Ok(ColumnName { table, column })
    };
    rows.iter().map(read).collect()
}

async fn asked(
    connection: &mut PgConnection,
    select: &'static str,
    view: &str,
) -> StorageResult<Vec<PgRow>> {
    let rows = sqlx::query(select).bind(view.to_owned()).fetch_all(connection).await;
    rows.map_err(explained)
}

async fn command(connection: &mut PgConnection, text: &str) -> StorageResult<()> {
    let done = script(text.to_owned()).execute(connection).await;
    done.map(drop).map_err(|error| complaint::from_sqlx("looking at a view", error))
}

/// The database's own words: they are about the query, which its author knows.
fn explained(error: sqlx::Error) -> StorageError {
    let words = complaint::words(&error).map(str::to_owned);
    match complaint::from_sqlx("preparing a view's query", error) {
        StorageError::Other { context, source } => match words {
            Some(words) => refused(&words),
            None => StorageError::Other { context, source },
        },
        other => other,
    }
}
