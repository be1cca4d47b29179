//! The bundle of what services work on. No logic of its own.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use underpin_credentials::password::PasswordHasher;
use underpin_files::FileStore;
use underpin_model::{DomainError, DomainResult, clock::Clock};
use underpin_storage::{Database, Transaction, Versioned};

use crate::{
    backups::BackupDesk,
    jobs::Jobs,
    limits::Limiter,
    logs::Logs,
    mail::Mailer,
    realtime::Hub,
    records::Totals,
    restore::Restoring,
    schema::{self, Registry},
    settings::LiveSettings,
};

/// What services work on.
pub struct Backend {
    /// The database.
    pub database: Database,
    /// What superusers set while it runs.
    pub settings: LiveSettings,
    /// What is done by the clock.
    pub jobs: Jobs,
    /// The log of requests and messages.
    pub logs: Logs,
    /// Collections and policies.
    pub schema: Arc<Registry>,
    /// Uploaded files.
    pub files: FileStore,
    /// Backups of all this.
    pub backups: BackupDesk,
    /// Restores of backups.
    pub restoring: Restoring,
    /// Letters on their way.
    pub mailer: Mailer,
    /// The pool that hashes passwords.
    pub passwords: PasswordHasher,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// How often clients have asked.
    pub limiter: Limiter,
    /// Counts that were made before.
    pub totals: Totals,
    /// Realtime clients and their subscriptions.
    pub hub: Arc<Hub>,
}

impl Backend {
    /// Runs a schema change that was planned on a version as one write, and publishes the new
    /// snapshot.
    ///
    /// Record writes that were planned on the older schema are turned away from then on, on every
    /// node. A change that another node was quicker than is turned away as well.
    pub(crate) async fn change_schema<T, F>(&self, planned: i64, work: F) -> DomainResult<T>
    where
        F: for<'t> FnOnce(&'t mut Transaction) -> BoxFuture<'t, DomainResult<T>> + Send + 'static,
        T: Send + 'static,
    {
        let registry = Arc::clone(&self.schema);
        let written = self
            .database
            .write(move |tx| {
                Box::pin(async move {
                    if tx.version(Versioned::Schema).await? != planned {
                        return Err(DomainError::Busy);
                    }
                    let done = work(tx).await?;
                    registry.announce(tx.raise_version(Versioned::Schema).await?);
                    Ok(done)
                })
            })
            .await;
        let done = match written {
            Ok(done) => done,
            Err(error) => {
                self.schema.withdraw();
                return Err(error);
            }
        };
        schema::reload(self).await?;
        Ok(done)
    }
}
