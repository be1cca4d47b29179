//! Looking into the log.

use underpin_model::{DomainError, DomainResult, Json};
use underpin_query::{Condition, Projection, Window};

use super::shape;
use crate::{
    Backend, OpContext,
    records::{Items, ListAsk, Page, ViewAsk},
};

/// A page of entries, oldest first unless a sort is asked for. For superusers; the caller has
/// checked that.
///
/// # Errors
/// `Invalid` when filter or sort name something unknown.
pub async fn list(backend: &Backend, ctx: &OpContext, ask: &ListAsk) -> DomainResult<Page> {
    let (scope, filter) = (shape::scope(backend, ctx), ask.filter.as_ref());
    shape::check(filter, &ask.sort)?;
    let window = Window::of_page(u64::from(ask.page), u64::from(ask.per_page));
    let always = &Condition::Always;
    let select =
        underpin_query::page(&scope, always, filter, &ask.sort, window, Projection::Stored)
            .map_err(shape::refuse)?;
    let count = underpin_query::count(&scope, always, filter, &[]).map_err(shape::refuse)?;
    backend.logs.flush().await;
    let database = backend.logs.database();
    let text = database.text(&select).await?.unwrap_or_else(|| "[]".to_owned());
    let total_items = match ask.skip_total {
        true => -1,
        false => {
            let counted = database.text(&count.select).await?;
            counted.and_then(|text| text.parse().ok()).unwrap_or_default()
        }
    };
    let items = match &ask.view.pick {
        None => Items::Text(text),
        Some(pick) => {
            let mut items: Vec<Json> = read(&text)?;
            items.iter_mut().for_each(|item| pick.apply(item));
            Items::Parsed(items)
        }
    };
    let (page, per_page) = (ask.page, ask.per_page);
    Ok(Page { items, page, per_page, total_items, next_cursor: None })
}

/// An entry. For superusers; the caller has checked that.
///
/// # Errors
/// `NotFound`
pub async fn view(
    backend: &Backend,
    ctx: &OpContext,
    id: &str,
    view: &ViewAsk,
) -> DomainResult<Json> {
    let scope = shape::scope(backend, ctx);
    let select = underpin_query::one(&scope, &Condition::Always, None, id, Projection::Stored)
        .map_err(shape::refuse)?;
    backend.logs.flush().await;
    let found = backend.logs.database().text(&select).await?.ok_or(DomainError::NotFound)?;
    let mut entry: Json = read(&found)?;
    if let Some(pick) = &view.pick {
        pick.apply(&mut entry);
    }
    Ok(entry)
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> DomainResult<T> {
    serde_json::from_str(text).map_err(|error| DomainError::fault("reading the log", error))
}
