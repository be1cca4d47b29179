//! A process that dies while a backup is put in place: the next start serves one state or the other,
//! whole.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;
use underpin_testkit::{Binary, Caller};
use underpin_testpg::TestDatabase;

use super::{back_up, docs, make_doc, make_docs, restore};

const EMAIL: &str = "a@example.com";
const PASSWORD: &str = "long enough";

/// A data folder of a stopped server, with one record and its file.
async fn project(title: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    make_superuser(folder.path()).await;
    let server = Binary::serve(folder.path()).await;
    let root = root(&server.base).await;
    make_docs(&root).await;
    make_doc(&root, title).await;
    // Killed, so that there is a log beside the file.
    server.kill().await;
    folder
}

async fn make_superuser(folder: &Path) {
    let dir = folder.to_str().unwrap();
    let (code, said) = Binary::run(&["superuser", "upsert", EMAIL, PASSWORD, "--dir", dir]).await;
    assert_eq!(code, 0, "{said}");
}

async fn root(base: &str) -> Caller {
    Caller::guest(base).signed_in("_superusers", EMAIL, PASSWORD).await
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// A copy of the old state, beside which the new one waits.
async fn waiting(old: &Path, new: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(old, folder.path());
    // One file without a log, as a restore prepares it.
    let tidy = tempfile::tempdir().unwrap();
    copy(new, tidy.path());
    Binary::serve(tidy.path()).await.terminate().await;
    let inside = folder.path().join(".restore");
    fs::create_dir(&inside).unwrap();
    fs::copy(tidy.path().join("data.db"), inside.join("data.db")).unwrap();
    copy(&tidy.path().join("storage"), &inside.join("storage"));
    write_marker(folder.path(), "swap");
    folder
}

fn write_marker(folder: &Path, phase: &str) {
    let marker = json!({ "phase": phase, "names": ["storage", "data.db"] });
    fs::write(folder.join("restore.json"), marker.to_string()).unwrap();
}

/// The renames of an exchange, as far as they are of this project.
fn renames(folder: &Path) -> Vec<(PathBuf, PathBuf)> {
    let (new, old) = (folder.join(".restore"), folder.join(".before-restore"));
    let out = |name: &str| (folder.join(name), old.join(name));
    let come = |name: &str| (new.join(name), folder.join(name));
    vec![
        out("storage"),
        come("storage"),
        out("data.db"),
        out("data.db-wal"),
        out("data.db-shm"),
        come("data.db"),
    ]
}

/// What a start serves, and that nothing is left of the other state.
async fn served(folder: &Path) -> Vec<String> {
    let server = Binary::serve(folder).await;
    let found = docs(&Caller::guest(&server.base)).await;
    let is_left =
        || [".restore", ".before-restore", "restore.json"].iter().any(|n| folder.join(n).exists());
    for _ in 0..500 {
        if !is_left() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!is_left(), "something is left");
    assert_eq!(server.terminate().await, Some(0));
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_goes_on_with_an_exchange_from_each_of_its_steps() {
    let (old, new) = (project("old").await, project("new").await);
    for steps in 0..=6 {
        let folder = waiting(old.path(), new.path()).await;
        fs::create_dir(folder.path().join(".before-restore")).unwrap();
        for (from, to) in renames(folder.path()).into_iter().take(steps) {
            fs::rename(from, to).unwrap();
        }
        assert_eq!(served(folder.path()).await, ["new"], "after {steps} steps");
        assert_eq!(served(folder.path()).await, ["new"], "and the next time");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_state_that_can_not_be_opened_gives_way_to_the_old_one() {
    let (old, new) = (project("old").await, project("new").await);
    for steps in [0, 6] {
        let folder = waiting(old.path(), new.path()).await;
        fs::write(folder.path().join(".restore/data.db"), "no database").unwrap();
        fs::create_dir(folder.path().join(".before-restore")).unwrap();
        for (from, to) in renames(folder.path()).into_iter().take(steps) {
            fs::rename(from, to).unwrap();
        }
        assert_eq!(served(folder.path()).await, ["old"], "after {steps} steps");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_at_any_moment_of_a_restore_has_one_state_or_the_other() {
    let folder = tempfile::tempdir().unwrap();
    make_superuser(folder.path()).await;
    killed(folder.path(), "", || ()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_killed_at_any_moment_of_a_restore_has_one_state_or_the_other() {
    let (folder, place) = (tempfile::tempdir().unwrap(), TestDatabase::create());
    let dir = folder.path().to_str().unwrap().to_owned();
    let made = tokio::process::Command::new(underpin_testkit::binary_path())
        .args(["superuser", "upsert", EMAIL, PASSWORD, "--dir", &dir])
        .env("DATABASE_URL", place.url())
        .status();
    assert!(made.await.unwrap().success());
    // A node that died over a restore keeps its turn for a while, lest it be alive after all.
    let end_turn = || drop(place.run("DELETE FROM _jobs"));
    killed(folder.path(), &place.url(), end_turn).await;
}

/// Restores, and kills the server a while after it was asked to: at moments from before its
/// beginning to behind its end.
async fn killed(folder: &Path, url: &str, end_turn: impl Fn()) {
    const MOMENTS: u32 = 12;
    let mut server = Binary::serve_on(folder, url).await;
    let caller = root(&server.base).await;
    make_docs(&caller).await;
    make_doc(&caller, "a").await;
    back_up(&caller, "one.zip").await;
    let begun = Instant::now();
    restore(&caller, "one.zip").await;
    let whole = begun.elapsed();
    let (mut old, mut new) = (0, 0);
    for moment in 0..=MOMENTS {
        let caller = root(&server.base).await;
        if docs(&caller).await.len() < 2 {
            make_doc(&caller, "b").await;
        }
        let asked = tokio::spawn(async move {
            let path = "/api/backups/one.zip/restore";
            let _ = caller.request(Method::POST, path).json(&json!({})).send().await;
        });
        tokio::time::sleep(whole * moment * 3 / MOMENTS / 2).await;
        server.kill().await;
        asked.await.unwrap();
        end_turn();
        server = Binary::serve_on(folder, url).await;
        match docs(&root(&server.base).await).await.len() {
            1 => new += 1,
            2 => old += 1,
            other => panic!("{other} records at moment {moment} of {whole:?}"),
        }
    }
    server.terminate().await;
    assert!(old > 0 && new > 0, "{old} times the old state, {new} times the new one: {whole:?}");
}
