//! Events as each subscription asked for them: nothing of one gets into another's.

use serde_json::{Value, json};
use underpin_testkit::{Socket, TestServer};

/// Notes with a hidden text and relations, one of them hidden; gives a body with all of it.
async fn notes(server: &TestServer) -> Value {
    let fields = json!([
        { "name": "title", "type": "text" }, { "name": "secret", "type": "text", "hidden": true },
    ]);
    let asides = server.open_collection("asides", fields).await;
    let relation = |name: &str, hidden: bool| json!({ "name": name, "type": "relation", "collectionId": asides["id"], "hidden": hidden });
    let fields = json!([
        { "name": "title", "type": "text" },
        { "name": "secret", "type": "text", "hidden": true },
        relation("aside", true),
        relation("near", false),
    ]);
    server.open_collection("notes", fields).await;
    let aside = json!({ "title": "t", "secret": "s3cr3t" });
    let aside = server.superuser().create("asides", aside).await;
    json!({ "title": "told", "secret": "s3cr3t", "aside": aside["id"], "near": aside["id"] })
}

async fn socket(server: &TestServer, token: &str) -> Socket {
    let mut socket = server.socket().await;
    socket.auth(token).await;
    socket
}

#[tokio::test]
async fn subscriptions_to_the_same_events_get_each_their_own_parts() {
    let server = TestServer::start().await;
    let body = notes(&server).await;
    let (ann, _) = server.user("ann").await;
    let root = server.superuser();
    let mut sockets = [socket(&server, &ann.token).await, socket(&server, &root.token).await];
    let subscriptions = [
        ("all", "", ""),
        ("narrow", "title", ""),
        ("secret", "title,secret,expand.near.secret", "near,aside"),
        ("near", "title,expand.near.title", "near"),
    ];
    for socket in &mut sockets {
        for (sub, fields, expand) in subscriptions {
            let ask = json!({
                "type": "subscribe", "sub": sub, "topic": "notes", "fields": fields,
                "expand": expand,
            });
            assert_eq!(socket.call(ask).await["type"], "ok");
        }
    }
    for _ in 0..2 {
        root.create("notes", body.clone()).await;
        let mut heard = Vec::new();
        for socket in &mut sockets {
            let mut records = std::collections::BTreeMap::new();
            for _ in subscriptions {
                let frame = socket.frame().await;
                records.insert(frame["sub"].as_str().unwrap().to_owned(), frame["record"].clone());
            }
            heard.push(records);
        }
        let [of_ann, of_root] = [&heard[0], &heard[1]];
        for records in [of_ann, of_root] {
            assert_eq!(records["narrow"], json!({ "title": "told" }));
            let near = json!({ "title": "told", "expand": { "near": { "title": "t" } } });
            assert_eq!(records["near"], near);
        }
        let shown = json!({ "title": "told", "expand": { "near": {} } });
        assert_eq!(of_ann["secret"], shown);
        assert_eq!(of_root["secret"]["secret"], "s3cr3t");
        assert_eq!(of_root["secret"]["expand"]["near"]["secret"], "s3cr3t");
        assert_eq!(of_root["all"]["secret"], "s3cr3t");
        let mut whole = of_root["all"].clone();
        for hidden in ["secret", "aside"] {
            whole.as_object_mut().unwrap().remove(hidden);
        }
        assert_eq!(of_ann["all"], whole);
    }
}

#[tokio::test]
async fn a_replay_conceals_what_the_live_event_does() {
    let server = TestServer::start().await;
    let body = notes(&server).await;
    let (ann, _) = server.user("ann").await;
    let mut live = socket(&server, &ann.token).await;
    let cursor = live.subscribe("s", "notes").await["cursor"].clone();
    server.superuser().create("notes", body).await;
    let told = live.frame().await["record"].clone();
    assert_eq!(told.get("secret"), None);
    let mut late = socket(&server, &ann.token).await;
    for (fields, filter) in [("", ""), ("*,secret", "title = 'told'")] {
        let ask = json!({
            "type": "subscribe", "sub": "s", "topic": "notes", "since": cursor, "fields": fields,
            "filter": filter,
        });
        late.call(ask).await;
        assert_eq!(late.frame().await["record"], told);
    }
    let ask = json!({
        "type": "subscribe", "sub": "s", "topic": "notes", "since": cursor,
        "filter": "secret = 's3cr3t'",
    });
    assert_eq!(late.call(ask).await["code"], "invalid");
}

/// Neither live nor replayed, neither to superusers nor to the account itself (security D11, D12).
#[tokio::test]
async fn no_event_of_an_account_tells_its_secrets() {
    let server = TestServer::start().await;
    let open = json!({ "listRule": "", "viewRule": "" });
    let root = server.superuser();
    root.patch("/api/collections/users", open).await.expect(200);
    let (ann, id) = server.user("ann").await;
    let path = format!("/api/collections/users/records/{id}");
    let mut since = Vec::new();
    let mut sockets = Vec::new();
    for token in [root.token.as_str(), ann.token.as_str(), ""] {
        let mut socket = socket(&server, token).await;
        for (sub, fields) in [("whole", ""), ("chosen", "*,password,tokenKey")] {
            let ask =
                json!({ "type": "subscribe", "sub": sub, "topic": "users", "fields": fields });
            since.push(socket.call(ask).await["cursor"].clone());
        }
        sockets.push(socket);
    }
    let hash = || server.store.rows("SELECT password, \"tokenKey\" FROM users").remove(0);
    let before = hash();
    root.patch(&path, json!({ "name": "new" })).await.expect(200);
    let new = json!({ "password": "87654321", "passwordConfirm": "87654321" });
    root.patch(&path, new).await.expect(200);
    let secrets = [before, hash()].concat();
    assert!(secrets.iter().all(|secret| secret.len() > 20), "{secrets:?}");
    let hides = |frame: &Value| {
        let text = frame.to_string();
        let names = ["tokenKey", "\"password\"", "$argon2", "87654321"];
        assert!(!names.iter().any(|name| text.contains(name)), "{text}");
        assert!(!secrets.iter().any(|secret| text.contains(secret)), "{text}");
    };
    // The account's own token ends with the password, and its socket with it.
    for socket in [0, 2] {
        for _ in 0..4 {
            let frame = sockets[socket].frame().await;
            assert_eq!(frame["record"]["id"], id.as_str(), "{frame}");
            hides(&frame);
        }
    }
    let mut late = self::socket(&server, &root.token).await;
    let ask = json!({
        "type": "subscribe", "sub": "late", "topic": "users", "since": since[0],
        "fields": "*,password,tokenKey",
    });
    late.call(ask).await;
    for _ in 0..2 {
        hides(&late.frame().await);
    }
    // Nor are they in the log of changes, which backups carry.
    let log = server
        .store
        .rows("SELECT coalesce(\"before\", '') || coalesce(\"after\", '') FROM _changes");
    assert!(log.iter().any(|row| row[0].contains("ann@example.com")), "{log:?}");
    for row in log {
        hides(&json!(row));
    }
}
