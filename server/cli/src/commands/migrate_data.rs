//! `underpin migrate-data`

use std::{path::Path, time::Instant};

use anyhow::Context;
use underpin_domain::transfer::{Report, TransferAsk, TransferError, compare, transfer};
use underpin_files::FileStore;
use underpin_storage::transfer::BatchSize;

use super::{
    moving::Shown,
    outcome::{WrongUsage, say},
};
use crate::args::MigrateData;

/// Where files lie in a data directory.
const FILES: &str = "storage";
/// Letters of a checksum that are shown for each table.
const SHOWN: usize = 16;

/// Moves a project, or compares both sides.
pub(super) async fn carry_out(what: &MigrateData) -> anyhow::Result<()> {
    let (from, to) = (&what.from, &what.to);
    if from == to {
        return Err(WrongUsage("--from and --to are the same place").into());
    }
    let begun = Instant::now();
    let shown = Shown::new();
    let report = if what.verify_only {
        compare(from, to, &shown).await.map_err(bare)?
    } else {
        say(&format!("Moving {from} to {to}, as it is now: later writes are not carried."))?;
        let ask = TransferAsk {
            from: from.clone(),
            to: to.clone(),
            files: files(what)?,
            may_leave_out: what.leave_out,
            batch: BatchSize { rows: what.batch_rows.max(1), ..BatchSize::default() },
        };
        transfer(&ask, &shown).await.map_err(bare)?
    };
    tell_tables(&report)?;
    anyhow::ensure!(report.is_equal(), "the two sides differ");
    if what.verify_only {
        return say("Both sides hold the same.");
    }
    tell_outcome(what, &report, begun)
}

/// The error of the database or of a service itself, by which the exit code is chosen.
fn bare(error: TransferError) -> anyhow::Error {
    match error {
        TransferError::Storage(error) => error.into(),
        TransferError::Domain(error) => error.into(),
        error => error.into(),
    }
}

fn files(what: &MigrateData) -> anyhow::Result<Option<(FileStore, FileStore)>> {
    let (Some(from), Some(to)) = (&what.files_from, &what.files_to) else { return Ok(None) };
    let source = from.join(FILES);
    anyhow::ensure!(source.is_dir(), "there is no folder {}", source.display());
    let open = |folder: &Path| {
        FileStore::local(folder)
            .with_context(|| format!("the folder {} can't be used", folder.display()))
    };
    Ok(Some((open(&source)?, open(&to.join(FILES))?)))
}

fn tell_tables(report: &Report) -> anyhow::Result<()> {
    let width = report.tables.iter().map(|table| table.table.len()).max().unwrap_or_default();
    for table in &report.tables {
        let sum = table.source.sum.get(..SHOWN).unwrap_or_default();
        let rows = table.source.rows;
        let verdict = match &table.target {
            _ if table.is_equal() => "equal".to_owned(),
            Some(target) => {
                let sum = target.sum.get(..SHOWN).unwrap_or_default();
                format!("DIFFERENT: the target has {} rows, checksum {sum}", target.rows)
            }
            None => "not looked at".to_owned(),
        };
        say(&format!("  {:width$}  {rows:>10} rows  {sum}  {verdict}", table.table))?;
    }
    say(&format!("  all: {} rows, checksum {}", report.rows(), report.sum()))
}

fn tell_outcome(what: &MigrateData, report: &Report, begun: Instant) -> anyhow::Result<()> {
    for left_out in &report.left_out {
        say(&format!("LEFT OUT: {left_out}"))?;
    }
    match report.files {
        Some(count) => say(&format!("{count} files were copied."))?,
        None => say(
            "Files were not touched: they stay in `storage` in the data directory. Serve with the \
             same --dir, or copy that folder (--files-from, --files-to).",
        )?,
    }
    say(
        "Secrets in the settings stay sealed under the settings key: the servers of the target need \
         the same one (UNDERPIN_SETTINGS__KEY, or settings.key in the data directory).",
    )?;
    if let Some(changes) = report.written_meanwhile {
        say(&format!(
            "WARNING: the source was written meanwhile ({changes} changes of records); that is not \
             in the target. Stop its server before the move if nothing may be lost."
        ))?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let resumed = if report.is_resumed { " (an interrupted move was finished)" } else { "" };
    say(&format!(
        "Moved {} rows in {seconds:.1} s{resumed}, {} rows/s. The target at {} is ready.",
        report.copied,
        per_second(report.copied, seconds),
        what.to
    ))
}

#[expect(clippy::as_conversions, reason = "a figure for people")]
fn per_second(rows: u64, seconds: f64) -> u64 {
    (rows as f64 / seconds.max(0.001)) as u64
}
