//! What a stream can't be made to tell: fields and records that its caller may not read, and what
//! another stream has asked for.

use serde_json::{Value, json};
use underpin_testkit::TestServer;

use super::{Stream, of, told, topics::url_encoded};

/// Notes with a hidden text, a hidden relation and one to a locked collection, and links to notes.
/// Gives a body with all of it.
async fn notes(server: &TestServer) -> Value {
    let root = server.superuser();
    let title = json!([
        { "name": "title", "type": "text" }, { "name": "secret", "type": "text", "hidden": true },
    ]);
    let aside = server.open_collection("asides", title.clone()).await;
    let locked = server.collection(json!({ "name": "locked", "fields": title })).await;
    let relation = |name: &str, target: &Value, hidden: bool| json!({ "name": name, "type": "relation", "collectionId": target["id"], "hidden": hidden });
    let fields = json!([
        { "name": "title", "type": "text" },
        { "name": "secret", "type": "text", "hidden": true },
        { "name": "owner", "type": "relation", "collectionId": "_pb_users_auth_" },
        relation("aside", &aside, true),
        relation("near", &aside, false),
        relation("closed", &locked, false),
    ]);
    let notes = server.open_collection("notes", fields).await;
    server.open_collection("links", json!([relation("note", &notes, false)])).await;
    root.patch("/api/collections/users", json!({ "listRule": "", "viewRule": "" })).await.ok();
    let (_, owner) = server.user("owner").await;
    let target = json!({ "title": "t", "secret": "s3cr3t" });
    let (aside, locked) =
        (root.create("asides", target.clone()).await, root.create("locked", target).await);
    json!({
        "title": "told", "secret": "s3cr3t", "owner": owner, "aside": aside["id"],
        "near": aside["id"], "closed": locked["id"],
    })
}

fn topic(query: &Value) -> String {
    format!("notes?options={}", url_encoded(&json!({ "query": query }).to_string()))
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn a_filter_on_what_is_not_to_be_read_matches_nothing_whatever_it_says() {
        let server = TestServer::start().await;
        let body = notes(&server).await;
        let (ann, _) = server.user("ann").await;
        let forms = [
            "NAME = 's3cr3t'",
            "NAME != 'x'",
            "title != 'x' || NAME = 'x'",
            "title = 'told' && (1 = 1 || NAME ~ 's')",
            "strftime('%Y', NAME) = null",
            "NAME:lower ~ 's3cr3t'",
            "NAME:length >= 0",
        ];
        let names = [
            "secret",
            "nothing",
            "aside",
            "aside.title",
            "near.secret",
            "closed.title",
            "owner.tokenKey",
            "owner.password",
            "links_via_note.note.secret",
            "@collection.notes.secret",
            "@request.auth.id",
        ];
        for caller in [server.guest(), ann] {
            let asked = names.iter().flat_map(|name| forms.map(|form| form.replace("NAME", name)));
            let mut topics: Vec<String> =
                asked.map(|filter| topic(&json!({ "filter": filter }))).collect();
            topics.push("notes".to_owned());
            let mut stream = Stream::open(&caller).await;
            let topics: Vec<&str> = topics.iter().map(String::as_str).collect();
            stream.follow(&caller, &topics).await.expect(204);
            for title in ["told", "marker"] {
                let mut body = body.clone();
                body["title"] = json!(title);
                server.superuser().create("notes", body).await;
                let message = stream.message().await;
                assert_eq!(
                    (message.event.as_str(), told(&message)),
                    ("notes", of("create", title))
                );
            }
        }
    }

    #[tokio::test]
    async fn fields_and_expand_bring_nothing_concealed_along() {
        let server = TestServer::start().await;
        let body = notes(&server).await;
        let (ann, _) = server.user("ann").await;
        let queries = [
            json!({ "fields": "title,secret,aside,owner" }),
            json!({ "expand": "aside,near,closed,owner,near.notes_via_aside,links_via_note" }),
            json!({ "expand": "near,owner", "fields": "*,expand.near.secret,expand.owner.*" }),
        ];
        for caller in [server.guest(), ann] {
            let topics = queries.each_ref().map(topic);
            let topics = topics.each_ref().map(String::as_str);
            let mut stream = Stream::open(&caller).await;
            stream.follow(&caller, &topics).await.expect(204);
            server.superuser().create("notes", body.clone()).await;
            for _ in topics {
                let message = stream.message().await;
                let text = message.data.to_string();
                assert_eq!(message.data["record"]["title"], "told", "{text}");
                for concealed in ["s3cr3t", "\"secret\"", "tokenKey", "@example.com"] {
                    assert!(!text.contains(concealed), "{concealed} in {text}");
                }
                assert_eq!(message.data["record"].get("aside"), None, "{text}");
                for closed in ["aside", "closed"] {
                    assert_eq!(message.data["record"]["expand"].get(closed), None, "{text}");
                }
            }
        }
    }

    #[tokio::test]
    async fn a_field_that_is_hidden_later_can_no_longer_be_asked_about() {
        let server = TestServer::start().await;
        let fields =
            json!([{ "name": "title", "type": "text" }, { "name": "code", "type": "text" }]);
        let posts = server.open_collection("posts", fields).await;
        let guest = server.guest();
        let mut stream = Stream::open(&guest).await;
        let asked = format!("posts?options={}", json!({ "query": { "filter": "code = 'x'" } }));
        stream.follow(&guest, &["posts", &asked]).await.expect(204);
        let root = server.superuser();
        let body = json!({ "title": "a", "code": "x" });
        root.create("posts", body.clone()).await;
        let mut heard = [stream.message().await.event, stream.message().await.event];
        heard.sort();
        assert_eq!(heard, ["posts".to_owned(), asked]);
        let mut fields = posts["fields"].as_array().unwrap().clone();
        fields.iter_mut().find(|field| field["name"] == "code").unwrap()["hidden"] = json!(true);
        root.patch("/api/collections/posts", json!({ "fields": fields })).await.ok();
        for title in ["b", "c"] {
            root.create("posts", json!({ "title": title, "code": "x" })).await;
            let message = stream.message().await;
            assert_eq!((message.event.as_str(), told(&message)), ("posts", of("create", title)));
            assert_eq!(message.data["record"].get("code"), None);
        }
    }
}

