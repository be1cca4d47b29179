//! Messages of the server itself, and what is left of them after its end.

use underpin_testkit::{Binary, Caller};

use super::{entries, entry};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_and_the_last_requests_outlive_an_orderly_end() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    let arguments = ["superuser", "create", "root@example.com", "correct horse", "--dir", dir];
    assert_eq!(Binary::run(&arguments).await.0, 0);
    assert!(folder.path().join("auxiliary.db").is_file());
    let server = Binary::serve(folder.path()).await;
    Caller::guest(&server.base).get("/api/health?mark=last").await.expect(200);
    assert_eq!(server.terminate().await, Some(0));
    let server = Binary::serve(folder.path()).await;
    let root = Caller::guest(&server.base);
    let root = root.signed_in("_superusers", "root@example.com", "correct horse").await;
    entry(&root, "data.url ~ 'mark=last'").await;
    let serving = entries(&root, "message = 'serving' && data.type = 'message'").await;
    assert_eq!(serving.len(), 2);
    assert!(serving[0]["data"]["address"].as_str().unwrap().starts_with("127.0.0.1:"));
    assert_eq!(serving[0]["level"], 0);
    assert_eq!(entries(&root, "message = 'draining'").await.len(), 1);
    // Lines about requests are there once, as requests.
    assert_eq!(entries(&root, "message ~ 'answered'").await.len(), 0);
}
