//! The query string.

use std::collections::BTreeMap;

use actix_web::HttpRequest;

/// The parameters of a query string; the first of a name counts.
pub(crate) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// The parameters of a request.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        Self::parse(request.query_string())
    }

    /// The parameters of a text such as `a=1&b=2`.
    pub(crate) fn parse(text: &str) -> Self {
        let mut map = BTreeMap::new();
        if !text.is_empty() {
            for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
                map.entry(name.into_owned()).or_insert_with(|| value.into_owned());
            }
        }
        Self(map)
    }

    /// A parameter's value; empty when it is absent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    /// A parameter's value, when it is there.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All parameters by name.
    pub(crate) fn into_map(self) -> BTreeMap<String, String> {
        self.0
    }
}
