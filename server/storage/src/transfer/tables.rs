//! The tables that every database has, and which of them are moved.

use super::table::{
    CellKind::{self, Document, Flag, Text, Whole},
    MovedColumn, MovedTable, RowKey,
};

/// The table of progress.
pub(crate) const TRANSFER: &str = "_transfer";

/// Tables that belong to one database and stay with it: what was applied to it, what its writers
/// count (the position of the change log is moved apart), when its jobs ran, and the progress of a
/// transfer.
pub(super) const STAYING: [&str; 5] = ["_migrations", "_counters", "_writers", "_jobs", TRANSFER];

/// Beginnings of SQLite's own tables, statistics among them.
pub(super) const ENGINES_OWN: &str = "sqlite_";

/// The system tables that are moved, in the order in which that is done.
pub fn system_tables() -> Vec<MovedTable> {
    vec![
        table(
            "_params",
            RowKey::Texts(vec!["id"]),
            &[("id", Text), ("value", Document), ("created", Text), ("updated", Text)],
        ),
        table(
            "_collections",
            RowKey::Number { sqlite: "rowid", postgres: "rowid" },
            &[
                ("id", Text),
                ("system", Flag),
                ("type", Text),
                ("name", Text),
                ("fields", Document),
                ("indexes", Document),
                ("options", Document),
                ("created", Text),
                ("updated", Text),
            ],
        ),
        table(
            "_policies",
            RowKey::Number { sqlite: "id", postgres: "id" },
            &[
                ("role", Text),
                ("object", Text),
                ("action", Text),
                ("effect", Text),
                ("condition", Text),
                ("created", Text),
                ("updated", Text),
            ],
        ),
        table(
            "_role_links",
            RowKey::Texts(vec!["member", "role"]),
            &[("member", Text), ("role", Text)],
        ),
        table(
            "_changes",
            RowKey::Number { sqlite: "position", postgres: "position" },
            &[
                ("collection", Text),
                ("record", Text),
                ("action", Text),
                ("before", Text),
                ("after", Text),
                ("at", Whole),
                ("origin", Text),
            ],
        ),
    ]
}

fn table(name: &str, key: RowKey, columns: &[(&str, CellKind)]) -> MovedTable {
    let column =
        |(name, kind): &(&str, CellKind)| MovedColumn { name: (*name).to_owned(), kind: *kind };
    MovedTable { name: name.to_owned(), key, columns: columns.iter().map(column).collect() }
}

/// Whether every database has a table of this name, or may have.
pub fn is_system(name: &str) -> bool {
    STAYING.contains(&name)
        || name.starts_with(ENGINES_OWN)
        || system_tables().iter().any(|table| table.name == name)
}
