//! The frames of the protocol `underpin.v1`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Action;

/// Name of the protocol, agreed on while connecting.
pub(super) const PROTOCOL: &str = "underpin.v1";

/// What the client sends.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum ClientFrame<'a> {
    Auth {
        id: &'a str,
        token: Option<&'a str>,
    },
    Subscribe {
        id: &'a str,
        sub: &'a str,
        topic: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        filter: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        expand: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        fields: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        since: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        snapshot: Option<&'a SnapshotAsk>,
    },
    Unsubscribe {
        id: &'a str,
        sub: &'a str,
    },
}

/// Which of the present records a subscription starts with.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SnapshotAsk {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) sort: String,
    pub(super) limit: u32,
}

/// What the server sends.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum ServerFrame {
    Ready,
    Ok {
        id: String,
        #[serde(default)]
        cursor: Option<String>,
    },
    Error {
        #[serde(default)]
        id: Option<String>,
        code: String,
        #[serde(default)]
        message: String,
    },
    Event {
        sub: String,
        action: Action,
        record: Value,
        cursor: String,
    },
    Snapshot {
        sub: String,
        records: Vec<Value>,
        cursor: String,
    },
    Reset {
        sub: String,
        #[serde(default)]
        reason: String,
    },
    Lagged {
        sub: String,
        #[serde(default)]
        cursor: Option<String>,
    },
    /// Frames of features that this client does not use.
    #[serde(other)]
    Other,
}
