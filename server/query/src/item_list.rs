//! The texts of lists, as their columns hold them.

use std::borrow::Cow;

use underpin_model::Json;

/// A list's text when nothing is in it.
pub const EMPTY_LIST: &str = "[]";

/// The items of a list's text; none when it is no list.
pub fn list_items(text: &str) -> Vec<Cow<'_, str>> {
    if let Some(items) = plain_items(text) {
        return items.into_iter().map(Cow::Borrowed).collect();
    }
    let Ok(Json::Array(items)) = serde_json::from_str(text) else { return Vec::new() };
    let text = |item| if let Json::String(text) = item { Some(Cow::Owned(text)) } else { None };
    items.into_iter().filter_map(text).collect()
}

/// The text of a list without those items; nothing when it has none of them.
pub fn list_without(text: &str, is_gone: impl Fn(&str) -> bool) -> Option<String> {
    if let Some(items) = plain_items(text) {
        return plain_without(&items, is_gone);
    }
    let mut items = list_items(text);
    let count = items.len();
    items.retain(|item| !is_gone(item));
    if items.len() == count {
        return None;
    }
    let rest: Json = items.into_iter().map(|item| Json::String(item.into_owned())).collect();
    Some(rest.to_string())
}

/// The same for items that are printed as they are.
fn plain_without(items: &[&str], is_gone: impl Fn(&str) -> bool) -> Option<String> {
    if !items.iter().any(|item| is_gone(item)) {
        return None;
    }
    let mut rest = String::from("[");
    for item in items.iter().filter(|item| !is_gone(item)) {
        let comma = if rest.len() > 1 { "," } else { "" };
        rest.extend([comma, "\"", item, "\""]);
    }
    rest.push(']');
    Some(rest)
}

/// The items of a text in which nothing is escaped and nothing stands between the items: then it
/// is just what printing them would give.
pub(crate) fn plain_items(text: &str) -> Option<Vec<&str>> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    if inner.is_empty() {
        return Some(Vec::new());
    }
    if inner.bytes().any(|byte| byte == b'\\' || byte < b' ') {
        return None;
    }
    let inner = inner.strip_prefix('"')?.strip_suffix('"')?;
    let items: Vec<&str> = inner.split("\",\"").collect();
    items.iter().all(|item| !item.contains('"')).then_some(items)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn items_are_those_that_a_parser_finds(text in r#"(\[|\]|"|,|\\| |a|é|1){0,12}"#) {
            let parsed: Vec<String> = serde_json::from_str::<Vec<Json>>(&text)
                .unwrap_or_default()
                .iter()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect();
            prop_assert_eq!(list_items(&text), parsed);
        }

        #[test]
        fn plain_texts_are_what_printing_gives(items in prop::collection::vec(".{0,4}", 0..4)) {
            let text = serde_json::to_string(&items).unwrap();
            if let Some(plain) = plain_items(&text) {
                prop_assert_eq!(serde_json::to_string(&plain).unwrap(), text.clone());
                prop_assert_eq!(plain, items.clone());
            }
            prop_assert_eq!(list_items(&text), items);
        }

        #[test]
        fn the_rest_is_what_printing_gives(items in prop::collection::vec("[ab\"]{0,1}", 0..4)) {
            let rest: Vec<&String> = items.iter().filter(|item| *item != "a").collect();
            let printed = serde_json::to_string(&rest).unwrap();
            let text = serde_json::to_string(&items).unwrap();
            let expected = (rest.len() < items.len()).then_some(printed);
            prop_assert_eq!(list_without(&text, |item| item == "a"), expected);
        }
    }

    #[test]
    fn the_rest_of_a_list_is_printed_anew() {
        let gone = |item: &str| item == "b";
        assert_eq!(list_without(r#"["a","b", "c\n"]"#, gone).as_deref(), Some(r#"["a","c\n"]"#));
        assert_eq!(list_without(r#"["b"]"#, gone).as_deref(), Some("[]"));
        for without in [r#"["a"]"#, "[]", "", "b", r#""b""#, r#"[["b"]]"#] {
            assert_eq!(list_without(without, gone), None, "{without}");
        }
    }
}
