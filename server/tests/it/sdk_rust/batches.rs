//! Batches through the SDK.

use serde_json::{Value, json};

use super::{Post, server_and_client};
use crate::batch::turn_on;

#[tokio::test]
async fn a_batch_creates_changes_and_deletes_together() {
    let (server, client) = server_and_client().await;
    turn_on(&server, json!({})).await;
    let posts = client.collection("posts");
    let old = posts.create(&Post::new("old", 1)).await.unwrap();
    let id = "aaaaaaaaaaaaaaa";
    let answers = client
        .batch()
        .create("posts", &json!({ "id": id, "title": "new", "count": 1 }))
        .update("posts", id, &json!({ "count+": 4 }))
        .upsert("posts", &json!({ "id": id, "title": "upserted" }))
        .file("file", "note.txt", b"hello".to_vec(), "text/plain")
        .upsert("posts", &json!({ "id": "bbbbbbbbbbbbbbb", "title": "made", "count": 2 }))
        .delete("posts", old.id())
        .send()
        .await
        .unwrap();
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 204]);
    let upserted = answers[2].record::<Value>().unwrap();
    assert_eq!((&upserted["title"], &upserted["count"]), (&json!("upserted"), &json!(5)));
    assert!(upserted["file"].as_str().unwrap().starts_with("note_"), "{upserted:?}");
    assert_eq!(posts.get::<Post>(id).await.unwrap().data, Post::new("upserted", 5));
    assert_eq!(answers[3].record::<Post>().unwrap().data, Post::new("made", 2));
    assert!(posts.get::<Post>(old.id()).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_failed_batch_names_the_request_and_does_nothing() {
    let (server, client) = server_and_client().await;
    let batch = || {
        client
            .batch()
            .create("posts", &json!({ "id": "aaaaaaaaaaaaaaa", "title": "new" }))
            .create("posts", &json!({ "title": "x".repeat(10_001) }))
    };
    assert_eq!(batch().send().await.unwrap_err().status(), Some(403), "batches are off");
    turn_on(&server, json!({})).await;
    let error = batch().send().await.unwrap_err();
    assert_eq!(error.status(), Some(400));
    let underpin::Error::Api(refusal) = &error else { panic!("{error}") };
    let failed = &refusal.body["data"]["requests"]["1"];
    assert_eq!(failed["code"], "batch_request_failed", "{error}");
    let code = &failed["response"]["data"]["title"]["code"];
    assert_eq!(code, "validation_max_text_constraint", "{error}");
    let posts = client.collection("posts");
    assert!(posts.get::<Post>("aaaaaaaaaaaaaaa").await.unwrap_err().is_not_found());
}
