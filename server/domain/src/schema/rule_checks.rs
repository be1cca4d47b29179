//! Whether a definition's rules can be read and resolved.

use std::sync::{Arc, LazyLock};

use underpin_model::{
    Collection, ErrorCode, ErrorTree, FieldError, Principal, RequestInfo, Rules, Timestamp,
};
use underpin_query::{Condition, SchemaLookup, Scope, SqliteFlavour, Trust};

use super::next::Next;

static NOBODY: LazyLock<RequestInfo> = LazyLock::new(|| RequestInfo::of(Principal::Guest));

/// The rules by their names.
pub(super) fn by_name(rules: &Rules) -> [(&'static str, &Option<String>); 7] {
    [
        ("listRule", &rules.list),
        ("viewRule", &rules.view),
        ("createRule", &rules.create),
        ("updateRule", &rules.update),
        ("deleteRule", &rules.delete),
        ("authRule", &rules.auth),
        ("manageRule", &rules.manage),
    ]
}

/// The rules by their names, to be changed.
pub(super) fn by_name_mut(rules: &mut Rules) -> [(&'static str, &mut Option<String>); 7] {
    [
        ("listRule", &mut rules.list),
        ("viewRule", &mut rules.view),
        ("createRule", &mut rules.create),
        ("updateRule", &mut rules.update),
        ("deleteRule", &mut rules.delete),
        ("authRule", &mut rules.auth),
        ("manageRule", &mut rules.manage),
    ]
}

/// Errors of the rules by their name.
pub(super) fn check(next: &Next, draft: &Collection) -> ErrorTree {
    let mut errors = ErrorTree::default();
    if draft.is_view() {
        for (name, rule) in by_name(&draft.rules) {
            if matches!(name, "createRule" | "updateRule" | "deleteRule") && rule.is_some() {
                errors.put(name, ErrorCode::Nil);
            }
        }
    }
    if draft.rules.manage.as_deref() == Some("") {
        errors.put("manageRule", ErrorCode::NilOrNotEmpty);
    }
    for (name, rule) in by_name(&draft.rules) {
        if let Some(text) = rule.as_deref().filter(|text| !text.is_empty())
            && let Err(error) = check_rule(next, draft, text)
        {
            errors.put(name, error);
        }
    }
    errors
}

/// Whether a rule of a collection can be used.
pub(super) fn check_rule(
    next: &Next,
    collection: &Collection,
    text: &str,
) -> Result<(), FieldError> {
    let collection = Arc::new(collection.clone());
    resolve(next, &collection, text).map_err(|reason| {
        let reason = format!("The rule can't be used: {reason}.");
        FieldError::with_message(ErrorCode::InvalidRule, reason)
    })
}

/// The rules that could be used until now, and can't be used any more: a sentence of the first.
///
/// Only of collections that are not themselves being `asked` for: their rules are checked apart.
pub(super) fn first_lost(next: &Next, asked: impl Fn(&str) -> bool) -> Option<String> {
    for new in next.collections().iter().filter(|new| !asked(&new.id)) {
        let Some(old) = next.old(&new.id) else { continue };
        for (name, old_text, text) in texts(old, new) {
            let before = next.before().as_ref();
            let is_lost =
                resolve(next, new, text).is_err() && resolve(before, old, old_text).is_ok();
            if is_lost {
                let collection = &new.name;
                return Some(format!("The {name} of \"{collection}\" could not be used any more."));
            }
        }
    }
    None
}

/// The rules that a collection has and had, by name.
fn texts<'c>(old: &'c Collection, new: &'c Collection) -> Vec<(&'static str, &'c str, &'c str)> {
    let pairs = by_name(&old.rules).into_iter().zip(by_name(&new.rules));
    let mut texts: Vec<_> = pairs
        .filter_map(|((name, old), (_, new))| Some((name, old.as_deref()?, new.as_deref()?)))
        .collect();
    if let (Some(old), Some(new)) = (&old.auth, &new.auth)
        && new.mfa.enabled
    {
        texts.push(("MFA rule", &old.mfa.rule, &new.mfa.rule));
    }
    texts.retain(|(_, _, text)| !text.is_empty());
    texts
}

fn resolve(
    schema: &dyn SchemaLookup,
    collection: &Arc<Collection>,
    text: &str,
) -> Result<(), String> {
    if text.is_empty() {
        return Ok(());
    }
    let rule = underpin_query::parse(text).map_err(|error| error.to_string())?;
    let Some(now) = Timestamp::from_millis(0) else { return Ok(()) };
    let scope = Scope {
        schema,
        collection,
        request: &NOBODY,
        now,
        flavour: &SqliteFlavour,
        trust: Trust::Rule,
    };
    let planned = underpin_query::count(&scope, &Condition::rule(rule), None);
    planned.map(drop).map_err(|error| error.to_string())
}
