//! A source that was made to lead out of itself, or to carry more than it should.

use std::{os::unix::fs::symlink, path::Path, process::Command};

use rusqlite::Connection;
use serde_json::{Value, json};
use underpin_testkit::Caller;

use super::{Target, contents, project};
use crate::conformance::{
    play::ROOT,
    reference::{DATA, Reference},
};

/// The folders of a record with files: of its collection, and its own.
fn folders(source: &Path, file: &str) -> (std::path::PathBuf, std::path::PathBuf) {
    // `/api/files/collection/record/name`; folders have the collection's id.
    let record = file.split('/').nth(4).unwrap();
    let of_record = contents(&source.join("storage")).into_iter().map(|(path, _)| path);
    let of_record = of_record.into_iter().find(|path| path.ends_with(record)).unwrap();
    (of_record.parent().unwrap().to_owned(), of_record)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_link_in_the_source_is_followed_and_no_pipe_is_waited_for() {
    let reference = Reference::start().await;
    let project = project::make(&reference).await;
    let folder = reference.stopped().await;
    let source = folder.path().join(DATA);
    let outside = folder.path().join("outside");
    std::fs::create_dir_all(&outside).unwrap();
    std::fs::write(outside.join("note.txt"), "SECRET").unwrap();
    let (collection, record) = folders(&source, &project.files[0]);
    symlink(outside.join("note.txt"), record.join("linked.txt")).unwrap();
    symlink(&outside, collection.join("linkedrecord001")).unwrap();
    let thumbs = record.join(format!("thumbs_{}", project.files[0].rsplit('/').next().unwrap()));
    let _ = std::fs::rename(&thumbs, record.join("thumbs_away"));
    symlink(&outside, &thumbs).unwrap();
    let made = Command::new("mkfifo").arg(record.join("pipe.txt")).status().unwrap();
    assert!(made.success());
    let odd = ["..\\up.txt", "a\u{1}b.txt", "con\u{202e}.txt", "nul.txt", "a..b.txt", "a:b.txt"];
    for odd in odd.into_iter().chain(["%2e%2e%2fup.txt", "\u{fc}.txt", ".hidden", "CON"]) {
        std::fs::write(record.join(odd), "SECRET").unwrap();
    }
    let target = Target::new();
    let said = target.imported(&source, &[]).await;
    assert!(said.contains("are links"), "{said}");
    for (path, bytes) in contents(&target.data()) {
        let is_told = bytes.windows(6).any(|window| window == b"SECRET");
        let name = path.display().to_string();
        assert!(!is_told && !name.contains("linked") && !name.contains("pipe"), "{name} was taken");
    }
    let server = target.serve().await;
    let guest = Caller::guest(&server.base);
    let file = &project.files[0];
    let (place, _) = file.rsplit_once('/').unwrap();
    for path in [
        format!("{place}/linked.txt"),
        format!("{place}/pipe.txt"),
        format!("{}/linkedrecord001/note.txt", place.rsplit_once('/').unwrap().0),
    ] {
        guest.get(&path).await.expect(404);
    }
    assert_eq!(guest.get(file).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_of_the_log_are_as_clean_and_as_small_as_our_own() {
    let reference = Reference::start().await;
    let project = project::make(&reference).await;
    let folder = reference.stopped().await;
    let source = folder.path().join(DATA);
    let connection = Connection::open(source.join("auxiliary.db")).unwrap();
    let url = format!("/api/files/a/b/c?token={}&page=2", project.ann.token);
    let large = json!({ "url": url, "list": vec!["x".repeat(1_000); 200] });
    let small = json!({ "url": url, "referer": "http://a/?password=hunter2", "auth": "users" });
    for (id, data) in [("withasecret0001", small), ("toolarge0000001", large)] {
        connection
            .execute(
                "INSERT INTO _logs (id, level, message, data) VALUES (?1, 0, ?2, ?3)",
                (id, format!("GET {url}"), data.to_string()),
            )
            .unwrap();
    }
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(connection);
    let target = Target::new();
    target.imported(&source, &[]).await;
    let server = target.serve().await;
    let root = Caller::guest(&server.base).signed_in("_superusers", ROOT.0, ROOT.1).await;
    let kept = root.get("/api/logs/withasecret0001").await.ok();
    assert_eq!(kept["data"]["url"], "/api/files/a/b/c?token=(hidden)&page=2");
    assert_eq!(kept["message"], "GET /api/files/a/b/c?token=(hidden)&page=2");
    assert_eq!(kept["data"]["auth"], "users");
    let kept = kept.to_string();
    assert!(!kept.contains("hunter2") && !kept.contains(&project.ann.token), "{kept}");
    let large = root.get("/api/logs/toolarge0000001").await.ok();
    assert!(large.to_string().len() < 1_000, "{large}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_report_tells_no_secret() {
    let reference = Reference::start().await;
    project::make(&reference).await;
    let folder = reference.stopped().await;
    let source = folder.path().join(DATA);
    let connection = Connection::open(source.join("data.db")).unwrap();
    let texts = |sql: &str| -> Vec<String> {
        let mut select = connection.prepare(sql).unwrap();
        let found = select.query_map([], |row| row.get(0)).unwrap();
        found.map(Result::unwrap).collect()
    };
    let mut secrets = texts("SELECT password FROM users UNION SELECT tokenKey FROM users");
    secrets.extend(texts("SELECT password FROM _superusers"));
    secrets.extend(texts(
        "SELECT json_extract(options, '$.authToken.secret') FROM _collections WHERE type = 'auth'",
    ));
    assert!(secrets.len() > 5 && secrets.iter().all(|secret| secret.len() > 20), "{secrets:?}");
    // Values that are put right and rules that are not: what is wrong may be what is secret.
    connection
        .execute_batch(
            "UPDATE everything SET secret = 'TOLD-' || id, n = 'TOLD-' || id, j = 'TOLD-{' || id;
             PRAGMA wal_checkpoint(TRUNCATE)",
        )
        .unwrap();
    drop(connection);
    secrets.extend(["TOLD-".to_owned(), "mail.example.com".to_owned()]);
    let target = Target::new();
    let file = target.folder.path().join("report.json");
    let path = file.display().to_string();
    let said = target.imported(&source, &["--report", &path]).await;
    let report = std::fs::read_to_string(file).unwrap();
    let read: Value = serde_json::from_str(&report).unwrap();
    assert!(read["notes"].as_array().is_some_and(|notes| !notes.is_empty()), "{report}");
    for secret in secrets {
        assert!(!report.contains(&secret) && !said.contains(&secret), "{secret} in {report}{said}");
    }
}
