//! Backups that are made by the clock.

use serde_json::{Value, json};
use underpin_testkit::TestServer;

use super::{EMPTY_ZIP, bring, make, names};
use crate::jobs::{advance, outcome};

const JOB: &str = "__pbAutoBackup__";

async fn set(server: &TestServer, backups: Value) {
    let body = json!({ "backups": backups });
    server.superuser().patch("/api/settings", body).await.expect(200);
}

async fn is_listed(server: &TestServer) -> bool {
    let all = server.superuser().get("/api/crons").await.ok();
    all.as_array().unwrap().iter().any(|job| job["id"] == JOB)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_of_them_are_kept_and_chosen_ones_as_well() {
    let server = TestServer::start().await;
    set(&server, json!({ "cron": "0 0 31 2 *", "cronMaxKeep": 2 })).await;
    let app = json!({ "meta": { "appName": "My App" } });
    server.superuser().patch("/api/settings", app).await.expect(200);
    make(&server, "chosen.zip").await.expect(204);
    bring(&server.superuser(), "@auto_pb_backup_old.zip", EMPTY_ZIP).await.expect(204);
    let mut made = Vec::new();
    for _ in 0..3 {
        let before = names(&server).await;
        // Names have the second in which a backup was made.
        server.clock.advance(2);
        server.superuser().post(&format!("/api/crons/{JOB}"), json!({})).await.expect(204);
        super::until("another one", async || {
            let now = names(&server).await;
            now.iter().any(|name| !before.contains(name))
        })
        .await;
        outcome(&server, JOB, "done").await;
        made.extend(names(&server).await.into_iter().filter(|name| !before.contains(name)));
    }
    let mut wanted = vec![made[1].clone(), made[2].clone(), "chosen.zip".to_owned()];
    wanted.sort();
    assert_eq!(names(&server).await, wanted);
    for name in &made {
        let second = name.strip_prefix("@auto_pb_backup_my_app_").unwrap();
        let second = second.strip_suffix(".zip").unwrap();
        assert!(second.len() == 14 && second.parse::<u64>().is_ok(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changed_settings_count_at_once() {
    let server = TestServer::start().await;
    assert!(!is_listed(&server).await);
    advance(&server, 120).await;
    set(&server, json!({ "cron": "* * * * *" })).await;
    assert!(is_listed(&server).await);
    advance(&server, 60).await;
    outcome(&server, JOB, "done").await;
    let made = names(&server).await;
    assert_eq!(made.len(), 1, "{made:?}");
    set(&server, json!({ "cron": "" })).await;
    assert!(!is_listed(&server).await);
    server.superuser().post(&format!("/api/crons/{JOB}"), json!({})).await.expect(404);
    advance(&server, 120).await;
    assert_eq!(names(&server).await, made);
}
