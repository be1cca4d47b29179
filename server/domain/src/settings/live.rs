//! The settings in memory, swapped whole at each change.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use tokio::sync::{Mutex, watch};
use underpin_model::{DomainError, DomainResult, JsonMap};
use underpin_storage::{Database, Versioned};

use super::{Settings, row};
use crate::{Backend, OpContext};

/// Holds the settings of this moment.
pub struct LiveSettings {
    current: watch::Sender<Arc<Settings>>,
    /// What the database calls their state.
    version: AtomicI64,
    changing: Mutex<()>,
}

impl LiveSettings {
    /// Reads what is stored; the defaults where nothing is.
    ///
    /// # Errors
    /// Storage faults, and a stored text that is no settings.
    pub async fn load(database: &Database) -> DomainResult<Self> {
        // First the version: settings that are newer than that are read once more, older ones never.
        let version = AtomicI64::new(database.version(Versioned::Settings).await?);
        let (current, _) = watch::channel(Arc::new(stored(database).await?));
        Ok(Self { current, version, changing: Mutex::new(()) })
    }

    /// The version that they have in the database.
    pub(crate) fn version(&self) -> i64 {
        self.version.load(Ordering::Acquire)
    }

    fn publish(&self, settings: &Arc<Settings>, version: i64) {
        self.current.send_replace(Arc::clone(settings));
        self.version.store(version, Ordering::Release);
    }

    /// The settings of this moment.
    pub fn current(&self) -> Arc<Settings> {
        Arc::clone(&self.current.borrow())
    }
}

async fn stored(database: &Database) -> DomainResult<Settings> {
    match database.text(&row::select()).await? {
        Some(text) => serde_json::from_str(&text)
            .map_err(|error| DomainError::fault("reading the stored settings", error)),
        None => Ok(Settings::default()),
    }
}

/// Takes over what another node has changed.
pub(crate) async fn reload(backend: &Backend) -> DomainResult<()> {
    let live = &backend.settings;
    let _turn = live.changing.lock().await;
    let version = backend.database.version(Versioned::Settings).await?;
    live.publish(&Arc::new(stored(&backend.database).await?), version);
    Ok(())
}

/// Lays what was sent over the settings, keeps and publishes them. For superusers; the caller has
/// checked that.
///
/// # Errors
/// `Invalid` with the entries at fault by group; nothing is changed then.
pub async fn change(
    backend: &Backend,
    ctx: &OpContext,
    sent: &JsonMap,
) -> DomainResult<Arc<Settings>> {
    let live = &backend.settings;
    let _turn = live.changing.lock().await;
    let settings = Arc::new(live.current().with(sent)?);
    let (upsert, planned) = (row::upsert(&settings, ctx.now), live.version());
    let version = backend
        .database
        .write(move |tx| {
            Box::pin(async move {
                // Another node was quicker: what was sent would be laid over older settings.
                if tx.version(Versioned::Settings).await? != planned {
                    return Err(DomainError::Busy);
                }
                tx.execute(&upsert).await?;
                Ok::<_, DomainError>(tx.raise_version(Versioned::Settings).await?)
            })
        })
        .await?;
    live.publish(&settings, version);
    Ok(settings)
}
