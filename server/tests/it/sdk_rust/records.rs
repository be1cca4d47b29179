//! Records and files through the SDK.

use futures_util::TryStreamExt;
use serde_json::{Value, json};
use underpin::filter;

use super::{Post, server_and_client};

#[tokio::test]
async fn a_record_is_created_read_changed_and_deleted() {
    let (_server, client) = server_and_client().await;
    let posts = client.collection("posts");
    let made = posts.create(&Post::new("first", 1)).await.unwrap();
    assert_eq!(made.data, Post::new("first", 1));
    assert_eq!(made.meta.collection_name, "posts");
    let read = posts.get::<Post>(made.id()).await.unwrap();
    assert_eq!(read, made);
    let changed =
        posts.update(made.id(), &json!({ "count+": 4 })).returning::<Post>().await.unwrap();
    assert_eq!(changed.data, Post::new("first", 5));
    posts.delete(made.id()).await.unwrap();
    assert!(posts.get::<Post>(made.id()).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn lists_come_by_page_in_order_and_as_a_whole() {
    let (_server, client) = server_and_client().await;
    let posts = client.collection("posts");
    for count in 0..25 {
        posts.create(&Post::new("more", count)).await.unwrap();
    }
    let page = posts.list::<Post>().sort("-count").per_page(10).page(3).await.unwrap();
    assert_eq!((page.total_items(), page.total_pages()), (Some(25), Some(3)));
    let counts: Vec<_> = page.items.iter().map(|post| post.count).collect();
    assert_eq!(counts, [4, 3, 2, 1, 0]);
    let all: Vec<_> =
        posts.list::<Post>().sort("count").per_page(7).all().try_collect().await.unwrap();
    assert!(all.iter().map(|post| post.count).eq(0..25));
    let first = posts.list::<Post>().filter(filter!("count > {}", 20)).sort("count").first().await;
    assert_eq!(first.unwrap().count, 21);
    let none = posts.list::<Post>().filter(filter!("count > {}", 99)).first().await;
    assert!(none.unwrap_err().is_not_found());
}

#[tokio::test]
async fn refusals_come_as_errors_with_status_and_field() {
    let (server, client) = server_and_client().await;
    let posts = client.collection("posts");
    let made = posts.create(&Post::new("first", 1)).await.unwrap();
    let twice = posts.create(&json!({ "id": made.id() })).await.unwrap_err();
    assert!(twice.is_validation());
    assert_eq!(twice.field("id").unwrap().code, "validation_not_unique");
    let long = posts.create(&Post::new(&"x".repeat(10_001), 0)).await.unwrap_err();
    assert!(long.field("title").is_some(), "{long}");
    let stranger = underpin::Client::new(&server.base).unwrap();
    let refused = stranger.collection("posts").get::<Value>(made.id()).await.unwrap_err();
    assert_eq!(refused.status(), Some(404));
    let refused = stranger.collections().list().await.unwrap_err();
    assert_eq!(refused.status(), Some(401));
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_sent() {
    let (_server, client) = server_and_client().await;
    let posts = client.collection("posts");
    let bytes: Vec<u8> = (0..300_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    let made = posts
        .create(&json!({ "title": "with file" }))
        .file("file", "nümbers.bin", bytes.clone(), "application/octet-stream")
        .await
        .unwrap();
    let name = made["file"].as_str().unwrap();
    assert!(name.ends_with(".bin"), "{name}");
    let pieces = client.files().download(&made.meta, name).await.unwrap();
    let pieces: Vec<_> = pieces.try_collect().await.unwrap();
    assert!(pieces.concat() == bytes);
    // The protected file's address alone opens nothing; with a token it does.
    let mut url = client.file_url(&made.meta, name).unwrap();
    assert_eq!(reqwest::get(url.clone()).await.unwrap().status(), 404);
    url.set_query(Some(&format!("token={}", client.files().token().await.unwrap())));
    assert_eq!(reqwest::get(url).await.unwrap().status(), 200);
}
