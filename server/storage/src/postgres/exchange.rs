//! Putting another project in the place of the one that is served.
//!
//! The other one was made in a schema of its own. One transaction moves tables, views and our
//! functions from schema to schema: whoever looks sees the one project or the other. What belongs
//! to the nodes and not to the project stays: their last groups, the jobs' runs, the counters.

use sqlx::Executor;

use super::{
    complaint, decode,
    open::{PostgresOptions, Purpose},
    write_connection::PostgresWriter,
};
use crate::{StorageResult, statement::script};

/// The schema of a project that waits to be put in place.
pub(super) const BESIDE: &str = "_underpin_restore";
/// The schema of the project that was served before.
const BEFORE: &str = "_underpin_before";

/// Removes what an earlier restore has left.
const CLEAR: [&str; 2] = [
    "DROP SCHEMA IF EXISTS _underpin_restore CASCADE",
    "DROP SCHEMA IF EXISTS _underpin_before CASCADE",
];

impl PostgresOptions {
    /// Makes an empty schema for a project beside the one that is served.
    pub(crate) async fn make_room_beside(&self) -> StorageResult<()> {
        let mut connection = self.connect(Purpose::Try).await?;
        let make = format!("{}; CREATE SCHEMA {BESIDE}", CLEAR.join("; "));
        let made = connection.execute(script(make)).await;
        made.map_err(|error| complaint::from_sqlx("making a schema", error)).map(drop)
    }

    /// Removes the project beside the one that is served, and the one that was served before.
    pub(crate) async fn clear_beside(&self) -> StorageResult<()> {
        let mut connection = self.connect(Purpose::Try).await?;
        let done = connection.execute(script(CLEAR.join("; "))).await;
        done.map_err(|error| complaint::from_sqlx("removing a schema", error)).map(drop)
    }
}

impl PostgresWriter {
    /// Puts the project beside in place of the one that is served, which is kept.
    pub(crate) async fn put_beside_in_place(&mut self) -> StorageResult<()> {
        let position = format!("SELECT position FROM {BESIDE}._counters");
        let position = self.run(position).await?;
        let position = position.last().map_or(Ok(0), |row| decode::whole(row, 0))?;
        self.exchange(BESIDE, BEFORE, position).await
    }

    /// Puts the project that was served before in its place again.
    pub(crate) async fn put_back_before(&mut self) -> StorageResult<()> {
        self.exchange(BEFORE, BESIDE, 0).await
    }

    async fn exchange(&mut self, from: &str, to: &str, position: i64) -> StorageResult<()> {
        self.run(statement(from, to)).await?;
        self.forget_plans().await?;
        // Behind both: nobody takes what comes for what was.
        self.go_on_behind(position);
        Ok(())
    }
}

/// Moves what is served to one schema, and what is in another one to its place. Versions are higher
/// than both were, so that what was planned on either is turned away.
fn statement(from: &str, to: &str) -> String {
    format!(
        "DO $exchange$
DECLARE
    main text := current_schema();
    main_oid oid := (SELECT oid FROM pg_namespace WHERE nspname = current_schema());
    staying text[] := ARRAY['_migrations', '_counters', '_writers', '_jobs'];
    going text[] := ARRAY(
        SELECT relname FROM pg_class
        WHERE relnamespace = main_oid AND relkind IN ('r', 'p', 'v', 'm')
        AND (relname IN ('_params', '_collections', '_policies', '_role_links', '_changes')
            OR relname IN (SELECT name FROM _collections)));
    coming text[] := ARRAY(
        SELECT relname FROM pg_class
        WHERE relnamespace = '{from}'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
        AND relname <> ALL (staying));
    item text;
BEGIN
    DROP SCHEMA IF EXISTS {to} CASCADE;
    CREATE SCHEMA {to};
    FOREACH item IN ARRAY going LOOP
        EXECUTE format('ALTER TABLE %I.%I SET SCHEMA {to}', main, item);
    END LOOP;
    FOREACH item IN ARRAY ARRAY(
        SELECT oid::regprocedure::text FROM pg_proc
        WHERE pronamespace = main_oid AND proname LIKE '\\_up\\_%'
    ) LOOP
        EXECUTE format('ALTER ROUTINE %s SET SCHEMA {to}', item);
    END LOOP;
    FOREACH item IN ARRAY coming LOOP
        EXECUTE format('ALTER TABLE {from}.%I SET SCHEMA %I', item, main);
    END LOOP;
    FOREACH item IN ARRAY ARRAY(
        SELECT oid::regprocedure::text FROM pg_proc
        WHERE pronamespace = '{from}'::regnamespace AND proname LIKE '\\_up\\_%'
    ) LOOP
        EXECUTE format('ALTER ROUTINE %s SET SCHEMA %I', item, main);
    END LOOP;
    FOREACH item IN ARRAY ARRAY['schemaVersion', 'settingsVersion'] LOOP
        EXECUTE format(
            'INSERT INTO %1$I._params (id, value) SELECT %2$L, (1 + greatest(
                coalesce((SELECT value::bigint FROM {to}._params WHERE id = %2$L), 0),
                coalesce((SELECT value::bigint FROM %1$I._params WHERE id = %2$L), 0)))::text
            ON CONFLICT (id) DO UPDATE SET value = excluded.value', main, item);
    END LOOP;
    DROP SCHEMA {from} CASCADE;
END
$exchange$"
    )
}

#[cfg(test)]
mod tests;
