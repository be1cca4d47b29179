//! Loads airports and flights of the npm package `vega-datasets` into a running server.
//!
//! ```text
//! cargo run --example load_flights -- --server http://127.0.0.1:8090 \
//!     --email root@example.com --password … --data node_modules/vega-datasets/data
//! ```
//!
//! The collections `airports` and `flights` are made anew. To watch the load with the example
//! `watch_flights`, make them first (`--prepare-only`), start the watcher, and then load into them
//! (`--keep`). `--in-flight` is how many requests are under way at a time (32), `--flights` how
//! many flights are loaded (all).

#[path = "flights/model.rs"]
mod model;
#[path = "flights/options.rs"]
mod options;
#[path = "flights/place.rs"]
mod place;
#[path = "flights/source.rs"]
mod source;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::task::JoinSet;
use underpin::{Client, Collection, Record};

use options::Options;
use place::{AIRPORTS, FLIGHTS, Place};

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::read(&[
        "server",
        "email",
        "password",
        "data",
        "flights",
        "in-flight",
        "keep",
        "prepare-only",
    ])?;
    let client = options.sign_in().await?;
    if options.find("keep").is_none() {
        prepare(&client).await?;
    }
    if options.find("prepare-only").is_some() {
        return Ok(());
    }
    let folder = PathBuf::from(options.find("data").context("--data is missing")?);
    let lanes = options.number("in-flight", 32)?.max(1);
    let mut flights = source::flights(&folder)?;
    flights.truncate(options.number("flights", flights.len())?);

    let rows = source::airports(&folder)?;
    let airports =
        load(client.collection(AIRPORTS), rows, lanes, |row, place| Ok(row.into_record(place)))
            .await?;
    let ids: HashMap<String, String> =
        airports.into_iter().map(|airport| (airport.data.iata, airport.meta.id)).collect();
    let ids = Arc::new(ids);
    load(client.collection(FLIGHTS), flights, lanes, move |row, place| {
        row.into_record(place, &ids)
    })
    .await?;
    Ok(())
}

/// Makes both collections anew.
async fn prepare(client: &Client) -> Result<()> {
    let collections = client.collections();
    // The flights refer to the airports, so they go first.
    for name in [FLIGHTS, AIRPORTS] {
        match collections.delete(name).await {
            Err(error) if !error.is_not_found() => {
                return Err(error).context("can't delete a collection");
            }
            _ => {}
        }
    }
    let airports =
        collections.create(&model::airports()).await.context("can't make the airports")?;
    collections.create(&model::flights(&airports.id)).await.context("can't make the flights")?;
    Ok(())
}

/// Creates a record for each row. The rows are dealt out to lanes; each lane waits for an answer
/// before it goes on.
async fn load<R, T>(
    collection: Collection,
    rows: Vec<R>,
    lanes: u32,
    record: impl Fn(R, Place) -> Result<T> + Clone + Send + 'static,
) -> Result<Vec<Record<T>>>
where
    R: Send + 'static,
    T: Serialize + DeserializeOwned + Send + 'static,
{
    let count = rows.len();
    let bar = progress_bar(count, collection.name())?;
    let started = Instant::now();
    let mut dealt: Vec<(u32, Vec<R>)> = (0..lanes).map(|lane| (lane, Vec::new())).collect();
    for (row, lane) in rows.into_iter().zip((0..dealt.len()).cycle()) {
        if let Some((_, lane)) = dealt.get_mut(lane) {
            lane.push(row);
        }
    }
    let mut running = JoinSet::new();
    for (lane, rows) in dealt {
        let (collection, bar, record) = (collection.clone(), bar.clone(), record.clone());
        running.spawn(async move {
            let mut created = Vec::with_capacity(rows.len());
            for (row, step) in rows.into_iter().zip(1..) {
                let data = record(row, Place { lane, step })?;
                created.push(collection.create(&data).await.context("can't create a record")?);
                bar.inc(1);
            }
            anyhow::Ok(created)
        });
    }
    let mut created = Vec::with_capacity(count);
    while let Some(lane) = running.join_next().await {
        created.extend(lane??);
    }
    let seconds = started.elapsed().as_secs_f64();
    let rate = f64::from(u32::try_from(count)?) / seconds;
    bar.finish_with_message(format!(
        "{}: {count} in {seconds:.1} s, {rate:.0} records/s",
        collection.name()
    ));
    Ok(created)
}

fn progress_bar(count: usize, name: &str) -> Result<ProgressBar> {
    let style = ProgressStyle::with_template("{msg} [{bar:40}] {pos}/{len} {per_sec} {eta}")?;
    let bar = ProgressBar::new(u64::try_from(count)?).with_style(style);
    bar.set_message(name.to_owned());
    Ok(bar)
}
