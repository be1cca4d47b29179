//! The proof that a decision is what casbin says.
//!
//! Random policies, roles, callers and records: the compiled decision, applied
//! to a record, must be plain casbin's `enforce` with the condition of each
//! policy looked up for that very record.

use std::{cell::RefCell, sync::Arc};

use casbin::{CoreApi, Enforcer, function_map::OperatorFunction, rhai::Dynamic};
use proptest::prelude::*;
use underpin_model::{CollectionKind, Principal, Record};
use underpin_query::Condition;

use crate::{
    Decision, Effect, Policy, PolicySet, RoleLink, enforcer,
    fixtures::{collection, holds, now, policy_set, record, user},
};

const ROLES: [&str; 10] = [
    "public",
    "guest",
    "user",
    "user:users",
    "user:staff",
    "editor",
    "author",
    "auditor",
    "record:users/ann",
    "record:staff/ann",
];
const OBJECTS: [&str; 6] = [
    "collections/posts",
    "collections/pages",
    "collections/*",
    "collections/po*",
    "*",
    "collections/posts/fields/author",
];
/// casbin reads it as `collections/*`; allowing policies with it are left out of a set.
const UNSOUND_OBJECT: &str = "collections/*/fields/author";
const ACTIONS: [&str; 4] = ["list", "view", "update", "*"];
const CONDITIONS: [&str; 8] = [
    "",
    "state = 'open'",
    "author = @request.auth.id",
    "@request.auth.id != ''",
    "@request.auth.state = 'active'",
    "author = 'ann' || state = 'draft'",
    "author != @request.auth.id && state != 'open'",
    "((",
];

/// What a test case is drawn from.
#[derive(Clone, Debug)]
struct World {
    policies: Vec<Policy>,
    role_links: Vec<RoleLink>,
}

fn policies() -> impl Strategy<Value = Policy> {
    let allow = (prop::sample::select(&OBJECTS[..]), Just(Effect::Allow));
    let denied = prop::sample::select([&OBJECTS[..], &[UNSOUND_OBJECT]].concat());
    let target = prop_oneof![3 => allow, 1 => (denied, Just(Effect::Deny))];
    let (roles, actions) = (prop::sample::select(&ROLES[..]), prop::sample::select(&ACTIONS[..]));
    (roles, target, actions, prop::sample::select(&CONDITIONS[..])).prop_map(
        |(role, (object, effect), action, condition)| match effect {
            Effect::Allow => Policy::allow(role, object, action, condition),
            Effect::Deny => Policy::deny(role, object, action, condition),
        },
    )
}

fn worlds() -> impl Strategy<Value = World> {
    let role = || prop::sample::select(&ROLES[..]);
    let link = (role(), role()).prop_map(|(member, role)| RoleLink::new(member, role));
    (prop::collection::vec(policies(), 0..12), prop::collection::vec(link, 0..8))
        .prop_map(|(policies, role_links)| World { policies, role_links })
}

fn callers() -> Vec<(Principal, &'static str, Vec<&'static str>)> {
    vec![
        (Principal::Guest, "guest", vec!["public"]),
        (user("users", "ann"), "record:users/ann", vec!["public", "user", "user:users"]),
        (user("users", "bob"), "record:users/bob", vec!["public", "user", "user:users"]),
        (user("staff", "ann"), "record:staff/ann", vec!["public", "user", "user:staff"]),
    ]
}

fn records() -> Vec<Arc<Record>> {
    let posts = collection(CollectionKind::Base, "posts");
    let cells = [("ann", "open"), ("ann", "draft"), ("bob", "open"), ("bob", ""), ("", "draft")];
    cells.map(|(author, state)| record(&posts, &[("author", author), ("state", state)])).to_vec()
}

thread_local! {
    /// Who asks for which record: casbin takes plain functions, which can't carry it.
    static ASKED: RefCell<Option<(Principal, Arc<Record>)>> = const { RefCell::new(None) };
}

/// `conditionHolds` of the model, for the record that is asked for.
fn condition_holds(effect: Dynamic, condition: Dynamic) -> Dynamic {
    let (effect, condition) = (effect.to_string(), condition.to_string());
    if condition.is_empty() {
        return true.into();
    }
    let Ok(filter) = underpin_query::parse(&condition) else {
        return (effect == "deny").into();
    };
    let alone = Condition::When { any_of: vec![Arc::new(filter)], none_of: vec![] };
    ASKED.with_borrow(|asked| {
        let (who, record) = asked.as_ref().unwrap();
        holds(&alone, who, record).into()
    })
}

/// casbin itself, with the caller linked to its built-in roles.
fn plain_casbin(world: &World, subject: &str, built_in: &[&str]) -> Enforcer {
    let own = built_in.iter().map(|role| RoleLink::new(subject, role));
    let links = world.role_links.iter().cloned().chain(own).collect();
    let mut enforcer = now(enforcer::load(world.policies.clone(), links)).unwrap();
    enforcer.add_function("conditionHolds", OperatorFunction::Arg2(condition_holds));
    enforcer
}

fn compiled(set: &PolicySet, who: &Principal, action: &str, record: &Record) -> bool {
    let object = crate::object::collection(&record.collection().id);
    match set.decide(&set.roles_of(who), &object, action) {
        Decision::Deny(_) => false,
        Decision::Allow => true,
        Decision::AllowIf(condition) => holds(&condition, who, record),
    }
}

/// How often a question was allowed and how often refused.
fn compare(world: &World) -> Result<(usize, usize), TestCaseError> {
    let set = policy_set(world.policies.clone(), world.role_links.clone());
    let (mut allowed, mut refused) = (0, 0);
    for (who, subject, built_in) in callers() {
        let casbin = plain_casbin(world, subject, &built_in);
        for record in records() {
            for action in ["list", "view", "delete"] {
                ASKED.set(Some((who.clone(), Arc::clone(&record))));
                let expected = casbin.enforce((subject, "collections/posts", action)).unwrap();
                let actual = compiled(&set, &who, action, &record);
                prop_assert_eq!(actual, expected, "{} may {} {:?}", subject, action, record);
                if expected { allowed += 1 } else { refused += 1 }
            }
        }
    }
    Ok((allowed, refused))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_decision_is_what_casbin_enforces_record_by_record(world in worlds()) {
        compare(&world)?;
    }
}

#[test]
fn the_comparison_sees_both_answers() {
    let world = World {
        policies: vec![
            Policy::allow("user", "collections/*", "*", "author = @request.auth.id"),
            Policy::deny("editor", "collections/posts", "view", "state = 'draft'"),
        ],
        role_links: vec![RoleLink::new("record:users/ann", "editor")],
    };
    // Of 60 questions: ann of users and of staff own two records each, bob two;
    // three actions each, less the draft that an editor may not view.
    assert_eq!(compare(&world).unwrap(), (17, 43));
}
