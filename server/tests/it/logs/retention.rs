//! How long entries stay.

use serde_json::json;
use underpin_testkit::TestServer;

use super::{PATH, entries, set};

const DAY: i64 = 24 * 3_600;

#[tokio::test]
async fn entries_go_when_they_are_older_than_the_settings_say() {
    let server = TestServer::start().await;
    server.guest().get("/api/health?mark=old").await.ok();
    server.backend.logs.flush().await;
    server.clock.advance(4 * DAY);
    server.guest().get("/api/health?mark=new").await.ok();
    server.backend.logs.flush().await;
    let marks = async || {
        // The superuser's token has grown old by now.
        let guest = server.guest();
        let root = guest.signed_in("_superusers", "root@example.com", "correct horse").await;
        entries(&root, "data.url ~ 'mark='").await.len()
    };
    underpin_domain::logs::clean_up(&server.backend).await.unwrap();
    assert_eq!(marks().await, 2);
    server.clock.advance(2 * DAY);
    underpin_domain::logs::clean_up(&server.backend).await.unwrap();
    assert_eq!(marks().await, 1);
}

#[tokio::test]
async fn days_beyond_the_calendar_keep_everything() {
    let server = TestServer::start().await;
    let root = server.superuser();
    for days in [99_999_999_999_i64, i64::MAX] {
        set(&server, json!({ "maxDays": days })).await;
        server.guest().get("/api/health?mark=kept").await.ok();
        server.backend.logs.flush().await;
        underpin_domain::logs::clean_up(&server.backend).await.unwrap();
    }
    assert_eq!(entries(&root, "data.url ~ 'mark='").await.len(), 2);
}

#[tokio::test]
async fn entries_go_that_the_settings_would_not_keep_any_more() {
    let server = TestServer::start().await;
    let root = server.superuser();
    server.guest().get("/api/health?mark=fine").await.ok();
    server.guest().get("/api/nowhere?mark=wrong").await;
    assert_eq!(entries(&root, "data.url ~ 'mark='").await.len(), 2);
    set(&server, json!({ "minLevel": 8 })).await;
    underpin_domain::logs::clean_up(&server.backend).await.unwrap();
    let kept = entries(&root, "data.url ~ 'mark='").await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["data"]["status"], 404);
    set(&server, json!({ "maxDays": 0 })).await;
    server.guest().get("/api/nowhere?mark=none").await;
    underpin_domain::logs::clean_up(&server.backend).await.unwrap();
    assert_eq!(entries(&root, "").await.len(), 0);
}

#[tokio::test]
async fn removal_takes_all_and_counts_by_hour_follow() {
    let server = TestServer::start().await;
    let root = server.superuser();
    server.guest().get("/api/health?mark=a").await.ok();
    server.clock.advance(3_600);
    server.guest().get("/api/health?mark=b").await.ok();
    server.guest().get("/api/health?mark=c").await.ok();
    let filter = [("filter", "data.url ~ 'mark='")];
    let hours = root.ask("/api/logs/stats", &filter).await.expect(200);
    let totals: Vec<_> = hours.as_array().unwrap().iter().map(|hour| &hour["total"]).collect();
    assert_eq!(totals, [1, 2], "{hours}");
    assert!(hours[0]["date"].as_str().unwrap().ends_with(":00:00.000Z"), "{hours}");
    root.delete(PATH).await.expect(204);
    assert_eq!(entries(&root, "").await.len(), 0);
    assert_eq!(root.get("/api/logs/stats").await.expect(200), json!([]));
}
