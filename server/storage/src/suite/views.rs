//! Queries of views: described without being run, run without a right to write, carried along.

use std::time::{Duration, Instant};

use sea_query::{Expr, Query};
use underpin_model::field::ColumnShape;

use super::{
    Fixture, PATIENCE,
    scenes::{change, ids, notes, put},
};
use crate::{
    Cell, ColumnName, Database, NewView, ShapeColumn, StorageError, StorageResult, TableChange,
    ViewShape, statement::Dialect,
};

fn view(name: &str, columns: &[&str], query: &str) -> NewView {
    let columns: Vec<_> = columns.iter().map(|column| (*column).to_owned()).collect();
    let shapes = vec![ColumnShape::Text; columns.len()];
    NewView { name: name.into(), columns, shapes, query: query.into(), has_text_id: true }
}

async fn make(database: &Database, view: NewView) {
    change(database, TableChange::CreateView(view)).await;
}

fn column(table: &str, column: &str) -> ColumnName {
    ColumnName { table: table.into(), column: column.into() }
}

/// Both ways to ask, which have to agree.
async fn described(database: &Database, query: &str) -> StorageResult<ViewShape> {
    let outside = database.describe_query(query).await;
    let text = query.to_owned();
    let unit = database.write(move |tx| Box::pin(async move { tx.describe_query(&text).await }));
    let inside = unit.await;
    assert_eq!(outside.as_ref().ok(), inside.as_ref().ok(), "{query}");
    outside
}

pub(crate) async fn a_query_is_described_with_all_it_reads<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    make(&database, view("heads", &["id", "head"], "SELECT id, title FROM notes")).await;
    let query = "WITH h AS (SELECT id, head AS top FROM heads) \
                 SELECT h.id, h.top, h.top, (h.top || ''), n.rank + 1 AS next \
                 FROM h JOIN (SELECT * FROM notes) n ON n.id = h.id -- done";
    let shape = described(&database, query).await.unwrap();
    let names: Vec<&str> = shape.columns.iter().map(|column| column.name.as_str()).collect();
    let unnamed = match F::DIALECT {
        Dialect::Sqlite => "(h.top || '')",
        Dialect::Postgres => "?column?",
    };
    assert_eq!(names, ["id", "top", "top:1", unnamed, "next"]);
    let title = ShapeColumn { name: "top".into(), origin: Some(column("notes", "title")) };
    assert_eq!(shape.columns[1], title);
    assert_eq!(shape.columns[3].origin, None);
    for read in [column("heads", "head"), column("notes", "title"), column("notes", "rank")] {
        assert!(shape.reads.contains(&read), "{read:?} in {:?}", shape.reads);
    }
    let query = "SELECT id, (\"it's\") AS t FROM notes WHERE \"title\" != \"rank's\"";
    let texts = described(&database, query).await.unwrap();
    assert_eq!(texts.query, "SELECT id, ('it''s') AS t FROM notes WHERE \"title\" != 'rank''s'");
    let counted = described(&database, "SELECT count(*) AS id FROM notes").await.unwrap();
    assert!(counted.reads.iter().any(|read| read.table == "notes"), "{:?}", counted.reads);
}

pub(crate) async fn a_query_that_does_more_than_read_is_refused<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    put(&database, "a", "kept", 1).await;
    for query in [
        "DELETE FROM notes",
        "WITH x AS (SELECT 1) DELETE FROM notes",
        "SELECT 1 AS id; DELETE FROM notes",
        "SELECT 1 AS id) ; DELETE FROM notes; --",
        "SELECT load_extension('x') AS id",
        "SELECT missing AS id FROM notes",
        "SELECT id FROM missing",
        "SELECT ? AS id",
        "ATTACH 'x' AS y",
        "",
    ] {
        let refused = described(&database, query).await;
        assert!(matches!(refused, Err(StorageError::Definition(_))), "{query}: {refused:?}");
        let view = view("v", &["id"], query);
        let select = Query::select().column("id").from("v").take();
        assert!(database.rows_over_view(&view, &select).await.is_err(), "{query}");
    }
    assert_eq!(ids(&database).await, ["a"]);
}

