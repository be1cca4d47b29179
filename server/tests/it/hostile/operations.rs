//! What superusers see and set: logs, jobs, settings, SQL. Odd ids, filters and bodies are refused
//! in the API's own words (security D8, D20, D49).

use reqwest::Method;

use super::*;

/// Ids that lead elsewhere where they are taken for paths or for SQL.
const ODD_IDS: [&str; 14] = [
    "..",
    "%2e%2e",
    "..%2f..%2fsettings",
    "..%5c..%5cdata.db",
    "%00",
    "a%00",
    "%ff%fe",
    "%c0%ae",
    "%e2%80%ae",
    "'%20OR%201=1%20--",
    "%22",
    "con",
    "c:%5cx",
    "%2fetc%2fpasswd",
];

#[tokio::test]
async fn odd_ids_of_entries_and_jobs_lead_nowhere() {
    let server = scene().await;
    let root = server.superuser();
    let before = Everything::of(&server);
    let long = "x".repeat(5_000);
    for id in ODD_IDS.into_iter().chain([long.as_str()]) {
        for (method, path) in [(Method::GET, "/api/logs"), (Method::POST, "/api/crons")] {
            let answer = root.send(method.clone(), &format!("{path}/{id}"), None).await;
            // The client itself takes dots out of a path: then it is another one, which is found.
            if id != ".." && id != "%2e%2e" {
                assert_refusal(&answer, &format!("{method} {path}/{id:.40}"));
            }
            assert!(answer.status < 500, "{path}/{id:.40}: {}", answer.status);
        }
    }
    assert_unharmed(&server, &before).await;
}

#[tokio::test]
async fn questions_to_the_log_that_make_no_sense_tell_nothing_of_the_inside() {
    let server = scene().await;
    let root = server.superuser();
    let deep = "(".repeat(3_000);
    for path in ["/api/logs", "/api/logs/stats"] {
        for filter in [
            "nope = 1",
            "data.url ~",
            "level = 1; DROP TABLE _logs",
            "level = 1) UNION SELECT 1 --",
            "@collection.users.password = 'x'",
            "rowid = 1",
            &deep,
        ] {
            let answer = root.ask(path, &[("filter", filter)]).await;
            assert_refusal(&answer, &format!("{path} {filter:.40}"));
        }
    }
    for sort in ["nope", "-data;", "level, (SELECT 1)", "@random, nope"] {
        let answer = root.ask("/api/logs", &[("sort", sort)]).await;
        assert_refusal(&answer, sort);
    }
}

#[tokio::test]
async fn what_the_settings_cannot_be_is_refused_as_a_whole() {
    let server = scene().await;
    let root = server.superuser();
    let before = Everything::of(&server);
    let rule = |label: Value, most: Value| {
        let rule = json!({ "label": label, "duration": 1, "maxRequests": most, "audience": "" });
        json!({ "rateLimits": { "enabled": true, "rules": [rule] } })
    };
    for sent in [
        json!({ "meta": [] }),
        json!({ "smtp": { "port": 1e30 } }),
        json!({ "logs": { "maxDays": -1 } }),
        json!({ "logs": { "maxDays": 1e30 } }),
        json!({ "batch": { "enabled": true, "maxRequests": i64::MAX, "timeout": -1 } }),
        json!({ "superuserIPs": ["10.0.0.0/33"] }),
        json!({ "superuserIPs": "x" }),
        json!({ "trustedProxy": { "headers": 5 } }),
        rule(json!("\u{0}"), json!(0)),
        rule(json!("../.."), json!(-1)),
        rule(json!({}), json!(1)),
    ] {
        let answer = root.patch("/api/settings", sent.clone()).await;
        assert_refusal(&answer, &sent.to_string());
    }
    assert_unharmed(&server, &before).await;
}
