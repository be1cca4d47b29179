//! Setting what a stream follows.

use serde_json::{Value, json};

use super::{Stream, of, server_with_posts, told};

#[tokio::test]
async fn filter_fields_and_expand_of_a_topic_shape_what_it_tells() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let posts = root.get("/api/collections/posts").await.ok();
    let fields = json!([
        { "name": "title", "type": "text" },
        { "name": "post", "type": "relation", "collectionId": posts["id"], "maxSelect": 1 },
    ]);
    server.open_collection("comments", fields).await;
    let parent = root.create("posts", json!({ "title": "parent", "secret": "s3cr3t" })).await;
    let options = json!({ "query": {
        "filter": "title ~ 'yes'", "expand": "post", "fields": "title,expand.post.title",
    } });
    let text = options.to_string();
    let encoded: String = url_encoded(&text);
    let guest = server.guest();
    for topic in [format!("comments/*?options={text}"), format!("comments?options={encoded}")] {
        let mut stream = Stream::open(&guest).await;
        stream.follow(&guest, &[&topic]).await.expect(204);
        for title in ["no", "yes"] {
            root.create("comments", json!({ "title": title, "post": parent["id"] })).await;
        }
        let message = stream.message().await;
        assert_eq!(message.event, topic, "the event is named as the client asked");
        let record = json!({ "title": "yes", "expand": { "post": { "title": "parent" } } });
        assert_eq!(message.data, json!({ "action": "create", "record": record }));
    }
}

/// Percent-encodes everything but letters and digits.
pub(super) fn url_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[tokio::test]
async fn rules_see_the_query_and_headers_of_a_topic() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let rule = "title = @request.headers.x_team && @request.query.key = 'open'";
    root.patch("/api/collections/posts", json!({ "listRule": rule })).await.ok();
    let topic = |team: &str, key: &str| {
        let options = json!({ "headers": { "X-Team": team }, "query": { "key": key } });
        format!("posts?options={options}")
    };
    let guest = server.guest();
    let mut stream = Stream::open(&guest).await;
    let topics = [topic("red", "open"), topic("blue", "open"), topic("green", "wrong")];
    let topics: Vec<_> = topics.iter().map(String::as_str).collect();
    stream.follow(&guest, &topics).await.expect(204);
    for title in ["green", "blue", "red"] {
        root.create("posts", json!({ "title": title })).await;
    }
    for (title, topic) in [("blue", topics[1]), ("red", topics[0])] {
        let message = stream.message().await;
        assert_eq!((told(&message), message.event.as_str()), (of("create", title), topic));
    }
}

#[tokio::test]
async fn new_topics_take_the_place_of_those_before() {
    let server = server_with_posts().await;
    let root = server.superuser();
    server.open_collection("notes", json!([{ "name": "title", "type": "text" }])).await;
    let guest = server.guest();
    let mut stream = Stream::open(&guest).await;
    for topics in [&["posts", "notes"][..], &["notes"], &[]] {
        stream.follow(&guest, topics).await.expect(204);
        for collection in ["posts", "notes"] {
            root.create(collection, json!({ "title": collection })).await;
        }
        server.handed_out().await;
        for topic in topics {
            let message = stream.message().await;
            assert_eq!((message.event.as_str(), told(&message)), (*topic, of("create", topic)));
        }
    }
    server.handed_out().await;
    stream.follow(&guest, &["posts"]).await.expect(204);
    root.create("posts", json!({ "title": "marker" })).await;
    assert_eq!(told(&stream.message().await), of("create", "marker"));
}

#[tokio::test]
async fn topics_that_lead_nowhere_stay_silent_and_harm_no_other() {
    let server = server_with_posts().await;
    let root = server.superuser();
    server.collection(json!({ "name": "locked", "type": "base" })).await;
    let guest = server.guest();
    let mut stream = Stream::open(&guest).await;
    let topics = [
        "nothing",
        "locked",
        "locked/*",
        "posts/a/b",
        "",
        "*",
        "@custom",
        "PB_CONNECT",
        r#"posts?options={"query":{"filter":"secret = 's3cr3t'"}}"#,
        r#"posts?options={"query":{"filter":"title ="}}"#,
        "posts?options=nonsense",
        "posts/*",
    ];
    stream.follow(&guest, &topics).await.expect(204);
    root.create("locked", json!({})).await;
    root.create("posts", json!({ "title": "told", "secret": "s3cr3t" })).await;
    let mut heard = [stream.message().await.event, stream.message().await.event];
    heard.sort();
    assert_eq!(heard, ["posts/*", "posts?options=nonsense"]);
    root.create("posts", json!({ "title": "marker" })).await;
    assert_eq!(told(&stream.message().await), of("create", "marker"));
}

#[tokio::test]
async fn requests_that_cannot_be_read_are_refused_with_the_field() {
    let server = server_with_posts().await;
    let guest = server.guest();
    let stream = Stream::open(&guest).await;
    let many: Vec<_> = (0..1_001).map(|number| format!("posts/{number}")).collect();
    let ask =
        |subscriptions: Value| json!({ "clientId": stream.client, "subscriptions": subscriptions });
    let cases = [
        (json!({}), "clientId", "validation_required"),
        (json!({ "clientId": "", "subscriptions": [] }), "clientId", "validation_required"),
        (ask(json!(["x".repeat(2_501)])), "subscriptions", "validation_length_too_long"),
        (ask(json!(many)), "subscriptions", "validation_length_too_long"),
    ];
    for (body, field, code) in cases {
        let answer = guest.post("/api/realtime", body).await.expect(400);
        let error = &answer["data"][field];
        // A wrong topic is named by its number below the field.
        let leaf = if error.get("0").is_some() { &error["0"] } else { error };
        assert_eq!(leaf["code"], code, "{answer}");
    }
    guest.post("/api/realtime", ask(json!("posts"))).await.expect(400);
    guest.send_raw(reqwest::Method::POST, "/api/realtime", "{").await.expect(400);
    stream.follow(&guest, &["x".repeat(2_500).as_str()]).await.expect(204);
}
