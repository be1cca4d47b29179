//! What is refused, with nothing changed.

use std::path::Path;

use serde_json::json;
use underpin_testkit::{Binary, Caller, TestServer};

use super::{back_up, docs, make_doc, make_docs};
use crate::{backups::parts::Parts, everything::Everything};

async fn server_with_a_backup() -> (TestServer, Caller) {
    let server = TestServer::start().await;
    let root = server.superuser();
    make_docs(&root).await;
    make_doc(&root, "one").await;
    back_up(&root, "good.zip").await;
    (server, root)
}

/// Tries to restore what can't be restored.
async fn tried(server: &TestServer, root: &Caller, name: &str) -> String {
    let before = Everything::of(server);
    let answer = root.post(&format!("/api/backups/{name}/restore"), json!({})).await;
    let message = answer.expect(400)["message"].as_str().unwrap().to_owned();
    before.assert_same(&Everything::of(server), name);
    assert!(!server.data().join("data/.restore").exists(), "{name} leaves something");
    assert!(!server.data().join("data/restore.json").exists(), "{name} leaves word");
    message
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_or_damaged_backup_changes_nothing() {
    let (server, root) = server_with_a_backup().await;
    for name in ["none.zip", "settings.key", "%2e%2e%5cdata.db", "one%00.zip"] {
        let said = tried(&server, &root, name).await;
        assert_eq!(said, "Missing or invalid backup file.", "{name}");
    }
    // A path that leads elsewhere is the path of nothing.
    for name in ["..%2Fdata.db", "%2e%2e", "..", "%2Fetc%2Fpasswd"] {
        let path = format!("/api/backups/{name}/restore");
        assert!([400, 404].contains(&root.post(&path, json!({})).await.status), "{name}");
    }
    let folder = server.data().join("data/backups");
    let good = std::fs::read(folder.join("good.zip")).unwrap();
    for (name, damage) in damages(&good) {
        std::fs::write(folder.join(name), damage).unwrap();
        tried(&server, &root, name).await;
    }
    assert_eq!(docs(&root).await, ["one"]);
    server.stop().await;
}

/// The same with something wrong.
fn damages(good: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let half = good[..good.len() / 2].to_vec();
    let mut flipped = good.to_vec();
    let middle = flipped.len() / 3;
    flipped[middle] ^= 0x55;
    vec![
        ("empty.zip", Vec::new()),
        ("text.zip", b"no zip at all".to_vec()),
        ("half.zip", half),
        ("flipped.zip", flipped),
    ]
}

/// Entries that lead out of the folder, as `D49` of the list of attacks has them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_lead_elsewhere_are_written_nowhere() {
    let (server, root) = server_with_a_backup().await;
    let folder = server.data().join("data/backups");
    let good = std::fs::read(folder.join("good.zip")).unwrap();
    let names = [
        "../../stolen.txt",
        "/tmp/stolen.txt",
        "storage/../../../stolen.txt",
        "storage/c/r/..%2f..%2fstolen",
        "storage/c/r/a\\..\\stolen",
        "storage/c/r/nul",
        "storage/c/r/a\0b",
        "storage/c/r/a\u{202e}b",
        "settings.key",
        "backups/stolen.zip",
        "public/index.html",
    ];
    for (number, name) in names.into_iter().enumerate() {
        let file = format!("slip{number}.zip");
        // The manifest knows of it: nothing but the name is wrong.
        let slip = Parts::of(&good).with(name, b"stolen").agreed();
        std::fs::write(folder.join(&file), slip.zip()).unwrap();
        let said = tried(&server, &root, &file).await;
        assert!(said.contains("an entry with the name"), "{name}: {said}");
    }
    assert!(!Path::new("/tmp/stolen.txt").exists());
    assert!(!server.data().join("stolen.txt").exists());
    assert!(!server.data().join("data/stolen.txt").exists());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_under_another_key_are_told_before_anything_changes() {
    let (server, root) = server_with_a_backup().await;
    root.patch("/api/settings", json!({ "smtp": { "password": "hunter2" } })).await.ok();
    back_up(&root, "sealed.zip").await;
    let other = TestServer::start_with(|config| {
        config.settings.key = underpin_credentials::Secret::new("x".repeat(40));
    })
    .await;
    let there = other.superuser();
    make_docs(&there).await;
    make_doc(&there, "stays").await;
    let from = server.data().join("data/backups/sealed.zip");
    std::fs::copy(from, other.data().join("data/backups/sealed.zip")).unwrap();
    let said = tried(&other, &there, "sealed.zip").await;
    assert!(said.contains("another settings key"), "{said}");
    assert_eq!(docs(&there).await, ["stays"]);
    server.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_restores_a_stopped_server_and_refuses_a_running_one() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap().to_owned();
    let made = ["superuser", "create", "a@example.com", "long enough", "--dir", &dir];
    assert_eq!(Binary::run(&made).await.0, 0);
    let server = Binary::serve(folder.path()).await;
    let guest = Caller::guest(&server.base);
    let root = guest.signed_in("_superusers", "a@example.com", "long enough").await;
    make_docs(&root).await;
    make_doc(&root, "before").await;
    back_up(&root, "one.zip").await;
    make_doc(&root, "later").await;
    let zip = folder.path().join("backups/one.zip").to_str().unwrap().to_owned();
    let (code, said) = Binary::run(&["backup", "restore", &zip, "--dir", &dir]).await;
    assert_ne!(code, 0);
    assert!(said.contains("stop it"), "{said}");
    assert_eq!(docs(&root).await, ["before", "later"]);
    server.terminate().await;
    let (code, said) = Binary::run(&["backup", "restore", &zip, "--dir", &dir]).await;
    assert_eq!(code, 0, "{said}");
    let server = Binary::serve(folder.path()).await;
    assert_eq!(docs(&Caller::guest(&server.base)).await, ["before"]);
    server.terminate().await;
}
