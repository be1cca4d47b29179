//! What a subscriber is told.

use serde_json::json;
use underpin_testkit::TestServer;

use super::{position, post, server_with_posts, told};

#[tokio::test]
async fn a_subscriber_is_told_of_create_update_and_delete_in_order() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let mut socket = server.socket().await;
    let answer = socket.subscribe("s", "posts").await;
    assert_eq!((&answer["type"], &answer["sub"]), (&json!("ok"), &json!("s")));
    let start = position(&answer);

    let record = root.create("posts", json!({ "title": "one", "count": 7 })).await;
    root.patch(&post(&record), json!({ "title": "two" })).await.ok();
    root.delete(&post(&record)).await.expect(204);

    let frames = [socket.frame().await, socket.frame().await, socket.frame().await];
    let told: Vec<_> = frames.iter().map(told).collect();
    assert_eq!(told, [("create", "one"), ("update", "two"), ("delete", "two")]);
    let mut last = start;
    for frame in &frames {
        assert_eq!(frame["sub"], "s");
        assert_eq!(frame["record"]["id"], record["id"]);
        assert_eq!(frame["record"]["collectionName"], "posts");
        assert!(position(frame) > last, "{frame}");
        last = position(frame);
    }
    assert_eq!(frames[0]["record"], record, "the event's record is the one that REST gives");
}

#[tokio::test]
async fn a_subscription_to_one_record_is_told_of_that_record_alone() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let own = root.create("posts", json!({ "title": "own" })).await;
    let other = root.create("posts", json!({ "title": "other" })).await;
    server.handed_out().await;
    let mut socket = server.socket().await;
    let topic = format!("posts/{}", own["id"].as_str().unwrap());
    assert_eq!(socket.subscribe("s", &topic).await["type"], "ok");

    root.patch(&post(&other), json!({ "title": "not told" })).await.ok();
    root.create("posts", json!({ "title": "not told" })).await;
    root.delete(&post(&other)).await.expect(204);
    root.patch(&post(&own), json!({ "title": "changed" })).await.ok();
    root.delete(&post(&own)).await.expect(204);

    assert_eq!(told(&socket.frame().await), ("update", "changed"));
    assert_eq!(told(&socket.frame().await), ("delete", "changed"));
}

#[tokio::test]
async fn a_change_into_the_filter_enters_and_one_out_of_it_leaves_with_the_id_alone() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let mut socket = server.socket().await;
    let ask = json!({ "type": "subscribe", "sub": "s", "topic": "posts", "filter": "count >= 10" });
    assert_eq!(socket.call(ask).await["type"], "ok");

    let record = root.create("posts", json!({ "title": "outside", "count": 1 })).await;
    for (title, count) in [("in", 10), ("still in", 11), ("out again", 2), ("still out", 3)] {
        root.patch(&post(&record), json!({ "title": title, "count": count })).await.ok();
    }
    root.delete(&post(&record)).await.expect(204);
    root.create("posts", json!({ "title": "marker", "count": 10 })).await;

    assert_eq!(told(&socket.frame().await), ("enter", "in"));
    assert_eq!(told(&socket.frame().await), ("update", "still in"));
    let leave = socket.frame().await;
    assert_eq!(leave["action"], "leave");
    let named = json!({
        "id": record["id"],
        "collectionId": record["collectionId"],
        "collectionName": "posts",
    });
    assert_eq!(leave["record"], named);
    assert_eq!(told(&socket.frame().await), ("create", "marker"));
}

#[tokio::test]
async fn fields_and_expand_shape_the_record_of_an_event() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let posts = root.get("/api/collections/posts").await.ok();
    let fields = json!([
        { "name": "text", "type": "text" },
        { "name": "post", "type": "relation", "collectionId": posts["id"], "maxSelect": 1 },
    ]);
    server.open_collection("comments", fields).await;
    let parent = root.create("posts", json!({ "title": "parent" })).await;
    let mut socket = server.socket().await;
    let ask = json!({
        "type": "subscribe", "sub": "s", "topic": "comments",
        "expand": "post", "fields": "text,expand.post.title",
    });
    assert_eq!(socket.call(ask).await["type"], "ok");

    root.create("comments", json!({ "text": "hello", "post": parent["id"] })).await;

    let expected = json!({ "text": "hello", "expand": { "post": { "title": "parent" } } });
    assert_eq!(socket.frame().await["record"], expected);
}

