//! Changes of tables keep the data, and fail whole.

use sea_query::{Expr, ExprTrait, Query};
use underpin_model::field::ColumnShape;

use super::{
    Fixture, PATIENCE,
    scenes::{change, column, ids, insert, notes, put, run, title_of, try_change},
};
use crate::{
    Database, IndexDefinition, NewColumn, NewView, StorageError, TableChange, statement::Dialect,
};

async fn values(database: &Database, name: &'static str) -> Vec<String> {
    database.texts(&column(name)).await.unwrap()
}

async fn column_names(database: &Database) -> Vec<String> {
    let columns = database.write(|tx| Box::pin(async move { tx.columns("notes").await })).await;
    columns.unwrap().into_iter().map(|(name, _)| name).collect()
}

/// A value as it is written to a column of a shape.
fn stored<F: Fixture>(shape: ColumnShape, text: &str) -> Expr {
    if F::DIALECT == Dialect::Sqlite {
        return text.into();
    }
    let value = Expr::val(text);
    match shape {
        ColumnShape::Text => value,
        ColumnShape::Number => Expr::val(text.parse::<f64>().unwrap()),
        ColumnShape::Bool => Expr::val(text == "1"),
        ColumnShape::List | ColumnShape::Point => value.cast_as("jsonb"),
        ColumnShape::Json => value.cast_as("json"),
    }
}

/// The database may keep the keys of a place in any order.
fn lon_first(text: String) -> String {
    match text.strip_prefix(r#"{"lat":"#).and_then(|rest| rest.split_once(r#","lon":"#)) {
        Some((lat, lon)) => format!(r#"{{"lon":{},"lat":{lat}}}"#, lon.trim_end_matches('}')),
        None => text,
    }
}

fn add(name: &str, shape: ColumnShape) -> TableChange {
    TableChange::AddColumn { table: "notes".into(), column: NewColumn::field(name, shape) }
}

fn convert(column: &str, from: ColumnShape, to: ColumnShape) -> TableChange {
    TableChange::ConvertColumn { table: "notes".into(), column: column.into(), from, to }
}

pub(crate) async fn new_columns_are_unset<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    put(&database, "a", "t", 1).await;
    let expected = [
        ("x_text", ColumnShape::Text, Some("")),
        ("x_number", ColumnShape::Number, Some("0")),
        ("x_bool", ColumnShape::Bool, Some("0")),
        ("x_list", ColumnShape::List, Some("[]")),
        ("x_json", ColumnShape::Json, None),
        ("x_point", ColumnShape::Point, Some(r#"{"lon":0,"lat":0}"#)),
    ];
    for (name, shape, unset) in expected {
        change(&database, add(name, shape)).await;
        let found = database.text(&column(name)).await.unwrap().map(lon_first);
        assert_eq!(found.as_deref(), unset, "{name}");
    }
    let all =
        ["id", "title", "rank", "x_text", "x_number", "x_bool", "x_list", "x_json", "x_point"];
    assert_eq!(column_names(&database).await, all);
}

pub(crate) async fn renames_keep_the_data<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    put(&database, "a", "first", 1).await;
    let rename = TableChange::RenameColumn {
        table: "notes".into(),
        from: "title".into(),
        to: "head \"line\"".into(),
    };
    change(&database, rename).await;
    change(&database, TableChange::Rename { from: "notes".into(), to: "pages".into() }).await;
    let select = Query::select().column("head \"line\"").from("pages").take();
    assert_eq!(database.texts(&select).await.unwrap(), ["first"]);
    // The unique index went along.
    let mut again = Query::insert();
    again.into_table("pages").columns(["id", "head \"line\"", "rank"]);
    again.values_panic(["b".into(), "first".into(), 1.into()]);
    assert!(matches!(run(&database, again).await, Err(StorageError::Unique { .. })));
}

pub(crate) async fn dropped_column_takes_nothing_else_along<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    change(&database, add("extra", ColumnShape::Text)).await;
    put(&database, "a", "t", 1).await;
    let drop = TableChange::DropColumn { table: "notes".into(), column: "extra".into() };
    change(&database, drop).await;
    assert_eq!(values(&database, "title").await, ["t"]);
    assert_eq!(column_names(&database).await, ["id", "title", "rank"]);
}

