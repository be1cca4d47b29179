//! The project that is imported: a bit of everything, made over HTTP.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use underpin_testkit::Caller;

use crate::conformance::{play::ROOT, reference::Reference};

/// A picture of one point.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
/// The password of every user.
pub(super) const PASSWORD: &str = "12345678";

/// A project and those who know it.
pub(super) struct Project {
    pub(super) root: Caller,
    pub(super) ann: Caller,
    pub(super) ann_id: String,
    /// Where files are, thumbs too, as paths.
    pub(super) files: Vec<String>,
    /// A protected file.
    pub(super) protected: String,
}

/// Makes it.
pub(super) async fn make(reference: &Reference) -> Project {
    let guest = Caller::guest(&reference.base);
    let root = guest.signed_in("_superusers", ROOT.0, ROOT.1).await;
    collections(&root).await;
    let ann_id = user(&root, "ann").await;
    user(&root, "bob").await;
    let ann = guest.signed_in("users", "ann@example.com", PASSWORD).await;
    let link = json!({
        "collectionRef": "_pb_users_auth_", "recordRef": ann_id, "provider": "google",
        "providerId": "g-123",
    });
    root.create("_externalAuths", link).await;
    let (files, protected) = records(&root, &ann_id).await;
    for path in &files {
        assert_eq!(root.get(path).await.status, 200, "{path}");
    }
    let settings = json!({
        "meta": { "appName": "Imported", "senderName": "Robot" },
        "batch": { "enabled": true, "maxRequests": 7 },
        "smtp": { "host": "mail.example.com", "password": "hidden" },
    });
    root.patch("/api/settings", settings).await.ok();
    Project { root, ann, ann_id, files, protected }
}

/// A field of each type.
fn every_field(tags: &Value) -> Value {
    let stamps = json!([
        { "name": "created", "type": "autodate", "onCreate": true },
        { "name": "updated", "type": "autodate", "onCreate": true, "onUpdate": true },
    ]);
    let mut fields = json!([
        { "name": "t", "type": "text", "max": 100 }, { "name": "n", "type": "number" },
        { "name": "b", "type": "bool" }, { "name": "e", "type": "email" },
        { "name": "u", "type": "url" }, { "name": "ed", "type": "editor" },
        { "name": "d", "type": "date" }, { "name": "j", "type": "json" },
        { "name": "g", "type": "geoPoint" }, { "name": "pw", "type": "password" },
        { "name": "s1", "type": "select", "values": ["a", "b"], "maxSelect": 1 },
        { "name": "sm", "type": "select", "values": ["a", "b", "c"], "maxSelect": 3 },
        { "name": "f1", "type": "file", "maxSelect": 1, "thumbs": ["50x50"] },
        { "name": "fm", "type": "file", "maxSelect": 4 },
        { "name": "fp", "type": "file", "maxSelect": 1, "protected": true },
        { "name": "r1", "type": "relation", "collectionId": tags, "maxSelect": 1 },
        { "name": "rm", "type": "relation", "collectionId": tags, "maxSelect": 9 },
        { "name": "secret", "type": "text", "hidden": true },
        { "name": "owner", "type": "relation", "collectionId": "_pb_users_auth_", "maxSelect": 1 },
    ]);
    fields.as_array_mut().unwrap().extend(stamps.as_array().unwrap().clone());
    fields
}

