//! Reading records: one, a page, or all of them.

use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;

use futures_util::stream::{self, Stream, TryStreamExt};
use reqwest::Method;
use serde::de::DeserializeOwned;

use super::Collection;
use super::options::answer_options;
use crate::error::{ApiError, Error, Result};
use crate::filter::Filter;
use crate::record::{NextCursor, Page, Record};
use crate::transport::Call;

type Answer<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

/// A list of records, not asked for yet.
#[must_use = "a list is only asked for when it is awaited"]
pub struct List<T> {
    collection: Collection,
    filter: Option<Filter>,
    query: Vec<(&'static str, String)>,
    page: u32,
    cursor: Option<String>,
    per_page: Option<u32>,
    is_counting: bool,
    reads: PhantomData<fn() -> T>,
}

/// One record, not asked for yet.
#[must_use = "a record is only asked for when it is awaited"]
pub struct Get<T> {
    collection: Collection,
    id: String,
    query: Vec<(&'static str, String)>,
    reads: PhantomData<fn() -> T>,
}

answer_options!(List);
answer_options!(Get);

impl<T> List<T> {
    pub(super) const fn new(collection: Collection) -> Self {
        let query = Vec::new();
        Self {
            collection,
            filter: None,
            query,
            page: 1,
            cursor: None,
            per_page: None,
            is_counting: true,
            reads: PhantomData,
        }
    }

    /// Only records that match. Several filters must all hold.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(match self.filter {
            Some(present) => present.and(filter),
            None => filter,
        });
        self
    }

    /// The order: field names joined by commas, `-` for descending.
    pub fn sort(mut self, keys: impl Into<String>) -> Self {
        self.query.push(("sort", keys.into()));
        self
    }

    /// Which page, from 1.
    pub const fn page(mut self, number: u32) -> Self {
        self.page = number;
        self
    }

    /// Where the page starts: the [`next_cursor`](Page::next_cursor) of the page before, or an empty
    /// text for the first page. However far the start, such a page costs the same, and records that
    /// are made or removed meanwhile neither double nor hide others.
    pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
        self.cursor = Some(cursor.into());
        self
    }

    /// How many records a page holds: 30 unless set, at most 1000.
    pub const fn per_page(mut self, count: u32) -> Self {
        self.per_page = Some(count);
        self
    }

    /// Leaves out the totals, which makes large lists quicker.
    pub const fn skip_total(mut self) -> Self {
        self.is_counting = false;
        self
    }

    fn call(&self) -> Result<Call> {
        let mut query = self.query.clone();
        query.push(("page", self.page.to_string()));
        query.extend(self.cursor.clone().map(|cursor| ("cursor", cursor)));
        if let Some(per_page) = self.per_page {
            query.push(("perPage", per_page.to_string()));
        }
        if !self.is_counting {
            query.push(("skipTotal", "1".to_owned()));
        }
        if let Some(filter) = &self.filter {
            query.push(("filter", filter.text()?.to_owned()));
        }
        Ok(Call::new(Method::GET, self.collection.path(None)?).query(query))
    }
}

impl<T: DeserializeOwned + Send + 'static> List<T> {
    /// All matching records, one after the other, asked for page by page.
    ///
    /// The pages go by cursors, where the server has them. A server that has not counts its pages
    /// from the start each time: there, give a [`sort`](List::sort) that new records do not disturb.
    ///
    /// ```no_run
    /// # async fn run(client: underpin::Client) -> underpin::Result<()> {
    /// use futures_util::TryStreamExt;
    ///
    /// let mut posts = Box::pin(client.collection("posts").list::<serde_json::Value>().sort("created").all());
    /// while let Some(post) = posts.try_next().await? {
    ///     println!("{}", post.id());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn all(mut self) -> impl Stream<Item = Result<Record<T>>> + Send {
        let wanted = *self.per_page.get_or_insert(500);
        let is_random =
            self.query.iter().any(|(key, keys)| *key == "sort" && keys.contains("@random"));
        if !is_random {
            self.cursor.get_or_insert_default();
        }
        let first = Some(self.skip_total());
        let pages = stream::try_unfold(first, move |next| async move {
            let Some(mut list) = next else { return Ok(None) };
            let mut page = list.collection.transport().fetch::<Page<T>>(list.call()?).await?;
            // The server may have a lower limit than the one asked for.
            let size = u32::try_from(page.items.len()).unwrap_or(u32::MAX);
            list.page += 1;
            let has_more = match page.take_cursor() {
                NextCursor::At(cursor) => {
                    list.cursor = Some(cursor);
                    true
                }
                NextCursor::Last => false,
                NextCursor::Unsaid => size > 0 && size >= wanted.min(page.per_page),
            };
            let records = stream::iter(page.items.into_iter().map(Ok::<_, Error>));
            Ok::<_, Error>(Some((records, has_more.then_some(list))))
        });
        pages.try_flatten()
    }

    /// The first matching record.
    ///
    /// # Errors
    /// 404 when none matches.
    pub async fn first(self) -> Result<Record<T>> {
        let page = self.page(1).per_page(1).skip_total().await?;
        page.items.into_iter().next().ok_or_else(|| {
            let message = "No record matches.".to_owned();
            ApiError { status: 404, message, ..ApiError::default() }.into()
        })
    }
}

impl<T: DeserializeOwned + Send + 'static> IntoFuture for List<T> {
    type Output = Result<Page<T>>;
    type IntoFuture = Answer<Page<T>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.collection.transport().fetch(self.call()?).await })
    }
}

impl<T> Get<T> {
    pub(super) const fn new(collection: Collection, id: String) -> Self {
        Self { collection, id, query: Vec::new(), reads: PhantomData }
    }
}

impl<T: DeserializeOwned + Send + 'static> IntoFuture for Get<T> {
    type Output = Result<Record<T>>;
    type IntoFuture = Answer<Record<T>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let path = self.collection.path(Some(&self.id))?;
            let call = Call::new(Method::GET, path).query(self.query);
            self.collection.transport().fetch(call).await
        })
    }
}
