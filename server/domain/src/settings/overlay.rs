//! Laying submitted JSON over what there is.

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned, de::Error};
use underpin_model::{Json, JsonMap};

/// Lays submitted entries over the present ones. Keys go by their name, whatever its case, since
/// clients write both `appURL` and `appUrl`; unknown keys are ignored; null empties an entry.
///
/// # Errors
/// The name of an entry that was sent twice, in two spellings, or of a group that is no object.
pub(super) fn lay_over(present: &mut JsonMap, sent: &JsonMap) -> Result<(), String> {
    let mut seen: Vec<String> = Vec::new();
    for (key, value) in sent {
        let Some(own) = own_key(present, key) else { continue };
        if seen.contains(&own) {
            return Err(own);
        }
        match (present.get_mut(&own), value) {
            (Some(Json::Object(group)), Json::Object(sent)) => lay_over(group, sent)?,
            (Some(slot), Json::Null) => empty(slot),
            (Some(Json::Object(_)), _) => return Err(own),
            (Some(slot), value) => *slot = value.clone(),
            (None, _) => {}
        }
        seen.push(own);
    }
    Ok(())
}

/// The key as it is spelled here.
fn own_key(present: &JsonMap, sent: &str) -> Option<String> {
    present.keys().find(|own| own.eq_ignore_ascii_case(sent)).cloned()
}

fn empty(slot: &mut Json) {
    match slot {
        Json::Null => {}
        Json::Bool(flag) => *flag = false,
        Json::Number(_) => *slot = Json::from(0),
        Json::String(text) => text.clear(),
        Json::Array(items) => items.clear(),
        Json::Object(map) => map.values_mut().for_each(empty),
    }
}

/// Reads a list. Null stands for an empty item; what an item leaves out is empty, and its keys go
/// by their name as well.
pub(super) fn items<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Serialize + DeserializeOwned,
{
    let sent = Vec::<Json>::deserialize(deserializer)?;
    sent.into_iter().map(|item| read_item(item).map_err(D::Error::custom)).collect()
}

fn read_item<T>(sent: Json) -> Result<T, String>
where
    T: Default + Serialize + DeserializeOwned,
{
    if sent.is_null() {
        return Ok(T::default());
    }
    let as_json = serde_json::to_value(T::default()).map_err(|error| error.to_string())?;
    let item = match (as_json, sent) {
        (Json::Object(mut item), Json::Object(sent)) => {
            lay_over(&mut item, &sent)?;
            Json::Object(item)
        }
        (_, sent) => sent,
    };
    serde_json::from_value(item).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn laid(sent: Json) -> Result<Json, String> {
        let present = json!({ "meta": { "appURL": "a", "on": true }, "list": [1], "n": 2 });
        let (Json::Object(mut present), Json::Object(sent)) = (present, sent) else {
            return Err("no objects".to_owned());
        };
        lay_over(&mut present, &sent).map(|()| Json::Object(present))
    }

    #[test]
    fn what_is_not_sent_stays_and_what_is_unknown_is_left_out() {
        let sent = json!({ "Meta": { "appUrl": "b", "x": 1 }, "list": [2, 3], "y": {} });
        let expected = json!({ "meta": { "appURL": "b", "on": true }, "list": [2, 3], "n": 2 });
        assert_eq!(laid(sent).unwrap(), expected);
    }

    #[test]
    fn null_empties_by_type() {
        let sent = json!({ "meta": null, "list": null, "n": null });
        let expected = json!({ "meta": { "appURL": "", "on": false }, "list": [], "n": 0 });
        assert_eq!(laid(sent).unwrap(), expected);
    }

    #[test]
    fn one_entry_in_two_spellings_is_refused() {
        assert!(laid(json!({ "meta": { "appURL": "a", "appUrl": "b" } })).is_err());
        assert!(laid(json!({ "N": 1, "n": 1 })).is_err());
    }

    #[test]
    fn a_group_is_an_object() {
        assert!(laid(json!({ "meta": [] })).is_err() && laid(json!({ "meta": "x" })).is_err());
    }
}
