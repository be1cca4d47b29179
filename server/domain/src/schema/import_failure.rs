//! The error of an import: one sentence that says which collection is at fault and why.

use underpin_model::{Collection, DomainError, ErrorCode, ErrorTree, FieldError, error::ErrorNode};

/// An import that a collection's definition made fail.
pub(super) fn of(collection: &Collection, errors: &ErrorTree) -> DomainError {
    let mut reasons = Vec::new();
    sentences(errors, "", &mut reasons);
    let reasons = reasons.join(" ");
    because(format!("\"{}\" ({}): {reasons}", collection.name, collection.id))
}

/// An import that failed as a whole.
pub(super) fn because(reason: String) -> DomainError {
    let error = FieldError::with_message(ErrorCode::ImportFailure, reason);
    DomainError::invalid("The collections can't be imported.", ErrorTree::one("collections", error))
}

/// Each error with its place, such as `fields.1.name`.
fn sentences(errors: &ErrorTree, above: &str, into: &mut Vec<String>) {
    for (name, node) in &errors.0 {
        let place = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        match node {
            ErrorNode::Leaf(error) => into.push(format!("{place}: {}", error.message)),
            ErrorNode::Branch(branch) => sentences(branch, &place, into),
        }
    }
}