#[tokio::test]
async fn each_stream_gets_the_record_as_it_asked_for_it_and_as_it_may_see_it() {
    let server = TestServer::start().await;
    let body = notes(&server).await;
    let (ann, _) = server.user("ann").await;
    let root = server.superuser();
    let narrow = topic(&json!({ "fields": "title" }));
    let expanding = topic(&json!({ "expand": "near", "fields": "title,expand.near.title" }));
    let secret = topic(&json!({ "fields": "title,secret" }));
    let mut streams = Vec::new();
    // Those who see more and those who see less take turns.
    for (caller, topic) in [
        (&root, "notes"),
        (&ann, narrow.as_str()),
        (&root, &secret),
        (&ann, &secret),
        (&ann, &expanding),
        (&root, &narrow),
        (&ann, "notes"),
    ] {
        let stream = Stream::open(caller).await;
        stream.follow(caller, &[topic]).await.expect(204);
        streams.push(stream);
    }
    for _ in 0..2 {
        root.create("notes", body.clone()).await;
        let mut records = Vec::new();
        for stream in &mut streams {
            records.push(stream.message().await.data["record"].clone());
        }
        assert_eq!(records[0]["secret"], "s3cr3t");
        assert_eq!(records[0]["aside"], body["aside"]);
        assert_eq!(records[1], json!({ "title": "told" }));
        assert_eq!(records[2], json!({ "title": "told", "secret": "s3cr3t" }));
        assert_eq!(records[3], json!({ "title": "told" }));
        let near = json!({ "title": "told", "expand": { "near": { "title": "t" } } });
        assert_eq!(records[4], near);
        assert_eq!(records[5], json!({ "title": "told" }));
        let mut whole = records[0].clone();
        for hidden in ["secret", "aside"] {
            whole.as_object_mut().unwrap().remove(hidden);
        }
        assert_eq!(records[6], whole);
    }
}
