//! The page cache of the writing connection: wider for large transactions.
//!
//! A page that no longer fits goes to the log before its commit, and again each time it is changed
//! behind that. Memory for all of them is worth it while such a transaction runs, not all the time.

use rusqlite::Connection;

/// As it is for large transactions, in KiB (SQLite takes it as a negative number).
const WIDE: &str = "-128000";
/// Changed rows beyond which a transaction is large: each may lie on a page of its own.
const LARGE: u64 = 2_000;

/// What is known of the cache.
pub(super) struct Cache {
    /// Its size at other times.
    usual: &'static str,
    /// Rows that the connection had changed when the transaction began.
    before: u64,
    is_wide: bool,
}

impl Cache {
    pub(super) fn of(usual: &'static str) -> Self {
        Self { usual, before: 0, is_wide: false }
    }

    /// To be told behind each statement that may have changed rows.
    pub(super) fn changed(&mut self, connection: &Connection) {
        if !self.is_wide && self.is_large(connection) {
            self.is_wide = resize(connection, WIDE);
        }
    }

    /// To be told behind the end of each transaction. One large one may follow another: it is
    /// narrow again behind the first that is not.
    pub(super) fn ended(&mut self, connection: &Connection) {
        if self.is_wide && !self.is_large(connection) {
            self.is_wide = !resize(connection, self.usual);
        }
        self.before = connection.total_changes();
    }

    fn is_large(&self, connection: &Connection) -> bool {
        connection.total_changes().saturating_sub(self.before) > LARGE
    }
}

/// Whether it was done; without it everything works as well, but slower or with more memory.
fn resize(connection: &Connection, size: &str) -> bool {
    connection.pragma_update(None, "cache_size", size).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUT: &str = "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
                       WHERE i < ?1) SELECT i FROM n";

    #[test]
    fn it_is_wide_for_large_transactions_alone() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (x)").unwrap();
        let mut cache = Cache::of("-2000");
        let mut size_after = |statements: &[u32]| {
            let begun = connection.unchecked_transaction().unwrap();
            for rows in statements {
                connection.execute(PUT, [rows]).unwrap();
                cache.changed(&connection);
            }
            let size = |name| connection.pragma_query_value(None, name, |row| row.get(0)).unwrap();
            let within: i64 = size("cache_size");
            begun.commit().unwrap();
            cache.ended(&connection);
            [within, size("cache_size")]
        };
        let (usual, wide) = (-2_000, -128_000);
        assert_eq!(size_after(&[5, 1_900]), [usual, usual]);
        assert_eq!(size_after(&[1_000, 1_001]), [wide, wide]);
        assert_eq!(size_after(&[2_001]), [wide, wide]);
        assert_eq!(size_after(&[1]), [wide, usual]);
    }
}
