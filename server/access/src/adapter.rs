//! Hands our rows to casbin. Read-only: rows are written by whoever owns the table.

use async_trait::async_trait;
use casbin::{Adapter, Filter, Model, Result, error::AdapterError};

use crate::policy::{Policy, RoleLink};

/// A casbin adapter over policies and role links that were read already.
pub struct RowAdapter {
    policies: Vec<Policy>,
    role_links: Vec<RoleLink>,
}

impl RowAdapter {
    /// An adapter over these rows.
    pub fn new(policies: Vec<Policy>, role_links: Vec<RoleLink>) -> Self {
        Self { policies, role_links }
    }
}

fn read_only<T>() -> Result<T> {
    Err(AdapterError("the rows of policies are loaded whole and not written here".into()).into())
}

fn put(model: &mut dyn Model, section: &str, row: Vec<String>) {
    let assertions = model.get_mut_model().get_mut(section);
    if let Some(assertion) = assertions.and_then(|assertions| assertions.get_mut(section)) {
        assertion.get_mut_policy().insert(row);
    }
}

#[async_trait]
impl Adapter for RowAdapter {
    async fn load_policy(&mut self, model: &mut dyn Model) -> Result<()> {
        for policy in &self.policies {
            let Policy { role, object, action, effect, condition } = policy.clone();
            put(model, "p", vec![role, object, action, effect.name().to_owned(), condition]);
        }
        for RoleLink { member, role } in self.role_links.iter().cloned() {
            put(model, "g", vec![member, role]);
        }
        Ok(())
    }

    async fn load_filtered_policy<'a>(&mut self, _: &mut dyn Model, _: Filter<'a>) -> Result<()> {
        read_only()
    }

    async fn save_policy(&mut self, _: &mut dyn Model) -> Result<()> {
        read_only()
    }

    async fn clear_policy(&mut self) -> Result<()> {
        read_only()
    }

    fn is_filtered(&self) -> bool {
        false
    }

    async fn add_policy(&mut self, _: &str, _: &str, _: Vec<String>) -> Result<bool> {
        read_only()
    }

    async fn add_policies(&mut self, _: &str, _: &str, _: Vec<Vec<String>>) -> Result<bool> {
        read_only()
    }

    async fn remove_policy(&mut self, _: &str, _: &str, _: Vec<String>) -> Result<bool> {
        read_only()
    }

    async fn remove_policies(&mut self, _: &str, _: &str, _: Vec<Vec<String>>) -> Result<bool> {
        read_only()
    }

    async fn remove_filtered_policy(
        &mut self,
        _: &str,
        _: &str,
        _: usize,
        _: Vec<String>,
    ) -> Result<bool> {
        read_only()
    }
}
