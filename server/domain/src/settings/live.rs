//! The settings in memory, swapped whole at each change.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use tokio::sync::{Mutex, watch};
use underpin_credentials::seal::SealingKey;
use underpin_model::{DomainError, DomainResult, JsonMap, Timestamp};
use underpin_storage::{Database, Versioned};

use super::{Settings, bucket, key, row, sealed};
use crate::{Backend, OpContext};

/// Holds the settings of this moment.
pub struct LiveSettings {
    current: watch::Sender<Arc<Settings>>,
    /// What the database calls their state.
    version: AtomicI64,
    changing: Mutex<()>,
    /// What secrets are sealed under.
    key: Option<SealingKey>,
}

impl LiveSettings {
    /// Reads what is stored; the defaults where nothing is. Without a key no secrets are kept.
    ///
    /// # Errors
    /// Storage faults, a stored text that is no settings, and a key that is not the one that the
    /// secrets in there were sealed under.
    pub async fn load(
        database: &Database,
        key: Option<SealingKey>,
        now: Timestamp,
    ) -> DomainResult<Self> {
        key::check(database, key.as_ref(), now).await?;
        // First the version: settings that are newer than that are read once more, older ones never.
        let version = AtomicI64::new(database.version(Versioned::Settings).await?);
        let (current, _) = watch::channel(Arc::new(stored(database, key.as_ref()).await?));
        Ok(Self { current, version, changing: Mutex::new(()), key })
    }

    /// What secrets are sealed under.
    pub(crate) fn key(&self) -> Option<SealingKey> {
        self.key.clone()
    }

    /// The version that they have in the database.
    pub(crate) fn version(&self) -> i64 {
        self.version.load(Ordering::Acquire)
    }

    fn publish(&self, settings: &Arc<Settings>, version: i64) {
        self.current.send_replace(Arc::clone(settings));
        self.version.store(version, Ordering::Release);
    }

    /// Gives the settings of this moment, and each that comes after them.
    pub fn watch(&self) -> watch::Receiver<Arc<Settings>> {
        self.current.subscribe()
    }

    /// The settings of this moment.
    pub fn current(&self) -> Arc<Settings> {
        Arc::clone(&self.current.borrow())
    }
}

async fn stored(database: &Database, key: Option<&SealingKey>) -> DomainResult<Settings> {
    match database.text(&row::select(row::SETTINGS)).await? {
        Some(text) => sealed::from_text(&text, key),
        None => Ok(Settings::default()),
    }
}

/// Takes over what another node has changed.
pub(crate) async fn reload(backend: &Backend) -> DomainResult<()> {
    let live = &backend.settings;
    let _turn = live.changing.lock().await;
    let version = backend.database.version(Versioned::Settings).await?;
    if version == live.version() {
        // This node's own change, which was published while we waited for our turn.
        return Ok(());
    }
    let settings = stored(&backend.database, live.key.as_ref()).await?;
    bucket::place_files(&backend.files, &settings)?;
    bucket::place_backups(backend.backups.store(), &settings)?;
    live.publish(&Arc::new(settings), version);
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
    bucket::check(&settings)?;
    let text = sealed::to_text(&settings, live.key.as_ref())?;
    let (upsert, planned) = (row::upsert(row::SETTINGS, &text, ctx.now), live.version());
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
    bucket::place_files(&backend.files, &settings)?;
    bucket::place_backups(backend.backups.store(), &settings)?;
    live.publish(&settings, version);
    Ok(settings)
}
