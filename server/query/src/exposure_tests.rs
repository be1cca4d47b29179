//! What clients must not learn, and what must not get into SQL texts.

use proptest::prelude::*;
use sea_query::{PostgresQueryBuilder, SelectStatement, SqliteQueryBuilder, Values};
use serde_json::json;
use underpin_model::{Json, Principal, Record, RequestInfo, record::Audience};

use crate::{
    Condition, Flavour, PostgresFlavour, Projection, ResolveError, Scope, SqliteFlavour, Trust,
    Window, count, page, parse, parse_sort,
    testing::{self, TestSchema, guest, rule},
};

const EVERYONE: Projection = Projection::Public { audience: Audience::Everyone };
const ALL: Window = Window { offset: 0, limit: 100 };

fn rows(schema: &TestSchema) -> Vec<Record> {
    let user = |id, name, visible| {
        let email = format!("{id}@example.com");
        let fields = json!({"id": id, "name": name, "email": email, "emailVisibility": visible,
            "secret": "s", "team": "t1"});
        testing::record(schema, "users", fields)
    };
    let post = |id, owner, teams: Json| {
        testing::record(schema, "posts", json!({"id": id, "owner": owner, "teams": teams}))
    };
    vec![
        testing::record(schema, "teams", json!({"id": "t1", "name": "red", "size": 3})),
        testing::record(schema, "teams", json!({"id": "t2", "name": "blue", "size": 9})),
        user("u1", "Ann", true),
        user("u2", "Bob", false),
        post("p1", "u1", json!(["t1", "t2"])),
        post("p2", "u2", json!(["t1"])),
        post("p3", "", json!([])),
    ]
}

fn listed(
    schema: &TestSchema,
    collection: &str,
    filter: &str,
    sort: &str,
    trust: Trust,
) -> Result<Vec<String>, ResolveError> {
    let collection = crate::SchemaLookup::collection(schema, collection).unwrap();
    let request = guest();
    let filter = (!filter.is_empty()).then(|| parse(filter).unwrap());
    let sort = parse_sort(sort, trust).unwrap();
    testing::on_each(schema, &rows(schema), |database| {
        let scope = testing::scope_on(database, schema, &collection, &request, trust);
        let page = page(&scope, &Condition::Always, filter.as_ref(), &sort, ALL, EVERYONE)?;
        Ok(testing::ids(database, &page))
    })
}

fn by_client(filter: &str) -> Result<Vec<String>, ResolveError> {
    listed(&testing::schema(), "posts", filter, "", Trust::Client)
}

#[test]
fn hidden_fields_are_unknown_to_clients_wherever_they_are_named() {
    let hidden = [
        "secret = 's'",
        "owner.secret = 's'",
        "strftime('%Y', secret) = ''",
        "@collection.users.secret = 's'",
        "posts_via_owner.secret = ''",
    ];
    for filter in hidden {
        let refused = by_client(filter).unwrap_err();
        let unknown = by_client(&filter.replace("secret", "nothing")).unwrap_err();
        let renamed = refused.to_string().replace("secret", "nothing");
        assert_eq!(renamed, unknown.to_string(), "{filter}");
    }
    let schema = testing::schema();
    for sort in ["secret", "owner.secret"] {
        assert!(listed(&schema, "posts", "", sort, Trust::Client).is_err(), "{sort}");
        assert!(listed(&schema, "posts", "", sort, Trust::Superuser).is_ok(), "{sort}");
    }
    assert_eq!(listed(&schema, "posts", "owner.secret = 's'", "", Trust::Rule).unwrap().len(), 2);
}

#[test]
fn names_of_rules_are_forbidden_to_clients() {
    for filter in ["@request.auth.id = ''", "@collection.teams.name = 'x'"] {
        assert_eq!(by_client(filter).unwrap_err(), ResolveError::Forbidden);
    }
}

#[test]
fn addresses_that_are_not_public_tell_clients_nothing() {
    assert_eq!(by_client("owner.email ~ 'example'").unwrap(), ["p1"]);
    assert_eq!(by_client("owner.email != 'x'").unwrap(), ["p1"]);
    assert_eq!(by_client("n = 5 || owner.email = 'u2@example.com'").unwrap(), [""; 0]);
    let mut schema = testing::schema();
    schema.list_rules.insert("posts".to_owned(), rule("title != 'nothing'"));
    let beside = "email ?!= posts_via_owner.owner.team.name";
    assert_eq!(listed(&schema, "users", beside, "", Trust::Client).unwrap(), ["u1"]);
    assert_eq!(listed(&schema, "users", "email ~ 'u'", "", Trust::Client).unwrap(), ["u1"]);
    assert_eq!(listed(&schema, "users", "", "email", Trust::Client).unwrap(), ["u2", "u1"]);
    assert_eq!(listed(&schema, "users", "", "email", Trust::Superuser).unwrap(), ["u1", "u2"]);
}

