//! What it does not do.

use underpin_testkit::is_on_postgres;

use super::*;
use crate::everything::Everything;

/// Statements that are refused, whether or not the superuser means to write.
const NEVER: [&str; 24] = [
    "CREATE TABLE x (a text)",
    "DROP TABLE posts",
    "ALTER TABLE posts ADD COLUMN x text",
    "CREATE INDEX x ON posts (n)",
    "CREATE TEMP TABLE x (a text)",
    "CREATE VIEW x AS SELECT 1",
    "VACUUM",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT x",
    "DELETE FROM _params",
    "UPDATE _collections SET name = 'x'",
    "INSERT INTO _policies (role, object, action) VALUES ('public', 'posts', 'list')",
    "DELETE FROM _changes",
    "UPDATE users SET password = 'x'",
    "UPDATE users SET \"tokenKey\" = 'x'",
    "INSERT INTO users (id, password) VALUES ('x', 'y')",
    "SELECT * FROM nowhere",
    "SELEC 1",
    "SELECT $1",
    "SELECT ?",
    "SELECT load_extension('x')",
    "SELECT 1; DROP TABLE posts",
];
/// What is a secret in itself: these are refused, or show nothing of it.
const SECRETS: [&str; 19] = [
    "SELECT * FROM users",
    "SELECT password FROM users",
    "SELECT u.\"tokenKey\" FROM users u",
    "SELECT max(password) FROM (SELECT * FROM users) AS all_of_them",
    "SELECT id FROM users WHERE password LIKE '$%'",
    "SELECT options FROM _collections",
    "SELECT * FROM _params",
    "SELECT CAST(password AS text) || 'x' FROM users",
    "SELECT (SELECT password FROM users LIMIT 1) AS x FROM posts",
    "WITH a AS (SELECT \"tokenKey\" AS t, password AS p FROM users) SELECT t, p FROM a",
    // Complaints about a value name it.
    "SELECT CAST(password AS integer) FROM users",
    "SELECT json(password) FROM users",
    "SELECT abs(CAST(\"tokenKey\" AS integer)) FROM users",
    "SELECT count(*), max(password) FROM users GROUP BY password",
    "SELECT value FROM _params",
    "SELECT id FROM _params WHERE value LIKE '%sealed%'",
    "SELECT * FROM _logs",
    "SELECT \"before\", \"after\" FROM _changes",
    "EXPLAIN SELECT password FROM users WHERE password > 'x'",
];

mod denied {
    use super::*;

    #[tokio::test]
    async fn writing_must_be_meant() {
        let server = server().await;
        let before = Everything::of(&server);
        for text in [
            "DELETE FROM posts",
            "UPDATE posts SET n = 0",
            "INSERT INTO posts (id) VALUES ('x')",
            "WITH gone AS (SELECT id FROM posts) DELETE FROM posts",
            "DELETE FROM posts RETURNING id",
        ] {
            let refused = ask(&server, text, false).await.expect(400);
            assert!(refused["message"].as_str().unwrap().contains("\"write\""), "{refused}");
        }
        before.assert_same(&Everything::of(&server), "writes that were not meant");
        server.stop().await;
    }

    #[tokio::test]
    async fn tables_and_the_servers_own_rows_are_never_changed() {
        let server = server().await;
        let before = Everything::of(&server);
        for text in NEVER {
            for write in [false, true] {
                assert_eq!(ask(&server, text, write).await.status, 400, "{text}");
            }
        }
        before.assert_same(&Everything::of(&server), "statements that are refused");
        server.superuser().create("posts", json!({ "title": "after" })).await;
        server.stop().await;
    }

    #[tokio::test]
    async fn secrets_are_shown_to_nobody() {
        let server = server().await;
        let row = |column: &str| {
            let select = format!("SELECT {column} FROM users LIMIT 1");
            server.store.rows(&select).remove(0).remove(0)
        };
        let hidden = [row("password"), row("\"tokenKey\"")];
        let smtp = json!({ "smtp": { "password": "hunter2-and-more" } });
        server.superuser().patch("/api/settings", smtp).await.ok();
        for text in SECRETS {
            for write in [false, true] {
                let said = ask(&server, text, write).await.text();
                assert!(hidden.iter().all(|secret| !said.contains(secret)), "{text}: {said}");
                for secret in ["authToken", "sealed:", "hunter2"] {
                    assert!(!said.contains(secret), "{text}: {said}");
                }
            }
        }
        // Nor can they be carried to where they can be read.
        let copy = "UPDATE posts SET title = (SELECT coalesce(max(password), 'none') FROM users)";
        ask(&server, copy, true).await;
        let titles = rows(&server, "SELECT title FROM posts").await.to_string();
        assert!(!titles.contains(&hidden[0]), "{titles}");
        server.stop().await;
    }

