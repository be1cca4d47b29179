//! What is asked of the request, and distances beside many rows: in SQL of stored rows and of rows
//! as literals, and in memory.

use serde_json::json;
use underpin_model::{Json, Record, RequestInfo};

use crate::{
    Condition, ResolveError, RowSource, SchemaLookup, Trust, Verdict, asks_who_points_here, exists,
    matches, parse,
    testing::{self, TestSchema, guest, rule},
};

fn request() -> RequestInfo {
    let mut request = guest();
    request.query.insert("q".to_owned(), "1".to_owned());
    request.query.insert("empty".to_owned(), String::new());
    request
}

fn rows(schema: &TestSchema) -> Vec<Record> {
    let post = |id: &str, title: &str, n: f64, data: Json, teams: &[&str]| {
        let place = json!({"lon": 0, "lat": n});
        let fields = json!({"id": id, "title": title, "n": n, "data": data, "teams": teams,
            "place": place, "day": ""});
        testing::record(schema, "posts", fields)
    };
    let team = |id: &str, size: f64| {
        testing::record(schema, "teams", json!({"id": id, "name": id, "size": size}))
    };
    vec![
        team("t1", 5.0),
        team("t2", 5_000.0),
        post("p1", "", 0.0, json!({"a": 0}), &[]),
        post("p2", "word", 1.0, json!({"a": 5}), &["t1", "t2"]),
        post("p3", "7 up", 5.0, json!({"a": "x"}), &["t2"]),
        post("p4", "1e-400", 0.5, json!({"a": "1e400"}), &["t1"]),
        post("p5", " -.5", -3.0, json!(null), &["t1"]),
    ]
}

/// The posts that a rule holds of, however it is asked.
fn held(filter: &str) -> Result<Vec<String>, ResolveError> {
    held_for(&request(), filter)
}

fn held_for(request: &RequestInfo, filter: &str) -> Result<Vec<String>, ResolveError> {
    let schema = testing::schema();
    let rows = rows(&schema);
    let posts = schema.collection("posts").unwrap();
    let filter = parse(filter).unwrap();
    testing::on_each(&schema, &rows, |database| {
        let scope = testing::scope_on(database, &schema, &posts, request, Trust::Rule);
        let always = &Condition::Always;
        let mut held = Vec::new();
        for post in rows.iter().filter(|row| row.collection().name == "posts") {
            let mut answers = Vec::new();
            for row in [RowSource::Table(post.id()), RowSource::Literal(post)] {
                let exists = exists(&scope, always, Some(&filter), row)?;
                answers.push(testing::first(database, &exists).is_some());
            }
            match matches(&scope, always, Some(&filter), post)? {
                Verdict::NeedsDatabase => {}
                verdict => answers.push(verdict == Verdict::Yes),
            }
            assert!(answers.iter().all(|one| *one == answers[0]), "{filter} of {}", post.id());
            held.extend(answers[0].then(|| post.id().to_owned()));
        }
        Ok(held)
    })
}

const NONE: [&str; 0] = [];
const ALL: [&str; 5] = ["p1", "p2", "p3", "p4", "p5"];

#[test]
fn beside_what_is_set_a_value_is_asked_for_its_truth() {
    let (set, unset) = ("@request.query.q:isset", "@request.query.none:isset");
    let of = |left: &str, sign: &str, right: &str| held(&format!("{left} {sign} {right}")).unwrap();
    // A text is as true as the number that it begins with.
    assert_eq!(of("title", "!=", set), ["p1", "p2", "p4"]);
    assert_eq!(of("title", "!=", unset), ["p3", "p5"]);
    assert_eq!(of("title", "?!=", unset), ["p3", "p5"]);
    assert_eq!(of("n", "!=", unset), ["p2", "p3", "p4", "p5"]);
    // What is missing is neither.
    assert_eq!(of("data.a", "!=", set), ["p1", "p3", "p5"]);
    assert_eq!(of("data.a", "!=", unset), ["p2", "p4", "p5"]);
    assert_eq!(of("data.a", "=", set), ["p2", "p4"]);
    assert_eq!(of("data.a", "=", unset), ["p1", "p3"]);
    assert_eq!(of("day:lower", "!=", unset), NONE);
    assert_eq!(of("@now", "!=", set), NONE);
    // Known texts that are missing are empty ones.
    for nothing in ["''", "null", "@request.query.none", "@request.query.empty"] {
        assert_eq!(of(nothing, "!=", unset), NONE, "{nothing}");
        assert_eq!(of(nothing, "!=", set), ALL, "{nothing}");
    }
    assert_eq!(of(set, "!=", unset), ALL);
    assert_eq!(of(set, "=", unset), NONE);
    // On the left, and with other signs, it is 1 or 0.
    assert_eq!(of(unset, "!=", "''"), ALL);
    assert_eq!(of("''", "=", unset), NONE);
    assert_eq!(of("n", "=", set), ["p2"]);
    assert_eq!(of("n", ">", unset), ["p2", "p3", "p4"]);
    assert_eq!(of(unset, "=", "data.a"), ["p1"]);
    assert_eq!(of(unset, "!=", "data.a"), ["p2", "p3", "p4", "p5"]);
    assert_eq!(of("title", "~", set), ["p4"]);
}

#[test]
fn each_of_many_rows_is_asked_for_its_truth() {
    assert_eq!(held("teams.name != @request.query.none:isset").unwrap(), ["p1"]);
    assert_eq!(held("teams.size != @request.query.none:isset").unwrap(), ALL);
    assert_eq!(held("teams.size ?!= @request.query.q:isset").unwrap(), ["p1"]);
}

