//! Entries that another server has made: as clean as our own, and no larger.

use underpin_model::Json;
use underpin_storage::NewLog;

use super::clean;

/// Longest text, in characters.
const MAX_TEXT: usize = 3_000;
/// Largest entry, in bytes.
const MAX_DATA: usize = 64 * 1024;
/// What stands in place of a secret.
const HIDDEN: &str = "(hidden)";
/// What stands in place of what is too large.
const TOO_LARGE: &str = r#"{"details":"(too large)"}"#;

/// The entry as we keep it. What its data may say that is no object says nothing.
pub(crate) fn imported(entry: NewLog) -> NewLog {
    let data = match serde_json::from_str(&entry.data) {
        Ok(data @ Json::Object(_)) => cleaned(data).to_string(),
        _ => "{}".to_owned(),
    };
    let data = if data.len() > MAX_DATA { TOO_LARGE.to_owned() } else { data };
    NewLog { message: text(&entry.message), data, ..entry }
}

fn cleaned(json: Json) -> Json {
    match json {
        Json::String(value) => Json::String(text(&value)),
        Json::Array(items) => items.into_iter().map(cleaned).collect(),
        Json::Object(map) => {
            let clean = |(name, value): (String, Json)| {
                let hides =
                    clean::is_secret(&name) && value.as_str().is_some_and(|it| !it.is_empty());
                // What the other server calls so is the name of a collection.
                let hides = hides && name != "auth";
                let value = if hides { Json::from(HIDDEN) } else { cleaned(value) };
                (text(&name), value)
            };
            Json::Object(map.into_iter().map(clean).collect())
        }
        other => other,
    }
}

/// Any text may be an address: its parameters are what secrets stand in.
fn text(text: &str) -> String {
    let clean = clean::address(text);
    let clean = clean::printable(&clean);
    clean::shortened(&clean, MAX_TEXT).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kept(message: &str, data: &str) -> (String, Json) {
        let entry = NewLog {
            id: "abc".to_owned(),
            created: String::new(),
            level: 0,
            message: message.to_owned(),
            data: data.to_owned(),
        };
        let NewLog { message, data, .. } = imported(entry);
        (message, serde_json::from_str(&data).unwrap())
    }

    #[test]
    fn secrets_go_and_the_rest_stays() {
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJpZCI6IjEifQ.c2lnbmF0dXJl";
        let data = json!({
            "auth": "users", "status": 200, "url": format!("/api/files/a/b/c?token={token}&page=2"),
            "password": "hunter2", "inner": [{ "error": format!("the token {token} is old") }],
        });
        let (message, data) = kept(&format!("GET /x?token={token}"), &data.to_string());
        assert_eq!(message, "GET /x?token=(hidden)");
        let wanted = json!({
            "auth": "users", "status": 200, "url": "/api/files/a/b/c?token=(hidden)&page=2",
            "password": "(hidden)", "inner": [{ "error": "the token (hidden) is old" }],
        });
        assert_eq!(data, wanted);
    }

    #[test]
    fn an_entry_has_an_end_and_is_an_object() {
        let many = json!({ "list": vec!["x".repeat(1_000); 100] });
        assert_eq!(kept("", &many.to_string()).1, json!({ "details": "(too large)" }));
        let long = json!({ "url": "x".repeat(9_000) });
        assert!(kept("", &long.to_string()).1.to_string().len() < 3_100);
        assert_eq!(kept("a\nb", "no JSON"), ("a%0Ab".to_owned(), json!({})));
        assert_eq!(kept("", "[1]").1, json!({}));
    }
}
