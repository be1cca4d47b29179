//! Reads the data set: `airports.csv` and `flights-20k.json` of the npm package `vega-datasets`.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::model::{Airport, Flight, Location};
use crate::place::Place;

/// A line of `airports.csv`.
#[derive(Deserialize)]
pub(crate) struct AirportRow {
    iata: String,
    name: String,
    city: String,
    state: String,
    country: String,
    latitude: f64,
    longitude: f64,
}

/// An item of `flights-20k.json`.
#[derive(Deserialize)]
pub(crate) struct FlightRow {
    date: String,
    delay: i32,
    distance: u32,
    origin: String,
    destination: String,
}

impl AirportRow {
    /// The record to be created.
    pub(crate) fn into_record(self, place: Place) -> Airport {
        let Self { iata, name, city, state, country, latitude, longitude } = self;
        let location = Location { lon: longitude, lat: latitude };
        Airport { iata, name, city, state, country, location, place }
    }
}

impl FlightRow {
    /// The record to be created, with the ids of its airports looked up by their codes.
    pub(crate) fn into_record(
        self,
        place: Place,
        airports: &HashMap<String, String>,
    ) -> Result<Flight> {
        let id =
            |code: &str| airports.get(code).cloned().with_context(|| format!("no airport {code}"));
        Ok(Flight {
            // `2001/01/01 00:47` in the data set.
            departed: format!("{}:00.000Z", self.date.replace('/', "-")),
            delay: self.delay,
            late: self.delay > 15,
            distance: self.distance,
            origin: id(&self.origin)?,
            destination: id(&self.destination)?,
            place,
        })
    }
}

/// All airports.
pub(crate) fn airports(folder: &Path) -> Result<Vec<AirportRow>> {
    let path = folder.join("airports.csv");
    let mut reader = csv::Reader::from_path(&path).with_context(|| path.display().to_string())?;
    reader.deserialize().map(|row| row.context("a line of airports.csv is not valid")).collect()
}

/// All flights.
pub(crate) fn flights(folder: &Path) -> Result<Vec<FlightRow>> {
    let path = folder.join("flights-20k.json");
    let file = File::open(&path).with_context(|| path.display().to_string())?;
    serde_json::from_reader(BufReader::new(file)).context("flights-20k.json is not valid")
}
