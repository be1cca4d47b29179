//! Where the server is and how a connection to it is set up.

use std::{
    fmt,
    str::FromStr,
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{
    ConnectOptions, Connection, PgConnection,
    postgres::{PgConnectOptions, PgSslMode},
};

use super::{complaint, exchange::BESIDE};
use crate::{StorageError, StorageResult, statement::script};

/// The oldest version that will do, as the server numbers it.
const OLDEST: u32 = 140_000;
/// Names the lock that the writers of all nodes share.
const LOCK: i64 = 0x0055_6e64_6572_7069;
/// Prepared statements kept by a connection.
const KEPT_STATEMENTS: usize = 512;
/// How the connections are called in the server's lists.
const NAME: &str = "underpin";
/// Pause before another try to connect.
const BETWEEN_TRIES: Duration = Duration::from_millis(200);
/// What the server takes for no limit.
const NO_LIMIT: &str = "0";
/// A server that knows how looks now and then whether the other end of a running statement is
/// still there.
const LOOK_AFTER_CLIENT: &str = "SET client_connection_check_interval = 1000";

const LOOK_IN: &str = "SELECT set_config('search_path', \
     concat_ws(', ', $1, nullif(current_setting('search_path'), '')), false)";

/// How to open a PostgreSQL database.
#[derive(Clone)]
pub struct PostgresOptions {
    /// Where it is: `postgres://user:password@host:port/database?sslmode=…`.
    pub url: String,
    /// Reading connections of this process, beside three others.
    pub readers: usize,
    /// How long one reading statement may take.
    pub read_limit: Duration,
    /// How long one writing statement or write unit may take. Changing a large table takes time.
    pub write_limit: Duration,
    /// How long to wait for a connection, for other writers, or for a free reader.
    pub busy_limit: Duration,
    /// How long the server keeps a write open whose node says nothing any more.
    pub idle_limit: Duration,
    /// Write units that may wait; further callers wait for a place.
    pub waiting_units: usize,
    /// Whether a database that holds half of a project is opened, for the other half.
    pub accepts_half_moved: bool,
    /// Whether it is the project in the schema that a restore uses, beside the one that is served.
    pub is_beside: bool,
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Read,
    Write,
    /// Describes queries and tries them, and keeps nothing.
    Try,
    /// Waits for word of other nodes.
    Listen,
    /// Reads one moment of everything, however long that takes.
    Snapshot,
}

impl PostgresOptions {
    /// The defaults for an address.
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            readers: std::thread::available_parallelism().map_or(4, usize::from).clamp(4, 16),
            read_limit: Duration::from_secs(30),
            write_limit: Duration::from_secs(300),
            busy_limit: Duration::from_secs(10),
            idle_limit: Duration::from_secs(15),
            waiting_units: 1_024,
            accepts_half_moved: false,
            is_beside: false,
        }
    }

    /// A connection, set up for its purpose. Where the server has given out all that it has, it is
    /// waited for one.
    pub(super) async fn connect(&self, purpose: Purpose) -> StorageResult<PgConnection> {
        let until = Instant::now() + self.busy_limit;
        loop {
            match self.connect_once(purpose).await {
                Err(StorageError::Busy) if Instant::now() < until => {
                    tokio::time::sleep(BETWEEN_TRIES).await;
                }
                done => return done,
            }
        }
    }

    async fn connect_once(&self, purpose: Purpose) -> StorageResult<PgConnection> {
        let options = self.connect_options(purpose)?;
        let opening = PgConnection::connect_with(&options);
        let opened = tokio::time::timeout(self.busy_limit, opening).await;
        let opened = opened.unwrap_or_else(|_| {
            let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
            Err(sqlx::Error::Io(late))
        });
        let mut connection =
            opened.map_err(|error| complaint::from_sqlx("connecting to the database", error))?;
        check_version(&connection)?;
        if purpose != Purpose::Listen {
            // Some systems can't; then an abandoned statement ends at its limit.
            let _ = script(LOOK_AFTER_CLIENT.to_owned()).execute(&mut connection).await;
        }
        Ok(connection)
    }

    /// The lock that writers share: those of the schema beside are others.
    pub(super) fn lock(&self) -> i64 {
        if self.is_beside { LOCK + 1 } else { LOCK }
    }

    /// How the follower connects.
    pub(super) fn listener_options(&self) -> StorageResult<PgConnectOptions> {
        self.connect_options(Purpose::Listen)
    }

    fn connect_options(&self, purpose: Purpose) -> StorageResult<PgConnectOptions> {
        let mut options = PgConnectOptions::from_str(&self.url)
            .map_err(|error| StorageError::other("reading the database's address", error))?;
        if options.get_application_name().is_none() {
            options = options.application_name(NAME);
        }
        if matches!(options.get_ssl_mode(), PgSslMode::Prefer) && is_local(options.get_host()) {
            options = options.ssl_mode(PgSslMode::Disable);
        }
        let millis = |limit: Duration| limit.as_millis().max(1).to_string();
        let limit = match purpose {
            Purpose::Write => millis(self.write_limit),
            Purpose::Read | Purpose::Try | Purpose::Listen => millis(self.read_limit),
            Purpose::Snapshot => NO_LIMIT.to_owned(),
        };
        let idle_limit = match purpose {
            Purpose::Snapshot => NO_LIMIT.to_owned(),
            _ => millis(self.idle_limit),
        };
        let only_reads = matches!(purpose, Purpose::Read | Purpose::Snapshot);
        let read_only = if only_reads { "on" } else { "off" };
        if self.is_beside {
            options = options.options([("search_path", BESIDE)]);
        }
        Ok(options.statement_cache_capacity(KEPT_STATEMENTS).disable_statement_logging().options([
            ("statement_timeout", limit),
            ("lock_timeout", millis(self.busy_limit)),
            ("idle_in_transaction_session_timeout", idle_limit),
            ("default_transaction_read_only", read_only.to_owned()),
            ("standard_conforming_strings", "on".to_owned()),
            // Compiling a plan takes longer than what is asked here.
            ("jit", "off".to_owned()),
        ]))
    }
}

