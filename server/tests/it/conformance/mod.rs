//! The same requests to this server and to the reference program, whose answers have to be equal.
//!
//! The scenarios, and the differences that are wanted, are data: `server/tests/conformance`.

mod differences;
mod differential;
mod mask;
pub(crate) mod play;
pub(crate) mod reference;
mod scenario;

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{sync::Semaphore, task::JoinSet};
use underpin_testkit::{Config, TestServer};

use self::{
    differences::{Differences, Here},
    play::Stage,
    reference::{Reference, put_all},
    scenario::Group,
};

/// Groups that are played at once. With more, their servers have too little time for each request.
const AT_ONCE: usize = 8;
/// How long the reference may take until it answers as it will.
const PATIENCE: Duration = Duration::from_secs(20);
/// Pause between two questions about that.
const PAUSE: Duration = Duration::from_millis(300);

/// Where the data is.
fn data() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

/// What is wrong with a scenario, as `group/scenario` and the story.
struct Finding {
    scenario: String,
    story: String,
}

/// Plays a group on two new servers; gives the scenarios whose answers differ, and everything
/// else that is not as the data says.
async fn play(group: Group) -> (Vec<Finding>, Vec<Finding>) {
    let server = TestServer::start_with(|config| put_all(&config.public_dir, &group.public));
    let (server, reference) = tokio::join!(server, Reference::start_with(&group.public));
    let ours = Stage::set(&server.base, &group);
    let theirs = Stage::set(&reference.base, &group);
    let (ours, theirs) = tokio::join!(ours, theirs);
    let findings = play_on(&group, ours, theirs).await;
    reference.stop().await;
    server.stop().await;
    findings
}

/// Plays a group on the reference and on what was imported from it, with the tokens that it had
/// given out before.
async fn play_imported(group: Group) -> (Vec<Finding>, Vec<Finding>) {
    let reference = Reference::start_with(&group.public).await;
    let theirs = Stage::set(&reference.base, &group).await;
    let configure = |config: &mut Config| put_all(&config.public_dir, &group.public);
    let (server, _) = TestServer::start_on_import_with(&reference.data(), configure).await;
    let ours = theirs.at(&server.base);
    let findings = play_on(&group, ours, theirs).await;
    reference.stop().await;
    server.stop().await;
    findings
}

async fn play_on(
    group: &Group,
    mut ours: Stage,
    mut theirs: Stage,
) -> (Vec<Finding>, Vec<Finding>) {
    let (mut differing, mut unexpected) = (Vec::new(), Vec::new());
    for scenario in &group.scenarios {
        let (mine, mut wanted) = tokio::join!(ours.play(scenario), theirs.play(scenario));
        let end = Instant::now() + PATIENCE;
        while scenario.eventually && mine != wanted && Instant::now() < end {
            tokio::time::sleep(PAUSE).await;
            wanted = theirs.play(scenario).await;
        }
        let name = format!("{}/{}", group.name, scenario.name());
        let report = |list: &mut Vec<Finding>, story: String| {
            list.push(Finding { scenario: name.clone(), story });
        };
        if wanted.status != scenario.status {
            let story = format!(
                "the reference answers {}, not {}: {}",
                wanted.status, scenario.status, wanted.body
            );
            report(&mut unexpected, story);
        }
        let our_status = scenario.our_status.unwrap_or(scenario.status);
        if mine.status != our_status {
            let story = format!("we answer {}, not {our_status}: {}", mine.status, mine.body);
            report(&mut unexpected, story);
        }
        if mine != wanted {
            report(&mut differing, format!("\n  ours      {mine}\n  reference {wanted}"));
        }
    }
    (differing, unexpected)
}

/// The findings that no table wants.
fn unwanted(
    (differing, unexpected): (Vec<Finding>, Vec<Finding>),
    wanted: &mut Differences,
    here: &mut Here,
) -> Vec<Finding> {
    let mut wrong: Vec<Finding> =
        unexpected.into_iter().filter(|found| !here.names(&found.scenario)).collect();
    wrong.extend(differing.into_iter().filter(|found| {
        let is_wanted = wanted.strike(&found.scenario);
        !here.strike(&found.scenario) && !is_wanted
    }));
    wrong
}

fn check(wrong: &[Finding]) {
    let report: Vec<String> =
        wrong.iter().map(|finding| format!("{}: {}", finding.scenario, finding.story)).collect();
    assert!(report.is_empty(), "{} findings:\n{}", report.len(), report.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_those_of_the_reference_but_for_the_differences_we_want() {
    let mut wanted = Differences::read(&data());
    let mut here = Here::read(&data(), underpin_testkit::is_on_postgres());
    let mut plays = JoinSet::new();
    let places = Arc::new(Semaphore::new(AT_ONCE));
    for group in Group::read_all(&data()) {
        let place = Arc::clone(&places).acquire_owned();
        plays.spawn(async move {
            let _place = place.await.unwrap();
            play(group).await
        });
    }
    let mut wrong = Vec::new();
    while let Some(played) = plays.join_next().await {
        wrong.extend(unwanted(played.unwrap(), &mut wanted, &mut here));
    }
    let stale = here.stale(&wanted).map(|scenario| Finding {
        scenario: scenario.to_owned(),
        story: "named as a wanted difference, but the answers are equal".to_owned(),
    });
    wrong.extend(stale);
    check(&wrong);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn imported_projects_answer_like_the_reference_to_old_tokens() {
    let mut wanted = Differences::read(&data());
    let mut here = Here::read(&data(), underpin_testkit::is_on_postgres());
    let mut plays = JoinSet::new();
    let places = Arc::new(Semaphore::new(AT_ONCE));
    for group in Group::read_all(&data()) {
        let runtime = tokio::runtime::Handle::current();
        let place = Arc::clone(&places).acquire_owned().await.unwrap();
        plays.spawn_blocking(move || {
            let _place = place;
            runtime.block_on(play_imported(group))
        });
    }
    let mut wrong = Vec::new();
    while let Some(played) = plays.join_next().await {
        wrong.extend(unwanted(played.unwrap(), &mut wanted, &mut here));
    }
    check(&wrong);
}

#[test]
fn the_readme_lists_the_wanted_differences() {
    let table = Differences::read(&data()).table();
    let readme = std::fs::read_to_string(data().join("README.md")).unwrap();
    assert!(readme.contains(&table), "README.md has to hold this table:\n{table}");
    let table = Here::read(&data(), true).table();
    assert!(readme.contains(&table), "README.md has to hold these rows:\n{table}");
}

#[test]
fn scenarios_have_names_of_their_own() {
    for group in Group::read_all(&data()) {
        let mut names: Vec<String> = group.scenarios.iter().map(|each| each.name()).collect();
        names.sort();
        let twice = names.windows(2).find(|pair| pair[0] == pair[1]);
        assert_eq!(twice, None, "in {}", group.name);
    }
}
