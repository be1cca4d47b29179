//! The change log: one row a committed write, positions in the order of commits.

use futures_util::future::join_all;

use super::{
    Fixture, PATIENCE,
    scenes::{ids, insert, made, moment, notes, put_logged, soon},
};
use crate::{Database, StorageError};

async fn positions(database: &Database) -> Vec<i64> {
    let changes = database.changes_after(0, 10_000).await.unwrap();
    changes.iter().map(|change| change.position).collect()
}

pub(crate) async fn positions_increase_and_equal_the_committed_writes<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    let writers = (0..50).map(|writer| {
        let database = database.clone();
        tokio::spawn(async move {
            let mut given = Vec::new();
            for number in 0..6 {
                let id = format!("w{writer:02}n{number}");
                let is_refused = (writer + number) % 5 == 0;
                let answer = database
                    .write(move |tx| {
                        Box::pin(async move {
                            tx.execute(&insert(&id, &id, 0)).await?;
                            let position = tx.append_change(&made(&id, 0)).await?;
                            if is_refused { Err(StorageError::Closed) } else { Ok(position) }
                        })
                    })
                    .await;
                assert_eq!(answer.is_err(), is_refused);
                given.extend(answer.ok());
            }
            assert!(given.is_sorted_by(|one, next| one < next), "{given:?}");
            given
        })
    });
    let given = soon(join_all(writers)).await;
    let mut given: Vec<i64> = given.into_iter().flat_map(Result::unwrap).collect();
    given.sort_unstable();

    let changes = database.changes_after(0, 10_000).await.unwrap();
    let logged: Vec<i64> = changes.iter().map(|change| change.position).collect();
    assert!(logged.is_sorted_by(|one, next| one < next), "{logged:?}");
    assert_eq!(logged, given);
    let mut records: Vec<_> = changes.into_iter().map(|change| change.record_id).collect();
    records.sort_unstable();
    assert_eq!(records, ids(&database).await);
}

pub(crate) async fn unit_that_fails_leaves_no_change<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    let failed = database
        .write(|tx| {
            Box::pin(async move {
                tx.append_change(&made("a", 0)).await?;
                Err::<(), _>(StorageError::Closed)
            })
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(positions(&database).await, [0_i64; 0]);
    assert_eq!(*database.committed().borrow(), 0);
}

pub(crate) async fn change_reads_back_equal<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    let position = put_logged(&database, "a".into(), 1_234).await;
    let changes = database.changes_after(0, 10).await.unwrap();
    let [change] = changes.as_slice() else { panic!("{changes:?}") };
    let written = made("a", 1_234);
    assert_eq!(change.position, position);
    assert_eq!(change.collection_id, written.collection_id);
    assert_eq!(change.record_id, written.record_id);
    assert_eq!(change.action, written.action);
    assert_eq!((&change.before, &change.after), (&written.before, &written.after));
    assert_eq!((change.at, &change.origin), (written.at, &written.origin));
    assert!(database.changes_after(position, 10).await.unwrap().is_empty());
}

pub(crate) async fn committed_position_is_known_before_the_answer<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    let mut committed = database.committed();
    for number in 0..10 {
        let position = put_logged(&database, format!("n{number}"), 0).await;
        assert!(committed.has_changed().unwrap());
        assert_eq!(*committed.borrow_and_update(), position);
        assert_eq!(database.last_position().await.unwrap(), position);
    }
}

async fn logged_ten<F: Fixture>() -> (F, Database) {
    let (fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    for at in 1..=10 {
        put_logged(&database, format!("n{at:02}"), at).await;
    }
    (fixture, database)
}

pub(crate) async fn trim_removes_old_rows_in_batches<F: Fixture>() {
    let (_fixture, database) = logged_ten::<F>().await;
    let mut removed = Vec::new();
    for _ in 0..4 {
        removed.push(database.trim_changes(moment(8), 1_000, 3).await.unwrap());
    }
    assert_eq!(removed, [3, 3, 1, 0]);
    assert_eq!(positions(&database).await, [8, 9, 10]);
    assert_eq!(database.first_position().await.unwrap(), Some(8));
}

pub(crate) async fn trim_keeps_the_newest_rows<F: Fixture>() {
    let (_fixture, database) = logged_ten::<F>().await;
    assert_eq!(database.trim_changes(moment(0), 4, 100).await.unwrap(), 6);
    assert_eq!(positions(&database).await, [7, 8, 9, 10]);
    assert_eq!(database.trim_changes(moment(0), 4, 100).await.unwrap(), 0);
}

pub(crate) async fn position_is_not_given_out_again_after_all_was_trimmed<F: Fixture>() {
    let (_fixture, database) = logged_ten::<F>().await;
    assert_eq!(database.trim_changes(moment(1_000), 0, 100).await.unwrap(), 10);
    assert_eq!(database.last_position().await.unwrap(), 10);
    assert_eq!(database.first_position().await.unwrap(), None);
    assert_eq!(put_logged(&database, "next".into(), 11).await, 11);
}

pub(crate) async fn epoch_and_position_outlive_a_restart<F: Fixture>() {
    let (fixture, database) = logged_ten::<F>().await;
    let epoch = database.change_epoch().to_owned();
    assert!(!epoch.is_empty());
    database.close().await;
    let database = fixture.open_again().await;
    assert_eq!(database.change_epoch(), epoch);
    assert_eq!(*database.committed().borrow(), 10);
    let (_other, unlike) = F::open(PATIENCE).await;
    assert_ne!(unlike.change_epoch(), epoch);
}

pub(crate) async fn keys_of_logged_records_go_and_swap_with_the_fields<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    let of = |collection: &str, before: Option<&str>, after: Option<&str>| crate::NewChange {
        collection_id: collection.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        ..made("a", 0)
    };
    let record = r#"{"id":"a","flag":true,"n":1.50,"data":{"flag":[null]},"gone":"x"}"#;
    let rows = [
        of("c1", None, Some(record)),
        of("c1", Some(record), None),
        of("c2", Some(record), Some(record)),
        of("c3", None, Some(record)),
    ];
    database
        .write(move |tx| {
            Box::pin(async move {
                for row in &rows {
                    tx.append_change(row).await?;
                }
                let pairs = [("flag", "data"), ("data", "flag"), ("n", "m"), ("unset", "new")];
                let pairs = pairs.map(|(from, to)| (from.to_owned(), to.to_owned()));
                tx.carry_changes("c1", &["gone".to_owned()], &pairs).await?;
                tx.forget_changes("c3").await
            })
        })
        .await
        .unwrap();
    let parsed = |text: &Option<String>| -> Option<underpin_model::Json> {
        text.as_deref().map(|text| text.parse().unwrap())
    };
    let carried = r#"{"id":"a","data":true,"m":1.50,"flag":{"flag":[null]},"new":null}"#;
    let (carried, record) = (parsed(&Some(carried.to_owned())), parsed(&Some(record.to_owned())));
    let changes = database.changes_after(0, 10).await.unwrap();
    let seen: Vec<_> = changes.iter().map(|c| (parsed(&c.before), parsed(&c.after))).collect();
    let expected = [(None, carried.clone()), (carried, None), (record.clone(), record)];
    assert_eq!(seen, expected);
}
