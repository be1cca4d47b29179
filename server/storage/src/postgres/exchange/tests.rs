//! A project that takes another one's place, and gives it back.

use std::time::Duration;

use underpin_testpg::TestDatabase;

use crate::{
    Database, PostgresOptions, Versioned,
    suite::scenes::{ids, notes, put_logged},
    transfer::Place,
};

const STRANGER: &str = "CREATE TABLE stranger (a text); INSERT INTO stranger VALUES ('kept')";

async fn open(place: &TestDatabase) -> Database {
    Database::open_postgres(PostgresOptions::at(place.url())).await.unwrap()
}

/// Tells the collections' table of `notes`, so that it is the project's.
async fn with_notes(database: &Database, id: &str) {
    notes(database).await;
    let mut known = sea_query::Query::insert();
    known.into_table("_collections").columns(["id", "name"]);
    known.values_panic(["pbc_notes".into(), "notes".into()]);
    database.write(move |tx| Box::pin(async move { tx.execute(&known).await })).await.unwrap();
    put_logged(database, id.into(), 0).await;
    let raised =
        database.write(|tx| Box::pin(async move { tx.raise_version(Versioned::Schema).await }));
    raised.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_project_takes_anothers_place_and_gives_it_back() {
    let place = TestDatabase::create();
    let here = Place::Postgres(place.url());
    let node = open(&place).await;
    with_notes(&node, "old").await;
    place.run(STRANGER);
    here.make_room_beside().await.unwrap();
    let beside = Place::Beside(place.url()).open_target().await.unwrap();
    with_notes(&beside, "new").await;
    let epoch = beside.write(|tx| Box::pin(async move { tx.begin_epoch().await })).await.unwrap();
    beside.close().await;
    // What is beside does not show.
    assert_eq!(ids(&node).await, ["old"]);
    let position = node.last_position().await.unwrap();
    let version = node.version(Versioned::Schema).await.unwrap();

    let other = open(&place).await;
    let put = other.write(|tx| Box::pin(async move { tx.put_beside_in_place().await })).await;
    put.unwrap();
    other.close().await;
    let mut replaced = node.replaced().unwrap();
    let told = tokio::time::timeout(Duration::from_secs(10), replaced.wait_for(|told| *told));
    told.await.expect("the node is not told").unwrap();
    let fresh = open(&place).await;
    assert_eq!((ids(&fresh).await, fresh.change_epoch()), (vec!["new".to_owned()], &*epoch));
    assert!(fresh.last_position().await.unwrap() > position);
    assert!(fresh.version(Versioned::Schema).await.unwrap() > version);
    // It can be written, and its functions are there.
    put_logged(&fresh, "newer".into(), 0).await;
    assert_eq!(place.run("SELECT _up_document('1')"), "1");
    assert_eq!(place.run("SELECT a FROM stranger"), "kept");

    let back = fresh.write(|tx| Box::pin(async move { tx.put_back_before().await })).await;
    back.unwrap();
    fresh.close().await;
    let old = open(&place).await;
    assert_eq!(ids(&old).await, ["old"]);
    assert_eq!(place.run("SELECT a FROM stranger"), "kept");
    here.clear_beside().await.unwrap();
    let left = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE '\\_underpin%'";
    assert_eq!(place.run(left), "0");
    old.close().await;
    node.close().await;
}
