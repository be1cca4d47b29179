//! Back to what was: records, files, accounts, collections, settings; on each database and across.

use reqwest::multipart::{Form, Part};
use serde_json::json;
use underpin_testkit::{Caller, S3Server, TestServer, is_on_postgres};
use underpin_testpg::TestDatabase;

use super::{DOCS, back_up, docs, make_doc, make_docs, restore};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_becomes_what_it_was() {
    let server = TestServer::start().await;
    let root = server.superuser();
    make_docs(&root).await;
    let kept = make_doc(&root, "kept").await;
    make_doc(&root, "removed later").await;
    let (ann, _) = server.user("ann").await;
    root.patch(
        "/api/settings",
        json!({
            "meta": { "appName": "Before" }, "smtp": { "password": "hunter2" },
        }),
    )
    .await
    .ok();
    back_up(&root, "one.zip").await;

    let page = root.get(&format!("{DOCS}?filter=title='removed later'")).await.ok();
    let removed = page["items"][0]["id"].as_str().unwrap();
    root.delete(&format!("{DOCS}/{removed}")).await.expect(204);
    make_doc(&root, "made later").await;
    let path = format!("{DOCS}/{}", kept["id"].as_str().unwrap());
    root.patch(&path, json!({ "title": "changed" })).await.ok();
    root.post("/api/collections", json!({ "name": "later", "type": "base" })).await.ok();
    root.patch("/api/settings", json!({ "meta": { "appName": "After" } })).await.ok();
    let (bob, _) = server.user("bob").await;

    restore(&root, "one.zip").await;
    assert_eq!(docs(&root).await, ["kept", "removed later"]);
    root.get("/api/collections/later").await.expect(404);
    let settings = root.get("/api/settings").await.ok();
    assert_eq!(settings["meta"]["appName"], "Before");
    // Their secrets have come along, sealed, and are told to nobody.
    assert!(
        !settings.to_string().contains("hunter2") && settings["smtp"].get("password").is_none()
    );
    let stored = server.store.rows("SELECT value FROM _params WHERE id = 'settings'");
    assert!(stored[0][0].contains("\"password\":\"sealed:"), "{stored:?}");
    assert!(!stored[0][0].contains("hunter2"), "{stored:?}");
    // Sessions of the restored state go on, others are gone with their accounts.
    let refresh = "/api/collections/users/auth-refresh";
    ann.post(refresh, json!({})).await.ok();
    bob.post(refresh, json!({})).await.expect(401);
    // And it goes on: it is written to, and backed up and restored again.
    make_doc(&root, "new").await;
    back_up(&root, "two.zip").await;
    make_doc(&root, "newer").await;
    restore(&root, "two.zip").await;
    assert_eq!(docs(&root).await, ["kept", "new", "removed later"]);
    let names = root.get("/api/backups").await.ok();
    assert_eq!(names.as_array().unwrap().len(), 2, "{names}");
    if !server.store.is_postgres() {
        let left = std::fs::read_dir(server.data().join("data")).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().any(|name| name == "storage"), "{left:?}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_in_a_bucket_come_back_into_it() {
    let store = S3Server::start().await;
    let server = TestServer::start().await;
    let root = server.superuser();
    root.patch("/api/settings", json!({ "s3": store.settings() })).await.ok();
    make_docs(&root).await;
    let gone = make_doc(&root, "comes back").await;
    make_doc(&root, "stays").await;
    back_up(&root, "one.zip").await;
    root.delete(&format!("{DOCS}/{}", gone["id"].as_str().unwrap())).await.expect(204);
    restore(&root, "one.zip").await;
    assert_eq!(docs(&root).await, ["comes back", "stays"]);
    server.stop().await;
    store.stop().await;
}

/// Takes a backup from one server to another one and restores it there.
async fn carry(from: &Caller, to: &Caller, name: &str) {
    back_up(from, name).await;
    let token = from.post("/api/files/token", json!({})).await.ok();
    let token = token["token"].as_str().unwrap();
    let zip = from.get(&format!("/api/backups/{name}?token={token}")).await;
    assert_eq!(zip.status, 200, "{}", zip.text());
    let part = Part::bytes(zip.bytes).file_name(name.to_owned());
    let form = Form::new().part("file", part.mime_str("application/zip").unwrap());
    to.form(reqwest::Method::POST, "/api/backups/upload", form).await.expect(204);
    restore(to, name).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_one_database_is_restored_on_the_other_and_back() {
    let place = TestDatabase::create();
    let file = TestServer::start_with(|config| config.database.url.clear()).await;
    let served = TestServer::start_on(&place.url()).await;
    let (here, there) = (file.superuser(), served.superuser());
    make_docs(&here).await;
    make_doc(&here, "from sqlite").await;
    make_docs(&there).await;
    make_doc(&there, "goes").await;
    // The superuser of the backup signs in with the password that it had there.
    carry(&here, &there, "here.zip").await;
    let there = served.guest().signed_in("_superusers", "root@example.com", "correct horse").await;
    assert_eq!(docs(&there).await, ["from sqlite"]);
    make_doc(&there, "from postgres").await;
    carry(&there, &here, "there.zip").await;
    let here = file.guest().signed_in("_superusers", "root@example.com", "correct horse").await;
    assert_eq!(docs(&here).await, ["from postgres", "from sqlite"]);
    make_doc(&here, "goes on").await;
    assert_eq!(docs(&here).await.len(), 3);
    file.stop().await;
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_node_goes_over_to_the_restored_state() {
    if !is_on_postgres() {
        return;
    }
    let place = TestDatabase::create();
    let one = TestServer::start_on(&place.url()).await;
    let root = one.superuser();
    make_docs(&root).await;
    root.create("docs", json!({ "title": "before" })).await;
    back_up(&root, "one.zip").await;
    root.create("docs", json!({ "title": "after" })).await;
    let other = TestServer::start_on(&place.url()).await;
    let there = other.superuser();
    let epoch = super::epoch_of(&there).await;
    restore(&root, "one.zip").await;
    super::other_state_than(&there, &epoch).await;
    assert_eq!(docs(&there).await, ["before"]);
    there.create("docs", json!({ "title": "made there" })).await;
    assert_eq!(docs(&root).await, ["before", "made there"]);
    other.stop().await;
    one.stop().await;
}
