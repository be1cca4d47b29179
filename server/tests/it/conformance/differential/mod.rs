//! Random questions to this server and to the reference program, whose answers have to be equal
//! but for the classes of differences that `server/tests/conformance/differential.json` lists.
//!
//! `UNDERPIN_DIFFERENTIAL_CASES` and `UNDERPIN_DIFFERENTIAL_SEED` set how many and which; a run
//! without them is the same each time.

mod author;
mod bodies;
mod case;
mod example;
mod function;
mod judge;
mod lists;
mod literal;
mod malformed;
mod path;
mod request_name;
mod rounds;
mod servers;
mod shrink;
mod tree;
mod wanted;
mod world;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    sync::Mutex,
    time::Duration,
};

use futures_util::{StreamExt, stream};
use serde_json::Value;
use underpin_testkit::TestServer;

use self::{
    case::{Act, Case},
    judge::{Finding, boil_down, same},
    servers::{Reply, Servers},
    wanted::Wanted,
    world::World,
};
use super::{data, reference::Reference, scenario::Group};
use crate::dice::{self, Dice};

/// Cases of a run that does not say how many.
const CASES: usize = 5_000;
/// The seed of a run that does not name one.
const SEED: u64 = 20_260_102;
/// Lists that are asked at once.
const AT_ONCE: usize = 12;
/// Cases of a round about a rule.
const ROUND: usize = 10;
/// Differences that are boiled down; what is beyond is counted only.
const BOILED_DOWN: usize = 60;

/// A number from the environment.
fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} has to be a number, not {text}")))
}

/// A run: what is asked and what was found.
struct Run {
    servers: Servers,
    world: World,
    wanted: Wanted,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// Answers of the reference by status.
    statuses: BTreeMap<u16, usize>,
    /// Lists of the reference with some but not all records.
    telling: usize,
    /// Cases of each wanted difference.
    classes: BTreeMap<usize, usize>,
    /// How long our slowest answer took, the reference's to the same, and what was asked.
    slowest: (Duration, Duration, String),
    findings: Vec<Finding>,
    beyond: usize,
    /// Wanted differences whose example is answered alike.
    stale: Vec<String>,
}

impl Run {
    /// Asks a case, and looks into a difference; true when there is none to look into.
    async fn ask(&self, number: usize, case: Case) -> bool {
        let replies = self.servers.ask(&self.world, &case).await;
        self.note(&case, &replies);
        if same(&case, &replies) {
            return true;
        }
        if self.seen.lock().unwrap().findings.len() >= BOILED_DOWN {
            self.seen.lock().unwrap().beyond += 1;
            return true;
        }
        let found = Finding { number, case, replies, class: None };
        let found = boil_down(&self.servers, &self.world, &self.wanted, found).await;
        let mut seen = self.seen.lock().unwrap();
        match found.class {
            Some(class) => *seen.classes.entry(class).or_default() += 1,
            None => seen.findings.push(found),
        }
        false
    }

    /// Asks the example of each wanted difference.
    async fn ask_examples(&self) {
        for (name, case) in self.wanted.examples() {
            let is_set = case.rule.is_none() || self.servers.set_rules(&case).await;
            let replies = self.servers.ask(&self.world, &case).await;
            if !is_set || same(&case, &replies) {
                let told = format!("{name}\n    {case}\n    {}", brief(&replies[0]));
                self.seen.lock().unwrap().stale.push(told);
            }
        }
    }

    fn note(&self, case: &Case, [ours, theirs]: &[Reply; 2]) {
        let mut seen = self.seen.lock().unwrap();
        if ours.took > seen.slowest.0 {
            seen.slowest = (ours.took, theirs.took, case.to_string());
        }
        *seen.statuses.entry(theirs.status).or_default() += 1;
        seen.telling += usize::from(theirs.body["totalItems"].as_i64().is_some_and(|all| all > 0));
    }

    async fn ask_lists(&self, cases: Vec<(usize, Case)>) {
        let asked = stream::iter(cases).map(|(number, case)| self.ask(number, case));
        asked.buffer_unordered(AT_ONCE).for_each(|_| std::future::ready(())).await;
    }

    /// Plays rounds about the rules of one collection, one after the other.
    async fn play_rounds(&self, rounds: Vec<(usize, Vec<Case>)>) {
        for (number, cases) in rounds {
            let mut set = false;
            for (at, case) in cases.into_iter().enumerate() {
                if matches!(case.act, Act::Rule) {
                    self.ask(number + at, case).await;
                    continue;
                }
                set = set || self.servers.set_rules(&case).await;
                // A difference that was looked into leaves other rules behind, and what else is
                // asked about the same rule would show the same.
                if !set || !self.ask(number + at, case).await {
                    break;
                }
            }
        }
    }

