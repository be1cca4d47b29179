//! Who may do what: policies and roles (casbin) → a [`Grant`].
//!
//! The floor that reading and writing records stands on: whoever wants to touch
//! a record must hold a [`Grant`], and only [`authorize`] makes one. Knows no
//! storage and no HTTP; rows come in as lists, answers go out as values.

mod action;
mod adapter;
mod authorizer;
mod decision;
mod denied;
mod enforcer;
mod grant;
pub mod object;
mod policy;
mod policy_set;
pub mod roles;
mod rules;

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod fixtures;

pub use action::{
    ANY_ACTION, Action, Auth, COLLECTION_ACTIONS, Create, Delete, List, Manage, Update,
    UpdateAfter, View,
};
pub use adapter::RowAdapter;
pub use authorizer::authorize;
pub use decision::Decision;
pub use denied::Denied;
pub use grant::Grant;
pub use policy::{Effect, Policy, RoleLink};
pub use policy_set::{BuildError, Explanation, PolicySet};
pub use roles::RoleSet;
pub use rules::{is_rule_policy, policies_of, rules_of};
