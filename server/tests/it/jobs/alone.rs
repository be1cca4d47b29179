//! Jobs of one node.

use std::time::Duration;

use serde_json::json;
use underpin_domain::jobs::Job;
use underpin_model::{CronExpression, DomainError};
use underpin_testkit::TestServer;

use super::{Begun, PATH, advance, job, outcome};

const HOUR: i64 = 3_600;

#[tokio::test]
async fn the_list_tells_when_and_what_became_of_it() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let before = job(&server, "__pbLogsCleanup__").await;
    assert_eq!(before["last"], json!(null));
    assert!(before["next"].as_str().unwrap().ends_with(":00:00.000Z"), "{before}");
    for id in ["__pbLogsCleanup__", "__pbOTPCleanup__", "__pbMFACleanup__", "__pbDBOptimize__"] {
        root.post(&format!("{PATH}/{id}"), json!({})).await.expect(204);
        let last = outcome(&server, id, "done").await;
        assert_eq!(last["error"], "");
        assert!(last["ended"].as_str() >= last["started"].as_str(), "{last}");
    }
}

#[tokio::test]
async fn a_job_is_run_when_its_time_has_come_and_not_before() {
    let server = TestServer::start().await;
    let begun = Begun::default();
    server.backend.jobs.register(begun.job("daily", "30 4 * * *"));
    server.backend.jobs.register(Begun::default().job("never", "0 0 31 2 *"));
    advance(&server, 24 * HOUR).await;
    outcome(&server, "daily", "done").await;
    assert_eq!(begun.count(), 1);
    // Days that nobody was there for are not made up for.
    advance(&server, 5 * 24 * HOUR).await;
    outcome(&server, "daily", "done").await;
    assert_eq!(begun.count(), 2);
    let never = job(&server, "never").await;
    assert_eq!((&never["next"], &never["last"]), (&json!(""), &json!(null)));
}

#[tokio::test]
async fn another_expression_counts_at_once() {
    let server = TestServer::start().await;
    let begun = Begun::default();
    server.backend.jobs.register(begun.job("job", "0 0 31 2 *"));
    advance(&server, 2 * HOUR).await;
    assert!(server.backend.jobs.reschedule("job", CronExpression::parse("@hourly").unwrap()));
    advance(&server, 2 * HOUR).await;
    outcome(&server, "job", "done").await;
    assert_eq!(begun.count(), 1);
    server.backend.jobs.remove("job");
    advance(&server, 2 * HOUR).await;
    assert_eq!(begun.count(), 1);
    server.superuser().post(&format!("{PATH}/job"), json!({})).await.expect(404);
}

#[tokio::test]
async fn a_job_that_fails_panics_or_hangs_ends_nothing_else() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let never = CronExpression::parse("0 0 31 2 *").unwrap();
    let jobs = &server.backend.jobs;
    jobs.register(Job::new("fails", never.clone(), |_| async {
        Err(DomainError::bad_request("this went wrong"))
    }));
    jobs.register(Job::new("panics", never, |_| async { panic!("on purpose") }));
    let hung = Begun::default();
    jobs.register(hung.endless("hangs", "0 0 31 2 *").limited(Duration::from_millis(50)));
    for (id, ends, error) in [
        ("fails", "failed", "this went wrong"),
        ("panics", "failed", "it panicked"),
        ("hangs", "timeout", ""),
    ] {
        root.post(&format!("{PATH}/{id}"), json!({})).await.expect(204);
        let last = outcome(&server, id, ends).await;
        assert!(last["error"].as_str().unwrap().contains(error), "{last}");
    }
    // Once ended it can begin again.
    root.post(&format!("{PATH}/hangs"), json!({})).await.expect(204);
    outcome(&server, "hangs", "timeout").await;
    server.guest().get("/api/health").await.expect(200);
}

#[tokio::test]
async fn a_job_never_runs_twice_at_once() {
    let server = TestServer::start().await;
    let begun = Begun::default();
    server
        .backend
        .jobs
        .register(begun.endless("long", "* * * * *").limited(Duration::from_secs(600)));
    for _ in 0..5 {
        server.superuser().post(&format!("{PATH}/long"), json!({})).await.expect(204);
    }
    begun.reach(1).await;
    advance(&server, 120).await;
    assert_eq!(begun.count(), 1);
    assert_eq!(job(&server, "long").await["last"]["outcome"], "running");
    // The end of the server is the end of its jobs.
    server.backend.jobs.stop().await;
    assert_eq!(job(&server, "long").await["last"]["outcome"], "interrupted");
}

#[tokio::test]
async fn what_a_killed_process_has_left_running_is_given_up_at_the_next_start() {
    let server = TestServer::start().await;
    let begun = Begun::default();
    let path = format!("{PATH}/long");
    server.backend.jobs.register(begun.endless("long", "0 0 31 2 *"));
    server.superuser().post(&path, json!({})).await.expect(204);
    // What the start of a server does.
    underpin_domain::jobs::recover(&server.backend).await.unwrap();
    // On PostgreSQL the job may be another node's, which holds it until its time is over.
    let (outcome, count) = if server.store.is_postgres() { ("running", 1) } else { ("lost", 2) };
    assert_eq!(job(&server, "long").await["last"]["outcome"], outcome);
    server.superuser().post(&path, json!({})).await.expect(204);
    begun.reach(count).await;
}

#[tokio::test]
async fn who_may_not_begins_nothing() {
    let server = TestServer::start().await;
    let begun = Begun::default();
    server.backend.jobs.register(begun.job("job", "0 0 31 2 *"));
    let (ann, _) = server.user("ann").await;
    let path = format!("{PATH}/job");
    ann.post(&path, json!({})).await.expect(403);
    server.guest().post(&path, json!({})).await.expect(401);
    assert_eq!(job(&server, "job").await["last"], json!(null));
    assert_eq!(begun.count(), 0);
}

#[tokio::test]
async fn what_is_left_of_unfinished_sign_ins_goes() {
    let server = TestServer::start().await;
    let (_, id) = server.user("ann").await;
    let root = server.superuser();
    let users = root.get("/api/collections/users").await.ok()["id"].take();
    let body =
        json!({ "collectionRef": users, "recordRef": id, "password": "12345678", "method": "otp" });
    for collection in ["_otps", "_mfas"] {
        root.create(collection, body.clone()).await;
    }
    let left = async || {
        let root =
            server.guest().signed_in("_superusers", "root@example.com", "correct horse").await;
        (root.ids("_otps", &[]).await.len(), root.ids("_mfas", &[]).await.len())
    };
    underpin_domain::auth::forget_otps(&server.backend).await.unwrap();
    underpin_domain::auth::forget_mfas(&server.backend).await.unwrap();
    assert_eq!(left().await, (1, 1));
    advance(&server, HOUR).await;
    outcome(&server, "__pbOTPCleanup__", "done").await;
    outcome(&server, "__pbMFACleanup__", "done").await;
    assert_eq!(left().await, (0, 0));
}
