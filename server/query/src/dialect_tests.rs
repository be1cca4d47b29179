//! What the dialects build gives the same in every database, piece by piece.

use proptest::{prelude::*, sample::Index};
use rusqlite::types::Value as Bind;
use sea_query::{
    Alias, Expr, ExprTrait, IntoIden, JoinType, Order, Query, SelectStatement, TableRef,
};
use serde_json::json;
use underpin_model::{Json, Record, field::ColumnShape};

use crate::{
    Affinity, Cell, Comparator, Flavour, FlavourOperand as Operand, JsonStep, Kind, LikePattern,
    testing::{self, Rows, TestSchema},
};

const COMPARATORS: [Comparator; 7] = [
    Comparator::Equal,
    Comparator::Less,
    Comparator::LessOrEqual,
    Comparator::Greater,
    Comparator::GreaterOrEqual,
    Comparator::Same,
    Comparator::NotSame,
];

fn column(table: &str, name: &str) -> Expr {
    Expr::col((Alias::new(table), Alias::new(name)))
}

/// The rows as `a`, each beside the row that its owner names as `b`.
fn pairs() -> SelectStatement {
    let table = |alias: &str| {
        TableRef::Table(Alias::new("posts").into(), Some(Alias::new(alias).into_iden()))
    };
    let owned = column("b", "id").eq(column("a", "owner"));
    let mut select = Query::select();
    select.from(table("a")).join(JoinType::LeftJoin, table("b"), owned);
    select.order_by_expr(column("a", "id"), Order::Asc);
    select
}

/// Something of each kind from a row.
fn of_row(flavour: &dyn Flavour, table: &str) -> Vec<Operand> {
    let known = |degrees: f64| {
        let cell = Cell::Real(degrees);
        Operand::bare(flavour.bind(&cell), Kind::Known(cell))
    };
    let plain = |name: &str, kind: Kind| Operand::bare(column(table, name), kind);
    let with = |affinity: Affinity, operand: Operand| Operand { affinity, ..operand };
    let inside = |path: &[JsonStep]| {
        Operand::bare(flavour.json_extract(column(table, "data"), path), Kind::Scalar)
    };
    let bare = |operand: Operand| Operand { expr: flavour.bare(operand.expr.clone()), ..operand };
    let place = |name: &str| {
        let path = [JsonStep::Key(name.to_owned())];
        Operand::bare(flavour.json_extract(column(table, "place"), &path), Kind::Scalar)
    };
    let away = [place("lon"), place("lat"), known(10.0), plain("n", Kind::Number)];
    let degrees = [plain("title", Kind::Text), inside(&[]), known(0.0), known(0.0)];
    vec![
        with(Affinity::Text, plain("title", Kind::Text)),
        bare(plain("title", Kind::Text)),
        with(Affinity::Numeric, plain("n", Kind::Number)),
        bare(plain("m", Kind::Number)),
        with(Affinity::Numeric, plain("flag", Kind::Bool)),
        bare(plain("flag", Kind::Bool)),
        with(Affinity::Numeric, plain("tags", Kind::List)),
        bare(plain("tags", Kind::List)),
        bare(plain("place", Kind::Point)),
        inside(&[]),
        inside(&[JsonStep::Key("x".to_owned())]),
        inside(&[JsonStep::Index(1), JsonStep::Key("y".to_owned())]),
        place("lon"),
        Operand::bare(flavour.list_length(column(table, "tags")), Kind::Integer),
        Operand::bare(flavour.distance(away), Kind::Real),
        Operand::bare(flavour.distance(degrees), Kind::Real),
        Operand::bare(flavour.lower(plain("title", Kind::Text)), Kind::Text),
        Operand::bare(flavour.lower(inside(&[])), Kind::Text),
        Operand::bare(flavour.lower(plain("n", Kind::Number)), Kind::Text),
    ]
}

