//! A page of records as text.

use std::fmt::Write;

use underpin_domain::records::{Items, Page};
use underpin_model::Json;

/// The page's JSON; records that the database wrote are passed on as they are.
pub(crate) fn text(page: &Page) -> String {
    let total_pages = page.total_pages();
    match &page.items {
        Items::Text(items) => write(items, page, total_pages),
        Items::Parsed(items) => write(&Json::Array(items.clone()).to_string(), page, total_pages),
    }
}

fn write(items: &str, page: &Page, total_pages: i64) -> String {
    let mut text = String::with_capacity(items.len() + 96);
    let _ = write!(text, "{{\"items\":{items},");
    if let Some(next) = &page.next_cursor {
        let _ = write!(text, "\"nextCursor\":{},", Json::from(next.clone()));
    }
    let Page { page: number, per_page, total_items, .. } = page;
    let _ = write!(
        text,
        "\"page\":{number},\"perPage\":{per_page},\"totalItems\":{total_items},\"totalPages\":{total_pages}}}"
    );
    text
}
