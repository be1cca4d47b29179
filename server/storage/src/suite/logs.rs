//! The log's own database, beside that of the records.

use sea_query::{Order, Query, SelectStatement};

use super::{Fixture, PATIENCE};
use crate::{LOG_TABLE, LogDatabase, LogLimits, NewLog, StorageError};

fn log(number: usize, level: i32, created: &str) -> NewLog {
    NewLog {
        id: format!("log{number:012}"),
        created: created.to_owned(),
        level,
        message: format!("message {number}"),
        data: format!("{{\"number\":{number}}}"),
    }
}

fn select() -> SelectStatement {
    Query::select().column("id").from(LOG_TABLE).order_by("id", Order::Asc).take()
}

async fn ids(logs: &LogDatabase) -> Vec<String> {
    let rows = logs.rows(&select()).await.unwrap();
    rows.iter().map(|row| row.text("id").unwrap().trim_start_matches("log0").to_owned()).collect()
}

pub(crate) async fn entries_are_kept_and_outlive_a_restart<F: Fixture>() {
    let (fixture, database) = F::open(PATIENCE).await;
    let logs = database.open_logs().await.unwrap();
    let many = (0..700).map(|number| log(number, 0, "2026-01-01 00:00:00.000Z"));
    logs.append(many.collect()).await.unwrap();
    assert_eq!(ids(&logs).await.len(), 700);
    logs.close().await;
    let database = fixture.open_again().await;
    let again = database.open_logs().await.unwrap();
    assert_eq!(ids(&again).await.len(), 700);
    let rows = again.rows(&Query::select().column("message").from(LOG_TABLE).take()).await;
    assert!(rows.unwrap()[0].text("message").unwrap().starts_with("message "));
}

pub(crate) async fn a_batch_is_written_as_a_whole_or_not_at_all<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    let logs = database.open_logs().await.unwrap();
    logs.append(vec![log(1, 0, "a")]).await.unwrap();
    let refused = logs.append(vec![log(2, 0, "a"), log(1, 0, "a"), log(3, 0, "a")]).await;
    assert!(matches!(refused, Err(StorageError::Unique { .. })), "{refused:?}");
    assert_eq!(ids(&logs).await.len(), 1);
    logs.append(vec![log(2, 0, "a")]).await.unwrap();
    assert_eq!(ids(&logs).await.len(), 2, "a refusal is no end");
}

pub(crate) async fn what_is_beyond_the_limits_goes<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    let logs = database.open_logs().await.unwrap();
    let moment = |day: usize| format!("2026-01-{day:02} 00:00:00.000Z");
    let levels = [0, 8, 4];
    let many = (1..=9).map(|day| log(day, levels[day % 3], &moment(day)));
    logs.append(many.collect()).await.unwrap();
    let trim = async |limits: LogLimits| logs.trim(&limits).await.unwrap();
    assert_eq!(trim(LogLimits::default()).await, 0);
    let older = LogLimits { from: Some(moment(3)), ..LogLimits::default() };
    assert_eq!(trim(older).await, 2);
    let slight = LogLimits { level: Some(1), ..LogLimits::default() };
    assert_eq!(trim(slight).await, 3);
    assert_eq!(ids(&logs).await.len(), 4);
    let rows = LogLimits { rows: Some(3), ..LogLimits::default() };
    assert_eq!(trim(rows).await, 1);
    let bytes = LogLimits { bytes: Some(300), ..LogLimits::default() };
    assert_eq!(trim(bytes).await, 1);
    let newest = ids(&logs).await;
    assert!(newest.len() == 2 && newest[1].ends_with('8'), "{newest:?}");
    let odd = LogLimits { from: Some("x' OR ''='".to_owned()), ..LogLimits::default() };
    assert_eq!(trim(odd).await, 0, "only moments get into the statement");
    logs.clear().await.unwrap();
    assert!(ids(&logs).await.is_empty());
}
