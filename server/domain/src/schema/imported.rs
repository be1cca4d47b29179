//! Definitions that another program has kept, and their way into the schema.

use std::sync::Arc;

use underpin_access::{PolicySet, policies_of};
use underpin_model::{Collection, DomainError, DomainResult, Json, Rules, error::ErrorNode};
use underpin_storage::{Database, IndexDefinition, Transaction, Versioned};

use super::{
    field_checks,
    moved::LeftOut,
    next::Next,
    registry::Snapshot,
    rule_checks::{self, by_name_mut},
    save, validate,
    wire::from_stored,
};
use crate::settings::ImportedSettings;

/// A rule that nobody can use here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedRule {
    /// The collection's name.
    pub collection: String,
    /// Which rule.
    pub rule: &'static str,
    /// What it said.
    pub text: String,
    /// Why.
    pub reason: String,
}

/// What came of the last step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settled {
    pub(crate) views: Vec<LeftOut>,
    pub(crate) locked: Vec<LockedRule>,
}

/// A collection as the program has stored it, its rules beside the rest.
pub(crate) fn read_foreign(row: &Json) -> Result<Collection, String> {
    let rule = |from: &Json, key: &str| from.get(key).and_then(Json::as_str).map(str::to_owned);
    let options = row.get("options").cloned().unwrap_or_default();
    let rules = Rules {
        list: rule(row, "listRule"),
        view: rule(row, "viewRule"),
        create: rule(row, "createRule"),
        update: rule(row, "updateRule"),
        delete: rule(row, "deleteRule"),
        auth: rule(&options, "authRule"),
        manage: rule(&options, "manageRule"),
    };
    from_stored(row, rules)
}

/// Whether a collection can have this name, as far as others don't matter.
pub(crate) fn is_name_of_collection(name: &str) -> bool {
    validate::has_form_of_name(name)
}

/// Whether a field can have this name, as far as others don't matter.
pub(crate) fn is_name_of_field(name: &str) -> bool {
    field_checks::is_name(name)
}

/// The schema of these collections, in their order.
pub(crate) async fn snapshot_of(collections: Vec<Arc<Collection>>) -> DomainResult<Snapshot> {
    let policies = collections.iter().flat_map(|each| policies_of(&each.rules, &each.id));
    let policies = PolicySet::build(policies.collect(), Vec::new())
        .await
        .map_err(|error| DomainError::fault("building the policies", error))?;
    Ok(Snapshot::new(0, collections, policies))
}

/// What the checks of a new definition would say of each collection: name and sentence.
pub(crate) fn complaints(schema: &Arc<Snapshot>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for collection in schema.collections() {
        let mut next = Next::of(Arc::clone(schema));
        next.remove(&collection.id);
        let errors = validate::check_structure(&next, None, collection);
        let mut places = Vec::new();
        for (place, node) in &errors.0 {
            sentences(place, node, &mut places);
        }
        found.extend(places.into_iter().map(|sentence| (collection.name.clone(), sentence)));
    }
    found
}

fn sentences(place: &str, node: &ErrorNode, into: &mut Vec<String>) {
    match node {
        ErrorNode::Leaf(error) => into.push(format!("{place}: {}", error.message)),
        ErrorNode::Branch(branch) => {
            for (name, node) in &branch.0 {
                sentences(&format!("{place}.{name}"), node, into);
            }
        }
    }
}

/// The rules that can't be used, taken out of the collections: superusers alone pass where one
/// was.
pub(crate) async fn lock_rules(
    collections: &mut [Arc<Collection>],
) -> DomainResult<Vec<LockedRule>> {
    let next = Next::of(Arc::new(snapshot_of(collections.to_vec()).await?));
    let mut locked = Vec::new();
    for collection in collections {
        let mut changed = collection.as_ref().clone();
        for (name, rule) in by_name_mut(&mut changed.rules) {
            let Some(text) = rule.clone().filter(|text| !text.is_empty()) else { continue };
            let Err(error) = rule_checks::check_rule(&next, collection, &text) else { continue };
            *rule = None;
            locked.push(LockedRule {
                collection: collection.name.clone(),
                rule: name,
                text,
                reason: error.message.to_string(),
            });
        }
        if let Some(auth) = &mut changed.auth
            && let Err(error) = rule_checks::check_rule(&next, collection, &auth.mfa.rule)
        {
            locked.push(LockedRule {
                collection: collection.name.clone(),
                rule: "mfa.rule",
                // Empty: everybody needs a second factor.
                text: std::mem::take(&mut auth.mfa.rule),
                reason: error.message.to_string(),
            });
        }
        if changed != **collection {
            *collection = Arc::new(changed);
        }
    }
    Ok(locked)
}

/// Keeps the definitions and the settings, and ends the transfer: from now on the target is a
/// project. Views that could not be made, and indexes that are missing, are left out.
pub(crate) async fn settle(
    target: &Database,
    schema: &Arc<Snapshot>,
    missing_indexes: &[LeftOut],
    settings: ImportedSettings,
) -> DomainResult<Settled> {
    let views = missing_views(target, schema).await?;
    let is_missing = |name: &str| views.iter().any(|view| view.is_of(name));
    let kept = schema.collections().iter().filter(|each| !is_missing(&each.name));
    let mut kept: Vec<Arc<Collection>> =
        kept.map(|each| Arc::new(super::moved::without(each, missing_indexes))).collect();
    let locked = lock_rules(&mut kept).await?;
    let unit = target.write(move |tx| {
        Box::pin(async move {
            for collection in &kept {
                save::insert(tx, collection).await?;
            }
            settings.store(tx).await?;
            tx.raise_version(Versioned::Schema).await?;
            tx.raise_version(Versioned::Settings).await?;
            tx.end_transfer(0).await?;
            Ok::<_, DomainError>(())
        })
    });
    unit.await?;
    Ok(Settled { views, locked })
}

async fn missing_views(target: &Database, schema: &Arc<Snapshot>) -> DomainResult<Vec<LeftOut>> {
    let schema = Arc::clone(schema);
    let unit = target.write(move |tx: &mut Transaction| {
        Box::pin(async move { super::moved::missing_views(tx, &schema).await })
    });
    unit.await
}

/// The indexes that can't be read, taken out of a definition.
pub(crate) fn drop_unread_indexes(collection: &mut Collection) -> Vec<LeftOut> {
    let mut left_out = Vec::new();
    let name = collection.name.clone();
    collection.indexes.retain(|text| match IndexDefinition::parse(text) {
        Ok(_) => true,
        Err(error) => {
            left_out.push(LeftOut::Index {
                collection: name.clone(),
                reason: error.to_string(),
                definition: text.clone(),
            });
            false
        }
    });
    left_out
}
