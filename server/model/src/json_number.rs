//! Numbers between `f64` and JSON.

use crate::Json;

/// Above this, a whole `f64` no longer stands for one integer alone.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

/// A JSON number without a needless fraction: `5`, not `5.0`.
///
/// Numbers that JSON can't write (NaN, infinities) become 0.
pub fn number_to_json(number: f64) -> Json {
    if number.fract() == 0.0 && number.abs() <= LARGEST_EXACT {
        #[expect(clippy::as_conversions, reason = "checked: whole and within ±2^53")]
        return Json::from(number as i64);
    }
    serde_json::Number::from_f64(number).map_or_else(|| Json::from(0), Json::Number)
}

/// Writes every whole float of a document as an integer, so that one value has one text.
pub fn normalise_numbers(document: &mut Json) {
    match document {
        Json::Number(number) if number.is_f64() => {
            if let Some(float) = number.as_f64() {
                *document = number_to_json(float);
            }
        }
        Json::Array(items) => items.iter_mut().for_each(normalise_numbers),
        Json::Object(map) => map.values_mut().for_each(normalise_numbers),
        _ => {}
    }
}
