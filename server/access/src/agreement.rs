//! The proof that a decision is what casbin says.
//!
//! Random policies, roles, callers and records: the compiled decision, carried out
//! on a record, must be plain casbin's `enforce` with the condition of each policy
//! looked up for that very record. What a condition means is written down here a
//! second time, so that the language is not its own judge.

mod carried_out;
mod world;

use std::{cell::RefCell, sync::Arc};

use casbin::{CoreApi, Enforcer, function_map::OperatorFunction, rhai::Dynamic};
use proptest::prelude::*;
use underpin_model::{Principal, Record};

use self::{
    carried_out::Database,
    world::{Caller, World, callers, meaning, posts, records, worlds},
};
use crate::{
    Decision, Policy, PolicySet, RoleLink, enforcer,
    fixtures::{now, policy_set},
    object,
};

thread_local! {
    /// Who asks for which record: casbin takes plain functions, which can't carry it.
    static ASKED: RefCell<Option<(Principal, Arc<Record>)>> = const { RefCell::new(None) };
}

/// `conditionHolds` of the model, for the record that is asked for.
fn condition_holds(effect: Dynamic, condition: Dynamic) -> Dynamic {
    let Some(meaning) = meaning(&condition.to_string()) else {
        return (effect.to_string() == "deny").into();
    };
    ASKED.with_borrow(|asked| {
        let (who, record) = asked.as_ref().unwrap();
        meaning(who, record).into()
    })
}

/// casbin itself, with the caller linked to its built-in roles.
fn plain_casbin(world: &World, caller: &Caller) -> Enforcer {
    let own = caller.built_in.iter().map(|role| RoleLink::new(caller.subject, role));
    let links = world.role_links.iter().cloned().chain(own).collect();
    let mut enforcer = now(enforcer::load(world.policies.clone(), links)).unwrap();
    enforcer.add_function("conditionHolds", OperatorFunction::Arg2(condition_holds));
    enforcer
}

/// The decision carried out on a record: in memory, and in SQL.
fn compiled(
    set: &PolicySet,
    database: &Database,
    who: &Principal,
    (action, record): (&str, &Record),
) -> [bool; 2] {
    match set.decide(&set.roles_of(who), &object::collection("posts"), action) {
        Decision::Deny(_) => [false; 2],
        Decision::Allow => [true; 2],
        Decision::AllowIf(condition) => [
            database.holds_in_memory(&condition, who, record),
            database.holds_stored(&condition, who, record.id()),
        ],
    }
}

/// How often a question was allowed and how often refused.
fn compare(world: &World) -> Result<(usize, usize), TestCaseError> {
    let set = policy_set(world.policies.clone(), world.role_links.clone());
    let posts = posts();
    let records = records(&posts);
    let database = Database::with(&posts, &records);
    let (mut allowed, mut refused) = (0, 0);
    for caller in callers() {
        let casbin = plain_casbin(world, &caller);
        for record in &records {
            for action in ["list", "view", "delete"] {
                ASKED.set(Some((caller.who.clone(), Arc::clone(record))));
                let asked = (caller.subject, "collections/posts", action);
                let expected = casbin.enforce(asked).unwrap();
                let actual = compiled(&set, &database, &caller.who, (action, record));
                prop_assert_eq!(actual, [expected; 2], "{:?} {:?}", asked, record.to_stored());
                if expected { allowed += 1 } else { refused += 1 }
            }
        }
    }
    Ok((allowed, refused))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 250,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

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
