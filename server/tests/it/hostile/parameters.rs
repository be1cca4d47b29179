//! Filters, sorts and paths that are made to break something.

use std::time::{Duration, Instant};

use underpin_testkit::Caller;

use super::*;

const PATH: &str = "/api/collections/posts/records";

/// The answer to a filter and the time that it took: the least of some, since the machine may be
/// busy with other tests.
async fn quickest(guest: &Caller, filter: &str) -> (Answer, Duration) {
    let mut quickest: Option<(Answer, Duration)> = None;
    for _ in 0..5 {
        let begun = Instant::now();
        let answer = guest.ask(PATH, &[("filter", filter)]).await;
        let took = begun.elapsed();
        if quickest.as_ref().is_none_or(|(_, least)| took < *least) {
            quickest = Some((answer, took));
        }
    }
    quickest.unwrap()
}

mod invalid {
    use super::*;

    #[tokio::test]
    async fn filters_that_are_made_to_be_costly_are_refused_at_once() {
        let server = scene().await;
        let guest = server.guest();
        guest.get(PATH).await.expect(200);
        for filter in [
            "(".repeat(10_000),
            ")".repeat(10_000),
            vec!["title='a'"; 300].join("||"),
            "title~'%".repeat(400),
            format!("title='{}'", "\\'".repeat(2_000)),
            "a.".repeat(1_700),
            "@request.".repeat(390),
            "geoDistance(".repeat(290),
            "//".repeat(1_700),
        ] {
            let (answer, took) = quickest(&guest, &filter).await;
            assert_refusal(&answer, filter.get(..20).unwrap());
            assert!(took.as_millis() < 50, "{}: {took:?}", filter.get(..20).unwrap());
        }
        let nested = format!("{}title='a'{}", "(".repeat(1_700), ")".repeat(1_700));
        let (answer, took) = quickest(&guest, &nested).await;
        assert!(took.as_millis() < 50 && matches!(answer.status, 200 | 400), "{took:?}");
        guest.get("/api/health").await.expect(200);
    }

    #[tokio::test]
    async fn nothing_in_a_parameter_reaches_the_database_as_it_stands() {
        let server = scene().await;
        let before = Everything::of(&server);
        for text in [
            "title'; DROP TABLE posts; --",
            "title\"; DROP TABLE posts; --",
            "title` = 1",
            "title) UNION SELECT * FROM _superusers --",
            "title || (SELECT password FROM _superusers)",
            "data.a'b = 1",
            "data.\"x\" = 1",
            "title COLLATE NOCASE = 'a'",
            "rowid = 1",
            "_rowid_ = 1",
            "posts.title = 'a'",
            "main.posts.title = 'a'",
            "title = (1=1)'",
            "1; ATTACH 'x' AS y",
            "title\0 = 'a'",
            "\u{0}",
            "title = 'a' \u{85} && 1",
        ] {
            for name in ["filter", "sort"] {
                let answer = server.guest().ask(PATH, &[(name, text)]).await;
                assert_refusal(&answer, text);
            }
            for name in ["expand", "fields"] {
                let answer = server.guest().ask(PATH, &[(name, text)]).await;
                assert!(answer.status < 500, "{name}={text}: {}", answer.text());
            }
        }
        assert_unharmed(&server, &before).await;
    }

    #[tokio::test]
    async fn names_in_definitions_never_become_sql() {
        let server = scene().await;
        let before = Everything::of(&server);
        let root = server.superuser();
        for name in [
            "a; DROP TABLE posts",
            "a\"b",
            "a`b",
            "a'b",
            "a]b",
            "a b",
            "a\0b",
            "sqlite_master",
            "ä",
            "a-b",
            "1a",
            "a.b",
            "_changes",
            "_policies",
        ] {
            let answer = root.post("/api/collections", json!({ "name": name })).await;
            assert_refusal(&answer, name);
            let fields = json!([{ "name": name, "type": "text" }]);
            if !name.starts_with(['_', 's']) {
                let body = json!({ "name": "fresh", "fields": fields });
                assert_refusal(&root.post("/api/collections", body).await, name);
            }
        }
        for index in [
            "CREATE INDEX i ON fresh (title); DROP TABLE posts",
            "CREATE INDEX i ON posts (title)",
            "CREATE INDEX i ON fresh (nofunction(id))",
            "CREATE INDEX i ON fresh (id) WHERE (SELECT count(*) FROM _superusers) > 0",
            "CREATE INDEX i ON fresh (id, (SELECT password FROM _superusers))",
            "CREATE TABLE i (id)",
            "DROP TABLE posts",
            "CREATE INDEX \"a\"\"; DROP TABLE posts; --\" ON fresh (nope)",
        ] {
            let body = json!({ "name": "fresh", "indexes": [index] });
            let answer = root.post("/api/collections", body).await;
            assert_eq!(answer.status, 400, "{index}: {}", answer.text());
        }
        assert_unharmed(&server, &before).await;
    }
}

mod missing {
    use super::*;

    #[tokio::test]
    async fn odd_paths_lead_nowhere() {
        let server = scene().await;
        let before = Everything::of(&server);
        let long = "a".repeat(6_000);
        for path in [
            "/api/collections/posts%00/records",
            "/api/collections/%ff/records",
            "/api/collections/posts'%20OR%201=1/records",
            "/api/collections/../collections/posts",
            "/api/collections/posts/records/%00",
            "/api/collections/posts/records/a%2fb",
            "/api/collections/posts/records/%e2%80%ae",
            "/api/%2e%2e/%2e%2e/etc/passwd",
            "/api//////",
            "/api/collections/posts/records/x/y/z",
            &format!("/api/collections/{long}/records"),
            &format!("/api/collections/posts/records/{long}"),
            &format!("/{long}"),
        ] {
            let answer = server.guest().get(path).await;
            assert_refusal(&answer, &path.chars().take(60).collect::<String>());
        }
        assert_unharmed(&server, &before).await;
    }
}
