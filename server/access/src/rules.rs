//! The rules of a collection as policies, and back: one truth, two views.
//!
//! A rule is what role `public` is allowed to do with the collection. Denying
//! policies, policies of other roles and those over several collections have no
//! place among the rules; they stay what they are when rules are written.

use tracing::warn;
use underpin_model::Rules;

use crate::{
    action::{Action, Auth, Create, Delete, List, Manage, Update, View},
    object,
    policy::{Effect, Policy},
    roles::PUBLIC,
};

/// The rules that the policies say a collection has.
///
/// Several policies for one action, which rules alone never make, are joined by "or".
pub fn rules_of(policies: &[Policy], collection_id: &str) -> Rules {
    let object = object::collection(collection_id);
    let rule = |action: &str| {
        let conditions = policies
            .iter()
            .filter(|policy| is_rule(policy, &object) && policy.action == action)
            .map(|policy| policy.condition.as_str());
        joined(conditions.collect())
    };
    Rules {
        list: rule(List::NAME),
        view: rule(View::NAME),
        create: rule(Create::NAME),
        update: rule(Update::NAME),
        delete: rule(Delete::NAME),
        auth: rule(Auth::NAME),
        manage: rule(Manage::NAME),
    }
}

/// The policies that say what the rules say.
///
/// To write rules: remove the policies for which [`is_rule_policy`] holds, add these.
pub fn policies_of(rules: &Rules, collection_id: &str) -> Vec<Policy> {
    if collection_id.contains(object::WILDCARD) {
        // Its policies would hold for every collection whose id begins alike.
        warn!(collection.id = collection_id, "a collection id with `*` gets no policies");
        return Vec::new();
    }
    let object = object::collection(collection_id);
    let rows = [
        (List::NAME, &rules.list),
        (View::NAME, &rules.view),
        (Create::NAME, &rules.create),
        (Update::NAME, &rules.update),
        (Delete::NAME, &rules.delete),
        (Auth::NAME, &rules.auth),
        (Manage::NAME, &rules.manage),
    ];
    rows.into_iter()
        .filter_map(|(action, rule)| Some(Policy::allow(PUBLIC, &object, action, rule.as_deref()?)))
        .collect()
}

/// Whether a policy is one of the rules of a collection.
pub fn is_rule_policy(policy: &Policy, collection_id: &str) -> bool {
    is_rule(policy, &object::collection(collection_id))
        && crate::action::COLLECTION_ACTIONS.contains(&policy.action.as_str())
}

fn is_rule(policy: &Policy, object: &str) -> bool {
    policy.role == PUBLIC && policy.effect == Effect::Allow && policy.object == object
}

fn joined(mut conditions: Vec<&str>) -> Option<String> {
    conditions.dedup();
    match conditions.as_slice() {
        [] => None,
        [one] => Some((*one).to_owned()),
        many if many.contains(&"") => Some(String::new()),
        // The line break ends a comment that a condition may close with.
        many => Some(many.iter().map(|one| format!("({one}\n)")).collect::<Vec<_>>().join(" || ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(rule: &str) -> Option<String> {
        Some(rule.to_owned())
    }

    #[test]
    fn rules_survive_the_way_through_policies() {
        let rules = Rules {
            list: text(""),
            view: text("author = @request.auth.id"),
            create: None,
            update: text("   "),
            delete: None,
            auth: text(""),
            manage: text("@request.auth.role = 'staff'"),
        };
        let policies = policies_of(&rules, "posts");
        assert_eq!(policies.len(), 5);
        assert_eq!(rules_of(&policies, "posts"), rules);
        assert_eq!(rules_of(&policies, "post"), Rules::default());
        assert!(policies.iter().all(|policy| is_rule_policy(policy, "posts")));
    }

    #[test]
    fn policies_that_are_no_rule_stay_out_of_the_rules() {
        let others = [
            Policy::allow("editor", "collections/posts", "list", ""),
            Policy::allow(PUBLIC, "collections/*", "list", ""),
            Policy::allow(PUBLIC, "collections/posts", "*", ""),
            Policy::deny(PUBLIC, "collections/posts", "list", ""),
        ];
        assert_eq!(rules_of(&others, "posts"), Rules::default());
        assert!(!others.iter().any(|policy| is_rule_policy(policy, "posts")));
    }

    #[test]
    fn several_policies_for_one_action_show_as_one_rule() {
        let open = [
            Policy::allow(PUBLIC, "collections/posts", "list", "a = 1"),
            Policy::allow(PUBLIC, "collections/posts", "list", "b = 2 // why"),
        ];
        assert_eq!(rules_of(&open, "posts").list, text("(a = 1\n) || (b = 2 // why\n)"));
    }

    #[test]
    fn an_id_with_a_wildcard_opens_no_other_collection() {
        let open = Rules { list: text(""), ..Rules::default() };
        assert!(policies_of(&open, "*").is_empty());
    }
}
