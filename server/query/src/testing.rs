//! What the crate's tests share: a schema, its tables in each database, and a way to ask.

use std::{collections::BTreeMap, fmt::Debug, sync::Arc};

use rusqlite::{Connection, params_from_iter, types::Value as Bind};
use sea_query::{SelectStatement, SqliteQueryBuilder};
use serde_json::json;
use underpin_model::{
    Collection, CollectionKind, Field, Json, Principal, Record, RequestInfo, Rules, Timestamp,
    field::{ColumnShape, table},
};

use crate::{
    Condition, Flavour, SchemaLookup, Scope, SqliteFlavour, Trust, cell::stored_cell, parse,
    testing_postgres::Postgres,
};

/// Literals of filters: of every kind, and such as one kind takes for another.
pub(crate) const LITERALS: [&str; 28] = [
    "''",
    "null",
    "true",
    "false",
    "0",
    "1",
    "5",
    "-1.5",
    "0.25",
    "'5'",
    "'5.0'",
    "'a'",
    "'A'",
    "'%a%'",
    "'_'",
    "'a_%'",
    "'1'",
    "'text'",
    "'[]'",
    "' 5'",
    "@now",
    "@year",
    "@day",
    "'{\"x\":1}'",
    "'2024-01-01'",
    "'\\\\%'",
    "'c0r0'",
    "'c1r1'",
];

/// A database that can be asked.
pub(crate) trait Rows {
    /// Its dialect.
    fn flavour(&self) -> &'static dyn Flavour;

    /// Every row of a statement in that dialect.
    fn rows(&self, select: &SelectStatement) -> Vec<Vec<Bind>>;
}

/// The same tables in every database.
pub(crate) fn databases(schema: &TestSchema, records: &[Record]) -> [Box<dyn Rows>; 2] {
    [Box::new(database(schema, records)), Box::new(Postgres::with(schema, records))]
}

/// Collections and who may list them; what is not named is open.
pub(crate) struct TestSchema {
    pub(crate) collections: Vec<Arc<Collection>>,
    pub(crate) list_rules: BTreeMap<String, Condition>,
}

impl SchemaLookup for TestSchema {
    fn collection(&self, name_or_id: &str) -> Option<Arc<Collection>> {
        let is_it = |collection: &&Arc<Collection>| {
            collection.name == name_or_id || collection.id == name_or_id
        };
        self.collections.iter().find(is_it).cloned()
    }

    fn list_condition(&self, _: &Principal, collection: &Arc<Collection>) -> Condition {
        self.list_rules.get(&collection.name).cloned().unwrap_or(Condition::Always)
    }
}

pub(crate) fn collection(name: &str, kind: CollectionKind, fields: Vec<Field>) -> Arc<Collection> {
    Arc::new(Collection {
        id: format!("id_{name}"),
        name: name.to_owned(),
        kind,
        system: false,
        fields,
        indexes: Vec::new(),
        rules: Rules::default(),
        auth: None,
        view_query: None,
        created: String::new(),
        updated: String::new(),
    })
}

pub(crate) fn field(name: &str, kind: &str, options: Json) -> Field {
    let kind = table::by_name(kind).expect("a field type");
    Field::new(name, kind.read_options(&options).expect("options of the type"))
}

/// `teams`, `users` (auth) and `posts`, with a field of every kind of column.
pub(crate) fn schema() -> TestSchema {
    let text = |name| field(name, "text", json!({}));
    let relation = |name, to: &str, most: usize| {
        field(name, "relation", json!({"collectionId": format!("id_{to}"), "maxSelect": most}))
    };
    let teams = vec![text("id"), text("name"), field("size", "number", json!({}))];
    let mut secret = text("secret");
    secret.hidden = true;
    let users = vec![
        text("id"),
        field("email", "email", json!({})),
        field("emailVisibility", "bool", json!({})),
        text("name"),
        secret.clone(),
        relation("team", "teams", 1),
    ];
    let posts = vec![
        text("id"),
        text("title"),
        field("n", "number", json!({})),
        field("m", "number", json!({})),
        field("flag", "bool", json!({})),
        field("day", "date", json!({})),
        field("tag", "select", json!({"values": ["a", "b", "c"]})),
        field("tags", "select", json!({"values": ["a", "b", "c"], "maxSelect": 3})),
        field("data", "json", json!({})),
        field("place", "geoPoint", json!({})),
        secret,
        relation("owner", "users", 1),
        relation("teams", "teams", 9),
    ];
    TestSchema {
        collections: vec![
            collection("teams", CollectionKind::Base, teams),
            collection("users", CollectionKind::Auth, users),
            collection("posts", CollectionKind::Base, posts),
        ],
        list_rules: BTreeMap::new(),
    }
}

/// A record from JSON, missing fields unset.
pub(crate) fn record(schema: &TestSchema, collection: &str, fields: Json) -> Record {
    let collection = schema.collection(collection).expect("a collection of the test schema");
    Record::from_stored(&collection, fields.as_object().expect("an object"))
}

/// What every database answers; it has to be the same.
pub(crate) fn on_each<T: PartialEq + Debug>(
    schema: &TestSchema,
    records: &[Record],
    ask: impl Fn(&dyn Rows) -> T,
) -> T {
    let [sqlite, postgres] = databases(schema, records).map(|database| ask(&*database));
    assert_eq!(sqlite, postgres, "SQLite and PostgreSQL");
    sqlite
}

