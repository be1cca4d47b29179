//! Writing the zip, in a thread of its own.
//!
//! What comes from the store of files is handed over piece by piece, so that no more than a few pieces
//! are in memory, however large a file is. What is written is flushed as it grows: a commit of the
//! database that falls between finds the disk free.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    path::PathBuf,
};

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};
use underpin_model::{DomainError, DomainResult, Timestamp};
use underpin_storage::patient_thread::{self, Patience};
use zip::{CompressionMethod, DateTime, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::{
    desk::disk_fault,
    manifest::{Entry, MANIFEST, Manifest},
    squeezed::is_squeezed,
};

/// Pieces that wait for the thread.
const WAITING: usize = 8;
/// Bytes after which what was written is flushed.
const FLUSHED: u64 = 8 << 20;
/// Bytes that are read of a file at a time.
const PIECE: usize = 256 * 1024;
/// Larger entries need the long form of sizes. A file may turn out a little larger than it was.
const LARGE: u64 = 3 << 30;
/// The quickest compression: what counts is how long a backup takes.
const LEVEL: i64 = 1;

/// What goes into the zip next.
enum Piece {
    /// A file of this machine.
    Whole { name: String, file: PathBuf },
    /// The beginning of an entry of about this size.
    Begin { name: String, size: u64 },
    /// Its next bytes.
    Bytes(Bytes),
    /// Its end.
    End,
    /// The end of all entries: what the manifest says beside them.
    Finish(Box<Manifest>),
}

/// A zip that is being written.
pub(super) struct Packer {
    pieces: mpsc::Sender<Piece>,
    done: oneshot::Receiver<DomainResult<Manifest>>,
}

impl Packer {
    /// Begins a new zip. `told` hears how many bytes went into it.
    pub(super) fn start(
        zip: PathBuf,
        moment: Timestamp,
        told: impl Fn(u64) + Send + 'static,
    ) -> DomainResult<Self> {
        let (pieces, mut taken) = mpsc::channel(WAITING);
        let (answer, done) = oneshot::channel();
        patient_thread::start("backup", Patience::Much, move || {
            let packed = pack(&zip, moment, &mut taken, told);
            // Nobody may wait for it any more.
            let _ = answer.send(packed);
        })
        .map_err(|error| DomainError::fault("starting a thread", error))?;
        Ok(Self { pieces, done })
    }

    /// Adds a file of this machine.
    pub(super) async fn add(&mut self, name: &str, file: PathBuf) -> DomainResult<()> {
        self.send(Piece::Whole { name: name.to_owned(), file }).await
    }

    /// Begins an entry.
    pub(super) async fn begin(&mut self, name: String, size: u64) -> DomainResult<()> {
        self.send(Piece::Begin { name, size }).await
    }

    /// Adds bytes to it.
    pub(super) async fn push(&mut self, bytes: Bytes) -> DomainResult<()> {
        self.send(Piece::Bytes(bytes)).await
    }

    /// Ends it.
    pub(super) async fn end(&mut self) -> DomainResult<()> {
        self.send(Piece::End).await
    }

    /// Ends the zip, which is on the disk then; gives the manifest with all entries.
    pub(super) async fn finish(mut self, manifest: Manifest) -> DomainResult<Manifest> {
        self.send(Piece::Finish(Box::new(manifest))).await?;
        self.done.await.unwrap_or_else(|_| Err(broken_off()))
    }

    async fn send(&mut self, piece: Piece) -> DomainResult<()> {
        if self.pieces.send(piece).await.is_ok() {
            return Ok(());
        }
        // The thread has ended before its time, and says why.
        match (&mut self.done).await {
            Ok(Err(error)) => Err(error),
            _ => Err(broken_off()),
        }
    }
}

fn broken_off() -> DomainError {
    DomainError::fault("packing a backup", "it broke off")
}

fn pack(
    zip: &std::path::Path,
    moment: Timestamp,
    pieces: &mut mpsc::Receiver<Piece>,
    told: impl Fn(u64),
) -> DomainResult<Manifest> {
    let file = File::create_new(zip).map_err(|error| disk_fault("making a backup", error))?;
    let writer = BufWriter::with_capacity(PIECE, Flushed { file, pending: 0 });
    let mut packing = Packing {
        zip: ZipWriter::new(writer),
        time: time_of(moment),
        entry: None,
        entries: Vec::new(),
        told,
    };
    while let Some(piece) = pieces.blocking_recv() {
        match piece {
            Piece::Whole { name, file } => packing.whole(name, &file)?,
            Piece::Begin { name, size } => packing.begin(name, size)?,
            Piece::Bytes(bytes) => packing.push(&bytes)?,
            Piece::End => packing.end(),
            Piece::Finish(manifest) => return packing.finish(*manifest),
        }
    }
    Err(broken_off())
}

struct Packing<F> {
    zip: ZipWriter<BufWriter<Flushed>>,
    time: DateTime,
    entry: Option<(Entry, Sha256)>,
    entries: Vec<Entry>,
    told: F,
}

impl<F: Fn(u64)> Packing<F> {
    fn whole(&mut self, name: String, path: &std::path::Path) -> DomainResult<()> {
        let failed = |error| disk_fault("reading what goes into a backup", error);
        let file = File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        self.begin(name, size)?;
        let mut reader = BufReader::with_capacity(PIECE, file);
        let mut piece = vec![0; PIECE];
        loop {
            let count = reader.read(&mut piece).map_err(failed)?;
            let Some(read) = piece.get(..count).filter(|read| !read.is_empty()) else { break };
            self.push(read)?;
        }
        self.end();
        Ok(())
    }

    fn begin(&mut self, name: String, size: u64) -> DomainResult<()> {
        let options = self.options(&name, size);
        self.zip.start_file(name.as_str(), options).map_err(zip_fault)?;
        self.entry = Some((Entry { name, size: 0, sha256: String::new() }, Sha256::new()));
        Ok(())
    }

    fn options(&self, name: &str, size: u64) -> SimpleFileOptions {
        let options = SimpleFileOptions::default()
            .last_modified_time(self.time)
            .unix_permissions(0o600)
            .large_file(size > LARGE);
        if is_squeezed(name) {
            return options.compression_method(CompressionMethod::Stored);
        }
        options.compression_method(CompressionMethod::Deflated).compression_level(Some(LEVEL))
    }

    fn push(&mut self, bytes: &[u8]) -> DomainResult<()> {
        let written = self.zip.write_all(bytes);
        written.map_err(|error| disk_fault("writing a backup", error))?;
        let count = u64::try_from(bytes.len()).unwrap_or_default();
        if let Some((entry, sum)) = &mut self.entry {
            sum.update(bytes);
            entry.size += count;
        }
        (self.told)(count);
        Ok(())
    }

    fn end(&mut self) {
        let Some((entry, sum)) = self.entry.take() else { return };
        self.entries.push(Entry { sha256: hex::encode(sum.finalize()), ..entry });
    }

    fn finish(mut self, manifest: Manifest) -> DomainResult<Manifest> {
        let manifest = Manifest { entries: std::mem::take(&mut self.entries), ..manifest };
        let options = self.options(MANIFEST, 0);
        self.zip.start_file(MANIFEST, options).map_err(zip_fault)?;
        serde_json::to_writer(&mut self.zip, &manifest)
            .map_err(|error| disk_fault("writing a backup", error.into()))?;
        let writer = self.zip.finish().map_err(zip_fault)?;
        let flushed = writer.into_inner().map_err(io::IntoInnerError::into_error);
        let synced = flushed.and_then(|flushed| flushed.file.sync_all());
        synced.map_err(|error| disk_fault("writing a backup", error))?;
        Ok(manifest)
    }
}

/// A file whose bytes get to the disk as they come.
struct Flushed {
    file: File,
    pending: u64,
}

impl Write for Flushed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.pending += u64::try_from(count).unwrap_or_default();
        if self.pending >= FLUSHED {
            self.file.sync_data()?;
            self.pending = 0;
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Flushed {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

fn zip_fault(error: ZipError) -> DomainError {
    match error {
        ZipError::Io(error) => disk_fault("writing a backup", error),
        error => DomainError::fault("writing a backup", error),
    }
}

/// The moment as zips have it, by the parts of `2026-11-30 01:40:29.274Z`.
fn time_of(moment: Timestamp) -> DateTime {
    let text = moment.to_string();
    let mut parts = text.split(|sign: char| !sign.is_ascii_digit());
    let mut next = || parts.next().and_then(|part| part.parse::<u16>().ok()).unwrap_or_default();
    let [year, month, day, hour, minute, second] = std::array::from_fn(|_| next());
    let small = |number: u16| u8::try_from(number).unwrap_or_default();
    DateTime::from_date_and_time(
        year,
        small(month),
        small(day),
        small(hour),
        small(minute),
        small(second),
    )
    .unwrap_or_default()
}
