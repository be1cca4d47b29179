//! The stored form of the settings: JSON in which each secret is sealed under the settings' key.

use underpin_credentials::seal::{SealError, SealingKey};
use underpin_model::{DomainError, DomainResult, Json};

use super::{
    groups::{SECRETS, Settings},
    secret::SecretEntry,
};

/// Said where secrets are to be kept and there is no key.
const NO_KEY: &str = "Secrets can't be kept: this server shares its database with others and has no settings key. Give every server the same one (UNDERPIN_SETTINGS__KEY) and start it again.";

/// The text that is stored.
///
/// # Errors
/// `Invalid` when there are secrets and no key.
pub(super) fn to_text(settings: &Settings, key: Option<&SealingKey>) -> DomainResult<String> {
    let mut json = Json::Object(settings.to_json());
    for ((group, name), secret) in SECRETS.into_iter().zip(settings.secrets()) {
        if secret.expose().is_empty() {
            continue;
        }
        let key = key.ok_or_else(|| DomainError::bad_request(NO_KEY))?;
        let sealed = key
            .seal(&place(group, name), secret.expose())
            .map_err(|error| DomainError::fault("sealing a secret of the settings", error))?;
        if let Some(Json::Object(group)) = json.pointer_mut(group) {
            group.insert(name.to_owned(), Json::String(sealed));
        }
    }
    Ok(json.to_string())
}

/// The settings of a stored text.
///
/// # Errors
/// A text that is no settings, or a secret that this key does not open.
pub(super) fn from_text(text: &str, key: Option<&SealingKey>) -> DomainResult<Settings> {
    let mut settings: Settings = serde_json::from_str(text)
        .map_err(|error| DomainError::fault("reading the stored settings", error))?;
    for ((group, name), secret) in SECRETS.into_iter().zip(settings.secrets_mut()) {
        if secret.expose().is_empty() {
            continue;
        }
        let key = key.ok_or(SealError::OtherKey);
        let opened = key.and_then(|key| key.open(&place(group, name), secret.expose()));
        let opened = opened
            .map_err(|error| DomainError::fault("opening a secret of the settings", error))?;
        *secret = SecretEntry::new(opened.expose());
    }
    Ok(settings)
}

/// Whether a stored text holds sealed secrets.
pub(super) fn has_secrets(text: Option<&str>) -> bool {
    let json: Json = text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    SECRETS.into_iter().any(|(group, name)| {
        let secret = json.pointer(group).and_then(|group| group.get(name)?.as_str());
        secret.is_some_and(|secret| !secret.is_empty())
    })
}

/// What a sealed text is bound to, so that none is of use in another's place.
fn place(group: &str, name: &str) -> String {
    format!("settings{group}/{name}")
}

#[cfg(test)]
mod tests {
    use underpin_credentials::Secret;

    use super::*;

    fn key(sign: char) -> SealingKey {
        SealingKey::from_text(&Secret::new(sign.to_string().repeat(32))).unwrap()
    }

    fn settings() -> Settings {
        let mut settings = Settings::default();
        settings.smtp.password = SecretEntry::new("hunter2");
        settings.backups.s3.secret = SecretEntry::new("hunter3");
        settings
    }

    #[test]
    fn what_is_stored_holds_no_secret_and_reads_back() {
        let (settings, key) = (settings(), key('a'));
        let text = to_text(&settings, Some(&key)).unwrap();
        assert!(!text.contains("hunter"), "{text}");
        assert_eq!(from_text(&text, Some(&key)).unwrap(), settings);
    }

    #[test]
    fn another_key_opens_nothing() {
        let text = to_text(&settings(), Some(&key('a'))).unwrap();
        assert!(from_text(&text, Some(&key('b'))).is_err() && from_text(&text, None).is_err());
    }

    #[test]
    fn a_sealed_secret_is_of_no_use_in_anothers_place() {
        let key = key('a');
        let text = to_text(&settings(), Some(&key)).unwrap();
        let mut json: Json = serde_json::from_str(&text).unwrap();
        json["s3"]["secret"] = json["smtp"]["password"].clone();
        assert!(from_text(&json.to_string(), Some(&key)).is_err());
    }

    #[test]
    fn without_a_key_only_settings_without_secrets_are_kept() {
        assert!(matches!(to_text(&settings(), None), Err(DomainError::Invalid(_))));
        let text = to_text(&Settings::default(), None).unwrap();
        assert_eq!(from_text(&text, None).unwrap(), Settings::default());
    }
}
