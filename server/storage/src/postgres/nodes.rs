//! Several nodes on one database, and a server that goes away and comes back.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use underpin_testpg::{Cluster, TestDatabase};

use super::PostgresOptions;
use crate::{
    Database, StorageError,
    suite::scenes::{ids, insert, made, notes, put_logged},
};

const CALLERS: usize = 16;
const WRITES: usize = 40;

async fn open(url: String) -> Database {
    Database::open_postgres(PostgresOptions::at(url)).await.unwrap()
}

/// Follows the log as realtime does, until it has seen as many changes.
async fn followed(database: Database, count: usize) -> Vec<i64> {
    let mut committed = database.committed();
    let mut seen: Vec<i64> = Vec::new();
    while seen.len() < count {
        let newest = *committed.borrow_and_update();
        let last = seen.last().copied().unwrap_or_default();
        if newest > last {
            let changes = database.changes_after(last, 10_000).await.unwrap();
            let upto = changes.iter().map(|change| change.position);
            seen.extend(upto.filter(|position| *position <= newest));
            continue;
        }
        committed.changed().await.unwrap();
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_write_at_once_and_all_follow_one_log_without_gaps() {
    let place = TestDatabase::create();
    let nodes = [open(place.url()).await, open(place.url()).await];
    notes(&nodes[0]).await;
    let all = CALLERS * WRITES;
    let followers: Vec<_> =
        nodes.iter().map(|node| tokio::spawn(followed(node.clone(), all))).collect();
    let callers = (0..CALLERS).map(|caller| {
        let node = nodes[caller % nodes.len()].clone();
        tokio::spawn(async move {
            let mut given = Vec::new();
            for number in 0..WRITES {
                given.push(put_logged(&node, format!("c{caller}n{number}"), 0).await);
            }
            assert!(given.is_sorted_by(|one, next| one < next), "{given:?}");
            given
        })
    });
    let given = join_all(callers).await;
    let given: BTreeSet<i64> = given.into_iter().flat_map(Result::unwrap).collect();
    let expected: Vec<i64> = (1..=i64::try_from(all).unwrap()).collect();
    assert!(given.iter().copied().eq(expected.iter().copied()), "each write has its position");
    for follower in followers {
        let seen = tokio::time::timeout(Duration::from_secs(20), follower).await.unwrap();
        assert_eq!(seen.unwrap(), expected);
    }
    assert_eq!(ids(&nodes[0]).await.len(), all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_node_writes_is_another_revision() {
    let place = TestDatabase::create();
    let (one, other) = (open(place.url()).await, open(place.url()).await);
    notes(&one).await;
    let revision = async |collection: &str| {
        // Nothing as long as the other's commit was not followed.
        for _ in 0..100 {
            if let Some(known) = one.revision([collection].into_iter()).await.unwrap() {
                return known;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the other node is not followed");
    };
    let (before, aside) = (revision("pbc_notes").await, revision("pbc_other").await);
    put_logged(&other, "a".into(), 0).await;
    assert_ne!(revision("pbc_notes").await, before);
    assert_eq!(revision("pbc_other").await, aside);
    let silent = insert("b", "b", 1);
    other.write(move |tx| Box::pin(async move { tx.execute(&silent).await })).await.unwrap();
    assert_ne!(revision("pbc_other").await, aside, "the log does not tell of this write");
}

/// Kills a process of the server, which then throws all of its memory away and starts anew.
fn crash(cluster: &Cluster) {
    let victim = "SELECT pid FROM pg_stat_activity WHERE datname = 'restarted' LIMIT 1";
    let number = cluster.run("postgres", victim);
    let killed = std::process::Command::new("kill").args(["-9", &number]).status().unwrap();
    assert!(killed.success());
}

/// Ends all connections, as a server does that is stopped.
fn disconnect(cluster: &Cluster) {
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE datname = 'restarted'";
    cluster.run("postgres", end);
}

/// Writes until it is told to stop; the ids that were acknowledged, and the other answers.
async fn write_until(
    node: Database,
    caller: usize,
    end: Instant,
) -> (Vec<String>, Vec<StorageError>) {
    let (mut kept, mut refused) = (Vec::new(), Vec::new());
    for number in 0.. {
        if Instant::now() > end {
            break;
        }
        let id = format!("c{caller}n{number}");
        let written = id.clone();
        let unit = node.write(move |tx| {
            Box::pin(async move {
                tx.execute(&insert(&written, &written, 0)).await?;
                tx.append_change(&made(&written, 0)).await
            })
        });
        match unit.await {
            Ok(_) => kept.push(id),
            Err(error) => {
                refused.push(error);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
    (kept, refused)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restarted_server_loses_no_answered_write_and_is_found_again() {
    let cluster = Cluster::start();
    cluster.run("postgres", "CREATE DATABASE restarted");
    // The cluster of tests does without, and would lose writes by itself.
    cluster.run("postgres", "ALTER DATABASE restarted SET synchronous_commit = on");
    let url = format!("{}/restarted", cluster.address());
    let nodes = [open(url.clone()).await, open(url).await];
    notes(&nodes[0]).await;
    let end = Instant::now() + Duration::from_secs(4);
    let callers: Vec<_> = (0..8)
        .map(|caller| tokio::spawn(write_until(nodes[caller % 2].clone(), caller, end)))
        .collect();
    for end in [crash, disconnect, crash] {
        tokio::time::sleep(Duration::from_millis(900)).await;
        end(&cluster);
    }
    let (mut kept, mut refused) = (BTreeSet::new(), Vec::new());
    for caller in callers {
        let (of_caller, errors) = caller.await.unwrap();
        kept.extend(of_caller);
        refused.extend(errors);
    }
    assert!(!refused.is_empty(), "the server was away for a moment");
    for error in &refused {
        let is_away = matches!(error, StorageError::Unreachable(_) | StorageError::Busy);
        assert!(is_away, "{error:?}");
    }
    let found: BTreeSet<String> = ids(&nodes[0]).await.into_iter().collect();
    let lost: Vec<_> = kept.difference(&found).collect();
    assert!(lost.is_empty(), "{lost:?}");
    let unanswered: Vec<_> = found.difference(&kept).collect();
    assert!(unanswered.is_empty(), "refused and yet written: {unanswered:?}");
    put_logged(&nodes[1], "after".into(), 0).await;
    let followed = followed(nodes[0].clone(), found.len() + 1);
    let seen = tokio::time::timeout(Duration::from_secs(10), followed).await.unwrap();
    let expected: Vec<i64> = (1..=i64::try_from(found.len() + 1).unwrap()).collect();
    assert_eq!(seen, expected);
}
