//! Letters that nobody waits for.

use std::{sync::Arc, time::Duration};

use tokio::sync::{Semaphore, watch};
use underpin_model::{DomainError, DomainResult, clock::Clock};

use super::{Letter, MailError, send};
use crate::settings::Settings;

/// Most letters that wait; more are refused.
const MOST_WAITING: u32 = 10_000;
/// Letters that are sent at a time.
const AT_A_TIME: usize = 4;
/// Pauses before another try.
const PAUSES: [Duration; 3] =
    [Duration::from_secs(2), Duration::from_secs(20), Duration::from_secs(120)];

/// Takes letters and sends them behind the requests that they come from, with the settings of the
/// moment. Letters that wait are in memory: those that a crash takes are lost, and people ask for
/// another one.
pub struct Mailer {
    settings: watch::Receiver<Arc<Settings>>,
    clock: Arc<dyn Clock>,
    /// A permit for each letter that may wait; all are there when none does.
    room: Arc<Semaphore>,
    /// A permit for each letter that may be on its way.
    ways: Arc<Semaphore>,
}

impl Mailer {
    /// Sends with the settings of each moment.
    pub fn new(settings: watch::Receiver<Arc<Settings>>, clock: Arc<dyn Clock>) -> Self {
        let room = usize::try_from(MOST_WAITING).unwrap_or(Semaphore::MAX_PERMITS);
        let (room, ways) = (Semaphore::new(room), Semaphore::new(AT_A_TIME));
        Self { settings, clock, room: Arc::new(room), ways: Arc::new(ways) }
    }

    /// Takes a letter; it is sent later, and tried again while that may help.
    ///
    /// # Errors
    /// [`DomainError::Busy`] when too many wait.
    pub fn post(&self, letter: Letter) -> DomainResult<()> {
        let place = Arc::clone(&self.room).try_acquire_owned().map_err(|_| DomainError::Busy)?;
        let (settings, clock) = (self.settings.clone(), Arc::clone(&self.clock));
        let ways = Arc::clone(&self.ways);
        tokio::spawn(async move {
            if let Err(error) = deliver(&settings, clock.as_ref(), &ways, &letter).await {
                tracing::error!(%error, subject = letter.subject, "a letter could not be sent");
            }
            drop(place);
        });
        Ok(())
    }

    /// Waits until no letter waits any more, but not longer than that.
    pub async fn finish(&self, patience: Duration) {
        let all = self.room.acquire_many(MOST_WAITING);
        if tokio::time::timeout(patience, all).await.is_err() {
            tracing::warn!("letters that were waiting are lost");
        }
    }
}

async fn deliver(
    settings: &watch::Receiver<Arc<Settings>>,
    clock: &dyn Clock,
    ways: &Semaphore,
    letter: &Letter,
) -> Result<(), MailError> {
    let try_once = async || {
        let _way = ways.acquire().await;
        let current = Arc::clone(&settings.borrow());
        send(&current, letter, clock.now()).await
    };
    for pause in PAUSES {
        match try_once().await {
            Err(error) if error.is_passing() => {
                tracing::warn!(%error, "a letter could not be sent yet");
                tokio::time::sleep(pause).await;
            }
            done => return done,
        }
    }
    try_once().await
}
