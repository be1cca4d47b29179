//! Restoring backups: the whole project becomes what it was, or stays what it is.

mod interrupted;
mod refused;
mod round_trip;
mod while_serving;

use std::time::{Duration, Instant};

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use underpin_testkit::Caller;

/// How long a change of the served state may take.
const PATIENCE: Duration = Duration::from_secs(60);
const DOCS: &str = "/api/collections/docs/records";

/// An open collection with titles and files.
async fn make_docs(root: &Caller) {
    let fields = json!([
        { "name": "title", "type": "text" },
        { "name": "file", "type": "file" },
    ]);
    let open = json!({
        "name": "docs", "type": "base", "fields": fields,
        "listRule": "", "viewRule": "", "createRule": "", "updateRule": "", "deleteRule": "",
    });
    root.post("/api/collections", open).await.ok();
}

/// A record with a file that says its title.
async fn make_doc(caller: &Caller, title: &str) -> Value {
    let part = Part::text(format!("this is {title}")).file_name("note.txt");
    let form = Form::new().text("title", title.to_owned()).part("file", part);
    caller.form(Method::POST, DOCS, form).await.ok()
}

async fn back_up(root: &Caller, name: &str) {
    root.post("/api/backups", json!({ "name": name })).await.expect(204);
}

/// Waits until another state is served than the one of a change log's name.
async fn other_state_than(caller: &Caller, epoch: &str) -> String {
    let since = Instant::now();
    loop {
        let now = epoch_of(caller).await;
        if now != epoch {
            return now;
        }
        assert!(since.elapsed() < PATIENCE, "the state is still the same");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What the change log of the served state is called: the beginning of each cursor.
async fn epoch_of(caller: &Caller) -> String {
    let mut socket = underpin_testkit::Socket::connect(&caller.base).await;
    let answer = socket.subscribe("s", "docs").await;
    let cursor = answer["cursor"].as_str().unwrap_or_else(|| panic!("{answer}"));
    cursor.rsplit_once('.').unwrap().0.to_owned()
}

/// Puts a backup in place and waits until it is served.
async fn restore(root: &Caller, name: &str) {
    let epoch = epoch_of(root).await;
    root.post(&format!("/api/backups/{name}/restore"), json!({})).await.expect(204);
    other_state_than(root, &epoch).await;
}

/// All titles in order, each with what its file says.
async fn docs(caller: &Caller) -> Vec<String> {
    let page = caller.get(&format!("{DOCS}?sort=title&perPage=500")).await.ok();
    let mut found = Vec::new();
    for item in page["items"].as_array().unwrap() {
        let (id, name) = (item["id"].as_str().unwrap(), item["file"].as_str().unwrap());
        let title = item["title"].as_str().unwrap();
        if !name.is_empty() {
            let file = caller.get(&format!("/api/files/docs/{id}/{name}")).await;
            assert_eq!((file.status, file.text()), (200, format!("this is {title}")));
        }
        found.push(title.to_owned());
    }
    found
}
