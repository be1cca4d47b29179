//! What SQLite lets a superuser's statements do.

use std::{collections::HashMap, time::Duration};

use rusqlite::Connection;

use super::{ConsoleAnswer, ConsoleAsk, ConsoleTable, DEFINES, TOO_MUCH, WRITES, run};
use crate::StorageResult;

const SCHEMA: &str = "CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT, password TEXT NOT NULL);
    INSERT INTO users VALUES ('a', 'Ann', 'hash'), ('b', 'Bob', 'hush');
    CREATE TABLE _params (id TEXT, value TEXT); INSERT INTO _params VALUES ('k', 'secret');
    CREATE TABLE posts (id TEXT UNIQUE, n NUMERIC); INSERT INTO posts VALUES ('p', 1.5);
    CREATE VIEW names AS SELECT id, name FROM users;";

fn ask(text: &str, writes: bool) -> ConsoleAsk {
    let table = |is_writable: bool, hidden: &[&str]| ConsoleTable {
        is_writable,
        hidden: hidden.iter().map(|name| (*name).to_owned()).collect(),
    };
    let tables = HashMap::from([
        ("users".to_owned(), table(true, &["password"])),
        ("posts".to_owned(), table(true, &[])),
        ("names".to_owned(), table(false, &[])),
    ]);
    let limit = Duration::from_secs(5);
    ConsoleAsk { text: text.to_owned(), writes, tables, most_rows: 3, limit }
}

fn on(connection: &Connection, text: &str, writes: bool) -> StorageResult<ConsoleAnswer> {
    connection.execute_batch("SAVEPOINT test").unwrap();
    let done = run(connection, &ask(text, writes));
    connection.execute_batch("ROLLBACK TO test").unwrap();
    done
}

fn database() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(SCHEMA).unwrap();
    connection
}

fn rows(text: &str, writes: bool) -> Vec<String> {
    let answer = on(&database(), text, writes).unwrap();
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "null".to_owned());
    answer.rows.iter().map(|row| row.iter().map(shown).collect::<Vec<_>>().join(" ")).collect()
}

fn refusal(text: &str, writes: bool) -> String {
    on(&database(), text, writes).unwrap_err().to_string()
}

#[test]
fn the_last_statement_is_the_answer_and_every_value_a_text() {
    assert_eq!(
        rows("SELECT 1; SELECT 1.5, NULL, x'41', 1e300, 2.0, 'x'", false),
        ["1.5 null A 1e300 2 x"]
    );
    assert_eq!(rows("-- nothing", false), [""; 0]);
    assert_eq!(
        rows(
            "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c",
            false
        )
        .len(),
        3
    );
    assert_eq!(rows("SELECT count(*) FROM (SELECT 1)", false), ["1"]);
    assert_eq!(rows("WITH t AS (SELECT 1) SELECT count(*) FROM t", false), ["1"]);
    let answer = on(&database(), "SELECT id, n FROM posts WHERE 0", false).unwrap();
    let columns: Vec<_> =
        answer.columns.iter().map(|it| (it.name.as_str(), it.kind.as_str())).collect();
    assert_eq!(columns, [("id", "TEXT"), ("n", "NUMERIC")]);
}

#[test]
fn secrets_are_nothing_whichever_way_they_are_asked_for() {
    for text in ["SELECT * FROM users", "SELECT id, name, max(password) FROM users GROUP BY id"] {
        assert_eq!(rows(text, false), ["a Ann null", "b Bob null"], "{text}");
    }
    assert_eq!(rows("SELECT id FROM users WHERE password = 'hash'", false), [""; 0]);
    let copy = "UPDATE posts SET n = (SELECT password FROM users LIMIT 1); SELECT n FROM posts";
    assert_eq!(rows(copy, true), ["null"]);
    for text in [
        "UPDATE users SET name = 'x' RETURNING *",
        "DELETE FROM users RETURNING password",
        "INSERT INTO users (id, name, password) VALUES ('c', 'x', 'y')",
        "REPLACE INTO users (id, name) VALUES ('a', 'x')",
    ] {
        let refused = refusal(text, true);
        assert!(refused.contains("secret"), "{text}: {refused}");
    }
    for copy in [
        "UPDATE users SET name = password",
        "UPDATE users SET name = u.password FROM users u WHERE u.id = users.id",
        "INSERT INTO posts (id) VALUES ('p') \
         ON CONFLICT (id) DO UPDATE SET n = (SELECT password FROM users)",
        "INSERT INTO posts SELECT id, password FROM users",
    ] {
        let look = "SELECT name FROM users UNION SELECT n FROM posts";
        let found = rows(&format!("{copy}; {look}"), true);
        assert!(!found.iter().any(|row| row.starts_with('h')), "{copy}: {found:?}");
    }
    for text in [
        "SELECT * FROM _params",
        "SELECT count(*) FROM _params",
        "SELECT * FROM _PARAMS",
        "SELECT id FROM posts ORDER BY (SELECT value FROM _params)",
    ] {
        assert!(refusal(text, true).contains("the server's own"), "{text}");
    }
}

