//! Backups: made under writes, by the clock, in a bucket; brought, fetched, removed; and read.

mod clock;
mod command;
mod hostile;
mod kept;
mod making;
mod nodes;
pub(crate) mod parts;
mod secrets;

use std::{fs::File, io::Write, path::Path, sync::Arc, time::Duration};

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;
use underpin_domain::{
    backups::{self, Manifest},
    transfer::Unheard,
};
use underpin_model::{DomainError, DomainResult};
use underpin_testkit::{Answer, Caller, TestServer};

const PATH: &str = "/api/backups";
/// A zip with nothing in it.
const EMPTY_ZIP: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
/// How long something may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);
/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(10);

async fn make(server: &TestServer, name: &str) -> Answer {
    server.superuser().post(PATH, json!({ "name": name })).await
}

async fn bring(caller: &Caller, name: &str, zip: &[u8]) -> Answer {
    let part = Part::bytes(zip.to_vec()).file_name(name.to_owned());
    caller.form(Method::POST, "/api/backups/upload", Form::new().part("file", part)).await
}

/// The address of a backup, with a token for it.
async fn address(server: &TestServer, name: &str) -> String {
    let token = server.superuser().post("/api/files/token", json!({})).await.ok();
    format!("{PATH}/{name}?token={}", token["token"].as_str().unwrap())
}

async fn fetch(server: &TestServer, name: &str) -> Vec<u8> {
    let answer = server.guest().get(&address(server, name).await).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.bytes
}

/// The names of all backups.
async fn names(server: &TestServer) -> Vec<String> {
    let all = server.superuser().get(PATH).await.ok();
    let name = |backup: &Value| backup["key"].as_str().unwrap().to_owned();
    all.as_array().unwrap().iter().map(name).collect()
}

/// A backup that was extracted.
struct Unpacked {
    manifest: Manifest,
    folder: TempDir,
}

impl Unpacked {
    async fn of(zip: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let manifest = unpack(zip, &folder.path().join("out")).await.unwrap();
        Self { manifest, folder }
    }

    /// Makes a backup, fetches and extracts it.
    async fn made(server: &TestServer, name: &str) -> Self {
        make(server, name).await.expect(204);
        Self::of(&fetch(server, name).await).await
    }

    /// The first column of a select on its records, as texts.
    fn texts(&self, sql: &str) -> Vec<String> {
        self.texts_of("data.db", sql)
    }

    fn texts_of(&self, file: &str, sql: &str) -> Vec<String> {
        let database = Connection::open(self.path(file)).unwrap();
        let mut prepared = database.prepare(sql).unwrap();
        let rows = prepared.query_map([], |row| {
            row.get_ref(0).map(|cell| match cell.as_str() {
                Ok(text) => text.to_owned(),
                Err(_) => cell.as_i64().unwrap().to_string(),
            })
        });
        rows.unwrap().map(Result::unwrap).collect()
    }

    fn path(&self, inside: &str) -> std::path::PathBuf {
        self.folder.path().join("out").join(inside)
    }
}

fn file_of(zip: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(zip).unwrap();
    file
}

async fn unpack(zip: &[u8], into: &Path) -> DomainResult<Manifest> {
    backups::unpack(file_of(zip), into, Arc::new(Unheard)).await
}

/// The sentence with which a zip is refused.
#[track_caller]
fn sentence(refused: DomainResult<Manifest>) -> String {
    match refused {
        Err(DomainError::Invalid(invalid)) => invalid.message,
        other => panic!("{other:?}"),
    }
}

/// Waits until something holds.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let seen = async {
        while !holds().await {
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(PATIENCE, seen).await.unwrap_or_else(|_| panic!("never: {what}"));
}

/// An open collection `docs` with a title and a file.
async fn docs(server: &TestServer) {
    let fields = json!([
        { "name": "title", "type": "text" },
        { "name": "file", "type": "file", "maxSize": 50_000_000 },
    ]);
    server.open_collection("docs", fields).await;
}

/// A record of `docs` with a file; the record.
async fn doc(server: &TestServer, title: &str, name: &str, content: Vec<u8>) -> Value {
    let part = Part::bytes(content).file_name(name.to_owned());
    let form = Form::new().text("title", title.to_owned()).part("file", part);
    server.guest().form(Method::POST, "/api/collections/docs/records", form).await.ok()
}

/// Where the file of a record is, in a backup as in the data folder.
fn place(record: &Value) -> String {
    let part = |name: &str| record[name].as_str().unwrap();
    format!("storage/{}/{}/{}", part("collectionId"), part("id"), part("file"))
}
