//! Write units: order, isolation from each other, durability of answers.

use futures_util::{FutureExt, future::join_all};
use tokio::task::yield_now;

use super::{
    Fixture, PATIENCE,
    scenes::{self, Gate, ids, insert, notes, put, run, soon},
};
use crate::{StorageError, StorageResult, Transaction};

pub(crate) async fn group_commit_keeps_the_order_of_callers<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    let gate = Gate::shut(&database).await;
    let mut waiting: Vec<_> = (0..40)
        .map(|rank| {
            let database = database.clone();
            Box::pin(async move {
                database
                    .write(move |tx| {
                        Box::pin(async move {
                            let before = tx.texts(&scenes::column("id")).await?.len();
                            tx.execute(&insert(&format!("n{rank:02}"), "t", rank)).await?;
                            Ok::<_, StorageError>(before)
                        })
                    })
                    .await
                    .unwrap()
            })
        })
        .collect();
    for unit in &mut waiting {
        assert!(unit.as_mut().now_or_never().is_none(), "the gate is shut");
    }
    gate.open().await;
    let seen = soon(join_all(waiting)).await;
    assert_eq!(seen, (0..40).collect::<Vec<_>>());
}

/// How a unit ends after its insert.
type End = fn() -> Result<(), &'static str>;

/// A unit that inserts a row and then ends as it is told.
async fn insert_then(database: crate::Database, id: &'static str, end: End) -> Result<(), String> {
    struct Refused(String);
    impl From<StorageError> for Refused {
        fn from(error: StorageError) -> Self {
            Self(error.to_string())
        }
    }
    let done = database
        .write(move |tx| {
            Box::pin(async move {
                tx.execute(&insert(id, id, 0)).await?;
                end().map_err(|why| Refused(why.to_owned()))
            })
        })
        .await;
    done.map_err(|refused: Refused| refused.0)
}

pub(crate) async fn failed_unit_leaves_nothing_and_spares_its_neighbours<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    for first_fails in [true, false] {
        scenes::run(&database, insert(&format!("seed{first_fails}"), "s", i64::from(first_fails)))
            .await
            .unwrap();
        let gate = Gate::shut(&database).await;
        let refuse = || Err("no");
        let ends: Vec<(&'static str, End)> = if first_fails {
            vec![("a", refuse), ("b", || Ok(())), ("c", refuse), ("d", refuse), ("e", || Ok(()))]
        } else {
            vec![("f", || Ok(())), ("g", refuse), ("h", || Ok(()))]
        };
        let units = ends.into_iter().map(|(id, end)| insert_then(database.clone(), id, end));
        let (answers, ()) = soon(async { tokio::join!(join_all(units), gate.open()) }).await;
        let refused: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
        assert!(refused.iter().all(|why| *why == "no"), "{refused:?}");
    }
    assert_eq!(ids(&database).await, ["b", "e", "f", "h", "seedfalse", "seedtrue"]);
}

pub(crate) async fn panicking_unit_does_not_end_the_writer<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    let gate = Gate::shut(&database).await;
    let units = [
        insert_then(database.clone(), "a", || Ok(())),
        insert_then(database.clone(), "b", || panic!("as the test wants")),
        insert_then(database.clone(), "c", || Ok(())),
    ];
    let (answers, ()) = soon(async { tokio::join!(join_all(units), gate.open()) }).await;
    assert_eq!(answers[1], Err(StorageError::Panicked.to_string()));
    put(&database, "d", "d", 0).await;
    assert_eq!(ids(&database).await, ["a", "c", "d"]);
}

pub(crate) async fn answer_comes_after_the_commit<F: Fixture>() {
    let (fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    let other = fixture.open_again().await;
    for rank in 0..20 {
        let id = format!("n{rank:02}");
        put(&database, &id, "t", rank).await;
        assert_eq!(other.text(&scenes::title_of(&id)).await.unwrap().as_deref(), Some("t"));
    }
}

pub(crate) async fn unique_violation_names_the_columns<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    put(&database, "a", "same", 1).await;
    let error = run(&database, insert("b", "same", 1)).await.unwrap_err();
    let StorageError::Unique { table, columns, .. } = error else { panic!("{error:?}") };
    assert_eq!(table, "notes");
    assert_eq!(columns, ["title", "rank"]);
    let error = run(&database, insert("a", "other", 1)).await.unwrap_err();
    let StorageError::Unique { columns, .. } = error else { panic!("{error:?}") };
    assert_eq!(columns, ["id"]);
}

pub(crate) async fn unit_past_its_time_fails_alone<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    let gate = Gate::shut(&database).await;
    let late = database.write(|tx| {
        Box::pin(async move {
            tx.execute(&insert("late", "t", 0)).await?;
            tx.end_by(std::time::Instant::now());
            // A unit can't hide it by going on.
            let _ = tx.execute(&insert("later", "t", 1)).await;
            tx.text(&scenes::title_of("late")).await
        })
    });
    let others =
        join_all(["before", "after"].map(|id| insert_then(database.clone(), id, || Ok(()))));
    let (late, others, ()) = soon(async { tokio::join!(late, others, gate.open()) }).await;
    assert!(matches!(late, Err(StorageError::Timeout)), "{late:?}");
    assert!(others.iter().all(Result::is_ok), "{others:?}");
    put(&database, "next", "t", 2).await;
    assert_eq!(ids(&database).await, ["after", "before", "next"]);
}

