//! Whether a definition's rules can be read and resolved.

use std::sync::{Arc, LazyLock};

use underpin_model::{
    Collection, ErrorCode, ErrorTree, FieldError, Principal, RequestInfo, Timestamp,
};
use underpin_query::{Condition, SchemaLookup, Scope, SqliteFlavour, Trust};

use super::registry::Snapshot;

static NOBODY: LazyLock<RequestInfo> = LazyLock::new(|| RequestInfo::of(Principal::Guest));

/// Errors of the rules by their name.
pub(super) fn check(snapshot: &Snapshot, draft: &Collection) -> ErrorTree {
    let mut errors = ErrorTree::default();
    let schema = WithDraft { snapshot, draft: Arc::new(draft.clone()) };
    let rules = [
        ("listRule", &draft.rules.list),
        ("viewRule", &draft.rules.view),
        ("createRule", &draft.rules.create),
        ("updateRule", &draft.rules.update),
        ("deleteRule", &draft.rules.delete),
        ("authRule", &draft.rules.auth),
        ("manageRule", &draft.rules.manage),
    ];
    if draft.rules.manage.as_deref() == Some("") {
        errors.put("manageRule", ErrorCode::NilOrNotEmpty);
    }
    for (name, rule) in rules {
        if let Some(text) = rule.as_deref().filter(|text| !text.is_empty())
            && let Err(reason) = check_rule(&schema, text)
        {
            let reason = format!("The rule can't be used: {reason}.");
            errors.put(name, FieldError::with_message(ErrorCode::InvalidRule, reason));
        }
    }
    errors
}

fn check_rule(schema: &WithDraft<'_>, text: &str) -> Result<(), String> {
    let rule = underpin_query::parse(text).map_err(|error| error.to_string())?;
    let Some(now) = Timestamp::from_millis(0) else { return Ok(()) };
    let scope = Scope {
        schema,
        collection: &schema.draft,
        request: &NOBODY,
        now,
        flavour: &SqliteFlavour,
        trust: Trust::Rule,
    };
    let planned = underpin_query::count(&scope, &Condition::rule(rule), None, &[]);
    planned.map(drop).map_err(|error| error.to_string())
}

/// The schema as it will be: the draft in place of what it replaces.
struct WithDraft<'a> {
    snapshot: &'a Snapshot,
    draft: Arc<Collection>,
}

impl SchemaLookup for WithDraft<'_> {
    fn collection(&self, name_or_id: &str) -> Option<Arc<Collection>> {
        let is_draft =
            self.draft.id == name_or_id || self.draft.name.eq_ignore_ascii_case(name_or_id);
        if is_draft { Some(Arc::clone(&self.draft)) } else { self.snapshot.collection(name_or_id) }
    }

    fn list_condition(&self, _: &Principal, _: &Arc<Collection>) -> Condition {
        Condition::Always
    }
}
