//! The server that is asked, as a process of its own: nobody else's failures are in its log, and
//! a crash ends it alone.

use std::path::{Path, PathBuf};

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use underpin_testkit::{Binary, Caller, is_on_postgres};
use underpin_testpg::TestDatabase;

use super::case::Known;

const PASSWORD: &str = "correct horse";
/// The superuser whose token requests have, and the one who looks after all at the end.
const SUPERUSERS: [&str; 2] = ["root@example.com", "keeper@example.com"];

/// A server with a few collections and records.
pub(super) struct World {
    pub(super) known: Known,
    process: Binary,
    folder: TempDir,
    database: Option<TestDatabase>,
}

/// What is left of a world.
#[derive(Default)]
pub(super) struct Remains {
    pub(super) findings: Vec<String>,
    /// Whether no superuser could look after it: the settings keep them out.
    pub(super) is_locked: bool,
    pub(super) peak_mib: u64,
}

impl World {
    pub(super) async fn start(routes: Vec<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = is_on_postgres().then(TestDatabase::create);
        let url = database.as_ref().map(TestDatabase::url).unwrap_or_default();
        let data = folder.path().join("data");
        for email in SUPERUSERS {
            let dir = data.to_str().unwrap();
            let args = ["superuser", "upsert", email, PASSWORD, "--dir", dir];
            let (code, said) = Binary::run_on(&args, &url).await;
            assert_eq!(code, 0, "{said}");
        }
        let process = Binary::serve_logged(&data, &url, &folder.path().join("log")).await;
        let guest = Caller::guest(&process.base);
        let root = guest.signed_in("_superusers", SUPERUSERS[0], PASSWORD).await;
        let file = furnish(&root).await;
        let ann = guest.signed_in("members", "ann@example.com", "12345678").await;
        let address = process.base.trim_start_matches("http://").to_owned();
        let tokens = vec![String::new(), ann.token, root.token.clone(), root.token];
        Self { known: Known { routes, tokens, file, address }, process, folder, database }
    }

    /// Whether it still takes superusers.
    pub(super) async fn is_open(&self) -> bool {
        let root = Caller::guest(&self.process.base).with_token(&self.known.tokens[2]);
        root.get("/api/settings").await.status == 200
    }

    /// Ends it, starts it again and reads all that it keeps.
    pub(super) async fn end(self) -> Remains {
        let mut left = Remains { peak_mib: peak_mib(&self.process), ..Remains::default() };
        let url = self.database.as_ref().map(TestDatabase::url).unwrap_or_default();
        let (data, log) = (self.folder.path().join("data"), self.folder.path().join("log"));
        let health = Caller::guest(&self.process.base).get("/api/health").await;
        // A rate limit may count this as well.
        if ![200, 429].contains(&health.status) {
            left.findings.push(format!("health: {} {}", health.status, health.text()));
        }
        let code = self.process.terminate().await;
        if code != Some(0) {
            left.findings.push(format!("it ended with {code:?}"));
        }
        let again = Binary::serve_logged(&data, &url, &log).await;
        read_all(&again.base, &mut left).await;
        again.terminate().await;
        if self.database.is_none() {
            let whole = integrity(&data.join("data.db"));
            if whole != "ok" {
                left.findings.push(format!("the database is damaged: {whole}"));
            }
        }
        left.findings.extend(complaints(&log));
        left
    }
}

/// Makes the collections and records; the name of a stored file.
async fn furnish(root: &Caller) -> String {
    let make = async |definition: Value| root.post("/api/collections", definition).await.ok();
    make(json!({ "id": "fuzzmembers0001", "name": "members", "type": "auth", "listRule": "", "viewRule": "",
        "createRule": "", "updateRule": "id = @request.auth.id",
        "fields": [{ "name": "name", "type": "text" }] }))
    .await;
    let posts = make(posts()).await;
    let mut fields = posts["fields"].clone();
    fields.as_array_mut().unwrap().push(json!({
        "name": "friends", "type": "relation", "collectionId": posts["id"], "maxSelect": 5,
    }));
    root.patch("/api/collections/posts", json!({ "fields": fields })).await.ok();
    make(json!({ "name": "closed", "type": "base", "fields": [{ "name": "x", "type": "text" }] }))
        .await;
    make(json!({ "name": "titles", "type": "view", "listRule": "", "viewRule": "",
        "viewQuery": "SELECT id, title, rank FROM posts" }))
    .await;
    root.patch(
        "/api/settings",
        json!({ "batch": { "enabled": true, "maxRequests": 50, "timeout": 3 } }),
    )
    .await
    .ok();
    root.create(
        "members",
        json!({ "id": "fuzzmember00001", "email": "ann@example.com",
        "password": "12345678", "passwordConfirm": "12345678", "verified": true }),
    )
    .await;
    for at in 2..6 {
        let id = format!("fuzzpost000000{at}");
        root.create(
            "posts",
            json!({ "id": id, "title": format!("t{at}"), "rank": at,
            "tags": ["a"], "data": { "a": [at] }, "owner": "fuzzmember00001" }),
        )
        .await;
    }
    let scan = Part::bytes(b"hello".to_vec()).file_name("x.txt");
    let form = Form::new().text("id", "fuzzpost0000001").text("title", "t1").part("scan", scan);
    let made = root.form(Method::POST, "/api/collections/posts/records", form).await.ok();
    made["scan"][0].as_str().unwrap().to_owned()
}

