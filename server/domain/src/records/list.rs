//! Listing records.

use std::sync::Arc;

use underpin_access::{Grant, List};
use underpin_model::{Collection, DomainError, DomainResult, Json};
use underpin_query::{Projection, Scope, Window};

use super::{ListAsk, expand::finish, list_cursor::CursorAsk, rule, shape, totals::Asked};
use crate::{Backend, OpContext, schema::Snapshot};

/// A page of records.
pub struct Page {
    /// The records.
    pub items: Items,
    /// Page number, from 1.
    pub page: u32,
    /// Records a page.
    pub per_page: u32,
    /// All records that match, or -1 when not counted.
    pub total_items: i64,
    /// When pages go by cursors: the cursor of the next page, nothing behind the last one.
    pub next_cursor: NextCursor,
}

/// Whether and where another page follows, when pages go by cursors.
pub type NextCursor = Option<Option<String>>;

/// Records of a page, in the form in which they cost least.
pub enum Items {
    /// The JSON array as the database wrote it.
    Text(String),
    /// Records that were looked into.
    Parsed(Vec<Json>),
}

impl Page {
    /// Number of pages, or -1 when the records were not counted.
    pub fn total_pages(&self) -> i64 {
        if self.total_items < 0 {
            return -1;
        }
        let per_page = i64::from(self.per_page.max(1));
        (self.total_items + per_page - 1) / per_page
    }
}

/// The records that a caller may list, a page of them.
///
/// # Errors
/// `Forbidden` when the collection is closed, `Invalid` when filter or sort can't be resolved.
pub async fn list(
    backend: &Backend,
    ctx: &OpContext,
    collection: &Arc<Collection>,
    ask: &ListAsk,
) -> DomainResult<Page> {
    let snapshot = backend.schema.snapshot();
    let grant = underpin_access::authorize::<List>(&snapshot.policies, ctx.who(), collection)?;
    let scope = rule::client_scope(backend, ctx, &snapshot, collection);
    let asking = Asking { backend, snapshot: &snapshot, scope, grant: &grant, ask };
    let (items, told, next_cursor) = match &ask.cursor {
        None => asking.numbered_page(shape::projection(ctx.who())).await?,
        Some(cursor) => asking.page_behind(cursor, shape::projection(ctx.who())).await?,
    };
    let total_items = match told {
        _ if ask.skip_total => -1,
        Some(total) => total,
        None => asking.count().await?,
    };
    let items = if ask.view.is_plain() {
        Items::Text(items)
    } else {
        let records: Vec<Json> = serde_json::from_str(&items)
            .map_err(|error| DomainError::fault("reading a page", error))?;
        Items::Parsed(finish(backend, ctx, records, collection, &ask.view).await?)
    };
    Ok(Page { items, page: ask.page, per_page: ask.per_page, total_items, next_cursor })
}

struct Asking<'a> {
    backend: &'a Backend,
    snapshot: &'a Snapshot,
    scope: Scope<'a>,
    grant: &'a Grant<List>,
    ask: &'a ListAsk,
}

impl Asking<'_> {
    /// The page with a number: its text, and all matching records if it tells their number.
    async fn numbered_page(
        &self,
        projection: Projection,
    ) -> DomainResult<(String, Option<i64>, NextCursor)> {
        let (condition, filter) = (self.grant.condition(), self.ask.filter.as_ref());
        let window = Window::of_page(u64::from(self.ask.page), u64::from(self.ask.per_page));
        let sort = &self.ask.sort;
        let select = underpin_query::page(&self.scope, condition, filter, sort, window, projection)
            .map_err(rule::refuse)?;
        let (text, found) = self.backend.database.page(&select).await?;
        // Of a page that is not full, nothing follows.
        let Window { offset, limit } = window;
        let is_last = found < limit && (found > 0 || offset == 0);
        let total = is_last.then(|| i64::try_from(offset + found).unwrap_or(i64::MAX));
        Ok((text, total, None))
    }

    /// The page that starts behind a cursor.
    async fn page_behind(
        &self,
        cursor: &CursorAsk,
        projection: Projection,
    ) -> DomainResult<(String, Option<i64>, NextCursor)> {
        let collection_id = &self.scope.collection.id;
        let after = cursor.after(collection_id)?;
        let per_page = u64::from(self.ask.per_page);
        let select = underpin_query::page_after(
            &self.scope,
            self.grant.condition(),
            self.ask.filter.as_ref(),
            &self.ask.sort,
            after.as_deref(),
            per_page + 1,
            projection,
        )
        .map_err(rule::refuse)?;
        let mut rows = self.backend.database.rows(&select).await?;
        let has_more = u64::try_from(rows.len()).unwrap_or(u64::MAX) > per_page;
        if has_more {
            rows.pop();
        }
        let last = rows.last().filter(|_| has_more);
        let next = last.map(|last| cursor.behind(collection_id, last)).transpose()?;
        let records: Result<Vec<&str>, _> =
            rows.iter().map(|row| row.text(underpin_query::KEYSET_RECORD)).collect();
        Ok((format!("[{}]", records?.join(",")), None, Some(next)))
    }

    /// How many records match.
    async fn count(&self) -> DomainResult<i64> {
        let (condition, filter) = (self.grant.condition(), self.ask.filter.as_ref());
        let count = underpin_query::count(&self.scope, condition, filter, &self.ask.sort)
            .map_err(rule::refuse)?;
        let asked = Asked { scope: &self.scope, condition, filter, count: &count };
        let (database, version) = (&self.backend.database, self.snapshot.version);
        self.backend.totals.count(database, version, &asked).await
    }
}
