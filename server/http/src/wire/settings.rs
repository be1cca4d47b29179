//! Bodies of requests about settings. What is missing or null is empty.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use underpin_domain::auth::AppleSecretAsk;
use underpin_model::{DomainError, DomainResult, Json, JsonMap};

/// Which bucket is to be tested.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct SentBucket {
    #[serde(deserialize_with = "or_empty")]
    pub(crate) filesystem: String,
}

/// Which letter is to be sent.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct SentLetter {
    #[serde(deserialize_with = "or_empty")]
    pub(crate) email: String,
    #[serde(deserialize_with = "or_empty")]
    pub(crate) template: String,
    #[serde(deserialize_with = "or_empty")]
    pub(crate) collection: String,
}

/// What a client secret for Apple is made of.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct SentAppleKey {
    #[serde(deserialize_with = "or_empty")]
    client_id: String,
    #[serde(deserialize_with = "or_empty")]
    team_id: String,
    #[serde(deserialize_with = "or_empty")]
    key_id: String,
    #[serde(deserialize_with = "or_empty")]
    private_key: String,
    #[serde(deserialize_with = "or_empty")]
    duration: i64,
}

impl From<SentAppleKey> for AppleSecretAsk {
    fn from(sent: SentAppleKey) -> Self {
        Self {
            client_id: sent.client_id,
            team_id: sent.team_id,
            key_id: sent.key_id,
            private_key: sent.private_key.into(),
            duration: sent.duration,
        }
    }
}

/// Reads a body.
///
/// # Errors
/// `Invalid` for values of another type.
pub(crate) fn read<T: DeserializeOwned>(body: JsonMap) -> DomainResult<T> {
    serde_json::from_value(Json::Object(body))
        .map_err(|_| DomainError::bad_request("The request body has values of a wrong type."))
}

fn or_empty<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
