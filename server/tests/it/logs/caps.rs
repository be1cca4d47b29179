//! Sizes and signs of entries (security D20).

use serde_json::json;
use underpin_testkit::TestServer;

use super::{entries, entry, set};

/// Address, referer and agent at their longest, the message, and the rest of an entry.
const LARGEST: usize = 3_000 * 2 + 2_000 * 2 + 1_000;

#[tokio::test]
async fn an_entry_has_an_end_whatever_was_sent() {
    let server = TestServer::start().await;
    let long = "x".repeat(20_000);
    let headers = [("Referer", long.as_str()), ("User-Agent", long.as_str())];
    server.guest().get_with(&format!("/api/nowhere?mark=long&{long}"), &headers).await;
    let kept = entry(&server.superuser(), "data.url ~ 'mark=long'").await;
    assert!(kept.to_string().len() < LARGEST, "{}", kept.to_string().len());
    assert!(kept["data"]["url"].as_str().unwrap().ends_with("x..."), "{kept}");
    assert!(kept["data"]["userAgent"].as_str().unwrap().ends_with("x..."), "{kept}");
}

#[tokio::test]
async fn details_that_are_too_large_are_left_out() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let wrong = |count: usize| {
        let fields: Vec<_> = (0..count)
            .map(|at| json!({ "name": format!("wrong name {at}"), "type": "text", "min": -1 }))
            .collect();
        json!({ "name": "a b", "type": "base", "fields": fields })
    };
    root.post("/api/collections?mark=few", wrong(3)).await.expect(400);
    root.post("/api/collections?mark=many", wrong(2_000)).await.expect(400);
    set(&server, json!({ "maxDataSize": 300 })).await;
    root.post("/api/collections?mark=tight", wrong(3)).await.expect(400);
    let few = entry(&root, "data.url ~ 'mark=few'").await;
    assert!(few["data"]["details"]["fields"].is_object(), "{few}");
    for mark in ["many", "tight"] {
        let kept = entry(&root, &format!("data.url ~ 'mark={mark}'")).await;
        assert_eq!(kept["data"]["details"], "(too large)");
    }
}

#[tokio::test]
async fn no_request_makes_two_lines_of_one_entry() {
    let server = TestServer::start().await;
    let path = "/api/no%0Awhere?mark=x%0D%0A%00%1b[31m&y=%E2%80%AE%E2%80%A8%c2%85%ff";
    server.guest().get_with(path, &[("User-Agent", "a\tb"), ("Referer", "c\td")]).await;
    let kept = entry(&server.superuser(), "data.url ~ 'mark=x'").await;
    let unseen = |text: &str| {
        text.chars().any(|sign| sign.is_control() || matches!(sign, '\u{2028}' | '\u{202e}'))
    };
    let texts = [&kept["message"], &kept["data"]["userAgent"], &kept["data"]["referer"]];
    for text in texts.into_iter().chain([&kept["data"]["url"]]) {
        assert!(!unseen(text.as_str().unwrap()), "{kept}");
    }
    assert!(kept["message"].as_str().unwrap().starts_with("GET /api/no%0Awhere"), "{kept}");
}

#[tokio::test]
async fn the_log_as_a_whole_has_an_end() {
    let server = TestServer::start_with(|config| config.logs.keep_rows = 20).await;
    let root = server.superuser();
    for at in 0..40 {
        server.guest().get(&format!("/api/health?mark={at}")).await.ok();
    }
    assert!(entries(&root, "").await.len() > 40);
    underpin_domain::logs::clean_up(&server.backend).await.unwrap();
    let kept = entries(&root, "").await;
    assert_eq!(kept.len(), 20);
    assert!(kept.iter().all(|entry| entry["data"]["url"] != "/api/health?mark=1"), "the oldest go");
    assert_eq!(kept[19]["data"]["url"], "/api/health?mark=39");

    let server = TestServer::start_with(|config| config.logs.keep_megabytes = 0).await;
    server.guest().get("/api/health?mark=x").await.ok();
    server.backend.logs.flush().await;
    underpin_domain::logs::clean_up(&server.backend).await.unwrap();
    assert_eq!(entries(&server.superuser(), "data.url ~ 'mark=x'").await.len(), 0);
}
