//! Records with what hangs on them, and how they are put together.

use std::collections::HashMap;

use underpin_model::{DomainError, DomainResult, Json, JsonMap, limits};

/// A record on its way out, with the records under its `expand`.
#[derive(Clone)]
pub(super) struct Related {
    json: Json,
    /// How many records stand under it.
    below: usize,
}

impl Related {
    /// A record with nothing under it yet.
    pub(super) fn new(json: Json) -> Self {
        Self { json, below: 0 }
    }

    /// The record with everything under it.
    pub(super) fn into_json(self) -> Json {
        self.json
    }

    /// The texts of a field, which may hold one or a list.
    pub(super) fn texts<'r>(&'r self, field: &str) -> impl Iterator<Item = &'r str> {
        let value = self.json.get(field);
        let list = value.and_then(Json::as_array).map(Vec::as_slice);
        let items = list.or(value.map(std::slice::from_ref)).unwrap_or_default();
        items.iter().filter_map(Json::as_str).filter(|text| !text.is_empty())
    }

    fn id(&self) -> &str {
        self.json.get("id").and_then(Json::as_str).unwrap_or_default()
    }
}

/// How two records are told to belong together.
pub(super) enum Link<'l> {
    /// The field of the one at hand names the other.
    Names(&'l str),
    /// The field of the other one names the one at hand.
    NamedBy {
        field: &'l str,
        /// Whether there is one such record at most.
        single: bool,
    },
}

/// How many records a request may still bring along.
pub(super) struct Budget(usize);

impl Budget {
    /// Room for so many records.
    pub(super) fn new(records: usize) -> Self {
        Self(records)
    }

    /// The room that is left.
    pub(super) fn left(&self) -> usize {
        self.0
    }

    /// Whether there is room for so many records.
    ///
    /// # Errors
    /// `Invalid` when there is not.
    pub(super) fn check(&self, records: usize) -> DomainResult<()> {
        if records <= self.0 { Ok(()) } else { Err(too_many()) }
    }

    fn spend(&mut self, records: usize) -> DomainResult<()> {
        self.0 = self.0.checked_sub(records).ok_or_else(too_many)?;
        Ok(())
    }
}

fn too_many() -> DomainError {
    DomainError::bad_request("The expand brings too many records along.")
}

/// Puts related records under the `expand` of the records that they belong to, which gets a place
/// for them even where there are none.
///
/// # Errors
/// `Invalid` when they become too many.
pub(super) fn attach(
    records: &mut [Related],
    name: &str,
    link: &Link<'_>,
    related: Vec<Related>,
    budget: &mut Budget,
) -> DomainResult<()> {
    let places = places(link, &related);
    for record in records {
        let key = match link {
            Link::Names(field) => *field,
            Link::NamedBy { .. } => "id",
        };
        let is_list = match link {
            Link::Names(field) => record.json.get(*field).is_some_and(Json::is_array),
            Link::NamedBy { single, .. } => !single,
        };
        let most = match link {
            Link::Names(_) => usize::MAX,
            Link::NamedBy { single: true, .. } => 1,
            Link::NamedBy { .. } => usize::try_from(limits::MAX_BACK_RELATED).unwrap_or(usize::MAX),
        };
        let found: Vec<&Related> = record
            .texts(key)
            .filter_map(|text| places.get(text))
            .flatten()
            .filter_map(|place| related.get(*place))
            .take(most)
            .collect();
        let weight: usize = found.iter().map(|other| other.below + 1).sum();
        budget.spend(weight)?;
        let mut found: Vec<Json> = found.into_iter().map(|other| other.json.clone()).collect();
        let value =
            if is_list && !found.is_empty() { Some(Json::Array(found)) } else { found.pop() };
        record.below += weight;
        let Json::Object(map) = &mut record.json else { continue };
        let slot = map.entry("expand").or_insert_with(|| Json::Object(JsonMap::new()));
        if let (Json::Object(slot), Some(value)) = (slot, value) {
            slot.insert(name.to_owned(), value);
        }
    }
    Ok(())
}

/// Where the related records stand that belong to an id.
fn places(link: &Link<'_>, related: &[Related]) -> HashMap<String, Vec<usize>> {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, record) in related.iter().enumerate() {
        match link {
            Link::Names(_) => places.entry(record.id().to_owned()).or_default().push(place),
            Link::NamedBy { field, .. } => {
                for target in record.texts(field) {
                    places.entry(target.to_owned()).or_default().push(place);
                }
            }
        }
    }
    places
}