#[test]
fn only_who_says_so_writes_and_only_rows_of_collections() {
    for text in [
        "DELETE FROM posts",
        "INSERT INTO posts VALUES ('q', 1)",
        "WITH t AS (SELECT 1) UPDATE posts SET n = 2",
        "SELECT 1; DELETE FROM posts",
        "EXPLAIN DELETE FROM posts",
    ] {
        assert_eq!(refusal(text, false), WRITES, "{text}");
        on(&database(), text, true).unwrap();
    }
    let done = on(&database(), "UPDATE users SET name = 'x'", true).unwrap();
    assert_eq!((done.affected, done.rows.len()), (2, 0));
    for text in [
        "UPDATE users SET password = 'x'",
        "INSERT INTO _params VALUES ('x', 'y')",
        "DELETE FROM _params",
        "DELETE FROM names",
    ] {
        refusal(text, true);
    }
}

#[test]
fn nothing_reaches_beyond_the_rows() {
    for text in [
        "CREATE TABLE x (a)",
        "DROP TABLE posts",
        "ALTER TABLE posts ADD COLUMN x",
        "CREATE TEMP TABLE x (a)",
        "CREATE INDEX i ON posts (n)",
        "CREATE TRIGGER t AFTER DELETE ON posts BEGIN SELECT 1; END",
        "CREATE VIEW v AS SELECT 1",
        "ATTACH DATABASE '/tmp/x' AS x",
        "DETACH DATABASE main",
        "COMMIT",
        "BEGIN",
        "SAVEPOINT x",
        "ROLLBACK",
        "REINDEX",
        "ANALYZE",
        "PRAGMA user_version = 5",
        "PRAGMA writable_schema = on",
        "PRAGMA query_only = off",
        "PRAGMA journal_mode = delete",
    ] {
        for writes in [false, true] {
            assert_eq!(refusal(text, writes), DEFINES, "{text}");
        }
    }
    for text in [
        "VACUUM",
        "DELETE FROM sqlite_schema",
        "UPDATE sqlite_schema SET sql = ''",
        "SELECT load_extension('x')",
        "SELECT ?",
        "SELECT :a",
        "INSERT OR ROLLBACK INTO posts VALUES ('p', 1)",
    ] {
        refusal(text, true);
    }
    for text in [
        "PRAGMA table_info(users)",
        "SELECT name FROM pragma_table_info('posts')",
        "PRAGMA user_version",
        "SELECT sql FROM sqlite_schema",
        "EXPLAIN QUERY PLAN SELECT * FROM posts",
    ] {
        on(&database(), text, false).unwrap();
    }
}

#[test]
fn an_answer_has_its_size() {
    assert_eq!(
        refusal("SELECT zeroblob(9000000) UNION ALL SELECT zeroblob(9000001)", false),
        TOO_MUCH
    );
    assert!(refusal("SELECT length(zeroblob(900000000))", false).contains("too big"));
}

#[test]
fn a_statement_that_undoes_more_than_itself_is_not_taken_for_done() {
    let connection = database();
    connection.execute_batch("BEGIN").unwrap();
    let hidden = "INSERT OR/**/ROLLBACK INTO posts VALUES ('p', 1)";
    assert!(matches!(run(&connection, &ask(hidden, true)), Err(crate::StorageError::Busy)));
}

#[test]
fn the_connection_serves_others_afterwards() {
    let connection = database();
    on(&connection, "DROP TABLE posts", false).unwrap_err();
    connection.execute_batch("UPDATE _params SET value = 'x'; CREATE TABLE y (a)").unwrap();
}
