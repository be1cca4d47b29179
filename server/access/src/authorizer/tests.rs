//! What the gate lets through.

use underpin_model::{CollectionKind, DomainError};

use super::*;
use crate::{
    Create, Delete, List, Manage, Policy, Update, View,
    fixtures::{collection, policy_set, record, user},
};

fn superusers() -> [Principal; 2] {
    let root = record(&collection(CollectionKind::Auth, "_superusers"), &[("id", "root")]);
    [Principal::Superuser(root), Principal::System]
}

#[test]
fn superusers_pass_locked_and_denied_collections() {
    let posts = collection(CollectionKind::Base, "posts");
    let set = policy_set(vec![Policy::deny("public", "*", "*", "")], vec![]);
    for who in superusers() {
        assert!(authorize::<Delete>(&set, &who, &posts).unwrap().is_unconditional());
    }
    assert_eq!(authorize::<Delete>(&set, &Principal::Guest, &posts).err(), Some(Denied::Refused));
}

#[test]
fn nobody_writes_to_a_view() {
    let view = collection(CollectionKind::View, "report");
    let set = policy_set(vec![Policy::allow("public", "*", "*", "")], vec![]);
    for who in superusers().into_iter().chain([Principal::Guest, user("users", "ann")]) {
        assert_eq!(authorize::<Create>(&set, &who, &view).err(), Some(Denied::ReadOnly));
        assert_eq!(authorize::<Update>(&set, &who, &view).err(), Some(Denied::ReadOnly));
        assert_eq!(authorize::<Delete>(&set, &who, &view).err(), Some(Denied::ReadOnly));
        assert!(authorize::<List>(&set, &who, &view).unwrap().is_unconditional());
    }
}

#[test]
fn a_grant_carries_who_asked_for_what_and_under_which_condition() {
    let posts = collection(CollectionKind::Base, "posts");
    let row = Policy::allow("public", "collections/posts", "view", "author = 'ann'");
    let set = policy_set(vec![row], vec![]);
    let grant = authorize::<View>(&set, &user("users", "ann"), &posts).unwrap();
    assert!(Arc::ptr_eq(grant.collection(), &posts));
    assert!(!grant.is_unconditional());
    assert!(matches!(grant.condition(), Condition::When { any_of, none_of }
        if any_of.len() == 1 && none_of.is_empty()));
    assert_eq!(grant.who().record().unwrap().id(), "ann");
    assert_eq!(authorize::<List>(&set, grant.who(), &posts).err(), Some(Denied::Locked));
}

#[test]
fn refusals_become_public_errors() {
    for denied in [Denied::Locked, Denied::Refused] {
        let DomainError::Forbidden(message) = denied.into() else { panic!("{denied:?}") };
        assert_eq!(message, denied.to_string());
    }
    assert!(matches!(Denied::ReadOnly.into(), DomainError::Invalid(_)));
}

#[test]
fn guests_never_manage() {
    let users = collection(CollectionKind::Auth, "users");
    let set = policy_set(vec![Policy::allow("public", "*", "*", "")], vec![]);
    assert_eq!(authorize::<Manage>(&set, &Principal::Guest, &users).err(), Some(Denied::Refused));
    assert!(authorize::<Manage>(&set, &user("users", "ann"), &users).unwrap().is_unconditional());
}
