//! What the database complains of: clients are told that something is wrong, superusers find the
//! cause in the log (security D8).

use reqwest::{
    Method,
    multipart::{Form, Part},
};

use super::*;
use crate::batch::turn_on;

const PATH: &str = "/api/collections/ledgers/records";
const MEMBERS: &str = "/api/collections/members";
/// What nobody is told who has not said it: names of tables, columns and indexes, and values.
const NAMES: [&str; 9] = [
    "ledgers",
    "memo",
    "idx_",
    "members",
    "tokenkey",
    "sesame",
    "trigger",
    "relation \"",
    "column",
];

/// An open collection, one that points to it and one of accounts; a record with a file, another
/// one, and an account.
async fn ledgers() -> (TestServer, [String; 2]) {
    let server = TestServer::start().await;
    turn_on(&server, json!({})).await;
    let fields = json!([
        { "name": "memo", "type": "text" }, { "name": "n", "type": "number" },
        { "name": "scan", "type": "file" },
    ]);
    let made = server.open_collection("ledgers", fields).await;
    let to = json!([{ "name": "to", "type": "relation", "collectionId": made["id"] }]);
    server.open_collection("links", to).await;
    server
        .collection(json!({
            "name": "members", "type": "auth", "listRule": "", "viewRule": "", "createRule": "",
            "updateRule": "", "deleteRule": "",
        }))
        .await;
    let form = Form::new().part("scan", Part::text("x").file_name("a.txt")).text("memo", "sesame");
    let one = server.guest().form(Method::POST, PATH, form).await.ok();
    let id = one["id"].as_str().unwrap().to_owned();
    server.guest().create("links", json!({ "to": id })).await;
    let account = json!({
        "email": "ann@example.com", "password": "12345678", "passwordConfirm": "12345678",
    });
    server.superuser().create("members", account).await;
    let file = format!("/api/files/ledgers/{id}/{}", one["scan"].as_str().unwrap());
    (server, [id, file])
}

/// The answers of every door that leads to the records.
async fn doors(server: &TestServer, [id, file]: &[String; 2]) -> Vec<(&'static str, Answer)> {
    let one = format!("{PATH}/{id}");
    let form = || Form::new().part("scan", Part::text("x").file_name("b.txt"));
    let mut found = Vec::new();
    for caller in [server.guest(), server.user("bob").await.0] {
        let batch = async |method: &str, url: &str, body: Value| {
            let request = json!({ "method": method, "url": url, "body": body });
            caller.post("/api/batch", json!({ "requests": [request] })).await
        };
        found.extend([
            ("list", caller.get(PATH).await),
            ("filter", caller.ask(PATH, &[("filter", "memo ~ 'x'")]).await),
            ("sort", caller.ask(PATH, &[("sort", "-memo,n")]).await),
            ("view", caller.get(&one).await),
            ("expand", caller.get("/api/collections/links/records?expand=to").await),
            ("create", caller.post(PATH, json!({ "memo": "y" })).await),
            ("update", caller.patch(&one, json!({ "memo": "z" })).await),
            ("form", caller.form(Method::POST, PATH, form()).await),
            ("form of a change", caller.form(Method::PATCH, &one, form()).await),
            ("batch create", batch("POST", PATH, json!({ "memo": "y" })).await),
            ("batch update", batch("PATCH", &one, json!({ "memo": "z" })).await),
            ("batch upsert", batch("PUT", PATH, json!({ "id": id, "memo": "z" })).await),
            ("batch delete", batch("DELETE", &one, json!({})).await),
            ("file", caller.get(file).await),
            ("delete", caller.delete(&one).await),
        ]);
    }
    server.superuser().delete("/api/collections/users/truncate").await.expect(204);
    found
}

/// Panics if one of the answers tells of the inside; gives how many are refusals.
#[track_caller]
fn refusals(answers: &[(&str, Answer)]) -> usize {
    let refused = answers.iter().filter(|(_, answer)| answer.status >= 400);
    let mut count = 0;
    for (door, answer) in refused {
        let text = answer.text().to_lowercase();
        for word in INSIDE.iter().chain(&NAMES) {
            assert!(!text.contains(word), "{door}: \"{word}\" in {text}");
        }
        count += 1;
    }
    count
}

