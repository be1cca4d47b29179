//! Counts that were made before, for as long as they are true.
//!
//! Counting the matches of a filter or a rule may mean looking at every row. A count is kept by the
//! statement that made it, with the state of the collections that it read; as long as these are the
//! same it is given again. When only the counted collection has changed, the changes themselves
//! tell what to add and to take away, if memory can answer for them. A new schema or policy starts
//! anew. Equal counts that are asked for at once are made once.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use moka::sync::Cache;
use tokio::sync::Mutex;
use underpin_model::{DomainResult, JsonMap, Record};
use underpin_query::{Condition, Count, Filter, Scope, Verdict};
use underpin_storage::{Change, Database, Revision};

/// Bytes that the kept counts may take.
const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// Most changes that a count is carried over; beyond them it is made anew.
const MAX_STEPS: i64 = 500;
/// What applying one change costs, about: carrying over must be cheaper than counting.
const STEP_COST: Duration = Duration::from_micros(30);

/// The counts of a server.
pub struct Totals {
    known: Cache<(i64, String), Arc<Mutex<Option<Known>>>>,
}

/// A count, and when it was true.
#[derive(Clone, Copy, Debug)]
struct Known {
    number: i64,
    revision: Revision,
    /// The newest change that it has seen.
    position: i64,
    /// How long it took to count.
    cost: Duration,
}

/// What is counted: the question, and its statement.
pub(super) struct Asked<'a> {
    pub(super) scope: &'a Scope<'a>,
    pub(super) condition: &'a Condition,
    pub(super) filter: Option<&'a Filter>,
    pub(super) count: &'a Count,
}

impl Default for Totals {
    fn default() -> Self {
        let weight =
            |key: &(i64, String), _: &_| u32::try_from(key.1.len() + 128).unwrap_or(u32::MAX);
        Self { known: Cache::builder().max_capacity(MAX_BYTES).weigher(weight).build() }
    }
}

impl Totals {
    /// The number of matches at this moment; `schema` is the version that the question is of.
    pub(super) async fn count(
        &self,
        database: &Database,
        schema: i64,
        asked: &Asked<'_>,
    ) -> DomainResult<i64> {
        let count = asked.count;
        let ids = || count.collections.iter().map(|collection| collection.id.as_str());
        let revision = if count.is_settled { database.revision(ids()).await? } else { None };
        let Some(revision) = revision else { return Ok(database.count(&count.select).await?.0) };
        let key = (schema, database.fingerprint(&count.select));
        let place = self.known.get_with(key, Arc::default);
        let mut place = place.lock().await;
        if let Some(known) = place.as_mut()
            && (known.revision == revision || carry_over(database, asked, known, revision).await?)
        {
            return Ok(known.number);
        }
        let begun = Instant::now();
        let (number, position) = database.count(&count.select).await?;
        *place = Some(Known { number, revision, position, cost: begun.elapsed() });
        Ok(number)
    }
}

/// Brings a count up to date by what has changed since; false when it has to be made anew.
async fn carry_over(
    database: &Database,
    asked: &Asked<'_>,
    known: &mut Known,
    now: Revision,
) -> DomainResult<bool> {
    if known.revision.untold != now.untold {
        return Ok(false);
    }
    let steps = now.position.saturating_sub(known.position);
    // It was counted after the revision was taken: nothing has changed since.
    if steps <= 0 {
        known.revision = now;
        return Ok(true);
    }
    let cost = STEP_COST.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX));
    let pays = steps <= MAX_STEPS && cost < known.cost;
    if !pays || asked.count.collections.len() != 1 || reads_secrets(asked) {
        return Ok(false);
    }
    let changes = database.changes_after(known.position, MAX_STEPS.unsigned_abs()).await?;
    let (mut number, mut position) = (known.number, known.position);
    for change in changes.iter().filter(|change| change.position <= now.position) {
        if change.position != position + 1 {
            return Ok(false);
        }
        position = change.position;
        if change.collection_id != asked.scope.collection.id {
            continue;
        }
        let Some(step) = step(asked, change) else { return Ok(false) };
        number += step;
    }
    if position < now.position {
        return Ok(false);
    }
    *known = Known { number, revision: now, position, ..*known };
    Ok(true)
}

/// What a change adds to the count; nothing when memory can't tell.
fn step(asked: &Asked<'_>, change: &Change) -> Option<i64> {
    let counts = |text: &Option<String>| -> Option<i64> {
        let Some(text) = text else { return Some(0) };
        let map: JsonMap = serde_json::from_str(text).ok()?;
        let record = Record::from_stored(asked.scope.collection, &map);
        match underpin_query::matches(asked.scope, asked.condition, asked.filter, &record) {
            Ok(Verdict::Yes) => Some(1),
            Ok(Verdict::No) => Some(0),
            Ok(Verdict::NeedsDatabase) | Err(_) => None,
        }
    };
    Some(counts(&change.after)? - counts(&change.before)?)
}

/// The change log holds no secrets, so what asks for them can't be answered from it.
fn reads_secrets(asked: &Asked<'_>) -> bool {
    let reads = |filter: &Filter| {
        filter.names().iter().any(|name| {
            let first = name.path.first().and_then(|first| asked.scope.collection.field(first));
            first.is_some_and(underpin_model::Field::is_secret)
        })
    };
    let by_condition = match asked.condition {
        Condition::When { any_of, none_of } => any_of.iter().chain(none_of).any(|rule| reads(rule)),
        Condition::Always | Condition::Never => false,
    };
    by_condition || asked.filter.is_some_and(reads)
}
