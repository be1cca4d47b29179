//! Pages, single records, existence and loading by column, on every database.

use serde_json::json;
use underpin_model::{Record, record::Audience};

use crate::{
    Condition, Projection, RowSource, SchemaLookup, Targets, Trust, Verdict, Window, by_column,
    by_target, exists, matches, one, page, parse, parse_sort,
    testing::{self, TestSchema, guest, rule},
};

const SUPERUSER: Projection = Projection::Public { audience: Audience::Superuser };

fn posts(schema: &TestSchema) -> Vec<Record> {
    let post = |id: &str, n: f64, teams: &[&str]| {
        testing::record(
            schema,
            "posts",
            json!({"id": id, "n": n, "teams": teams, "tags": ["a", "b"]}),
        )
    };
    let mut first = post("pb", 1.0, &["t1"]);
    first.set("data", underpin_model::Value::Json(json!({"a": [1.5, "ü", null]})));
    first.set("flag", underpin_model::Value::Bool(true));
    first.set("m", underpin_model::Value::Number(0.1 + 0.2));
    first.set("place", underpin_model::Value::Point { lon: 10.0, lat: -2.5 });
    vec![first, post("pa", 1.0, &["t1", "t2"]), post("pc", 2.0, &[])]
}

fn ids(schema: &TestSchema, sort: &str, window: Window) -> Vec<String> {
    let collection = schema.collection("posts").unwrap();
    let request = guest();
    let sort = parse_sort(sort, Trust::Client).unwrap();
    testing::on_each(schema, &posts(schema), |database| {
        let scope = testing::scope_on(database, schema, &collection, &request, Trust::Client);
        let page = page(&scope, &Condition::Always, None, &sort, window, SUPERUSER).unwrap();
        testing::ids(database, &page)
    })
}

#[test]
fn records_come_in_the_order_in_which_they_were_made() {
    let schema = testing::schema();
    let all = Window::of_page(1, 10);
    assert_eq!(ids(&schema, "", all), ["pb", "pa", "pc"]);
    assert_eq!(ids(&schema, "-@rowid", all), ["pc", "pa", "pb"]);
    assert_eq!(ids(&schema, "-n", all), ["pc", "pb", "pa"]);
    assert_eq!(ids(&schema, "id", all), ["pa", "pb", "pc"]);
    assert_eq!(ids(&schema, "", Window::of_page(2, 2)), ["pc"]);
    assert_eq!(ids(&schema, "", Window::of_page(9, 2)), [""; 0]);
}

#[test]
fn a_record_reads_as_the_model_shows_it() {
    let schema = testing::schema();
    let collection = schema.collection("posts").unwrap();
    let request = guest();
    let posts = posts(&schema);
    for post in &posts {
        let ask = |projection| {
            testing::on_each(&schema, &posts, |database| {
                let scope =
                    testing::scope_on(database, &schema, &collection, &request, Trust::Client);
                let one = one(&scope, &Condition::Always, None, post.id(), projection).unwrap();
                testing::json(database, &one)
            })
        };
        for audience in [Audience::Everyone, Audience::Owner, Audience::Superuser] {
            let shown = ask(Projection::Public { audience });
            assert_eq!(shown, json!(post.to_public(audience)));
        }
        assert_eq!(ask(Projection::Stored), json!(post.to_stored()));
    }
}

