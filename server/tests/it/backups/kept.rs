//! Backups that there are: on the disk and in a bucket.

use serde_json::{Value, json};
use underpin_testkit::{S3Server, TestServer};

use super::{EMPTY_ZIP, PATH, Unpacked, address, bring, doc, docs, fetch, make, names, place};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_was_brought_is_fetched_as_it_was_whole_and_in_part() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let mut zip = EMPTY_ZIP.to_vec();
    zip.extend((0..400_000_u32).flat_map(u32::to_le_bytes));
    bring(&root, "mine.zip", &zip).await.expect(204);
    bring(&root, "mine.zip", EMPTY_ZIP)
        .await
        .expect_codes(&[("file", "validation_backup_name_exists")]);
    assert_eq!(fetch(&server, "mine.zip").await, zip);
    let address = address(&server, "mine.zip").await;
    let part = server.guest().get_with(&address, &[("Range", "bytes=4-1000004")]).await;
    assert_eq!((part.status, part.bytes.as_slice()), (206, &zip[4..=1_000_004]));
    let whole = server.guest().get(&address).await;
    assert_eq!(whole.header("content-type"), "application/zip");
    assert_eq!(whole.header("content-disposition"), "attachment; filename=\"mine.zip\"");
    assert_eq!(whole.header("cache-control"), "private, no-store");
    let listed = root.get(PATH).await.ok();
    assert_eq!((&listed[0]["key"], &listed[0]["size"]), (&json!("mine.zip"), &json!(zip.len())));
    root.delete(&format!("{PATH}/mine.zip")).await.expect(204);
    root.delete(&format!("{PATH}/mine.zip")).await.expect(400);
    assert_eq!(server.guest().get(&address).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_zip_or_has_a_name_that_leads_elsewhere_is_not_kept() {
    let server = TestServer::start().await;
    let root = server.superuser();
    for content in [&b""[..], b"hello", b"PK", b"\x1f\x8b\x08"] {
        bring(&root, "a.zip", content)
            .await
            .expect_codes(&[("file", "validation_invalid_mime_type")]);
    }
    for name in ["..", "a b.zip", ".hidden.zip", "evil..zip", "nul.zip", "a\u{202e}.zip", "a:b.zip"]
    {
        bring(&root, name, EMPTY_ZIP).await.expect_codes(&[("file", "validation_match_invalid")]);
    }
    // What comes before the last separator is no part of the name.
    bring(&root, "../../evil.zip", EMPTY_ZIP).await.expect(204);
    bring(&root, "..\\..\\worse.zip", EMPTY_ZIP).await.expect(204);
    assert_eq!(names(&server).await, ["evil.zip", "worse.zip"]);
    assert!(!server.data().join("evil.zip").exists());
    for name in
        ["..%2fdata.db", "%2e%2e%2fdata.db", "..%5cdata.db", "evil.zip%00", "%2fetc%2fpasswd"]
    {
        let address = address(&server, name).await;
        assert_eq!(server.guest().get(&address).await.status, 404, "{name}");
        root.delete(&format!("{PATH}/{name}")).await.expect(400);
    }
    assert!(
        server.data().join("data/settings.key").exists() || server.data().join("data").exists()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_lie_in_a_bucket_when_the_settings_say_so_at_once() {
    let (server, bucket) = tokio::join!(TestServer::start(), S3Server::start());
    let root = server.superuser();
    docs(&server).await;
    // More than one part of an upload.
    let large: Vec<u8> =
        (0..5_000_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let record = doc(&server, "large", "a.zip", large.clone()).await;
    make(&server, "here.zip").await.expect(204);
    let s3 = json!({ "backups": { "s3": bucket.settings() } });
    root.patch("/api/settings", s3).await.expect(200);
    assert_eq!(names(&server).await, Vec::<String>::new());
    let backup = Unpacked::made(&server, "there.zip").await;
    assert_eq!(std::fs::read(backup.path(&place(&record))).unwrap(), large);
    bring(&root, "brought.zip", EMPTY_ZIP).await.expect(204);
    assert_eq!(bucket.keys(), ["brought.zip", "there.zip"]);
    assert_eq!(names(&server).await, ["brought.zip", "there.zip"]);
    let mut opened = open(&server, "there.zip").await;
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut opened, &mut bytes).unwrap();
    assert_eq!(bytes, fetch(&server, "there.zip").await);
    root.delete(&format!("{PATH}/there.zip")).await.expect(204);
    assert_eq!(bucket.keys(), ["brought.zip"]);
    let off: Value = json!({ "backups": { "s3": { "enabled": false } } });
    root.patch("/api/settings", off).await.expect(200);
    assert_eq!(names(&server).await, ["here.zip"]);
    bucket.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_in_a_bucket_are_inside() {
    let (server, bucket) = tokio::join!(TestServer::start(), S3Server::start());
    docs(&server).await;
    let s3 = json!({ "s3": bucket.settings() });
    server.superuser().patch("/api/settings", s3).await.expect(200);
    let record = doc(&server, "far", "a.txt", b"from far away".to_vec()).await;
    assert_eq!(bucket.keys().len(), 1);
    let backup = Unpacked::made(&server, "one.zip").await;
    assert_eq!(std::fs::read(backup.path(&place(&record))).unwrap(), b"from far away");
    bucket.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_is_away_fails_the_backup_and_leaves_nothing() {
    let (server, bucket) = tokio::join!(TestServer::start(), S3Server::start());
    let s3 = json!({ "backups": { "s3": bucket.settings() } });
    server.superuser().patch("/api/settings", s3).await.expect(200);
    bucket.stop().await;
    let refused = make(&server, "one.zip").await;
    assert_eq!(refused.status, 503, "{}", refused.text());
    let scratch = server.data().join("data/.backup-temp");
    let left = std::fs::read_dir(scratch).map_or(0, Iterator::count);
    assert_eq!(left, 0);
    let off = json!({ "backups": { "s3": { "enabled": false } } });
    server.superuser().patch("/api/settings", off).await.expect(200);
    make(&server, "one.zip").await.expect(204);
}

async fn open(server: &TestServer, name: &str) -> std::fs::File {
    let name = underpin_domain::backups::BackupName::parse(name).unwrap();
    let mut file = underpin_domain::backups::open(&server.backend, &name).await.unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    file
}
