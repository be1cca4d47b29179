//! Access to related records.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::record::{Record, RecordMeta};

impl<T> Record<T> {
    /// The record's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.meta.id
    }

    /// The related record of a single relation; `None` when it is not set, not asked for, or not
    /// visible.
    ///
    /// ```
    /// # use serde::Deserialize;
    /// # use underpin::Record;
    /// #[derive(Deserialize)]
    /// struct Post { title: String }
    /// #[derive(Deserialize)]
    /// struct Author { name: String }
    ///
    /// let json = r#"{"id":"p1","title":"Hi","expand":{"author":{"id":"u1","name":"Ann"}}}"#;
    /// let post: Record<Post> = serde_json::from_str(json)?;
    /// let author = post.expanded::<Author>("author")?.ok_or("no author")?;
    /// assert_eq!((author.id(), author.name.as_str(), post.title.as_str()), ("u1", "Ann", "Hi"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// It does not fit `R`.
    pub fn expanded<R: DeserializeOwned>(&self, relation: &str) -> Result<Option<Record<R>>> {
        self.meta.expanded(relation)
    }

    /// The related records of a multiple relation or a back relation.
    ///
    /// # Errors
    /// One of them does not fit `R`.
    pub fn expanded_all<R: DeserializeOwned>(&self, relation: &str) -> Result<Vec<Record<R>>> {
        self.meta.expanded_all(relation)
    }
}

impl RecordMeta {
    /// See [`Record::expanded`].
    ///
    /// # Errors
    /// It does not fit `R`.
    pub fn expanded<R: DeserializeOwned>(&self, relation: &str) -> Result<Option<Record<R>>> {
        Ok(self.expanded_all(relation)?.into_iter().next())
    }

    /// See [`Record::expanded_all`].
    ///
    /// # Errors
    /// One of them does not fit `R`.
    pub fn expanded_all<R: DeserializeOwned>(&self, relation: &str) -> Result<Vec<Record<R>>> {
        let related = match self.expand.get(relation) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(related)) => related.clone(),
            Some(single) => vec![single.clone()],
        };
        let read = related.into_iter().map(Record::from_value).collect::<serde_json::Result<_>>();
        read.map_err(|source| Error::Decode { expected: std::any::type_name::<R>(), source })
    }
}
