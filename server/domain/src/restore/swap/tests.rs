//! An exchange that is interrupted before each of its steps, and goes on.

use std::{cell::Cell, collections::BTreeMap, fs, io, path::Path};

use super::{Marker, NEW, Phase, Swap};

/// Steps enough for every exchange.
const MANY: usize = 100;

fn put(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A data folder whose new state is complete.
fn prepared() -> (tempfile::TempDir, Marker) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["data.db", "data.db-wal", "data.db-shm", "auxiliary.db", "storage/c/r/f.txt"] {
        put(folder.path(), name, "old");
    }
    put(folder.path(), "settings.key", "kept");
    put(folder.path(), "backups/a.zip", "kept");
    for name in ["data.db", "storage/c/r/g.txt", "auxiliary.db"] {
        put(&folder.path().join(NEW), name, "new");
    }
    let names = ["data.db", "auxiliary.db", "storage"].map(str::to_owned).to_vec();
    let marker = Marker { phase: Phase::Swap, names, beside: None };
    marker.write(folder.path()).unwrap();
    (folder, marker)
}

/// Every file with its text.
fn state(folder: &Path) -> BTreeMap<String, String> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

const KEPT: [(&str, &str); 2] = [("backups/a.zip", "kept"), ("settings.key", "kept")];

fn old() -> BTreeMap<String, String> {
    let names = ["auxiliary.db", "data.db", "data.db-shm", "data.db-wal", "storage/c/r/f.txt"];
    texts(&[&names.map(|name| (name, "old"))[..], &KEPT].concat())
}

fn new() -> BTreeMap<String, String> {
    let names = ["auxiliary.db", "data.db", "storage/c/r/g.txt"];
    texts(&[&names.map(|name| (name, "new"))[..], &KEPT].concat())
}

/// Does something that ends after so many steps; whether it came to its end.
fn interrupted(
    folder: &Path,
    steps: usize,
    deed: impl Fn(&Swap<'_>, &mut Marker) -> io::Result<()>,
) -> bool {
    let left = Cell::new(steps);
    let before_step = || match left.get() {
        0 => Err(io::Error::other("a crash")),
        more => {
            left.set(more - 1);
            Ok(())
        }
    };
    let mut marker = Marker::read(folder).unwrap().unwrap();
    deed(&Swap { folder, before_step: &before_step }, &mut marker).is_ok()
}

/// What a start does with what it finds.
fn go_on(folder: &Path, deed: impl Fn(&Swap<'_>, &mut Marker) -> io::Result<()>) {
    if let Some(mut marker) = Marker::read(folder).unwrap() {
        deed(&Swap::of(folder), &mut marker).unwrap();
    }
}

#[test]
fn an_interrupted_exchange_goes_on_and_ends_with_the_new_state() {
    let mut was_interrupted = 0;
    for steps in 0..MANY {
        let (folder, _) = prepared();
        let forward = |swap: &Swap<'_>, marker: &mut Marker| swap.forward(marker);
        let is_done = interrupted(folder.path(), steps, forward);
        was_interrupted += usize::from(!is_done);
        go_on(folder.path(), |swap, marker| {
            swap.forward(marker)?;
            marker.turn_to(Phase::Clear, folder.path())?;
            swap.clear()
        });
        assert_eq!(state(folder.path()), new(), "after {steps} steps");
        if is_done {
            assert!(was_interrupted > 8, "every step was met");
            return;
        }
    }
    panic!("it does not end");
}

#[test]
fn an_exchange_can_be_undone_from_each_of_its_steps() {
    for steps in 0..MANY {
        let (folder, _) = prepared();
        let is_done = interrupted(folder.path(), steps, |swap, marker| swap.forward(marker));
        if is_done {
            // What the new state has written meanwhile goes with it.
            put(folder.path(), "data.db-wal", "new");
        }
        go_on(folder.path(), |swap, marker| swap.backward(marker));
        assert_eq!(state(folder.path()), old(), "after {steps} steps");
        if is_done {
            return;
        }
    }
    panic!("it does not end");
}

#[test]
fn an_interrupted_return_goes_on_and_ends_with_the_old_state() {
    let mut was_interrupted = 0;
    for steps in 0..MANY {
        let (folder, _) = prepared();
        go_on(folder.path(), |swap, marker| swap.forward(marker));
        put(folder.path(), "data.db-wal", "new");
        let is_done = interrupted(folder.path(), steps, |swap, marker| swap.backward(marker));
        was_interrupted += usize::from(!is_done);
        go_on(folder.path(), |swap, marker| swap.backward(marker));
        assert_eq!(state(folder.path()), old(), "after {steps} steps");
        if is_done {
            assert!(was_interrupted > 12, "every step was met");
            return;
        }
    }
    panic!("it does not end");
}
