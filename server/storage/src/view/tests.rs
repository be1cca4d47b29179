use super::{
    pinned::{pinned, unpinned},
    *,
};

fn column(source: Option<&str>, name: &str) -> ViewColumn {
    ViewColumn::Column { source: source.map(str::to_owned), name: name.to_owned() }
}

fn columns(list: &str) -> Vec<ViewColumn> {
    ViewQuery::parse(&format!("SELECT {list} FROM posts p")).unwrap().columns
}

#[test]
fn columns_are_told_apart() {
    let found = columns(
        "id, p.title, p.title AS t, \"a b\" x, [c] 'y', cast(n as INT), CAST ( n AS text ) m, \
         count(*), COUNT(p.id) AS c, Total(n), (title), title || '' as z, count(*) + 1, \
         cast(n as int) + 1, cast(n as varchar(20)), main.posts.id, 'text' as w, n collate nocase",
    );
    let cast = |kind: &str| ViewColumn::Cast(kind.to_owned());
    let expected = [
        column(None, "id"),
        column(Some("p"), "title"),
        column(Some("p"), "title"),
        column(None, "a b"),
        column(None, "c"),
        cast("int"),
        cast("text"),
        ViewColumn::Count,
        ViewColumn::Count,
        ViewColumn::Total,
    ];
    assert_eq!(found[..expected.len()], expected);
    assert!(found[expected.len()..].iter().all(|column| *column == ViewColumn::Other), "{found:?}");
}

#[test]
fn casts_may_be_written_with_colons() {
    let found = columns("(n)::integer AS m, p.n::text, (a + b)::double precision AS c, n::real d");
    let cast = |kind: &str| ViewColumn::Cast(kind.to_owned());
    assert_eq!(found, [cast("integer"), cast("text"), cast("real"), cast("real")]);
    assert!(ViewQuery::parse("SELECT :a FROM t").is_err());
    assert!(ViewQuery::parse("SELECT a : :b FROM t").is_err());
}

#[test]
fn tables_go_by_name_and_alias() {
    let sources = |from: &str| -> Vec<(String, String)> {
        let query = ViewQuery::parse(&format!("WITH w AS (SELECT 1 FROM x) SELECT id FROM {from}"));
        query.unwrap().sources.into_iter().map(|s| (s.table, s.alias)).collect()
    };
    let pair = |table: &str, alias: &str| (table.to_owned(), alias.to_owned());
    let from = "posts p, users AS u LEFT OUTER JOIN `tags` ON tags.id = p.tag, main.x, (SELECT 1) y \
                JOIN \"z\" z2 USING (id) WHERE id IN (SELECT id FROM a, b) ORDER BY c, d";
    let expected = [pair("posts", "p"), pair("users", "u"), pair("tags", "tags"), pair("z", "z2")];
    assert_eq!(sources(from), expected);
    assert_eq!(sources("posts NOT INDEXED"), []);
}

#[test]
fn of_joined_selects_nothing_is_told() {
    let query = ViewQuery::parse("SELECT id, a FROM t UNION ALL SELECT id, b FROM u").unwrap();
    assert_eq!(query, ViewQuery { columns: Vec::new(), sources: Vec::new() });
}

#[test]
fn a_view_takes_one_query_that_reads() {
    for query in ["SELECT 1 AS id;", " select 1 -- x", "/* ; */ WITH a AS (SELECT 1) SELECT 1"] {
        assert!(ViewQuery::parse(query).is_ok(), "{query}");
    }
    for query in [
        "",
        "  ;",
        "DELETE FROM t",
        "PRAGMA user_version",
        "SELECT 1; DROP TABLE t",
        "SELECT 1; -- x",
        "SELECT 1) UNION SELECT (2",
        "SELECT 1 /* open",
        "SELECT * FROM t",
        "SELECT id, t.* FROM t",
        "SELECT ?",
        "SELECT :name",
        "SELECT @name",
        "SELECT $name",
        "SELECT 'open",
    ] {
        assert!(ViewQuery::parse(query).is_err(), "{query}");
    }
}

#[test]
fn pinning_names_plain_columns_and_goes_without_a_trace() {
    let query = "WITH q AS (SELECT DISTINCT a, t.b AS c FROM t) -- note\n\
                 SELECT id, q.a, \"odd \"\"name\"\"\", count(*) n, (SELECT a FROM u), 1.5 FROM q \
                 WHERE a IN (SELECT a FROM v) UNION SELECT x, y AS z FROM w";
    let with_aliases = pinned(query).unwrap();
    assert!(with_aliases.contains("DISTINCT a AS/*~*/\"a\", t.b AS c"), "{with_aliases}");
    assert!(with_aliases.contains("q.a AS/*~*/\"a\""), "{with_aliases}");
    assert!(with_aliases.contains("IN (SELECT a AS/*~*/\"a\" FROM v)"), "{with_aliases}");
    let plain = query.replace("\"odd \"\"name\"\"\"", "odd");
    assert_eq!(unpinned(&pinned(&plain).unwrap()).unwrap(), plain);
    let renamed = with_aliases.replace("q.a AS/*~*/", "q.\"b\" AS/*~*/");
    assert!(unpinned(&renamed).unwrap().contains("q.\"b\" AS \"a\", "));
}

#[test]
fn a_view_is_found_again_in_its_statement() {
    for has_text_id in [true, false] {
        let view = NewView {
            name: "v\"w".into(),
            columns: vec!["id".into(), "n".into()],
            shapes: Vec::new(),
            query: " SELECT id, n FROM t -- end\n ;".into(),
            has_text_id,
        };
        let statement = view.statement().unwrap();
        assert!(statement.starts_with("CREATE VIEW \"v\"\"w\" (\"id\", \"n\") AS\n"));
        assert_eq!(statement.contains("CAST(\"id\" AS TEXT)"), !has_text_id);
        assert_eq!(view.query_in(statement.trim_end()).unwrap(), "SELECT id, n FROM t -- end");
    }
}
