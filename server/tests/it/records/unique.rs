//! Unique indexes.

use serde_json::json;
use underpin_testkit::TestServer;

const PATH: &str = "/api/collections/posts/records";

async fn posts(server: &TestServer) {
    server
        .collection(json!({
            "name": "posts", "createRule": "", "updateRule": "", "listRule": "", "viewRule": "",
            "fields": [{ "name": "slug", "type": "text" }, { "name": "lang", "type": "text" }],
            "indexes": [
                "CREATE UNIQUE INDEX idx_slug_lang ON posts (slug, lang)",
                "CREATE UNIQUE INDEX idx_once ON posts (lang) WHERE lang = 'once'",
            ],
        }))
        .await;
}

mod invalid {
    use super::*;

    #[tokio::test]
    async fn a_broken_index_names_each_of_its_fields_and_nothing_else() {
        let server = TestServer::start().await;
        posts(&server).await;
        let guest = server.guest();
        guest.create("posts", json!({ "slug": "a", "lang": "secretvalue" })).await;
        let both = [("lang", "validation_not_unique"), ("slug", "validation_not_unique")];
        let again = guest.post(PATH, json!({ "slug": "a", "lang": "secretvalue" })).await;
        again.expect_codes(&both);
        let text = again.text().to_lowercase();
        for inside in ["idx_", "constraint", "sqlite", "posts", "secretvalue"] {
            assert!(!text.contains(inside), "{inside} in {text}");
        }
        let other = guest.create("posts", json!({ "slug": "a", "lang": "en" })).await;
        let path = format!("{PATH}/{}", other["id"].as_str().unwrap());
        guest.patch(&path, json!({ "lang": "secretvalue" })).await.expect_codes(&both);
        assert_eq!(guest.get(&path).await.ok()["lang"], "en");
    }

    #[tokio::test]
    async fn a_partial_index_holds_where_its_condition_does() {
        let server = TestServer::start().await;
        posts(&server).await;
        let guest = server.guest();
        guest.create("posts", json!({ "slug": "a", "lang": "once" })).await;
        guest
            .post(PATH, json!({ "slug": "b", "lang": "once" }))
            .await
            .expect_codes(&[("lang", "validation_not_unique")]);
        guest.create("posts", json!({ "slug": "b", "lang": "twice" })).await;
    }

    #[tokio::test]
    async fn an_id_is_given_once_even_under_a_hundred_parallel_requests() {
        let server = TestServer::start().await;
        posts(&server).await;
        let guest = server.guest();
        let body = |n: usize| json!({ "id": "abcdefghijklmno", "slug": format!("s{n}") });
        let all = (0..100).map(|n| guest.post(PATH, body(n)));
        let mut made = 0;
        for answer in futures_util::future::join_all(all).await {
            if answer.status == 200 {
                made += 1;
            } else {
                answer.expect_codes(&[("id", "validation_not_unique")]);
            }
        }
        assert_eq!((made, guest.ids("posts", &[]).await.len()), (1, 1));
    }
}

mod denied {
    use reqwest::{
        Method,
        multipart::{Form, Part},
    };

    use super::*;
    use crate::{batch::turn_on, everything::Everything};

    /// What an answer about a value that is taken may not tell.
    const CONCEALED: [&str; 12] = [
        "idx_",
        "index",
        "constraint",
        "sqlite",
        "insert",
        "update ",
        "select",
        "people",
        "lovelace",
        "values",
        "where",
        "10",
    ];

    /// People whose number is unique, whose names are in pairs, and whose address is unique among
    /// those that are in use.
    async fn people(server: &TestServer) {
        server
            .collection(json!({
                "name": "people", "createRule": "", "updateRule": "", "listRule": "id = 'nobody'",
                "viewRule": "",
                "fields": [
                    { "name": "number", "type": "number" },
                    { "name": "first", "type": "text" }, { "name": "last", "type": "text" },
                    { "name": "mail", "type": "text" },
                    { "name": "scan", "type": "file" },
                ],
                "indexes": [
                    "CREATE UNIQUE INDEX idx_number ON people (number)",
                    "CREATE UNIQUE INDEX idx_names ON people (first, last)",
                    "CREATE UNIQUE INDEX idx_mail ON people (lower(mail)) WHERE mail != ''",
                ],
            }))
            .await;
    }

