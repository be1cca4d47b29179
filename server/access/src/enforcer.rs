//! casbin's enforcer over our model and our rows.

use std::sync::Arc;

use casbin::{
    CoreApi, DefaultModel, DefaultRoleManager, Enforcer, Result,
    function_map::{OperatorFunction, dynamic_to_str},
    rhai::Dynamic,
};
use parking_lot::RwLock;

use crate::{
    adapter::RowAdapter,
    object,
    policy::{Policy, RoleLink},
};

/// The casbin model.
const MODEL: &str = include_str!("model.conf");

/// An enforcer with every row loaded.
///
/// `conditionHolds` is left undefined, so that `enforce` fails until the caller
/// says which record it is about.
pub(crate) async fn load(policies: Vec<Policy>, role_links: Vec<RoleLink>) -> Result<Enforcer> {
    // casbin stops following inheritance at ten levels unless told otherwise. A
    // deny policy further up would be forgotten: no chain is longer than this.
    let levels = role_links.len().saturating_add(2);
    let adapter = RowAdapter::new(policies, role_links);
    let model = DefaultModel::from_str(MODEL).await?;
    let mut enforcer = Enforcer::new_raw(model, adapter).await?;
    enforcer.add_function("keyMatch", key_match());
    enforcer.set_role_manager(Arc::new(RwLock::new(DefaultRoleManager::new(levels))))?;
    enforcer.load_policy().await?;
    Ok(enforcer)
}

/// casbin's key match, which must not panic on any text.
fn key_match() -> OperatorFunction {
    OperatorFunction::Arg2(|asked: Dynamic, pattern: Dynamic| {
        object::covers(&dynamic_to_str(&asked), &dynamic_to_str(&pattern)).into()
    })
}
