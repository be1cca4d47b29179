//! A record's row as a JSON object.

use std::collections::BTreeMap;

use sea_query::{Expr, ExprTrait};
use underpin_model::{Collection, Field, record::Audience};

use super::emit::{Aliases, Emitter};
use crate::{cell::Cell, scope::Scope, term::RECORD};

/// Which fields of a record are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Projection {
    /// What this audience may see, with `collectionId` and `collectionName`.
    Public {
        /// Who it is shown to.
        audience: Audience,
    },
    /// Every field, secrets included: for the server itself.
    Stored,
}

/// The row of the record as a JSON object's text, keys sorted.
pub(super) fn object(
    scope: &Scope<'_>,
    projection: Projection,
    emitter: &Emitter<'_>,
    aliases: &Aliases,
) -> Expr {
    let collection = scope.collection;
    let member = |field: &Field| {
        if field.is_blanked() && projection != Projection::Stored {
            return (field.name.clone(), emitter.flavour.bind(&Cell::Text(String::new())));
        }
        let column = aliases.column(RECORD, &field.name);
        let member = match collection.is_view() {
            true => emitter.flavour.json_member_of_view(field.column(), column),
            false => emitter.flavour.json_member(field.column(), column),
        };
        (field.name.clone(), member)
    };
    let mut members: BTreeMap<String, Expr> =
        collection.fields.iter().filter(|field| is_shown(field, projection)).map(member).collect();
    if let Projection::Public { .. } = projection {
        for (key, text) in [("collectionId", &collection.id), ("collectionName", &collection.name)]
        {
            let text = emitter.flavour.bind(&Cell::Text(text.clone()));
            members.insert(key.to_owned(), text);
        }
    }
    let whole = emitter.flavour.json_object(members.clone().into_iter().collect());
    if !hides_addresses(collection, projection) || members.remove("email").is_none() {
        return whole;
    }
    let without = emitter.flavour.json_object(members.into_iter().collect());
    Expr::case(shows_address(scope, aliases), whole).finally(without).into()
}

fn is_shown(field: &Field, projection: Projection) -> bool {
    match projection {
        Projection::Stored => true,
        Projection::Public { audience: Audience::Superuser } => is_given(field),
        Projection::Public { .. } => !field.hidden && is_given(field),
    }
}

fn is_given(field: &Field) -> bool {
    field.is_blanked() || !field.is_secret()
}

/// Whether each row decides for itself if its address is shown.
fn hides_addresses(collection: &Collection, projection: Projection) -> bool {
    collection.is_auth() && projection == Projection::Public { audience: Audience::Everyone }
}

/// An address is shown where its owner said so, and to the owner.
fn shows_address(scope: &Scope<'_>, aliases: &Aliases) -> Expr {
    let visible = aliases.column(RECORD, "emailVisibility").eq(Expr::Constant(1.into()));
    match scope.request.who.record() {
        Some(caller) if caller.collection().id == scope.collection.id => {
            visible.or(aliases.column(RECORD, "id").eq(caller.id()))
        }
        _ => visible,
    }
}
