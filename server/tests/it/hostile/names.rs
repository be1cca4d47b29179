//! Texts that would end a name in SQL, in every place where a name may stand: none of them gets
//! anywhere.

use std::collections::BTreeSet;

use reqwest::{Method, multipart::Form};
use serde_json::Value;

use super::*;
use crate::batch::turn_on;

const PATH: &str = "/api/collections/posts/records";

/// What would end a name, or go on behind it.
const HOSTILE: [&str; 16] = [
    "a\"b",
    "a'b",
    "a`b",
    "a]b",
    "[a",
    "a;b",
    "a--b",
    "a/*b",
    "a b",
    "a\0b",
    "a\\b",
    "a\u{2019}b",
    "a\u{ff07}b",
    "a) VALUES (1); DROP TABLE posts; --",
    "a\" TEXT); DROP TABLE \"posts",
    "title\" = 'x' OR \"title",
];

/// The definitions of all that the database holds: nothing is made, dropped or changed.
fn shape(server: &TestServer) -> BTreeSet<String> {
    server.store.shape().into_iter().map(|definition| definition.join(" ")).collect()
}

async fn import(server: &TestServer, collection: Value) -> Answer {
    let body = json!({ "collections": [collection] });
    server.superuser().send(Method::PUT, "/api/collections/import", Some(body)).await
}

mod invalid {
    use super::*;

    #[tokio::test]
    async fn no_schema_takes_a_name_that_is_no_word() {
        let server = scene().await;
        let root = server.superuser();
        let before = (Everything::of(&server), shape(&server));
        let posts = root.get("/api/collections/posts").await.ok();
        for name in HOSTILE {
            let field = json!({ "name": name, "type": "text" });
            let mut fields = posts["fields"].as_array().unwrap().clone();
            fields.push(field.clone());
            let mut renamed = posts["fields"].as_array().unwrap().clone();
            renamed[1]["name"] = json!(name);
            let view = format!("SELECT id, title AS \"{}\" FROM posts", name.replace('"', "\"\""));
            let refusals = [
                root.post("/api/collections", json!({ "name": name })).await,
                root.post("/api/collections", json!({ "name": name, "type": "auth" })).await,
                root.post("/api/collections", json!({ "name": "fresh", "fields": [field] })).await,
                root.patch("/api/collections/posts", json!({ "name": name })).await,
                root.patch("/api/collections/posts", json!({ "fields": fields })).await,
                root.patch("/api/collections/posts", json!({ "fields": renamed })).await,
                import(&server, json!({ "name": name, "type": "base" })).await,
                import(&server, json!({ "name": "posts", "fields": fields })).await,
                import(&server, json!({ "id": posts["id"], "name": name })).await,
                root.post(
                    "/api/collections",
                    json!({ "name": "fresh", "type": "view", "viewQuery": view }),
                )
                .await,
            ];
            for (place, answer) in refusals.iter().enumerate() {
                assert_eq!(answer.status, 400, "{name:?} in place {place}: {}", answer.text());
            }
            before.0.assert_same(&Everything::of(&server), name);
            assert_eq!(shape(&server), before.1, "{name:?}");
        }
        assert_unharmed(&server, &before.0).await;
    }

    #[tokio::test]
    async fn no_index_says_more_than_an_index() {
        let server = scene().await;
        let root = server.superuser();
        let (before, all) = (Everything::of(&server), shape(&server));
        for name in HOSTILE {
            let quoted = name.replace('"', "\"\"");
            for index in [
                format!("CREATE INDEX {name} ON posts (title)"),
                format!("CREATE INDEX i ON {name} (title)"),
                format!("CREATE INDEX i ON posts ({name})"),
                format!("CREATE INDEX i ON posts (\"{quoted}\")"),
                format!("CREATE INDEX i ON posts (title COLLATE {name})"),
                format!("CREATE INDEX i ON posts (title) WHERE {name}"),
                format!("CREATE INDEX i ON posts (title); {name}"),
            ] {
                let change = json!({ "indexes": [index] });
                let answer = root.patch("/api/collections/posts", change.clone()).await;
                assert!(matches!(answer.status, 200 | 400), "{index}: {}", answer.text());
                if answer.status == 200 {
                    // Some of them are good names once they are quoted: then they are no more.
                    let made: Vec<String> = shape(&server).difference(&all).cloned().collect();
                    assert_eq!(made.len(), 1, "{index}: {made:?}");
                    assert!(made[0].starts_with("CREATE INDEX"), "{index}: {made:?}");
                    let change = json!({ "indexes": [] });
                    root.patch("/api/collections/posts", change).await.expect(200);
                }
                assert_eq!(shape(&server), all, "{index}");
            }
        }
        assert_eq!(server.guest().ids("posts", &[]).await.len(), 1);
        assert_eq!(Everything::of(&server).file_count(), before.file_count());
    }

