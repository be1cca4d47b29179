//! `strftime` of every database is SQLite's, whatever is asked of it.

use proptest::prelude::*;
use rusqlite::types::Value as Bind;
use sea_query::{Alias, Query};

use crate::{
    Cell, Flavour, FlavourOperand as Operand, Kind,
    testing::{self, Rows},
};

/// Questions asked of each database at once.
const MANY: usize = 100;

fn literal(flavour: &dyn Flavour, cell: Cell) -> Operand {
    Operand::bare(flavour.bind(&cell), Kind::Known(cell))
}

fn answers(database: &dyn Rows, questions: &[(String, Cell, Vec<String>)]) -> Vec<Bind> {
    let flavour = database.flavour();
    let mut select = Query::select();
    for (place, (format, moment, modifiers)) in questions.iter().enumerate() {
        let text = |text: &String| literal(flavour, Cell::Text(text.clone()));
        let mut arguments = vec![text(format), literal(flavour, moment.clone())];
        arguments.extend(modifiers.iter().map(text));
        select.expr_as(flavour.strftime(arguments), Alias::new(format!("v{place}")));
    }
    database.rows(&select).remove(0)
}

fn agree(questions: &[(String, Cell, Vec<String>)]) {
    let [sqlite, postgres] =
        testing::databases(&testing::schema(), &[]).map(|database| answers(&*database, questions));
    let answers = questions.iter().zip(sqlite).zip(postgres);
    // SQLite forgets that a moment was none when the time zone changes.
    let is_revived = |modifiers: &[String]| {
        let zones = ["utc", "localtime"];
        modifiers.iter().any(|modifier| zones.contains(&modifier.to_ascii_lowercase().as_str()))
    };
    let differing = answers.filter(|(((_, _, modifiers), one), other)| {
        one != other && !(*other == Bind::Null && is_revived(modifiers))
    });
    let differing: Vec<_> = differing.collect();
    assert!(differing.is_empty(), "SQLite and PostgreSQL: {differing:#?}");
}

fn format() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just("%Y-%m-%d %H:%M:%f".to_owned()),
        2 => Just("%j %s %S %w %W".to_owned()),
        2 => Just("%e|%F|%G|%g|%I|%k|%l|%p|%P|%R|%T|%u|%U|%V|%%".to_owned()),
        1 => Just("%Y ä %".to_owned()),
        1 => "%[a-zA-IK-Z%]",
        1 => "[a-z%YmdHMSfjsw ]{0,8}",
    ]
}

fn day() -> impl Strategy<Value = String> {
    let year = prop_oneof![4 => 1990u32..2040, 1 => 0u32..10_000];
    (year, 1u32..13, 1u32..32).prop_map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}"))
}

fn clock() -> impl Strategy<Value = String> {
    let zone = prop::sample::select(vec!["", "", "", "Z", " +02:00", "-05:30", "+00:00", "z "]);
    let fraction = prop_oneof![
        2 => Just(String::new()),
        1 => "\\.[0-9]{1,3}",
        1 => "\\.[0-9]{4,9}",
    ];
    (0u32..25, 0u32..60, prop::option::of((0u32..60, fraction)), zone).prop_map(
        |(h, m, seconds, zone)| {
            let seconds = seconds.map_or(String::new(), |(s, part)| format!(":{s:02}{part}"));
            format!("{h:02}:{m:02}{seconds}{zone}")
        },
    )
}

fn moment() -> impl Strategy<Value = Cell> {
    prop_oneof![
        4 => (day(), clock()).prop_map(|(day, clock)| Cell::Text(format!("{day} {clock}"))),
        1 => (day(), clock()).prop_map(|(day, clock)| Cell::Text(format!("-{day}T{clock}"))),
        2 => day().prop_map(Cell::Text),
        2 => clock().prop_map(Cell::Text),
        1 => (0.0..5_400_000.0).prop_map(Cell::Real),
        1 => (-300_000_000_000i64..300_000_000_000).prop_map(Cell::Integer),
        1 => (0i64..2_000_000_000).prop_map(|number| Cell::Text(number.to_string())),
        1 => (-1e12..1e12).prop_map(Cell::Real),
        1 => prop::sample::select(vec![
            "", " 5", "2024-02-30", "2023-02-31", "2024-13-01", "2024-01-01 25:00", "x", "1e400",
            "2024-01-01  12:00", "2024-01-01T12:00:60", "9999-12-31 23:59:59.999", "0000-01-01",
            "-4713-11-24 12:00", "-4713-11-24 11:59", "2451545", ".5", "5.", "1e-400", "-1e999",
            "+2451545.25", "2024-01-01 12:00:00.9999", "2024-01-01 12:00+15:00", "2024-1-1",
        ]).prop_map(|text| Cell::Text(text.to_owned())),
        1 => Just(Cell::Null),
        1 => "\\PC{0,10}".prop_map(Cell::Text),
    ]
}

