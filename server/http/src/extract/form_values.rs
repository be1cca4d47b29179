//! What the texts of a form mean: forms have no other type.

use underpin_model::{DomainError, DomainResult, Json, JsonMap, json_number::number_to_json};

use crate::wire::strict_json;

/// The part that carries data as JSON.
pub(super) const JSON_PART: &str = "@jsonPayload";

/// The value that a text stands for: a truth value, a number when it reads just as the number is
/// written, else the text itself.
pub(super) fn value(text: String) -> Json {
    match text.as_str() {
        "true" => Json::Bool(true),
        "false" => Json::Bool(false),
        digits => number(digits).unwrap_or(Json::String(text)),
    }
}

/// Every text of a form's data as the value that it stands for.
pub(super) fn values(form: JsonMap) -> JsonMap {
    let typed = |json: Json| match json {
        Json::String(text) => value(text),
        other => other,
    };
    let each = |json: Json| match json {
        Json::Array(items) => Json::Array(items.into_iter().map(typed).collect()),
        other => typed(other),
    };
    form.into_iter().map(|(key, json)| (key, each(json))).collect()
}

/// The data of the part that carries JSON.
///
/// # Errors
/// `Invalid` when it is no JSON object.
pub(super) fn read_payload(text: &str) -> DomainResult<JsonMap> {
    strict_json::read_whole_object(text.as_bytes()).map_err(|reason| {
        DomainError::bad_request(format!("The part {JSON_PART} can't be read: {reason}."))
    })
}

/// Lays data that came as JSON over that of the form; it wins, and must be of the same kind.
///
/// # Errors
/// `Invalid` when a key has values of two kinds.
pub(super) fn lay_over(data: &mut JsonMap, json: JsonMap) -> DomainResult<()> {
    for (key, new) in json {
        match data.get_mut(&key) {
            Some(Json::Object(old)) if new.is_object() => {
                if let Json::Object(new) = new {
                    lay_over(old, new)?;
                }
            }
            Some(old) if !old.is_null() && !new.is_null() && kind(old) != kind(&new) => {
                let key = key.escape_debug();
                return Err(DomainError::bad_request(format!(
                    "The form has values of two kinds for \"{key}\"."
                )));
            }
            _ => {
                data.insert(key, new);
            }
        }
    }
    Ok(())
}

fn number(text: &str) -> Option<Json> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    let number: f64 = text.parse().ok().filter(|_| plain)?;
    (number.to_string() == text).then(|| number_to_json(number))
}

fn kind(json: &Json) -> std::mem::Discriminant<Json> {
    std::mem::discriminant(json)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_texts_that_read_as_they_are_written_become_numbers() {
        for (text, number) in [("5", 5.0), ("-1.5", -1.5), ("0", 0.0), ("0.1", 0.1)] {
            assert_eq!(value(text.to_owned()), number_to_json(number), "{text}");
        }
        for text in
            ["05", "1.0", "1.50", "+1", "1e3", " 1", ".5", "5.", "NaN", "inf", "-", "", "True"]
        {
            assert_eq!(value(text.to_owned()), json!(text));
        }
        assert_eq!(value("9007199254740993".to_owned()), json!("9007199254740993"));
    }

    #[test]
    fn json_wins_over_the_form_unless_it_is_of_another_kind() {
        let mut data =
            JsonMap::from_iter([("a".to_owned(), json!("f")), ("o".to_owned(), json!({"x": 1}))]);
        let json = json!({"a": "j", "o": {"y": 2}, "n": null});
        lay_over(&mut data, json.as_object().unwrap().clone()).unwrap();
        assert_eq!(json!(data), json!({"a": "j", "o": {"x": 1, "y": 2}, "n": null}));
        let list = json!({"a": ["j"]});
        assert!(lay_over(&mut data, list.as_object().unwrap().clone()).is_err());
    }
}
