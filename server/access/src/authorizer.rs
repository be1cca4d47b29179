//! The one gate: who + action + collection → a grant, or why not.

use std::sync::Arc;

use underpin_model::{Collection, Principal};
use underpin_query::Condition;

use crate::{Action, Decision, Denied, Grant, PolicySet, object};

/// Asks whether a principal may do `A` with records of a collection.
pub fn authorize<A: Action>(
    policies: &PolicySet,
    who: &Principal,
    collection: &Arc<Collection>,
) -> Result<Grant<A>, Denied> {
    if A::WRITES && collection.is_view() {
        return Err(Denied::ReadOnly);
    }
    if !A::GUESTS && matches!(who, Principal::Guest) {
        return Err(Denied::Refused);
    }
    let condition = if passes_every_check(who) {
        Arc::new(Condition::Always)
    } else {
        let roles = policies.roles_of(who);
        match policies.decide(&roles, &object::collection(&collection.id), A::NAME) {
            Decision::Deny(denied) => return Err(denied),
            Decision::Allow => Arc::new(Condition::Always),
            Decision::AllowIf(condition) => condition,
        }
    };
    Ok(Grant::new(collection, condition, who))
}

/// Whether policies are not asked at all. The only place that says so: a
/// superuser with a narrower admin role is to be told apart here.
fn passes_every_check(who: &Principal) -> bool {
    who.is_superuser()
}

#[cfg(test)]
mod tests;
