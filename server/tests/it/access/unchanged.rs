//! A refused request changes nothing: every writing route, by callers without the right.

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use underpin_testkit::{Caller, TestServer};

use crate::{auth::sign_up, batch::turn_on, everything::Everything, jobs};

/// A closed collection, a ruled one and an open one that both callers know of.
async fn scene(server: &TestServer) -> Vec<String> {
    let fields = json!([{ "name": "title", "type": "text" }, { "name": "scan", "type": "file" }]);
    let nobody = "@request.auth.id = 'nobody'";
    server.collection(json!({ "name": "locked", "fields": fields })).await;
    server
        .collection(json!({
            "name": "ruled", "fields": fields, "createRule": nobody, "updateRule": nobody,
            "deleteRule": nobody, "listRule": nobody, "viewRule": nobody,
        }))
        .await;
    let mut paths = Vec::new();
    for name in ["locked", "ruled"] {
        let path = format!("/api/collections/{name}/records");
        let form = Form::new().text("title", "a").part("scan", Part::text("x").file_name("a.txt"));
        let made = server.superuser().form(Method::POST, &path, form).await.expect(200);
        paths.push(format!("{path}/{}", made["id"].as_str().unwrap()));
    }
    paths
}

/// Every writing route with a body that would change something.
fn writes(records: &[String], other: &str) -> Vec<(Method, String, Value)> {
    let account = format!("/api/collections/users/records/{other}");
    let mut writes = vec![
        (Method::POST, "/api/collections".to_owned(), json!({ "name": "mine" })),
        (Method::PATCH, "/api/collections/locked".to_owned(), json!({ "listRule": "" })),
        (Method::DELETE, "/api/collections/locked".to_owned(), json!({})),
        (Method::PATCH, account.clone(), json!({ "name": "mine" })),
        (Method::PATCH, account.clone(), json!({ "verified": true, "email": "x@example.com" })),
        (Method::DELETE, account, json!({})),
        (Method::PATCH, "/api/settings".to_owned(), json!({ "batch": { "enabled": false } })),
        (Method::PATCH, "/api/settings".to_owned(), json!({ "meta": { "appName": "mine" } })),
        (Method::PATCH, "/api/collections/users".to_owned(), json!({ "manageRule": "" })),
        (Method::PATCH, "/api/collections/_superusers".to_owned(), json!({ "createRule": "" })),
        (Method::POST, "/api/collections/_superusers/records".to_owned(), sign_up("x@example.com")),
    ];
    let imported = json!({ "name": "locked", "listRule": "", "createRule": "" });
    for missing in [false, true] {
        let body = json!({ "collections": [imported], "deleteMissing": missing });
        writes.push((Method::PUT, "/api/collections/import".to_owned(), body));
    }
    for name in ["locked", "ruled", "users", "_superusers"] {
        let path = format!("/api/collections/{name}/truncate");
        writes.push((Method::DELETE, path, json!({})));
    }
    for query in ["DELETE FROM users", "SELECT id FROM users; DROP TABLE users"] {
        let path = "/api/collections/meta/dry-run-view".to_owned();
        writes.push((Method::POST, path, json!({ "query": query })));
    }
    for name in ["users", "_superusers", "locked"] {
        let path = format!("/api/collections/{name}/auth-with-password");
        let body = json!({ "identity": "ann@example.com", "password": "wrong password" });
        writes.push((Method::POST, path, body));
    }
    writes.push((Method::POST, "/api/collections/ruled/auth-refresh".to_owned(), json!({})));
    let stranger = json!({ "clientId": "x".repeat(40), "subscriptions": ["users"] });
    writes.push((Method::POST, "/api/realtime".to_owned(), stranger));
    for record in records {
        let list = record.rsplit_once('/').unwrap().0;
        writes.push((Method::POST, list.to_owned(), json!({ "title": "mine" })));
        for body in [json!({ "title": "mine" }), json!({ "scan": "" }), json!({ "scan-": "x" })] {
            writes.push((Method::PATCH, record.clone(), body));
        }
        writes.push((Method::DELETE, record.clone(), json!({})));
    }
    writes
}

