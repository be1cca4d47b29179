//! The settings of another program.

use sea_query::InsertStatement;
use underpin_credentials::seal::SealingKey;
use underpin_model::{DomainError, DomainResult, Json, JsonMap, Timestamp};
use underpin_storage::Transaction;

use super::{Settings, groups::SECRETS, row, sealed, secret::SecretEntry};

/// Where groups are kept that there is no place for yet.
const KEPT: &str = "importedSettings";

/// Settings on their way in. They are kept as they were, odd values too.
pub(crate) struct ImportedSettings {
    known: InsertStatement,
    rest: Option<InsertStatement>,
    /// Groups that have no place here.
    pub(crate) homeless: Vec<String>,
    /// Secrets that stay behind, since there is no key to seal them under.
    pub(crate) lost: Vec<String>,
}

impl ImportedSettings {
    /// Reads them, and seals their secrets.
    ///
    /// # Errors
    /// What can't be read.
    pub(crate) fn read(
        stored: &JsonMap,
        key: Option<&SealingKey>,
        now: Timestamp,
    ) -> DomainResult<Self> {
        let ours = Settings::default().to_json();
        let rest: JsonMap = stored
            .iter()
            .filter(|(group, _)| !ours.contains_key(*group))
            .map(|(group, value)| (group.clone(), value.clone()))
            .collect();
        let mut settings: Settings = serde_json::from_value(Json::Object(stored.clone()))
            .map_err(|error| DomainError::bad_request(error.to_string()))?;
        let mut lost = Vec::new();
        for ((group, name), secret) in SECRETS.into_iter().zip(settings.secrets_mut()) {
            if key.is_none() && !secret.expose().is_empty() {
                lost.push(format!("{}.{name}", group.trim_start_matches('/').replace('/', ".")));
                *secret = SecretEntry::default();
            }
        }
        let known = row::upsert(row::SETTINGS, &sealed::to_text(&settings, key)?, now);
        let homeless: Vec<String> = rest.keys().cloned().collect();
        let rest = Json::Object(rest).to_string();
        let rest = (!homeless.is_empty()).then(|| row::upsert(KEPT, &rest, now));
        Ok(Self { known, rest, homeless, lost })
    }

    /// Writes them.
    pub(crate) async fn store(self, tx: &mut Transaction) -> DomainResult<()> {
        tx.execute(&self.known).await?;
        if let Some(rest) = self.rest {
            tx.execute(&rest).await?;
        }
        Ok(())
    }
}
