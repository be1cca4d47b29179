//! Names of backups.

use std::fmt;

use underpin_files::{FileKey, is_plain_part};
use underpin_model::{
    DomainError, DomainResult, ErrorCode, ErrorTree, FieldError, Json, JsonMap, Timestamp,
};

/// Longest name that can be chosen.
const MAX_NAME: usize = 150;
/// Longest part of the project's name in the name of a backup.
const MAX_APP: usize = 50;
/// How names begin that nobody has chosen.
const GENERATED: &str = "pb_backup_";
/// How the names of backups begin that are made by the clock.
pub(super) const AUTOMATIC: &str = "@auto_pb_backup_";
/// How all of them end.
const ENDING: &str = ".zip";

/// The name of a backup: a part of a path that can't lead anywhere else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BackupName(String);

impl BackupName {
    /// The name, if it can be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        is_plain_part(text).then(|| Self(text.to_owned()))
    }

    /// The name that somebody has chosen for a new backup, as it was sent; nothing when none was.
    ///
    /// # Errors
    /// `Invalid` with what is wrong with it.
    pub fn chosen(sent: &JsonMap) -> DomainResult<Option<Self>> {
        let name = match sent.get("name") {
            None | Some(Json::Null) => return Ok(None),
            Some(Json::String(name)) if name.is_empty() => return Ok(None),
            Some(Json::String(name)) => name,
            Some(_) => return Err(DomainError::bad_request("The name must be a text.")),
        };
        if name.chars().count() > MAX_NAME {
            return Err(refused("name", FieldError::out_of_length(1, MAX_NAME)));
        }
        let stem = name.strip_suffix(ENDING).unwrap_or_default();
        let fits =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
        let parsed = Self::parse(name).filter(|_| !stem.is_empty() && stem.bytes().all(fits));
        parsed.map(Some).ok_or_else(|| refused("name", ErrorCode::MatchInvalid.into()))
    }

    /// The name of a backup that nobody has named.
    #[must_use]
    pub fn generated(app_name: &str, now: Timestamp) -> Self {
        Self::from_parts(GENERATED, app_name, now)
    }

    /// The name of a backup that is made by the clock.
    #[must_use]
    pub fn automatic(app_name: &str, now: Timestamp) -> Self {
        Self::from_parts(AUTOMATIC, app_name, now)
    }

    fn from_parts(prefix: &str, app_name: &str, now: Timestamp) -> Self {
        let when: String = now.to_string().chars().filter(char::is_ascii_digit).take(14).collect();
        let app: String = snake_case(app_name).chars().take(MAX_APP).collect();
        Self(format!("{prefix}{app}_{when}{ENDING}"))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its key where backups lie.
    ///
    /// # Errors
    /// Never: a name is plain.
    pub fn key(&self) -> DomainResult<FileKey> {
        FileKey::alone(&self.0).map_err(|_| DomainError::NotFound)
    }
}

/// A refused value of a form about backups.
pub(super) fn refused(field: &str, error: FieldError) -> DomainError {
    DomainError::invalid("The backup can't be made.", ErrorTree::one(field, error))
}

/// The name in small letters and digits, with `_` between its words.
fn snake_case(text: &str) -> String {
    let mut words = String::new();
    let mut before = None;
    for sign in text.chars() {
        let begins = !sign.is_ascii_alphanumeric()
            || sign.is_ascii_uppercase()
                && before.is_some_and(|b: char| b.is_ascii_lowercase() || b.is_ascii_digit());
        if begins && !words.is_empty() && !words.ends_with('_') {
            words.push('_');
        }
        if sign.is_ascii_alphanumeric() {
            words.push(sign.to_ascii_lowercase());
        }
        before = Some(sign);
    }
    words.trim_end_matches('_').to_owned()
}

impl fmt::Display for BackupName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_projects_name_becomes_a_part_of_a_file_name() {
        for (name, part) in [
            ("Acme", "acme"),
            ("MyAppName", "my_app_name"),
            ("a--b  c", "a_b_c"),
            ("日本", ""),
            ("HTTPServer 2Go", "httpserver_2_go"),
            ("__", ""),
            ("a.b/c", "a_b_c"),
            ("ünï café", "n_caf"),
            ("Äcme & Co 2!", "cme_co_2"),
            ("aéb", "a_b"),
            ("aéB", "a_b"),
            ("x1Y2z", "x1_y2z"),
            ("it's", "it_s"),
            ("-lead- trail-", "lead_trail"),
            ("ab_cd", "ab_cd"),
            ("ABC dEF", "abc_d_ef"),
        ] {
            assert_eq!(snake_case(name), part, "{name}");
        }
    }

    #[test]
    fn generated_names_tell_project_and_second() {
        let now = Timestamp::from_millis(1_796_002_862_123).unwrap();
        let name = BackupName::generated(&format!("{} yz", "x".repeat(49)), now);
        assert_eq!(name.as_str(), format!("pb_backup_{}__20261130014102.zip", "x".repeat(49)));
        assert!(BackupName::parse(BackupName::automatic("", now).as_str()).is_some());
    }
}