fn known(flavour: &dyn Flavour) -> Vec<Operand> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let cells = [
        Cell::Null,
        Cell::Integer(0),
        Cell::Integer(1),
        Cell::Integer(5),
        Cell::Integer(9_007_199_254_740_993),
        Cell::Real(-1.5),
        Cell::Real(0.25),
        Cell::Real(1e20),
        text(""),
        text("a"),
        text("5"),
        text(" 5.0 "),
        text("5.0"),
        text("1e400"),
        text("9007199254740993"),
        text("ab"),
        text("Z"),
        text("ä"),
        text("[]"),
        text(r#"["a","b"]"#),
        text("{"),
    ];
    let bare = |cell: Cell| Operand::bare(flavour.bind(&cell), Kind::Known(cell));
    let number = Cell::Real(0.25);
    let stored = Operand {
        expr: flavour.typed_bind(ColumnShape::Number, &number),
        affinity: Affinity::Numeric,
        kind: Kind::Known(number),
        or_empty: false,
    };
    cells.into_iter().map(bare).chain([stored]).collect()
}

fn truth(condition: Expr) -> Expr {
    Expr::case(condition.clone(), 1).case(Expr::expr(condition).not(), 0).into()
}

/// Every row's values, `many` at a time.
fn asked(database: &dyn Rows, values: Vec<Expr>) -> Vec<Vec<Bind>> {
    let mut found: Vec<Vec<Bind>> = Vec::new();
    for part in values.chunks(200) {
        let mut select = pairs();
        for (place, value) in part.iter().enumerate() {
            select.expr_as(value.clone(), Alias::new(format!("v{place}")));
        }
        for (place, row) in database.rows(&select).into_iter().enumerate() {
            match found.get_mut(place) {
                Some(start) => start.extend(row),
                None => found.push(row),
            }
        }
    }
    found
}

fn posts(schema: &TestSchema, rows: Vec<Json>) -> Vec<Record> {
    let number = |(place, mut fields): (usize, Json)| {
        fields["id"] = json!(format!("p{place}"));
        testing::record(schema, "posts", fields)
    };
    rows.into_iter().enumerate().map(number).collect()
}

const TEXTS: [&str; 28] = [
    "",
    "a",
    "A",
    "ab",
    "5",
    " 5.0 ",
    "-1.5",
    "1e3",
    "Z",
    "ä",
    "Ä",
    "[]",
    "{",
    "z\\",
    "100%",
    "a_b",
    "0x5",
    ".5",
    "5.",
    "+5",
    "1e400",
    "9007199254740993",
    "1e-400",
    " \n7a",
    "-.5e",
    ".e3",
    "5.e2x",
    "0.0e5",
];

const NUMBERS: [f64; 15] = [
    0.0,
    1.0,
    5.0,
    -1.5,
    0.25,
    1000.0,
    1e20,
    1e-7,
    0.1 + 0.2,
    9_007_199_254_740_992.0,
    1e-200,
    1e16,
    123_456_789_012_345_680.0,
    -1e300,
    0.000_012_5,
];

fn rows() -> impl Strategy<Value = Vec<Json>> {
    let text = prop::sample::select(&TEXTS[..]);
    let number = prop::sample::select(&NUMBERS[..]);
    let scalar = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        number.clone().prop_map(Json::from),
        prop::sample::select(vec![0i64, 5, -3, i64::MAX]).prop_map(Json::from),
        Just(json!(u64::MAX)),
        text.clone().prop_map(Json::from),
        Just(json!("a\"b\\ c\u{1}\n")),
    ];
    let document = scalar.clone().prop_recursive(2, 6, 3, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            (inner.clone(), inner).prop_map(|(x, y)| json!({"x": x, "y": y, "a b": " , : "})),
        ]
    });
    let document = document.prop_map(|mut document| {
        underpin_model::json_number::normalise_numbers(&mut document);
        document
    });
    let tags = prop::sample::subsequence(vec!["a", "b", "c\", \"", " d, "], 0..=4);
    let owner = prop::sample::select(vec!["", "p0", "p1"]);
    let degrees = prop::sample::select(vec![0.0, 10.0, -71.05, 1e-6, 0.000_01, 179.5]);
    let row = (text, number.clone(), number, any::<bool>(), tags, document, degrees, owner)
        .prop_map(|(title, n, m, flag, tags, data, lon, owner)| {
            json!({"title": title, "n": n, "m": m, "flag": flag, "tags": tags, "data": data,
                "place": {"lon": lon, "lat": 2.5}, "owner": owner})
        });
    prop::collection::vec(row, 1..6)
}

