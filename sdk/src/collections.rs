//! Collections themselves: what a superuser sets up.

use std::sync::Arc;

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::error::Result;
use crate::transport::{Call, Transport, segment};

/// Makes, changes and removes collections; for superusers.
pub struct Collections {
    transport: Arc<Transport>,
}

/// A collection. The many options that depend on its type are kept as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CollectionInfo {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `base`, `auth` or `view`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its fields, each with its options.
    #[serde(default)]
    pub fields: Vec<Value>,
    /// Rules, indexes and further options.
    #[serde(flatten)]
    pub options: Map<String, Value>,
}

impl Collections {
    pub(crate) const fn new(transport: Arc<Transport>) -> Self {
        Self { transport }
    }

    /// All collections, by name.
    ///
    /// # Errors
    /// The caller is no superuser.
    pub async fn list(&self) -> Result<Vec<CollectionInfo>> {
        #[derive(Deserialize)]
        struct Listed {
            items: Vec<CollectionInfo>,
        }
        let mut all = Vec::new();
        for page in 1_u32.. {
            let query = [
                ("page", page.to_string()),
                ("perPage", "500".to_owned()),
                ("sort", "name".to_owned()),
            ];
            let call = Call::new(Method::GET, "api/collections").query(query.into());
            let items = self.transport.fetch::<Listed>(call).await?.items;
            let is_last = items.len() < 500;
            all.extend(items);
            if is_last {
                break;
            }
        }
        Ok(all)
    }

    /// One collection, by its name or id.
    ///
    /// # Errors
    /// There is none.
    pub async fn get(&self, name: &str) -> Result<CollectionInfo> {
        self.transport.fetch(Call::new(Method::GET, path(name)?)).await
    }

    /// Makes a collection.
    ///
    /// ```no_run
    /// # async fn run(client: underpin::Client) -> underpin::Result<()> {
    /// use serde_json::json;
    ///
    /// client.collection("_superusers").auth_with_password("root@example.com", "a long password").await?;
    /// let posts = client.collections().create(&json!({
    ///     "name": "posts",
    ///     "type": "base",
    ///     "listRule": "",
    ///     "fields": [{"name": "title", "type": "text", "required": true}],
    /// })).await?;
    /// assert_eq!(posts.name, "posts");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The definition is not valid; see [`Error::field`](crate::Error::field).
    pub async fn create(&self, definition: &(impl Serialize + ?Sized)) -> Result<CollectionInfo> {
        self.transport.fetch(Call::new(Method::POST, "api/collections").json(definition)?).await
    }

    /// Changes a collection; what `changes` does not have stays as it is.
    ///
    /// # Errors
    /// The changes are not valid.
    pub async fn update(
        &self,
        name: &str,
        changes: &(impl Serialize + ?Sized),
    ) -> Result<CollectionInfo> {
        self.transport.fetch(Call::new(Method::PATCH, path(name)?).json(changes)?).await
    }

    /// Deletes a collection with all its records.
    ///
    /// # Errors
    /// There is none, or others refer to it.
    pub async fn delete(&self, name: &str) -> Result<()> {
        self.transport.run(Call::new(Method::DELETE, path(name)?)).await
    }

    /// Deletes all records of a collection.
    ///
    /// # Errors
    /// There is no such collection, or other records need these.
    pub async fn truncate(&self, name: &str) -> Result<()> {
        self.transport.run(Call::new(Method::DELETE, format!("{}/truncate", path(name)?))).await
    }

    /// Makes and changes several collections in one go. Those that are not named stay.
    ///
    /// # Errors
    /// One of them is not valid; then none is changed.
    pub async fn import(&self, definitions: &[Value]) -> Result<()> {
        let body = json!({"collections": definitions, "deleteMissing": false});
        self.transport.run(Call::new(Method::PUT, "api/collections/import").json(&body)?).await
    }
}

fn path(name: &str) -> Result<String> {
    Ok(format!("api/collections/{}", segment(name)?))
}
