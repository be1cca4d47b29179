//! The answer in memory is SQL's, for random records and random filters.

use proptest::prelude::*;
use serde_json::json;
use underpin_model::{Json, Principal, Record, RequestInfo};

use crate::{
    Condition, Filter, RowSource, Scope, Trust, Verdict, Window, count, exists, matches, page,
    parse,
    testing::{self, LITERALS, Rows, TestSchema},
};

const NAMES: [&str; 29] = [
    "id",
    "title",
    "title:lower",
    "n",
    "n:lower",
    "m",
    "flag",
    "flag:lower",
    "day",
    "tag",
    "tag:length",
    "tags",
    "tags:length",
    "tags:lower",
    "data",
    "data:lower",
    "data.x",
    "data.x.y",
    "data.0",
    "data.1.x",
    "place",
    "place.lon",
    "owner",
    "owner.id",
    "@request.auth.name",
    "@request.query.n",
    "@request.query.n:isset",
    "@request.query.none:isset",
    "@request.body.title:isset",
];

fn operand() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(&NAMES[..]).prop_map(str::to_owned),
        2 => prop::sample::select(&LITERALS[..]).prop_map(str::to_owned),
    ]
}

fn filter() -> impl Strategy<Value = String> {
    let signs = ["=", "!=", "~", "!~", "<", "<=", ">", ">=", "?=", "?!=", "?~", "?<"];
    let comparison = (operand(), prop::sample::select(signs.to_vec()), operand())
        .prop_map(|(left, sign, right)| format!("{left} {sign} {right}"));
    comparison.prop_recursive(3, 8, 3, |inner| {
        (prop::collection::vec(inner, 2..4), prop::bool::ANY).prop_map(|(parts, all)| {
            let parts: Vec<_> = parts.into_iter().map(|part| format!("({part})")).collect();
            parts.join(if all { " && " } else { " || " })
        })
    })
}

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "", "a", "A", "5", "5.0", "abc", "a_b", "100%", "a\\b", "text", "ä", "[]", "1", "-1.5",
        "1e-400", " 7a", ".5x", "-.", "0.0",
    ])
    .prop_map(str::to_owned)
}

fn number() -> impl Strategy<Value = f64> {
    prop::sample::select(vec![0.0, 1.0, 5.0, -1.5, 0.25, 100.0, 1e20, 1e-7, 0.1 + 0.2])
}

/// Documents as they are stored: whole numbers without a fraction.
fn document() -> impl Strategy<Value = Json> {
    let scalar = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        number().prop_map(Json::from),
        prop::sample::select(vec![0, 1, 5, -3]).prop_map(Json::from),
        text().prop_map(Json::from),
    ];
    scalar
        .prop_recursive(2, 6, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
                prop::collection::btree_map(
                    prop::sample::select(vec!["x".to_owned(), "y".to_owned(), "0".to_owned()]),
                    inner,
                    0..3
                )
                .prop_map(|map| Json::from(serde_json::Map::from_iter(map))),
            ]
        })
        .prop_map(|mut document| {
            underpin_model::json_number::normalise_numbers(&mut document);
            document
        })
}

fn fields() -> impl Strategy<Value = Json> {
    let tags = prop::sample::subsequence(vec!["a", "b", "c"], 0..=3);
    let day =
        prop::sample::select(vec!["", "2024-01-01 00:00:00.000Z", "2025-06-01 12:00:00.000Z"]);
    let owner = prop::sample::select(vec!["", "u1", "u2", "gone"]);
    let place = prop::sample::select(vec![(0.0, 0.0), (10.0, 20.5), (-71.05, 42.36)]);
    (text(), number(), number(), any::<bool>(), day, tags, document(), place, owner).prop_map(
        |(title, n, m, flag, day, tags, data, (lon, lat), owner)| {
            json!({"title": title, "n": n, "m": m, "flag": flag, "day": day,
                "tag": tags.first().unwrap_or(&""), "tags": tags, "data": data,
                "place": {"lon": lon, "lat": lat}, "owner": owner})
        },
    )
}

fn request(schema: &TestSchema) -> RequestInfo {
    let user = json!({"id": "u1", "name": "a", "email": "a@example.com"});
    let user = testing::record(schema, "users", user);
    let mut request = RequestInfo::of(Principal::User(user.into()));
    request.query.insert("n".to_owned(), "5".to_owned());
    request
}

/// The ids that SQL lists, that SQL finds row by row, and that memory finds.
fn answers(
    schema: &TestSchema,
    posts: &[Record],
    filter: &Filter,
    database: &dyn Rows,
) -> [Vec<String>; 3] {
    let collection = schema.collections.last().unwrap();
    let request = request(schema);
    let scope = testing::scope(schema, collection, &request, Trust::Rule);
    let scope = Scope { flavour: database.flavour(), ..scope };
    let always = &Condition::Always;
    let window = Window { offset: 0, limit: 1_000 };
    let listed = page(&scope, always, Some(filter), &[], window, crate::Projection::Stored);
    let listed = testing::ids(database, &listed.unwrap());
    let counted =
        testing::first(database, &count(&scope, always, Some(filter), &[]).unwrap().select);
    assert_eq!(counted, Some(i64::try_from(listed.len()).unwrap().into()));
    let ids = |holds: &dyn Fn(&Record) -> bool| -> Vec<String> {
        posts.iter().filter(|post| holds(post)).map(|post| post.id().to_owned()).collect()
    };
    let literal = ids(&|post| {
        let asked = exists(&scope, always, Some(filter), RowSource::Literal(post)).unwrap();
        testing::first(database, &asked).is_some()
    });
    let memory = ids(&|post| {
        let verdict = matches(&scope, always, Some(filter), post).unwrap();
        assert_ne!(verdict, Verdict::NeedsDatabase, "{filter}");
        verdict == Verdict::Yes
    });
    [listed, literal, memory]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn memory_and_sql_agree(rows in prop::collection::vec(fields(), 1..8), text in filter()) {
        let schema = testing::schema();
        let posts: Vec<Record> = rows
            .into_iter()
            .enumerate()
            .map(|(position, mut fields)| {
                fields["id"] = Json::from(format!("p{position}"));
                testing::record(&schema, "posts", fields)
            })
            .collect();
        let filter = parse(&text).unwrap();
        for database in testing::databases(&schema, &posts) {
            let [listed, literal, memory] = answers(&schema, &posts, &filter, &*database);
            prop_assert_eq!(&listed, &memory, "listed and in memory: {}", text);
            prop_assert_eq!(&listed, &literal, "listed and as literals: {}", text);
        }
    }
}
