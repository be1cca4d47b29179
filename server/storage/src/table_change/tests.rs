use super::*;

fn texts(change: &TableChange) -> Vec<String> {
    statements(change).unwrap().iter().map(|statement| statement.sql().to_owned()).collect()
}

#[test]
fn each_shape_has_its_type_and_unset_value() {
    let columns = vec![
        NewColumn::id(),
        NewColumn::field("a", ColumnShape::Text),
        NewColumn::field("b", ColumnShape::Number),
        NewColumn::field("c", ColumnShape::Bool),
        NewColumn::field("d", ColumnShape::List),
        NewColumn::field("e", ColumnShape::Json),
        NewColumn::field("f", ColumnShape::Point),
    ];
    assert_eq!(
        texts(&TableChange::Create { table: "t".into(), columns }),
        [concat!(
            r#"CREATE TABLE "t" ( "id" TEXT NOT NULL PRIMARY KEY, "#,
            r#""a" TEXT NOT NULL DEFAULT '', "b" NUMERIC NOT NULL DEFAULT 0, "#,
            r#""c" BOOLEAN NOT NULL DEFAULT FALSE, "d" JSON NOT NULL DEFAULT '[]', "#,
            r#""e" JSON, "f" JSON NOT NULL DEFAULT '{"lon":0,"lat":0}' )"#
        )]
    );
}

#[test]
fn a_name_can_not_break_out_of_its_quotes() {
    let change = TableChange::Drop { table: "t\"; DROP TABLE u; --".into() };
    assert_eq!(texts(&change), [r#"DROP TABLE "t""; DROP TABLE u; --""#]);
    let change = TableChange::DropIndex { name: "i\"; x".into() };
    assert_eq!(texts(&change), [r#"DROP INDEX IF EXISTS "i""; x""#]);
}

#[test]
fn names_that_are_empty_reserved_or_unprintable_are_refused() {
    for name in ["", "sqlite_master", "SQLite_x", "a\0b", "a\nb"] {
        assert!(statements(&TableChange::Drop { table: name.into() }).is_err(), "{name:?}");
    }
}
