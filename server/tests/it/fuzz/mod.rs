//! Malformed requests to every route, from every kind of caller. The server may refuse them and may
//! do what they ask; it must not fail, fall silent, write of a fault into its log, or lose anything.
//!
//! The test is a short run that sends the same each time. `make fuzz MINUTES=10 SEED=7` is a long
//! one: worlds of some thousand requests, one after the other, until the time is over.

mod bodies;
mod case;
mod forms;
mod garbage;
mod headers;
mod parameters;
mod sql;
mod talks;
mod wire;
mod world;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::join_all;

use self::{
    talks::Talk,
    wire::{Outcome, Request},
    world::World,
};
use crate::{dice::Dice, routes::routes};

/// Requests of a run that does not say how long.
const SHORT: usize = 1_500;
/// Requests to one server; then there is a new one.
const WORLD: usize = 4_000;
/// The seed of a run that does not name one.
const SEED: u64 = 20_260_103;
/// Requests that are under way at once.
const AT_ONCE: usize = 6;
/// Requests after which is looked whether superusers are still let in.
const LOOK: usize = 250;
/// What no answer to guests and users may hold.
const INSIDE: [&str; 6] =
    ["sqlx", "panicked", "syntax error", "constraint failed", "duplicate key value", ".cargo/"];

/// Changes of the schema that were begun, and those that were answered.
static BEGUN: AtomicUsize = AtomicUsize::new(0);
static ENDED: AtomicUsize = AtomicUsize::new(0);

/// What a run has seen.
#[derive(Default)]
struct Seen {
    statuses: BTreeMap<String, usize>,
    by_route: BTreeMap<String, usize>,
    /// What is wrong, by what it has in common, with how often that was.
    findings: BTreeMap<String, (String, usize)>,
    slowest: (Duration, String),
    peak_mib: u64,
    worlds: usize,
    locked: usize,
}

impl Seen {
    fn count(&mut self, what: impl Into<String>) {
        *self.statuses.entry(what.into()).or_default() += 1;
    }

    fn find(&mut self, kind: String, story: impl FnOnce() -> String) {
        self.findings.entry(kind).or_insert_with(|| (story(), 0)).1 += 1;
    }

    fn note(&mut self, number: usize, route: &str, request: &Request, outcome: &Outcome) {
        self.note_beside(number, route, request, outcome, false);
    }

    /// Notes an answer. Beside changes of the schema a 503 is right: what was planned on the schema
    /// before is turned away, and the client comes again.
    fn note_beside(
        &mut self,
        number: usize,
        route: &str,
        request: &Request,
        outcome: &Outcome,
        beside_changes: bool,
    ) {
        *self.by_route.entry(route.to_owned()).or_default() += 1;
        let told = |what: String| format!("{what}\n    {number}: {}", request.told());
        match outcome {
            Outcome::Answered { status, text, took } => {
                let is_busy = *status == 503 && beside_changes;
                let beside = if is_busy { " beside changes of the schema" } else { "" };
                self.count(format!("{status}{beside}"));
                let text = String::from_utf8_lossy(text);
                let end = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
                if *status >= 500 && !is_busy {
                    let kind = format!("{status} {route}: {end:.80}");
                    self.find(kind, || told(format!("{end:.600}")));
                }
                let is_superusers = request.headers.iter().any(|(name, _)| name == "Authorization");
                let leak = INSIDE.iter().find(|inside| text.contains(**inside));
                if let (Some(leak), false, 400..) = (leak, is_superusers, *status) {
                    self.find(format!("{leak} {route}"), || told(format!("{end:.600}")));
                }
                if *took > self.slowest.0 {
                    self.slowest = (*took, told(String::new()));
                }
            }
            Outcome::Closed if request.is_whole() => {
                self.count("closed");
                self.find(format!("no answer, {route}"), || told(String::new()));
            }
            Outcome::Closed => self.count("closed, as it may"),
            Outcome::Hung => {
                self.count("hung");
                self.find(format!("hung, {route}"), || told(String::new()));
            }
            Outcome::Gone(error) => self.find(format!("gone: {error}"), || told(String::new())),
        }
    }

    fn report(&self) -> String {
        let mut report = String::new();
        for (kind, (story, many)) in &self.findings {
            writeln!(report, "{many} times {kind}\n    {story}").unwrap();
        }
        report
    }