/// As text: a number that stands for its text is as good as the text.
fn shown(rows: &[Vec<Bind>]) -> Vec<Vec<String>> {
    let cell = |cell: &Bind| match cell {
        Bind::Integer(integer) => format!("{:?}", integer.to_string()),
        Bind::Text(text) => format!("{text:?}"),
        other => format!("{other:?}"),
    };
    rows.iter().map(|row| row.iter().map(cell).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn every_kind_compares_with_every_other(rows in rows(), one in any::<Index>()) {
        let schema = testing::schema();
        let [sqlite, postgres] = testing::databases(&schema, &posts(&schema, rows)).map(|database| {
            let flavour = database.flavour();
            let (rights, knowns) = (of_row(flavour, "b"), known(flavour));
            let lefts: Vec<_> = of_row(flavour, "a").into_iter().chain(knowns.clone()).collect();
            let mut values = Vec::new();
            let mut names = Vec::new();
            for left in [one.get(&lefts)] {
                for right in rights.iter().chain(&knowns) {
                    for comparator in COMPARATORS {
                        let condition = flavour.compare(left.clone(), comparator, right.clone());
                        values.push(truth(condition));
                        names.push(format!("{:?} {:?} {comparator:?} {:?} {:?}", left.kind, left.affinity, right.kind, right.affinity));
                    }
                    for comparator in [Comparator::Equal, Comparator::NotSame] {
                        let side = |operand: &Operand| {
                            let is_text = !matches!(operand.kind, Kind::Known(_));
                            Operand { or_empty: is_text, affinity: Affinity::None, expr: flavour.bare(operand.expr.clone()), ..operand.clone() }
                        };
                        values.push(truth(flavour.compare(side(left), comparator, side(right))));
                        names.push(format!("or empty: {:?} {comparator:?} {:?}", left.kind, right.kind));
                    }
                }
            }
            (names, asked(&*database, values))
        });
        for (row, (one, other)) in sqlite.1.iter().zip(&postgres.1).enumerate() {
            for ((name, one), other) in sqlite.0.iter().zip(one).zip(other) {
                prop_assert_eq!(one, other, "row {}: {}", row, name);
            }
        }
    }

    #[test]
    fn values_read_and_show_the_same(rows in rows()) {
        let schema = testing::schema();
        let [sqlite, postgres] = testing::databases(&schema, &posts(&schema, rows)).map(|database| {
            let flavour = database.flavour();
            let mut values = Vec::new();
            for operand in ["a", "b"].iter().flat_map(|table| of_row(flavour, table)) {
                let patterns = ["%a%", "5%", "a\\", "_", "%\\%%", "%.0%", "%ä%", "", "[%"];
                for pattern in patterns {
                    let known = LikePattern::Known(Cell::Text(pattern.to_owned()));
                    values.push(truth(flavour.like(operand.clone(), known)));
                }
                for other in of_row(flavour, "a") {
                    values.push(truth(flavour.like(operand.clone(), LikePattern::Around(other))));
                }
                for truth_of_it in [true, false] {
                    values.push(truth(flavour.is_not(operand.clone(), truth_of_it)));
                }
                values.push(flavour.text(operand.clone()));
                values.push(flavour.lower(operand));
            }
            let members = ["title", "n", "m", "flag", "tags", "data", "place"].map(|name| {
                let field = schema.collections[2].field(name).unwrap();
                let member = flavour.json_member(field.column(), column("a", name));
                (name.to_owned(), member)
            });
            let of_view = ["title", "n", "flag", "tags", "data", "place"].map(|name| {
                let field = schema.collections[2].field(name).unwrap();
                let member = flavour.json_member_of_view(field.column(), column("b", name));
                (name.to_owned(), member)
            });
            let long = ("x".repeat(80), column("a", "id"));
            let many: Vec<_> = members.iter().cycle().take(60).cloned().chain([long]).collect();
            let objects = [members.to_vec(), many, of_view.to_vec()].map(|members| flavour.json_object(members));
            let objects = asked(&*database, objects.to_vec());
            let objects: Vec<Vec<Json>> = objects.into_iter().map(|row| {
                row.into_iter().map(|cell| match cell {
                    Bind::Text(text) => serde_json::from_str(&text).unwrap(),
                    other => panic!("{other:?}"),
                }).collect()
            }).collect();
            (shown(&asked(&*database, values)), objects)
        });
        for (one, other) in sqlite.0.iter().zip(&postgres.0) {
            for (place, (one, other)) in one.iter().zip(other).enumerate() {
                prop_assert_eq!(one, other, "value {}", place);
            }
        }
        prop_assert_eq!(sqlite.1, postgres.1);
    }
}
