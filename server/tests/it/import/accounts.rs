//! Those who could sign in still can, and need not.

use serde_json::json;
use underpin_testkit::TestServer;

use super::project::{self, PASSWORD};
use crate::conformance::{play::ROOT, reference::Reference};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_stay_valid_and_passwords_get_a_new_hash_at_the_next_sign_in() {
    let reference = Reference::start().await;
    let project = project::make(&reference).await;
    let (server, _) = TestServer::start_on_import(&reference.data()).await;
    let hash_of = || {
        let row = server.store.contents_of("users", &project.ann_id);
        row.into_iter().find(|(name, _)| name == "password").unwrap().1
    };
    assert!(hash_of().starts_with("$2a$"), "{}", hash_of());
    let ann = server.guest().with_token(&project.ann.token);
    let refreshed = ann.post("/api/collections/users/auth-refresh", json!({})).await.ok();
    assert_eq!(refreshed["record"]["id"], project.ann_id.as_str());
    let root = server.guest().with_token(&project.root.token);
    assert_eq!(root.get("/api/collections/users").await.status, 200);
    let wrong = json!({ "identity": "ann@example.com", "password": "12345679" });
    let path = "/api/collections/users/auth-with-password";
    server.guest().post(path, wrong).await.expect(400);
    assert!(hash_of().starts_with("$2a$"));
    server.guest().signed_in("users", "ann@example.com", PASSWORD).await;
    assert!(hash_of().starts_with("$argon2id$"), "{}", hash_of());
    server.guest().signed_in("users", "ann@example.com", PASSWORD).await;
    server.guest().signed_in("_superusers", ROOT.0, ROOT.1).await;
    let still = ann.get(&format!("/api/collections/users/records/{}", project.ann_id)).await;
    assert_eq!(still.status, 200, "the old token outlives the new hash");
    reference.stop().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_was_void_stays_void() {
    let reference = Reference::start().await;
    let project = project::make(&reference).await;
    let path = format!("/api/collections/users/records/{}", project.ann_id);
    let changed = json!({ "password": "87654321", "passwordConfirm": "87654321" });
    project.root.patch(&path, changed).await.ok();
    let (server, _) = TestServer::start_on_import(&reference.data()).await;
    let ann = server.guest().with_token(&project.ann.token);
    ann.post("/api/collections/users/auth-refresh", json!({})).await.expect(401);
    server.guest().signed_in("users", "ann@example.com", "87654321").await;
    reference.stop().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_come_along_and_nothing_of_them_is_lost() {
    let reference = Reference::start().await;
    let project = project::make(&reference).await;
    let wanted = project.root.get("/api/settings").await.ok();
    let (server, _) = TestServer::start_on_import(&reference.data()).await;
    let found = server.superuser().get("/api/settings").await.ok();
    assert_eq!(found["meta"]["appName"], "Imported");
    assert_eq!(found["batch"]["maxRequests"], 7);
    // The secrets in them are kept, and shown no more than any other.
    let settings = server.backend.settings.current();
    assert_eq!(settings.smtp.password.expose(), "hidden");
    assert_eq!(found["smtp"].get("password"), None);
    let stored = server.store.rows("SELECT value FROM _params WHERE id = 'settings'");
    assert!(stored[0][0].contains("sealed:") && !stored[0][0].contains("\"hidden\""), "{stored:?}");
    let options = server.store.rows("SELECT options FROM _collections WHERE name = 'users'");
    assert!(options[0][0].contains("clientSecret") && options[0][0].contains("\"hidden\""));
    let users = server.superuser().get("/api/collections/users").await.ok();
    assert!(!users.to_string().contains("clientSecret"), "{users}");
    let kept = server.store.rows("SELECT value FROM _params WHERE id = 'importedSettings'");
    for (group, value) in wanted.as_object().unwrap() {
        match found.get(group) {
            Some(found) => assert_eq!(found, value, "{group}"),
            None => assert!(kept[0][0].contains(&format!("\"{group}\"")), "{group}: {kept:?}"),
        }
    }
    reference.stop().await;
    server.stop().await;
}
