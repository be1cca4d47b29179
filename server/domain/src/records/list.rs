//! Listing records.

use std::sync::Arc;

use underpin_access::List;
use underpin_model::{Collection, DomainResult, Json};
use underpin_query::Window;

use super::{ListAsk, expand::finish, rule, shape};
use crate::{Backend, OpContext};

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
}

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
    let (condition, filter) = (grant.condition(), ask.filter.as_ref());
    let window = Window::of_page(u64::from(ask.page), u64::from(ask.per_page));
    let projection = shape::projection(ctx.who());
    let select = underpin_query::page(&scope, condition, filter, &ask.sort, window, projection)
        .map_err(rule::refuse)?;
    let text = backend.database.text(&select).await?.unwrap_or_else(|| "[]".to_owned());
    let total_items = if ask.skip_total {
        -1
    } else {
        let count =
            underpin_query::count(&scope, condition, filter, &ask.sort).map_err(rule::refuse)?;
        backend.database.number(&count).await?
    };
    let items = if ask.view.is_plain() {
        Items::Text(text)
    } else {
        let records: Vec<Json> = serde_json::from_str(&text)
            .map_err(|error| underpin_model::DomainError::fault("reading a page", error))?;
        Items::Parsed(finish(backend, ctx, records, collection, &ask.view).await?)
    };
    Ok(Page { items, page: ask.page, per_page: ask.per_page, total_items })
}
