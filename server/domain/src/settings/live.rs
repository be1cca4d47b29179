//! The settings in memory, swapped whole at each change.

use std::sync::Arc;

use tokio::sync::{Mutex, watch};
use underpin_model::{DomainError, DomainResult, JsonMap};
use underpin_storage::Database;

use super::{Settings, row};
use crate::{Backend, OpContext};

/// Holds the settings of this moment.
pub struct LiveSettings {
    current: watch::Sender<Arc<Settings>>,
    changing: Mutex<()>,
}

impl LiveSettings {
    /// Reads what is stored; the defaults where nothing is.
    ///
    /// # Errors
    /// Storage faults, and a stored text that is no settings.
    pub async fn load(database: &Database) -> DomainResult<Self> {
        let settings = match database.text(&row::select()).await? {
            Some(text) => serde_json::from_str(&text)
                .map_err(|error| DomainError::fault("reading the stored settings", error))?,
            None => Settings::default(),
        };
        let (current, _) = watch::channel(Arc::new(settings));
        Ok(Self { current, changing: Mutex::new(()) })
    }

    /// The settings of this moment.
    pub fn current(&self) -> Arc<Settings> {
        Arc::clone(&self.current.borrow())
    }
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
    let upsert = row::upsert(&settings, ctx.now);
    backend
        .database
        .write(move |tx| {
            Box::pin(async move {
                tx.execute(&upsert).await?;
                Ok::<_, DomainError>(())
            })
        })
        .await?;
    live.current.send_replace(Arc::clone(&settings));
    Ok(settings)
}
