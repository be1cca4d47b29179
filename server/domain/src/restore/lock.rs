//! Who has a data folder open. Everybody who opens the database in it holds a share of a lock;
//! whoever exchanges what is in it holds all of it. The system lets go of it when a process ends.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::Path,
    time::{Duration, Instant},
};

/// The file.
const FILE: &str = "underpin.lock";
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(20);

/// A hold on a data folder.
#[derive(Debug)]
pub struct FolderLock(File);

impl FolderLock {
    /// A share, for one who opens the database; waits while somebody has all of it.
    ///
    /// # Errors
    /// `WouldBlock` when it can't be had in time.
    pub async fn shared(folder: &Path, patience: Duration) -> io::Result<Self> {
        let file = open(folder)?;
        take(|| file.try_lock_shared(), patience).await?;
        Ok(Self(file))
    }

    /// All of it.
    ///
    /// # Errors
    /// `WouldBlock` when somebody else has the database open.
    pub async fn exclusive(folder: &Path, patience: Duration) -> io::Result<Self> {
        let file = open(folder)?;
        take(|| file.try_lock(), patience).await?;
        Ok(Self(file))
    }

    /// Keeps a share.
    ///
    /// # Errors
    /// The system's.
    pub async fn share(self) -> io::Result<Self> {
        self.0.unlock()?;
        take(|| self.0.try_lock_shared(), Duration::from_secs(10)).await?;
        Ok(self)
    }
}

fn open(folder: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(folder.join(FILE))
}

async fn take(lock: impl Fn() -> Result<(), TryLockError>, patience: Duration) -> io::Result<()> {
    let until = Instant::now() + patience;
    loop {
        match lock() {
            Ok(()) => return Ok(()),
            // Some file systems have no locks: then nobody can tell.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                return Ok(());
            }
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if Instant::now() >= until => {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            Err(TryLockError::WouldBlock) => tokio::time::sleep(PAUSE).await,
        }
    }
}