    #[tokio::test]
    async fn no_door_tells_more_than_that_a_field_is_taken() {
        let server = TestServer::start().await;
        people(&server).await;
        turn_on(&server, json!({})).await;
        let path = "/api/collections/people/records";
        let person = |number: u8, first: &str, mail: &str| json!({ "number": number, "first": first, "last": "lovelace", "mail": mail });
        let guest = server.guest();
        guest.create("people", person(10, "ada", "ada@example.com")).await;
        let own = guest.create("people", person(2, "b", "b@example.com")).await;
        let own = format!("{path}/{}", own["id"].as_str().unwrap());
        let before = Everything::of(&server);
        for body in [
            person(10, "c", "c@example.com"),
            person(3, "ada", "c@example.com"),
            person(3, "c", "ADA@example.com"),
            person(10, "ada", "d@example.com"),
        ] {
            let request = |method: &str, url: &str| json!({ "requests": [{ "method": method, "url": url, "body": body }] });
            let form = || {
                let part = Part::text("x").file_name("a.txt");
                Form::new().text("@jsonPayload", body.to_string()).part("scan", part)
            };
            let answers = [
                guest.post(path, body.clone()).await,
                guest.patch(&own, body.clone()).await,
                guest.form(Method::POST, path, form()).await,
                guest.form(Method::PATCH, &own, form()).await,
                guest.post("/api/batch", request("POST", path)).await,
                guest.post("/api/batch", request("PATCH", &own)).await,
                guest.post("/api/batch", request("PUT", path)).await,
            ];
            for (door, answer) in answers.iter().enumerate() {
                assert_eq!(answer.status, 400, "door {door}: {body}: {}", answer.text());
                let text = answer.text().to_lowercase();
                for word in CONCEALED {
                    assert!(!text.contains(word), "door {door}: {word} in {text}");
                }
                // Of an index over an expression SQLite has no field to name.
                let is_named = text.contains("validation_not_unique");
                let is_column = body["mail"] != "ADA@example.com" || server.store.is_postgres();
                assert_eq!(is_named, is_column, "door {door}: {text}");
                before.assert_same(&Everything::of(&server), &format!("door {door}: {body}"));
            }
        }
    }

    #[tokio::test]
    async fn an_index_over_rows_that_are_not_unique_tells_none_of_them() {
        let server = TestServer::start().await;
        let fields = json!([{ "name": "slug", "type": "text" }]);
        server.open_collection("posts", fields).await;
        for _ in 0..2 {
            server.guest().create("posts", json!({ "slug": "secretvalue" })).await;
        }
        let index = json!({ "indexes": ["CREATE UNIQUE INDEX idx_slug ON posts (slug)"] });
        let answer = server.superuser().patch("/api/collections/posts", index).await;
        assert_eq!(answer.status, 400, "{}", answer.text());
        let text = answer.text().to_lowercase();
        for inside in ["secretvalue", "sqlite", "constraint failed", "create unique"] {
            assert!(!text.contains(inside), "{inside} in {text}");
        }
    }

    #[tokio::test]
    async fn a_hidden_field_that_is_taken_is_named_to_superusers_alone() {
        let server = TestServer::start().await;
        server
            .collection(json!({
                "name": "codes", "createRule": "", "updateRule": "", "viewRule": "",
                "fields": [
                    { "name": "name", "type": "text" },
                    { "name": "word", "type": "text", "hidden": true },
                ],
                "indexes": ["CREATE UNIQUE INDEX idx_codes ON codes (name, word)"],
            }))
            .await;
        let guest = server.guest();
        guest.create("codes", json!({ "name": "a" })).await;
        let other = guest.create("codes", json!({ "name": "b" })).await;
        let path = "/api/collections/codes/records";
        let own = format!("{path}/{}", other["id"].as_str().unwrap());
        let taken = json!({ "name": "a" });
        let code = "validation_not_unique";
        guest.post(path, taken.clone()).await.expect_codes(&[("name", code)]);
        guest.patch(&own, taken.clone()).await.expect_codes(&[("name", code)]);
        let root = server.superuser();
        root.post(path, taken).await.expect_codes(&[("name", code), ("word", code)]);
        // Where it is hidden alone, nothing is left to name.
        let index = json!({ "indexes": ["CREATE UNIQUE INDEX idx_words ON codes (word) WHERE name = 'x'"] });
        root.patch("/api/collections/codes", index).await.expect(200);
        guest.create("codes", json!({ "name": "x" })).await;
        let refused = guest.post(path, json!({ "name": "x" })).await;
        refused.expect_codes(&[]);
        let text = refused.text().to_lowercase();
        assert!(!text.contains("word") && !text.contains("unique"), "{text}");
    }
}
