//! A dotted path that starts at a row: fields, JSON inside them, and relations both ways.

use std::sync::Arc;

use underpin_model::{Collection, Field, FieldOptions, field::ColumnShape};

use super::{Place, Resolver, check_hops};
use crate::{
    flavour::JsonStep,
    resolve_error::ResolveError,
    scope::{SchemaLookup, Trust},
    term::{Origin, SourceId, Term},
    tree::{Modifier, Name},
};

impl Resolver<'_> {
    /// The term that `path` (the end of `name`) leads to from a row of `start`.
    pub(super) fn path(
        &mut self,
        name: &Name,
        start: SourceId,
        path: &[String],
        place: Place,
    ) -> Result<Term, ResolveError> {
        let mut source = start;
        let mut rest = path;
        let mut hops = 0;
        while let [word, tail @ ..] = rest {
            let collection = self.collection_of(source);
            let Some(field) = visible_field(&collection, word, place.trust) else {
                if tail.is_empty() && has_unknown_modifier(name) {
                    return Err(ResolveError::BadModifier(name.to_string()));
                }
                source = self.back_hop(name, source, word, tail, place)?;
                hops += 1;
                check_hops(name, hops)?;
                rest = tail;
                continue;
            };
            match (&field.options, tail) {
                (_, []) => return self.leaf(name, source, field, place),
                (FieldOptions::Json(_) | FieldOptions::GeoPoint(_), inside) => {
                    return Ok(json_term(source, field, inside, name.modifier));
                }
                (FieldOptions::Relation(_), [id]) if id == "id" && name.modifier.is_none() => {
                    check_hops(name, hops + 1)?;
                    return self.related_id(source, field, place);
                }
                (FieldOptions::Relation(relation), _) => {
                    hops += 1;
                    check_hops(name, hops)?;
                    source = self.hop(name, source, field, &relation.collection_id, place)?;
                }
                _ => return Err(unknown(name)),
            }
            rest = tail;
        }
        Err(unknown(name))
    }

    /// From a row to the rows that its relation names.
    fn hop(
        &mut self,
        name: &Name,
        source: SourceId,
        field: &Field,
        collection_id: &str,
        place: Place,
    ) -> Result<SourceId, ResolveError> {
        let collection = self.scope.schema.collection(collection_id);
        let collection = collection.ok_or_else(|| unknown(name))?;
        let origin = match field.column() {
            ColumnShape::List => Origin::Listed { items: self.items(source, field, place)? },
            _ => Origin::Related { parent: source, field: field.name.clone() },
        };
        self.source(origin, Some(collection), place)
    }

    /// From a row to the rows whose relation names it: `comments_via_post`.
    fn back_hop(
        &mut self,
        name: &Name,
        source: SourceId,
        word: &str,
        tail: &[String],
        place: Place,
    ) -> Result<SourceId, ResolveError> {
        let target = self.collection_of(source);
        let (collection, field) = back_relation(self.scope.schema, &target, word, place.trust)
            .ok_or_else(|| unknown(name))?;
        if tail.is_empty() {
            return Err(unknown(name));
        }
        let list = collection.field(&field).is_some_and(Field::is_multiple);
        self.source(Origin::Back { parent: source, field, list }, Some(collection), place)
    }

    fn items(
        &mut self,
        parent: SourceId,
        field: &Field,
        place: Place,
    ) -> Result<SourceId, ResolveError> {
        self.source(Origin::Items { parent, field: field.name.clone() }, None, place)
    }

    /// `relation.id` needs no look at the other collection.
    fn related_id(
        &mut self,
        source: SourceId,
        field: &Field,
        place: Place,
    ) -> Result<Term, ResolveError> {
        Ok(match field.column() {
            ColumnShape::List => Term::Item(self.items(source, field, place)?),
            _ => column(source, field),
        })
    }

    fn leaf(
        &mut self,
        name: &Name,
        source: SourceId,
        field: &Field,
        place: Place,
    ) -> Result<Term, ResolveError> {
        let collection = self.collection_of(source);
        if place.trust == Trust::Client && collection.is_auth() && field.name == "email" {
            self.guarded.push(source);
        }
        let owned = || field.name.clone();
        Ok(match (field.column(), name.modifier) {
            (ColumnShape::Json, modifier) => json_term(source, field, &[], modifier),
            // A place is always there: a missing row has none, as it has no text.
            (ColumnShape::Point, modifier) => {
                lowered(Term::Bare(Box::new(column(source, field))), modifier)
            }
            (ColumnShape::List, Some(Modifier::Each)) => {
                Term::Item(self.items(source, field, place)?)
            }
            (ColumnShape::List, Some(Modifier::Length)) => {
                Term::ListLength { source, field: owned() }
            }
            (ColumnShape::Text, Some(Modifier::Length)) if may_be_multiple(field) => {
                Term::SingleLength { source, field: owned() }
            }
            (ColumnShape::Text, Some(Modifier::Each)) if may_be_multiple(field) => {
                Term::Bare(Box::new(column(source, field)))
            }
            (_, modifier) => lowered(column(source, field), modifier),
        })
    }
}

