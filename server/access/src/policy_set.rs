//! All policies and roles at one moment, with the decisions made from them.
//!
//! Immutable: whoever writes a policy, a role or the schema builds a new set and
//! swaps it in. casbin holds the rows and the role graph. Its `enforce` walks
//! every policy for every question, so it is not asked about rows: what its
//! role graph, key match and effects say is put together once per role set,
//! object and action, and kept. The tests in `agreement` hold that against
//! `enforce` itself.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use casbin::Enforcer;
use moka::sync::Cache;
use thiserror::Error;
use tracing::warn;
use underpin_model::Principal;
use underpin_query::Filter;

use crate::{
    Decision, Denied,
    action::{ANY_ACTION, is_asked_by_name},
    decision::{ReadPolicy, Test, Verdict},
    enforcer, object,
    policy::{Effect, Policy, RoleLink},
    roles::{self, RoleSet},
};

/// How many filters the kept decisions may hold together; a decision counts as one more.
const DECISION_CACHE_SIZE: u64 = 200_000;
/// How many role sets are kept: one an auth collection, one a record with roles of its own.
const ROLE_CACHE_SIZE: u64 = 20_000;

/// Why a set could not be built.
#[derive(Debug, Error)]
#[error("the access policies could not be loaded")]
pub struct BuildError(#[source] casbin::Error);

/// Policies, roles and the decisions made from them.
pub struct PolicySet {
    enforcer: Enforcer,
    policies: Vec<ReadPolicy>,
    /// Records that roles are linked to or policies are written for.
    named_records: HashSet<String>,
    role_sets: Cache<Vec<String>, RoleSet>,
    decisions: Cache<Question, Decision>,
}

#[derive(PartialEq, Eq, Hash)]
struct Question {
    roles: RoleSet,
    object: String,
    action: String,
}

impl PolicySet {
    /// A set of these rows. Rows that can't be used never allow anything.
    pub async fn build(
        policies: Vec<Policy>,
        role_links: Vec<RoleLink>,
    ) -> Result<Arc<Self>, BuildError> {
        let policies: Vec<Policy> = policies.into_iter().filter(is_usable).collect();
        let named_records = policies
            .iter()
            .map(|policy| &policy.role)
            .chain(role_links.iter().map(|link| &link.member))
            .filter(|role| roles::names_a_record(role))
            .cloned()
            .collect();
        let enforcer = enforcer::load(policies.clone(), role_links).await.map_err(BuildError)?;
        Ok(Arc::new(Self {
            enforcer,
            policies: read_conditions(policies),
            named_records,
            role_sets: Cache::new(ROLE_CACHE_SIZE),
            decisions: Cache::builder()
                .max_capacity(DECISION_CACHE_SIZE)
                .weigher(|_, decision: &Decision| decision.weight())
                .build(),
        }))
    }

    /// The roles of a principal: built in, linked and inherited.
    pub fn roles_of(&self, who: &Principal) -> RoleSet {
        let mut direct = roles::built_in(who);
        // Records without roles of their own share the set of their collection.
        direct.retain(|role| !roles::names_a_record(role) || self.named_records.contains(role));
        self.role_sets
            .get_with_by_ref(&direct, || RoleSet::inherited(direct.clone(), &self.enforcer))
    }

    /// Whether the roles may do something, and for which records.
    pub fn decide(&self, roles: &RoleSet, object: &str, action: &str) -> Decision {
        let question =
            Question { roles: roles.clone(), object: object.to_owned(), action: action.to_owned() };
        self.decisions.get_with(question, || self.compile(roles, object, action))
    }

    /// What the roles, the object and the action match, and what it comes to.
    pub fn explain<'a>(&'a self, roles: &RoleSet, object: &str, action: &str) -> Explanation<'a> {
        Explanation {
            matching: self.matching(roles, object, action).map(|read| &read.policy).collect(),
            decision: self.decide(roles, object, action),
        }
    }

    fn compile(&self, roles: &RoleSet, object: &str, action: &str) -> Decision {
        let mut verdict = Verdict::default();
        if is_asked_by_name(action) && !self.is_open_to_some(object, action) {
            verdict.allow();
        }
        for matching in self.matching(roles, object, action) {
            verdict.add(matching);
        }
        verdict.decide(|| self.why_not(object, action))
    }

    fn matching<'a>(
        &'a self,
        roles: &RoleSet,
        object: &str,
        action: &str,
    ) -> impl Iterator<Item = &'a ReadPolicy> {
        self.policies.iter().filter(move |read| {
            is_about(&read.policy, object, action) && roles.contains(&read.policy.role)
        })
    }

    /// Why nothing allows it to these roles: does anything allow it to others?
    fn why_not(&self, object: &str, action: &str) -> Denied {
        if self.is_open_to_some(object, action) { Denied::Refused } else { Denied::Locked }
    }

    fn is_open_to_some(&self, object: &str, action: &str) -> bool {
        self.policies.iter().any(|read| {
            read.policy.effect == Effect::Allow && is_about(&read.policy, object, action)
        })
    }
}

/// How a decision came about.
pub struct Explanation<'a> {
    /// The policies that match, in the order they are stored.
    pub matching: Vec<&'a Policy>,
    /// What they come to.
    pub decision: Decision,
}

fn is_about(policy: &Policy, object: &str, action: &str) -> bool {
    let is_any = policy.action == ANY_ACTION && !is_asked_by_name(action);
    (is_any || policy.action == action) && object::covers(object, &policy.object)
}

/// Leaves out what would allow more than it says; a denying policy may deny more.
fn is_usable(policy: &Policy) -> bool {
    let usable = policy.effect == Effect::Deny || object::is_sound(&policy.object);
    if !usable {
        warn!(
            policy.role = %policy.role,
            policy.object = %policy.object,
            "a policy is ignored: `*` may stand at the end of its object alone"
        );
    }
    usable
}

/// Reads every condition, each text once.
fn read_conditions(policies: Vec<Policy>) -> Vec<ReadPolicy> {
    let mut known: HashMap<String, Test> = HashMap::new();
    let mut read = Vec::with_capacity(policies.len());
    for policy in policies {
        let test = match known.get(&policy.condition) {
            Some(test) => test.clone(),
            None => {
                let test = read_condition(&policy);
                known.insert(policy.condition.clone(), test.clone());
                test
            }
        };
        read.push(ReadPolicy { policy, test });
    }
    read
}

fn read_condition(policy: &Policy) -> Test {
    if policy.condition.is_empty() {
        return Test::Always;
    }
    match underpin_query::parse(&policy.condition) {
        Ok(filter) => Test::When(Arc::<Filter>::new(filter)),
        Err(error) => {
            warn!(
                policy.role = %policy.role,
                policy.object = %policy.object,
                policy.action = %policy.action,
                %error,
                "the condition of a policy can't be read: it allows nothing, and denies always"
            );
            Test::Unreadable
        }
    }
}

#[cfg(test)]
mod tests;
