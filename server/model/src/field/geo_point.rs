//! The field type `geoPoint`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType};
use crate::{ErrorCode, ErrorTree, FieldError, Json, Value};

/// Options of a `geoPoint` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GeoPointOptions {}

pub(super) struct GeoPoint;

impl FieldType for GeoPoint {
    fn name(&self) -> &'static str {
        "geoPoint"
    }

    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error> {
        GeoPointOptions::deserialize(definition).map(FieldOptions::GeoPoint)
    }

    fn column(&self, _field: &Field) -> ColumnShape {
        ColumnShape::Point
    }

    fn normalise(&self, _field: &Field, submitted: &Json) -> Value {
        let read = |point: &Json| (degrees(point.get("lon")), degrees(point.get("lat")));
        let (lon, lat) = match submitted {
            Json::Object(_) => read(submitted),
            Json::String(text) => {
                serde_json::from_str(text).map(|point| read(&point)).unwrap_or_default()
            }
            _ => (0.0, 0.0),
        };
        Value::Point { lon, lat }
    }

    fn validate(&self, field: &Field, value: &Value) -> Result<(), FieldError> {
        let Value::Point { lon, lat } = value else {
            return Err(ErrorCode::InvalidValue.into());
        };
        if !(-180.0..=180.0).contains(lon) {
            return Err(ErrorCode::InvalidLongitude.into());
        }
        if !(-90.0..=90.0).contains(lat) {
            return Err(ErrorCode::InvalidLatitude.into());
        }
        field.check_required(value)
    }

    fn validate_options(&self, _field: &Field) -> ErrorTree {
        ErrorTree::default()
    }
}

/// A part of a point; 0 when it is missing or no number. Adding zero turns -0 into 0.
fn degrees(part: Option<&Json>) -> f64 {
    part.and_then(Json::as_f64).unwrap_or(0.0) + 0.0
}