    #[tokio::test]
    async fn the_server_and_its_disk_are_out_of_reach() {
        let server = server().await;
        let postgres = [
            "COPY posts TO PROGRAM 'cat'",
            "COPY posts TO '/tmp/underpin-posts'",
            "SELECT pg_read_file('/etc/passwd')",
            "SELECT pg_sleep(60)",
            "SELECT pg_terminate_backend(1)",
            "SELECT pg_advisory_lock(1)",
            "SELECT set_config('role', 'postgres', false)",
            "SELECT lo_import('/etc/passwd')",
            "SELECT query_to_xml('SELECT * FROM users', true, true, '')",
            "SELECT * FROM pg_authid",
            "SELECT * FROM pg_catalog.pg_class",
            "SELECT u FROM users u",
            "SELECT to_json(u) FROM users u",
            "SELECT users::text FROM users",
            "DO $$ BEGIN DELETE FROM posts; END $$",
            "SET ROLE postgres",
            "LOCK TABLE posts",
            "NOTIFY x",
            "PREPARE x AS SELECT 1",
            "SELECT 1; END; DROP TABLE posts; SELECT 1",
            "INSERT INTO users (id, email) VALUES ('x', 'x') ON CONFLICT (id) DO UPDATE SET password = 'x'",
        ];
        let sqlite = [
            "ATTACH DATABASE '/tmp/underpin-x.db' AS x",
            "PRAGMA journal_mode = delete",
            "PRAGMA writable_schema = on",
            "SELECT readfile('/etc/passwd')",
            "DELETE FROM sqlite_schema",
            "INSERT OR ROLLBACK INTO posts (id) VALUES ('post00000000001')",
        ];
        let texts: &[&str] = if is_on_postgres() { &postgres } else { &sqlite };
        let before = Everything::of(&server);
        for text in texts {
            for write in [false, true] {
                let answer = ask(&server, text, write).await;
                assert_eq!(answer.status, 400, "{text}: {}", answer.text());
            }
        }
        before.assert_same(&Everything::of(&server), "statements that reach out");
        server.stop().await;
    }
}

mod invalid {
    use super::*;

    #[tokio::test]
    async fn statements_of_many_levels_are_answered_or_refused() {
        let server = server().await;
        let deep = |open: &str, close: &str, many: usize| {
            format!("SELECT {}1{}", open.repeat(many), close.repeat(many))
        };
        for text in [
            deep("(", ")", 2_490),
            deep("-", "", 4_900),
            deep("(SELECT ", ")", 550),
            deep("abs(", ")", 990),
            deep("CASE WHEN 1=1 THEN ", " END", 200),
            format!("SELECT 1 {}", "UNION ALL SELECT 1 ".repeat(250)),
            format!("SELECT 1 {}", "+1".repeat(2_400)),
            "(".repeat(4_900),
        ] {
            for write in [false, true] {
                let answer = ask(&server, &text, write).await;
                let what = format!("{text:.30}: {}", answer.text());
                assert!(matches!(answer.status, 200 | 400), "{}: {what:.300}", answer.status);
            }
        }
        assert_eq!(rows(&server, "SELECT count(*) FROM posts").await, json!([["3"]]));
        server.stop().await;
    }

    #[tokio::test]
    async fn what_is_no_statement_is_reported() {
        let server = server().await;
        let root = server.superuser();
        for body in [json!({}), json!({ "query": null }), json!({ "query": "" })] {
            root.post(SQL, body).await.expect_codes(&[("query", "validation_required")]);
        }
        let long = format!("SELECT '{}'", "x".repeat(5_000));
        let refused = root.post(SQL, json!({ "query": long })).await;
        refused.expect_codes(&[("query", "validation_length_too_long")]);
        let others = [
            json!({ "query": " " }),
            json!({ "query": "SELECT 1 AS a\0, 2 AS b" }),
            json!({ "query": "SELECT 1 AS a\0, 2 AS b", "write": true }),
            json!({ "query": 5 }),
            json!({ "query": "SELECT 1", "write": 1 }),
        ];
        for body in others {
            root.post(SQL, body).await.expect_codes(&[]);
        }
        server.stop().await;
    }
}
