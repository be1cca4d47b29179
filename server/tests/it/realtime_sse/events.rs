//! What the stream tells, and how it goes on after a loss.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Stream, of, server_with_posts, told};

#[tokio::test]
async fn the_stream_is_an_event_stream_that_nobody_keeps() {
    let server = server_with_posts().await;
    let stream = Stream::open(&server.guest()).await;
    let header = |name: &str| stream.response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/event-stream");
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("x-accel-buffering"), "no");
    assert!(stream.response.headers().get("content-encoding").is_none());
}

#[tokio::test]
async fn each_change_is_told_with_its_topic_its_action_and_a_cursor() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let mut stream = Stream::open(&server.guest()).await;
    stream.follow(&server.guest(), &["posts/*"]).await.expect(204);
    let record = root.create("posts", json!({ "title": "one", "secret": "s3cr3t" })).await;
    let path = format!("/api/collections/posts/records/{}", record["id"].as_str().unwrap());
    root.patch(&path, json!({ "title": "two" })).await.ok();
    root.delete(&path).await.expect(204);
    let mut last = 0;
    for expected in [of("create", "one"), of("update", "two"), of("delete", "two")] {
        let message = stream.message().await;
        assert_eq!((message.event.as_str(), told(&message)), ("posts/*", expected));
        assert_eq!(message.data["record"]["id"], record["id"]);
        assert_eq!(message.data["record"]["collectionName"], "posts");
        assert!(message.data["record"].get("secret").is_none());
        let place: i64 = message.id.rsplit_once('.').unwrap().1.parse().unwrap();
        assert!(place > last);
        last = place;
    }
}

#[tokio::test]
async fn a_topic_names_all_records_or_one() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let one = root.create("posts", json!({ "title": "one" })).await;
    server.handed_out().await;
    let id = one["id"].as_str().unwrap();
    let topic = format!("posts/{id}");
    let mut stream = Stream::open(&server.guest()).await;
    stream.follow(&server.guest(), &[&topic, "posts"]).await.expect(204);
    root.create("posts", json!({ "title": "two" })).await;
    let path = format!("/api/collections/posts/records/{id}");
    root.patch(&path, json!({ "title": "changed" })).await.ok();
    let message = stream.message().await;
    assert_eq!((message.event.as_str(), told(&message)), ("posts", of("create", "two")));
    let mut topics = BTreeSet::new();
    for _ in 0..2 {
        let message = stream.message().await;
        assert_eq!(told(&message), of("update", "changed"));
        topics.insert(message.event);
    }
    assert_eq!(topics, BTreeSet::from(["posts".to_owned(), topic]));
}

#[tokio::test]
async fn sdks_know_no_enter_and_no_leave() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let topic = r#"posts/*?options={"query":{"filter":"count > 5"}}"#;
    let mut stream = Stream::open(&server.guest()).await;
    stream.follow(&server.guest(), &[topic]).await.expect(204);
    let record = root.create("posts", json!({ "title": "outside" })).await;
    let path = format!("/api/collections/posts/records/{}", record["id"].as_str().unwrap());
    for (title, count) in [("in", 6), ("out", 1), ("in again", 7)] {
        root.patch(&path, json!({ "title": title, "count": count })).await.ok();
    }
    for title in ["in", "in again"] {
        assert_eq!(told(&stream.message().await), of("update", title));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_drops_under_writes_resumes_with_nothing_lost_and_nothing_doubled() {
    const WRITERS: usize = 8;
    const RECORDS_EACH: usize = 40;
    let server = server_with_posts().await;
    let guest = server.guest();
    let mut stream = Stream::open(&guest).await;
    stream.follow(&guest, &["posts"]).await.expect(204);
    // The first event gives the cursor that a loss can go back to.
    server.superuser().create("posts", json!({ "title": "first" })).await;
    let mut cursor = stream.message().await.id;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let root = server.superuser();
            tokio::spawn(async move {
                for number in 0..RECORDS_EACH {
                    let title = format!("{writer}/{number}");
                    root.create("posts", json!({ "title": title })).await;
                }
            })
        })
        .collect();
    let mut titles = Vec::new();
    let mut drops = [1, 30, 5, 77].into_iter().cycle();
    let mut until_drop = drops.next().unwrap();
    while titles.len() < WRITERS * RECORDS_EACH {
        if until_drop == 0 {
            drop(stream);
            stream = Stream::resume(&guest, Some(&cursor)).await;
            stream.follow(&guest, &["posts"]).await.expect(204);
            until_drop = drops.next().unwrap();
        }
        until_drop -= 1;
        let message = stream.message().await;
        titles.push(told(&message).1);
        cursor = message.id;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let distinct: BTreeSet<_> = titles.iter().collect();
    assert_eq!(distinct.len(), WRITERS * RECORDS_EACH);
    server.superuser().create("posts", json!({ "title": "marker" })).await;
    assert_eq!(told(&stream.message().await), of("create", "marker"));
}

#[tokio::test]
async fn a_last_event_id_that_is_no_cursor_starts_from_now() {
    let server = server_with_posts().await;
    let root = server.superuser();
    root.create("posts", json!({ "title": "earlier" })).await;
    server.handed_out().await;
    let guest = server.guest();
    // The id of PB_CONNECT is what a stream that heard no event sends.
    for id in [Stream::open(&guest).await.client.as_str(), "", "x.y", "other.0"] {
        let mut stream = Stream::resume(&guest, Some(id)).await;
        stream.follow(&guest, &["posts"]).await.expect(204);
        root.create("posts", json!({ "title": "now" })).await;
        assert_eq!(told(&stream.message().await), of("create", "now"), "{id}");
    }
}

#[tokio::test]
async fn a_stopping_server_ends_the_stream() {
    let server = server_with_posts().await;
    let mut stream = Stream::open(&server.guest()).await;
    let stopping = tokio::spawn(server.stop());
    assert!(stream.next().await.is_none());
    stopping.await.unwrap();
}

#[tokio::test]
async fn a_loss_while_several_topics_are_replayed_loses_nothing_of_any() {
    let server = server_with_posts().await;
    let root = server.superuser();
    server.open_collection("notes", json!([{ "name": "title", "type": "text" }])).await;
    let guest = server.guest();
    let mut stream = Stream::open(&guest).await;
    stream.follow(&guest, &["posts", "notes"]).await.expect(204);
    root.create("posts", json!({ "title": "first" })).await;
    let mut cursor = stream.message().await.id;
    drop(stream);
    let titles = ["a", "b", "c", "d", "e", "f"];
    for (collection, title) in ["posts", "notes"].into_iter().cycle().zip(titles) {
        root.create(collection, json!({ "title": title })).await;
    }
    // Each stream is lost after one event.
    for title in titles {
        let mut stream = Stream::resume(&guest, Some(&cursor)).await;
        stream.follow(&guest, &["posts", "notes"]).await.expect(204);
        let message = stream.message().await;
        assert_eq!(told(&message), of("create", title));
        cursor = message.id;
    }
}