    fn summary(&self, seed: u64, took: Duration) -> String {
        let all: usize = self.statuses.values().sum();
        let mut text =
            format!("seed {seed}: {all} requests in {took:.0?} to {} servers", self.worlds);
        for (status, many) in &self.statuses {
            write!(text, ", {many} of {status}").unwrap();
        }
        let (slow, what) = &self.slowest;
        write!(text, "; {} routes, the rarest ", self.by_route.len()).unwrap();
        write!(text, "{} times", self.by_route.values().min().unwrap_or(&0)).unwrap();
        write!(text, "; {} servers locked all superusers out", self.locked).unwrap();
        write!(text, "; at most {} MiB", self.peak_mib).unwrap();
        write!(text, "\n  slowest, {slow:.1?}: {what:.900}").unwrap();
        text
    }
}

/// Sends one request, or has one talk.
async fn one(number: usize, seed: u64, world: &World, seen: &Mutex<Seen>) {
    let mut dice = Dice::new(seed.wrapping_add(number.try_into().unwrap()));
    match dice.below(40) {
        0 | 1 => {
            let talk = talks::websocket(&mut dice, &world.known).await;
            let mut seen = seen.lock().unwrap();
            seen.count("talks");
            if let Talk::Wrong(story) = talk {
                seen.find(format!("{story:.20}"), || format!("{number}: {story}"));
            }
        }
        2 => {
            let (request, outcome) = talks::stream(&mut dice, &world.known).await;
            seen.lock().unwrap().note(number, "POST /api/realtime", &request, &outcome);
        }
        _ => {
            let (route, request) = case::request(&mut dice, &world.known);
            let own = usize::from(changes_schema(&route));
            let (begun, ended) =
                (BEGUN.fetch_add(own, Ordering::SeqCst), ENDED.load(Ordering::SeqCst));
            let outcome = request.send(&world.known.address).await;
            let others = BEGUN.load(Ordering::SeqCst) - own;
            ENDED.fetch_add(own, Ordering::SeqCst);
            let beside = begun != ended || others != begun;
            let mut seen = seen.lock().unwrap();
            seen.note_beside(number, &route, &request, &outcome, beside);
        }
    }
}

/// Whether a route makes the schema another one.
fn changes_schema(route: &str) -> bool {
    let is_read = route.starts_with("GET ") || route.starts_with("HEAD ");
    !is_read && route.contains("/api/collections") && !route.contains("/records")
}

/// Asks one server, from a number on; how many requests that were.
async fn ask(first: usize, many: usize, seed: u64, seen: &Mutex<Seen>, end: Option<Instant>) {
    let world = World::start(routes().into_iter().collect()).await;
    let next = AtomicUsize::new(0);
    let is_over = AtomicUsize::new(0);
    let lane = async || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let is_late = end.is_some_and(|end| Instant::now() > end);
            if at >= many || is_late || is_over.load(Ordering::Relaxed) > 0 {
                return;
            }
            one(first + at, seed, &world, seen).await;
            // Who keeps superusers out leaves nothing to find behind that.
            if at % LOOK == LOOK - 1 && !world.is_open().await {
                is_over.store(1, Ordering::Relaxed);
            }
        }
    };
    join_all((0..AT_ONCE).map(|_| lane())).await;
    let left = world.end().await;
    let mut seen = seen.lock().unwrap();
    seen.worlds += 1;
    seen.locked += usize::from(left.is_locked);
    seen.peak_mib = seen.peak_mib.max(left.peak_mib);
    for story in left.findings {
        seen.find(format!("{story:.200}"), || story.clone());
    }
}

fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} has to be a number, not {text}")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_can_be_sent_makes_the_server_fail() {
    let minutes = setting("FUZZ_MINUTES");
    let seed = setting("FUZZ_SEED").unwrap_or(SEED);
    let first: usize = setting("FUZZ_FIRST").unwrap_or_default().try_into().unwrap();
    let (begun, seen) = (Instant::now(), Mutex::new(Seen::default()));
    match minutes {
        None => ask(first, SHORT, seed, &seen, None).await,
        Some(minutes) => {
            let end = begun + Duration::from_secs(60 * minutes);
            let mut at = first;
            while Instant::now() < end {
                ask(at, WORLD, seed, &seen, Some(end)).await;
                at += WORLD;
            }
        }
    }
    let seen = seen.into_inner().unwrap();
    eprintln!("{}", seen.summary(seed, begun.elapsed()));
    let report = seen.report();
    assert!(report.is_empty(), "seed {seed}, {} kinds:\n{report}", seen.findings.len());
}
