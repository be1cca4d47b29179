//! What the steps of one write work with.

use std::sync::Arc;

use underpin_model::{Collection, DomainResult, RequestInfo};
use underpin_query::Scope;
use underpin_storage::Transaction;

use super::{cascade, fill::Hand, manage::Asked, rule};
use crate::{Backend, OpContext, schema::Snapshot};

/// One schema, one caller, and the place of the request in its batch.
#[derive(Clone)]
pub(super) struct Work {
    pub(super) backend: Arc<Backend>,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) ctx: OpContext,
    /// 0 for a request that came alone.
    pub(super) place: usize,
}

impl Work {
    /// The work of a request that came alone.
    pub(super) fn alone(backend: &Arc<Backend>, ctx: &OpContext) -> Self {
        let snapshot = backend.schema.snapshot();
        Self { backend: Arc::clone(backend), snapshot, ctx: ctx.clone(), place: 0 }
    }

    /// Whether what was prepared on this schema may still be written.
    pub(super) async fn check_schema(&self, tx: &mut Transaction) -> DomainResult<()> {
        self.backend.schema.check(tx, self.snapshot.version).await
    }

    /// The scope of a collection's rules.
    pub(super) fn scope<'a>(
        &'a self,
        request: &'a RequestInfo,
        collection: &'a Arc<Collection>,
    ) -> Scope<'a> {
        rule::rule_scope(&self.backend, (request, self.ctx.now), &self.snapshot, collection)
    }

    /// The request, and the policies by which it is judged.
    pub(super) fn asked<'a>(&'a self, request: &'a RequestInfo) -> Asked<'a> {
        let Self { backend, snapshot, ctx, .. } = self;
        Asked { backend, snapshot, request, now: ctx.now }
    }

    /// Whether the caller is trusted with hidden fields.
    pub(super) fn hand(&self) -> Hand {
        if self.ctx.who().is_superuser() { Hand::Trusted } else { Hand::Client }
    }

    /// What a deletion works with.
    pub(super) fn trip(&self) -> cascade::Trip<'_> {
        cascade::Trip { backend: &self.backend, snapshot: &self.snapshot, ctx: &self.ctx }
    }
}
