//! `underpin import pocketbase`

use std::{fs, path::PathBuf, time::Instant};

use anyhow::Context;
use underpin_credentials::Secret;
use underpin_domain::import::{ImportAsk, ImportError, Present, Report, import, look};
use underpin_model::clock::Clock;
use underpin_storage::{
    foreign::InUse,
    transfer::{BatchSize, Place},
};

use super::{moving::Shown, outcome::say};
use crate::{args::ImportPocketbase, config::Config, settings_key};

/// Imports a project, or tells what that would do.
pub(super) async fn carry_out(
    what: &ImportPocketbase,
    config: &Config,
    clock: &dyn Clock,
) -> anyhow::Result<()> {
    let begun = Instant::now();
    let ask = ask(what, config)?;
    let shown = Shown::new();
    let report = if what.dry_run {
        look(&ask, clock, &shown).await.map_err(plain)?
    } else {
        say(&format!("Importing {} to {}.", ask.from.display(), ask.to))?;
        import(&ask, clock, &shown).await.map_err(plain)?
    };
    if let Some(file) = &what.report {
        let text = serde_json::to_string_pretty(&report)?;
        fs::write(file, text)
            .with_context(|| format!("the report {} can't be written", file.display()))?;
    }
    tell(&report)?;
    let seconds = begun.elapsed().as_secs_f64();
    if what.dry_run {
        return say("This was a dry run: nothing was written.");
    }
    let resumed = if report.is_resumed { " (an interrupted import was finished)" } else { "" };
    say(&format!(
        "Imported in {seconds:.1} s{resumed}. Both sides hold the same records. Serve it with: \
         underpin serve --dir {}",
        ask.data_dir.display()
    ))
}

/// What failed below tells the exit code.
fn plain(error: ImportError) -> anyhow::Error {
    match error {
        ImportError::Storage(error) => error.into(),
        ImportError::Domain(error) => error.into(),
        other => other.into(),
    }
}

fn ask(what: &ImportPocketbase, config: &Config) -> anyhow::Result<ImportAsk> {
    let configured = || match config.database.postgres() {
        Some(url) => Place::Postgres(url.to_owned()),
        None => Place::Sqlite(config.data_dir.clone()),
    };
    let to = what.to.clone().unwrap_or_else(configured);
    let directory = match &to {
        Place::Sqlite(directory) => Some(directory.as_path()),
        Place::Postgres(_) | Place::Beside(_) => None,
    };
    let data_dir = directory.unwrap_or(&config.data_dir).to_owned();
    let settings_key = match &what.encryption_env {
        Some(name) => Some(Secret::new(
            crate::config::named_variable(name)
                .with_context(|| format!("there is no variable {name} in the environment"))?,
        )),
        None => None,
    };
    let (sealing_key, keep_key) = settings_key::of_a_new_project(config, directory)?;
    Ok(ImportAsk {
        from: what.from.clone(),
        to,
        scratch: if what.dry_run { temporary() } else { data_dir.clone() },
        data_dir,
        in_use: if what.running { InUse::Accepted } else { InUse::Refused },
        present: if what.replace { Present::Replaced } else { Present::Kept },
        settings_key,
        sealing_key,
        keep_key,
        batch: BatchSize { rows: what.batch_rows.max(1), ..BatchSize::default() },
    })
}

/// Where a dry run may put copies.
fn temporary() -> PathBuf {
    std::env::temp_dir()
}

fn tell(report: &Report) -> anyhow::Result<()> {
    let names = report.collections.iter().map(|collection| collection.name.len());
    let width = names.max().unwrap_or_default();
    for collection in &report.collections {
        let rows = match (collection.source_rows, collection.target_rows) {
            (None, _) => String::new(),
            (Some(source), None) => format!("{source:>10} records"),
            (Some(source), Some(target)) if source == target => {
                format!("{source:>10} records, all there")
            }
            (Some(source), Some(target)) => format!("{source:>10} records, {target} there"),
        };
        say(format!("  {:width$}  {:4}  {rows}", collection.name, collection.kind).trim_end())?;
    }
    let files = &report.files;
    say(&format!(
        "  {} files ({} of them thumbs), {} bytes; {} copied now",
        files.found, files.thumbs, files.bytes, files.copied
    ))?;
    say(&format!("  {} entries of the log", report.log_entries))?;
    if report.notes.is_empty() {
        return say("Everything comes along as it was.");
    }
    say("Not as it was:")?;
    for note in &report.notes {
        say(&format!("  {}: {}", note.about, note.text))?;
    }
    Ok(())
}
