//! Moving a whole project from one database into another.

mod interrupted;
mod leave_out;
mod project;
mod refused;
mod round_trip;
mod served;

use std::path::Path;

use underpin_testkit::Binary;

/// A SQLite database as the command takes it.
fn sqlite(folder: &Path) -> String {
    format!("sqlite:{}", folder.display())
}

/// Moves a project: exit code, and what was said.
async fn migrate(from: &str, to: &str, more: &[&str]) -> (i32, String) {
    let args = [&["migrate-data", "--from", from, "--to", to], more].concat();
    Binary::run(&args).await
}

/// Moves a project, which must succeed; what was said.
async fn moved(from: &str, to: &str, more: &[&str]) -> String {
    let (code, said) = migrate(from, to, more).await;
    assert_eq!(code, 0, "{said}");
    said
}

/// The one checksum over everything that a report ends with.
fn checksum(said: &str) -> &str {
    let line = said.lines().find(|line| line.trim_start().starts_with("all: ")).unwrap();
    line.rsplit_once(' ').unwrap().1
}
