//! The records of one collection.

mod options;
mod read;
mod write;

use reqwest::Method;
use serde::Serialize;

use crate::client::Client;
use crate::error::Result;
use crate::realtime::Subscribe;
use crate::transport::{Call, Transport, segment};

pub use read::{Get, List};
pub use write::Write;

/// The records of one collection. Nothing is sent until a request is awaited.
#[derive(Debug, Clone)]
pub struct Collection {
    client: Client,
    name: String,
}

impl Collection {
    pub(crate) const fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// The name or id that this was made with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Lists records, a page at a time. Await it for one page, or take
    /// [`all`](List::all) or [`first`](List::first).
    pub fn list<T>(&self) -> List<T> {
        List::new(self.clone())
    }

    /// Gets one record.
    pub fn get<T>(&self, id: impl Into<String>) -> Get<T> {
        Get::new(self.clone(), id.into())
    }

    /// Creates a record. The answer is read as the same type; see [`Write::returning`] for
    /// another.
    pub fn create<T: Serialize>(&self, data: &T) -> Write<T> {
        Write::new(self, Method::POST, self.path(None), data)
    }

    /// Changes a record. Fields that `data` does not have stay as they are.
    pub fn update<T: Serialize>(&self, id: &str, data: &T) -> Write<T> {
        Write::new(self, Method::PATCH, self.path(Some(id)), data)
    }

    /// Deletes a record.
    ///
    /// # Errors
    /// There is none, or it may not be deleted.
    pub async fn delete(&self, id: &str) -> Result<()> {
        self.transport().run(Call::new(Method::DELETE, self.path(Some(id))?)).await
    }

    /// Subscribes to the changes of the collection's records.
    pub fn subscribe<T>(&self) -> Subscribe<T> {
        Subscribe::new(self.client.clone(), self.name.clone())
    }

    /// Subscribes to the changes of one record.
    pub fn subscribe_to<T>(&self, id: &str) -> Subscribe<T> {
        Subscribe::new(self.client.clone(), format!("{}/{id}", self.name))
    }

    pub(crate) fn transport(&self) -> &Transport {
        self.client.transport()
    }

    fn path(&self, id: Option<&str>) -> Result<String> {
        let records = format!("api/collections/{}/records", segment(&self.name)?);
        id.map_or(Ok(records.clone()), |id| Ok(format!("{records}/{}", segment(id)?)))
    }
}
