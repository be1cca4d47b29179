//! No text of a user ever becomes part of an SQL text, whatever it says and wherever it stands.

use proptest::prelude::*;
use rusqlite::Connection;
use sea_query::{SelectStatement, SqliteQueryBuilder};
use serde_json::json;
use underpin_model::{CollectionKind, JsonMap, Principal, Record, RequestInfo, record::Audience};

use crate::{
    Cell, Comparison, Condition, Expression, Filter, Name, Operand, Operator, Projection, Root,
    RowSource, SchemaLookup, Targets, Trust, Verb, Window, by_column, by_target, count, exists,
    one, page, page_after, parse, parse_sort,
    testing::{self, TestSchema},
};

const ALL: Window = Window { offset: 0, limit: 100 };
const EVERYONE: Projection = Projection::Public { audience: Audience::Everyone };

/// What would end a text, a name or a comment somewhere.
const PIECES: [&str; 34] = [
    "'",
    "''",
    "\"",
    "`",
    "[",
    "]",
    "(",
    ")",
    ";",
    "--",
    "/*",
    "*/",
    "#",
    "\\",
    "\\'",
    "%",
    "_",
    "?",
    "?1",
    ":a",
    "@a",
    "$1",
    "{}",
    "\0",
    "\n",
    "\r\n",
    "' OR '1'='1",
    "'); DROP TABLE posts--",
    "x'41'",
    "|| 1",
    "\u{2019}",
    "\u{ff07}",
    "\u{202e}",
    "\u{1f4a5}",
];

/// Marked at both ends, so that any part of it is found.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => "\\PC{1,4}",
    ];
    prop::collection::vec(piece, 1..6).prop_map(|pieces| format!("zq'{}zq", pieces.concat()))
}

/// As the language writes it.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\'', "\\'").replace('\0', "");
    format!("'{escaped}'")
}

/// A request that says the text wherever it can, by somebody whose record says it too.
fn request(schema: &TestSchema, text: &str) -> RequestInfo {
    let user = json!({ "id": text, "name": text, "email": text, "team": text, "secret": text });
    let user = testing::record(schema, "users", user);
    let mut request = RequestInfo::of(Principal::User(user.into()));
    request.method = text.to_owned();
    for map in [&mut request.query, &mut request.headers] {
        map.insert("k".to_owned(), text.to_owned());
        map.insert(text.to_owned(), text.to_owned());
    }
    let mut body = JsonMap::new();
    for (key, value) in [
        ("title", json!(text)),
        ("tags", json!([text])),
        ("owner", json!(text)),
        ("teams", json!([text, text])),
        ("data", json!({ text: [text] })),
        ("extra", json!(text)),
        (text, json!(text)),
    ] {
        body.insert(key.to_owned(), value);
    }
    request.body = body.into();
    request
}

fn filter(text: &str) -> Filter {
    let text = quoted(text);
    let names = [
        "title",
        "title:lower",
        "data",
        "data.x",
        "tags:each",
        "tags",
        "owner",
        "owner.name",
        "teams.name",
        "owner.posts_via_owner.title",
        "@collection.users.name",
        "@collection.users:a.name",
        "@request.query.k",
        "@request.headers.k",
        "@request.method",
        "@request.auth.name",
        "@request.auth.team.name",
        "@request.body.title",
        "@request.body.tags:each",
        "@request.body.owner.name",
        "@request.body.owner.id",
        "@request.body.teams.name",
        "@request.body.title:changed",
        "@request.body.data",
        "@request.body.extra",
    ];
    let signs = ["=", "!=", "~", "!~", ">", "?=", "?~"];
    let parts = names.iter().enumerate().map(|(at, name)| {
        let sign = signs[at % signs.len()];
        format!("{name} {sign} {text} || {text} {sign} {name}")
    });
    let parts: Vec<_> = parts.collect();
    parse(&format!("{} || strftime({text}, day, {text}) = {text}", parts.join(" || "))).unwrap()
}

/// Every kind of statement, with the text wherever a text can be.
fn statements(schema: &TestSchema, text: &str) -> Vec<SelectStatement> {
    let posts = schema.collection("posts").unwrap();
    let request = request(schema, text);
    let scope = testing::scope(schema, &posts, &request, Trust::Rule);
    let filter = filter(text);
    let rule = Condition::When {
        any_of: vec![filter.clone().into()],
        none_of: vec![filter.clone().into()],
    };
    let (filter, sort) = (Some(&filter), parse_sort("-data.x,title", Trust::Rule).unwrap());
    let texts = vec![text.to_owned(); 2];
    let record = json!({ "id": text, "title": text, "day": text, "tag": text, "tags": [text],
        "data": { text: text }, "owner": text, "teams": [text] });
    let record = testing::record(schema, "posts", record);
    let field = |name: &str| posts.field(name).unwrap();
    let targets = Targets { field: field("teams"), ids: &texts, each: 9 };
    let after = [Cell::Text(text.to_owned()), Cell::Text(text.to_owned()), Cell::Integer(1)];
    vec![
        page(&scope, &rule, filter, &sort, ALL, EVERYONE).unwrap(),
        page_after(&scope, &rule, filter, &sort, Some(&after), 9, EVERYONE).unwrap(),
        count(&scope, &rule, filter, &sort).unwrap().select,
        one(&scope, &rule, filter, text, Projection::Stored).unwrap(),
        exists(&scope, &rule, filter, RowSource::Table(text)).unwrap(),
        exists(&scope, &rule, filter, RowSource::Literal(&record)).unwrap(),
        by_column(&scope, &rule, field("id"), &texts, &sort, 9, EVERYONE).unwrap(),
        by_column(&scope, &rule, field("teams"), &texts, &sort, 9, EVERYONE).unwrap(),
        by_target(&scope, &rule, targets, 9, EVERYONE).unwrap(),
    ]
}

