//! Who is told what: rules for each subscriber and each event, hidden fields, addresses.

use serde_json::{Value, json};
use underpin_testkit::{Socket, TestServer};

use super::{server_with_posts, told};

/// A socket that is somebody.
async fn socket_of(server: &TestServer, token: &str) -> Socket {
    let mut socket = server.socket().await;
    assert_eq!(socket.auth(token).await["type"], "ok");
    socket
}

/// Notes that their owners alone may see, with a field that nobody but superusers may see.
async fn notes_of_owners(server: &TestServer) {
    let users = server.superuser().get("/api/collections/users").await.ok();
    let rule = "owner = @request.auth.id || open = true";
    server
        .collection(json!({
            "name": "notes", "type": "base", "listRule": rule, "viewRule": rule,
            "fields": [
                { "name": "title", "type": "text" },
                { "name": "open", "type": "bool" },
                { "name": "secret", "type": "text", "hidden": true },
                { "name": "owner", "type": "relation", "collectionId": users["id"], "maxSelect": 1 },
            ],
        }))
        .await;
}

#[tokio::test]
async fn the_rule_decides_for_each_subscriber_and_each_event() {
    let server = TestServer::start().await;
    notes_of_owners(&server).await;
    let root = server.superuser();
    let (ann, ann_id) = server.user("ann").await;
    let (bob, _) = server.user("bob").await;
    let mut sockets = Vec::new();
    for token in [&ann.token, &bob.token, "", &root.token] {
        let mut socket = socket_of(&server, token).await;
        socket.subscribe("s", "notes").await;
        sockets.push(socket);
    }

    let note = root.create("notes", json!({ "title": "mine", "owner": ann_id })).await;
    let path = format!("/api/collections/notes/records/{}", note["id"].as_str().unwrap());
    root.patch(&path, json!({ "title": "for all", "open": true })).await.ok();
    root.patch(&path, json!({ "title": "mine again", "open": false })).await.ok();
    root.delete(&path).await.expect(204);
    root.create("notes", json!({ "title": "marker", "open": true })).await;

    let owner = [
        ("create", "mine"),
        ("update", "for all"),
        ("update", "mine again"),
        ("delete", "mine again"),
        ("create", "marker"),
    ];
    let stranger = [("enter", "for all"), ("leave", "-"), ("create", "marker")];
    for (socket, expected) in
        sockets.iter_mut().zip([&owner[..], &stranger[..], &stranger[..], &owner[..]])
    {
        for event in expected {
            assert_eq!(told(&socket.frame().await), *event);
        }
    }
}

#[tokio::test]
async fn a_locked_collection_is_open_to_superusers_alone() {
    let server = TestServer::start().await;
    let fields = json!([{ "name": "title", "type": "text" }]);
    server.collection(json!({ "name": "locked", "type": "base", "fields": fields })).await;
    let (ann, _) = server.user("ann").await;
    for token in ["", &ann.token] {
        let mut socket = socket_of(&server, token).await;
        assert_eq!(socket.subscribe("s", "locked").await["code"], "forbidden");
    }
    let root = server.superuser();
    let mut socket = socket_of(&server, &root.token).await;
    assert_eq!(socket.subscribe("s", "locked").await["type"], "ok");
    root.create("locked", json!({ "title": "told" })).await;
    assert_eq!(told(&socket.frame().await), ("create", "told"));
}

#[tokio::test]
async fn a_changed_rule_counts_from_the_next_event_on() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let mut socket = server.socket().await;
    socket.subscribe("s", "posts").await;
    let steps = [
        (json!(null), "closed"),
        (json!(""), "open"),
        (json!("title = 'other'"), "filtered"),
        (json!("title = 'kept'"), "kept"),
        (json!("@request.auth.id != ''"), "signed in"),
        (json!(""), "marker"),
    ];
    for (rule, title) in steps {
        root.patch("/api/collections/posts", json!({ "listRule": rule })).await.ok();
        root.create("posts", json!({ "title": title })).await;
        // An event is judged when it is told, so the next rule has to wait for it.
        server.handed_out().await;
    }
    for title in ["open", "kept", "marker"] {
        assert_eq!(told(&socket.frame().await), ("create", title));
    }
}

