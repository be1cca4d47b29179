//! What a change of the schema renames, and how names in rules are told by it.

use std::{collections::HashMap, sync::Arc};

use underpin_model::Collection;
use underpin_query::{Name, Root, Trust};

use super::next::Next;

/// What stands between a collection and its field in the name of a back relation.
const VIA: &str = "_via_";

/// Tables and fields with new names.
#[derive(Default)]
pub(super) struct Renamed {
    /// New names of collections by their ids.
    collections: HashMap<String, String>,
    /// New names of fields by the ids of their collections and their old names.
    fields: HashMap<(String, String), String>,
}

/// A name that means different fields for different callers, one of which was renamed.
pub(super) struct Ambiguous;

impl Renamed {
    /// What is called otherwise in the schema as it will be.
    pub(super) fn of(next: &Next) -> Self {
        let mut renamed = Self::default();
        for (old, new) in next.changed() {
            let Some(old) = old else { continue };
            if old.name != new.name {
                renamed.collections.insert(new.id.clone(), new.name.clone());
            }
            // The fields of a view have no identity beyond their names.
            for field in old.fields.iter().filter(|_| !old.is_view()) {
                let Some(now) = new.field_by_id(&field.id) else { continue };
                if now.name != field.name {
                    let key = (old.id.clone(), field.name.clone());
                    renamed.fields.insert(key, now.name.clone());
                }
            }
        }
        renamed
    }

    /// Whether everything is called as it was.
    pub(super) fn is_empty(&self) -> bool {
        self.collections.is_empty() && self.fields.is_empty()
    }

    /// The new name of a collection's field; nothing when it is called as it was.
    pub(super) fn field(&self, collection_id: &str, name: &str) -> Option<&String> {
        self.fields.get(&(collection_id.to_owned(), name.to_owned()))
    }

    /// What a name in a rule of `collection` has to be from now on; nothing when it may stay.
    ///
    /// # Errors
    /// [`Ambiguous`] when it would have to be two names at once.
    pub(super) fn follow(
        &self,
        next: &Next,
        collection: &Arc<Collection>,
        name: &Name,
    ) -> Result<Option<Name>, Ambiguous> {
        let mut other = name.clone();
        let start = vec![Arc::clone(collection)];
        match &mut other.root {
            Root::Record => self.path(next, start, &mut other.path)?,
            Root::Collection { name, .. } => {
                let Some(named) = next.before().find(name).cloned() else { return Ok(None) };
                if let Some(new) = self.collections.get(&named.id).filter(|_| named.id != *name) {
                    new.clone_into(name);
                }
                self.path(next, vec![named], &mut other.path)?;
            }
            Root::Request => match other.path.split_first_mut() {
                Some((first, path)) if first == "body" => self.path(next, start, path)?,
                Some((first, path)) if first == "auth" => {
                    let all = next.before().collections().iter();
                    let callers = all.filter(|collection| collection.is_auth()).cloned();
                    self.path(next, callers.collect(), path)?;
                }
                _ => {}
            },
        }
        Ok((other != *name).then_some(other))
    }

    /// Walks a path that starts at a record of one of some collections, and renames its words.
    fn path(
        &self,
        next: &Next,
        mut starts: Vec<Arc<Collection>>,
        path: &mut [String],
    ) -> Result<(), Ambiguous> {
        for word in path {
            let steps: Vec<Step> =
                starts.iter().filter_map(|start| self.step(next, start, word)).collect();
            let Some(first) = steps.first() else { return Ok(()) };
            if steps.iter().any(|step| step.word != first.word) {
                return Err(Ambiguous);
            }
            word.clone_from(&first.word);
            starts = steps.into_iter().filter_map(|step| step.to).collect();
        }
        Ok(())
    }

    /// One step of a path: what the word is from now on, and where it leads.
    fn step(&self, next: &Next, from: &Collection, word: &str) -> Option<Step> {
        if let Some(field) = from.field(word) {
            let to = field.relation_options().and_then(|relation| {
                next.before().collections().iter().find(|other| other.id == relation.collection_id)
            });
            let word = self.field(&from.id, word).cloned().unwrap_or_else(|| word.to_owned());
            return Some(Step { word, to: to.cloned() });
        }
        let before = next.before().as_ref();
        let (collection, field) = underpin_query::back_relation(before, from, word, Trust::Rule)?;
        let name = self.collections.get(&collection.id).unwrap_or(&collection.name);
        let field = self.field(&collection.id, &field).unwrap_or(&field);
        let is_same = word.ends_with(&format!("{VIA}{field}")) && *name == collection.name;
        let renamed = if is_same { word.to_owned() } else { format!("{name}{VIA}{field}") };
        Some(Step { word: renamed, to: Some(collection) })
    }
}

struct Step {
    word: String,
    to: Option<Arc<Collection>>,
}
