//! The command line: commands, exit codes, first start, and the end at SIGTERM.

mod installer;
mod shutdown;
mod start;
mod superuser;

use std::{path::Path, process::Stdio};

use tokio::process::Command;
use underpin_testkit::binary_path;

/// Runs a command in a working folder with variables: exit code, standard output, standard error.
pub(crate) async fn run_in(
    folder: &Path,
    variables: &[(&str, &str)],
    args: &[&str],
) -> (i32, String, String) {
    let output = Command::new(binary_path())
        .args(args)
        .current_dir(folder)
        .env("UNDERPIN_PASSWORD__MEMORY_KIB", "8")
        .env("UNDERPIN_PASSWORD__PASSES", "1")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}
