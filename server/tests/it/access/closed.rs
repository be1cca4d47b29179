//! A new collection is closed to all but superusers, whatever door it comes through.

use reqwest::Method;
use serde_json::{Value, json};
use underpin_testkit::{Caller, TestServer};

use crate::batch::turn_on;

const RULES: [&str; 5] = ["listRule", "viewRule", "createRule", "updateRule", "deleteRule"];

/// Every way for somebody to get at the records of a collection.
async fn assert_closed(server: &TestServer, caller: &Caller, name: &str, id: &str) {
    let list = format!("/api/collections/{name}/records");
    let record = format!("{list}/{id}");
    let body = json!({
        "title": "x", "email": "x@example.com", "password": "12345678",
        "passwordConfirm": "12345678",
    });
    for (method, path) in [
        (Method::GET, &list),
        (Method::HEAD, &list),
        (Method::POST, &list),
        (Method::GET, &record),
        (Method::HEAD, &record),
        (Method::PATCH, &record),
        (Method::DELETE, &record),
    ] {
        let sent = (method != Method::GET && method != Method::HEAD).then(|| body.clone());
        let status = caller.send(method.clone(), path, sent.clone()).await.status;
        // A view has nothing to write to, which is said to everybody.
        let is_write = sent.is_some();
        assert!(status == 403 || (is_write && status == 400), "{method} {path}: {status}");
        if is_write {
            let request = json!({ "method": method.as_str(), "url": path, "body": body });
            caller.post("/api/batch", json!({ "requests": [request] })).await.expect(400);
        }
    }
    let mut socket = server.socket().await;
    if !caller.token.is_empty() {
        socket.auth(&caller.token).await;
    }
    for topic in [name.to_owned(), format!("{name}/{id}")] {
        assert_eq!(socket.subscribe("s", &topic).await["type"], "error", "{topic}");
    }
    for path in [format!("/api/files/{name}/{id}/a.txt"), format!("/api/collections/{name}")] {
        let status = caller.get(&path).await.status;
        assert!(matches!(status, 401 | 403 | 404), "{path}: {status}");
    }
    // Nor by way of others.
    let source = server.superuser().get(&format!("/api/collections/{name}")).await.ok();
    if source["type"] != "view" {
        let to = format!("to_{name}");
        let relation = json!([
            { "name": "there", "type": "relation", "collectionId": source["id"], "maxSelect": 1 },
        ]);
        server.open_collection(&to, relation).await;
        server.superuser().create(&to, json!({ "there": id })).await;
        let path = format!("/api/collections/{to}/records");
        let page = caller.ask(&path, &[("expand", "there")]).await.expect(200);
        assert_eq!(page["items"][0]["expand"].get("there"), None, "{page}");
        caller.ask(&path, &[("filter", "there.created != ''")]).await.expect(400);
        server.superuser().delete(&format!("/api/collections/{to}")).await.expect(204);
    }
}

async fn assert_new_is_closed(server: &TestServer, name: &str) {
    let root = server.superuser();
    let made = root.get(&format!("/api/collections/{name}")).await.expect(200);
    for rule in RULES {
        assert_eq!(made[rule], Value::Null, "{rule} of {name}");
    }
    let id = if made["type"] == "view" {
        root.ids(name, &[]).await.pop().unwrap_or_else(|| "zzzzzzzzzzzzzzz".to_owned())
    } else {
        let body = json!({
            "email": format!("{name}@example.com"), "password": "12345678",
            "passwordConfirm": "12345678",
        });
        root.create(name, body).await["id"].as_str().unwrap().to_owned()
    };
    let (user, _) = server.user(&format!("for_{name}")).await;
    for caller in [server.guest(), user] {
        assert_closed(server, &caller, name, &id).await;
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn what_is_created_is_closed_whatever_its_type() {
        let server = TestServer::start().await;
        turn_on(&server, json!({})).await;
        for (name, definition) in [
            ("plain", json!({ "type": "base" })),
            ("untyped", json!({})),
            ("members", json!({ "type": "auth" })),
            ("shown", json!({ "type": "view", "viewQuery": "SELECT id FROM plain" })),
            ("nulls", json!({ "listRule": null, "viewRule": null, "createRule": null })),
        ] {
            let mut definition = definition;
            definition["name"] = json!(name);
            server.collection(definition).await;
            assert_new_is_closed(&server, name).await;
        }
    }

    #[tokio::test]
    async fn what_is_imported_is_closed_unless_it_says_otherwise() {
        let server = TestServer::start().await;
        turn_on(&server, json!({})).await;
        let root = server.superuser();
        let collections = json!([
            { "name": "plain", "type": "base" },
            { "name": "members", "type": "auth", "fields": [] },
            { "name": "shown", "type": "view", "viewQuery": "SELECT id FROM plain" },
            { "name": "open", "type": "base", "listRule": "" },
        ]);
        for missing in [false, true] {
            let body = json!({ "collections": collections, "deleteMissing": missing });
            root.send(Method::PUT, "/api/collections/import", Some(body)).await.expect(204);
            if missing {
                // The second import has taken the users away.
                break;
            }
            for name in ["plain", "members", "shown"] {
                assert_new_is_closed(&server, name).await;
            }
            let open = root.get("/api/collections/open").await.ok();
            let rules = RULES.map(|rule| open[rule].clone());
            let closed = Value::Null;
            let expected = [json!(""), closed.clone(), closed.clone(), closed.clone(), closed];
            assert_eq!(rules, expected);
        }
        let path = "/api/collections/plain/records";
        server.guest().get(path).await.expect(403);
    }

    #[tokio::test]
    async fn what_is_made_of_a_scaffold_is_closed() {
        let server = TestServer::start().await;
        turn_on(&server, json!({})).await;
        let root = server.superuser();
        let scaffolds = root.get("/api/collections/meta/scaffolds").await.expect(200);
        for kind in ["base", "auth", "view"] {
            let mut definition = scaffolds[kind].clone();
            for rule in RULES {
                assert_eq!(definition[rule], Value::Null, "{rule} of {kind}");
            }
            let name = format!("of_{kind}");
            definition["name"] = json!(name);
            if kind == "view" {
                definition["viewQuery"] = json!("SELECT id FROM of_base");
            }
            server.collection(definition).await;
            assert_new_is_closed(&server, &name).await;
        }
    }

    #[tokio::test]
    async fn a_change_of_something_else_opens_nothing() {
        let server = TestServer::start().await;
        turn_on(&server, json!({})).await;
        let root = server.superuser();
        let made = server.collection(json!({ "name": "plain", "type": "base" })).await;
        let mut fields = made["fields"].as_array().unwrap().clone();
        fields.push(json!({ "name": "title", "type": "text" }));
        root.patch("/api/collections/plain", json!({ "fields": fields })).await.expect(200);
        root.patch("/api/collections/plain", json!({ "name": "renamed" })).await.expect(200);
        root.delete("/api/collections/renamed/truncate").await.expect(204);
        assert_new_is_closed(&server, "renamed").await;
    }
}