pub(crate) async fn an_endless_query_ends_at_the_limit_and_leaves_nothing<F: Fixture>() {
    let (_fixture, database) = F::open(Duration::from_millis(300)).await;
    notes(&database).await;
    let query = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) \
                 SELECT count(*) AS id FROM c";
    assert!(described(&database, query).await.is_ok());
    let select = Query::select().column("id").from("v").take();
    let begun = Instant::now();
    let ended = database.rows_over_view(&view("v", &["id"], query), &select).await;
    assert!(matches!(ended, Err(StorageError::Timeout)), "{ended:?}");
    assert!(begun.elapsed() < PATIENCE);
    let one = view("v", &["id"], "SELECT 7 AS id");
    let one = NewView { has_text_id: false, ..one };
    let rows = database.rows_over_view(&one, &select).await.unwrap();
    assert_eq!(rows[0].cells(), [Cell::Text("7".into())]);
    assert!(database.text(&select).await.is_err(), "the view is not there");
}

/// The views that a rename has to carry along.
fn views() -> Vec<NewView> {
    let numbered = NewView {
        has_text_id: false,
        ..view(
            "numbered",
            &["id", "title"],
            "SELECT row_number() OVER (ORDER BY title) AS id, title FROM notes",
        )
    };
    vec![
        view("plain", &["id", "title"], "SELECT id, title FROM notes WHERE title != '' -- title"),
        view("above", &["id", "title"], "SELECT id, title FROM plain"),
        view(
            "inside",
            &["id", "title", "n"],
            "SELECT x.id, x.title, (SELECT count(*) FROM notes o WHERE o.title = x.title) AS n \
             FROM (SELECT id, notes.title FROM notes) x",
        ),
        numbered,
    ]
}

pub(crate) async fn renames_carry_the_queries_of_views_along<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    notes(&database).await;
    put(&database, "a", "first", 1).await;
    let all = views();
    for view in &all {
        make(&database, view.clone()).await;
        change(&database, TableChange::PinView(view.clone())).await;
    }
    let rename = TableChange::RenameColumn {
        table: "notes".into(),
        from: "title".into(),
        to: "heading".into(),
    };
    change(&database, rename).await;
    change(&database, TableChange::Rename { from: "notes".into(), to: "pages".into() }).await;
    let mut queries = Vec::new();
    for view in all {
        let select = Query::select().column("title").from(view.name.clone()).take();
        assert_eq!(database.texts(&select).await.unwrap(), ["first"], "{}", view.name);
        let read =
            database.write(|tx| Box::pin(async move { tx.query_of_view(&view).await })).await;
        queries.push(read.unwrap());
    }
    let expected = match F::DIALECT {
        Dialect::Sqlite => FOLLOWED_ON_SQLITE,
        Dialect::Postgres => FOLLOWED_ON_POSTGRES,
    };
    let words = |query: &String| query.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(queries.iter().map(words).collect::<Vec<_>>(), expected);
}

/// The queries as they were written, with the new names.
const FOLLOWED_ON_SQLITE: [&str; 4] = [
    r#"SELECT id, "heading" AS "title" FROM "pages" WHERE "heading" != '' -- title"#,
    "SELECT id, title FROM plain",
    r#"SELECT x.id, x.title, (SELECT count(*) FROM "pages" o WHERE o."heading" = x.title) AS n FROM (SELECT id, "pages"."heading" AS "title" FROM "pages") x"#,
    r#"SELECT row_number() OVER (ORDER BY "heading") AS id, "heading" AS "title" FROM "pages""#,
];

/// The queries as the server prints them; one that still means the same stays as it was written.
const FOLLOWED_ON_POSTGRES: [&str; 4] = [
    "SELECT pages.id, pages.heading AS title FROM pages WHERE (pages.heading <> ''::text)",
    "SELECT id, title FROM plain",
    "SELECT x.id, x.title, ( SELECT count(*) AS count FROM pages o WHERE (o.heading = x.title)) AS n FROM ( SELECT pages.id, pages.heading AS title FROM pages) x",
    "SELECT row_number() OVER (ORDER BY pages.heading) AS id, pages.heading AS title FROM pages",
];

pub(crate) async fn bytes_that_are_no_text_do_not_fail_a_read<F: Fixture>() {
    let (_fixture, database) = F::open(PATIENCE).await;
    if F::DIALECT != Dialect::Sqlite {
        // There are no such texts in a database that checks them.
        return;
    }
    let select = Query::select().expr(Expr::cust("CAST(x'61ff' AS TEXT)")).take();
    assert_eq!(database.text(&select).await.unwrap().as_deref(), Some("a\u{fffd}"));
}