fn modifier() -> impl Strategy<Value = String> {
    let unit = prop::sample::select(vec![
        "second", "seconds", "minute", "minutes", "hours", "day", "days", "Months", "month",
        "years", "year", "weeks",
    ]);
    let amount = prop_oneof![
        3 => (-500i32..500).prop_map(|number| format!("{number:+}")),
        1 => (-9_000_000i32..9_000_000).prop_map(|number| number.to_string()),
        1 => (-50.0..50.0f64).prop_map(|number| format!("{number:.3}")),
        1 => Just("+1e3".to_owned()),
    ];
    prop_oneof![
        5 => (amount, unit).prop_map(|(amount, unit)| format!("{amount} {unit}")),
        2 => (0u8..8).prop_map(|day| format!("weekday {day}")),
        3 => prop::sample::select(vec![
            "start of month", "start of year", "start of day", "Start Of Day", "start of week",
        ]).prop_map(str::to_owned),
        3 => prop::sample::select(vec![
            "unixepoch", "auto", "julianday", "subsec", "subsecond", "utc", "localtime", "ceiling",
            "floor", "UTC", "nothing", "", "weekday 1.5", "weekday", "+ 5 days", "5days",
        ]).prop_map(str::to_owned),
        2 => (prop::sample::select(vec!["+", "-", ""]), clock())
            .prop_map(|(sign, clock)| format!("{sign}{clock}")),
        2 => ("[+-]", 0u32..40, 0u32..13, 0u32..32, prop::option::of(clock())).prop_map(
            |(sign, y, m, d, clock)| {
                let clock = clock.map_or(String::new(), |clock| format!(" {clock}"));
                format!("{sign}{y:04}-{m:02}-{d:02}{clock}")
            }
        ),
        1 => "\\PC{0,8}",
    ]
}

fn question() -> impl Strategy<Value = (String, Cell, Vec<String>)> {
    (format(), moment(), prop::collection::vec(modifier(), 0..4))
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20, ..ProptestConfig::with_cases(20) })]

    #[test]
    fn moments_read_and_show_the_same(questions in prop::collection::vec(question(), MANY)) {
        agree(&questions);
    }
}

#[test]
fn julian_days_differ_in_the_last_digit_at_most() {
    let days = (0..500u32).map(|number| Cell::Real(f64::from(number) * 10_731.123_456_7 + 1.0));
    let questions: Vec<_> = days.map(|day| ("%J".to_owned(), day, Vec::new())).collect();
    let [sqlite, postgres] = testing::databases(&testing::schema(), &[]).map(|database| {
        let number = |cell: &Bind| match cell {
            Bind::Text(day) => day.parse::<f64>().unwrap(),
            other => panic!("{other:?}"),
        };
        answers(&*database, &questions).iter().map(number).collect::<Vec<_>>()
    });
    for (one, other) in sqlite.iter().zip(postgres) {
        assert!((one - other).abs() <= one * 2e-16, "{one} and {other}");
    }
}

#[test]
fn the_present_moment_has_a_year() {
    let now = ("%Y".to_owned(), Cell::Text("now".to_owned()), Vec::new());
    let later = ("%Y".to_owned(), Cell::Text("NOW".to_owned()), vec!["+10 years".to_owned()]);
    for database in testing::databases(&testing::schema(), &[]) {
        let found = answers(&*database, &[now.clone(), later.clone()]);
        let years = found.iter().map(|cell| match cell {
            Bind::Text(year) => year.parse::<i32>().unwrap(),
            other => panic!("{other:?}"),
        });
        let years: Vec<_> = years.collect();
        assert_eq!(years[0] + 10, years[1]);
    }
}

/// The moment is brought to UTC by the modifier itself, which forgets the parts of a second.
#[test]
fn a_time_of_day_with_a_zone_is_not_in_utc_yet() {
    let moment = || Cell::Text("16:07 +02:00".to_owned());
    let after = |modifiers: &[&str]| {
        let modifiers = modifiers.iter().map(|modifier| (*modifier).to_owned()).collect();
        ("%s %H:%M".to_owned(), moment(), modifiers)
    };
    agree(&[
        after(&["subsec", "utc", "-0000-00-11 11:13"]),
        after(&["subsec", "utc"]),
        after(&["utc", "subsec"]),
        after(&["subsec", "+1 day", "utc"]),
        after(&["ceiling", "subsec", "utc", "utc"]),
        after(&["localtime", "utc"]),
    ]);
}
