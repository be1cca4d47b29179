//! The tables of a test in a real PostgreSQL.

use std::{
    cell::RefCell,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use rusqlite::types::Value as Bind;
use sea_query::{Alias, PostgresQueryBuilder, Query, SelectStatement};
use sea_query_sqlx::SqlxBinder;
use sqlx::{
    AssertSqlSafe, Column, Connection, Executor, PgConnection, Row, TypeInfo, ValueRef,
    postgres::PgRow,
};
use tokio::runtime::{Builder, Runtime};
use underpin_model::{Field, Json, Record, field::ColumnShape};
use underpin_testpg::TestDatabase;

use crate::{
    Cell, Flavour, PostgresFlavour,
    cell::stored_cell,
    testing::{Rows, TestSchema},
};

const FUNCTIONS: [&str; 3] = [
    include_str!("../../../migrations/postgres/0002_functions.sql"),
    include_str!("../../../migrations/postgres/0003_strftime.sql"),
    include_str!("../../../migrations/postgres/0007_strftime_zones.sql"),
];

/// A connection whose transaction holds the tables; they go with it.
pub(crate) struct Postgres(RefCell<Option<Session>>);

struct Session {
    runtime: Runtime,
    connection: PgConnection,
}

thread_local! {
    static IDLE: RefCell<Option<Session>> = const { RefCell::new(None) };
}

impl Session {
    fn open() -> Self {
        static SHARED: OnceLock<TestDatabase> = OnceLock::new();
        let database = SHARED.get_or_init(|| {
            let database = TestDatabase::create();
            FUNCTIONS.iter().for_each(|functions| drop(database.run(functions)));
            database
        });
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let connection = runtime.block_on(PgConnection::connect(&database.url())).unwrap();
        let mut session = Self { runtime, connection };
        // Tables that are not committed yet would wait for those of the same name.
        static MADE: AtomicU32 = AtomicU32::new(0);
        let own = MADE.fetch_add(1, Ordering::Relaxed);
        session.run(&format!("CREATE SCHEMA own{own}"));
        session.run(&format!("SET search_path TO own{own}, public"));
        session
    }

    fn run(&mut self, sql: &str) {
        let done = self.connection.execute(vouched(sql));
        self.runtime.block_on(done).unwrap_or_else(|error| panic!("{error}: {sql}"));
    }
}

impl Postgres {
    /// The tables of a schema with these rows.
    pub(crate) fn with(schema: &TestSchema, records: &[Record]) -> Self {
        let mut session = IDLE.take().unwrap_or_else(Session::open);
        session.run("BEGIN");
        for collection in &schema.collections {
            let columns: Vec<_> = collection.fields.iter().map(column).collect();
            session.run(&format!(
                "CREATE TABLE \"{}\" ({}, _rowid bigint GENERATED ALWAYS AS IDENTITY)",
                collection.name,
                columns.join(", ")
            ));
        }
        let mut insert = String::new();
        for record in records {
            let columns = record.cells().map(|(field, _)| Alias::new(&field.name));
            let cells = record
                .cells()
                .map(|(field, value)| PostgresFlavour.stored(field.column(), &stored_cell(value)));
            let statement = Query::insert()
                .into_table(Alias::new(&record.collection().name))
                .columns(columns)
                .values_panic(cells)
                .to_string(PostgresQueryBuilder);
            insert.push_str(&statement);
            insert.push(';');
        }
        session.run(&insert);
        Self(RefCell::new(Some(session)))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(mut session) = self.0.take().filter(|_| !std::thread::panicking()) {
            session.run("ROLLBACK");
            IDLE.set(Some(session));
        }
    }
}

impl Rows for Postgres {
    fn flavour(&self) -> &'static dyn Flavour {
        &PostgresFlavour
    }

    fn rows(&self, select: &SelectStatement) -> Vec<Vec<Bind>> {
        let (sql, values) = select.build_sqlx(PostgresQueryBuilder);
        let mut session = self.0.borrow_mut();
        let Session { runtime, connection } = session.as_mut().unwrap();
        let asked = sqlx::query_with(vouched(&sql), values).persistent(false);
        let rows = runtime.block_on(asked.fetch_all(connection));
        let rows = rows
            .unwrap_or_else(|error| panic!("{error}: {}", select.to_string(PostgresQueryBuilder)));
        rows.iter().map(cells).collect()
    }
}

#[expect(clippy::disallowed_methods, reason = "what tests ask is theirs")]
fn vouched(sql: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(sql.to_owned())
}

/// A row as SQLite would give it.
fn cells(row: &PgRow) -> Vec<Bind> {
    let cell = |place: usize| {
        if row.try_get_raw(place).unwrap().is_null() {
            return Bind::Null;
        }
        match row.column(place).type_info().name() {
            "TEXT" => Bind::Text(row.get(place)),
            "INT4" => Bind::Integer(row.get::<i32, _>(place).into()),
            "INT8" => Bind::Integer(row.get(place)),
            "FLOAT8" => cell_bind(Cell::number(row.get(place))),
            "BOOL" => Bind::Integer(row.get::<bool, _>(place).into()),
            "JSONB" => {
                // A byte with the format's version stands before the text.
                let bytes = row.try_get_raw(place).unwrap().as_bytes().unwrap();
                let json: Json = serde_json::from_slice(&bytes[1..]).unwrap();
                cell_bind(Cell::from_json(&json))
            }
            other => panic!("a column of type {other}"),
        }
    };
    (0..row.len()).map(cell).collect()
}

fn cell_bind(cell: Cell) -> Bind {
    match cell {
        Cell::Null => Bind::Null,
        Cell::Integer(integer) => integer.into(),
        Cell::Real(real) => real.into(),
        Cell::Text(text) => text.into(),
    }
}

fn column(field: &Field) -> String {
    let kind = match (field.name.as_str(), field.column()) {
        ("id", _) => "text COLLATE \"C\" PRIMARY KEY",
        (_, ColumnShape::Text) => "text COLLATE \"C\" NOT NULL DEFAULT ''",
        (_, ColumnShape::Number) => "double precision NOT NULL DEFAULT 0",
        (_, ColumnShape::Bool) => "boolean NOT NULL DEFAULT false",
        (_, ColumnShape::List) => "jsonb NOT NULL DEFAULT '[]'",
        (_, ColumnShape::Point) => "jsonb NOT NULL DEFAULT '{\"lon\":0,\"lat\":0}'",
        (_, ColumnShape::Json) => "json DEFAULT NULL",
    };
    format!("\"{}\" {kind}", field.name)
}