#[test]
fn a_parameter_called_like_a_number_is_one_where_it_reads_as_one() {
    for (text, filter, holds) in [
        ("5", "@request.query.n = 5", true),
        ("5", "@request.query.n = '5'", false),
        ("5", "@request.query.n ~ '5'", true),
        ("+5.", "@request.query.n = 5 && @request.query.n < ''", true),
        ("1_000", "@request.query.n = 1000", true),
        ("-inf", "@request.query.n < -1000000000000000000000", true),
        // What is none stays the text that it is, larger than any number.
        ("red", "@request.query.n = 0", false),
        ("red", "@request.query.n = 'red'", true),
        ("red", "@request.query.n > ''", true),
        ("5x", "@request.query.n > 1000000 && @request.query.n ~ 'x'", true),
        (" 5", "@request.query.n = 5", false),
        ("1e400", "@request.query.n = '1e400'", true),
        ("nan", "@request.query.n = null || @request.query.n = 0", false),
        ("", "@request.query.n = ''", true),
        ("", "@request.query.n = 0", false),
    ] {
        let mut request = guest();
        request.query.insert("n".to_owned(), text.to_owned());
        let held = held_for(&request, filter).unwrap();
        assert_eq!(held, if holds { ALL.to_vec() } else { NONE.to_vec() }, "{text}: {filter}");
    }
}

#[test]
fn a_distance_stands_beside_each_of_many_rows() {
    // From the equator: 0, 111, 556, 56 and 334 km.
    let away = "geoDistance(place.lon, place.lat, 0, 0)";
    assert_eq!(held(&format!("{away} < teams.size")).unwrap(), ["p3"]);
    assert_eq!(held(&format!("teams.size > {away}")).unwrap(), ["p3"]);
    assert_eq!(held(&format!("{away} ?< teams.size")).unwrap(), ["p2", "p3"]);
    assert_eq!(held(&format!("{away} > teams.size")).unwrap(), ["p4", "p5"]);
    // One of many distances is enough.
    let far = "geoDistance(0, teams.size, 0, 0)";
    assert_eq!(held(&format!("{far} < 600")).unwrap(), ["p2", "p4", "p5"]);
    // 5,000 degrees are 40 beyond the equator: 4,448 km.
    assert_eq!(held(&format!("{far} < teams.size")).unwrap(), ["p3"]);
    assert_eq!(held(&format!("{far} ?< teams.size")).unwrap(), ["p2", "p3"]);
    assert_eq!(held(&format!("{far} > n")).unwrap(), ["p2", "p3", "p4", "p5"]);
    assert_eq!(held(&format!("n < {far}")).unwrap(), ["p2", "p3", "p4", "p5"]);
}

#[test]
fn a_modifier_that_there_is_none_of_is_refused() {
    for name in [
        "@request.body.title:nope",
        "@request.body.data.a:nope",
        "@request.body.nope:nope",
        "@request.body.place.lat:nope",
        "@request.query.q:nope",
        "@request.query.q.x:nope",
        "@request.headers.x:nope",
        "title:nope",
        "owner.name:nope",
        "secret:nope",
        "nope:nope",
    ] {
        let refused = held(&format!("{name} ?= ''"));
        assert!(matches!(refused, Err(ResolveError::BadModifier(_))), "{name}: {refused:?}");
    }
    // Inside a document it is a part of the key.
    assert_eq!(held("data.a:nope = null").unwrap(), ALL);
    assert_eq!(held("data.:a = null && data.a:b.c = null").unwrap(), ALL);
    // Nothing is submitted that could lead on.
    assert_eq!(held("@request.body.owner.name:nope = ''").unwrap(), ALL);
}

#[test]
fn a_known_caller_has_no_unknown_modifiers() {
    let schema = testing::schema();
    let user = testing::record(&schema, "users", json!({"id": "u1", "name": "a"}));
    let request = RequestInfo::of(underpin_model::Principal::User(user.into()));
    let posts = schema.collection("posts").unwrap();
    let scope = testing::scope(&schema, &posts, &request, Trust::Rule);
    let asked = |filter: &str, request: &RequestInfo| {
        let filter = parse(filter).unwrap();
        let scope = crate::Scope { request, ..scope };
        exists(&scope, &Condition::Always, Some(&filter), RowSource::Table("p1")).is_ok()
    };
    for name in ["name:nope", "nope:nope", "team.name:nope", "collectionName:nope", "id:nope"] {
        let filter = format!("@request.auth.{name} ?= ''");
        assert!(!asked(&filter, &request), "{name}");
        assert!(asked(&filter, &guest()), "{name} of a guest");
    }
    assert!(asked("@request.auth.nope.x:nope ?= ''", &request));
}

#[test]
fn a_condition_tells_whether_it_asks_who_points_here() {
    let schema = testing::schema();
    let teams = schema.collection("teams").unwrap();
    let request = guest();
    let scope = testing::scope(&schema, &teams, &request, Trust::Rule);
    for (text, asks) in [
        ("name = 'a'", false),
        ("posts_via_teams.title = ''", true),
        ("name = 'a' || users_via_team.name ?= posts_via_teams.title", true),
        ("geoDistance(posts_via_teams.place.lon, 1, 2, 3) < 5", true),
        ("posts_via_owner.title = ''", false),
        ("@collection.posts.title ?= '' && @request.body.posts_via_teams.title = ''", false),
    ] {
        assert_eq!(asks_who_points_here(&scope, &rule(text)), asks, "{text}");
    }
    assert!(!asks_who_points_here(&scope, &Condition::Always));
}
