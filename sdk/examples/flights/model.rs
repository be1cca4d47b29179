//! The two collections and their records.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::place::{AIRPORTS, FLIGHTS, Place};

/// One airport.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Airport {
    /// Its code.
    pub(crate) iata: String,
    /// Its name.
    pub(crate) name: String,
    /// The town.
    pub(crate) city: String,
    /// The state, in short.
    pub(crate) state: String,
    /// The country.
    pub(crate) country: String,
    /// Where it is.
    pub(crate) location: Location,
    /// When it was loaded, compared to the others.
    #[serde(flatten)]
    pub(crate) place: Place,
}

/// A place on earth.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Location {
    /// Longitude.
    pub(crate) lon: f64,
    /// Latitude.
    pub(crate) lat: f64,
}

/// One flight.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Flight {
    /// When it left.
    pub(crate) departed: String,
    /// Minutes late; negative when early.
    pub(crate) delay: i32,
    /// Whether it counts as late.
    pub(crate) late: bool,
    /// Miles.
    pub(crate) distance: u32,
    /// Id of the airport it came from.
    pub(crate) origin: String,
    /// Id of the airport it went to.
    pub(crate) destination: String,
    /// When it was loaded, compared to the others.
    #[serde(flatten)]
    pub(crate) place: Place,
}

/// The definition of the airports.
pub(crate) fn airports() -> Value {
    json!({
        "name": AIRPORTS,
        "type": "base",
        "listRule": "",
        "viewRule": "",
        "fields": [
            {"name": "iata", "type": "text", "required": true, "pattern": "^[A-Z0-9]{3,4}$"},
            {"name": "name", "type": "text", "required": true},
            {"name": "city", "type": "text"},
            {"name": "state", "type": "text"},
            {"name": "country", "type": "select", "maxSelect": 1, "values": [
                "USA", "Palau", "N Mariana Islands", "Federated States of Micronesia", "Thailand",
            ]},
            {"name": "location", "type": "geoPoint"},
            {"name": "lane", "type": "number", "onlyInt": true},
            {"name": "step", "type": "number", "onlyInt": true, "required": true},
        ],
        "indexes": ["CREATE UNIQUE INDEX idx_airports_iata ON airports (iata)"],
    })
}

/// The definition of the flights, which refer to the airports.
pub(crate) fn flights(airports_id: &str) -> Value {
    let airport = |name| {
        json!({
            "name": name, "type": "relation", "collectionId": airports_id, "maxSelect": 1, "required": true,
        })
    };
    json!({
        "name": FLIGHTS,
        "type": "base",
        "listRule": "",
        "viewRule": "",
        "fields": [
            {"name": "departed", "type": "date", "required": true},
            {"name": "delay", "type": "number", "onlyInt": true},
            {"name": "late", "type": "bool"},
            {"name": "distance", "type": "number", "min": 0},
            airport("origin"),
            airport("destination"),
            {"name": "lane", "type": "number", "onlyInt": true},
            {"name": "step", "type": "number", "onlyInt": true, "required": true},
        ],
        "indexes": ["CREATE INDEX idx_flights_departed ON flights (departed)"],
    })
}