#[tokio::test]
async fn an_unsubscribed_topic_is_silent() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let mut socket = server.socket().await;
    socket.subscribe("gone", "posts").await;
    let answer = socket.call(json!({ "type": "unsubscribe", "sub": "gone" })).await;
    assert_eq!(answer["type"], "ok");
    root.create("posts", json!({ "title": "not told" })).await;
    server.handed_out().await;
    socket.subscribe("stays", "posts").await;
    root.create("posts", json!({ "title": "told" })).await;
    let frame = socket.frame().await;
    assert_eq!((&frame["sub"], told(&frame)), (&json!("stays"), ("create", "told")));
}

#[tokio::test]
async fn a_subscription_of_the_same_name_takes_the_place_of_the_first() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let mut socket = server.socket().await;
    for filter in ["title = 'a'", "title = 'b'"] {
        let ask = json!({ "type": "subscribe", "sub": "s", "topic": "posts", "filter": filter });
        assert_eq!(socket.call(ask).await["type"], "ok");
    }
    for title in ["a", "b", "a", "b"] {
        root.create("posts", json!({ "title": title })).await;
    }
    assert_eq!(told(&socket.frame().await), ("create", "b"));
    assert_eq!(told(&socket.frame().await), ("create", "b"));
}

#[tokio::test]
async fn each_subscription_of_a_socket_is_told_of_the_same_event() {
    let server = server_with_posts().await;
    let mut socket = server.socket().await;
    for sub in ["a", "b"] {
        socket.subscribe(sub, "posts").await;
    }
    server.superuser().create("posts", json!({ "title": "both" })).await;
    let frames = [socket.frame().await, socket.frame().await];
    assert_eq!(frames[0]["record"], frames[1]["record"]);
    assert_eq!(frames[0]["cursor"], frames[1]["cursor"]);
    let mut subs = frames.map(|frame| frame["sub"].as_str().unwrap().to_owned());
    subs.sort();
    assert_eq!(subs, ["a", "b"]);
}

#[tokio::test]
async fn refused_writes_send_no_events() {
    let server = TestServer::start().await;
    let root = server.superuser();
    server
        .collection(json!({
            "name": "posts", "type": "base", "listRule": "", "viewRule": "",
            "createRule": "title != 'forbidden'", "updateRule": "title = 'nobody'",
            "fields": [{ "name": "title", "type": "text", "required": true, "max": 20 }],
            "indexes": ["CREATE UNIQUE INDEX one_title ON posts (title)"],
        }))
        .await;
    let first = root.create("posts", json!({ "title": "first" })).await;
    server.handed_out().await;
    let mut socket = server.socket().await;
    socket.subscribe("s", "posts").await;

    let guest = server.guest();
    let path = "/api/collections/posts/records";
    for _ in 0..10 {
        guest.post(path, json!({ "title": "" })).await.expect(400);
        guest.post(path, json!({ "title": "first" })).await.expect(400);
        guest.post(path, json!({ "title": "forbidden" })).await.expect(400);
        guest.post(path, json!({ "title": "far longer than allowed" })).await.expect(400);
        guest.patch(&post(&first), json!({ "title": "mine" })).await.expect(404);
        guest.delete(&post(&first)).await.expect(403);
        root.patch(&post(&first), json!({ "title": "" })).await.expect(400);
    }
    root.create("posts", json!({ "title": "marker" })).await;

    assert_eq!(told(&socket.frame().await), ("create", "marker"));
}

#[tokio::test]
async fn records_that_go_with_their_parent_are_told_too() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let posts = root.get("/api/collections/posts").await.ok();
    let fields = json!([
        { "name": "title", "type": "text" },
        {
            "name": "post", "type": "relation", "collectionId": posts["id"], "maxSelect": 1,
            "cascadeDelete": true, "required": true,
        },
    ]);
    server.open_collection("comments", fields).await;
    let parent = root.create("posts", json!({ "title": "parent" })).await;
    root.create("comments", json!({ "title": "child", "post": parent["id"] })).await;
    server.handed_out().await;
    let mut socket = server.socket().await;
    for topic in ["posts", "comments"] {
        socket.subscribe(topic, topic).await;
    }

    root.delete(&post(&parent)).await.expect(204);

    let frames = [socket.frame().await, socket.frame().await];
    let mut told: Vec<_> = frames.iter().map(told).collect();
    told.sort_unstable();
    assert_eq!(told, [("delete", "child"), ("delete", "parent")]);
}
