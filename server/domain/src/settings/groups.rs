//! The table of groups.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use underpin_model::{DomainError, DomainResult, ErrorTree, Json, JsonMap};

use super::{
    address,
    backups::Backups,
    batch::Batch,
    logs::Logs,
    meta::Meta,
    overlay::{items, lay_over},
    rate_limits::RateLimits,
    s3::S3,
    secret::SecretEntry,
    smtp::Smtp,
    trusted_proxy::TrustedProxy,
};

/// Every group of settings at one moment. Groups that were stored before they existed have their
/// defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// What the project is called.
    pub meta: Meta,
    /// The server that sends mails.
    pub smtp: Smtp,
    /// An object store for files.
    pub s3: S3,
    /// Backups by themselves.
    pub backups: Backups,
    /// Several requests as one.
    pub batch: Batch,
    /// How many requests a client may make.
    pub rate_limits: RateLimits,
    /// Which headers tell a client's address.
    pub trusted_proxy: TrustedProxy,
    /// What is logged.
    pub logs: Logs,
    /// Addresses and ranges that superusers may come from; empty = from anywhere.
    #[serde(rename = "superuserIPs", deserialize_with = "items")]
    pub superuser_ips: Vec<String>,
}

/// What is said when settings can't be kept.
const REFUSED: &str = "The settings can't be saved.";

/// Where secrets stand, as JSON pointers to a group and names in it.
pub(super) const SECRETS: [(&str, &str); 3] =
    [("/smtp", "password"), ("/s3", "secret"), ("/backups/s3", "secret")];

impl Settings {
    /// The settings as clients see them: without secrets.
    pub fn to_json(&self) -> JsonMap {
        let mut json = Json::Object(self.masked());
        for (group, name) in SECRETS {
            if let Some(Json::Object(group)) = json.pointer_mut(group) {
                group.remove(name);
            }
        }
        match json {
            Json::Object(map) => map,
            _ => JsonMap::new(),
        }
    }

    /// Whether a superuser may come from an address.
    pub fn lets_superusers_in_from(&self, address: IpAddr) -> bool {
        self.superuser_ips.is_empty() || address::covers(&self.superuser_ips, address)
    }

    /// Every secret, in the order of [`SECRETS`].
    pub(super) fn secrets(&self) -> [&SecretEntry; 3] {
        [&self.smtp.password, &self.s3.secret, &self.backups.s3.secret]
    }

    /// As [`Self::secrets`].
    pub(super) fn secrets_mut(&mut self) -> [&mut SecretEntry; 3] {
        [&mut self.smtp.password, &mut self.s3.secret, &mut self.backups.s3.secret]
    }

    /// The settings with what was sent laid over them: groups and keys that were not sent stay,
    /// unknown ones are ignored. A mask leaves a secret as it is.
    pub(super) fn with(&self, sent: &JsonMap) -> DomainResult<Self> {
        let unread = |_| DomainError::bad_request("The submitted settings can't be read.");
        let mut json = self.masked();
        lay_over(&mut json, sent).map_err(unread)?;
        let mut settings: Self = serde_json::from_value(Json::Object(json))
            .map_err(|error| unread(error.to_string()))?;
        for (new, present) in settings.secrets_mut().into_iter().zip(self.secrets()) {
            *new = new.or_kept(present);
        }
        settings.check().into_result(REFUSED)?;
        Ok(settings)
    }

    fn masked(&self) -> JsonMap {
        match serde_json::to_value(self) {
            Ok(Json::Object(map)) => map,
            _ => JsonMap::new(),
        }
    }

    /// What can't be kept, by group.
    fn check(&self) -> ErrorTree {
        let groups = [
            ("meta", self.meta.check()),
            ("smtp", self.smtp.check()),
            ("s3", self.s3.check()),
            ("backups", self.backups.check()),
            ("batch", self.batch.check()),
            ("rateLimits", self.rate_limits.check()),
            ("logs", self.logs.check()),
            ("superuserIPs", address::check_list(&self.superuser_ips)),
        ];
        let mut errors = ErrorTree::default();
        for (name, refused) in groups {
            errors.put_branch(name, refused);
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(settings: &Settings, sent: Json) -> Settings {
        let Json::Object(sent) = sent else { return settings.clone() };
        settings.with(&sent).unwrap()
    }

    #[test]
    fn secrets_are_kept_unless_another_one_is_sent_and_never_shown() {
        let set = json!({
            "smtp": { "password": "hunter2" },
            "s3": { "secret": "hunter2" },
            "backups": { "s3": { "secret": "hunter2" } },
        });
        let settings = with(&Settings::default(), set);
        assert!(settings.secrets().iter().all(|secret| secret.expose() == "hunter2"));
        let shown = Json::Object(settings.to_json());
        for (group, name) in SECRETS {
            assert_eq!(shown.pointer(group).unwrap().get(name), None, "{group}");
        }
        let everything = format!("{settings:?} {} {shown}", json!(settings));
        assert!(!everything.contains("hunter2"), "{everything}");
        let masked = json!({ "smtp": { "password": "******" }, "s3": {}, "backups": { "s3": {} } });
        for same in [shown, masked, json!(settings), json!({})] {
            assert_eq!(with(&settings, same), settings);
        }
        let emptied = with(&settings, json!({ "smtp": { "password": "" }, "s3": null }));
        let left: Vec<_> = emptied.secrets().map(SecretEntry::expose).into();
        assert_eq!(left, ["", "", "hunter2"]);
    }
}
