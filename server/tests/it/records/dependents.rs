//! What the database changes by itself is logged as records are logged that are read and written.
//!
//! Records with files are always read, so that a collection with a field for files tells what one
//! without has to do.

use serde_json::{Value, json};
use underpin_testkit::TestServer;

const TARGETS: [&str; 6] = [
    "t00000000000000",
    "t00000000000001",
    "t00000000000002",
    "t00000000000003",
    "t00000000000004",
    "t00000000000005",
];

/// A field of every type, and relations of every kind to `targets`.
fn fields(targets: &Value) -> Vec<Value> {
    let relation = |name: &str, most: u64, cascades: bool| {
        json!({ "name": name, "type": "relation", "collectionId": targets, "maxSelect": most,
            "cascadeDelete": cascades })
    };
    let mut fields: Vec<Value> = [
        "text", "editor", "number", "bool", "email", "url", "date", "json", "geoPoint", "password",
    ]
    .iter()
    .map(|kind| json!({ "name": format!("a_{kind}"), "type": kind }))
    .collect();
    fields.extend([
        json!({ "name": "secret", "type": "text", "hidden": true }),
        json!({ "name": "choice", "type": "select", "values": ["a", "é\"\\"], "maxSelect": 1 }),
        json!({ "name": "choices", "type": "select", "values": ["a", "é\"\\", "c"], "maxSelect": 3 }),
        relation("one", 1, false),
        relation("home", 1, true),
        relation("many", 9, false),
        relation("homes", 9, true),
    ]);
    fields
}

/// Bodies with odd values; each points at targets in another way.
fn bodies() -> Vec<Value> {
    let [a, b, c, d, e, f] = TARGETS;
    let relations = [
        json!({ "one": a, "many": [a, b, c] }),
        json!({ "home": b, "many": [c, b] }),
        json!({ "homes": [a, b], "many": [d] }),
        json!({ "homes": [c], "one": c }),
        json!({ "homes": [d, a, e], "home": e }),
        json!({ "many": [f, e, d, c, b, a] }),
        json!({ "one": f, "many": [] }),
        json!({}),
    ];
    let values = [
        json!({ "a_text": "\"quoted\" \\ \u{1}\n\t/ é \u{1F600} \u{2028}", "a_number": 1e21,
            "a_json": { "b": [1e21, 0.1, 12_345_678_901_234_567_890_u64], "a": "\u{7f}" } }),
        json!({ "a_number": -0.1, "a_json": null, "a_bool": true, "choices": ["é\"\\", "a"] }),
        json!({ "a_number": 1e16, "a_json": "text", "a_geoPoint": { "lon": 1.5, "lat": -2 } }),
        json!({ "a_number": 9_007_199_254_740_993_i64, "a_json": "5", "choice": "é\"\\" }),
        json!({ "a_number": 2.5e-300, "a_json": [], "a_editor": "<p>é</p>", "secret": "hidden" }),
        json!({ "a_number": -7, "a_json": false, "a_email": "a@example.com" }),
        json!({ "a_json": 1e21, "a_url": "https://example.com/?a=\"", "a_password": "12345678" }),
        json!({ "a_json": { "": {} }, "a_date": "2024-02-29 13:14:15.016Z" }),
    ];
    let both = relations.into_iter().zip(values);
    let merged = both.enumerate().map(|(n, (mut body, values))| {
        let map = body.as_object_mut().unwrap();
        map.extend(values.as_object().unwrap().clone());
        map.insert("id".to_owned(), json!(format!("r{n:014}")));
        body
    });
    merged.collect()
}

async fn collections(server: &TestServer) -> [String; 2] {
    let targets = server.open_collection("targets", json!([])).await;
    let plain = fields(&targets["id"]);
    let mut filed = plain.clone();
    filed.push(json!({ "name": "paper", "type": "file", "maxSelect": 1 }));
    for id in TARGETS {
        server.guest().create("targets", json!({ "id": id })).await;
    }
    let plain = server.open_collection("plain", Value::Array(plain)).await;
    let filed = server.open_collection("filed", Value::Array(filed)).await;
    [&plain, &filed].map(|made| made["id"].as_str().unwrap().to_owned())
}

/// The newest position of the change log.
fn newest(server: &TestServer) -> i64 {
    let rows = server.store.rows("SELECT CAST(max(position) AS text) FROM _changes");
    rows[0][0].parse().unwrap()
}

/// What was logged of a collection behind a position; without the field for files.
fn logged(server: &TestServer, collection: &str, after: i64) -> Vec<Vec<String>> {
    let sql = format!(
        "SELECT record, action, coalesce(before, ''), coalesce(after, ''), CAST(at AS text), origin \
         FROM _changes WHERE collection = '{collection}' AND position > {after} ORDER BY position"
    );
    let mut rows = server.store.rows(&sql);
    rows.iter_mut().flatten().for_each(|cell| *cell = cell.replace(",\"paper\":\"\"", ""));
    rows
}

/// The records of a collection as a superuser sees them.
async fn records(server: &TestServer, name: &str) -> Value {
    let path = format!("/api/collections/{name}/records?sort=@rowid&skipTotal=1");
    let mut items = server.superuser().get(&path).await.ok()["items"].take();
    for item in items.as_array_mut().unwrap() {
        for key in ["paper", "collectionId", "collectionName"] {
            item.as_object_mut().unwrap().remove(key);
        }
    }
    items
}

#[tokio::test]
async fn records_are_logged_and_left_alike_whether_or_not_they_are_read() {
    let server = TestServer::start().await;
    let [plain, filed] = collections(&server).await;
    let root = server.superuser();
    for name in ["plain", "filed"] {
        for body in bodies() {
            root.create(name, body).await;
        }
    }
    let mut gone = 0;
    for (n, target) in TARGETS.iter().enumerate() {
        let before = newest(&server);
        root.delete(&format!("/api/collections/targets/records/{target}")).await.expect(204);
        let changes = logged(&server, &plain, before);
        assert_eq!(changes, logged(&server, &filed, before), "after {target}");
        gone += changes.iter().filter(|change| change[1] == "delete").count();
        assert_eq!(records(&server, "plain").await, records(&server, "filed").await);
        // What is written meanwhile is found by the next one.
        let Some(next) = TARGETS.get(n + 1) else { continue };
        for name in ["plain", "filed"] {
            let records = format!("/api/collections/{name}/records");
            let late = json!({ "id": format!("late{n:011}"), "many": [next], "home": "" });
            root.post(&records, late).await.expect(200);
            let body = json!({ "many+": next });
            root.patch(&format!("{records}/r00000000000007"), body).await.expect(200);
            // A write that is refused leaves nothing to be found.
            let refused = json!({ "id": format!("late{n:011}"), "many": [next] });
            root.post(&records, refused).await.expect(400);
        }
    }
    assert_eq!(gone, 4);
    assert_eq!(records(&server, "plain").await.as_array().unwrap().len(), 9);
}
