//! The zip of a backup, read as something that anybody may have made.
//!
//! Names are taken in one form alone: the fixed ones, and files of records whose parts are plain. So
//! nothing can lead out of the folder that it is extracted into, and there are no links, folders or
//! devices. Sizes are believed of nobody: what the directory and the manifest declare must agree, be
//! possible, and fit the disk before anything is written, and an entry is read no further than that.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{BufReader, Read, Write},
    path::Path,
};

use sha2::{Digest, Sha256};
use underpin_files::FileKey;
use underpin_model::{DomainError, DomainResult};
use underpin_storage::room;
use zip::{CompressionMethod, ZipArchive, read::ZipFileEntry, result::ZipError};

use super::{
    desk::disk_fault,
    manifest::{DATA, Entry, FORMAT, LOGS, MANIFEST, Manifest, PRODUCT, STORAGE},
};

/// Most entries.
const MAX_ENTRIES: usize = 10_000_000;
/// The largest manifest, in bytes: enough for that many entries.
const MAX_MANIFEST: u64 = 2 << 30;
/// How many times larger than in the zip an entry of some size may be. A database with much empty
/// room comes to 200; the densest that the format can do is 1,032.
const MAX_RATIO: u64 = 500;
/// Entries up to this size may be as dense as they like.
const SMALL: u64 = 64 << 20;
/// Bytes that must be left on the disk besides.
const RESERVE: u64 = 128 << 20;
/// Bytes that are read at a time.
const PIECE: usize = 256 * 1024;
/// Bytes after which what was written is flushed, so that the disk is free for others in between.
const FLUSHED: u64 = 8 << 20;

/// Where an entry's bytes go.
#[derive(Clone, Copy)]
pub(super) enum Sink<'f> {
    /// Into a file of the entry's name in this folder.
    Into(&'f Path),
    /// They are checked alone.
    Nowhere,
}

/// An opened backup, whose directory and manifest have been checked.
pub(super) struct Archive {
    zip: ZipArchive<BufReader<File>>,
    manifest: Manifest,
}

impl Archive {
    /// Opens a zip and checks what can be checked without extracting.
    pub(super) fn open(file: File) -> DomainResult<Self> {
        let length = file.metadata().map_err(|error| disk_fault("opening a backup", error))?.len();
        let reader = BufReader::new(file);
        let mut zip = ZipArchive::new(reader).map_err(|error| unreadable(&error))?;
        check_directory(&mut zip, length)?;
        let manifest = read_manifest(&mut zip)?;
        check_manifest(&manifest, &zip)?;
        Ok(Self { zip, manifest })
    }

    /// What it says of itself.
    pub(super) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Bytes of all entries.
    pub(super) fn bytes(&self) -> u64 {
        self.manifest.entries.iter().map(|entry| entry.size).fold(0, u64::saturating_add)
    }

    /// Refuses what does not fit the disk of a folder.
    pub(super) fn check_room(&self, folder: &Path) -> DomainResult<()> {
        match room::free_bytes(folder) {
            Some(free) if free < self.bytes().saturating_add(RESERVE) => Err(DomainError::NoRoom),
            _ => Ok(()),
        }
    }

    /// Reads an entry to its end, and compares it with what the manifest says.
    pub(super) fn take_out(
        &mut self,
        entry: &Entry,
        sink: Sink<'_>,
        told: &dyn Fn(u64),
    ) -> DomainResult<()> {
        let failed = |error| disk_fault("extracting a backup", error);
        let mut file = match sink {
            Sink::Into(folder) => Some(new_file(folder, &entry.name).map_err(failed)?),
            Sink::Nowhere => None,
        };
        let source = self.zip.by_name(&entry.name).map_err(|error| unreadable(&error))?;
        // One byte more tells that there are more.
        let mut source = source.take(entry.size.saturating_add(1));
        let (mut piece, mut sum) = (vec![0; PIECE], Sha256::new());
        let (mut size, mut pending): (u64, u64) = (0, 0);
        loop {
            let count = source.read(&mut piece).map_err(|error| damaged(&entry.name, &error))?;
            let Some(read) = piece.get(..count).filter(|read| !read.is_empty()) else { break };
            let bytes = u64::try_from(count).unwrap_or_default();
            size = size.saturating_add(bytes);
            if size > entry.size {
                return Err(damaged(&entry.name, &"it is larger than it says"));
            }
            sum.update(read);
            if let Some(file) = &mut file {
                file.write_all(read).map_err(failed)?;
                pending += bytes;
                if pending >= FLUSHED {
                    file.sync_data().map_err(failed)?;
                    pending = 0;
                }
            }
            told(bytes);
        }
        if size != entry.size || hex::encode(sum.finalize()) != entry.sha256 {
            return Err(damaged(&entry.name, &"its checksum is another one"));
        }
        file.map_or(Ok(()), |file| file.sync_all()).map_err(failed)
    }
}

