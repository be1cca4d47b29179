//! The settings: kept, published at once, and told to superusers alone.

mod addresses;
mod bucket;
mod mail;
mod secrets;

use futures_util::future::join_all;
use serde_json::json;
use underpin_testkit::{Binary, Caller, TestServer};

const PATH: &str = "/api/settings";

#[tokio::test]
async fn settings_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    let arguments = ["superuser", "create", "root@example.com", "correct horse", "--dir", dir];
    assert_eq!(Binary::run(&arguments).await.0, 0);
    let root = async |base: &str| {
        Caller::guest(base).signed_in("_superusers", "root@example.com", "correct horse").await
    };
    let server = Binary::serve(folder.path()).await;
    let sent = json!({ "meta": { "appName": "Kept" }, "batch": { "enabled": true } });
    let before = root(&server.base).await.patch(PATH, sent).await.expect(200);
    assert_eq!(before["meta"]["appName"], "Kept");
    server.kill().await;
    let server = Binary::serve(folder.path()).await;
    assert_eq!(root(&server.base).await.get(PATH).await.expect(200), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_made_at_once_are_all_kept() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let changes = [
        json!({ "meta": { "appName": "A" } }),
        json!({ "meta": { "senderName": "B" } }),
        json!({ "meta": { "hideControls": true } }),
        json!({ "batch": { "maxRequests": 7 } }),
        json!({ "batch": { "timeout": 8 } }),
        json!({ "batch": { "maxBodySize": 9 } }),
    ];
    for answer in join_all(changes.iter().map(|change| root.patch(PATH, change.clone()))).await {
        answer.expect(200);
    }
    let kept = root.get(PATH).await.expect(200);
    for change in changes {
        for (group, values) in change.as_object().unwrap() {
            for (name, value) in values.as_object().unwrap() {
                assert_eq!(&kept[group][name], value, "{group}.{name}");
            }
        }
    }
}

#[tokio::test]
async fn a_refused_change_is_neither_kept_nor_published() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let before = root.get(PATH).await.expect(200);
    let wrong = json!({ "meta": { "appName": "new" }, "batch": { "maxRequests": -1 } });
    root.patch(PATH, wrong).await.expect(400);
    assert_eq!(root.get(PATH).await.expect(200), before);
}
