//! The client against a running server, which `UNDERPIN_TEST_URL`, `UNDERPIN_TEST_EMAIL` and
//! `UNDERPIN_TEST_PASSWORD` (of a superuser) name. Without them nothing is tested here, and the
//! test says so.

#![cfg(test)]

use std::env;

use futures_util::TryStreamExt;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use underpin::{Client, Collection, filter};

/// A signed-in client and a new collection with the fields `text`, `number` and `file`.
async fn fresh_collection(name: &str) -> Option<(Client, Collection)> {
    let (Ok(url), Ok(email), Ok(password)) = (
        env::var("UNDERPIN_TEST_URL"),
        env::var("UNDERPIN_TEST_EMAIL"),
        env::var("UNDERPIN_TEST_PASSWORD"),
    ) else {
        eprintln!("skipped: UNDERPIN_TEST_URL, _EMAIL and _PASSWORD name no server");
        return None;
    };
    let client = Client::new(&url).unwrap();
    client.collection("_superusers").auth_with_password(&email, &password).await.unwrap();
    let collections = client.collections();
    if collections.get(name).await.is_ok() {
        collections.delete(name).await.unwrap();
    }
    let definition = json!({"name": name, "type": "base", "fields": [
        {"name": "text", "type": "text"},
        {"name": "number", "type": "number"},
        {"name": "file", "type": "file", "maxSelect": 1, "protected": true},
    ]});
    assert_eq!(collections.create(&definition).await.unwrap().name, name);
    let collection = client.collection(name);
    Some((client, collection))
}

#[tokio::test]
async fn a_filter_finds_exactly_the_text_it_was_given() {
    let Some((client, collection)) = fresh_collection("sdk_live_filters").await else { return };
    let pieces =
        ["'", "\"", "\\", "\\\\", "n", "t", "%", "{}", "//", "\n", " || true = true", ")", "ü"];
    let texts = proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..8);
    let mut runner = TestRunner::deterministic();
    let mut written = Vec::new();
    for number in 0..200 {
        // The letters keep white space at the ends from being lost.
        let text = format!("x{}x", texts.new_tree(&mut runner).unwrap().current().concat());
        collection.create(&json!({"text": text, "number": number})).await.unwrap();
        let twin = format!("{}\\", text);
        collection.create(&json!({"text": twin, "number": number})).await.unwrap();
        written.extend([text, twin]);
    }
    for text in written {
        let list =
            collection.list::<Value>().filter(filter!("text = {} && number >= {}", text, -1.5));
        let found: Vec<_> = list.all().try_collect().await.unwrap();
        assert!(!found.is_empty(), "nothing found for {text:?}");
        assert!(
            found.iter().all(|record| record["text"] == text.as_str()),
            "{text:?} found {found:?}"
        );
    }
    client.collections().delete("sdk_live_filters").await.unwrap();
}

#[tokio::test]
async fn a_record_goes_through_its_whole_life() {
    let Some((client, collection)) = fresh_collection("sdk_live_records").await else { return };
    client.health().await.unwrap();
    let body = json!({"text": "first", "number": 1});
    let record =
        collection.create(&body).file("file", "note.txt", *b"hello", "text/plain").await.unwrap();
    let name = record["file"].as_str().unwrap().to_owned();
    let pieces = client.files().download(&record.meta, &name).await.unwrap();
    let bytes: Vec<_> = pieces.try_collect().await.unwrap();
    assert_eq!(bytes.concat(), b"hello");

    let changed =
        collection.update(record.id(), &json!({"number+": 2})).fields("number").await.unwrap();
    assert_eq!(changed["number"], 3);
    assert!(changed.data.get("text").is_none());
    for number in 0..25 {
        collection.create(&json!({"text": "more", "number": number})).await.unwrap();
    }
    let page = collection
        .list::<Value>()
        .filter(filter!("text = {}", "more"))
        .sort("-number")
        .per_page(10)
        .page(2)
        .await
        .unwrap();
    assert_eq!((page.total_items(), page.items.len()), (Some(25), 10));
    assert_eq!(page.items[0]["number"], 14);
    let all: Vec<_> = collection.list::<Value>().per_page(7).all().try_collect().await.unwrap();
    assert_eq!(all.len(), 26);
    let refused = collection.create(&json!({"id": record.id()})).await.unwrap_err();
    assert_eq!(refused.field("id").unwrap().code, "validation_not_unique");

    collection.delete(record.id()).await.unwrap();
    assert!(collection.get::<Value>(record.id()).await.unwrap_err().is_not_found());
    let renewed = client.refresh().await.unwrap();
    assert_eq!(client.session().unwrap().token, renewed.token);
    client.collections().delete("sdk_live_records").await.unwrap();
    assert!(
        client
            .collections()
            .list()
            .await
            .unwrap()
            .iter()
            .all(|info| info.name != "sdk_live_records")
    );
}