async fn collections(root: &Caller) {
    let make = async |definition: Value| root.post("/api/collections", definition).await.ok();
    let tags = make(json!({
        "name": "tags", "type": "base", "listRule": "", "viewRule": "",
        "fields": [{ "name": "label", "type": "text", "required": true }],
        "indexes": ["CREATE UNIQUE INDEX `idx_tags_label` ON `tags` (`label`)"],
    }))
    .await;
    let fields = every_field(&tags["id"]);
    make(json!({
        "name": "everything", "type": "base", "fields": fields, "listRule": "",
        "viewRule": "owner = @request.auth.id || fp = ''",
        "updateRule": "@request.auth.id = owner",
        "indexes": [
            "CREATE INDEX `idx_everything_n` ON `everything` (`n`)",
            "CREATE INDEX `idx_everything_t` ON `everything` (lower(`t`) DESC) WHERE `n` > 1",
        ],
    }))
    .await;
    for (name, query) in [
        ("positive", "SELECT id, t, n, f1, rm FROM everything WHERE n > 0"),
        (
            "counted",
            "SELECT p.id, p.t AS label, COUNT(*) AS times FROM positive p GROUP BY p.id, p.t",
        ),
        ("zz_first", "SELECT id, label FROM tags"),
    ] {
        make(json!({ "name": name, "type": "view", "viewQuery": query, "listRule": "" })).await;
    }
    for number in 0..12 {
        make(json!({
            "name": format!("plain{number}"), "type": "base", "listRule": "@request.auth.id != ''",
            "fields": [{ "name": "x", "type": "text" }],
        }))
        .await;
        root.create(&format!("plain{number}"), json!({ "x": number.to_string() })).await;
    }
    let options = json!({
        "otp": { "enabled": true },
        "oauth2": { "enabled": true, "providers": [
            { "name": "google", "clientId": "client", "clientSecret": "hidden" },
        ] },
        "authToken": { "duration": 86_400 },
    });
    root.patch("/api/collections/users", options).await.ok();
}

async fn user(root: &Caller, name: &str) -> String {
    let body = json!({
        "email": format!("{name}@example.com"), "password": PASSWORD,
        "passwordConfirm": PASSWORD, "name": name, "emailVisibility": name == "bob",
    });
    root.create("users", body).await["id"].as_str().unwrap().to_owned()
}

/// Makes records; the paths of their files, and of the protected one.
async fn records(root: &Caller, ann_id: &str) -> (Vec<String>, String) {
    let mut tags = Vec::new();
    for label in ["x", "y", "z"] {
        let tag = root.create("tags", json!({ "label": label })).await;
        tags.push(tag["id"].as_str().unwrap().to_owned());
    }
    let picture = STANDARD.decode(PICTURE).unwrap();
    let file = |name: &str, bytes: &[u8]| Part::bytes(bytes.to_vec()).file_name(name.to_owned());
    let form = Form::new()
        .text("t", "hé \"quoted\" 'text'\n\ttwo lines")
        .text("n", "1.5")
        .text("b", "true")
        .text("e", "a@example.com")
        .text("u", "https://example.com/ä")
        .text("ed", "<p>x</p>")
        .text("d", "2024-05-01 10:00:00Z")
        .text("j", r#"{"b":1,"a":[1,2.50,1e3,"<é>"]}"#)
        .text("g", r#"{"lon":1.5,"lat":-2}"#)
        .text("pw", "somepass1")
        .text("s1", "a")
        .text("sm", "a")
        .text("sm", "b")
        .text("r1", tags[0].clone())
        .text("rm", tags[1].clone())
        .text("rm", tags[0].clone())
        .text("secret", "unseen")
        .text("owner", ann_id.to_owned())
        .part("f1", file("my picture.png", &picture))
        .part("fm", file("page.html", b"<b>bold</b>"))
        .part("fm", file("plain.txt", b"text"))
        .part("fp", file("private.txt", b"for few eyes"));
    let path = "/api/collections/everything/records";
    let full = root.form(Method::POST, path, form).await.ok();
    for body in [
        json!({}),
        json!({ "n": 1e21 }),
        json!({ "n": 0.1, "t": "0.1" }),
        json!({ "n": 3, "t": "'; DROP TABLE everything; --" }),
        json!({ "j": null }),
        json!({ "j": "text" }),
        json!({ "j": "" }),
        json!({ "j": [] }),
        json!({ "j": 1.10 }),
        json!({ "j": true }),
        json!({ "j": { "z": { "y": [null] }, "a": "\u{1F600}" } }),
        json!({ "t": "a\u{301}\u{202e}b", "sm": ["c"] }),
    ] {
        root.create("everything", body).await;
    }
    let id = full["id"].as_str().unwrap();
    let at = |name: &Value| format!("/api/files/everything/{id}/{}", name.as_str().unwrap());
    let mut files = vec![at(&full["f1"]), at(&full["fm"][0]), at(&full["fm"][1])];
    files.push(format!("{}?thumb=50x50", at(&full["f1"])));
    files.push(format!("{}?thumb=100x100", at(&full["f1"])));
    (files, at(&full["fp"]))
}
