//! What is in a backup, whatever happens while it is made.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::json;
use underpin_domain::backups::Turn;
use underpin_testkit::TestServer;

use super::{Unpacked, doc, docs, fetch, make, names, place, until};
use crate::{batch::turn_on, everything::Everything};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_files_accounts_settings_and_log_are_inside() {
    let server = TestServer::start().await;
    docs(&server).await;
    let (_, ann) = server.user("ann").await;
    let large: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let text = doc(&server, "a text", "a.txt", b"hello".repeat(1_000)).await;
    let picture = doc(&server, "a picture", "b.png", large.clone()).await;
    let empty = doc(&server, "nothing", "c.bin", Vec::new()).await;
    let position = server.backend.database.last_position().await.unwrap();
    let backup = Unpacked::made(&server, "one.zip").await;
    let manifest = &backup.manifest;
    assert_eq!((manifest.position, manifest.product.as_str()), (position, "underpin"));
    assert_eq!(manifest.epoch, server.backend.database.change_epoch());
    assert_eq!((manifest.tables["docs"], manifest.tables["users"]), (3, 1));
    let titles = backup.texts("SELECT title FROM docs ORDER BY rowid");
    assert_eq!(titles, ["a text", "a picture", "nothing"]);
    assert_eq!(backup.texts("SELECT id FROM users"), [ann]);
    assert_eq!(backup.texts("SELECT max(position) FROM _changes"), [position.to_string()]);
    assert!(backup.texts_of("auxiliary.db", "SELECT count(*) FROM _logs") != ["0"]);
    for (record, content) in
        [(&text, b"hello".repeat(1_000)), (&picture, large), (&empty, Vec::new())]
    {
        assert_eq!(std::fs::read(backup.path(&place(record))).unwrap(), content);
    }
    assert_eq!(manifest.files(), 3);
    // What is compressed already is not compressed again.
    let zip = fetch(&server, "one.zip").await;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    for (record, method) in
        [(&text, zip::CompressionMethod::Deflated), (&picture, zip::CompressionMethod::Stored)]
    {
        assert_eq!(zip.by_name(&place(record)).unwrap().compression(), method);
    }
    let left = std::fs::read_dir(server.data().join("data/.backup-temp")).unwrap();
    assert_eq!(left.count(), 0, "what was needed meanwhile is gone");
}

/// Pairs of records are written all the time, each pair by one batch.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_answered_write_is_inside_and_none_by_half() {
    let server = Arc::new(TestServer::start().await);
    docs(&server).await;
    turn_on(&server, json!({})).await;
    let (answered, stop) =
        (Arc::new(Mutex::new(BTreeSet::new())), Arc::new(AtomicBool::new(false)));
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (server, answered, stop) =
                (Arc::clone(&server), Arc::clone(&answered), Arc::clone(&stop));
            tokio::spawn(async move {
                for number in 0.. {
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                    let name = format!("{writer}-{number}");
                    let half = |half: &str| {
                        let body = json!({ "title": format!("{name}-{half}") });
                        json!({ "method": "POST", "url": "/api/collections/docs/records", "body": body })
                    };
                    let pair = json!({ "requests": [half("a"), half("b")] });
                    server.guest().post("/api/batch", pair).await.expect(200);
                    answered.lock().unwrap().insert(name);
                }
            })
        })
        .collect();
    until("some were written", async || answered.lock().unwrap().len() > 200).await;
    let before = answered.lock().unwrap().clone();
    make(&server, "busy.zip").await.expect(204);
    let after = answered.lock().unwrap().len();
    stop.store(true, Ordering::SeqCst);
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(after > before.len(), "nothing was written meanwhile");
    let backup = Unpacked::of(&fetch(&server, "busy.zip").await).await;
    let titles: BTreeSet<String> = backup.texts("SELECT title FROM docs").into_iter().collect();
    for name in &before {
        assert!(titles.contains(&format!("{name}-a")), "{name} was answered before");
    }
    for title in &titles {
        let (name, half) = title.rsplit_once('-').unwrap();
        let other = if half == "a" { "b" } else { "a" };
        assert!(titles.contains(&format!("{name}-{other}")), "{name} is inside by half");
    }
    // The change log is of the same moment.
    let logged = backup.texts("SELECT count(*) FROM _changes WHERE \"after\" LIKE '%\"title\"%'");
    assert_eq!(logged, [titles.len().to_string()]);
    let newest = backup.texts("SELECT max(position) FROM _changes");
    assert_eq!(newest, [backup.manifest.position.to_string()]);
}

/// The files of all records are removed as soon as the database begins to be copied.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_are_removed_meanwhile_are_inside_and_go_afterwards() {
    let server = Arc::new(TestServer::start().await);
    docs(&server).await;
    let mut records = Vec::new();
    for number in 0..60 {
        let content = format!("{number}").repeat(2_000).into_bytes();
        records.push(doc(&server, &number.to_string(), "a.txt", content).await);
    }
    let scratch = server.data().join("data/.backup-temp");
    let making = tokio::spawn({
        let server = Arc::clone(&server);
        async move { make(&server, "one.zip").await.expect(204) }
    });
    until("the moment is chosen", async || {
        let work = std::fs::read_dir(&scratch).into_iter().flatten().flatten();
        work.into_iter().any(|folder| folder.path().join("data.db").exists())
    })
    .await;
    for record in &records {
        let id = record["id"].as_str().unwrap();
        let path = format!("/api/collections/docs/records/{id}");
        server.guest().delete(&path).await.expect(204);
    }
    making.await.unwrap();
    let backup = Unpacked::of(&fetch(&server, "one.zip").await).await;
    assert_eq!(backup.texts("SELECT count(*) FROM docs"), ["60"]);
    for (number, record) in records.iter().enumerate() {
        let content = std::fs::read(backup.path(&place(record))).unwrap();
        assert_eq!(content, format!("{number}").repeat(2_000).into_bytes());
    }
    until("they are gone", async || Everything::of(&server).file_count() == 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_is_made_at_a_time() {
    let server = TestServer::start().await;
    let turn = Turn::take(&server.backend).await.unwrap();
    let refused = make(&server, "one.zip").await.expect(400);
    assert!(refused["message"].as_str().unwrap().contains("Try again later"), "{refused}");
    assert_eq!(names(&server).await, Vec::<String>::new());
    turn.end().await;
    make(&server, "one.zip").await.expect(204);
    make(&server, "two.zip").await.expect(204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_could_lead_elsewhere_are_refused_and_make_nothing() {
    let server = TestServer::start().await;
    for name in ["../x.zip", "/x.zip", "a/b.zip", "a\\b.zip", "con.zip", "x", ".zip", "a\0.zip"] {
        make(&server, name).await.expect_codes(&[("name", "validation_match_invalid")]);
    }
    make(&server, &format!("{}.zip", "x".repeat(147)))
        .await
        .expect_codes(&[("name", "validation_length_out_of_range")]);
    make(&server, "x.zip").await.expect(204);
    make(&server, "x.zip").await.expect_codes(&[("name", "validation_backup_name_exists")]);
    assert_eq!(names(&server).await, ["x.zip"]);
}
