//! A database's place as it is written on the command line.

use std::path::{Path, PathBuf};

use underpin_storage::transfer::Place;

use crate::config::SCHEMES;

/// How the address of a SQLite database begins.
const SQLITE: &str = "sqlite:";
/// The file in its directory.
const SQLITE_FILE: &str = "data.db";

/// Reads a place.
pub(crate) fn place(text: &str) -> Result<Place, String> {
    if SCHEMES.iter().any(|scheme| text.starts_with(scheme)) {
        return Ok(Place::Postgres(text.to_owned()));
    }
    let path = text.strip_prefix(SQLITE).filter(|path| !path.is_empty());
    let path = path.ok_or("it must be sqlite:DIR (a data directory) or begin with postgres://")?;
    let path = Path::new(path.strip_prefix("//").unwrap_or(path));
    let is_file = path.file_name().is_some_and(|name| name == SQLITE_FILE) && !path.is_dir();
    let directory = if is_file { path.parent().unwrap_or(path) } else { path };
    let is_here = directory.as_os_str().is_empty();
    Ok(Place::Sqlite(if is_here { PathBuf::from(".") } else { directory.to_owned() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read() {
        let sqlite = |text: &str| match place(text) {
            Ok(Place::Sqlite(directory)) => directory.display().to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(sqlite("sqlite:underpin_data"), "underpin_data");
        assert_eq!(sqlite("sqlite:///srv/data/data.db"), "/srv/data");
        assert_eq!(sqlite("sqlite:data.db"), ".");
        let shown = place("postgresql://a:secret@b/c?x=y").unwrap();
        assert_eq!(format!("{shown} {shown:?}"), "postgres://b/c postgres://b/c");
        for wrong in ["", "sqlite:", "mysql://a/b", "data"] {
            assert!(place(wrong).is_err(), "{wrong}");
        }
    }
}