/// The collection and field behind a word such as `comments_via_post`, seen from the records that
/// the field points at; for a client, a hidden field is none.
pub fn back_relation(
    schema: &dyn SchemaLookup,
    target: &Collection,
    word: &str,
    trust: Trust,
) -> Option<(Arc<Collection>, String)> {
    word.match_indices("_via_").find_map(|(at, joint)| {
        let (other, field) = (word.get(..at)?, word.get(at + joint.len()..)?);
        let collection = schema.collection(other)?;
        let relation = visible_field(&collection, field, trust)?.relation_options()?;
        (relation.collection_id == target.id).then(|| (Arc::clone(&collection), field.to_owned()))
    })
}

/// A field that the author may use; for a client, hidden ones do not exist.
pub(super) fn visible_field<'c>(
    collection: &'c Collection,
    name: &str,
    trust: Trust,
) -> Option<&'c Field> {
    let field = collection.field(name)?;
    match trust {
        Trust::Client if field.hidden || field.is_secret() => None,
        _ => Some(field),
    }
}

/// Whether a name ends in a modifier that there is none of. Inside a document it may be a key.
pub(super) fn has_unknown_modifier(name: &Name) -> bool {
    name.path.last().is_some_and(|word| word.contains(':'))
}

/// Whether the field's type has a multiple form.
pub(super) fn may_be_multiple(field: &Field) -> bool {
    matches!(
        field.options,
        FieldOptions::Select(_) | FieldOptions::File(_) | FieldOptions::Relation(_)
    )
}

pub(super) fn unknown(name: &Name) -> ResolveError {
    ResolveError::UnknownField(name.to_string())
}

pub(super) fn lowered(term: Term, modifier: Option<Modifier>) -> Term {
    match modifier {
        Some(Modifier::Lower) => Term::Lower(Box::new(term)),
        _ => term,
    }
}

pub(super) fn json_steps(words: &[String]) -> Vec<JsonStep> {
    let step = |word: &String| match word.parse() {
        Ok(index) => JsonStep::Index(index),
        Err(_) => JsonStep::Key(word.clone()),
    };
    words.iter().map(step).collect()
}

fn column(source: SourceId, field: &Field) -> Term {
    Term::Column { source, field: field.name.clone(), shape: field.column() }
}

fn json_term(
    source: SourceId,
    field: &Field,
    inside: &[String],
    modifier: Option<Modifier>,
) -> Term {
    let mut path = json_steps(inside);
    let lower = inside.is_empty() || matches!(modifier, None | Some(Modifier::Lower));
    if let (false, Some(modifier), Some(last)) = (lower, modifier, inside.last()) {
        // Any other modifier counts as part of the key.
        path.pop();
        path.push(JsonStep::Key(format!("{last}:{}", modifier.word())));
    }
    lowered(Term::Json { source, field: field.name.clone(), path }, modifier)
}
