//! How a move shows itself: bars on a terminal, lines elsewhere.

use std::{
    io::{IsTerminal, Write},
    sync::{Mutex, PoisonError},
    time::Instant,
};

use indicatif::{ProgressBar, ProgressStyle};
use underpin_domain::transfer::{Listener, Step};

const BAR: &str = "{msg} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}";
const SPINNER: &str = "{msg} {human_pos}";

/// Shows the steps of a move.
pub(super) struct Shown {
    is_terminal: bool,
    running: Mutex<Option<Running>>,
}

struct Running {
    name: String,
    done: u64,
    begun: Instant,
    bar: ProgressBar,
}

impl Shown {
    pub(super) fn new() -> Self {
        Self { is_terminal: std::io::stderr().is_terminal(), running: Mutex::new(None) }
    }

    fn with(&self, deed: impl FnOnce(&mut Option<Running>)) {
        deed(&mut self.running.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Listener for Shown {
    fn begins(&self, step: Step<'_>, total: u64) {
        let name = match step {
            Step::LookThrough(table) => format!("looking through {table}"),
            Step::Copy(table) => format!("copying {table}"),
            Step::Files => "copying files".to_owned(),
            Step::Index(index) => format!("making the index {index}"),
            Step::Check(table) => format!("checking {table}"),
            Step::CopyFile(file) => format!("copying {file}"),
            Step::Pack => "packing".to_owned(),
            Step::Unpack => "reading the backup".to_owned(),
            Step::Inspect(file) => format!("checking {file}"),
        };
        let bar = match (self.is_terminal, total) {
            (false, _) => ProgressBar::hidden(),
            (true, 0) => styled(ProgressBar::no_length(), SPINNER),
            (true, total) => styled(ProgressBar::new(total), BAR),
        };
        bar.set_message(name.clone());
        if matches!(step, Step::Index(_)) && !self.is_terminal {
            tell(&name);
        }
        self.with(|running| {
            if let Some(before) = running {
                before.bar.finish_and_clear();
            }
            *running = Some(Running { name, done: 0, begun: Instant::now(), bar });
        });
    }

    fn advances(&self, count: u64) {
        self.with(|running| {
            if let Some(running) = running {
                running.done += count;
                running.bar.inc(count);
            }
        });
    }

    fn ends(&self) {
        self.with(|running| {
            let Some(running) = running.take() else { return };
            running.bar.finish_and_clear();
            if running.done > 0 {
                let seconds = running.begun.elapsed().as_secs_f64();
                let (name, done) = (running.name, running.done);
                tell(&format!("{name}: {done} in {seconds:.1} s"));
            }
        });
    }
}

fn tell(text: &str) {
    // Where standard error is gone there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