#[test]
fn conditions_allow_by_any_and_deny_by_any() {
    let schema = testing::schema();
    let collection = schema.collection("posts").unwrap();
    let request = guest();
    let posts = posts(&schema);
    let when = |any_of: &[&str], none_of: &[&str]| {
        let parsed =
            |texts: &[&str]| texts.iter().map(|text| parse(text).unwrap().into()).collect();
        Condition::When { any_of: parsed(any_of), none_of: parsed(none_of) }
    };
    let allowed = |condition: Condition| -> Vec<&str> {
        testing::on_each(&schema, &posts, |database| {
            let scope = testing::scope_on(database, &schema, &collection, &request, Trust::Client);
            let holds = |post: &&Record| {
                let verdict = matches(&scope, &condition, None, post).unwrap();
                let answers = [RowSource::Table(post.id()), RowSource::Literal(post)].map(|row| {
                    let exists = exists(&scope, &condition, None, row).unwrap();
                    testing::first(database, &exists).is_some()
                });
                assert_eq!(answers[0], answers[1]);
                assert_eq!(answers[0], verdict == Verdict::Yes);
                answers[0]
            };
            posts.iter().filter(holds).map(Record::id).collect()
        })
    };
    assert_eq!(allowed(Condition::Never), [""; 0]);
    assert_eq!(allowed(when(&[], &[])).len(), 3);
    assert_eq!(allowed(when(&["n = 2", "id = 'pb'"], &[])), ["pb", "pc"]);
    assert_eq!(allowed(when(&["n > 0"], &["n = 2", "id = 'pa'"])), ["pb"]);
    // A denial that is NULL does not deny; neither does an allowance allow.
    assert_eq!(allowed(when(&["data.zz > 1"], &[])), [""; 0]);
    assert_eq!(allowed(when(&[], &["data.zz > 1"])).len(), 3);
}

#[test]
fn related_records_load_by_id_and_by_relation() {
    let schema = testing::schema();
    let collection = schema.collection("posts").unwrap();
    let request = guest();
    let loaded = |field: &str, values: &[&str], condition: &Condition| -> Vec<String> {
        let field = collection.field(field).unwrap();
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        testing::on_each(&schema, &posts(&schema), |database| {
            let scope = testing::scope_on(database, &schema, &collection, &request, Trust::Client);
            let load = by_column(&scope, condition, field, &values, &[], 100, SUPERUSER).unwrap();
            testing::ids(database, &load)
        })
    };
    assert_eq!(loaded("id", &["pa", "pc", "gone"], &Condition::Always), ["pa", "pc"]);
    assert_eq!(loaded("teams", &["t2", "t9"], &Condition::Always), ["pa"]);
    assert_eq!(loaded("teams", &["t1"], &rule("id != 'pa'")), ["pb"]);
    assert_eq!(loaded("id", &[], &Condition::Always), [""; 0]);
}

#[test]
fn the_first_records_of_each_target_load_back_over_a_relation() {
    let schema = testing::schema();
    let collection = schema.collection("posts").unwrap();
    let request = guest();
    let loaded = |field: &str, ids: &[&str], each: u64| -> Vec<String> {
        let field = collection.field(field).unwrap();
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        testing::on_each(&schema, &posts(&schema), |database| {
            let scope = testing::scope_on(database, &schema, &collection, &request, Trust::Client);
            let targets = Targets { field, ids: &ids, each };
            let load = by_target(&scope, &Condition::Always, targets, 100, SUPERUSER).unwrap();
            testing::ids(database, &load)
        })
    };
    assert_eq!(loaded("teams", &["t1", "t2"], 9), ["pb", "pa"]);
    assert_eq!(loaded("teams", &["t1"], 1), ["pb"]);
    assert_eq!(loaded("teams", &["t2", "t9"], 1), ["pa"]);
    assert_eq!(loaded("owner", &["", "u1"], 2), ["pb", "pa"]);
    assert_eq!(loaded("teams", &[], 2), [""; 0]);
}

#[test]
fn what_no_column_can_hold_is_just_not_there() {
    let schema = testing::schema();
    let collection = schema.collection("posts").unwrap();
    let mut request = guest();
    request.query.insert("q".to_owned(), "a\0b".to_owned());
    let mut rows = posts(&schema);
    for (row, title) in rows.iter_mut().zip(["a", "a\u{1}", "b"]) {
        row.set("title", underpin_model::Value::Text(title.to_owned()));
    }
    let found = |filter: &str| -> Vec<String> {
        let filter = parse(filter).unwrap();
        testing::on_each(&schema, &rows, |database| {
            let scope = testing::scope_on(database, &schema, &collection, &request, Trust::Rule);
            let window = Window::of_page(1, 10);
            let page = page(&scope, &Condition::Always, Some(&filter), &[], window, SUPERUSER);
            testing::ids(database, &page.unwrap())
        })
    };
    assert_eq!(found("title = @request.query.q"), [""; 0]);
    assert_eq!(found("title < @request.query.q"), ["pb"]);
    assert_eq!(found("title >= @request.query.q"), ["pa", "pc"]);
    assert_eq!(found("tags:each ?= @request.query.q || data.x = @request.query.q"), [""; 0]);
}

