//! Reads: what they give, what they see, and that they end.

use std::time::Duration;

use futures_util::{FutureExt, future::join_all};
use sea_query::{Expr, Query};

use super::{
    Fixture, PATIENCE,
    scenes::{column, endless, ids, insert, notes, put, run, soon, title_of},
};
use crate::{Cell, StorageError};

/// Long enough for any read that ends, short enough to wait for.
const SHORT: Duration = Duration::from_millis(300);

pub(crate) async fn rows_give_every_kind_of_cell<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    let mut select = Query::select();
    select
        .expr_as(Expr::val(Option::<String>::None), "nothing")
        .expr_as(Expr::val(7_i64), "whole")
        .expr_as(Expr::val(0.5), "part")
        .expr_as(Expr::val("words"), "words")
        .expr_as(Expr::val(vec![1_u8, 2]), "bytes")
        .expr_as(Expr::val(true), "flag");
    let rows = database.rows(&select).await.unwrap();
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(row.names(), ["nothing", "whole", "part", "words", "bytes", "flag"]);
    assert_eq!(
        row.cells(),
        [
            Cell::Null,
            Cell::Int(7),
            Cell::Real(0.5),
            Cell::Text("words".into()),
            Cell::Blob(vec![1, 2]),
            Cell::Int(1),
        ]
    );
    assert!(row.bool("flag").unwrap());
}

pub(crate) async fn text_is_none_for_null_and_for_no_row<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    let one = Query::select().expr(Expr::val(1.0)).take();
    assert_eq!(database.text(&one).await.unwrap(), database.text_now(&one).await.unwrap());
    let null = Query::select().expr(Expr::cust("NULL")).take();
    for select in [null, title_of("missing")] {
        assert_eq!(database.text(&select).await.unwrap(), None);
        assert_eq!(database.text_now(&select).await.unwrap(), None);
    }
}

pub(crate) async fn texts_leave_nulls_out<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    put(&database, "a", "", 1).await;
    put(&database, "b", "t", 2).await;
    let select = Query::select().expr(Expr::cust("NULLIF(title, '')")).from("notes").take();
    assert_eq!(database.texts(&select).await.unwrap(), ["t"]);
}

pub(crate) async fn read_in_the_thread_sees_what_was_committed<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    for rank in 0..20 {
        let id = format!("n{rank:02}");
        assert_eq!(database.text_now(&title_of(&id)).await.unwrap(), None);
        put(&database, &id, "there", rank).await;
        assert_eq!(database.text_now(&title_of(&id)).await.unwrap().as_deref(), Some("there"));
    }
}

pub(crate) async fn endless_read_is_ended<F: Fixture>() {
    let (_fixture, database) = F::open(SHORT).await;
    notes(&database).await;
    let endless = endless(&database).await;
    let ended = soon(database.text(&endless)).await;
    assert!(matches!(ended, Err(StorageError::Timeout)), "{ended:?}");
    // The connection is of use again.
    assert_eq!(ids(&database).await.len(), 500);
}

pub(crate) async fn endless_read_in_the_thread_is_ended<F: Fixture>() {
    let (_fixture, database) = F::open(SHORT).await;
    notes(&database).await;
    let endless = endless(&database).await;
    let ended = database.text_now(&endless).await;
    assert!(matches!(ended, Err(StorageError::Timeout)), "{ended:?}");
    assert_eq!(database.text_now(&title_of("e000")).await.unwrap().as_deref(), Some("endless"));
}

pub(crate) async fn abandoned_read_gives_its_place_back<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    let endless = endless(&database).await;
    // More than there are readers.
    for _ in 0..40 {
        let mut read = Box::pin(database.text(&endless));
        assert!(read.as_mut().now_or_never().is_none());
        tokio::task::yield_now().await;
        assert!(read.as_mut().now_or_never().is_none());
    }
    let found = soon(join_all((0..40).map(|_| ids(&database)))).await;
    assert!(found.iter().all(|ids| ids.len() == 500));
}

pub(crate) async fn opening_again_changes_nothing<F: Fixture>() {
    let (fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    run(&database, insert("a", "t", 1)).await.unwrap();
    let applied =
        Query::select().columns(["file", "checksum", "applied"]).from("_migrations").take();
    let before = format!("{:?}", database.rows(&applied).await.unwrap());
    database.close().await;
    let database = fixture.open_again().await;
    assert_eq!(format!("{:?}", database.rows(&applied).await.unwrap()), before);
    assert_eq!(database.texts(&column("title")).await.unwrap(), ["t"]);
}
