//! Where a project lives, and the exchange of what is there.

use std::{io, path::PathBuf, time::Duration};

use underpin_model::{DomainError, DomainResult};
use underpin_storage::{Database, StorageError, transfer::Place};

use crate::{jobs, removal::BACKUPS};

use super::{
    lock::FolderLock,
    marker::{Marker, Phase},
    swap::{NEW, Swap},
};

/// How long to wait for others who have the database open.
const PATIENCE: Duration = Duration::from_secs(10);
/// What a busy database may cost an exchange: so many tries.
const TRIES: u32 = 5;

/// Where a project lives.
#[derive(Clone, Debug)]
pub struct Home {
    /// The data folder.
    pub folder: PathBuf,
    /// The database.
    pub database: Place,
}

/// Who has prepared a restore that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Process {
    /// This process.
    This,
    /// One that has ended since.
    Earlier,
}

/// Which state is in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The one that is there to stay.
    Settled,
    /// A restored one, which has not been opened yet.
    Tried,
}

impl Home {
    /// A share of the data folder's lock, for one who opens the database; nothing where it is not
    /// in the folder.
    ///
    /// # Errors
    /// The folder can't be made, or a restore does not end.
    pub async fn share(&self) -> io::Result<Option<FolderLock>> {
        make_folder(&self.folder)?;
        if self.database.is_postgres() {
            return Ok(None);
        }
        FolderLock::shared(&self.folder, PATIENCE).await.map(Some)
    }

    /// All of the lock, for one who exchanges what is in there.
    ///
    /// # Errors
    /// Somebody else has the database open.
    pub async fn take_all(&self) -> io::Result<Option<FolderLock>> {
        if self.database.is_postgres() {
            return Ok(None);
        }
        FolderLock::exclusive(&self.folder, PATIENCE).await.map(Some)
    }

    /// Whether a restore is to be gone on with before the database is opened.
    ///
    /// # Errors
    /// The folder can't be read.
    pub fn is_under_way(&self) -> io::Result<bool> {
        let marker = Marker::read(&self.folder)?;
        Ok(marker.is_some_and(|marker| marker.phase != Phase::Clear))
    }

    /// Brings the new state in, or the old one back where that has begun. The database is closed,
    /// and nobody else has it.
    ///
    /// # Errors
    /// What can't be done at this moment and may be tried again. When it can't be done at all, the
    /// old state is put back.
    pub async fn put_in_place(&self, who: Process) -> DomainResult<Standing> {
        let Some(marker) = self.marker()? else { return Ok(Standing::Settled) };
        match marker.phase {
            Phase::Clear => return Ok(Standing::Settled),
            Phase::Withdraw | Phase::Return => {
                self.put_back().await?;
                return Ok(Standing::Settled);
            }
            Phase::Swap => {}
        }
        match self.try_to_put_in_place(&marker, who).await {
            Ok(()) => Ok(Standing::Tried),
            Err(error @ DomainError::Busy) => Err(error),
            Err(error) => {
                tracing::error!(%error, "a backup could not be put in place: the project stays");
                self.put_back().await?;
                Ok(Standing::Settled)
            }
        }
    }

    async fn try_to_put_in_place(&self, marker: &Marker, who: Process) -> DomainResult<()> {
        let is_in = match &marker.beside {
            Some(epoch) => Some(self.is_in_place(epoch).await?),
            None => None,
        };
        if is_in == Some(false) && who == Process::Earlier {
            // Other nodes have gone on with the old state, for nobody knows how long.
            let cause = "the server ended before the exchange, and others went on";
            return Err(DomainError::fault("going on with a restore", cause));
        }
        let forward = Swap::of(&self.folder).forward(marker);
        forward.map_err(|error| DomainError::fault("exchanging the data folder", error))?;
        if is_in == Some(false) { self.exchange(Exchange::In).await } else { Ok(()) }
    }

    /// Brings the old state back, after the new one could not be used.
    ///
    /// # Errors
    /// It can't be done now.
    pub async fn put_back(&self) -> DomainResult<()> {
        let Some(mut marker) = self.marker()? else { return Ok(()) };
        if let Some(epoch) = &marker.beside {
            if self.is_in_place(epoch).await? {
                self.exchange(Exchange::Back).await?;
            }
            self.database.clear_beside().await?;
        }
        let backward = Swap::of(&self.folder).backward(&mut marker);
        backward.map_err(|error| DomainError::fault("bringing the old state back", error))
    }

    /// Makes the new state final: it is open, and about to be served.
    ///
    /// # Errors
    /// It can't be written down. Then the old state is to be put back.
    pub fn confirm(&self) -> DomainResult<()> {
        let Some(mut marker) = self.marker()? else { return Ok(()) };
        let turned = marker.turn_to(Phase::Clear, &self.folder);
        turned.map_err(|error| DomainError::fault("making a restore final", error))
    }

    /// Removes what is left of an old state, if the new one is final.
    pub async fn clear(&self) -> DomainResult<()> {
        // One at a time: whoever comes second finds nothing.
        static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
        let _turn = TURN.lock().await;
        let Some(marker) = self.marker()?.filter(|marker| marker.phase == Phase::Clear) else {
            return Ok(());
        };
        if marker.beside.is_some() {
            self.database.clear_beside().await?;
        }
        let folder = self.folder.clone();
        let cleared = tokio::task::spawn_blocking(move || Swap::of(&folder).clear());
        let cleared = cleared.await.map_err(io::Error::other).flatten();
        cleared.map_err(|error| DomainError::fault("removing the state before a restore", error))
    }

    /// The folder of the new state.
    pub(super) fn new_state(&self) -> PathBuf {
        self.folder.join(NEW)
    }

    pub(super) fn marker(&self) -> DomainResult<Option<Marker>> {
        let marker = Marker::read(&self.folder);
        marker.map_err(|error| DomainError::fault("reading how far a restore has come", error))
    }

    /// Whether the project in the database is the new one.
    async fn is_in_place(&self, epoch: &str) -> DomainResult<bool> {
        let database = self.open().await?;
        let is_in_place = database.change_epoch() == epoch;
        database.close().await;
        Ok(is_in_place)
    }

    /// Exchanges what is in the database. Long reads of other nodes may be in the way for a while.
    async fn exchange(&self, which: Exchange) -> DomainResult<()> {
        for _ in 1..TRIES {
            match self.try_exchange(which).await {
                Err(DomainError::Busy) => {}
                done => return done,
            }
        }
        self.try_exchange(which).await.map_err(|error| match error {
            DomainError::Busy => DomainError::fault("exchanging projects", "others are in the way"),
            error => error,
        })
    }

    async fn try_exchange(&self, which: Exchange) -> DomainResult<()> {
        let database = self.open().await?;
        let unit = database.write(move |tx| {
            Box::pin(async move {
                match which {
                    Exchange::In => tx.put_beside_in_place().await?,
                    Exchange::Back => tx.put_back_before().await?,
                }
                // Whoever has prepared the exchange has held others off until now.
                jobs::let_go(tx, BACKUPS).await?;
                Ok::<_, DomainError>(())
            })
        });
        let done = unit.await;
        database.close().await;
        done
    }

    async fn open(&self) -> DomainResult<Database> {
        self.database.open_target().await.map_err(|error| match error {
            StorageError::Unreachable(_) => DomainError::Busy,
            error => error.into(),
        })
    }
}

/// Which way a project goes.
#[derive(Clone, Copy, Debug)]
enum Exchange {
    In,
    Back,
}

#[cfg(unix)]
pub(super) fn make_folder(folder: &std::path::Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
pub(super) fn make_folder(folder: &std::path::Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}
