//! A record's row as a JSON object.

use std::collections::BTreeMap;

use sea_query::Expr;
use underpin_model::{Collection, Field, record::Audience};

use super::{
    address,
    emit::{Aliases, Emitter},
};
use crate::{
    cell::Cell,
    scope::Scope,
    term::{Predicate, RECORD},
};

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

/// The row of the record as a JSON object's text, keys sorted. `managed` are the rows whose
/// address the caller sees as their manager.
pub(super) fn object(
    scope: &Scope<'_>,
    projection: Projection,
    managed: Option<&Predicate>,
    emitter: &Emitter<'_>,
    aliases: &Aliases,
) -> Expr {
    let collection = scope.collection;
    let member = |field: &Field| {
        if field.is_blanked(collection) && projection != Projection::Stored {
            return (field.name.clone(), emitter.flavour.bind(&Cell::Text(String::new())));
        }
        let column = aliases.column(RECORD, &field.name);
        let member = match collection.is_view() {
            true => emitter.flavour.json_member_of_view(field.column(), column),
            false => emitter.flavour.json_member(field.column(), column),
        };
        (field.name.clone(), member)
    };
    let mut members: BTreeMap<String, Expr> = collection
        .fields
        .iter()
        .filter(|field| is_shown(collection, field, projection))
        .map(member)
        .collect();
    if let Projection::Public { .. } = projection {
        for (key, text) in [("collectionId", &collection.id), ("collectionName", &collection.name)]
        {
            let text = emitter.flavour.bind(&Cell::Text(text.clone()));
            members.insert(key.to_owned(), text);
        }
    }
    let whole = emitter.flavour.json_object(members.clone().into_iter().collect());
    if !address::is_shown_by_row(collection, projection) || members.remove("email").is_none() {
        return whole;
    }
    let without = emitter.flavour.json_object(members.into_iter().collect());
    let shown = address::is_shown(scope, managed, emitter, aliases);
    Expr::case(shown, whole).finally(without).into()
}

fn is_shown(collection: &Collection, field: &Field, projection: Projection) -> bool {
    match projection {
        Projection::Stored => true,
        Projection::Public { audience: Audience::Superuser } => is_given(collection, field),
        Projection::Public { .. } => !field.hidden && is_given(collection, field),
    }
}

fn is_given(collection: &Collection, field: &Field) -> bool {
    field.is_blanked(collection) || !field.is_secret()
}
