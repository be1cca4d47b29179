//! Sources: each kind of rows once, and none that a client may not look through.

use std::sync::Arc;

use underpin_model::Collection;

use super::{Place, Resolver};
use crate::{
    index_columns::is_unique,
    resolve_error::ResolveError,
    scope::{Condition, Trust},
    term::{Origin, Predicate, STATEMENT, Source, SourceId},
};

/// Most row sources of one statement; a database joins no more than about so many.
const MAX_SOURCES: usize = 60;

pub(super) fn record(collection: &Arc<Collection>) -> Source {
    Source {
        collection: Some(Arc::clone(collection)),
        origin: Origin::Record,
        scope: STATEMENT,
        reach: None,
    }
}

impl Resolver<'_> {
    /// The source with this origin, made when it is new.
    pub(super) fn source(
        &mut self,
        origin: Origin,
        collection: Option<Arc<Collection>>,
        place: Place,
    ) -> Result<SourceId, ResolveError> {
        let id = |source: &Source| source.collection.as_ref().map(|found| found.id.clone());
        let source = Source { collection, origin, scope: STATEMENT, reach: None };
        let source = Source { scope: self.scope_of(&source, place), ..source };
        // A row that a rule looks at freely is another one than a client's, which is bounded.
        let bounded = place.trust == Trust::Client && source.collection.is_some();
        let known = self.sources.iter().position(|other| {
            other.origin == source.origin
                && other.scope == source.scope
                && id(other) == id(&source)
                && other.reach.is_some() == bounded
        });
        if let Some(known) = known {
            return Ok(known);
        }
        let position = self.sources.len();
        if position >= MAX_SOURCES {
            return Err(ResolveError::TooManyRelations);
        }
        let collection = source.collection.clone();
        self.sources.push(source);
        if let Some(collection) = collection.filter(|_| bounded) {
            let reach = self.reach(&collection, position)?;
            if let Some(source) = self.sources.get_mut(position) {
                source.reach = Some(reach);
            }
        }
        Ok(position)
    }

    /// The collection of a source's rows, or the record's when the source is mere items.
    pub(super) fn collection_of(&self, source: SourceId) -> Arc<Collection> {
        let found = self.sources.get(source).and_then(|source| source.collection.as_ref());
        Arc::clone(found.unwrap_or(self.scope.collection))
    }

    fn scope_of(&self, source: &Source, place: Place) -> usize {
        let inherited = source
            .parent()
            .and_then(|parent| self.sources.get(parent))
            .map_or(STATEMENT, |parent| parent.scope);
        match source.origin {
            Origin::Record | Origin::Known(_) => STATEMENT,
            Origin::Related { .. } | Origin::Listed { .. } => inherited,
            Origin::Back { ref field, list: false, .. }
                if source.collection.as_ref().is_some_and(|found| is_unique(found, field)) =>
            {
                inherited
            }
            Origin::Items { .. }
            | Origin::KnownItems(_)
            | Origin::Back { .. }
            | Origin::Every { .. } => place.filter,
        }
    }

    fn reach(
        &mut self,
        collection: &Arc<Collection>,
        source: SourceId,
    ) -> Result<Predicate, ResolveError> {
        let condition = self.scope.schema.list_condition(&self.scope.request.who, collection);
        if condition == Condition::Never {
            return Err(ResolveError::ClosedCollection(collection.name.clone()));
        }
        // The comparison that is being resolved keeps its own guards.
        let guarded = std::mem::take(&mut self.guarded);
        let listable = self.condition_on(&condition, source);
        self.guarded = guarded;
        Ok(match listable? {
            Predicate::Always => Predicate::Always,
            listable => Predicate::Any(vec![Predicate::Missing(source), listable]),
        })
    }

    /// All rows of another collection.
    pub(super) fn every(
        &mut self,
        collection: &str,
        alias: Option<&str>,
        place: Place,
    ) -> Result<SourceId, ResolveError> {
        let unknown = || ResolveError::UnknownField(format!("@collection.{collection}"));
        let collection = self.scope.schema.collection(collection).ok_or_else(unknown)?;
        let origin = Origin::Every { alias: alias.map(str::to_owned) };
        self.source(origin, Some(collection), place)
    }
}
