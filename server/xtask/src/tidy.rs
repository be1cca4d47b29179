//! The house rules that no compiler checks.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// Longest source file, in lines.
const MAX_LINES: usize = 400;
/// A file may be longer when it says why.
const EXCUSE: &str = "tidy: long, because";
/// Names that say nothing of what is inside.
const EMPTY_NAMES: [&str; 8] =
    ["util", "utils", "helper", "helpers", "common", "misc", "manager", "stuff"];
/// What the top level may hold beside dot files.
const TOP_LEVEL: [&str; 15] = [
    "ARCHITECTURE.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "Makefile",
    "README.md",
    "admin-ui",
    "clippy.toml",
    "deny.toml",
    "deploy",
    "migrations",
    "rustfmt.toml",
    "sdk",
    "server",
];
/// Modules of `domain` in allowed order: each may use those before it. `backend` bundles them.
const DOMAIN_ORDER: [&str; 17] = [
    "context", "settings", "mail", "limits", "schema", "records", "logs", "jobs", "nodes", "auth",
    "realtime", "console", "transfer", "import", "backups", "restore", "backend",
];
/// Uses against the order that are part of the design, as (user, used).
const DOMAIN_KNOTS: [(&str, &str); 1] = [("schema", "records")];

/// Checks every tracked file and says what is wrong.
pub(crate) fn run() -> ExitCode {
    let mut problems = Vec::new();
    for path in tracked_files() {
        check_place(&path, &mut problems);
        check_name(&path, &mut problems);
        if is_source(&path) {
            match std::fs::read_to_string(&path) {
                Ok(text) => check_text(&path, &text, &mut problems),
                Err(error) => problems.push(format!("{}: {error}", path.display())),
            }
        }
    }
    check_tour(&mut problems);
    for problem in &problems {
        eprintln!("{problem}");
    }
    if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Files that git knows or would take in.
fn tracked_files() -> Vec<PathBuf> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .output();
    let text = listed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let mut files: Vec<PathBuf> = text.unwrap_or_default().lines().map(PathBuf::from).collect();
    files.retain(|path| path.is_file());
    files
}

/// The README's tour is the example that is compiled and run.
fn check_tour(problems: &mut Vec<String>) {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let (readme, tour) = (read("README.md"), read("sdk/examples/tour.rs"));
    let code = tour.find("\nuse ").and_then(|start| tour.get(start..)).map(str::trim);
    let code = code.unwrap_or_default();
    if code.is_empty() || !readme.contains(code) {
        problems.push("README.md: the tour differs from sdk/examples/tour.rs".to_owned());
    }
}

fn is_source(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("rs" | "ts" | "tsx" | "css" | "sh" | "sql"))
}

fn check_place(path: &Path, problems: &mut Vec<String>) {
    let first = path.components().next().and_then(|part| part.as_os_str().to_str());
    if first.is_some_and(|first| !first.starts_with('.') && !TOP_LEVEL.contains(&first)) {
        problems.push(format!("{}: does not belong at the top level", path.display()));
    }
}

fn check_name(path: &Path, problems: &mut Vec<String>) {
    let empty = path
        .components()
        .filter_map(|part| Path::new(part.as_os_str()).file_stem()?.to_str())
        .find(|name| EMPTY_NAMES.contains(name));
    if let Some(name) = empty {
        problems.push(format!("{}: \"{name}\" does not say what is inside", path.display()));
    }
}

fn check_text(path: &Path, text: &str, problems: &mut Vec<String>) {
    let lines = text.lines().count();
    if lines > MAX_LINES && !text.contains(EXCUSE) {
        problems.push(format!("{}: {lines} lines, more than {MAX_LINES}", path.display()));
    }
    let is_rust = path.extension().is_some_and(|extension| extension == "rs");
    let is_test = path.components().any(|part| part.as_os_str() == "tests")
        || path.file_name().is_some_and(|name| name == "tests.rs");
    if is_rust && !is_test && !text.starts_with("//!") {
        problems.push(format!("{}: does not say what it is for (//!)", path.display()));
    }
    if let Ok(inside) = path.strip_prefix("server/domain/src") {
        check_order(path, inside, text, problems);
    }
}

fn check_order(path: &Path, inside: &Path, text: &str, problems: &mut Vec<String>) {
    let place = |name: &str| DOMAIN_ORDER.iter().position(|module| *module == name);
    let own = inside.components().next().and_then(|part| {
        Path::new(part.as_os_str()).file_stem().and_then(|stem| stem.to_str()).map(str::to_owned)
    });
    let Some((own, own_place)) = own.and_then(|own| place(&own).map(|at| (own, at))) else {
        return;
    };
    for (used_place, used) in DOMAIN_ORDER.iter().enumerate().skip(own_place + 1) {
        let uses = text.contains(&format!("crate::{used}::"));
        let knot = DOMAIN_KNOTS.contains(&(own.as_str(), used));
        if uses && !knot && *used != "backend" && used_place > own_place {
            problems.push(format!("{}: {own} may not use {used}", path.display()));
        }
    }
}
