//! The log as a schema of the PostgreSQL database, apart from the lock of writers.

use std::sync::Arc;

use sqlx::{Connection, PgConnection};
use tokio::sync::Mutex;

use super::NewLog;
use crate::{
    PostgresOptions, Row, StorageResult,
    connection::WriteConnection,
    migrate,
    postgres::{Opener, PostgresWriter, Purpose, Readers, complaint, decode},
    statement::Statement,
};

/// The schema's name.
const SCHEMA: &str = "_logs";
/// Made under the lock of writers: nodes that start at once would disturb each other.
const MAKE_SCHEMA: &str = "CREATE SCHEMA IF NOT EXISTS _logs";
/// Few look at the log at once.
const READERS: usize = 2;

const INSERT: &str = "INSERT INTO _logs._logs (id, created, level, message, data) \
     SELECT id, created, level, message, data::json FROM \
     unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[]) \
     AS entries (id, created, level, message, data)";

pub(super) struct PostgresLogs {
    opener: Arc<Opener>,
    /// Opened when it is needed, and again when it was lost.
    writer: Mutex<Option<PgConnection>>,
    readers: Readers,
}

impl PostgresLogs {
    /// Opens the schema in the database of the records, and makes it if it is missing.
    pub(super) async fn open(options: &PostgresOptions, opener: &Opener) -> StorageResult<Self> {
        let mut writer = PostgresWriter::connect(options.clone()).await?;
        writer.begin_migration().await?;
        writer.script(MAKE_SCHEMA).await?;
        writer.script("COMMIT").await?;
        writer.look_in(SCHEMA).await?;
        let mut connection = WriteConnection::Postgres(writer);
        migrate::run(&mut connection, migrate::POSTGRES_LOGS).await?;
        connection.close().await?;
        let options = PostgresOptions { readers: READERS, ..options.clone() };
        let opener = Opener { options, schema: Some(SCHEMA), ..opener.clone() };
        let opener = Arc::new(opener);
        let readers = Readers::new(Arc::clone(&opener));
        Ok(Self { opener, writer: Mutex::default(), readers })
    }

    pub(super) async fn append(&self, logs: Vec<NewLog>) -> StorageResult<()> {
        let mut columns = Columns::default();
        for NewLog { id, created, level, message, data } in logs {
            columns.ids.push(id);
            columns.created.push(created);
            columns.levels.push(level);
            columns.messages.push(message);
            columns.data.push(data);
        }
        let insert = sqlx::query(INSERT)
            .bind(&columns.ids)
            .bind(&columns.created)
            .bind(&columns.levels)
            .bind(&columns.messages)
            .bind(&columns.data);
        self.write(async |connection| insert.execute(connection).await.map(drop)).await
    }

    pub(super) async fn execute(&self, statement: &Statement) -> StorageResult<u64> {
        let query = statement.to_postgres();
        let run = async |connection: &mut PgConnection| query.execute(connection).await;
        Ok(self.write(run).await?.rows_affected())
    }

    pub(super) async fn rows(&self, statement: &Statement) -> StorageResult<Vec<Row>> {
        decode::rows(&self.readers.fetch(statement).await?)
    }

    pub(super) async fn text(&self, statement: &Statement) -> StorageResult<Option<String>> {
        self.readers.fetch(statement).await?.first().map_or(Ok(None), decode::text)
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        if let Some(writer) = self.writer.lock().await.take()
            && let Err(error) = writer.close().await
        {
            tracing::debug!(target: "underpin::logs", %error, "the log did not close in order");
        }
    }

    /// Does something with the writing connection, and gives it up when it fails.
    async fn write<T>(
        &self,
        deed: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> StorageResult<T> {
        let mut place = self.writer.lock().await;
        let mut connection = match place.take() {
            Some(connection) => connection,
            None => self.opener.connect(Purpose::Write).await?,
        };
        let done = deed(&mut connection).await;
        if done.is_ok() {
            *place = Some(connection);
        }
        done.map_err(|error| complaint::from_sqlx("writing the log", error))
    }
}

#[derive(Default)]
struct Columns {
    ids: Vec<String>,
    created: Vec<String>,
    levels: Vec<i32>,
    messages: Vec<String>,
    data: Vec<String>,
}
