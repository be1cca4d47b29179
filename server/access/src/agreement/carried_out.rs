//! Decisions carried out: the condition as part of a `WHERE` in a real database, and in memory.

use std::sync::Arc;

use rusqlite::{Connection, params};
use sea_query::SqliteQueryBuilder;
use underpin_model::{Collection, Principal, Record, RequestInfo, Timestamp};
use underpin_query::{
    Condition, RowSource, SchemaLookup, Scope, SqliteFlavour, Trust, Verdict, exists, matches,
};

/// The records of one collection in SQLite.
pub(super) struct Database {
    connection: Connection,
    collection: Arc<Collection>,
}

impl Database {
    /// A table of these records.
    pub(super) fn with(collection: &Arc<Collection>, records: &[Arc<Record>]) -> Self {
        let connection = Connection::open_in_memory().unwrap();
        let table = &collection.name;
        let columns = "id TEXT PRIMARY KEY, author TEXT NOT NULL, state TEXT NOT NULL";
        connection.execute_batch(&format!("CREATE TABLE {table} ({columns})")).unwrap();
        let insert = format!("INSERT INTO {table} VALUES (?, ?, ?)");
        for record in records {
            let cells = params![record.id(), record.text("author"), record.text("state")];
            connection.execute(&insert, cells).unwrap();
        }
        Self { connection, collection: Arc::clone(collection) }
    }

    /// Whether the stored record meets the condition: the database's answer.
    pub(super) fn holds_stored(&self, condition: &Condition, who: &Principal, id: &str) -> bool {
        self.in_scope(who, |scope| {
            let statement = exists(scope, condition, None, RowSource::Table(id)).unwrap();
            let text = statement.to_string(SqliteQueryBuilder);
            self.connection.prepare_cached(&text).unwrap().exists([]).unwrap()
        })
    }

    /// Whether the record at hand meets the condition: the answer without the database.
    pub(super) fn holds_in_memory(
        &self,
        condition: &Condition,
        who: &Principal,
        record: &Record,
    ) -> bool {
        match self.in_scope(who, |scope| matches(scope, condition, None, record).unwrap()) {
            Verdict::Yes => true,
            Verdict::No => false,
            Verdict::NeedsDatabase => panic!("{condition:?} needs nothing but the record"),
        }
    }

    fn in_scope<T>(&self, who: &Principal, ask: impl FnOnce(&Scope<'_>) -> T) -> T {
        let request = RequestInfo::of(who.clone());
        ask(&Scope {
            schema: &OneCollection(&self.collection),
            collection: &self.collection,
            request: &request,
            now: Timestamp::from_millis(0).unwrap(),
            flavour: &SqliteFlavour,
            trust: Trust::Client,
        })
    }
}

/// A schema that has nothing but the collection that is asked for.
struct OneCollection<'a>(&'a Arc<Collection>);

impl SchemaLookup for OneCollection<'_> {
    fn collection(&self, name_or_id: &str) -> Option<Arc<Collection>> {
        let known = name_or_id == self.0.id || name_or_id == self.0.name;
        known.then(|| Arc::clone(self.0))
    }

    fn list_condition(&self, _: &Principal, _: &Arc<Collection>) -> Condition {
        Condition::Never
    }
}
