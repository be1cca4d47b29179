//! Where a file lies: `collection id / record id / file name`, each part safe as a path
//! everywhere.

use std::fmt;

use object_store::path::Path;

use crate::error::FileError;

/// Longest part of a key; most file systems allow no more.
const MAX_PART_BYTES: usize = 255;

/// Names that Windows takes for devices, whatever their extension.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The key of one file. It can only be made of checked parts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileKey(String);

impl FileKey {
    /// The key of a record's file.
    ///
    /// # Errors
    /// [`FileError::InvalidKey`] unless every part is plain (see [`is_plain_part`]).
    pub fn new(collection: &str, record: &str, filename: &str) -> Result<Self, FileError> {
        joined(&[collection, record, filename]).map(Self)
    }

    /// The key of a picture made from a record's file, such as a thumbnail of a size.
    ///
    /// # Errors
    /// [`FileError::InvalidKey`] unless every part is plain.
    pub fn thumb(
        collection: &str,
        record: &str,
        filename: &str,
        size: &str,
    ) -> Result<Self, FileError> {
        let folder = format!("thumbs_{filename}");
        joined(&[collection, record, &folder, &format!("{size}_{filename}")]).map(Self)
    }

    /// The key of a file that belongs to no record and lies in no folder, such as a backup.
    ///
    /// # Errors
    /// [`FileError::InvalidKey`] unless the name is plain.
    pub fn alone(name: &str) -> Result<Self, FileError> {
        joined(&[name]).map(Self)
    }

    /// The key of a record's file, or of a picture made from one, from its text.
    ///
    /// # Errors
    /// [`FileError::InvalidKey`] unless it has three or four parts, all of them plain.
    pub fn parse(text: &str) -> Result<Self, FileError> {
        let parts: Vec<&str> = text.split('/').collect();
        match parts.len() {
            3 | 4 => joined(&parts).map(Self),
            _ => Err(FileError::InvalidKey),
        }
    }

    /// The whole key, with `/` between its parts.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn path(&self) -> Path {
        Path::from(self.0.as_str())
    }
}

impl fmt::Display for FileKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// All files of a collection or of a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Prefix(String);

impl Prefix {
    /// The files of all records of a collection.
    ///
    /// # Errors
    /// [`FileError::InvalidKey`] unless the id is plain.
    pub fn collection(collection: &str) -> Result<Self, FileError> {
        joined(&[collection]).map(Self)
    }

    /// The files of a record, with what was made from them.
    ///
    /// # Errors
    /// [`FileError::InvalidKey`] unless both ids are plain.
    pub fn record(collection: &str, record: &str) -> Result<Self, FileError> {
        joined(&[collection, record]).map(Self)
    }

    /// What was made from one of a record's files.
    ///
    /// # Errors
    /// [`FileError::InvalidKey`] unless all parts are plain.
    pub fn thumbs(collection: &str, record: &str, filename: &str) -> Result<Self, FileError> {
        joined(&[collection, record, &format!("thumbs_{filename}")]).map(Self)
    }

    pub(crate) fn path(&self) -> Path {
        Path::from(self.0.as_str())
    }
}

/// Whether a text can be a part of a key: ASCII letters, digits and `_-.@+=`, beginning with
/// none of `.`, ending in none of `.`, without `..`, and no device of Windows.
///
/// What we generate is always plain; so are the names in imported projects. Refusing the rest
/// leaves no room for separators, escapes, control characters or look-alikes.
#[must_use]
pub fn is_plain_part(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part);
    (1..=MAX_PART_BYTES).contains(&part.len())
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.@+=".contains(&byte))
        && !part.starts_with('.')
        && !part.ends_with('.')
        && !part.contains("..")
        && !DEVICES.iter().any(|device| device.eq_ignore_ascii_case(stem))
}

fn joined(parts: &[&str]) -> Result<String, FileError> {
    if parts.iter().all(|part| is_plain_part(part)) {
        Ok(parts.join("/"))
    } else {
        Err(FileError::InvalidKey)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn generated_names_are_plain() {
        for part in ["pbc_3142635823", "_pb_users_auth_", "2s1hm3gdvy98de6", "a_b_0a1b2c.tar.GZ"] {
            assert!(is_plain_part(part), "{part}");
        }
        let key = FileKey::thumb("c", "r", "pic_1.png", "100x100t").unwrap();
        assert_eq!(key.as_str(), "c/r/thumbs_pic_1.png/100x100t_pic_1.png");
        assert_eq!(key.path().as_ref(), key.as_str());
    }

    #[test]
    fn parts_that_could_leave_their_place_are_refused() {
        let long = "x".repeat(256);
        for part in [
            "",
            ".",
            "..",
            "...",
            "a..b",
            ".hidden",
            "a.",
            "a/b",
            "/a",
            "a\\b",
            "..\\a",
            "C:a",
            "%2e",
            "%2e%2e%2f",
            "a\0b",
            "a\nb",
            "a b",
            "a\u{202e}b",
            "\u{ff0e}\u{ff0e}",
            "a\u{2215}b",
            "ä",
            "con",
            "CON.txt",
            "Aux.tar.gz",
            "nul",
            "lpt1.png",
            "a#1",
            "a:b",
            "a?b",
            "a*b",
            "~",
            &long,
        ] {
            assert!(FileKey::new(part, "r", "f").is_err(), "{part:?}");
            assert!(FileKey::new("c", part, "f").is_err(), "{part:?}");
            assert!(FileKey::new("c", "r", part).is_err(), "{part:?}");
            assert!(Prefix::collection(part).is_err() && Prefix::record("c", part).is_err());
        }
    }

    proptest! {
        #[test]
        fn an_accepted_key_names_its_three_parts_and_nothing_else(
            parts in prop::array::uniform3("[ -~\u{0}-\u{2f}ä․‥／]{0,12}|[a-zA-Z0-9_.@+=-]{1,20}")
        ) {
            let [collection, record, filename] = &parts;
            if let Ok(key) = FileKey::new(collection, record, filename) {
                let path = key.path();
                let stored: Vec<_> = path.parts().map(|part| part.as_ref().to_owned()).collect();
                prop_assert_eq!(&stored[..], &parts[..]);
            }
        }
    }
}