/// A rule of the database itself that every write to a table breaks.
fn break_writes(server: &TestServer, table: &str) {
    if server.store.is_postgres() {
        server.store.rows(
            "CREATE FUNCTION sesame() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 RAISE EXCEPTION 'sesame of ledgers.memo is taken' USING ERRCODE = '23514';
             END $$",
        );
        server.store.rows(&format!(
            "CREATE TRIGGER sesame BEFORE INSERT OR UPDATE OR DELETE ON {table}
             FOR EACH ROW EXECUTE FUNCTION sesame()"
        ));
        return;
    }
    for event in ["INSERT", "UPDATE", "DELETE"] {
        server.store.rows(&format!(
            "CREATE TRIGGER sesame_{event} BEFORE {event} ON {table}
             BEGIN SELECT RAISE(ABORT, 'sesame of ledgers.memo is taken'); END"
        ));
    }
}

#[tokio::test]
async fn a_rule_of_the_database_that_is_broken_is_not_repeated_to_clients() {
    let (server, known) = ledgers().await;
    break_writes(&server, "ledgers");
    let answers = doors(&server, &known).await;
    let writes = ["create", "update", "form", "batch create", "batch delete", "delete"];
    for (door, answer) in &answers {
        assert!(!writes.contains(door) || answer.status >= 400, "{door}: {}", answer.text());
    }
    assert!(refusals(&answers) >= writes.len() * 2);
    let kept = server.superuser().ask("/api/logs", &[("filter", "data.details ~ 'sesame'")]).await;
    assert!(kept.expect(200)["totalItems"].as_u64() > Some(0), "the log has the cause");
}

#[tokio::test]
async fn a_column_or_a_table_that_is_gone_is_not_named_to_clients() {
    let (server, known) = ledgers().await;
    server.store.rows("ALTER TABLE ledgers RENAME COLUMN memo TO other");
    let answers = doors(&server, &known).await;
    assert!(refusals(&answers) > 20, "{answers:?}");
    server.store.rows("DROP TABLE ledgers");
    let answers = doors(&server, &known).await;
    assert!(refusals(&answers) > 20, "{answers:?}");
}

#[tokio::test]
async fn accounts_that_can_not_be_read_are_not_spoken_of() {
    let (server, _) = ledgers().await;
    let guest = server.guest();
    let ann = guest.signed_in("members", "ann@example.com", "12345678").await;
    server.store.rows("ALTER TABLE members RENAME COLUMN \"tokenKey\" TO other");
    let sign_in = json!({ "identity": "ann@example.com", "password": "12345678" });
    let sign_up = json!({
        "email": "b@example.com", "password": "12345678", "passwordConfirm": "12345678",
    });
    let mut socket = server.socket().await;
    let told = socket.auth(&ann.token).await;
    assert_eq!(told["type"], "error", "{told}");
    let frame = told.to_string().to_lowercase();
    assert!(INSIDE.iter().chain(&NAMES).all(|word| !frame.contains(word)), "{frame}");
    let answers = [
        ("sign-in", guest.post(&format!("{MEMBERS}/auth-with-password"), sign_in).await),
        ("refresh", ann.post(&format!("{MEMBERS}/auth-refresh"), json!({})).await),
        ("list", ann.get(&format!("{MEMBERS}/records")).await),
        ("sign-up", guest.post(&format!("{MEMBERS}/records"), sign_up).await),
        ("file token", ann.post("/api/files/token", json!({})).await),
        ("stream", ann.post("/api/realtime", json!({ "clientId": "x" })).await),
    ];
    assert_eq!(refusals(&answers), answers.len(), "{answers:?}");
}

#[tokio::test]
async fn a_text_that_no_index_can_hold_is_refused_without_a_word_of_the_index() {
    let server = TestServer::start().await;
    server
        .collection(json!({
            "name": "ledgers", "createRule": "", "updateRule": "", "viewRule": "",
            "fields": [{ "name": "memo", "type": "text", "max": 1_000_000 }],
            "indexes": ["CREATE INDEX idx_memo ON ledgers (memo)"],
        }))
        .await;
    let guest = server.guest();
    let one = guest.create("ledgers", json!({ "memo": "short" })).await;
    let one = format!("{PATH}/{}", one["id"].as_str().unwrap());
    // Such a text can't be made shorter.
    let long: String =
        (0..40_000_u64).map(|n| format!("{:x}", n.wrapping_mul(0x9E37_79B9_7F4A_7C15))).collect();
    let answers = [
        ("create", guest.post(PATH, json!({ "memo": long })).await),
        ("update", guest.patch(&one, json!({ "memo": long })).await),
    ];
    let refused = if server.store.is_postgres() { 2 } else { 0 };
    assert_eq!(refusals(&answers), refused);
    assert!(answers.iter().all(|(_, answer)| [200, 400].contains(&answer.status)), "{answers:?}");
}
