//! Bodies that routes take, for others to spoil: by route, so that what is wrong is deep inside.

use serde_json::{Value, json};

use super::{garbage, parameters, sql};
use crate::dice::Dice;

/// Templates of settings.
fn settings() -> Value {
    json!({
        "meta": { "appName": "x", "appURL": "http://127.0.0.1", "senderName": "x",
            "senderAddress": "x@example.com", "hideControls": false },
        "smtp": { "enabled": false, "host": "127.0.0.1", "port": 1, "username": "u",
            "password": "p", "authMethod": "PLAIN", "tls": false, "localName": "" },
        "s3": { "enabled": false, "bucket": "b", "region": "r", "endpoint": "http://127.0.0.1:1",
            "accessKey": "a", "secret": "s", "forcePathStyle": true },
        "backups": { "cron": "0 0 * * *", "cronMaxKeep": 3, "s3": { "enabled": false } },
        "batch": { "enabled": true, "maxRequests": 50, "timeout": 3, "maxBodySize": 0 },
        "rateLimits": { "enabled": false, "rules": [
            { "label": "*:auth", "audience": "", "duration": 3, "maxRequests": 200_000 },
            { "label": "/api/", "audience": "@guest", "duration": 10, "maxRequests": 300_000 },
        ], "excludedIPs": ["10.0.0.1"] },
        "trustedProxy": { "headers": ["X-Forwarded-For"], "useLeftmostIP": false },
        "logs": { "maxDays": 5, "minLevel": 0, "logIP": true, "logAuthId": false },
        "superuserIPs": ["127.0.0.0/8"],
    })
}

/// Every kind of field.
fn fields() -> Value {
    json!([
        { "name": "a", "type": "text", "min": 1, "max": 9, "pattern": "^[a-z]+$",
            "autogeneratePattern": "[a-z]{5}", "required": true },
        { "name": "b", "type": "number", "min": 0, "max": 5, "onlyInt": true },
        { "name": "c", "type": "bool" }, { "name": "d", "type": "email", "onlyDomains": ["a.b"] },
        { "name": "e", "type": "url", "exceptDomains": ["a.b"] },
        { "name": "f", "type": "date", "min": "2024-01-01", "max": "" },
        { "name": "g", "type": "autodate", "onCreate": true, "onUpdate": true },
        { "name": "h", "type": "select", "values": ["x", "y"], "maxSelect": 2 },
        { "name": "i", "type": "relation", "collectionId": "fuzzposts000001", "minSelect": 0,
            "maxSelect": 3, "cascadeDelete": true },
        { "name": "j", "type": "file", "maxSelect": 2, "maxSize": 99, "mimeTypes": ["text/plain"],
            "thumbs": ["9x9"], "protected": true },
        { "name": "k", "type": "json", "maxSize": 50 }, { "name": "l", "type": "geoPoint" },
        { "name": "m", "type": "editor", "maxSize": 5, "convertURLs": true },
        { "name": "n", "type": "password", "min": 8, "max": 20, "cost": 4, "hidden": true },
    ])
}

fn collection(dice: &mut Dice) -> Value {
    let name = format!("made{}", dice.below(30));
    let rule = parameters::sentence(dice, " ");
    match dice.below(4) {
        0 => {
            json!({ "name": name, "type": "view", "viewQuery": sql::select(dice), "listRule": rule })
        }
        1 => json!({
            "name": name, "type": "auth", "authRule": rule, "manageRule": null, "fields": fields(),
            "passwordAuth": { "enabled": true, "identityFields": ["email"] },
            "authToken": { "duration": 99, "secret": "x".repeat(40) },
            "mfa": { "enabled": true, "duration": 60, "rule": "" },
            "otp": { "enabled": true, "duration": 60, "length": 6,
                "emailTemplate": { "subject": "{OTP}", "body": "{OTP}" } },
            "oauth2": { "enabled": true, "mappedFields": { "id": "", "name": "a" }, "providers": [
                { "name": "google", "clientId": "x", "clientSecret": "y", "pkce": null, "extra": {} },
            ] },
            "indexes": [format!("CREATE UNIQUE INDEX `idx_{name}` ON `{name}` (`a`) WHERE `a` != ''")],
        }),
        _ => json!({
            "name": name, "type": "base", "listRule": rule, "viewRule": "", "createRule": "",
            "updateRule": null, "deleteRule": "@request.auth.id != ''", "fields": fields(),
            "indexes": [format!("create index idx_{name} on {name} (a collate nocase desc, b)")],
        }),
    }
}

