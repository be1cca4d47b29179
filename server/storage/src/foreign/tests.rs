//! Values that are put right, and files that are left as they are.

use std::{fs, path::Path, sync::Arc};

use rusqlite::Connection;

use super::{ForeignFile, ForeignTable, InUse, Repair, repair::Repairs};
use crate::{
    Cell, StorageError,
    statement::Dialect,
    transfer::{CellKind, MovedColumn, MovedRow, MovedTable, Place, RowKey},
};

fn table(kinds: &[CellKind]) -> MovedTable {
    let named = kinds.iter().enumerate();
    let column =
        |(place, kind): (usize, &CellKind)| MovedColumn { name: format!("c{place}"), kind: *kind };
    let key = RowKey::Number { sqlite: "rowid", postgres: "_rowid" };
    MovedTable { name: "t".to_owned(), key, columns: named.map(column).collect() }
}

/// What becomes of one value, and what is told of it.
fn put_right(kind: CellKind, target: Dialect, cell: Cell) -> (Cell, Vec<Repair>) {
    let (table, mut repairs) = (table(&[kind]), Repairs::default());
    let row = MovedRow { number: 7, cells: vec![cell] };
    let row = repairs.put_right(&table, target, row);
    (row.cells[0].clone(), repairs.of(&table).iter().map(|repaired| repaired.what).collect())
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

#[test]
fn values_that_fit_stay_and_no_word_is_said() {
    for (kind, cell) in [
        (CellKind::Text, text("a")),
        (CellKind::Number, Cell::Int(3)),
        (CellKind::Number, Cell::Real(0.1)),
        (CellKind::Flag, Cell::Int(1)),
        (CellKind::List, text(r#"["a","b"]"#)),
        (CellKind::Document, text(r#"{"b": 1, "a": [1e3]}"#)),
        (CellKind::Document, Cell::Null),
    ] {
        for target in [Dialect::Sqlite, Dialect::Postgres] {
            assert_eq!(put_right(kind, target, cell.clone()), (cell.clone(), Vec::new()));
        }
    }
}

#[test]
fn bytes_that_are_a_text_are_that_text() {
    let bytes = Cell::Blob("ä".as_bytes().to_vec());
    assert_eq!(put_right(CellKind::Text, Dialect::Sqlite, bytes), (text("ä"), Vec::new()));
}

#[test]
fn values_that_do_not_fit_become_what_their_field_reads() {
    for (kind, from, to, what) in [
        (CellKind::Text, Cell::Int(5), text("5"), Repair::OtherKind),
        (CellKind::Text, Cell::Blob(vec![b'a', 0xff]), text("a\u{fffd}"), Repair::NoText),
        (CellKind::Number, text("three"), Cell::Int(0), Repair::OtherKind),
        (CellKind::Number, text("2.5"), Cell::Real(2.5), Repair::OtherKind),
        (CellKind::Flag, Cell::Int(9), Cell::Int(1), Repair::OtherKind),
        (CellKind::Flag, text("true"), Cell::Int(1), Repair::OtherKind),
        (CellKind::List, text("a"), text(r#"["a"]"#), Repair::NoList),
        (CellKind::List, text(""), text("[]"), Repair::NoList),
        (CellKind::Document, text("{broken"), text(r#""{broken""#), Repair::NoDocument),
        (CellKind::Point, text("north"), text(r#"{"lon":0,"lat":0}"#), Repair::NoPlace),
    ] {
        for target in [Dialect::Sqlite, Dialect::Postgres] {
            let wanted = (to.clone(), vec![what]);
            assert_eq!(put_right(kind, target, from.clone()), wanted, "{from:?}");
        }
    }
}

#[test]
fn what_postgres_alone_refuses_is_put_right_there_alone() {
    let large = 9_007_199_254_740_993;
    for (kind, from, to, what) in [
        (CellKind::Text, text("a\0b"), text("ab"), Repair::Nul),
        (CellKind::List, text(r#"["a\u0000"]"#), text(r#"["a"]"#), Repair::Nul),
        (CellKind::Number, Cell::Int(large), Cell::Int(large - 1), Repair::LargeNumber),
    ] {
        assert_eq!(put_right(kind, Dialect::Postgres, from.clone()), (to, vec![what]));
        assert_eq!(put_right(kind, Dialect::Sqlite, from.clone()), (from, Vec::new()));
    }
}

fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.unwrap();
        (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
    };
    let mut found: Vec<_> = fs::read_dir(folder).unwrap().map(read).collect();
    found.sort();
    found
}

async fn rows_of(file: &ForeignFile) -> u64 {
    let columns = file.columns("t").await.unwrap();
    let table = ForeignTable {
        name: "t".to_owned(),
        columns: vec![Some("a".to_owned()), None],
        all_columns: columns,
        becomes: Arc::new(table(&[CellKind::Text, CellKind::List])),
    };
    let place = Place::Sqlite("elsewhere".into());
    let look = file.look_through(&table, &place, &|_| (), &|_| ()).await.unwrap();
    assert!(look.repaired.is_empty());
    look.digest.rows
}

#[tokio::test]
async fn a_file_is_read_without_a_trace_and_its_log_from_a_copy() {
    let (folder, scratch) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = folder.path().join("x #1?.db");
    let writer = Connection::open(&path).unwrap();
    writer.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (a TEXT, rowid TEXT)").unwrap();
    writer.execute_batch("INSERT INTO t (a) VALUES ('1'), ('2')").unwrap();
    // As a power cut would leave it: the log and the file, and nobody who has them open.
    let left = tempfile::tempdir().unwrap();
    for (name, bytes) in contents(folder.path()) {
        if !name.ends_with("-shm") {
            fs::write(left.path().join(name), bytes).unwrap();
        }
    }
    drop(writer);
    for folder in [folder.path(), left.path()] {
        let before = contents(folder);
        let path = folder.join("x #1?.db");
        let file = ForeignFile::open(&path, scratch.path(), InUse::Refused).await.unwrap();
        assert_eq!(file.is_copy(), before.len() > 1);
        assert_eq!((rows_of(&file).await, file.count("t").await.unwrap()), (2, 2));
        assert_eq!(file.tables().await.unwrap(), ["t"]);
        assert!(!file.was_written().unwrap());
        assert_eq!(contents(folder), before);
        drop(file);
    }
    assert!(contents_of_folders(scratch.path()).is_empty(), "copies are gone");
}

fn contents_of_folders(folder: &Path) -> Vec<fs::DirEntry> {
    fs::read_dir(folder).unwrap().map(Result::unwrap).collect()
}

#[tokio::test]
async fn what_is_written_meanwhile_is_noticed() {
    let (folder, scratch) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = folder.path().join("x.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (a TEXT)").unwrap();
    let file = ForeignFile::open(&path, scratch.path(), InUse::Refused).await.unwrap();
    assert!(!file.was_written().unwrap());
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE u (a TEXT)").unwrap();
    assert!(file.was_written().unwrap());
    let nowhere = folder.path().join("y");
    let missing = ForeignFile::open(&nowhere, scratch.path(), InUse::Refused);
    assert!(matches!(missing.await, Err(StorageError::Transfer(_))));
}