pub(crate) async fn read_past_its_units_time_is_ended_and_fails_the_unit_alone<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    let endless = scenes::endless(&database).await;
    let gate = Gate::shut(&database).await;
    let late = database.write(move |tx| {
        Box::pin(async move {
            tx.execute(&insert("late", "t", 0)).await?;
            tx.end_by(std::time::Instant::now() + std::time::Duration::from_millis(50));
            tx.text(&endless).await
        })
    });
    let before = insert_then(database.clone(), "before", || Ok(()));
    let after = insert_then(database.clone(), "after", || Ok(()));
    let all = async { tokio::join!(before, late, after, gate.open()) };
    let (before, late, after, ()) = soon(all).await;
    assert!(matches!(late, Err(StorageError::Timeout)), "{late:?}");
    assert!(before.is_ok() && after.is_ok(), "{before:?} {after:?}");
    let ids = ids(&database).await;
    assert!(!ids.contains(&"late".to_owned()) && ids.contains(&"before".to_owned()));
}

pub(crate) async fn missing_value_names_the_column<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    let mut broken = sea_query::Query::insert();
    broken.into_table("notes").columns(["id", "title"]);
    broken.values_panic(["b".into(), Option::<String>::None.into()]);
    let error = run(&database, broken).await.unwrap_err();
    let StorageError::NotNull { table, column } = error else { panic!("{error:?}") };
    assert_eq!((table.as_str(), column.as_str()), ("notes", "title"));
}

pub(crate) async fn unit_may_go_on_after_a_violation<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    put(&database, "a", "same", 1).await;
    database
        .write(|tx| {
            Box::pin(async move {
                assert!(tx.execute(&insert("b", "same", 1)).await.is_err());
                tx.execute(&insert("c", "other", 1)).await
            })
        })
        .await
        .unwrap();
    assert_eq!(ids(&database).await, ["a", "c"]);
}

pub(crate) async fn abandoned_unit_that_waits_is_not_run<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    let gate = Gate::shut(&database).await;
    let mut left = Box::pin(put(&database, "left", "l", 0));
    assert!(left.as_mut().now_or_never().is_none(), "the gate is shut");
    drop(left);
    gate.open().await;
    put(&database, "stayed", "s", 0).await;
    assert_eq!(ids(&database).await, ["stayed"]);
}

pub(crate) async fn cancelled_write_is_done_wholly_or_not_at_all<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    let mut callers = Vec::new();
    for pair in 0..200_i64 {
        let database = database.clone();
        callers.push(tokio::spawn(
            async move { database.write(move |tx| unit_of_two(tx, pair)).await },
        ));
    }
    for (number, caller) in callers.iter().enumerate() {
        for _ in 0..number % 7 {
            yield_now().await;
        }
        if number % 2 == 0 {
            caller.abort();
        }
    }
    for (number, caller) in callers.into_iter().enumerate() {
        let kept = soon(caller).await;
        assert!(number % 2 == 0 || matches!(kept, Ok(Ok(()))), "{number} was not aborted");
    }
    // Everything before this unit has run to its end.
    put(&database, "last", "last", 0).await;
    let found = ids(&database).await;
    for pair in 0..200 {
        let halves = found.iter().filter(|id| id.starts_with(&format!("{pair:03}"))).count();
        assert!(halves == 2 || (halves == 0 && pair % 2 == 0), "pair {pair}: {halves}");
    }
}

fn unit_of_two(tx: &mut Transaction, pair: i64) -> crate::UnitFuture<'_, (), StorageError> {
    Box::pin(async move {
        tx.execute(&insert(&format!("{pair:03}a"), "a", pair)).await?;
        yield_now().await;
        tx.execute(&insert(&format!("{pair:03}b"), "b", pair)).await?;
        Ok(())
    })
}

pub(crate) async fn close_runs_what_waits_and_refuses_what_comes<F: Fixture>() {
    let (fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    let gate = Gate::shut(&database).await;
    let mut waiting = Box::pin(run(&database, insert("waits", "w", 0)));
    assert!(waiting.as_mut().now_or_never().is_none(), "the gate is shut");
    let closing = database.close();
    let (answer, (), ()) = soon(async { tokio::join!(waiting, closing, gate.open()) }).await;
    answer.unwrap();
    let late = run(&database, insert("late", "l", 0)).await;
    assert!(matches!(late, Err(StorageError::Closed)), "{late:?}");
    let read: StorageResult<_> = database.text(&scenes::column("id")).await;
    assert!(matches!(read, Err(StorageError::Closed)), "{read:?}");
    assert_eq!(ids(&fixture.open_again().await).await, ["waits"]);
}

pub(crate) async fn two_processes_write_to_one_database<F: Fixture>() {
    let (fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    let other = fixture.open_again().await;
    let writes = (0..30_i64).map(|rank| {
        let of = if rank % 2 == 0 { &database } else { &other };
        run(of, insert(&format!("n{rank:02}"), "t", rank))
    });
    for done in soon(join_all(writes)).await {
        done.unwrap();
    }
    assert_eq!(ids(&database).await.len(), 30);
}
