use proptest::prelude::*;

use super::*;

fn reprinted(text: &str) -> String {
    IndexDefinition::parse(text).unwrap().to_sql()
}

fn refusal(text: &str) -> String {
    IndexDefinition::parse(text).unwrap_err().to_string()
}

#[test]
fn a_plain_index_is_printed_with_quoted_names() {
    assert_eq!(
        reprinted("create index idx_a on posts(title, `my col` DESC, [x])"),
        r#"CREATE INDEX "idx_a" ON "posts" ("title", "my col" DESC, "x")"#
    );
}

#[test]
fn everything_that_an_index_may_have_is_kept() {
    let text = "CREATE UNIQUE INDEX IF NOT EXISTS main.`i``1` ON \"t\" \
                (lower(email) COLLATE nocase ASC, b) WHERE email != '' AND (b IS NOT NULL);";
    let index = IndexDefinition::parse(text).unwrap();
    assert_eq!(index.name, "i`1");
    assert!(index.is_unique && index.is_optional);
    assert_eq!(index.columns[0].key, IndexKey::Expression("lower(email)".into()));
    assert_eq!(
        index.to_sql(),
        r#"CREATE UNIQUE INDEX IF NOT EXISTS "i`1" ON "t" (lower(email) COLLATE "nocase" ASC, "b") WHERE email != '' AND (b IS NOT NULL)"#
    );
}

#[test]
fn a_comma_inside_an_expression_is_no_column_border() {
    let index = IndexDefinition::parse("CREATE INDEX i ON t (json_extract(a, '$.x)'), b)").unwrap();
    assert_eq!(index.columns.len(), 2);
}

#[test]
fn a_second_statement_and_comments_are_refused() {
    assert!(refusal("CREATE INDEX i ON t (a); DROP TABLE t").contains("one statement"));
    assert!(refusal("CREATE INDEX i ON t (a) WHERE a = 1; --").contains("statement"));
    assert!(refusal("CREATE INDEX i ON t (a) -- x").contains("comments"));
    assert!(refusal("CREATE INDEX i ON t (a) WHERE /* x */ a").contains("comments"));
}

#[test]
fn what_only_looks_like_a_statement_end_inside_quotes_is_text() {
    let index = IndexDefinition::parse("CREATE INDEX i ON t (a) WHERE a = ';--'").unwrap();
    assert_eq!(index.condition.as_deref(), Some("a = ';--'"));
}

#[test]
fn broken_definitions_are_refused() {
    for text in [
        "",
        "CREATE TABLE t (a)",
        "CREATE INDEX ON t (a)",
        "CREATE INDEX i ON t",
        "CREATE INDEX i ON t ()",
        "CREATE INDEX i ON t (a,)",
        "CREATE INDEX i ON t (a",
        "CREATE INDEX i ON t (a))",
        "CREATE INDEX i ON t (a) garbage",
        "CREATE INDEX i ON t (a) WHERE",
        "CREATE INDEX i ON t ('a",
        "CREATE INDEX \"\" ON t (a)",
    ] {
        assert!(IndexDefinition::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_renamed_column_is_followed_everywhere_but_in_texts() {
    let mut index =
        IndexDefinition::parse("CREATE INDEX i ON t (a, lower(A)) WHERE \"a\" != 'a'").unwrap();
    index.rename_column("a", "b");
    index.rename_table("u");
    assert_eq!(index.to_sql(), r#"CREATE INDEX "i" ON "u" ("b", lower("b")) WHERE "b" != 'a'"#);
    assert!(index.names_column("b") && !index.names_column("a"));
}

#[test]
fn only_a_full_unique_index_over_one_column_guards_it() {
    let guards = |text: &str| {
        IndexDefinition::parse(text).unwrap().single_unique_column().map(str::to_owned)
    };
    assert_eq!(guards("CREATE UNIQUE INDEX i ON t (a)"), Some("a".into()));
    assert_eq!(guards("CREATE UNIQUE INDEX i ON t (a) WHERE a != ''"), None);
    assert_eq!(guards("CREATE INDEX i ON t (a)"), None);
}

proptest! {
    #[test]
    fn what_was_parsed_prints_and_parses_to_itself(
        name in "[a-zA-Z_\"` ]{1,12}", column in "[a-z\"; -]{1,12}", is_unique: bool
    ) {
        let index = IndexDefinition {
            name, table: "t".into(), is_unique, is_optional: false,
            columns: vec![IndexColumn { key: IndexKey::Column(column), collation: None, order: None }],
            condition: None,
        };
        prop_assert_eq!(IndexDefinition::parse(&index.to_sql()).unwrap(), index);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,80}") {
        let _ = IndexDefinition::parse(&text);
        let _ = IndexDefinition::parse(&format!("CREATE INDEX i ON t ({text}"));
    }
}
