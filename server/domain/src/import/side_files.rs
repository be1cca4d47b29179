//! What else is in a data directory, and beside it.

use std::{fs, io, path::Path};

use super::report::{Note, NoteKind};

/// What may lie beside the data, and what is said of it.
const BESIDE: [(&str, &str, &str); 2] = [
    (
        "pb_hooks",
        ".pb.js",
        "hooks in JavaScript are not run here: what they do has to be done anew",
    ),
    (
        "pb_public",
        "",
        "files of the web page stay where they are: `serve --public-dir` serves them, or copy them \
         to the folder public",
    ),
];
const BACKUPS: &str = "backups";

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
