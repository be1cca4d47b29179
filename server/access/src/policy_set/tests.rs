//! What a policy set guarantees, apart from any record.

use std::time::{Duration, Instant};

use underpin_model::{CollectionKind, Principal};
use underpin_query::Condition;

use super::*;
use crate::fixtures::{collection, policy_set, record, user};

const POSTS: &str = "collections/posts";

fn decide(set: &PolicySet, who: &Principal, object: &str, action: &str) -> Decision {
    set.decide(&set.roles_of(who), object, action)
}

fn allows(set: &PolicySet, who: &Principal, object: &str, action: &str) -> bool {
    matches!(decide(set, who, object, action), Decision::Allow)
}

fn denied(set: &PolicySet, who: &Principal, object: &str, action: &str) -> Option<Denied> {
    match decide(set, who, object, action) {
        Decision::Deny(denied) => Some(denied),
        Decision::Allow | Decision::AllowIf(_) => None,
    }
}

/// The numbers of allowing and denying filters of a conditional answer.
fn filters(decision: &Decision) -> Option<(usize, usize)> {
    let Decision::AllowIf(condition) = decision else { return None };
    let Condition::When { any_of, none_of } = condition.as_ref() else { return None };
    Some((any_of.len(), none_of.len()))
}

#[test]
fn without_a_policy_everything_is_locked() {
    let set = policy_set(vec![], vec![]);
    for action in crate::COLLECTION_ACTIONS {
        assert_eq!(denied(&set, &Principal::Guest, POSTS, action), Some(Denied::Locked));
        assert_eq!(denied(&set, &user("users", "ann"), POSTS, action), Some(Denied::Locked));
    }
}

#[test]
fn deny_beats_allow_in_any_order_and_from_any_role() {
    let allow = Policy::allow("public", POSTS, "list", "");
    let deny = Policy::deny("user", "collections/*", "*", "");
    for rows in [vec![allow.clone(), deny.clone()], vec![deny, allow]] {
        let set = policy_set(rows, vec![]);
        assert_eq!(denied(&set, &user("users", "ann"), POSTS, "list"), Some(Denied::Refused));
        assert!(allows(&set, &Principal::Guest, POSTS, "list"));
    }
}

#[test]
fn a_denying_condition_narrows_what_is_allowed() {
    let set = policy_set(
        vec![
            Policy::allow("public", POSTS, "list", ""),
            Policy::deny("guest", POSTS, "list", "state = 'draft'"),
            Policy::allow("public", POSTS, "view", "author = 'ann'"),
            Policy::allow("guest", POSTS, "view", "state = 'open'"),
            Policy::allow("guest", "collections/*", "view", "state = 'open'"),
        ],
        vec![],
    );
    let guest = Principal::Guest;
    assert_eq!(filters(&decide(&set, &guest, POSTS, "list")), Some((0, 1)));
    assert_eq!(filters(&decide(&set, &guest, POSTS, "view")), Some((2, 0)));
    assert!(allows(&set, &user("users", "ann"), POSTS, "list"));
}

#[test]
fn an_unreadable_condition_allows_nothing_and_denies_always() {
    for broken in ["((", " ", "author ="] {
        let set = policy_set(
            vec![
                Policy::allow("public", POSTS, "list", broken),
                Policy::allow("public", POSTS, "view", ""),
                Policy::deny("public", POSTS, "view", broken),
                Policy::allow("public", POSTS, "update", broken),
                Policy::allow("public", POSTS, "update", "author = 'ann'"),
            ],
            vec![],
        );
        let guest = Principal::Guest;
        assert!(denied(&set, &guest, POSTS, "list").is_some(), "{broken:?}");
        assert!(denied(&set, &guest, POSTS, "view").is_some(), "{broken:?}");
        assert_eq!(filters(&decide(&set, &guest, POSTS, "update")), Some((1, 0)), "{broken:?}");
    }
}

#[test]
fn an_object_with_an_inner_wildcard_opens_nothing_else() {
    let inner = "collections/*/fields/title";
    let set = policy_set(vec![Policy::allow("public", inner, "*", "")], vec![]);
    assert_eq!(denied(&set, &Principal::Guest, POSTS, "delete"), Some(Denied::Locked));

    let rows = vec![
        Policy::allow("public", "collections/*", "read", ""),
        Policy::deny("public", inner, "read", ""),
    ];
    let field = crate::object::field("posts", "title");
    assert!(denied(&policy_set(rows, vec![]), &Principal::Guest, &field, "read").is_some());
}

#[test]
fn guests_and_users_have_their_roles_by_id() {
    let rows = vec![
        Policy::allow("guest", POSTS, "list", ""),
        Policy::allow("user", POSTS, "view", ""),
        Policy::allow("user:staff", POSTS, "update", ""),
        Policy::allow("user:named_staff", POSTS, "delete", ""),
        Policy::allow("record:staff/bob", POSTS, "create", ""),
    ];
    let set = policy_set(rows, vec![]);
    let (guest, ann, bob) = (Principal::Guest, user("staff", "ann"), user("staff", "bob"));
    let other = user("users", "bob");
    let may = |who: &Principal| {
        let all = ["list", "view", "create", "update", "delete"].into_iter();
        all.filter(|action| allows(&set, who, POSTS, action)).collect::<Vec<_>>()
    };
    assert_eq!(may(&guest), ["list"]);
    assert_eq!(may(&ann), ["view", "update"]);
    assert_eq!(may(&bob), ["view", "create", "update"]);
    assert_eq!(may(&other), ["view"]);
}

