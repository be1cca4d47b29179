//! `PATCH` and `DELETE` of `/api/collections/{collection}/records/{id}`

use reqwest::{Method, multipart::Form};
use serde_json::{Value, json};
use underpin_testkit::TestServer;

/// An open collection with one record; gives the record's path.
async fn one(server: &TestServer) -> String {
    let fields = json!([
        { "name": "title", "type": "text", "max": 10 },
        { "name": "views", "type": "number", "max": 100 },
        { "name": "tags", "type": "select", "values": ["a", "b", "c"], "maxSelect": 2 },
        { "name": "extra", "type": "json" },
        { "name": "active", "type": "bool" },
        { "name": "day", "type": "date" },
        { "name": "place", "type": "geoPoint" },
        { "name": "created", "type": "autodate", "onCreate": true },
        { "name": "updated", "type": "autodate", "onCreate": true, "onUpdate": true },
    ]);
    server.open_collection("posts", fields).await;
    let body = json!({
        "title": "t", "views": 3, "tags": ["a", "b"], "extra": { "k": 1 }, "active": true,
        "day": "2024-05-01", "place": { "lon": 1, "lat": 2 },
    });
    let made = server.guest().create("posts", body).await;
    format!("/api/collections/posts/records/{}", made["id"].as_str().unwrap())
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn what_the_body_leaves_out_stays_and_the_date_of_change_moves() {
        let server = TestServer::start().await;
        let path = one(&server).await;
        let before = server.guest().get(&path).await.ok();
        server.clock.advance(60);
        let after = server.guest().patch(&path, json!({ "title": "new" })).await.expect(200);
        assert_eq!(after["title"], "new");
        for name in ["id", "views", "tags", "extra", "active", "day", "place", "created"] {
            assert_eq!(after[name], before[name], "{name}");
        }
        assert!(after["updated"].as_str().unwrap() > before["updated"].as_str().unwrap());
        assert_eq!(server.guest().get(&path).await.ok(), after);
    }

    #[tokio::test]
    async fn modifiers_add_prepend_and_remove() {
        let server = TestServer::start().await;
        let path = one(&server).await;
        for (body, name, expected) in [
            (json!({ "views+": 2 }), "views", json!(5)),
            (json!({ "views-": 1 }), "views", json!(4)),
            (json!({ "tags-": "a" }), "tags", json!(["b"])),
            (json!({ "+tags": "c" }), "tags", json!(["c", "b"])),
            (json!({ "tags+": "b" }), "tags", json!(["c", "b"])),
            (json!({ "tags-": ["b", "c"] }), "tags", json!([])),
        ] {
            let after = server.guest().patch(&path, body.clone()).await.expect(200);
            assert_eq!(after[name], expected, "{body}");
        }
    }

    #[tokio::test]
    async fn a_hundred_increments_at_once_all_count() {
        let server = TestServer::start().await;
        let path = one(&server).await;
        server.guest().patch(&path, json!({ "views": 0 })).await.expect(200);
        let guest = server.guest();
        let all = (0..100).map(|_| guest.patch(&path, json!({ "views+": 1 })));
        for answer in futures_util::future::join_all(all).await {
            answer.expect(200);
        }
        assert_eq!(guest.get(&path).await.ok()["views"], 100);
    }

    #[tokio::test]
    async fn null_empties() {
        let server = TestServer::start().await;
        let path = one(&server).await;
        let body = json!({
            "title": null, "views": null, "tags": null, "extra": null, "active": null,
            "day": null, "place": null,
        });
        let after = server.guest().patch(&path, body).await.expect(200);
        assert_eq!((&after["title"], &after["views"]), (&json!(""), &json!(0)));
        assert_eq!((&after["tags"], &after["extra"]), (&json!([]), &Value::Null));
        assert_eq!((&after["active"], &after["day"]), (&json!(false), &json!("")));
        assert_eq!(after["place"], json!({ "lon": 0, "lat": 0 }));
    }

    #[tokio::test]
    async fn a_form_changes_a_record_too() {
        let server = TestServer::start().await;
        let path = one(&server).await;
        let form = Form::new().text("title", "new").text("views+", "1");
        let after = server.guest().form(Method::PATCH, &path, form).await.expect(200);
        assert_eq!((&after["title"], &after["views"]), (&json!("new"), &json!(4)));
    }

    #[tokio::test]
    async fn a_deleted_record_is_gone() {
        let server = TestServer::start().await;
        let path = one(&server).await;
        let answer = server.guest().delete(&path).await;
        assert_eq!((answer.status, answer.bytes.len()), (204, 0));
        server.guest().get(&path).await.expect(404);
        server.guest().delete(&path).await.expect(404);
    }
}

mod invalid {
    use super::*;
    use crate::everything::Everything;

    #[tokio::test]
    async fn a_refused_change_changes_nothing() {
        let server = TestServer::start().await;
        let path = one(&server).await;
        let before = Everything::of(&server);
        for (body, name, code) in [
            (json!({ "title": "x".repeat(11) }), "title", "validation_max_text_constraint"),
            (json!({ "views+": 100 }), "views", "validation_max_number_constraint"),
            (json!({ "tags+": "c" }), "tags", "validation_too_many_values"),
            (json!({ "id": "bbbbbbbbbbbbbbb" }), "id", "validation_pk_change"),
        ] {
            server.guest().patch(&path, body).await.expect_codes(&[(name, code)]);
        }
        before.assert_same(&Everything::of(&server), "a refused change");
    }
}

mod missing {
    use super::*;

    #[tokio::test]
    async fn unknown_records_are_not_found() {
        let server = TestServer::start().await;
        one(&server).await;
        for id in ["zzzzzzzzzzzzzzz", "zzzz", "%00", "..%2f..", "'; DROP TABLE posts; --"] {
            let path = format!("/api/collections/posts/records/{id}");
            let guest = server.guest();
            guest.get(&path).await.expect(404);
            guest.patch(&path, json!({ "title": "x" })).await.expect(404);
            guest.delete(&path).await.expect(404);
        }
    }
}