#[test]
fn addresses_are_shown_where_public_and_to_their_owner() {
    let schema = testing::schema();
    let users = crate::SchemaLookup::collection(&schema, "users").unwrap();
    let shown = |who: Principal, audience| -> Vec<bool> {
        let request = RequestInfo::of(who);
        let projection = Projection::Public { audience };
        let found = testing::on_each(&schema, &rows(&schema), |database| {
            let scope = testing::scope_on(database, &schema, &users, &request, Trust::Client);
            let page = page(&scope, &Condition::Always, None, &[], ALL, projection).unwrap();
            testing::json(database, &page)
        });
        let has_email = |row: &Json| row.get("email").is_some();
        found.as_array().unwrap().iter().map(has_email).collect()
    };
    assert_eq!(shown(Principal::Guest, Audience::Everyone), [true, false]);
    let bob = testing::record(&schema, "users", json!({"id": "u2"}));
    assert_eq!(shown(Principal::User(bob.into()), Audience::Everyone), [true, true]);
    assert_eq!(shown(Principal::Guest, Audience::Superuser), [true, true]);
}

#[test]
fn related_records_that_a_client_may_not_list_drop_out_at_the_top() {
    let mut schema = testing::schema();
    let mut list = |name: &str, condition| schema.list_rules.insert(name.to_owned(), condition);
    list("users", rule("name = 'Ann'"));
    list("teams", rule("size < 5"));
    let asked = |filter| listed(&schema, "posts", filter, "", Trust::Client).unwrap();
    assert_eq!(asked("owner.name != 'x'"), ["p1", "p3"]);
    assert_eq!(asked("id = 'p2' || owner.name != 'x'"), ["p1", "p3"]);
    assert_eq!(asked("owner.id = 'u2'"), ["p2"]);
    assert_eq!(asked("teams.name ?= 'blue'"), [""; 0]);
    assert_eq!(asked("teams.name = 'red'"), ["p1", "p2"]);
    schema.list_rules.insert("users".to_owned(), Condition::Never);
    let closed = listed(&schema, "posts", "owner.name = 'Ann'", "", Trust::Client);
    assert_eq!(closed, Err(ResolveError::ClosedCollection("users".to_owned())));
    assert!(listed(&schema, "posts", "", "owner.name", Trust::Client).is_err());
}

#[test]
fn paths_end_after_six_relations() {
    let path = |hops: usize| format!("{}id = ''", "posts_via_owner.owner.".repeat(hops / 2));
    let schema = testing::schema();
    assert!(listed(&schema, "users", &path(6), "", Trust::Rule).is_ok());
    let refused = listed(&schema, "users", &path(8), "", Trust::Rule).unwrap_err();
    assert!(matches!(refused, ResolveError::TooManyHops(_)));
}

/// How a dialect prints a statement.
type Print = fn(&SelectStatement) -> (String, Values);

proptest! {
    #[test]
    fn texts_of_users_are_binds(text in "[a-zA-Z'\"\\\\%_;-]{1,20}", key in "[a-z][a-z0-9]{11,12}") {
        let text = format!("zq{text}zq");
        let quoted = text.replace('\\', "\\\\").replace('\'', "\\'");
        let filter = format!(
            "title = '{quoted}' || data.{key} ~ '{quoted}' || strftime('{quoted}', day) > '{quoted}' \
             || tags:each ?= '{quoted}' || teams.name !~ '{quoted}' || @request.query.k = '{quoted}'"
        );
        let schema = testing::schema();
        let posts = crate::SchemaLookup::collection(&schema, "posts").unwrap();
        let mut request = guest();
        request.query.insert("k".to_owned(), text.clone());
        let filter = parse(&filter).unwrap();
        let always = Condition::Always;
        let sort = parse_sort(&format!("data.{key}"), Trust::Rule).unwrap();
        let dialects: [(&'static dyn Flavour, Print); 2] = [
            (&SqliteFlavour, |select| select.build(SqliteQueryBuilder)),
            (&PostgresFlavour, |select| select.build(PostgresQueryBuilder)),
        ];
        for (flavour, print) in dialects {
            let scope = testing::scope(&schema, &posts, &request, Trust::Rule);
            let scope = Scope { flavour, ..scope };
            let statements = [
                page(&scope, &always, Some(&filter), &sort, ALL, EVERYONE).unwrap(),
                count(&scope, &always, Some(&filter), &sort).unwrap().select,
            ];
            for statement in statements {
                let (sql, binds) = print(&statement);
                prop_assert!(!sql.contains("zq") && !sql.contains(&key), "{}", sql);
                prop_assert!(!binds.0.is_empty());
            }
        }
    }
}