fn sql(select: &SelectStatement) -> (String, usize) {
    let (sql, binds) = select.build(SqliteQueryBuilder);
    (sql, binds.0.len())
}

/// A filter that no text can say: with a key that is more than a word.
fn by_key(key: &str) -> SelectStatement {
    let schema = testing::schema();
    let posts = schema.collection("posts").unwrap();
    let request = testing::guest();
    let scope = testing::scope(&schema, &posts, &request, Trust::Rule);
    let path = vec!["data".to_owned(), key.to_owned()];
    let name = Name { root: Root::Record, path, modifier: None };
    let comparison = Comparison {
        left: Operand::Name(name),
        operator: Operator { verb: Verb::Equal, any: false },
        right: Operand::Null,
    };
    let filter = Filter { root: Expression::Compare(Box::new(comparison)) };
    page(&scope, &Condition::Always, Some(&filter), &[], ALL, EVERYONE).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_statement_is_the_same_whatever_the_texts_say(text in hostile()) {
        let schema = testing::schema();
        let connection = testing::database(&schema, &[]);
        let others = statements(&schema, "zq ' zq");
        for (place, (select, other)) in statements(&schema, &text).iter().zip(&others).enumerate() {
            let (sql, binds) = sql(select);
            prop_assert!(!sql.contains("zq"), "statement {}: {}", place, sql);
            prop_assert_eq!(sql.matches('?').count(), binds, "statement {}: {}", place, sql);
            prop_assert_eq!((sql, binds), self::sql(other), "statement {}", place);
            testing::rows(&connection, select);
        }
    }

}

proptest! {
    #[test]
    fn a_bound_text_arrives_as_it_was_said(text in hostile()) {
        let schema = testing::schema();
        let text = text.replace('\0', "");
        let post = |id: &str, title: &str| {
            testing::record(&schema, "posts", json!({ "id": id, "title": title, "data": title }))
        };
        let rows = [post("p1", &text), post("p2", &text.replace("zq", "z")), post("p3", "")];
        let connection = testing::database(&schema, &rows);
        let posts = schema.collection("posts").unwrap();
        let request = testing::guest();
        let scope = testing::scope(&schema, &posts, &request, Trust::Client);
        for name in ["title", "data"] {
            let filter = parse(&format!("{name} = {}", quoted(&text))).unwrap();
            let page =
                page(&scope, &Condition::Always, Some(&filter), &[], ALL, EVERYONE).unwrap();
            let found = testing::json(&connection, &page);
            prop_assert_eq!(found.as_array().unwrap().len(), 1, "{}", found);
            prop_assert_eq!(&found[0]["title"], &json!(text));
        }
    }

    #[test]
    fn names_are_words_whatever_stands_in_their_place(text in hostile(), place in 0usize..8) {
        let form = [
            "data.X = 1", "data.'X' = 1", "data.\"X\" = 1", "data[X] = 1", "X = 1",
            "@request.query.X = 1", "@collection.X.id = 1", "title:X = 1",
        ][place];
        let is_word = |word: &String| {
            let plain = |part: &str| {
                !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            };
            word.split_once(':').map_or(plain(word), |(key, more)| plain(key) && plain(more))
        };
        if let Ok(tree) = parse(&form.replace('X', &text)) {
            for name in tree.names() {
                prop_assert!(name.path.iter().all(is_word), "{}", name);
                if let Root::Collection { name, alias } = &name.root {
                    prop_assert!(is_word(name) && alias.as_ref().is_none_or(is_word));
                }
            }
        }
    }

    #[test]
    fn a_key_is_a_bind_even_if_it_were_no_word(key in hostile()) {
        prop_assert_eq!(sql(&by_key(&key)), sql(&by_key("zq'zq")));
    }
}

/// The names of a schema are words (`domain` sees to that); if they were not, they would still be
/// names.
#[test]
fn a_name_with_a_quote_would_stay_a_name() {
    let (table, column) = ("po\"sts; --", "na\"me' OR 1");
    let fields =
        vec![testing::field("id", "text", json!({})), testing::field(column, "text", json!({}))];
    let collection = testing::collection(table, CollectionKind::Base, fields);
    let schema =
        TestSchema { collections: vec![collection.clone()], list_rules: Default::default() };
    let connection = Connection::open_in_memory().unwrap();
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let make = format!("CREATE TABLE {} (id TEXT, {} TEXT)", quoted(table), quoted(column));
    connection.execute(&make, []).unwrap();
    let insert = format!("INSERT INTO {} VALUES ('a', 'b')", quoted(table));
    connection.execute(&insert, []).unwrap();
    let request = testing::guest();
    let scope = testing::scope(&schema, &collection, &request, Trust::Rule);
    let page = page(&scope, &Condition::Always, None, &[], ALL, Projection::Stored).unwrap();
    assert_eq!(testing::json(&connection, &page), json!([{ "id": "a", column: "b" }]));
    let record = Record::empty(&collection);
    let literal = exists(&scope, &Condition::Always, None, RowSource::Literal(&record)).unwrap();
    assert!(testing::first(&connection, &literal).is_some());
}
