//! Backups that are damaged, made to do harm, too new, or another program's: refused, with a sentence,
//! and nothing outside of the folder that they were to be extracted into.

use serde_json::json;
use underpin_testkit::TestServer;

use super::{doc, docs, fetch, make, parts::Parts, sentence, unpack};
use crate::conformance::reference::Reference;

/// A sound backup with a file.
async fn sound() -> (TestServer, Vec<u8>) {
    let server = TestServer::start().await;
    docs(&server).await;
    doc(&server, "one", "a.txt", b"hello".to_vec()).await;
    make(&server, "one.zip").await.expect(204);
    let zip = fetch(&server, "one.zip").await;
    (server, zip)
}

/// Refused with a sentence of these words, and nothing is anywhere but in its folder.
async fn refused(zip: &[u8], words: &str) {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("deep/er/out");
    let said = sentence(unpack(zip, &into).await);
    assert!(said.contains(words), "{said:?} has not {words:?}");
    let strange = |path: &std::path::Path, allowed: &str| {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().into_string().unwrap());
        names.filter(|name| name != allowed).collect::<Vec<_>>()
    };
    assert_eq!(strange(folder.path(), "deep"), Vec::<String>::new());
    assert_eq!(strange(&folder.path().join("deep"), "er"), Vec::<String>::new());
    assert_eq!(strange(&folder.path().join("deep/er"), "out"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_damaged_is_told_so() {
    let (_server, zip) = sound().await;
    refused(b"hello", "damaged or no zip").await;
    refused(b"", "damaged or no zip").await;
    refused(&zip[..zip.len() / 2], "damaged or no zip").await;
    for at in [zip.len() / 4, zip.len() / 2] {
        let mut flipped = zip.clone();
        flipped[at] ^= 0xff;
        refused(&flipped, "can't be used").await;
    }
    let parts = Parts::of(&zip);
    let file = parts.0.iter().find(|(name, _)| name.starts_with("storage/")).unwrap().0.clone();
    refused(&parts.clone().without(&file).zip(), "other entries").await;
    refused(&parts.clone().without("data.db").zip(), "other entries").await;
    refused(&parts.clone().without("manifest.json").zip(), "import pocketbase").await;
    let more = parts.clone().with("storage/c/r/more.txt", b"more");
    refused(&more.zip(), "other entries").await;
    let mut other = parts.clone();
    other.bytes(&file).push(b'!');
    refused(&other.zip(), "other entries").await;
    let mut same_size = parts.clone();
    same_size.bytes(&file)[0] ^= 1;
    refused(&same_size.zip(), "checksum").await;
    let garbled = parts.clone().told(|manifest| manifest["entries"] = json!(5));
    refused(&garbled.zip(), "manifest.json\" is damaged").await;
    // The sums are right, and the database is not.
    let mut broken = parts.clone();
    let pages = broken.bytes("data.db");
    let length = pages.len();
    pages[length / 2..].fill(0x5a);
    refused(&broken.agreed().zip(), "data.db").await;
    let mut none = parts.clone();
    *none.bytes("data.db") = b"no database".to_vec();
    refused(&none.agreed().zip(), "data.db").await;
    let counted = parts.told(|manifest| manifest["tables"]["docs"] = json!(2));
    refused(&counted.zip(), "what its manifest says").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_lead_out_are_refused_whatever_the_manifest_says() {
    let (_server, zip) = sound().await;
    let parts = Parts::of(&zip);
    for name in [
        "../evil.txt",
        "/tmp/evil.txt",
        "storage/../../evil.txt",
        "storage/c/../evil.txt",
        "storage/c/r/..",
        "storage/c/r/a\0b",
        "storage/c/r/con",
        "storage/c/r/a:b",
        "storage/c/r/.hidden",
        "storage/c/r/",
        "storage/c/r",
        "storage/c/r/t/x/y",
        "storage\\c\\r\\evil.txt",
        "..\\evil.txt",
        "C:/evil.txt",
        "C:\\evil.txt",
        "data.db/x",
        "settings.key",
        "data.db-wal",
        "Data.db",
        "storage/c/r/\u{ff0e}\u{ff0e}",
    ] {
        let evil = parts.clone().with(name, b"evil").agreed();
        refused(&evil.zip(), "an entry with the name").await;
    }
    let linked = parts.zip_with(|zip, options| {
        zip.add_symlink("storage/c/r/link", "/etc/passwd", options).unwrap();
    });
    refused(&linked, "is a link").await;
    let folder = parts.zip_with(|zip, options| zip.add_directory("storage/c", options).unwrap());
    refused(&folder, "an entry with the name").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bombs_are_refused_before_they_go_off() {
    let (_server, zip) = sound().await;
    let parts = Parts::of(&zip);
    let dense = parts.clone().with("storage/c/r/zeros.bin", &vec![0; 70 << 20]).agreed();
    refused(&dense.zip(), "larger than it can be").await;
    // It is larger than the directory and the manifest say.
    let content = b"0123456789".repeat(1_000);
    let mut lying = parts.clone().with("storage/c/r/a.txt", &content).agreed();
    let size = u32::try_from(content.len()).unwrap().to_le_bytes();
    lying = lying.told(|manifest| manifest["entries"][0]["size"] = json!(100));
    let mut zip = lying.zip();
    let lie = 100_u32.to_le_bytes();
    for at in 0..zip.len() - 4 {
        if zip[at..at + 4] == size {
            zip[at..at + 4].copy_from_slice(&lie);
        }
    }
    refused(&zip, "storage/c/r/a.txt\" is damaged").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn newer_and_foreign_ones_are_refused() {
    let (_server, zip) = sound().await;
    let parts = Parts::of(&zip);
    let newer = parts.clone().told(|manifest| {
        manifest["format"] = json!(2);
        manifest["version"] = json!("7.0.0");
        manifest["entries"] = json!("in another form");
    });
    refused(&newer.zip(), "newer version of the program (7.0.0)").await;
    let foreign = parts.clone().told(|manifest| manifest["product"] = json!("other"));
    refused(&foreign.zip(), "no backup of Underpin").await;
    refused(&Parts(vec![("a.txt".to_owned(), b"x".to_vec())]).zip(), "no backup of Underpin").await;
    for (statement, words) in [
        ("INSERT INTO _migrations VALUES ('9999_later.sql', 'x', 'now')", "newer version"),
        ("UPDATE _migrations SET checksum = 'x'", "not the one"),
        ("DROP TABLE _collections", "no project"),
        ("CREATE TABLE _transfer (a)", "half of a project"),
        ("CREATE TRIGGER spy AFTER INSERT ON docs BEGIN DELETE FROM docs; END", "none of ours"),
    ] {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut changed = parts.clone();
        std::fs::write(file.path(), changed.bytes("data.db")).unwrap();
        let database = rusqlite::Connection::open(file.path()).unwrap();
        database.pragma_update(None, "journal_mode", "delete").unwrap();
        database.execute_batch(statement).unwrap();
        drop(database);
        *changed.bytes("data.db") = std::fs::read(file.path()).unwrap();
        refused(&changed.agreed().zip(), words).await;
    }
    assert!(
        unpack(&parts.agreed().zip(), &tempfile::tempdir().unwrap().path().join("x")).await.is_ok()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_the_reference_is_told_the_way_in() {
    let reference = Reference::start().await;
    let root = underpin_testkit::Caller::guest(&reference.base);
    let (mail, password) = crate::conformance::play::ROOT;
    let root = root.signed_in("_superusers", mail, password).await;
    root.post("/api/backups", json!({ "name": "theirs.zip" })).await.expect(204);
    let token = root.post("/api/files/token", json!({})).await.ok();
    let path = format!("/api/backups/theirs.zip?token={}", token["token"].as_str().unwrap());
    let zip = root.get(&path).await;
    assert_eq!(zip.status, 200);
    refused(&zip.bytes, "`underpin import pocketbase DIR`").await;
    reference.stop().await;
}
