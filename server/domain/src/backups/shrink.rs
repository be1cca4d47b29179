//! Giving the room of a large file back.

use std::{io, path::Path, time::Duration};

/// Bytes that are given back at once.
const STEP: u64 = 64 << 20;
/// Between two steps.
const PAUSE: Duration = Duration::from_millis(20);

/// Cuts a file that nobody needs any more to a small one, bit by bit: a disk that gets much room back
/// at once keeps everybody waiting who writes meanwhile.
pub(super) async fn shrink(file: &Path) -> io::Result<()> {
    let file = tokio::fs::OpenOptions::new().write(true).open(file).await?;
    let mut left = file.metadata().await?.len();
    while left > STEP {
        left -= STEP;
        file.set_len(left).await?;
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
