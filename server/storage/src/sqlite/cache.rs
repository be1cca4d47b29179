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
    /// Rows that the connection had changed when the last transaction ended.
    before: u64,
    is_wide: bool,
}

impl Cache {
    pub(super) fn of(usual: &'static str) -> Self {
        Self { usual, before: 0, is_wide: false }
    }

    /// To be told behind whatever may have changed rows or ended a transaction. One large transaction
    /// may follow another: it is narrow again behind the first that is not.
    pub(super) fn look(&mut self, connection: &Connection) {
        let changes = connection.total_changes();
        let is_large = changes.saturating_sub(self.before) > LARGE;
        let is_over = connection.is_autocommit();
        match (self.is_wide, is_large, is_over) {
            (false, true, false) => self.is_wide = resize(connection, WIDE),
            (true, false, true) => self.is_wide = !resize(connection, self.usual),
            _ => {}
        }
        if is_over {
            self.before = changes;
        }
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
                cache.look(&connection);
            }
            let size = |name| connection.pragma_query_value(None, name, |row| row.get(0)).unwrap();
            let within: i64 = size("cache_size");
            begun.commit().unwrap();
            cache.look(&connection);
            [within, size("cache_size")]
        };
        let (usual, wide) = (-2_000, -128_000);
        assert_eq!(size_after(&[5, 1_900]), [usual, usual]);
        assert_eq!(size_after(&[1_000, 1_001]), [wide, wide]);
        assert_eq!(size_after(&[2_001]), [wide, wide]);
        assert_eq!(size_after(&[1]), [wide, usual]);
    }

    #[test]
    fn statements_without_a_transaction_around_them_do_not_add_up() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (x)").unwrap();
        let mut cache = Cache::of("-2000");
        for rows in [1_500, 1_500, 2_500, 1] {
            connection.execute(PUT, [rows]).unwrap();
            cache.look(&connection);
            assert!(!cache.is_wide, "after {rows} rows");
        }
    }
}
