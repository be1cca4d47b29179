//! Which rows show their address: where the owner said so, to the owner, and to managers.

use sea_query::{Expr, ExprTrait};
use underpin_model::{Collection, record::Audience};

use super::{
    emit::{Aliases, Emitter},
    projection::Projection,
};
use crate::{
    resolve::Resolver,
    scope::{Condition, Scope},
    term::{Predicate, RECORD, STATEMENT},
};

/// The rows whose address the caller sees as their manager; nothing when rows don't decide.
///
/// A condition that can't be resolved lets nobody see an address.
pub(super) fn managed(resolver: &mut Resolver<'_>, projection: Projection) -> Option<Predicate> {
    let scope = resolver.scope;
    if !is_shown_by_row(scope.collection, projection) {
        return None;
    }
    match scope.schema.manage_condition(&scope.request.who, scope.collection) {
        Condition::Never => None,
        condition => resolver.condition(&condition).ok(),
    }
}

/// Whether each row decides for itself if its address is shown.
pub(super) fn is_shown_by_row(collection: &Collection, projection: Projection) -> bool {
    collection.is_auth() && projection == Projection::Public { audience: Audience::Everyone }
}

/// Whether the address of the row is shown.
pub(super) fn is_shown(
    scope: &Scope<'_>,
    managed: Option<&Predicate>,
    emitter: &Emitter<'_>,
    aliases: &Aliases,
) -> Expr {
    let mut shown = emitter.email_visible(RECORD, aliases);
    if let Some(caller) = scope.request.who.record()
        && caller.collection().id == scope.collection.id
    {
        shown = shown.or(aliases.column(RECORD, "id").eq(caller.id()));
    }
    match managed {
        Some(managed) => shown.or(emitter.predicate(managed, STATEMENT, aliases)),
        None => shown,
    }
}
