//! What the comparison is drawn from.

use std::sync::Arc;

use proptest::prelude::*;
use underpin_model::{Collection, CollectionKind, Principal, Record};

use crate::{
    Effect, Policy, RoleLink,
    fixtures::{collection, record, user},
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
const UNREADABLE: &str = "((";

/// What a condition means, without the query language.
pub(super) type Meaning = fn(&Principal, &Record) -> bool;

const CONDITIONS: [(&str, Meaning); 8] = [
    ("", |_, _| true),
    ("state = 'open'", |_, record| record.text("state") == "open"),
    ("state = 'draft'", |_, record| record.text("state") == "draft"),
    ("author = @request.auth.id", |who, record| record.text("author") == own(who, "id")),
    ("@request.auth.id != ''", |who, _| !own(who, "id").is_empty()),
    ("@request.auth.state = 'active'", |who, _| own(who, "state") == "active"),
    ("author = 'ann' || state = 'draft'", |_, record| {
        record.text("author") == "ann" || record.text("state") == "draft"
    }),
    ("author != @request.auth.id && state != 'open'", |who, record| {
        record.text("author") != own(who, "id") && record.text("state") != "open"
    }),
];

fn own<'a>(who: &'a Principal, field: &str) -> &'a str {
    who.record().map(|record| record.text(field)).unwrap_or_default()
}

/// What a condition means; nothing when it can't be read.
pub(super) fn meaning(condition: &str) -> Option<Meaning> {
    if condition == UNREADABLE {
        return None;
    }
    let known = CONDITIONS.iter().find(|(text, _)| *text == condition);
    Some(known.expect("every readable condition has its meaning here").1)
}

/// Policies and role links.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) policies: Vec<Policy>,
    pub(super) role_links: Vec<RoleLink>,
}

fn policies() -> impl Strategy<Value = Policy> {
    let allowed = (prop::sample::select(&OBJECTS[..]), Just(Effect::Allow));
    let denied = prop::sample::select([&OBJECTS[..], &[UNSOUND_OBJECT]].concat());
    let target = prop_oneof![3 => allowed, 1 => (denied, Just(Effect::Deny))];
    let mut conditions: Vec<&str> = CONDITIONS.iter().map(|(text, _)| *text).collect();
    conditions.push(UNREADABLE);
    let (roles, actions) = (prop::sample::select(&ROLES[..]), prop::sample::select(&ACTIONS[..]));
    (roles, target, actions, prop::sample::select(conditions)).prop_map(
        |(role, (object, effect), action, condition)| match effect {
            Effect::Allow => Policy::allow(role, object, action, condition),
            Effect::Deny => Policy::deny(role, object, action, condition),
        },
    )
}

/// Any policies, any inheritance, cycles included.
pub(super) fn worlds() -> impl Strategy<Value = World> {
    let role = || prop::sample::select(&ROLES[..]);
    let link = (role(), role()).prop_map(|(member, role)| RoleLink::new(member, role));
    (prop::collection::vec(policies(), 0..12), prop::collection::vec(link, 0..8))
        .prop_map(|(policies, role_links)| World { policies, role_links })
}

/// Someone who asks, and the roles that are theirs without a link.
pub(super) struct Caller {
    pub(super) who: Principal,
    pub(super) subject: &'static str,
    pub(super) built_in: &'static [&'static str],
}

pub(super) fn callers() -> [Caller; 4] {
    const USER: &[&str] = &["public", "user", "user:users"];
    const STAFF: &[&str] = &["public", "user", "user:staff"];
    let caller = |who, subject, built_in| Caller { who, subject, built_in };
    [
        caller(Principal::Guest, "guest", &["public"]),
        caller(user("users", "ann"), "record:users/ann", USER),
        caller(user("users", "bob"), "record:users/bob", USER),
        caller(user("staff", "ann"), "record:staff/ann", STAFF),
    ]
}

pub(super) fn posts() -> Arc<Collection> {
    collection(CollectionKind::Base, "posts")
}

pub(super) fn records(posts: &Arc<Collection>) -> Vec<Arc<Record>> {
    let rows = [
        ("r1", "ann", "open"),
        ("r2", "ann", "draft"),
        ("r3", "bob", "open"),
        ("r4", "bob", ""),
        ("r5", "", "draft"),
    ];
    rows.map(|(id, author, state)| {
        record(posts, &[("id", id), ("author", author), ("state", state)])
    })
    .to_vec()
}
