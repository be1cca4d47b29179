//! What other nodes have written: heard of at once, and looked for several times a second, in case
//! that the word was lost and to know for certain that there was none.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{
    Executor,
    postgres::{PgListener, PgPoolOptions},
};
use tokio::sync::watch;

use super::{change_log::CHANNEL, complaint, decode, open::PostgresOptions};
use crate::{StorageResult, Versions, revisions::Revisions, writer::announce};

/// Pause between two looks.
const ROUND: Duration = Duration::from_millis(250);
/// Pause before the server is tried again.
const PAUSE: Duration = Duration::from_millis(250);

const STATE: &str = "SELECT position, \
       (SELECT value FROM _params WHERE id = 'schemaVersion'), \
       (SELECT value FROM _params WHERE id = 'settingsVersion'), \
       (SELECT value FROM _params WHERE id = 'changeEpoch') FROM _counters";
const NEWER: &str = "SELECT collection, max(position) FROM _changes \
     WHERE position > $1 AND position <= $2 GROUP BY collection";

/// Follows the writers of all nodes.
pub(super) struct Follower {
    pub(super) options: PostgresOptions,
    pub(super) committed: Arc<watch::Sender<i64>>,
    pub(super) revisions: Arc<Revisions>,
    pub(super) versions: watch::Sender<Versions>,
    /// What the change log was called when the database was opened.
    pub(super) epoch: String,
    /// Becomes true when it is called otherwise: another project was put in place.
    pub(super) replaced: Arc<watch::Sender<bool>>,
}

impl Follower {
    /// Follows until the task is ended.
    pub(super) async fn run(self) {
        loop {
            if let Err(error) = self.listen().await {
                tracing::warn!(%error, "the word of other nodes is not heard for a moment");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn listen(&self) -> StorageResult<()> {
        let failed = |error| complaint::from_sqlx("listening to other nodes", error);
        let options = self.options.listener_options()?;
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(self.options.busy_limit)
            .connect_with(options)
            .await
            .map_err(failed)?;
        let mut listener = PgListener::connect_with(&pool).await.map_err(failed)?;
        listener.listen(CHANNEL).await.map_err(failed)?;
        loop {
            self.catch_up(&mut listener).await?;
            while let Ok(heard) = tokio::time::timeout(ROUND, listener.try_recv()).await {
                // Nothing when the connection was lost: what was said meanwhile is in the table.
                let Some(heard) = heard.map_err(failed)? else { break };
                if self.is_news(heard.payload()) {
                    break;
                }
            }
        }
    }

    /// Whether word of a commit tells more than what is known: a newer position, or a write that
    /// the change log does not tell of.
    fn is_news(&self, word: &str) -> bool {
        word.parse().map_or(true, |newest: i64| newest > self.revisions.through())
    }

    /// Brings what is known of other nodes' writes up to date.
    async fn catch_up(&self, listener: &mut PgListener) -> StorageResult<()> {
        let failed = |error| complaint::from_sqlx("following other nodes", error);
        let seen = Instant::now();
        let row = listener.fetch_one(STATE).await.map_err(failed)?;
        let epoch = decode::text_at(&row, 3)?.unwrap_or_default();
        if epoch.trim_matches('"') != self.epoch {
            self.replaced.send_replace(true);
        }
        let (newest, known) = (decode::whole(&row, 0)?, self.revisions.through());
        if newest > known {
            let newer = sqlx::query(NEWER).bind(known).bind(newest);
            let rows = newer.fetch_all(&mut *listener).await.map_err(failed)?;
            let mut changes = Vec::with_capacity(rows.len());
            for row in &rows {
                let collection = decode::text_at(row, 0)?.unwrap_or_default();
                changes.push((collection, decode::whole(row, 1)?));
            }
            self.revisions.catch_up(changes.into_iter(), newest);
        }
        announce(&self.committed, newest);
        let (schema, settings) = (decode::whole(&row, 1)?, decode::whole(&row, 2)?);
        self.versions.send_replace(Versions { schema, settings, seen });
        Ok(())
    }
}
