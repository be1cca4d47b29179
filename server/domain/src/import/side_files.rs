//! What else is in a data directory, and beside it.

use std::{fs, io, path::Path};

use super::{
    data_dir::{DataDir, SIDE},
    error::ImportError,
    report::{Note, NoteKind},
};

/// Where things are put that there is no place for yet.
const KEPT: &str = "imported";
/// What may lie beside the data, and what is said of it.
const BESIDE: [(&str, &str, &str); 2] = [
    (
        "pb_hooks",
        ".pb.js",
        "hooks in JavaScript are not run here: what they do has to be done anew",
    ),
    ("pb_public", "", "files of the web page are not served by the API; a web server does that"),
];
const BACKUPS: &str = "backups";

/// Keeps the logs where they will be found.
pub(super) async fn keep(
    source: &DataDir,
    data_dir: &Path,
    notes: &mut Vec<Note>,
) -> Result<(), ImportError> {
    let Some(side) = &source.side else { return Ok(()) };
    let has_logs = !side.columns("_logs").await?.is_empty();
    let count = if has_logs { side.count("_logs").await? } else { 0 };
    if count == 0 {
        return Ok(());
    }
    let folder = data_dir.join(KEPT);
    let place = folder.join(SIDE);
    let kept = fs::create_dir_all(&folder).and_then(|()| side.copy_to(&place));
    kept.map_err(|error| {
        ImportError::File(format!("{} can't be written", place.display()), error)
    })?;
    let text = format!("{count} log entries are kept in {}", place.display());
    notes.push(Note::new(NoteKind::BesideTheData, SIDE, text));
    Ok(())
}

/// Notes what does not come along.
pub(super) fn note(folder: &Path, notes: &mut Vec<Note>) -> io::Result<()> {
    let absolute = fs::canonicalize(folder)?;
    for (name, suffix, text) in BESIDE {
        let Some(place) = absolute.parent().map(|parent| parent.join(name)) else { continue };
        let found = count(&place, suffix)?;
        if found > 0 {
            let about = place.display().to_string();
            notes.push(Note::new(NoteKind::BesideTheData, about, format!("{found} files: {text}")));
        }
    }
    let backups = count(&absolute.join(BACKUPS), ".zip")?;
    if backups > 0 {
        let text = format!("{backups} backups stay where they are: they can't be restored here");
        notes.push(Note::new(NoteKind::BesideTheData, BACKUPS, text));
    }
    Ok(())
}

fn count(folder: &Path, suffix: &str) -> io::Result<usize> {
    match fs::read_dir(folder) {
        Ok(listed) => {
            let names = listed.filter_map(Result::ok).map(|entry| entry.file_name());
            Ok(names.filter(|name| name.to_string_lossy().ends_with(suffix)).count())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}
