//! Names and values that a project can have there and not here.

use rusqlite::Connection;
use serde_json::{Value, json};
use underpin_testkit::{Caller, is_on_postgres};

use super::Target;
use crate::conformance::{
    play::ROOT,
    reference::{DATA, Reference},
};

/// Makes what can't be here as it is there.
async fn make(reference: &Reference) {
    let guest = Caller::guest(&reference.base);
    let root = guest.signed_in("_superusers", ROOT.0, ROOT.1).await;
    let make = async |definition: Value| root.post("/api/collections", definition).await.ok();
    let first = make(json!({
        "name": "1st", "type": "base", "listRule": "label != 'hidden'",
        "fields": [
            { "name": "label", "type": "text" }, { "name": "1x", "type": "text" }, { "name": "j", "type": "json" },
            { "name": "n", "type": "number" },
            { "name": "s", "type": "select", "values": ["a", "b"], "maxSelect": 2 },
        ],
        "indexes": ["CREATE INDEX `idx_1x` ON `1st` (`1x`)"],
    }))
    .await;
    let long = "long_".repeat(20);
    make(json!({
        "name": long, "type": "base", "listRule": "@collection.1st.1x ?= 'one'",
        "fields": [{ "name": "one", "type": "relation", "collectionId": first["id"] }],
    }))
    .await;
    make(json!({ "name": "_changes", "type": "base", "listRule": "", "fields": [
        { "name": "x", "type": "text" },
    ] }))
    .await;
    make(json!({
        "name": "seen", "type": "view", "listRule": "",
        "viewQuery": "SELECT id, label, `1x` AS other FROM `1st`",
    }))
    .await;
    make(json!({
        "name": "only_sqlite", "type": "view", "listRule": "",
        "viewQuery": "SELECT id, json_group_array(j) AS all_of_it, printf('%05d', 1) AS p FROM `1st` GROUP BY id",
    }))
    .await;
    for label in ["seen", "hidden"] {
        root.create("1st", json!({ "label": label, "1x": "one", "s": ["a"] })).await;
    }
    root.create(&long, json!({})).await;
}

/// Values that only somebody with other tools can have put there.
fn spoil(file: &std::path::Path) {
    let connection = Connection::open(file).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE notes_of_mine (a); INSERT INTO notes_of_mine VALUES (1), (2);
             ALTER TABLE `1st` ADD COLUMN stray TEXT;
             UPDATE `1st` SET j = '{broken', n = 'three', s = 'b' WHERE label = 'seen';",
        )
        .unwrap();
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_not_be_as_it_was_is_decided_and_told() {
    let reference = Reference::start().await;
    make(&reference).await;
    let folder = reference.stopped().await;
    let source = folder.path().join(DATA);
    spoil(&source.join("data.db"));
    std::fs::create_dir_all(folder.path().join("pb_hooks")).unwrap();
    std::fs::write(folder.path().join("pb_hooks/main.pb.js"), "// a hook").unwrap();
    let target = Target::new();
    let file = target.folder.path().join("report.json");
    let path = file.display().to_string();
    target.imported(&source, &["--report", &path]).await;
    let report: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let notes = report["notes"].as_array().unwrap();
    let told = |kind: &str| -> Vec<&str> {
        let of_kind = notes.iter().filter(|note| note["kind"] == kind);
        of_kind.map(|note| note["about"].as_str().unwrap()).collect()
    };
    assert_eq!(told("renamed").len(), 4, "{report}");
    assert_eq!(told("valuesChanged"), ["_1st.j", "_1st.n", "_1st.s"], "{report}");
    assert_eq!(told("tableLeftOut"), ["1st.stray", "notes_of_mine"], "{report}");
    assert!(told("besideTheData").iter().any(|about| about.contains("pb_hooks")), "{report}");
    let left_out = told("viewLeftOut");
    assert_eq!(left_out.contains(&"only_sqlite"), is_on_postgres(), "{report}");
    assert!(told("ruleLocked").is_empty(), "{report}");

    let server = target.serve().await;
    let guest = Caller::guest(&server.base);
    let page = guest.get("/api/collections/_1st/records").await.ok();
    assert_eq!(page["totalItems"], 1, "the rule has followed: {page}");
    let record = &page["items"][0];
    assert_eq!((&record["label"], &record["_1x"]), (&json!("seen"), &json!("one")));
    assert_eq!(
        (&record["j"], &record["n"], &record["s"]),
        (&json!("{broken"), &json!(0), &json!(["b"]))
    );
    let page = guest.get("/api/collections/seen/records?sort=label").await.ok();
    assert_eq!(page["items"][0]["other"], "one", "the view has followed: {page}");
    let long = told("renamed").into_iter().find(|about| about.starts_with("long_")).unwrap();
    let of_long = |each: &&Value| each["sourceName"] == long;
    let long = report["collections"].as_array().unwrap().iter().find(of_long).unwrap();
    let path = format!("/api/collections/{}/records", long["name"].as_str().unwrap());
    let page = guest.get(&path).await.ok();
    assert_eq!(page["totalItems"], 1, "the rule has followed: {page}");
    let root = guest.signed_in("_superusers", ROOT.0, ROOT.1).await;
    let imported = root.get("/api/collections/_changes_imported").await.ok();
    assert_eq!(imported["name"], "_changes_imported");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_that_can_not_be_used_lets_nobody_pass() {
    let reference = Reference::start().await;
    make(&reference).await;
    let folder = reference.stopped().await;
    let source = folder.path().join(DATA);
    let connection = Connection::open(source.join("data.db")).unwrap();
    let spoil = "UPDATE _collections SET listRule = 'nothing = ''of the kind''' WHERE name = '1st'";
    connection.execute(spoil, []).unwrap();
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(connection);
    let target = Target::new();
    let said = target.imported(&source, &[]).await;
    assert!(said.contains("_1st.listRule: ") && said.contains("only superusers pass"), "{said}");
    let server = target.serve().await;
    let guest = Caller::guest(&server.base);
    guest.get("/api/collections/_1st/records").await.expect(403);
}
