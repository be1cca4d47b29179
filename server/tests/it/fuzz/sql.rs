//! SQL for whoever takes it.

use super::garbage;
use crate::dice::Dice;

const STATEMENTS: [&str; 40] = [
    "SELECT 1",
    "SELECT * FROM posts",
    "SELECT id, title FROM posts",
    "SELECT * FROM _superusers",
    "SELECT count(*) AS n FROM members",
    "UPDATE posts SET rank = rank + 1",
    "INSERT INTO posts (id, title) VALUES ('x', 'y')",
    "DELETE FROM posts WHERE id = 'nope'",
    "INSERT INTO posts (id) VALUES (NULL)",
    "UPDATE posts SET rank = 'abc'",
    "DROP TABLE posts",
    "ALTER TABLE posts ADD COLUMN x",
    "PRAGMA writable_schema = 1",
    "VACUUM",
    "BEGIN",
    "COMMIT",
    "ATTACH ':memory:' AS m",
    "SELECT load_extension('x')",
    "SELECT pg_sleep(60)",
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c",
    "SELECT randomblob(900000000)",
    "SELECT hex(zeroblob(100000000))",
    "SELECT zeroblob(2000000000)",
    "SELECT repeat('x', 500000000)",
    "SELECT printf('%.*c', 500000000, 'x')",
    "VALUES (1), (2, 3)",
    "SELECT a.id FROM posts a, posts b, posts c, posts d, posts e, posts f, posts g, posts h, posts i",
    "COPY posts TO PROGRAM 'true'",
    "DO $$ BEGIN PERFORM 1; END $$",
    "EXPLAIN ANALYZE SELECT 1",
    "SET ROLE postgres",
    "LOCK TABLE posts",
    "LISTEN x",
    "SELECT * FROM pg_authid",
    "SELECT 1/0",
    "SELECT abs(-9223372036854775808)",
    "SELECT CAST('x' AS integer)",
    "SELECT json_extract('{', '$')",
    "CREATE TEMP TABLE t (a)",
    "SELECT lo_import('/etc/passwd')",
];
const WORDS: [&str; 72] = [
    "SELECT",
    "FROM",
    "WHERE",
    "id",
    "title",
    "posts",
    "members",
    "_superusers",
    "_params",
    "rank",
    "AS",
    "JOIN",
    "LEFT JOIN",
    "ON",
    "GROUP BY",
    "ORDER BY",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "UNION",
    "EXCEPT",
    "DISTINCT",
    "CASE",
    "WHEN",
    "THEN",
    "END",
    "NULL",
    "IS",
    "NOT",
    "IN",
    "EXISTS",
    "LIKE",
    "GLOB",
    "REGEXP",
    "COLLATE",
    "CAST",
    "OVER",
    "PARTITION BY",
    "WINDOW",
    "WITH",
    "RECURSIVE",
    "VALUES",
    "RETURNING",
    "UPDATE",
    "INSERT",
    "DELETE",
    "SET",
    "(",
    ")",
    "((",
    ",",
    ".",
    ";",
    "*",
    "=",
    "||",
    "::",
    "->",
    "->>",
    "'a'",
    "\"b\"",
    "`c`",
    "[d]",
    "1",
    "-1",
    "1e999",
    "$1",
    "?",
    ":x",
    "--",
    "/*",
    "\u{0}",
];
const COLUMNS: [&str; 20] = [
    "title",
    "rank",
    "flag",
    "data",
    "tags",
    "place",
    "owner",
    "created",
    "password",
    "tokenKey",
    "count(*) AS n",
    "cast(rank AS text) AS c",
    "(SELECT 1) AS s",
    "title || 'x' AS t",
    "1 AS one",
    "max(rank) OVER () AS w",
    "json_extract(data, '$.a') AS j",
    "NULL AS z",
    "id AS id",
    "*",
];

/// What a view could be made of.
pub(super) fn select(dice: &mut Dice) -> String {
    if dice.one_in(4) {
        return anything(dice);
    }
    let columns: Vec<&str> = (0..=dice.below(4)).map(|_| dice.word(&COLUMNS)).collect();
    let table = dice.word(&["posts", "members", "titles", "_superusers", "_params", "nowhere"]);
    format!("SELECT id, {} FROM {table}", columns.join(", "))
}

/// A statement, or what looks like one from afar.
pub(super) fn anything(dice: &mut Dice) -> String {
    match dice.below(6) {
        0 => garbage::text(dice),
        1 | 2 => {
            let many = 1 + dice.below(25);
            (0..many).map(|_| dice.word(&WORDS)).collect::<Vec<_>>().join(" ")
        }
        3 => format!("{}{}", "(".repeat(2_000), dice.word(&STATEMENTS)),
        4 => {
            let mut signs: Vec<char> = dice.word(&STATEMENTS).chars().collect();
            let at = dice.below(signs.len());
            signs.splice(at..=at, garbage::text(dice).chars());
            signs.into_iter().collect()
        }
        _ => dice.word(&STATEMENTS).to_owned(),
    }
}
