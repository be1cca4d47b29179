//! The property behind group commit: whatever the interleaving, some serial order explains it.

use futures_util::future::join_all;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use sea_query::{Expr, ExprTrait, Query, UpdateStatement};

use super::{
    Fixture, PATIENCE,
    scenes::{notes, put, soon, title_of},
};
use crate::{Database, StorageError, Transaction, UnitFuture};

const CASES: usize = 25;

/// How a unit ends after it has written.
#[derive(Clone, Copy, Debug)]
enum End {
    Keep,
    Refuse,
    Panic,
    /// The caller leaves after it has asked.
    Leave,
}

/// One unit: how often its caller steps back first, how many statements it has, and its end.
#[derive(Clone, Debug)]
struct Plan {
    steps_back: usize,
    statements: usize,
    end: End,
}

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let end = prop_oneof![
        4 => Just(End::Keep), 1 => Just(End::Refuse), 1 => Just(End::Panic), 1 => Just(End::Leave)
    ];
    let plan = (0..6_usize, 1..4_usize, end).prop_map(|(steps_back, statements, end)| Plan {
        steps_back,
        statements,
        end,
    });
    proptest::collection::vec(plan, 1..40)
}

pub(crate) async fn any_interleaving_equals_a_serial_order<F: Fixture>() {
    let mut runner = TestRunner::new(Config::default());
    for _ in 0..CASES {
        let plans = plans().new_tree(&mut runner).unwrap().current();
        let (_fixture, database) = F::open(PATIENCE).await;
        notes(&database).await;
        put(&database, "log", "", 0).await;
        check(&database, plans).await;
    }
}

/// Each unit reads the log and writes it back with its own number added. In a serial order each
/// one finds exactly what those before it have left, so the log tells the order.
async fn check(database: &Database, plans: Vec<Plan>) {
    let callers = plans.iter().cloned().enumerate().map(|(number, plan)| {
        let database = database.clone();
        tokio::spawn(async move { call(&database, number, plan).await })
    });
    let answers = soon(join_all(callers)).await;
    let log = database.text(&title_of("log")).await.unwrap().unwrap();
    let order: Vec<usize> = log.split_terminator(',').map(|part| part.parse().unwrap()).collect();

    for (number, (plan, answer)) in plans.iter().zip(answers).enumerate() {
        let times = order.iter().filter(|entry| **entry == number).count();
        match (plan.end, answer.unwrap()) {
            (End::Keep, Some(found)) => {
                assert_eq!(times, plan.statements, "unit {number} of {plans:?}: {log}");
                let prefix = log.strip_prefix(found.as_str());
                assert!(
                    prefix.is_some_and(|rest| rest.starts_with(&format!("{number},"))),
                    "unit {number} found `{found}`, the log is `{log}`"
                );
            }
            (End::Keep, None) => panic!("unit {number} was not kept: {plans:?}"),
            (End::Refuse | End::Panic, _) => assert_eq!(times, 0, "unit {number}: {log}"),
            (End::Leave, _) => assert!(times == 0 || times == plan.statements, "{number}: {log}"),
        }
    }
}

/// What the unit found, if it was kept.
async fn call(database: &Database, number: usize, plan: Plan) -> Option<String> {
    for _ in 0..plan.steps_back {
        tokio::task::yield_now().await;
    }
    let end = plan.end;
    let write = database.write(move |tx| unit(tx, number, plan));
    if matches!(end, End::Leave) {
        let mut write = Box::pin(write);
        tokio::select! {
            biased;
            found = &mut write => return found.ok(),
            () = tokio::task::yield_now() => return None,
        }
    }
    write.await.ok()
}

fn unit(tx: &mut Transaction, number: usize, plan: Plan) -> UnitFuture<'_, String, StorageError> {
    Box::pin(async move {
        let found = tx.text(&title_of("log")).await?.unwrap_or_default();
        for _ in 0..plan.statements {
            let log = tx.text(&title_of("log")).await?.unwrap_or_default();
            tx.execute(&write_log(&format!("{log}{number},"))).await?;
        }
        match plan.end {
            End::Keep | End::Leave => Ok(found),
            End::Refuse => Err(StorageError::Closed),
            End::Panic => panic!("as the test wants"),
        }
    })
}

fn write_log(log: &str) -> UpdateStatement {
    Query::update().table("notes").value("title", log).and_where(Expr::col("id").eq("log")).take()
}
