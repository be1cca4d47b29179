//! A project with something of everything, and what a server answers on it.

use std::{collections::BTreeMap, path::Path};

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use underpin_testkit::{Binary, Caller, Socket};

const ROOT: (&str, &str) = ("root@example.com", "correct horse");
const ANN: (&str, &str) = ("ann@example.com", "12345678");

/// What the owners of a project hold.
pub(super) struct Keys {
    /// Ann's token.
    token: String,
    /// Where her realtime client was before the last changes.
    cursor: String,
    /// The cursor behind the first page of `posts`.
    page: String,
}

/// The superuser of a served project.
pub(super) async fn root(server: &Binary) -> Caller {
    Caller::guest(&server.base).signed_in("_superusers", ROOT.0, ROOT.1).await
}

/// Makes a project in a folder; its server has ended.
pub(super) async fn make(folder: &Path) -> Keys {
    let place = folder.to_str().unwrap();
    let args = ["superuser", "create", ROOT.0, ROOT.1, "--dir", place];
    assert_eq!(Binary::run(&args).await.0, 0);
    let server = Binary::serve(folder).await;
    let root = root(&server).await;
    collections(&root).await;
    let tags = tags(&root).await;
    posts(&root, &tags).await;
    let ann = json!({
        "email": ANN.0, "password": ANN.1, "passwordConfirm": ANN.1, "name": "Ann", "verified": true,
    });
    root.create("users", ann).await;
    let ann = Caller::guest(&server.base).signed_in("users", ANN.0, ANN.1).await;
    let first = root.ask("/api/collections/posts/records", &[("cursor", ""), ("perPage", "2")]);
    let page = first.await.ok()["nextCursor"].as_str().unwrap().to_owned();
    let mut socket = Socket::connect(&server.base).await;
    socket.auth(&root.token).await;
    let subscribed = socket.subscribe("s", "posts").await;
    let cursor = subscribed["cursor"].as_str().unwrap().to_owned();
    for title in ["late one", "late two"] {
        root.create("posts", json!({ "title": title })).await;
    }
    drop(socket);
    assert_eq!(server.terminate().await, Some(0));
    Keys { token: ann.token, cursor, page }
}

async fn collections(root: &Caller) {
    let make = async |definition: Value| root.post("/api/collections", definition).await.ok();
    let tags = make(json!({
        "name": "tags", "type": "base", "listRule": "",
        "fields": [{ "name": "label", "type": "text" }],
        "indexes": ["CREATE UNIQUE INDEX `idx_tags_label` ON `tags` (`label` COLLATE NOCASE)"],
    }))
    .await;
    let tags = tags["id"].as_str().unwrap().to_owned();
    make(json!({
        "name": "posts", "type": "base", "listRule": "title != 'secret'", "viewRule": "",
        "fields": [
            { "name": "title", "type": "text" },
            { "name": "body", "type": "editor" },
            { "name": "number", "type": "number" },
            { "name": "active", "type": "bool" },
            { "name": "mail", "type": "email" },
            { "name": "link", "type": "url" },
            { "name": "day", "type": "date" },
            { "name": "made", "type": "autodate", "onCreate": true },
            { "name": "kind", "type": "select", "maxSelect": 1, "values": ["a", "b"] },
            { "name": "kinds", "type": "select", "maxSelect": 2, "values": ["a", "b"] },
            { "name": "data", "type": "json" },
            { "name": "cover", "type": "file", "maxSelect": 1 },
            { "name": "pictures", "type": "file", "maxSelect": 3 },
            { "name": "tag", "type": "relation", "maxSelect": 1, "collectionId": tags },
            { "name": "tags", "type": "relation", "maxSelect": 9, "collectionId": tags },
            { "name": "place", "type": "geoPoint" },
            { "name": "camelCase", "type": "text" },
        ],
        "indexes": [
            "CREATE INDEX `idx_posts_title` ON `posts` (lower(title), `number` DESC) WHERE active = true",
        ],
    }))
    .await;
    make(json!({
        "name": "shown", "type": "view", "listRule": "",
        "viewQuery": "SELECT id, title, camelCase, number FROM posts WHERE active = TRUE",
    }))
    .await;
    make(json!({
        "name": "counted", "type": "view",
        "viewQuery": "SELECT (ROW_NUMBER() OVER()) AS id, count(*) AS total FROM shown",
    }))
    .await;
}

