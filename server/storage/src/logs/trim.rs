//! Which entries go: those that are too old, too slight, or too many.

use crate::statement::{Dialect, Statement};

/// Entries that go in one statement; small, so that the log can be written meanwhile.
pub(super) const STEP: u64 = 5_000;

/// What an entry takes beside its texts, about.
const OVERHEAD: u64 = 100;

/// What stays. What is left open is not looked at.
#[derive(Clone, Debug, Default)]
pub struct LogLimits {
    /// Entries from this moment on.
    pub from: Option<String>,
    /// Entries of this level or graver.
    pub level: Option<i64>,
    /// As many of the newest entries.
    pub rows: Option<u64>,
    /// As many of the newest entries as fit into so many bytes, about.
    pub bytes: Option<u64>,
}

impl LogLimits {
    /// The statements that remove what is beyond; each is to be repeated while it removes
    /// [`STEP`] entries.
    pub(super) fn orders(&self, dialect: Dialect) -> Vec<Statement> {
        let row = row_order(dialect);
        let mut orders = Vec::new();
        let mut add = |which: String| {
            let sql = format!(
                "DELETE FROM _logs WHERE {row} IN \
                 (SELECT {row} FROM _logs WHERE {which} ORDER BY {row} LIMIT {STEP})"
            );
            orders.push(Statement::vouched(sql));
        };
        if let Some(from) = self.from.as_deref().filter(|from| is_moment(from)) {
            add(format!("created < '{from}'"));
        }
        if let Some(level) = self.level {
            add(format!("level < {level}"));
        }
        if let Some(rows) = self.rows {
            let last = format!("SELECT {row} FROM _logs ORDER BY {row} DESC LIMIT 1 OFFSET {rows}");
            add(format!("{row} <= ({last})"));
        }
        if let Some(bytes) = self.bytes {
            add(format!("{row} <= ({})", last_beyond(dialect, bytes)));
        }
        orders
    }
}

/// The newest entry that does not fit any more.
fn last_beyond(dialect: Dialect, bytes: u64) -> String {
    let row = row_order(dialect);
    let size = match dialect {
        Dialect::Sqlite => "length(CAST(message AS BLOB)) + length(CAST(data AS BLOB))",
        Dialect::Postgres => "octet_length(message) + octet_length(data::text)",
    };
    format!(
        "SELECT max(place) FROM (SELECT {row} AS place, \
         sum({size} + {OVERHEAD}) OVER (ORDER BY {row} DESC) AS total FROM _logs) AS sizes \
         WHERE total > {bytes}"
    )
}

/// The order in which entries were written.
fn row_order(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "rowid",
        Dialect::Postgres => "_rowid",
    }
}

/// Whether a text is a moment and nothing else: it becomes part of a statement.
fn is_moment(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || b" :.-Z".contains(&byte))
}
