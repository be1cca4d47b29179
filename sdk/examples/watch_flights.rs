//! Watches the load of the example `load_flights` and checks that each record was told exactly
//! once and in order. Ends with status 1 when it was not so.
//!
//! ```text
//! cargo run --example watch_flights -- --server http://127.0.0.1:8090 \
//!     --email root@example.com --password … --expect 23376
//! ```
//!
//! The collections must be there (`load_flights --prepare-only`); a line says when the watch has
//! begun. It ends when `--expect` records have arrived and nothing follows for `--quiet` seconds
//! (2), or when nothing arrives for `--idle` seconds (30). `--chaos 1000` cuts the connection
//! after each 1000 events.

#[path = "flights/options.rs"]
mod options;
#[path = "flights/place.rs"]
mod place;
#[path = "flights/tally.rs"]
mod tally;

use std::collections::HashSet;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::time::{Instant, timeout};
use underpin::{Client, Event};

use options::Options;
use place::{AIRPORTS, FLIGHTS, Place};
use tally::Tally;

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let options =
        Options::read(&["server", "email", "password", "expect", "idle", "quiet", "chaos"])?;
    let client = options.sign_in().await?;
    let (airports, flights, seconds) = watch(&client, &options).await?;
    let mut is_right = true;
    for (name, tally) in [(AIRPORTS, &airports), (FLIGHTS, &flights)] {
        is_right &= report(&client, name, tally).await?;
    }
    let events = airports.events + flights.events;
    let rate = f64::from(u32::try_from(events)?) / seconds.max(0.001);
    writeln!(stdout(), "{events} events in {seconds:.1} s, {rate:.0} events/s")?;
    let expected = options.number("expect", 0)?;
    if airports.records() + flights.records() < expected {
        is_right = false;
        writeln!(stdout(), "fewer records than the {expected} that were expected")?;
    }
    writeln!(
        stdout(),
        "{}",
        if is_right { "exactly once and in order" } else { "NOT exactly once and in order" }
    )?;
    Ok(if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads events until all are there or nothing comes any more; gives the seconds between the
/// first and the last.
async fn watch(client: &Client, options: &Options) -> Result<(Tally, Tally, f64)> {
    let expected = options.number("expect", usize::MAX)?;
    let chaos = options.number("chaos", 0_usize)?;
    let idle = Duration::from_secs(options.number("idle", 30)?);
    let quiet = Duration::from_secs(options.number("quiet", 2)?);
    let airports = client
        .collection(AIRPORTS)
        .subscribe::<Place>()
        .await
        .context("can't watch the airports")?;
    let flights =
        client.collection(FLIGHTS).subscribe::<Place>().await.context("can't watch the flights")?;
    writeln!(stdout(), "watching")?;
    stdout().flush()?;

    let mut events = stream::select(
        airports.map_ok(|event| (AIRPORTS, event)),
        flights.map_ok(|event| (FLIGHTS, event)),
    );
    let (mut airports, mut flights) = (Tally::default(), Tally::default());
    let (mut first, mut last) = (None, Instant::now());
    loop {
        let is_complete = airports.records() + flights.records() >= expected;
        let Ok(next) = timeout(if is_complete { quiet } else { idle }, events.next()).await else {
            break;
        };
        let (name, event) = next.context("a subscription ended")??;
        last = Instant::now();
        first.get_or_insert(last);
        let tally = if name == AIRPORTS { &mut airports } else { &mut flights };
        match event {
            Event::Created { record, .. } => tally.created(record.id(), record.data),
            Event::Reset { reason } => bail!("{name} were reset: {reason}"),
            _ => tally.other(),
        }
        let count = airports.events + flights.events;
        if chaos > 0 && count.is_multiple_of(chaos) {
            client.reconnect();
        }
    }
    let seconds = first.map_or(0.0, |first| (last - first).as_secs_f64());
    Ok((airports, flights, seconds))
}

/// Compares with the list API and says what was found; true when all is well.
async fn report(client: &Client, name: &str, tally: &Tally) -> Result<bool> {
    let list =
        client.collection(name).list::<serde_json::Value>().fields("id").sort("id").per_page(1000);
    let present: HashSet<String> = list.all().map_ok(|record| record.meta.id).try_collect().await?;
    let (lost, phantom) = tally.compare(&present);
    let Tally { doubled, out_of_order, unexpected, .. } = tally;
    writeln!(
        stdout(),
        "{name}: {} of {} records told; lost {lost}, doubled {doubled}, out of order {out_of_order}, not in the list {phantom}, other events {unexpected}",
        tally.records(),
        present.len(),
    )?;
    Ok(lost + phantom + doubled + out_of_order + unexpected == 0)
}
