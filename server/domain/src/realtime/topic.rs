//! What a subscription is about.

/// A collection's records, or one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// The collection's name or id.
    pub collection: String,
    /// A record's id; nothing = all records.
    pub record: Option<String>,
}

impl Topic {
    /// Reads `posts`, `posts/*` or `posts/RECORD_ID`; nothing when the text is none of them.
    pub fn parse(text: &str) -> Option<Self> {
        let (collection, record) = match text.split_once('/') {
            None => (text, None),
            Some((collection, "*")) => (collection, None),
            Some((collection, record)) => (collection, Some(record)),
        };
        let plain = |part: &str| {
            !part.is_empty()
                && part.len() <= 255
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        };
        let valid = plain(collection) && record.is_none_or(plain);
        valid.then(|| Self { collection: collection.to_owned(), record: record.map(str::to_owned) })
    }
}