/// Lets names of tables mean those of a schema first.
pub(super) async fn look_in(
    connection: &mut PgConnection,
    schema: &'static str,
) -> StorageResult<()> {
    let done = sqlx::query(LOOK_IN).bind(schema).execute(connection).await;
    done.map_err(|error| complaint::from_sqlx("choosing a schema", error)).map(drop)
}

/// Whether the way to a host leads over no network.
fn is_local(host: &str) -> bool {
    host.starts_with('/') || matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]")
}

fn check_version(connection: &PgConnection) -> StorageResult<()> {
    match connection.server_version_num() {
        Some(version) if version < OLDEST => Err(StorageError::Migration(format!(
            "the database server is PostgreSQL {}; version {} or newer is needed",
            version / 10_000,
            OLDEST / 10_000
        ))),
        _ => Ok(()),
    }
}

impl fmt::Debug for PostgresOptions {
    /// Without the address, which may hold a password.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("PostgresOptions").field("readers", &self.readers).finish_non_exhaustive()
    }
}

/// Where pool and follower get their connections from: they are opened by one runtime, which lives
/// as long as the database, while their statements run wherever they are asked for.
#[derive(Clone, Debug)]
pub(crate) struct Opener {
    pub(crate) options: PostgresOptions,
    pub(crate) runtime: tokio::runtime::Handle,
    /// A schema whose tables come before others.
    pub(crate) schema: Option<&'static str>,
}

impl Opener {
    pub(crate) async fn connect(self: &Arc<Self>, purpose: Purpose) -> StorageResult<PgConnection> {
        let opener = Arc::clone(self);
        let opening = self.runtime.spawn(async move {
            let mut connection = opener.options.connect(purpose).await?;
            if let Some(schema) = opener.schema {
                look_in(&mut connection, schema).await?;
            }
            Ok(connection)
        });
        opening.await.map_err(|_| StorageError::Closed)?
    }
}
