//! The group `rateLimits`: how many requests a client may make in which time.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use underpin_model::{ErrorCode, ErrorTree, FieldError};

use super::{address, overlay::items};

/// How many requests a client may make in which time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RateLimits {
    /// Whether there are limits at all.
    pub enabled: bool,
    /// The limits.
    #[serde(deserialize_with = "items")]
    pub rules: Vec<RateLimitRule>,
    /// Addresses and ranges that have none.
    #[serde(rename = "excludedIPs", deserialize_with = "items")]
    pub excluded_ips: Vec<String>,
}

/// One limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RateLimitRule {
    /// What it is of: a path as `/api/`, with a method as `POST /api/`, an action as `posts:list`
    /// or `*:list`, or a tag.
    pub label: String,
    /// Whom it is for: `@guest`, `@auth`, or empty for everybody.
    pub audience: String,
    /// The time, in seconds.
    pub duration: i64,
    /// The requests in that time.
    pub max_requests: i64,
}

/// Whom a limit can be for.
const AUDIENCES: [&str; 3] = ["", "@guest", "@auth"];

impl Default for RateLimits {
    fn default() -> Self {
        let rules =
            [("*:auth", 3, 2), ("*:create", 5, 20), ("/api/batch", 1, 3), ("/api/", 10, 300)];
        let rules = rules.map(|(label, duration, max_requests)| RateLimitRule {
            label: label.to_owned(),
            audience: String::new(),
            duration,
            max_requests,
        });
        Self { enabled: false, rules: rules.into(), excluded_ips: Vec::new() }
    }
}

impl RateLimits {
    /// Whether an address has no limits.
    pub fn excludes(&self, address: IpAddr) -> bool {
        address::covers(&self.excluded_ips, address)
    }

    /// What can't be kept.
    pub(super) fn check(&self) -> ErrorTree {
        let mut errors = ErrorTree::default();
        if self.enabled && self.rules.is_empty() {
            errors.put("rules", ErrorCode::Required);
        }
        let mut wrong = ErrorTree::default();
        for (place, rule) in self.rules.iter().enumerate() {
            wrong.put_branch(&place.to_string(), rule.check());
        }
        // Rules that make no sense alone are not compared with others.
        if wrong.is_empty() {
            wrong = self.conflicts();
        }
        errors.put_branch("rules", wrong);
        errors.put_branch("excludedIPs", address::check_list(&self.excluded_ips));
        errors
    }

    /// Rules that an earlier one stands in the way of: for everybody, or for the same audience.
    fn conflicts(&self) -> ErrorTree {
        let mut errors = ErrorTree::default();
        for (place, rule) in self.rules.iter().enumerate() {
            let meets = |other: &RateLimitRule| {
                let same = [rule.audience.as_str(), ""].contains(&other.audience.as_str());
                other.label == rule.label && (same || rule.audience.is_empty())
            };
            if self.rules.iter().take(place).any(meets) {
                let error = FieldError::new(ErrorCode::ConflictingRateLimit);
                let error = error.param("label", rule.label.as_str());
                errors.put_branch(&place.to_string(), ErrorTree::one("label", error));
            }
        }
        errors
    }
}

impl RateLimitRule {
    fn check(&self) -> ErrorTree {
        let mut errors = ErrorTree::default();
        if self.label.is_empty() {
            errors.put("label", ErrorCode::Required);
        } else if !is_label(&self.label) {
            errors.put("label", ErrorCode::MatchInvalid);
        }
        if !AUDIENCES.contains(&self.audience.as_str()) {
            errors.put("audience", ErrorCode::InInvalid);
        }
        for (name, number) in [("duration", self.duration), ("maxRequests", self.max_requests)] {
            if number == 0 {
                errors.put(name, ErrorCode::Required);
            } else if number < 1 {
                errors.put(name, FieldError::below(1));
            }
        }
        errors
    }
}

/// `/path`, `METHOD /path`, `collection:action`, `*:action` or a lone word.
fn is_label(text: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(is_sign);
    let is_path = |path: &str| {
        path.starts_with('/') && path.bytes().all(|byte| is_sign(byte) || b"/-".contains(&byte))
    };
    if let Some((method, path)) = text.split_once(' ') {
        return is_word(method) && is_path(path);
    }
    match text.split_once(':') {
        Some((collection, action)) => (collection == "*" || is_word(collection)) && is_word(action),
        None => is_path(text) || is_word(text),
    }
}
