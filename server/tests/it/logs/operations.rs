//! What superusers send and what the server says itself: no secret of it is kept (security D11).

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use underpin_domain::jobs::Job;
use underpin_model::{CronExpression, DomainError};
use underpin_testkit::TestServer;

use super::entries;
use crate::jobs::outcome;

const SECRET: &str = "hunter2-and-more-of-it";
/// As a signed token begins and ends.
const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJpZCI6IngifQ.c2lnbmF0dXJlLXRleHQ";

/// The whole log as one text.
async fn log(server: &TestServer) -> String {
    let all: Vec<Value> = entries(&server.superuser(), "").await;
    all.into_iter().map(|entry| entry.to_string() + "\n").collect()
}

#[tokio::test]
async fn no_secret_that_superusers_send_reaches_the_log() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let provider = json!({ "name": "google", "clientId": "c", "clientSecret": SECRET });
    let s3 = json!({ "enabled": true, "accessKey": "k", "secret": SECRET, "endpoint": "x y" });
    let account = json!({ "email": "x", "password": SECRET, "passwordConfirm": SECRET });
    let one_time = json!({ "collectionRef": "", "recordRef": "", "password": SECRET });
    let apple = json!({ "clientId": "", "privateKey": SECRET, "duration": -1 });
    let statement = json!({ "query": format!("SELECT '{TOKEN}', '{SECRET}' FROM nowhere") });
    for (method, path, body, is_kept) in [
        (Method::PATCH, "/api/settings", json!({ "smtp": { "password": SECRET } }), true),
        (Method::PATCH, "/api/settings", json!({ "smtp": { "password": [SECRET] } }), false),
        (Method::PATCH, "/api/settings", json!({ "s3": s3 }), false),
        (Method::PATCH, "/api/settings", json!({ "backups": { "s3": s3 } }), false),
        (Method::POST, "/api/settings/apple/generate-client-secret", apple, false),
        (
            Method::PATCH,
            "/api/collections/users",
            json!({ "oauth2": { "enabled": true, "providers": [provider, provider] } }),
            false,
        ),
        (
            Method::PATCH,
            "/api/collections/users",
            json!({ "authToken": { "duration": -1, "secret": SECRET } }),
            false,
        ),
        (
            Method::PUT,
            "/api/collections/import",
            json!({ "collections": [{ "name": "a b", "authToken": { "secret": SECRET } }] }),
            false,
        ),
        (Method::POST, "/api/collections/users/records", account.clone(), false),
        (Method::POST, "/api/collections/_superusers/records", account, false),
        (Method::POST, "/api/collections/_otps/records", one_time, false),
        (Method::POST, "/api/backups", json!({ "name": SECRET, "password": SECRET }), false),
        (Method::POST, "/api/sql", statement, false),
    ] {
        let answer = root.send(method.clone(), path, Some(body)).await;
        assert_eq!(answer.status < 400, is_kept, "{method} {path}: {}", answer.text());
    }
    for path in [
        format!("/api/backups/one.zip?token={TOKEN}"),
        format!("/api/logs?filter=data.authorization='{SECRET}'"),
        format!("/api/crons/{TOKEN}"),
        format!("/static/{TOKEN}.txt?signature={SECRET}"),
    ] {
        root.get(&path).await;
    }
    // A stream has no end to wait for.
    let path = format!("/api/realtime?token={TOKEN}&otp={SECRET}");
    root.request(Method::GET, &path).send().await.unwrap();
    let log = log(&server).await;
    assert!(log.lines().count() > 17, "{log}");
    for secret in [SECRET, TOKEN] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}

#[tokio::test]
async fn why_a_job_has_failed_is_told_without_secrets_and_not_at_any_length() {
    let server = TestServer::start().await;
    let never = CronExpression::parse("0 0 31 2 *").unwrap();
    let job = Job::new("fails", never, |_| async {
        let words = format!("the token {TOKEN} is old\nand {}", "x".repeat(100_000));
        Err(DomainError::bad_request(words))
    });
    server.backend.jobs.register(job.limited(Duration::from_secs(60)));
    server.superuser().post("/api/crons/fails", json!({})).await.expect(204);
    let last = outcome(&server, "fails", "failed").await;
    let error = last["error"].as_str().unwrap();
    assert!(error.starts_with("the token (hidden) is old\nand xxx"), "{error:.100}");
    assert!(error.len() < 2_100, "{} bytes", error.len());
}

#[tokio::test]
async fn no_message_of_the_server_tells_a_secret() {
    let server = TestServer::start().await;
    let fields = json!({
        "password": SECRET, "smtpPassword": SECRET, "client_secret": SECRET, "otp": SECRET,
        "cause": format!("bad token {TOKEN}"), "inside": [{ "tokenKey": SECRET, "code": 5 }],
        "hash": "kept",
    });
    let Value::Object(fields) = fields else { panic!() };
    let backend = &server.backend;
    let message = format!("a message of {TOKEN}");
    underpin_domain::logs::note(backend, underpin_domain::logs::Level::Warning, &message, fields);
    let kept = super::entry(&server.superuser(), "message ~ 'a message of'").await;
    assert!(!kept.to_string().contains(SECRET) && !kept.to_string().contains(TOKEN), "{kept}");
    assert_eq!(kept["message"], "a message of (hidden)");
    assert_eq!(kept["data"]["cause"], "bad token (hidden)");
    assert_eq!(kept["data"]["hash"], "kept");
}