#[tokio::test]
async fn a_changed_role_counts_from_the_next_event_on_without_a_new_connection() {
    let server = server_with_posts().await;
    let root = server.superuser();
    root.patch("/api/collections/posts", json!({ "listRule": "@request.auth.name = 'editor'" }))
        .await
        .ok();
    let (ann, id) = server.user("ann").await;
    let mut socket = socket_of(&server, &ann.token).await;
    socket.subscribe("s", "posts").await;
    let own = format!("/api/collections/users/records/{id}");
    for (name, title) in [("reader", "not told"), ("editor", "told"), ("reader", "not told")] {
        root.patch(&own, json!({ "name": name })).await.ok();
        root.create("posts", json!({ "title": title })).await;
        server.handed_out().await;
    }
    root.patch(&own, json!({ "name": "editor" })).await.ok();
    root.create("posts", json!({ "title": "marker" })).await;
    assert_eq!(told(&socket.frame().await), ("create", "told"));
    assert_eq!(told(&socket.frame().await), ("create", "marker"));
}

#[tokio::test]
async fn hidden_fields_reach_superusers_alone_though_the_event_is_the_same() {
    let server = TestServer::start().await;
    notes_of_owners(&server).await;
    let root = server.superuser();
    let (ann, ann_id) = server.user("ann").await;
    let mut sockets = Vec::new();
    // The superuser stands in the middle: what is stripped for one must not be for the next.
    for token in ["", &root.token, &ann.token] {
        let mut socket = socket_of(&server, token).await;
        socket.subscribe("s", "notes").await;
        sockets.push(socket);
    }
    for title in ["a", "b"] {
        let note = json!({ "title": title, "open": true, "secret": "s3cr3t", "owner": ann_id });
        root.create("notes", note).await;
        let mut seen = Vec::new();
        for socket in &mut sockets {
            let frame = socket.frame().await;
            assert_eq!(told(&frame), ("create", title));
            seen.push(frame["record"].get("secret").cloned());
        }
        assert_eq!(seen, [None, Some(json!("s3cr3t")), None]);
    }
}

#[tokio::test]
async fn a_filter_on_a_hidden_field_is_refused_like_one_on_an_unknown_field() {
    let server = TestServer::start().await;
    notes_of_owners(&server).await;
    let root = server.superuser();
    let notes = root.get("/api/collections/notes").await.ok();
    let fields = json!([
        { "name": "note", "type": "relation", "collectionId": notes["id"], "maxSelect": 1 },
    ]);
    server.open_collection("links", fields).await;
    let (ann, _) = server.user("ann").await;
    let ask = |topic: &str, filter: &str| json!({ "type": "subscribe", "sub": "s", "topic": topic, "filter": filter });
    let cases = [
        ("notes", "secret = 'x'"),
        ("notes", "title != 'x' && (open = true || secret ~ 'x')"),
        ("notes", "secret:length > 1"),
        ("notes", "owner.tokenKey ~ 'a'"),
        ("notes", "owner.password != ''"),
        ("links", "note.secret ~ 's'"),
        ("links", "note.owner.tokenKey > ''"),
        ("notes", "links_via_note.note.secret ?= 'x'"),
        ("users", "tokenKey ~ 'a'"),
        ("users", "password ~ 'a'"),
        ("notes", "@collection.notes.secret ?= 'x'"),
    ];
    root.patch("/api/collections/users", json!({ "listRule": "", "viewRule": "" })).await.ok();
    for token in ["", &ann.token] {
        let mut socket = socket_of(&server, token).await;
        for (topic, filter) in cases {
            let answer = socket.call(ask(topic, filter)).await;
            assert_eq!(
                (&answer["type"], &answer["code"]),
                (&json!("error"), &json!("invalid")),
                "{filter}"
            );
        }
        let plain =
            |answer: Value, name: &str| answer["message"].as_str().unwrap().replace(name, "FIELD");
        let hidden = plain(socket.call(ask("notes", "secret = 'x'")).await, "secret");
        let unknown = plain(socket.call(ask("notes", "nope = 'x'")).await, "nope");
        assert_eq!(hidden, unknown);
    }
    let mut socket = socket_of(&server, &root.token).await;
    assert_eq!(socket.call(ask("notes", "secret = 'x'")).await["type"], "ok");
}

