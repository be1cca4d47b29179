//! What a name of `expand` leads to, and the records there.

use std::{collections::BTreeSet, sync::Arc};

use sea_query::SelectStatement;
use underpin_access::{Grant, View, authorize};
use underpin_model::{Collection, DomainError, DomainResult, Field, Json, limits};
use underpin_query::{ResolveError, Scope, Targets, Trust};

use super::{
    Trip,
    related::{Link, Related},
};
use crate::records::{rule, shape};

/// A relation that the caller may follow.
pub(super) struct Hop {
    /// The relation field; on the way back, one of the collection that it leads to.
    field: Field,
    way: Way,
    /// The right to view what is there.
    grant: Grant<View>,
}

#[derive(Clone, Copy)]
enum Way {
    /// To the records that the field names.
    There,
    /// To the records whose field names the one at hand.
    Back { single: bool },
}

impl Hop {
    /// The hop behind a name; nothing when there is none, or none for this caller.
    pub(super) fn find(trip: &Trip<'_, '_>, from: &Collection, name: &str) -> Option<Self> {
        let who = trip.ctx.who();
        let trust = if who.is_superuser() { Trust::Superuser } else { Trust::Client };
        let (field, target, way) = match from.field(name) {
            Some(field) if field.hidden && trust == Trust::Client => return None,
            Some(field) => {
                let target = trip.snapshot.find(&field.relation_options()?.collection_id)?;
                (field.clone(), Arc::clone(target), Way::There)
            }
            None => {
                let (target, field) =
                    underpin_query::back_relation(trip.snapshot, from, name, trust)?;
                let single = underpin_query::has_unique_index(&target, &field);
                (target.field(&field)?.clone(), target, Way::Back { single })
            }
        };
        let grant = authorize::<View>(&trip.snapshot.policies, who, &target).ok()?;
        Some(Self { field, way, grant })
    }

    /// The collection that it leads to.
    pub(super) fn target(&self) -> &Arc<Collection> {
        self.grant.collection()
    }

    /// How records on both sides are told to belong together.
    pub(super) fn link(&self) -> Link<'_> {
        match self.way {
            Way::There => Link::Names(&self.field.name),
            Way::Back { single } => Link::NamedBy { field: &self.field.name, single },
        }
    }

    /// The records that the caller may view there.
    ///
    /// # Errors
    /// `Invalid` when there are more than the request may bring along.
    pub(super) async fn fetch(
        &self,
        trip: &mut Trip<'_, '_>,
        records: &[Related],
    ) -> DomainResult<Vec<Related>> {
        let ids: BTreeSet<&str> = match self.way {
            Way::There => records.iter().flat_map(|r| r.texts(&self.field.name)).collect(),
            Way::Back { .. } => records.iter().flat_map(|record| record.texts("id")).collect(),
        };
        let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
        let (backend, ctx, snapshot) = (trip.backend, trip.ctx, trip.snapshot);
        let scope = rule::rule_scope(backend, (&ctx.request, ctx.now), snapshot, self.target());
        let mut found: Vec<Related> = Vec::new();
        for some in ids.chunks(MAX_IDS_A_QUERY) {
            let room = trip.budget.left().saturating_sub(found.len());
            let select = match self.select(&scope, some, room.saturating_add(1)) {
                Ok(select) => select,
                Err(error) => {
                    let collection = &self.target().name;
                    tracing::warn!(collection, %error, "a stored rule can't be resolved and lets nobody pass");
                    return Ok(Vec::new());
                }
            };
            let text = trip.reader.text(&select).await?;
            let some: Vec<Json> = serde_json::from_str(text.as_deref().unwrap_or("[]"))
                .map_err(|error| DomainError::fault("reading related records", error))?;
            trip.budget.check(found.len() + some.len())?;
            found.extend(some.into_iter().map(Related::new));
        }
        Ok(found)
    }

    fn select(
        &self,
        scope: &Scope<'_>,
        ids: &[String],
        limit: usize,
    ) -> Result<SelectStatement, ResolveError> {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        let condition = self.grant.condition();
        let projection = shape::projection(self.grant.who());
        match self.way {
            Way::There => {
                let Some(id) = scope.collection.field("id") else {
                    return Err(ResolveError::UnknownField("id".to_owned()));
                };
                underpin_query::by_column(scope, condition, id, ids, &[], limit, projection)
            }
            Way::Back { .. } => {
                let each = limits::MAX_BACK_RELATED;
                let targets = Targets { field: &self.field, ids, each };
                underpin_query::by_target(scope, condition, targets, limit, projection)
            }
        }
    }
}

/// Databases bound the number of placeholders in a statement; this stays well below all of them.
const MAX_IDS_A_QUERY: usize = 500;
