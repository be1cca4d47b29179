//! The limits of batches: how many, how large, how long; live, without a restart.

use serde_json::json;

use super::*;
use crate::everything::Everything;

#[tokio::test]
async fn batches_are_off_until_they_are_turned_on_and_again_when_they_are_turned_off() {
    let server = TestServer::start().await;
    server.open_collection("posts", json!([{ "name": "title", "type": "text" }])).await;
    let requests = || vec![create(json!({ "title": "a" }))];
    for caller in [server.guest(), server.superuser()] {
        send(&caller, requests()).await.expect(403);
    }
    turn_on(&server, json!({})).await;
    send(&server.guest(), requests()).await.expect(200);
    server.superuser().patch("/api/settings", json!({ "batch": { "enabled": false } })).await.ok();
    send(&server.guest(), requests()).await.expect(403);
    assert_eq!(server.guest().ids("posts", &[]).await.len(), 1);
}

#[tokio::test]
async fn the_number_of_requests_is_capped() {
    let server = scene().await;
    let guest = server.guest();
    let many = |count: usize| vec![create(json!({ "title": "a" })); count];
    let before = Everything::of(&server);
    let refused = send(&guest, many(51)).await;
    refused.expect_codes(&[("requests", "validation_length_too_long")]);
    before.assert_same(&Everything::of(&server), "51 requests");
    send(&guest, many(50)).await.expect(200);
    turn_on(&server, json!({ "maxRequests": 2 })).await;
    send(&guest, many(3)).await.expect_codes(&[("requests", "validation_length_too_long")]);
    send(&guest, many(2)).await.expect(200);
}

#[tokio::test]
async fn the_size_of_a_batch_is_capped_whatever_it_declares() {
    let server = scene().await;
    turn_on(&server, json!({ "maxBodySize": 1_000 })).await;
    let guest = server.guest();
    let large = || create(json!({ "title": "a".repeat(1_000) }));
    let before = Everything::of(&server);
    send(&guest, vec![large()]).await.expect(413);
    // Without a length that is declared.
    let text = json!({ "requests": [large()] }).to_string();
    let pieces: Vec<Result<Vec<u8>, std::io::Error>> =
        text.as_bytes().chunks(100).map(|piece| Ok(piece.to_vec())).collect();
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
    let request = guest.request(reqwest::Method::POST, "/api/batch");
    let response = request.header("Content-Type", "application/json").body(body).send().await;
    assert_eq!(response.unwrap().status(), 413);
    before.assert_same(&Everything::of(&server), "a large batch");
    send(&guest, vec![create(json!({ "title": "a" }))]).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_takes_too_long_is_undone_and_holds_nobody_up_for_longer() {
    let server = scene().await;
    // A rule that has to look at many pairs of many records.
    let fields = json!([{ "name": "title", "type": "text" }]);
    server.open_collection("crowd", fields.clone()).await;
    let new = |collection: &str| {
        let url = format!("/api/collections/{collection}/records");
        json!({ "method": "POST", "url": url, "body": { "title": "x" } })
    };
    turn_on(&server, json!({ "maxRequests": 3_000, "timeout": 60 })).await;
    send(&server.guest(), vec![new("crowd"); 3_000]).await.expect(200);
    let rule = "@collection.crowd.title ?~ @collection.crowd:b.id";
    server
        .collection(json!({
            "name": "slow", "type": "base", "createRule": rule, "listRule": "", "fields": fields,
        }))
        .await;
    turn_on(&server, json!({ "timeout": 1 })).await;
    let before = Everything::of(&server);
    let requests = vec![create(json!({ "title": "a" })), new("slow")];
    let refused = send(&server.guest(), requests).await.expect(400);
    assert_eq!(refused["data"], json!({}), "{refused}");
    before.assert_same(&Everything::of(&server), "a slow batch");
    send(&server.guest(), vec![create(json!({ "title": "a" }))]).await.expect(200);
}
