//! What is moved is everything: a table that a migration brings must be decided upon.

use std::collections::BTreeSet;

use underpin_testpg::TestDatabase;

use super::{
    place::{Place, TargetState},
    snapshot::Snapshot,
    system_tables,
    tables::is_system,
};
use crate::table_change::columns_of;

async fn decided(place: Place) {
    place.open_target().await.unwrap().close().await;
    assert_eq!(place.look_inside().await.unwrap(), TargetState::Empty);
    let mut snapshot = Snapshot::begin(&place).await.unwrap();
    for name in snapshot.relations().await.unwrap() {
        assert!(is_system(&name), "is {name} moved, or does it stay? See transfer/tables.rs");
    }
    for table in system_tables() {
        let rows = snapshot.rows(&columns_of(place.dialect(), &table.name)).await.unwrap();
        let found: BTreeSet<&str> = rows.iter().map(|row| row.text("name").unwrap()).collect();
        let number = table.number_column(place.dialect());
        let moved = table.columns.iter().map(|column| column.name.as_str());
        let mut known: BTreeSet<&str> = moved.chain(number).collect();
        known.remove("rowid");
        let found: BTreeSet<&str> = found.into_iter().filter(|name| *name != "rowid").collect();
        assert_eq!(found, known, "columns of {}", table.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_of_sqlite_is_moved_or_stays_on_purpose() {
    let folder = tempfile::tempdir().unwrap();
    decided(Place::Sqlite(folder.path().to_owned())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_of_postgres_is_moved_or_stays_on_purpose() {
    let database = TestDatabase::create();
    decided(Place::Postgres(database.url())).await;
}