#[test]
fn linked_roles_are_those_of_the_record_alone() {
    let set = policy_set(
        vec![Policy::allow("author", POSTS, "create", "")],
        vec![RoleLink::new("record:users/ann", "editor"), RoleLink::new("editor", "author")],
    );
    assert!(allows(&set, &user("users", "ann"), POSTS, "create"));
    assert_eq!(denied(&set, &user("users", "bob"), POSTS, "create"), Some(Denied::Refused));
    assert_eq!(denied(&set, &user("other", "ann"), POSTS, "create"), Some(Denied::Refused));
    assert!(set.roles_of(&user("users", "ann")).contains("author"));
}

#[test]
fn a_role_cycle_ends_and_gives_every_role_in_it() {
    let links = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "c"), ("record:users/ann", "a")];
    let links = links.map(|(member, role)| RoleLink::new(member, role)).to_vec();
    let set = policy_set(vec![Policy::allow("c", POSTS, "list", "")], links);
    assert!(allows(&set, &user("users", "ann"), POSTS, "list"));
    let roles = set.roles_of(&user("users", "ann"));
    assert!(["a", "b", "c"].iter().all(|role| roles.contains(role)));
}

#[test]
fn a_role_denied_far_up_is_still_denied() {
    let mut links = vec![RoleLink::new("record:users/ann", "level0")];
    for level in 0..40 {
        links.push(RoleLink::new(&format!("level{level}"), &format!("level{}", level + 1)));
    }
    let rows = vec![
        Policy::allow("public", POSTS, "list", ""),
        Policy::deny("level40", POSTS, "list", ""),
    ];
    let set = policy_set(rows, links);
    assert!(denied(&set, &user("users", "ann"), POSTS, "list").is_some());
}

#[test]
fn a_superusers_role_set_is_never_that_of_a_user() {
    let set = policy_set(vec![], vec![]);
    let Principal::User(who) = user("_superusers", "root") else { unreachable!() };
    let as_user = set.roles_of(&Principal::User(who.clone()));
    let as_superuser = set.roles_of(&Principal::Superuser(who));
    assert!(as_superuser.contains("superuser") && !as_user.contains("superuser"));
    assert!(set.roles_of(&Principal::System).contains("superuser"));
}

#[test]
fn an_explanation_names_the_policies_that_matched() {
    let rows = vec![
        Policy::allow("public", "collections/*", "list", "state = 'open'"),
        Policy::allow("editor", POSTS, "list", ""),
        Policy::deny("guest", POSTS, "*", ""),
    ];
    let set = policy_set(rows.clone(), vec![]);
    let explanation = set.explain(&set.roles_of(&Principal::Guest), POSTS, "list");
    assert_eq!(explanation.matching, [&rows[0], &rows[2]]);
    assert!(matches!(explanation.decision, Decision::Deny(Denied::Refused)));
}

#[test]
fn ten_thousand_policies_decide_in_microseconds_once_asked() {
    let rows = (0..10_000).map(|number| {
        let object = format!("collections/c{number}");
        Policy::allow("public", &object, "list", &format!("author = 'a{number}'"))
    });
    let set = policy_set(rows.collect(), vec![]);
    let posts = collection(CollectionKind::Base, "c9999");
    let who = Principal::User(record(&posts, &[("id", "ann")]));
    let object = crate::object::collection(&posts.id);
    assert_eq!(filters(&decide(&set, &who, &object, "list")), Some((1, 0)));

    // The best of many, so that a busy machine does not count.
    let best = (0..500)
        .map(|_| {
            let start = Instant::now();
            decide(&set, &who, &object, "list");
            start.elapsed()
        })
        .min();
    assert!(best.is_some_and(|best| best < Duration::from_micros(100)), "{best:?}");
}

#[test]
fn what_must_hold_after_an_update_is_asked_only_where_a_policy_names_it() {
    let after = "update:after";
    let ann = user("users", "ann");
    let set = policy_set(
        vec![
            Policy::allow("public", POSTS, "update", "author = 'ann'"),
            Policy::deny("public", POSTS, "*", "state = 'locked'"),
        ],
        vec![],
    );
    assert!(allows(&set, &ann, POSTS, after), "not named: not asked");

    let own = Policy::allow("user", POSTS, after, "author = @request.auth.id");
    let set = policy_set(vec![Policy::allow("public", POSTS, "update", ""), own], vec![]);
    assert_eq!(filters(&decide(&set, &ann, POSTS, after)), Some((1, 0)));
    assert!(allows(&set, &ann, "collections/notes", after), "another collection");
    let refused = denied(&set, &Principal::Guest, POSTS, after);
    assert_eq!(refused, Some(Denied::Refused), "allowed to others alone");

    let set = policy_set(vec![Policy::deny("public", POSTS, after, "state = 'locked'")], vec![]);
    assert_eq!(filters(&decide(&set, &ann, POSTS, after)), Some((0, 1)), "a denial alone");
}