    #[tokio::test]
    async fn no_parameter_turns_a_text_into_sql() {
        let server = scene().await;
        let guest = server.guest();
        let (before, all) = (Everything::of(&server), shape(&server));
        for name in HOSTILE {
            for (parameter, form) in [
                ("sort", "NAME"),
                ("sort", "-NAME"),
                ("sort", "data.NAME"),
                ("sort", "title,NAME"),
                ("filter", "NAME = 1"),
                ("filter", "data.NAME = 1"),
                ("filter", "data.'NAME' = 1"),
                ("filter", "title:NAME = 1"),
                ("filter", "NAME(title) = 1"),
                ("filter", "posts_via_NAME.id = 1"),
            ] {
                let text = form.replace("NAME", name);
                let answer = guest.ask(PATH, &[(parameter, &text)]).await;
                // A comment may leave something that is whole.
                assert!(matches!(answer.status, 200 | 400), "{text}: {}", answer.text());
                assert!(answer.status == 200 || !answer.text().contains("SQL"), "{text}");
            }
            for (parameter, form) in [
                ("filter", "title = \"NAME\""),
                ("filter", "title ~ \"NAME\""),
                ("filter", "data = \"NAME\""),
                ("filter", "strftime(\"NAME\", title, \"NAME\") = \"NAME\""),
            ] {
                let said = name.replace('\\', "\\\\").replace('"', "\\\"").replace('\0', "");
                let text = form.replace("NAME", &said);
                let page = guest.ask(PATH, &[(parameter, &text)]).await.expect(200);
                assert_eq!(page["totalItems"], 0, "{text}");
            }
            for parameter in ["expand", "fields"] {
                let answer = guest.ask(PATH, &[(parameter, name)]).await;
                assert!(matches!(answer.status, 200 | 400), "{name}: {}", answer.text());
            }
            let answer = guest.ask(PATH, &[("cursor", name)]).await;
            assert_eq!(answer.status, 400, "{name}: {}", answer.text());
        }
        assert_eq!(shape(&server), all);
        assert_unharmed(&server, &before).await;
    }

    #[tokio::test]
    async fn no_key_of_a_body_turns_into_sql() {
        let server = scene().await;
        turn_on(&server, json!({})).await;
        let guest = server.guest();
        let (one, all) = (guest.create("posts", json!({ "title": "x" })).await, shape(&server));
        let record = format!("{PATH}/{}", one["id"].as_str().unwrap());
        for name in HOSTILE {
            let keys = [
                name.to_owned(),
                format!("{name}+"),
                format!("{name}-"),
                format!("+{name}"),
                format!("rank\"{name}+"),
                format!("data.{name}"),
            ];
            let body: serde_json::Map<String, Value> =
                keys.iter().map(|key| (key.clone(), json!(name))).collect();
            // Such keys are nobody's: they are left out.
            let now = guest.patch(&record, body.clone().into()).await.expect(200);
            assert_eq!(now, one, "{name:?}");
            let mut form = Form::new();
            for key in keys.iter().filter(|key| !key.contains('\0')) {
                form = form.text(key.clone(), name);
            }
            let answer = guest.form(Method::PATCH, &record, form).await;
            assert!(matches!(answer.status, 200 | 400), "{name:?}: {}", answer.text());
            let request = json!({ "method": "PATCH", "url": record, "body": body });
            let batch = json!({ "requests": [request] });
            guest.post("/api/batch", batch).await.expect(200);
            assert_eq!(guest.get(&record).await.ok(), one, "{name:?}");
        }
        // Operands: a number is added, or nothing.
        for operand in HOSTILE.map(|text| json!(text)).into_iter().chain([
            json!("1; DROP TABLE posts"),
            json!("rank + 1"),
            json!({ "rank": 1 }),
            json!([1, 2]),
            json!("1e999"),
            json!("NaN"),
        ]) {
            for key in ["rank+", "rank-"] {
                let now = guest.patch(&record, json!({ key: operand })).await;
                assert!(matches!(now.status, 200 | 400), "{key}: {operand}: {}", now.text());
                assert_eq!(guest.get(&record).await.ok()["rank"], 0, "{key}: {operand}");
            }
            for key in ["title+", "+title", "data+", "data-"] {
                guest.patch(&record, json!({ key: operand })).await.expect(200);
                assert_eq!(guest.get(&record).await.ok(), one, "{key}: {operand}");
            }
        }
        // Values arrive as they were sent.
        for value in HOSTILE {
            let body = json!({ "title": value, "data": { value: [value] } });
            if value.contains('\0') && server.store.is_postgres() {
                guest.post(PATH, body).await.expect(400);
                continue;
            }
            let made = guest.create("posts", body.clone()).await;
            assert_eq!((&made["title"], &made["data"]), (&body["title"], &body["data"]));
            guest.delete(&format!("{PATH}/{}", made["id"].as_str().unwrap())).await.expect(204);
        }
        assert_eq!(shape(&server), all);
        assert_eq!(guest.ids("posts", &[]).await.len(), 2);
    }
}
