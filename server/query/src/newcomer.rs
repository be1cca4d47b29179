//! Conditions on records that are not there yet.

use crate::{
    resolve::back_relation,
    scope::{Condition, Scope, Trust},
    tree::{Name, Root},
};

/// Whether a condition asks for records that point to the record itself: of one that is not there
/// yet that is no question.
pub fn asks_who_points_here(scope: &Scope<'_>, condition: &Condition) -> bool {
    let Condition::When { any_of, none_of } = condition else { return false };
    let is_back = |name: &Name| {
        let (Root::Record, Some(word)) = (&name.root, name.path.first()) else { return false };
        scope.collection.field(word).is_none()
            && back_relation(scope.schema, scope.collection, word, Trust::Rule).is_some()
    };
    any_of.iter().chain(none_of).any(|filter| filter.names().into_iter().any(is_back))
}