#[tokio::test]
async fn addresses_and_secrets_of_users_reach_whom_they_belong_to_and_superusers() {
    let server = TestServer::start().await;
    let root = server.superuser();
    root.patch("/api/collections/users", json!({ "listRule": "", "viewRule": "" })).await.ok();
    let (ann, id) = server.user("ann").await;
    let (bob, _) = server.user("bob").await;
    server.handed_out().await;
    let mut sockets = Vec::new();
    for token in ["", &bob.token, &ann.token, &root.token] {
        let mut socket = socket_of(&server, token).await;
        socket.subscribe("s", "users").await;
        sockets.push(socket);
    }
    let path = format!("/api/collections/users/records/{id}");
    for (visible, expected) in
        [(false, [false, false, true, true]), (true, [true, true, true, true])]
    {
        root.patch(&path, json!({ "emailVisibility": visible, "name": "Ann" })).await.ok();
        for (socket, told) in sockets.iter_mut().zip(expected) {
            let frame = socket.frame().await;
            let email = if told { json!("ann@example.com") } else { Value::Null };
            assert_eq!(frame["record"]["email"], email, "{frame}");
            for secret in ["password", "passwordHash", "tokenKey", "lastResetSentAt"] {
                assert!(frame["record"].get(secret).is_none(), "{frame}");
            }
        }
    }
}

#[tokio::test]
async fn a_filter_on_an_address_that_is_not_shown_tells_nothing() {
    let server = TestServer::start().await;
    let root = server.superuser();
    root.patch("/api/collections/users", json!({ "listRule": "", "viewRule": "" })).await.ok();
    let (_, hidden) = server.user("hidden").await;
    server.handed_out().await;
    let mut socket = server.socket().await;
    let filter = "email ~ '@example.com'";
    let ask = json!({ "type": "subscribe", "sub": "s", "topic": "users", "filter": filter });
    // Refusing the filter is as good as never matching.
    let answer = socket.call(ask).await;
    socket.subscribe("marker", "users").await;
    let path = format!("/api/collections/users/records/{hidden}");
    root.patch(&path, json!({ "name": "changed" })).await.ok();
    let frame = socket.frame().await;
    assert_eq!(frame["sub"], "marker", "{answer} {frame}");
}

#[tokio::test]
async fn expand_shows_no_record_that_its_own_rule_hides() {
    let server = TestServer::start().await;
    notes_of_owners(&server).await;
    let root = server.superuser();
    let notes = root.get("/api/collections/notes").await.ok();
    let fields = json!([
        { "name": "note", "type": "relation", "collectionId": notes["id"], "maxSelect": 1 },
    ]);
    server.open_collection("links", fields).await;
    let (ann, ann_id) = server.user("ann").await;
    let note = json!({ "title": "mine", "owner": ann_id, "secret": "s3cr3t" });
    let note = root.create("notes", note).await;
    let mut sockets = Vec::new();
    for token in ["", &ann.token, &root.token] {
        let mut socket = socket_of(&server, token).await;
        let ask = json!({ "type": "subscribe", "sub": "s", "topic": "links", "expand": "note" });
        assert_eq!(socket.call(ask).await["type"], "ok");
        sockets.push(socket);
    }
    root.create("links", json!({ "note": note["id"] })).await;
    let mut seen = Vec::new();
    for socket in &mut sockets {
        let frame = socket.frame().await;
        let expanded = &frame["record"]["expand"]["note"];
        seen.push((expanded["title"].clone(), expanded["secret"].clone()));
    }
    let expected = [
        (Value::Null, Value::Null),
        (json!("mine"), Value::Null),
        (json!("mine"), json!("s3cr3t")),
    ];
    assert_eq!(seen, expected);
}
