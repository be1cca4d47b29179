//! What holds for any submitted value.

use proptest::prelude::*;

use super::fields;
use crate::{Json, field::FieldOptions};

fn any_json() -> impl Strategy<Value = Json> {
    let text = prop_oneof![
        any::<String>(),
        "[0-9a-z\\[\\]\"{},. -]{0,12}",
        Just("[\"[\\\"a\\\"]\"]".to_owned()),
        Just("2024-05-01 10:00:00+02:00".to_owned()),
        Just("1_000".to_owned()),
        Just("NaN".to_owned()),
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        text.prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map("lon|lat|[a-z]{1,3}", inner, 0..4)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

/// A JSON field decodes a text once, and what comes out may be a text that looks like JSON.
fn is_decoded(field: &crate::Field, submitted: &Json) -> bool {
    matches!(field.options, FieldOptions::Json(_)) && submitted.is_string()
}

proptest! {
    #[test]
    fn a_normalised_value_stays_as_it_is(submitted in any_json()) {
        for field in fields() {
            if is_decoded(&field, &submitted) {
                continue;
            }
            let once = field.normalise(&submitted);
            let twice = field.normalise(&once.to_json());
            prop_assert_eq!(&twice, &once, "{}", field.name);
        }
    }

    #[test]
    fn a_valid_value_reads_back_from_storage_as_it_was(submitted in any_json()) {
        for field in fields() {
            let value = field.normalise(&submitted);
            if field.validate(&value).is_ok() {
                prop_assert_eq!(field.read_stored(&value.to_json()), value, "{}", field.name);
            }
        }
    }
}
