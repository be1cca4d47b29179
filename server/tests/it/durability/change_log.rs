//! What the database holds after a restart, against what was answered and against its own log.

use std::{collections::BTreeMap, path::Path};

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use super::load::{Known, Load, Tally};

/// Compares, and takes what is there as what is known from now on.
pub(super) fn compare(dir: &Path, load: &mut Load) -> Tally {
    let connection = open(dir);
    let table = table(&connection);
    let (replayed, log_rows) = replay(&connection);
    let mut tally =
        Tally { answered: load.answered, records: table.len(), log_rows, ..Tally::default() };
    let mut known_ids = 0;
    for (id, known) in load.known.iter_mut().flatten() {
        let found = table.get(id).map(|record| record["count"].as_i64().unwrap());
        known_ids += usize::from(found.is_some());
        if found != known.count && Some(found) != known.perhaps {
            tally.complaints.push(format!("{id}: {known:?}, but found {found:?}"));
            tally.lost += 1;
        }
        *known = Known { count: found, perhaps: None };
    }
    tally.invented = table.len() - known_ids;
    for id in table.keys().chain(replayed.keys().filter(|id| !table.contains_key(*id))) {
        if table.get(id) != replayed.get(id) {
            let (row, logged) = (table.get(id), replayed.get(id));
            tally.complaints.push(format!("{id}: {row:?}, but the log says {logged:?}"));
            tally.log_differs += 1;
        }
    }
    let check: String =
        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    tally.damaged = usize::from(check != "ok");
    tally
}

fn open(dir: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(dir.join("data.db"), flags).unwrap()
}

fn table(connection: &Connection) -> BTreeMap<String, Value> {
    let mut select = connection.prepare("SELECT id, title, count FROM posts").unwrap();
    let rows = select
        .query_map([], |row| {
            let count: f64 = row.get(2)?;
            Ok(shown(row.get(0)?, row.get(1)?, &json!(count)))
        })
        .unwrap();
    rows.map(Result::unwrap).collect()
}

/// The collection's records as the change log tells them, and its number of rows.
fn replay(connection: &Connection) -> (BTreeMap<String, Value>, usize) {
    let mut select = connection
        .prepare(
            "SELECT position, record, action, \"before\", \"after\" FROM _changes \
             WHERE collection = (SELECT id FROM _collections WHERE name = 'posts') \
             ORDER BY position",
        )
        .unwrap();
    let mut records = BTreeMap::new();
    let (mut last, mut count) = (0, 0);
    let mut rows = select.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let position: i64 = row.get(0).unwrap();
        assert!(position > last, "positions rise");
        (last, count) = (position, count + 1);
        let id: String = row.get(1).unwrap();
        let action: String = row.get(2).unwrap();
        let read = |at: usize| row.get::<_, Option<String>>(at).unwrap().map(|text| parse(&text));
        // Each row goes on from where the one before has left the record.
        assert_eq!(read(3), records.get(&id).cloned(), "{position} {action} {id}");
        match (action.as_str(), read(4)) {
            ("create" | "update", Some(after)) => drop(records.insert(id, after)),
            ("delete", None) => drop(records.remove(&id)),
            (action, after) => panic!("{position}: {action} with {after:?}"),
        }
    }
    (records, count)
}

fn parse(text: &str) -> Value {
    let record: Value = serde_json::from_str(text).unwrap();
    let text = |name: &str| record[name].as_str().unwrap().to_owned();
    shown(text("id"), text("title"), &record["count"]).1
}

fn shown(id: String, title: String, count: &Value) -> (String, Value) {
    let count = count.as_f64().unwrap();
    let whole = format!("{count:.0}").parse::<i64>().unwrap();
    (id, json!({ "title": title, "count": whole }))
}
