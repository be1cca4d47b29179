//! The bundle of what services work on. No logic of its own.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use underpin_credentials::password::PasswordHasher;
use underpin_files::FileStore;
use underpin_model::{DomainResult, clock::Clock};
use underpin_storage::{Database, Transaction};

use crate::{
    realtime::Hub,
    records::Totals,
    schema::{self, Registry},
    settings::LiveSettings,
};

/// What services work on.
pub struct Backend {
    /// The database.
    pub database: Database,
    /// What superusers set while it runs.
    pub settings: LiveSettings,
    /// Collections and policies.
    pub schema: Arc<Registry>,
    /// Uploaded files.
    pub files: FileStore,
    /// The pool that hashes passwords.
    pub passwords: PasswordHasher,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Counts that were made before.
    pub totals: Totals,
    /// Realtime clients and their subscriptions.
    pub hub: Arc<Hub>,
}

impl Backend {
    /// Runs a schema change as one write and publishes the new snapshot.
    ///
    /// Record writes that were planned on the older schema are turned away in between.
    pub(crate) async fn change_schema<T, F>(&self, work: F) -> DomainResult<T>
    where
        F: for<'t> FnOnce(&'t mut Transaction) -> BoxFuture<'t, DomainResult<T>> + Send + 'static,
        T: Send + 'static,
    {
        let version = self.schema.snapshot().version + 1;
        let registry = Arc::clone(&self.schema);
        let written = self
            .database
            .write(move |tx| {
                Box::pin(async move {
                    let done = work(tx).await?;
                    registry.announce(version);
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
        let snapshot = schema::load(&self.database, version).await?;
        self.schema.publish(snapshot);
        Ok(done)
    }
}
