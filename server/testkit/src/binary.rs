//! The binary `underpin` as a process.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

/// How long a start may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the binary is: beside the test's own executable, unless `UNDERPIN_BIN` says otherwise.
pub fn binary_path() -> PathBuf {
    if let Some(path) = std::env::var_os("UNDERPIN_BIN") {
        return path.into();
    }
    let own = std::env::current_exe().unwrap();
    let path = own.ancestors().nth(2).unwrap().join("underpin");
    assert!(path.is_file(), "build it first: cargo build --package underpin-server");
    path
}

/// A server process.
pub struct Binary {
    /// Where it is, as `http://127.0.0.1:1234`.
    pub base: String,
    /// Everything that it said before it was ready.
    pub said: String,
    child: Child,
    /// Kept open, so that the process can go on talking.
    output: Lines<BufReader<ChildStdout>>,
}

impl Binary {
    /// Starts a server on a free port and waits until it says where it is.
    pub async fn serve(dir: &Path) -> Self {
        Self::serve_on(dir, "").await
    }

    /// As [`Self::serve`], on the PostgreSQL at an address, if that is not empty.
    pub async fn serve_on(dir: &Path, url: &str) -> Self {
        Self::start(serving(dir, url).stderr(Stdio::null())).await
    }

    /// As [`Self::serve_on`], with its log behind what a file holds, a key for the settings, and
    /// little time for a read.
    pub async fn serve_logged(dir: &Path, url: &str, log: &Path) -> Self {
        let log = File::options().create(true).append(true).open(log).unwrap();
        let mut command = serving(dir, url);
        command.env("UNDERPIN_SETTINGS__KEY", "a key for tests, and for nothing else");
        command.env("UNDERPIN_DATABASE__READ_SECONDS", "3");
        Self::start(command.stderr(log)).await
    }

    async fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = String::new();
        let base = loop {
            let line = tokio::time::timeout(PATIENCE, output.next_line()).await;
            let line = line.expect("the server did not start").unwrap();
            let line = line.unwrap_or_else(|| panic!("the server ended: {said}"));
            said.push_str(&line);
            said.push('\n');
            if let Some((_, base)) = line.split_once("serves at ") {
                break base.trim().to_owned();
            }
        };
        Self { base, said, child, output }
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Kills it as a power cut would.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Asks it to end (SIGTERM) and gives the exit code.
    pub async fn terminate(mut self) -> Option<i32> {
        self.ask_to_end().await;
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        ended.expect("the server did not end").unwrap().code()
    }

    async fn ask_to_end(&self) {
        let id = self.child.id().unwrap().to_string();
        let status = Command::new("kill").args(["-TERM", &id]).status().await.unwrap();
        assert!(status.success());
    }

    /// Hears one more line.
    pub async fn listen(&mut self) {
        let line = tokio::time::timeout(PATIENCE, self.output.next_line()).await;
        let line = line.expect("it says nothing more").unwrap();
        self.said.push_str(&line.expect("it has ended"));
        self.said.push('\n');
    }

    /// Asks it to end and gives everything that it has said until then.
    pub async fn last_words(mut self) -> String {
        self.ask_to_end().await;
        while let Some(line) = self.output.next_line().await.unwrap() {
            self.said.push_str(&line);
            self.said.push('\n');
        }
        self.said
    }

    /// Runs a command to its end: exit code and what it said.
    pub async fn run(args: &[&str]) -> (i32, String) {
        Self::run_on(args, "").await
    }

    /// As [`Self::run`], on the PostgreSQL at an address, if that is not empty.
    pub async fn run_on(args: &[&str], url: &str) -> (i32, String) {
        let mut command = command(url);
        let output = command.args(args).stdin(Stdio::null()).output().await.unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&text).into_owned())
    }
}

fn command(url: &str) -> Command {
    let mut command = Command::new(binary_path());
    command.env("UNDERPIN_PASSWORD__MEMORY_KIB", "8").env("UNDERPIN_PASSWORD__PASSES", "1");
    // Empty, it would come before the one of a configuration.
    match url {
        "" => command.env_remove("DATABASE_URL"),
        url => command.env("DATABASE_URL", url),
    };
    command
}

fn serving(dir: &Path, url: &str) -> Command {
    let mut command = command(url);
    command.args(["serve", "--http", "127.0.0.1:0", "--dir"]).arg(dir);
    command
}
