//! Messages of the server itself, and what is left of them after its end.

use serde_json::json;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_of_the_process_tell_no_more_than_the_log_does() {
    let folder = tempfile::tempdir().unwrap();
    let (data, lines) = (folder.path().join("data"), folder.path().join("lines"));
    let dir = data.to_str().unwrap();
    let arguments = ["superuser", "create", "root@example.com", "correct horse", "--dir", dir];
    assert_eq!(Binary::run(&arguments).await.0, 0);
    let server = Binary::serve_logged(&data, "", &lines).await;
    let guest = Caller::guest(&server.base);
    let root = guest.signed_in("_superusers", "root@example.com", "correct horse").await;
    let path =
        format!("/api/nowhere/{}/x?token={}&password=hunter2-and-more", root.token, root.token);
    guest.get(&path).await.expect(404);
    let wrong = json!({ "identity": "root@example.com", "password": "hunter2-and-more" });
    let sign_in = "/api/collections/_superusers/auth-with-password";
    guest.post(sign_in, wrong).await.expect(400);
    let smtp = json!({ "smtp": { "password": "hunter2-and-more", "port": -1 } });
    root.patch("/api/settings", smtp).await.expect(400);
    let statement = format!("SELECT '{}' AS x", root.token);
    root.post("/api/sql", json!({ "query": statement })).await.expect(200);
    assert_eq!(server.terminate().await, Some(0));
    let said = std::fs::read_to_string(lines).unwrap();
    assert!(
        said.contains("/api/nowhere/(hidden)/x") && said.contains("SQL of a superuser"),
        "{said}"
    );
    for secret in [root.token.as_str(), "hunter2-and-more", "$argon2"] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}