/// A record of `posts` or an account of `members`.
pub(super) fn record(dice: &mut Dice) -> Value {
    if dice.one_in(4) {
        return json!({
            "email": format!("p{}@example.com", dice.below(50)), "password": "12345678",
            "passwordConfirm": "12345678", "oldPassword": "12345678", "name": "x",
            "verified": true, "emailVisibility": true,
        });
    }
    json!({
        "title": "x", "rank": 1, "rank+": 2, "flag": true, "mail": "a@b.co", "link": "http://a.b",
        "day": "2024-01-01 10:00:00.000Z", "tags": ["a", "b"], "tags+": "c", "data": { "a": [1] },
        "place": { "lon": 1, "lat": 2 }, "text": "<p>x</p>", "owner": "fuzzmember00001",
        "friends": ["fuzzpost0000001", "fuzzpost0000002"], "friends-": "fuzzpost0000003",
        "scan": null, "scan-": ["x.txt"],
    })
}

fn batch(dice: &mut Dice) -> Value {
    let records = "/api/collections/posts/records";
    let mut requests = vec![
        json!({ "method": "POST", "url": records, "body": record(dice), "headers": { "X": "y" } }),
        json!({ "method": "PATCH", "url": format!("{records}/fuzzpost0000002?fields=id"),
            "body": record(dice) }),
        json!({ "method": "PUT", "url": records, "body": { "id": "fuzzpost0000003", "rank": 2 } }),
        json!({ "method": "DELETE", "url": format!("{records}/fuzzpost0000009") }),
    ];
    if dice.one_in(3) {
        let inside = json!({ "requests": requests.clone() });
        requests.push(json!({ "method": "POST", "url": "/api/batch", "body": inside }));
    }
    if dice.one_in(3) {
        requests.truncate(1 + dice.below(3));
    }
    json!({ "requests": requests })
}

/// The topics of a stream.
pub(super) fn subscription(dice: &mut Dice, client: &str) -> Value {
    let options = json!({
        "query": { "filter": parameters::sentence(dice, " "), "expand": "owner", "fields": "id" },
        "headers": { "X-Token": garbage::text(dice) },
    });
    let options: String = url_text(&options.to_string());
    let topics = [
        "posts/*".to_owned(),
        "posts".to_owned(),
        "members/fuzzmember00001".to_owned(),
        format!("posts/*?options={options}"),
        garbage::text(dice),
    ];
    json!({ "clientId": client, "subscriptions": topics })
}

fn url_text(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A body that the route could take; routes that are not named here get one of somebody else.
pub(super) fn for_route(dice: &mut Dice, route: &str) -> Value {
    let path = route.split_once(' ').map_or(route, |(_, path)| path);
    match path {
        "/api/collections" | "/api/collections/{collection}" => collection(dice),
        "/api/collections/import" => {
            let many = 1 + dice.below(3);
            let collections: Vec<Value> = (0..many).map(|_| collection(dice)).collect();
            json!({ "collections": collections, "deleteMissing": dice.one_in(20) })
        }
        "/api/collections/meta/dry-run-view" => json!({ "query": sql::select(dice) }),
        "/api/sql" => json!({ "query": sql::anything(dice), "write": dice.one_in(3) }),
        "/api/settings" => settings(),
        "/api/settings/test/s3" => json!({ "filesystem": "storage" }),
        "/api/settings/test/email" => json!({
            "email": "a@example.com", "template": "verification", "collection": "members",
        }),
        "/api/settings/apple/generate-client-secret" => json!({
            "clientId": "a", "teamId": "0123456789", "keyId": "0123456789", "duration": 60,
            "privateKey": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        }),
        "/api/backups" => {
            json!({ "name": dice.word(&["fuzz1.zip", "fuzz2.zip", "", "x/../y.zip"]) })
        }
        "/api/batch" => batch(dice),
        "/api/realtime" => subscription(dice, "0123456789abcdef"),
        "/api/collections/{collection}/auth-with-password" => json!({
            "identity": "ann@example.com", "password": "12345678", "identityField": "email",
        }),
        path if path.contains("/records") => record(dice),
        _ => match dice.below(4) {
            0 => json!({}),
            1 => record(dice),
            2 => settings(),
            _ => garbage::value(dice, 3),
        },
    }
}
