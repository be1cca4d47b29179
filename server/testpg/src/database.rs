//! A database of one test.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::Cluster;

/// A fresh database, removed when it is dropped. Its own order of texts is not that of bytes, so
/// that what relies on it without saying so shows.
pub struct TestDatabase {
    cluster: &'static Cluster,
    name: String,
}

impl TestDatabase {
    /// An empty database of the shared server.
    pub fn create() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let cluster = Cluster::shared();
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        let sql = format!(
            "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu \
             ICU_LOCALE 'en-US' LOCALE 'C'"
        );
        cluster.run("postgres", &sql);
        Self { cluster, name }
    }

    /// Where it is, as `DATABASE_URL` takes it.
    pub fn url(&self) -> String {
        format!("{}/{}", self.cluster.address(), self.name)
    }

    /// Runs statements of the test itself and gives the rows of each, every value as text.
    pub fn rows(&self, statements: &[&str]) -> Vec<Vec<Vec<String>>> {
        self.cluster.rows(&self.name, statements)
    }

    /// Runs SQL of the test itself; the rows as `psql` prints them without decoration.
    pub fn run(&self, sql: &str) -> String {
        self.cluster.run(&self.name, sql)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
            self.cluster.run("postgres", &sql);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_apart_and_order_texts_their_own_way() {
        let (one, other) = (TestDatabase::create(), TestDatabase::create());
        one.run("CREATE TABLE t (a text)");
        one.run("INSERT INTO t VALUES ('b'), ('A'), ('B'), ('a')");
        assert_eq!(one.run("SELECT string_agg(a, '' ORDER BY a) FROM t"), "aAbB");
        assert_eq!(other.run("SELECT count(*) FROM pg_tables WHERE tablename = 't'"), "0");
    }
}
