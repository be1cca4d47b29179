//! The reference program as a process.

use std::{
    collections::BTreeMap,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::play::ROOT;

/// How long a start may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// The data directory in its folder.
pub(crate) const DATA: &str = "data";

/// Where `make setup` has put the program.
fn program() -> PathBuf {
    let tools = std::env::var_os("UNDERPIN_TOOLS").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/underpin/tools"),
        PathBuf::from,
    );
    let program = tools.join("reference/bin/pocketbase");
    assert!(program.is_file(), "missing: run `make setup` (looked for {})", program.display());
    program
}

/// A reference server with a data folder of its own and one superuser.
pub(crate) struct Reference {
    /// Where it is, as `http://127.0.0.1:1234`.
    pub(crate) base: String,
    child: Child,
    folder: TempDir,
}

impl Reference {
    /// Starts it on a free port and waits until it serves.
    pub(crate) async fn start() -> Self {
        Self::start_with(&BTreeMap::new()).await
    }

    /// As [`Self::start`], with static files.
    pub(crate) async fn start_with(public: &BTreeMap<String, String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        put_all(&folder.path().join("public"), public);
        let mut upsert = command(folder.path());
        upsert.args(["superuser", "upsert", ROOT.0, ROOT.1]);
        let made = upsert.stdout(Stdio::null()).stderr(Stdio::null()).status().await.unwrap();
        assert!(made.success(), "the reference makes no superuser");
        loop {
            // Somebody else may take the port in between; then there is another.
            if let Some((base, child)) = try_serve(folder.path()).await {
                return Self { base, child, folder };
            }
        }
    }

    /// The folder of one that has never served, its settings encrypted.
    pub(crate) async fn made_with_key(key: &str) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut upsert = command(folder.path());
        upsert.args(["--encryptionEnv", "REFERENCE_KEY", "superuser", "upsert", ROOT.0, ROOT.1]);
        upsert.env("REFERENCE_KEY", key).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(upsert.status().await.unwrap().success(), "the reference makes no superuser");
        folder
    }

    /// Its data directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join(DATA)
    }

    /// Ends it, as a power cut would.
    pub(crate) async fn stop(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Ends it as a power cut would; its data stays.
    pub(crate) async fn killed(mut self) -> TempDir {
        self.child.kill().await.unwrap();
        self.folder
    }

    /// Asks it to end, and waits until it has; its data stays.
    pub(crate) async fn stopped(mut self) -> TempDir {
        let id = self.child.id().unwrap().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status().await.unwrap();
        assert!(told.success());
        self.child.wait().await.unwrap();
        self.folder
    }
}

/// Writes files into a folder; it is made if there are any.
pub(crate) fn put_all(folder: &Path, files: &BTreeMap<String, String>) {
    for (name, contents) in files {
        let file = folder.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, contents).unwrap();
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(program());
    for (option, name) in [
        ("--dir", DATA),
        ("--migrationsDir", "migrations"),
        ("--hooksDir", "hooks"),
        ("--publicDir", "public"),
    ] {
        command.arg(option).arg(folder.join(name));
    }
    command.arg("--automigrate=false").current_dir(folder).stdin(Stdio::null()).kill_on_drop(true);
    command
}

async fn try_serve(folder: &Path) -> Option<(String, Child)> {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut child = command(folder)
        .args(["serve", "--http", &address.to_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    let base = format!("http://{address}");
    loop {
        let line = tokio::time::timeout(PATIENCE, output.next_line()).await;
        let line = line.expect("the reference did not start").unwrap()?;
        if line.contains(&base) {
            // Its output has to be read on, or it would block one day.
            tokio::spawn(async move { while let Ok(Some(_)) = output.next_line().await {} });
            return Some((base, child));
        }
    }
}