pub(crate) async fn single_and_multiple_convert_both_ways<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    change(&database, TableChange::DropIndex { name: "idx_notes".into() }).await;
    put(&database, "a", "quo\"ted", 1).await;
    put(&database, "b", "", 2).await;
    change(&database, convert("title", ColumnShape::Text, ColumnShape::List)).await;
    assert_eq!(values(&database, "title").await, [r#"["quo\"ted"]"#, "[]"]);
    let mut list = Query::insert();
    list.into_table("notes").columns(["id", "title", "rank"]);
    let title = stored::<F>(ColumnShape::List, r#"["x","y"]"#);
    list.values_panic(["c".into(), title, 3.into()]);
    run(&database, list).await.unwrap();
    change(&database, convert("title", ColumnShape::List, ColumnShape::Text)).await;
    assert_eq!(values(&database, "title").await, ["quo\"ted", "", "y"]);
    assert_eq!(values(&database, "rank").await, ["1", "2", "3"]);
}

pub(crate) async fn other_shapes_convert_by_their_text<F: Fixture>() {
    use ColumnShape::{Bool, Json, List, Number, Point, Text};
    let (_fixture, database) = F::open(PATIENCE).await;
    let cases = [
        (Text, Number, "12.5", "12.5"),
        (Text, Number, "abc", "0"),
        (Text, Bool, "true", "1"),
        (Text, Json, "words", r#""words""#),
        (Text, Json, r#"{"a":1}"#, r#"{"a":1}"#),
        (Text, Point, "words", r#"{"lon":0,"lat":0}"#),
        (Number, Text, "7", "7"),
        (Number, Bool, "3", "1"),
        (Bool, Text, "1", "true"),
        (List, Json, r#"["a"]"#, r#"["a"]"#),
        (Json, Text, r#""words""#, "words"),
        (Json, List, r#"["a",2]"#, r#"["a","2"]"#),
        (Json, List, r#""a""#, r#"["a"]"#),
        (Json, Point, r#"{"lon":1,"lat":2}"#, r#"{"lon":1,"lat":2}"#),
        (Point, Json, r#"{"lon":1,"lat":2}"#, r#"{"lon":1,"lat":2}"#),
    ];
    for (from, to, before, after) in cases {
        notes(&database).await;
        change(&database, add("c", from)).await;
        let mut insert = Query::insert();
        insert.into_table("notes").columns(["id", "c"]);
        insert.values_panic(["a".into(), stored::<F>(from, before)]);
        run(&database, insert).await.unwrap();
        change(&database, convert("c", from, to)).await;
        let found = values(&database, "c").await.into_iter().map(lon_first);
        assert!(found.eq([after.to_owned()]), "{from:?} to {to:?} of {before}");
        change(&database, TableChange::Drop { table: "notes".into() }).await;
    }
}

pub(crate) async fn failed_unit_undoes_its_table_changes<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    put(&database, "a", "kept", 1).await;
    let failed = database
        .write(|tx| {
            Box::pin(async move {
                tx.change_table(&convert("rank", ColumnShape::Number, ColumnShape::Number)).await?;
                tx.change_table(&add("extra", ColumnShape::Text)).await?;
                tx.change_table(&TableChange::Rename { from: "notes".into(), to: "pages".into() })
                    .await?;
                // There is no such table any more.
                tx.change_table(&TableChange::Drop { table: "notes".into() }).await
            })
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(values(&database, "title").await, ["kept"]);
    assert_eq!(column_names(&database).await, ["id", "title", "rank"]);
}

pub(crate) async fn indexes_and_views_come_and_go<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    put(&database, "a", "same", 1).await;
    put(&database, "b", "same", 2).await;
    let index = "CREATE UNIQUE INDEX idx_title ON notes (title) WHERE title != ''";
    let index = TableChange::CreateIndex(IndexDefinition::parse(index).unwrap());
    let refused = try_change(&database, index.clone()).await;
    assert!(matches!(refused, Err(StorageError::Unique { .. })), "{refused:?}");
    change(&database, TableChange::DropIndex { name: "idx_title".into() }).await;

    let query = "SELECT id, upper(title) AS loud FROM notes WHERE rank > 1".to_owned();
    let columns = vec!["id".to_owned(), "loud".to_owned()];
    let view = NewView {
        name: "loud".into(),
        columns,
        shapes: vec![ColumnShape::Text; 2],
        query,
        has_text_id: true,
    };
    change(&database, TableChange::CreateView(view)).await;
    let select = Query::select().columns(["loud"]).from("loud").take();
    assert_eq!(database.texts(&select).await.unwrap(), ["SAME"]);
    change(&database, TableChange::DropView { name: "loud".into() }).await;
    assert!(database.texts(&select).await.is_err());

    change(&database, TableChange::DropIndex { name: "idx_notes".into() }).await;
    run(&database, insert("c", "same", 1)).await.unwrap();
    assert_eq!(ids(&database).await, ["a", "b", "c"]);
}

pub(crate) async fn readers_see_a_changed_schema<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    put(&database, "a", "first", 1).await;
    // The same text, prepared before the change and used after it.
    let select = title_of("a");
    assert_eq!(database.text(&select).await.unwrap().as_deref(), Some("first"));
    assert_eq!(database.text_now(&select).await.unwrap().as_deref(), Some("first"));
    change(&database, TableChange::DropIndex { name: "idx_notes".into() }).await;
    change(&database, convert("title", ColumnShape::Text, ColumnShape::List)).await;
    assert_eq!(database.text(&select).await.unwrap().as_deref(), Some(r#"["first"]"#));
    assert_eq!(database.text_now(&select).await.unwrap().as_deref(), Some(r#"["first"]"#));
}