/// Checks every entry of the zip's directory.
fn check_directory(zip: &mut ZipArchive<BufReader<File>>, length: u64) -> DomainResult<()> {
    if zip.len() > MAX_ENTRIES {
        return Err(refused("it has too many entries"));
    }
    if zip.has_duplicate_names() {
        return Err(refused("two of its entries have one name"));
    }
    let (mut is_ours, mut is_foreign, mut packed) = (false, false, 0_u64);
    for at in 0..zip.len() {
        let entry = zip.by_index_data(at).map_err(|error| unreadable(&error))?;
        is_ours |= entry.name_raw() == MANIFEST.as_bytes();
        is_foreign |= entry.name_raw() == DATA.as_bytes();
    }
    if !is_ours {
        return Err(refused(if is_foreign { POCKETBASE } else { "it is no backup of Underpin" }));
    }
    for at in 0..zip.len() {
        let entry = zip.by_index_data(at).map_err(|error| unreadable(&error))?;
        packed = packed.saturating_add(entry.compressed_size());
        check_entry(&entry)?;
    }
    // Entries that lie over one another would make much of little.
    let overlaps = zip.has_overlapping_entries().map_err(|error| unreadable(&error))?;
    if overlaps || packed > length {
        return Err(refused("its entries lie over one another"));
    }
    Ok(())
}

/// What a backup of the other program is told.
const POCKETBASE: &str = "it is one of PocketBase; extract it and bring the project here with \
                          `underpin import pocketbase DIR`";

/// Refuses an entry of another name, kind or packing than ours have.
fn check_entry(entry: &ZipFileEntry<'_>) -> DomainResult<()> {
    let shown = String::from_utf8_lossy(entry.name_raw()).escape_debug().to_string();
    let is_expected = std::str::from_utf8(entry.name_raw()).is_ok_and(is_expected);
    if !is_expected {
        return Err(refused(&format!("it has an entry with the name \"{shown}\"")));
    }
    if entry.is_symlink() {
        return Err(refused(&format!("its entry \"{shown}\" is a link")));
    }
    let is_known =
        matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated);
    if entry.encrypted() || !is_known {
        return Err(refused(&format!("its entry \"{shown}\" is packed in an unknown way")));
    }
    let (size, packed) = (entry.size(), entry.compressed_size());
    if size > SMALL && size / MAX_RATIO > packed {
        return Err(refused(&format!("its entry \"{shown}\" is larger than it can be")));
    }
    Ok(())
}

/// Whether a backup may have an entry of this name.
fn is_expected(name: &str) -> bool {
    let file = name.strip_prefix(STORAGE).and_then(|rest| rest.strip_prefix('/'));
    [DATA, LOGS, MANIFEST].contains(&name) || file.is_some_and(|key| FileKey::parse(key).is_ok())
}

fn read_manifest(zip: &mut ZipArchive<BufReader<File>>) -> DomainResult<Manifest> {
    let entry = zip.by_name(MANIFEST).map_err(|error| unreadable(&error))?;
    if entry.size() > MAX_MANIFEST {
        return Err(refused("its manifest is too large"));
    }
    let size = entry.size();
    let mut text = Vec::new();
    let read = entry.take(size.saturating_add(1)).read_to_end(&mut text);
    read.map_err(|error| damaged(MANIFEST, &error))?;
    let told: Told = serde_json::from_slice(&text).map_err(|error| damaged(MANIFEST, &error))?;
    if told.product != PRODUCT {
        return Err(refused("it is no backup of Underpin"));
    }
    if told.format > FORMAT {
        let version: String = told.version.chars().take(32).collect();
        let shown = version.escape_debug();
        return Err(refused(&format!("it was made by a newer version of the program ({shown})")));
    }
    serde_json::from_slice(&text).map_err(|error| damaged(MANIFEST, &error))
}

/// What is read of a manifest first: newer ones may have another form.
#[derive(serde::Deserialize)]
struct Told {
    product: String,
    format: u32,
    version: String,
}

/// Holds what the manifest says against the directory.
fn check_manifest(manifest: &Manifest, zip: &ZipArchive<BufReader<File>>) -> DomainResult<()> {
    let mut names = BTreeSet::new();
    for entry in &manifest.entries {
        let found = zip.index_for_name(&entry.name).map(|at| zip.by_index_data(at));
        let is_same = match found {
            Some(Ok(found)) => found.size() == entry.size,
            _ => false,
        };
        if !is_same || entry.name == MANIFEST || !names.insert(entry.name.as_str()) {
            return Err(refused("its manifest tells of other entries than it has"));
        }
    }
    if names.len() + 1 != zip.len() || !names.contains(DATA) {
        return Err(refused("its manifest tells of other entries than it has"));
    }
    Ok(())
}

/// Makes a file that is not there, with its folders.
fn new_file(folder: &Path, name: &str) -> std::io::Result<File> {
    let path = folder.join(name);
    if let Some(above) = path.parent() {
        fs::create_dir_all(above)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn refused(why: &str) -> DomainError {
    DomainError::bad_request(format!("The backup can't be used: {why}."))
}

fn damaged(name: &str, why: &dyn std::fmt::Display) -> DomainError {
    let shown = name.escape_debug();
    refused(&format!("its entry \"{shown}\" is damaged ({why})"))
}

fn unreadable(error: &ZipError) -> DomainError {
    refused(&format!("it is damaged or no zip ({error})"))
}