#[test]
fn what_needs_other_rows_is_left_to_the_database() {
    let schema = testing::schema();
    let collection = schema.collection("posts").unwrap();
    let request = guest();
    let scope = testing::scope(&schema, &collection, &request, Trust::Rule);
    let record = &posts(&schema)[0];
    let verdict = |text: &str| {
        matches(&scope, &Condition::Always, Some(&parse(text).unwrap()), record).unwrap()
    };
    assert_eq!(verdict("owner.name = 'x'"), Verdict::NeedsDatabase);
    assert_eq!(verdict("n = 1 && owner.name = 'x'"), Verdict::NeedsDatabase);
    assert_eq!(verdict("n = 9 && owner.name = 'x'"), Verdict::No);
    assert_eq!(verdict("n = 1 || tags:each = 'x'"), Verdict::Yes);
    assert_eq!(verdict("strftime('%Y', day) = ''"), Verdict::NeedsDatabase);
}

#[test]
fn many_values_must_all_hold_unless_one_is_asked_for() {
    let schema = testing::schema();
    let collection = schema.collection("posts").unwrap();
    let request = guest();
    let mut rows = posts(&schema);
    for (id, size) in [("t1", 3), ("t2", 9)] {
        let team = json!({"id": id, "name": id, "size": size});
        rows.push(testing::record(&schema, "teams", team));
    }
    let found = |filter: &str| -> Vec<String> {
        let filter = parse(filter).unwrap();
        let window = Window::of_page(1, 10);
        testing::on_each(&schema, &rows, |database| {
            let scope = testing::scope_on(database, &schema, &collection, &request, Trust::Rule);
            let page = page(&scope, &Condition::Always, Some(&filter), &[], window, SUPERUSER);
            testing::ids(database, &page.unwrap())
        })
    };
    assert_eq!(found("teams.size = 3"), ["pb"]);
    assert_eq!(found("teams.size ?= 3"), ["pb", "pa"]);
    assert_eq!(found("teams.size > 0"), ["pb", "pa"]);
    assert_eq!(found("teams.size = ''"), ["pc"]);
    assert_eq!(found("teams.size != 7"), ["pb", "pa", "pc"]);
    assert_eq!(found("'' = teams.id:each"), ["pc"]);
    assert_eq!(found("teams.id ?= ''"), ["pc"]);
    assert_eq!(found("teams.size ?= 3 && teams.name ?= 't2'"), [""; 0]);
    assert_eq!(found("teams.size = teams.size"), ["pb", "pc"]);
    assert_eq!(found("tags:each ?= 'a' && tags:each != 'c'"), ["pb", "pa", "pc"]);
    assert_eq!(found("@collection.teams.id ?= teams.id && @collection.teams.size ?= 9"), ["pa"]);
}

#[test]
fn a_text_compared_with_a_list_is_never_read_as_json() {
    let schema = testing::schema();
    let collection = schema.collection("posts").unwrap();
    let request = guest();
    let filter = parse("id = tags:length && 'a' = tags").unwrap();
    let found = testing::on_each(&schema, &posts(&schema), |database| {
        let scope = testing::scope_on(database, &schema, &collection, &request, Trust::Client);
        let window = Window::of_page(1, 10);
        let page = page(&scope, &Condition::Always, Some(&filter), &[], window, SUPERUSER);
        testing::ids(database, &page.unwrap())
    });
    assert_eq!(found, [""; 0]);
}