/// The tables of a schema with these rows, in SQLite.
pub(crate) fn database(schema: &TestSchema, records: &[Record]) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for collection in &schema.collections {
        let columns: Vec<_> = collection.fields.iter().map(column).collect();
        let sql = format!("CREATE TABLE \"{}\" ({})", collection.name, columns.join(", "));
        connection.execute(&sql, []).unwrap();
    }
    for record in records {
        let cells: Vec<_> = record.cells().map(|(_, value)| bind(stored_cell(value))).collect();
        let marks = vec!["?"; cells.len()].join(", ");
        let sql = format!("INSERT INTO \"{}\" VALUES ({marks})", record.collection().name);
        connection.execute(&sql, params_from_iter(cells)).unwrap();
    }
    connection
}

fn column(field: &Field) -> String {
    let kind = match (field.name.as_str(), field.column()) {
        ("id", _) => "TEXT PRIMARY KEY NOT NULL",
        (_, ColumnShape::Text) => "TEXT DEFAULT '' NOT NULL",
        (_, ColumnShape::Number) => "NUMERIC DEFAULT 0 NOT NULL",
        (_, ColumnShape::Bool) => "BOOLEAN DEFAULT FALSE NOT NULL",
        (_, ColumnShape::List) => "JSON DEFAULT '[]' NOT NULL",
        (_, ColumnShape::Json) => "JSON DEFAULT NULL",
        (_, ColumnShape::Point) => "JSON DEFAULT '{\"lon\":0,\"lat\":0}' NOT NULL",
    };
    format!("\"{}\" {kind}", field.name)
}

fn bind(cell: crate::Cell) -> Bind {
    match cell {
        crate::Cell::Null => Bind::Null,
        crate::Cell::Integer(integer) => integer.into(),
        crate::Cell::Real(real) => real.into(),
        crate::Cell::Text(text) => text.into(),
    }
}

impl Rows for Connection {
    fn flavour(&self) -> &'static dyn Flavour {
        &SqliteFlavour
    }

    fn rows(&self, select: &SelectStatement) -> Vec<Vec<Bind>> {
        let (sql, values) = select.build(SqliteQueryBuilder);
        let binds = values.0.into_iter().map(|value| match value {
            sea_query::Value::Bool(Some(flag)) => i64::from(flag).into(),
            sea_query::Value::Int(Some(number)) => i64::from(number).into(),
            sea_query::Value::BigInt(Some(number)) => number.into(),
            sea_query::Value::BigUnsigned(Some(number)) => i64::try_from(number).unwrap().into(),
            sea_query::Value::Double(Some(number)) => number.into(),
            sea_query::Value::String(Some(text)) => text.into(),
            sea_query::Value::String(None) => Bind::Null,
            other => panic!("an unexpected bind: {other:?}"),
        });
        let mut prepared = self.prepare(&sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
        let columns = prepared.column_count();
        let mut rows = prepared.query(params_from_iter(binds)).unwrap();
        let mut found = Vec::new();
        while let Some(row) = rows.next().unwrap_or_else(|error| panic!("{error}: {sql}")) {
            found.push((0..columns).map(|place| row.get(place).unwrap()).collect());
        }
        found
    }
}

/// The first column of the first row; nothing when there is no row.
pub(crate) fn first(database: &(impl Rows + ?Sized), select: &SelectStatement) -> Option<Bind> {
    database.rows(select).into_iter().next().and_then(|row| row.into_iter().next())
}

/// Every row.
pub(crate) fn rows(database: &(impl Rows + ?Sized), select: &SelectStatement) -> Vec<Vec<Bind>> {
    database.rows(select)
}

/// The first column of the first row as JSON.
pub(crate) fn json(database: &(impl Rows + ?Sized), select: &SelectStatement) -> Json {
    match first(database, select) {
        Some(Bind::Text(text)) => {
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
        }
        other => panic!("not a text: {other:?}"),
    }
}

/// The ids of the records in a page.
pub(crate) fn ids(database: &(impl Rows + ?Sized), page: &SelectStatement) -> Vec<String> {
    let found = json(database, page);
    found.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

pub(crate) fn guest() -> RequestInfo {
    RequestInfo::of(Principal::Guest)
}

/// A scope at 2024-02-29 13:14:15.016Z, in SQLite's dialect.
pub(crate) fn scope<'a>(
    schema: &'a TestSchema,
    collection: &'a Arc<Collection>,
    request: &'a RequestInfo,
    trust: Trust,
) -> Scope<'a> {
    let now = Timestamp::from_millis(1_709_212_455_016).unwrap();
    Scope { schema, collection, request, now, flavour: &SqliteFlavour, trust }
}

/// The same, in the database's dialect.
pub(crate) fn scope_on<'a>(
    database: &dyn Rows,
    schema: &'a TestSchema,
    collection: &'a Arc<Collection>,
    request: &'a RequestInfo,
    trust: Trust,
) -> Scope<'a> {
    Scope { flavour: database.flavour(), ..scope(schema, collection, request, trust) }
}

pub(crate) fn rule(text: &str) -> Condition {
    Condition::rule(parse(text).unwrap())
}
