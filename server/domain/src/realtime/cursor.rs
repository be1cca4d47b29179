//! Places in the change log, as clients hold them.

use std::fmt;

/// A place in the change log: everything up to `position` of this `epoch` was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Names the log's life; a restored backup starts a new one.
    pub epoch: String,
    /// The last position seen.
    pub position: i64,
}

impl Cursor {
    /// Reads a cursor; nothing when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let (epoch, position) = text.rsplit_once('.')?;
        let position = position.parse().ok().filter(|position| *position >= 0)?;
        let plain = !epoch.is_empty() && epoch.bytes().all(|byte| byte.is_ascii_alphanumeric());
        plain.then(|| Self { epoch: epoch.to_owned(), position })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.epoch, self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_cursor_reads_back_and_others_do_not() {
        let cursor = Cursor { epoch: "k3x".to_owned(), position: 42 };
        assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
        for wrong in ["", "12", ".5", "a.", "a.-1", "a.b", "a b.1"] {
            assert_eq!(Cursor::parse(wrong), None, "{wrong}");
        }
    }
}