/// The same writes of records as one batch each, alone and behind one that is allowed.
fn batches(records: &[String], other: &str) -> Vec<Value> {
    let allowed = json!({
        "method": "POST", "url": "/api/collections/open/records", "body": { "title": "mine" },
    });
    let mut batches = Vec::new();
    for (method, url, body) in writes(records, other) {
        let method = method.to_string();
        let request = json!({ "method": method, "url": url, "body": body });
        batches.push(json!({ "requests": [request] }));
        batches.push(json!({ "requests": [allowed, request, allowed] }));
        if method == "POST" && url.ends_with("/records") {
            let mut upsert = json!({ "method": "PUT", "url": url, "body": body });
            upsert["body"]["id"] = json!("mine00000000001");
            batches.push(json!({ "requests": [allowed, upsert] }));
        }
    }
    for record in records {
        let (list, id) = record.rsplit_once('/').unwrap();
        let body = json!({ "id": id, "title": "mine" });
        batches.push(json!({ "requests": [{ "method": "PUT", "url": list, "body": body }] }));
    }
    batches
}

async fn assert_batches_refused(server: &TestServer, caller: &Caller, who: &str, other: &str) {
    server.open_collection("open", json!([{ "name": "title", "type": "text" }])).await;
    let records = scene(server).await;
    turn_on(server, json!({})).await;
    let before = Everything::of(server);
    for batch in batches(&records, other) {
        let what = format!("{batch} by {who}");
        let answer = caller.post("/api/batch", batch.clone()).await;
        assert_eq!(answer.status, 400, "{what}: {}", answer.text());
        before.assert_same(&Everything::of(server), &what);
        let files = ["requests.0.scan", "requests.1.scan", "requests.2.scan"];
        let form = files
            .into_iter()
            .fold(Form::new(), |form, name| form.part(name, Part::text("mine").file_name("b.txt")));
        let form = form.text("@jsonPayload", batch.to_string());
        let answer = caller.form(Method::POST, "/api/batch", form).await;
        assert_eq!(answer.status, 400, "a form with {what}: {}", answer.text());
        before.assert_same(&Everything::of(server), &format!("a form with {what}"));
    }
}

async fn assert_refused(server: &TestServer, caller: &Caller, who: &str, other: &str) {
    let records = scene(server).await;
    let before = Everything::of(server);
    for (method, path, body) in writes(&records, other) {
        let what = format!("{method} {path} by {who}");
        let answer = caller.send(method, &path, Some(body)).await;
        assert!((400..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
        before.assert_same(&Everything::of(server), &what);
    }
    for record in &records {
        let form = || Form::new().part("scan", Part::text("mine").file_name("b.txt"));
        let list = record.rsplit_once('/').unwrap().0;
        for (method, path) in [(Method::POST, list), (Method::PATCH, record.as_str())] {
            let what = format!("an upload to {path} by {who}");
            let answer = caller.form(method, path, form()).await;
            assert!((400..500).contains(&answer.status), "{what}: {}", answer.status);
            before.assert_same(&Everything::of(server), &what);
        }
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn guests_leave_everything_as_it_was() {
        let server = TestServer::start().await;
        let (_, other) = server.user("ann").await;
        assert_refused(&server, &server.guest(), "a guest", &other).await;
    }

    #[tokio::test]
    async fn users_leave_everything_as_it_was() {
        let server = TestServer::start().await;
        let (_, other) = server.user("ann").await;
        let (bob, _) = server.user("bob").await;
        assert_refused(&server, &bob, "another user", &other).await;
    }

    #[tokio::test]
    async fn batches_of_guests_leave_everything_as_it_was() {
        let server = TestServer::start().await;
        let (_, other) = server.user("ann").await;
        assert_batches_refused(&server, &server.guest(), "a guest", &other).await;
    }

    #[tokio::test]
    async fn batches_of_users_leave_everything_as_it_was() {
        let server = TestServer::start().await;
        let (_, other) = server.user("ann").await;
        let (bob, _) = server.user("bob").await;
        assert_batches_refused(&server, &bob, "another user", &other).await;
    }

    #[tokio::test]
    async fn an_expired_superuser_leaves_everything_as_it_was() {
        let server = TestServer::start().await;
        let (_, other) = server.user("ann").await;
        let expired = server.superuser();
        scene_then_expire(&server, &expired, &other).await;
    }

    async fn scene_then_expire(server: &TestServer, expired: &Caller, other: &str) {
        let records = scene(server).await;
        jobs::advance(server, 86_401).await;
        // The change log is a day old now, and goes.
        jobs::outcome(server, "__upChangesCleanup__", "done").await;
        let before = Everything::of(server);
        for (method, path, body) in writes(&records, other) {
            let what = format!("{method} {path} by an expired superuser");
            let answer = expired.send(method, &path, Some(body)).await;
            assert!((400..500).contains(&answer.status), "{what}: {}", answer.status);
            before.assert_same(&Everything::of(server), &what);
        }
    }
}