    /// What is wrong with the outcome; nothing when all is well.
    fn report(&self) -> String {
        let seen = self.seen.lock().unwrap();
        let mut report = String::new();
        let [ours, theirs] = ["ours     ", "reference"];
        for Finding { number, case, replies, .. } in &seen.findings {
            writeln!(report, "case {number}, made smaller: {case}").unwrap();
            for (name, reply) in [ours, theirs].iter().zip(replies) {
                writeln!(report, "    {name} {}", brief(reply)).unwrap();
            }
            if let Some((place, [mine, wanted])) = parting(&replies[0].body, &replies[1].body) {
                writeln!(report, "    they part at {place}: {mine} and {wanted}").unwrap();
            }
        }
        if seen.beyond > 0 {
            writeln!(report, "and {} more cases", seen.beyond).unwrap();
        }
        for told in &seen.stale {
            writeln!(report, "named as a wanted difference, but there is none: {told}").unwrap();
        }
        report
    }

    fn summary(&self, seed: u64) -> String {
        let seen = self.seen.lock().unwrap();
        let mut summary = format!("seed {seed}: {} cases", seen.statuses.values().sum::<usize>());
        for (status, many) in &seen.statuses {
            write!(summary, ", {many} of {status}").unwrap();
        }
        write!(summary, "; {} lists with records", seen.telling).unwrap();
        let (ours, theirs, case) = &seen.slowest;
        write!(summary, "\n  slowest in {ours:?}, by the reference in {theirs:?}: {case}").unwrap();
        for (at, name) in self.wanted.names().enumerate() {
            let met = seen.classes.get(&at).copied().unwrap_or_default();
            write!(summary, "\n  wanted {met} times: {name}").unwrap();
        }
        summary
    }
}

/// An answer in few words: of a list, the ids.
fn brief(reply: &Reply) -> String {
    let page = &reply.body;
    let items = page["items"].as_array();
    let ids = items.map(|items| {
        let ids: Vec<&str> = items.iter().filter_map(|item| item["id"].as_str()).collect();
        format!("page {}, total {}: {}", page["page"], page["totalItems"], ids.join(" "))
    });
    let mut text = format!("{} {}", reply.status, ids.unwrap_or_else(|| reply.body.to_string()));
    if text.chars().count() > 600 {
        text = text.chars().take(600).chain("…".chars()).collect();
    }
    text
}

/// The first place where two bodies differ, and what stands there.
fn parting<'b>(ours: &'b Value, theirs: &'b Value) -> Option<(String, [&'b Value; 2])> {
    let inside = |key: String, ours: &'b Value, theirs: &'b Value| {
        parting(ours, theirs).map(|(place, both)| (format!("/{key}{place}"), both))
    };
    match (ours, theirs) {
        _ if ours == theirs => None,
        (Value::Object(left), Value::Object(right)) => {
            let keys: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            let mut keys = keys.into_iter();
            keys.find_map(|key| inside(key.clone(), &ours[key], &theirs[key]))
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let mut pairs = left.iter().zip(right).enumerate();
            pairs.find_map(|(at, (left, right))| inside(at.to_string(), left, right))
        }
        _ => Some((String::new(), [ours, theirs])),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_questions_have_the_same_answers() {
    let cases = setting("UNDERPIN_DIFFERENTIAL_CASES");
    let seed = setting("UNDERPIN_DIFFERENTIAL_SEED");
    let total = cases.map_or(CASES, |many| many.try_into().unwrap());
    let seed = seed.unwrap_or(SEED);
    let group = Group::of_stage(&data(), "differential");
    let (server, reference) = tokio::join!(TestServer::start(), Reference::start());
    let servers = Servers::start(&server, &reference, &group).await;
    let world = World::of(&group.set);
    let run = Run { servers, world, wanted: Wanted::read(&data()), seen: Mutex::default() };

    let mut dice = Dice::new(seed);
    let rounds = total * 2 / 5 / ROUND;
    let lists = total - rounds * ROUND;
    let cases = (0..lists).map(|number| (number, lists::list(&run.world, dice.seed()))).collect();
    let desks: Vec<&str> = run
        .world
        .collections
        .iter()
        .filter(|shape| shape.is_desk())
        .map(|shape| shape.name.as_str())
        .collect();
    let mut lanes: Vec<Vec<(usize, Vec<Case>)>> = vec![Vec::new(); desks.len()];
    for at in 0..rounds {
        let lane = at % desks.len();
        let round = rounds::round(&run.world, dice.seed(), desks[lane]);
        lanes[lane].push((lists + at * ROUND, round));
    }
    run.ask_examples().await;
    let lanes =
        futures_util::future::join_all(lanes.into_iter().map(|rounds| run.play_rounds(rounds)));
    tokio::join!(run.ask_lists(cases), lanes);

    let report = run.report();
    eprintln!("{}", run.summary(seed));
    reference.stop().await;
    server.stop().await;
    assert!(report.is_empty(), "seed {seed}:\n{report}");
}
