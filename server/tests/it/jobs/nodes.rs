//! Jobs of several nodes on one PostgreSQL.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use underpin_testkit::TestServer;
use underpin_testpg::TestDatabase;

use super::{Begun, advance, job, outcome};

const HOUR: i64 = 3_600;
const LIMIT: Duration = Duration::from_secs(60);

async fn nodes() -> (TestDatabase, Vec<TestServer>) {
    let database = TestDatabase::create();
    let url = database.url();
    let mut nodes = Vec::new();
    for _ in 0..3 {
        nodes.push(TestServer::start_on(&url).await);
    }
    (database, nodes)
}

async fn advance_all(nodes: &[TestServer], seconds: i64) {
    join_all(nodes.iter().map(|node| advance(node, seconds))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_is_due_runs_once_in_the_cluster() {
    let (_database, nodes) = nodes().await;
    let begun = Begun::default();
    for node in &nodes {
        node.backend.jobs.register(begun.job("job", "@hourly"));
    }
    for round in 1..=4 {
        advance_all(&nodes, HOUR).await;
        outcome(&nodes[0], "job", "done").await;
        // All have looked at this hour by now.
        assert_eq!(begun.count(), round);
    }
    let last = job(&nodes[0], "job").await;
    for node in &nodes[1..] {
        assert_eq!(job(node, "job").await["last"], last["last"], "all know of it");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_dies_over_a_job_does_not_hold_it_for_ever() {
    let (_database, mut nodes) = nodes().await;
    let (hung, begun) = (Begun::default(), Begun::default());
    nodes[0].backend.jobs.register(hung.endless("job", "@hourly").limited(LIMIT));
    advance(&nodes[0], HOUR).await;
    hung.reach(1).await;
    for node in &nodes[1..] {
        node.backend.jobs.register(begun.job("job", "* * * * *").limited(LIMIT));
    }
    let others = &nodes[1..];
    join_all(others.iter().map(|node| advance(node, HOUR))).await;
    assert_eq!(begun.count(), 0, "it runs elsewhere");
    assert_eq!(job(&nodes[1], "job").await["last"]["outcome"], "running");
    // Killed: nothing of it is written down any more.
    nodes[0].backend.database.close().await;
    drop(nodes.remove(0));
    advance_all(&nodes, 2 * 60).await;
    outcome(&nodes[0], "job", "done").await;
    assert_eq!(begun.count(), 1);
    advance_all(&nodes, 60).await;
    outcome(&nodes[1], "job", "done").await;
    assert_eq!(begun.count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_hand_it_runs_on_one_node_alone() {
    let (_database, nodes) = nodes().await;
    let begun = Begun::default();
    for node in &nodes {
        node.backend.jobs.register(begun.endless("job", "0 0 31 2 *").limited(LIMIT));
    }
    let asked = nodes.iter().map(|node| async {
        node.superuser().post("/api/crons/job", json!({})).await.expect(204);
    });
    join_all(asked).await;
    begun.reach(1).await;
    assert_eq!(job(&nodes[2], "job").await["last"]["outcome"], "running");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_nodes_write_one_log() {
    let (_database, nodes) = nodes().await;
    for (at, node) in nodes.iter().enumerate() {
        node.guest().get(&format!("/api/health?mark={at}")).await.expect(200);
        node.backend.logs.flush().await;
    }
    let asked = [("filter", "data.url ~ 'mark='"), ("sort", "@rowid")];
    for node in &nodes {
        let page = node.superuser().ask("/api/logs", &asked).await.expect(200);
        let urls: Vec<_> =
            page["items"].as_array().unwrap().iter().map(|entry| &entry["data"]["url"]).collect();
        assert_eq!(urls, ["/api/health?mark=0", "/api/health?mark=1", "/api/health?mark=2"]);
    }
}
