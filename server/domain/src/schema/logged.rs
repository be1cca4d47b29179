//! The change log follows the schema.
//!
//! It keeps records by the names of their fields and the ids of their collections, which may come
//! again. Whatever takes the name of a field, or the place of a collection, must not be told as
//! that which had it before: it may have been for fewer eyes.

use underpin_model::{Collection, DomainResult};
use underpin_storage::Transaction;

use super::next::Next;

/// Takes fields and collections that go out of the log, and renames fields in it.
pub(super) async fn follow(tx: &mut Transaction, next: &Next) -> DomainResult<()> {
    for collection in next.removed().iter().filter(|collection| !collection.is_view()) {
        tx.forget_changes(&collection.id).await?;
    }
    for (old, new) in next.changed() {
        let Some(old) = old.filter(|old| !old.is_view()) else { continue };
        let (gone, renamed) = difference(&old, &new);
        if !gone.is_empty() || !renamed.is_empty() {
            tx.carry_changes(&new.id, &gone, &renamed).await?;
        }
    }
    Ok(())
}

/// The names of fields that go, and the old and new ones of those that are renamed.
fn difference(old: &Collection, new: &Collection) -> (Vec<String>, Vec<(String, String)>) {
    let (mut gone, mut renamed) = (Vec::new(), Vec::new());
    for field in &old.fields {
        match new.field_by_id(&field.id) {
            None => gone.push(field.name.clone()),
            Some(now) if now.name != field.name => {
                renamed.push((field.name.clone(), now.name.clone()));
            }
            Some(_) => {}
        }
    }
    (gone, renamed)
}