async fn tags(root: &Caller) -> Vec<String> {
    let mut ids = Vec::new();
    for label in ["Grün", "blue", "tab\tand\\line\nend"] {
        let made = root.create("tags", json!({ "label": label })).await;
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    ids
}

async fn posts(root: &Caller, tags: &[String]) {
    let documents = [
        json!(null),
        json!(1.5),
        json!(100),
        json!(1e300),
        json!("1.50"),
        json!({ "b": [1, 2.5, "\u{0}"], "a": null, "text": "ü \\ \" \n" }),
        json!([true, false]),
        json!(""),
    ];
    for (number, data) in documents.into_iter().enumerate() {
        let title = format!("post {number} \\N\t☃ 'quoted'");
        let values = [0.0, -1.5, 1e21, 0.1, 12_345_678.9, -7.0, 9_007_199_254_740_992.0, 3.0];
        let body = json!({
            "title": title, "body": "<p>\r\n</p>", "number": values[number], "active": number % 2 == 0,
            "mail": "a@example.com", "link": "https://example.com/?a=b", "day": "2026-01-02 03:04:05.678Z",
            "kind": "b", "kinds": ["b", "a"], "data": data, "tag": tags[0], "tags": [tags[1], tags[0]],
            "place": { "lon": 7.25, "lat": -3 }, "camelCase": "x",
        });
        root.create("posts", body).await;
    }
    root.create("posts", json!({ "title": "secret" })).await;
    let part = |name: &str| Part::bytes(b"content".to_vec()).file_name(name.to_owned());
    let form = Form::new()
        .text("title", "with files")
        .part("cover", part("one.txt"))
        .part("pictures", part("two.txt"))
        .part("pictures", part("three.txt"));
    root.form(Method::POST, "/api/collections/posts/records", form).await.ok();
    let gone = root.create("posts", json!({ "title": "gone" })).await;
    let path = format!("/api/collections/posts/records/{}", gone["id"].as_str().unwrap());
    root.delete(&path).await.expect(204);
}

/// What a server answers: lists of everything, collections and settings.
pub(super) async fn answers(server: &Binary) -> BTreeMap<String, String> {
    let root = root(server).await;
    let mut answers = BTreeMap::new();
    let collections = root.get("/api/collections?perPage=500").await.ok();
    for collection in collections["items"].as_array().unwrap() {
        let name = collection["name"].as_str().unwrap();
        for sort in ["", "-id"] {
            let path = format!("/api/collections/{name}/records?perPage=500&sort={sort}");
            answers.insert(path.clone(), root.get(&path).await.expect(200).to_string());
        }
    }
    let guest = "/api/collections/posts/records?perPage=500&skipTotal=1";
    let asked = Caller::guest(&server.base).get(guest).await;
    answers.insert(guest.to_owned(), asked.ok().to_string());
    answers.insert("collections".to_owned(), collections.to_string());
    let settings = root.get("/api/settings").await.expect(200);
    answers.insert("settings".to_owned(), settings.to_string());
    answers
}

/// Old tokens, passwords and cursors are good on a server.
pub(super) async fn check_keys(server: &Binary, keys: &Keys) {
    let ann = Caller::guest(&server.base).with_token(&keys.token);
    ann.post("/api/collections/users/auth-refresh", json!({})).await.expect(200);
    Caller::guest(&server.base).signed_in("users", ANN.0, ANN.1).await;
    let root = root(server).await;
    let page = [("cursor", keys.page.as_str()), ("perPage", "2")];
    let rest = root.ids("posts", &page).await;
    assert_eq!(rest, root.ids("posts", &[("perPage", "2"), ("page", "2")]).await);
    let mut socket = Socket::connect(&server.base).await;
    socket.auth(&root.token).await;
    let ask = json!({ "type": "subscribe", "sub": "s", "topic": "posts", "since": keys.cursor });
    let answer = socket.call(ask).await;
    assert_eq!(answer["type"], "ok", "{answer}");
    let mut last = position(&keys.cursor);
    for title in ["late one", "late two"] {
        let event = socket.frame().await;
        assert_eq!(event["record"]["title"], title, "{event}");
        last = position(event["cursor"].as_str().unwrap());
    }
    let made = root.create("tags", json!({ "label": "new" })).await;
    let path = format!("/api/collections/tags/records/{}", made["id"].as_str().unwrap());
    root.delete(&path).await.expect(204);
    root.create("posts", json!({ "title": "newest" })).await;
    let event = socket.frame().await;
    assert_eq!(event["record"]["title"], "newest", "{event}");
    assert!(position(event["cursor"].as_str().unwrap()) > last, "{event}");
    let ids = root.ids("posts", &[("perPage", "1"), ("sort", "-@rowid")]).await;
    assert_eq!(ids[0], event["record"]["id"].as_str().unwrap());
}

fn position(cursor: &str) -> i64 {
    cursor.rsplit_once('.').unwrap().1.parse().unwrap()
}
