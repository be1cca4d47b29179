//! A request as limits know it.

/// A request, alone or in a batch.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Its method.
    pub method: &'a str,
    /// Its path, as it is understood.
    pub path: &'a str,
    /// What it does with records, if that has a name.
    pub action: Option<Action>,
}

/// What a request does with the records of a collection.
#[derive(Clone, Debug)]
pub struct Action {
    /// The collection's name, however the request calls it.
    pub collection: String,
    /// The names of the deed, the most exact one first.
    pub names: &'static [&'static str],
}

impl Asked<'_> {
    /// What rules can call it, in the order in which they are looked for: the action of its
    /// collection, of any collection, the path with its method, the path.
    pub(super) fn labels(&self) -> Vec<String> {
        let mut labels = Vec::new();
        if let Some(action) = &self.action {
            for collection in [action.collection.as_str(), "*"] {
                labels.extend(action.names.iter().map(|name| format!("{collection}:{name}")));
            }
        }
        // What is not told from a request by others must not be a way around their limit.
        let method = if self.method == "HEAD" { "GET" } else { self.method };
        labels.push(format!("{method} {}", self.path));
        labels.push(self.path.to_owned());
        labels
    }

    /// What shares its counter under a rule: the same action of the same collection; everything
    /// without a name.
    pub(super) fn counted_as(&self) -> String {
        self.action.as_ref().map_or_else(String::new, |action| {
            format!("{}:{}", action.collection, action.names.first().unwrap_or(&""))
        })
    }
}
