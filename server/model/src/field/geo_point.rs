//! The field type `geoPoint`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType};
use crate::{ErrorTree, FieldError, Json, Value};

/// Options of a `geoPoint` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GeoPointOptions {

}

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

    fn normalise(&self, field: &Field, submitted: &Json) -> Value {
        field.read_stored(submitted)
    }

    fn validate(&self, _field: &Field, _value: &Value) -> Result<(), FieldError> {
        Ok(())
    }

    fn validate_options(&self, _field: &Field) -> ErrorTree {
        ErrorTree::default()
    }
}