fn posts() -> Value {
    let fields = json!([
        { "name": "title", "type": "text", "max": 200 }, { "name": "rank", "type": "number" },
        { "name": "flag", "type": "bool" }, { "name": "mail", "type": "email" },
        { "name": "link", "type": "url" }, { "name": "day", "type": "date" },
        { "name": "tags", "type": "select", "values": ["a", "b", "c"], "maxSelect": 3 },
        { "name": "data", "type": "json" }, { "name": "place", "type": "geoPoint" },
        { "name": "text", "type": "editor" }, { "name": "scan", "type": "file", "maxSelect": 3 },
        { "name": "secret", "type": "text", "hidden": true },
        { "name": "created", "type": "autodate", "onCreate": true },
        { "name": "owner", "type": "relation", "collectionId": "fuzzmembers0001", "maxSelect": 1 },
    ]);
    json!({
        "id": "fuzzposts000001", "name": "posts", "type": "base", "fields": fields, "listRule": "",
        "viewRule": "", "createRule": "@request.body.title != 'no'", "updateRule": "rank >= 0",
        "deleteRule": "owner = @request.auth.id",
        "indexes": ["CREATE UNIQUE INDEX idx_mail ON posts (mail) WHERE mail != ''"],
    })
}

/// Reads every collection and the log as a superuser.
async fn read_all(base: &str, left: &mut Remains) {
    let guest = Caller::guest(base);
    let path = "/api/collections/_superusers/auth-with-password";
    let signed = guest.post(path, json!({ "identity": SUPERUSERS[1], "password": PASSWORD })).await;
    if signed.status != 200 {
        left.is_locked = true;
        if signed.status >= 500 {
            left.findings.push(format!("after a restart: {} {}", signed.status, signed.text()));
        }
        return;
    }
    let keeper = guest.with_token(signed.json()["token"].as_str().unwrap());
    let mut paths = vec!["/api/logs?perPage=500".to_owned(), "/api/crons".to_owned()];
    let collections = keeper.get("/api/collections?perPage=500").await;
    if collections.status == 200 {
        for collection in collections.json()["items"].as_array().unwrap() {
            let name = collection["name"].as_str().unwrap();
            paths.push(format!("/api/collections/{name}/records?perPage=500"));
        }
    } else {
        left.findings.push(format!("collections: {}", collections.status));
    }
    for path in paths {
        let answer = keeper.get(&path).await;
        // What a view asks of the database may take too long, and only then it is no answer.
        if answer.status != 200 {
            let text = answer.text();
            left.findings.push(format!("after a restart, {path}: {} {text:.300}", answer.status));
        }
    }
}

/// What the server's log complains of.
fn complaints(log: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(log).unwrap();
    let complaint = |line: &str| match serde_json::from_str::<Value>(line) {
        Ok(mut line) if line["level"] == "ERROR" => {
            line["timestamp"].take();
            Some(line.to_string())
        }
        Ok(_) => None,
        // What is no line of the log is a panic's.
        Err(_) => Some(line.trim().to_owned()).filter(|line| !line.is_empty()),
    };
    let lines = text.lines().filter_map(complaint);
    lines.map(|line| format!("in the log: {line:.900}")).collect()
}

fn integrity(file: &PathBuf) -> String {
    let database = rusqlite::Connection::open(file).unwrap();
    database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap()
}

/// The most memory that the process has ever had, as Linux tells it.
fn peak_mib(process: &Binary) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id()));
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().split(' ').next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default() / 1024
}
