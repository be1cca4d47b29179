//! The text of server frames.

use serde_json::json;
use underpin_domain::realtime::{Delivery, EventAction};

/// A websocket event frame. The record is text already, and is passed on as it is.
pub(super) fn event(delivery: &Delivery) -> String {
    format!(
        "{{\"type\":\"event\",\"sub\":{},\"action\":\"{}\",\"record\":{},\"cursor\":\"{}\"}}",
        json!(delivery.sub),
        delivery.action.name(),
        delivery.record,
        delivery.cursor
    )
}

/// The answer to a client frame that could not be carried out.
pub(super) fn error(id: &str, code: &str, message: &str) -> String {
    json!({ "type": "error", "id": id, "code": code, "message": message }).to_string()
}

/// The answer to a client frame that was carried out.
pub(super) fn ok(id: &str) -> String {
    json!({ "type": "ok", "id": id }).to_string()
}

/// An SSE message, or nothing for what SSE clients are not told.
pub(super) fn sse(delivery: &Delivery) -> Option<String> {
    let action = match delivery.action {
        EventAction::Enter => EventAction::Update,
        EventAction::Leave => return None,
        action => action,
    };
    Some(format!(
        "id:{}\nevent:{}\ndata:{{\"action\":\"{}\",\"record\":{}}}\n\n",
        delivery.cursor,
        delivery.sub,
        action.name(),
        delivery.record
    ))
}
