//! The table of groups.

use serde::{Deserialize, Serialize};
use underpin_model::{DomainError, DomainResult, ErrorTree, Json, JsonMap};

use super::{batch::Batch, logs::Logs, meta::Meta, overlay::lay_over};

/// Every group of settings at one moment. Groups that were stored before they existed have their
/// defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// What the project is called.
    pub meta: Meta,
    /// Several requests as one.
    pub batch: Batch,
    /// What is logged.
    pub logs: Logs,
}

/// What is said when settings can't be kept.
const REFUSED: &str = "The settings can't be saved.";

impl Settings {
    /// The settings as clients see and send them.
    pub fn to_json(&self) -> JsonMap {
        match serde_json::to_value(self) {
            Ok(Json::Object(map)) => map,
            _ => JsonMap::new(),
        }
    }

    /// The settings with what was sent laid over them: groups and keys that were not sent stay,
    /// unknown ones are ignored.
    pub(super) fn with(&self, sent: &JsonMap) -> DomainResult<Self> {
        let unread = |_| DomainError::bad_request("The submitted settings can't be read.");
        let mut json = self.to_json();
        lay_over(&mut json, sent).map_err(unread)?;
        let settings: Self = serde_json::from_value(Json::Object(json))
            .map_err(|error| unread(error.to_string()))?;
        settings.check().into_result(REFUSED)?;
        Ok(settings)
    }

    /// What can't be kept, by group.
    fn check(&self) -> ErrorTree {
        let groups = [
            ("meta", self.meta.check()),
            ("batch", self.batch.check()),
            ("logs", self.logs.check()),
        ];
        let mut errors = ErrorTree::default();
        for (name, refused) in groups {
            errors.put_branch(name, refused);
        }
        errors
    }
}
