//! The binary `underpin` as a process.

use std::{
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
        let mut child = Command::new(binary_path())
            .args(["serve", "--http", "127.0.0.1:0", "--dir"])
            .arg(dir)
            .env("UNDERPIN_PASSWORD__MEMORY_KIB", "8")
            .env("UNDERPIN_PASSWORD__PASSES", "1")
            .env("DATABASE_URL", url)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
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
        let output = Command::new(binary_path())
            .args(args)
            .env("UNDERPIN_PASSWORD__MEMORY_KIB", "8")
            .env("UNDERPIN_PASSWORD__PASSES", "1")
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&text).into_owned())
    }
}
