//! The server.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::OnceLock,
};

/// Where Debian keeps the programs of each version.
const PROGRAMS: &str = "/usr/lib/postgresql";

/// What stands between values, between rows and between answers: no text of a test has them.
const FIELD: &str = "\u{1f}";
const RECORD: &str = "\u{1e}";
const END: &str = "\u{1d}";
/// Nothing, which is no empty text.
const NULL: &str = "\u{1c}";

/// Prepares a folder and runs a server in it until its standard input ends; then stops it at once
/// and removes the folder. `$1` the programs, `$2` the folder, `$3` the port, `$4` the first word
/// to obey. `start` is answered with `ready`, `stop` lets the server fall as a crash would and is
/// answered with `stopped`. Nothing that matters is kept, so nothing is flushed to the disk.
const RUN: &str = r#"
set -eu
"$1/initdb" -D "$2/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$2/initdb.log" 2>&1
obey() {
    case $1 in
    start)
        "$PROGRAMS/postgres" -D "$FOLDER/data" -p "$PORT" -c listen_addresses=127.0.0.1 \
            -c unix_socket_directories= -c fsync=off -c synchronous_commit=off \
            -c full_page_writes=off -c max_connections=400 -c autovacuum=off \
            >>"$FOLDER/server.log" 2>&1 &
        server=$!
        until "$PROGRAMS/pg_isready" -q -h 127.0.0.1 -p "$PORT"; do
            kill -0 "$server"
            sleep 0.05
        done
        echo ready
        ;;
    stop)
        kill -QUIT "$server"
        wait "$server" || true
        server=
        echo stopped
        ;;
    esac
}
PROGRAMS=$1 FOLDER=$2 PORT=$3 server=
obey "$4"
while read -r word; do obey "$word"; done
if [ -n "$server" ]; then
    kill -INT "$server"
    wait "$server" || true
fi
rm -rf "$2"
"#;

/// A running server.
pub struct Cluster {
    address: String,
    process: Option<Process>,
}

/// A server of our own.
struct Process {
    child: Child,
    /// What the server obeys, and the sign of life that it waits for the end of.
    words: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    folder: PathBuf,
}

impl Cluster {
    /// The server that all tests of this process share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| match std::env::var("UNDERPIN_TEST_POSTGRES") {
            Ok(address) => Self { address, process: None },
            Err(_) => Self::start(),
        })
    }

    /// Starts a server of its own, for tests that stop it.
    pub fn start() -> Self {
        let mut cluster = Self::prepared();
        cluster.set_running(true);
        cluster
    }

    /// A server of its own that does not run yet.
    pub fn prepared() -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new().prefix("underpin-pg").tempdir().expect("a folder");
        // The script removes it, also when this process is killed.
        let folder = folder.keep();
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("its address").port().to_string();
        drop(free);
        let mut command = as_plain_user(&folder);
        command.args(["sh", "-c", RUN, "sh"]).arg(&programs).arg(&folder).arg(&port).arg("wait");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).current_dir("/");
        let mut child = command.spawn().expect("starting PostgreSQL");
        let words = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("its output"));
        Self {
            address: format!("postgres://postgres@127.0.0.1:{port}"),
            process: Some(Process { child, words, answers, folder }),
        }
    }

    /// Starts the server, or lets it fall as a crash would; back when that is done.
    pub fn set_running(&mut self, runs: bool) {
        let process = self.process.as_mut().expect("a server of our own");
        let (word, expected) = if runs { ("start", "ready") } else { ("stop", "stopped") };
        let mut words = process.words.as_ref().expect("it still listens");
        // If it has ended, its answer is missing below.
        let _ = writeln!(words, "{word}");
        let mut answer = String::new();
        let _ = process.answers.read_line(&mut answer);
        if answer.trim() != expected {
            let folder = &process.folder;
            let log = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
            panic!("PostgreSQL, {word}: {answer}{}{}", log("initdb.log"), log("server.log"));
        }
    }

    /// Where it is, as `postgres://user@host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Runs statements of the test itself and gives the rows of each, every value as text.
    pub fn rows(&self, database: &str, statements: &[&str]) -> Vec<Vec<Vec<String>>> {
        let url = format!("{}/{database}", self.address);
        let mut psql = Command::new(programs().join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", &url]).args([
            "-F",
            FIELD,
            "-R",
            RECORD,
            "-P",
            &format!("null={NULL}"),
        ]);
        let end = format!("\\echo {END}");
        for statement in statements {
            psql.args(["-c", statement, "-c", &end]);
        }
        let output = psql.output().expect("psql");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{statements:?}: {said}");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let rows = |part: &str| -> Vec<Vec<String>> {
            let part = part.strip_suffix('\n').unwrap_or(part);
            let records = part.split(RECORD).filter(|_| !part.is_empty());
            records.map(|row| row.split(FIELD).map(str::to_owned).collect()).collect()
        };
        let mut parts: Vec<&str> = text.split(&format!("{END}\n")).collect();
        parts.pop();
        parts.into_iter().map(rows).collect()
    }

    /// Runs SQL of the test itself in a database of the server.
    pub fn run(&self, database: &str, sql: &str) -> String {
        let url = format!("{}/{database}", self.address);
        let psql = Command::new(programs().join("psql"))
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", &url, "-c", sql])
            .output()
            .expect("psql");
        let said = String::from_utf8_lossy(&psql.stderr);
        assert!(psql.status.success(), "{sql}: {said}");
        String::from_utf8_lossy(&psql.stdout).trim().to_owned()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            drop(process.words.take());
            let _ = process.child.wait();
        }
    }
}

/// The programs of the newest version that is installed.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir(PROGRAMS).expect("PostgreSQL is installed (make setup)");
    let bins = versions.flatten().map(|version| version.path().join("bin"));
    let usable = bins.filter(|bin| bin.join("postgres").exists());
    usable.max_by_key(|bin| version_of(bin)).expect("a version of PostgreSQL")
}

fn version_of(bin: &Path) -> u32 {
    let name = bin.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    name.and_then(|name| name.parse().ok()).unwrap_or_default()
}

/// The server refuses to run as root; then it runs as Debian's user for it, which gets the folder.
fn as_plain_user(folder: &Path) -> Command {
    let id = Command::new("id").arg("-u").output().expect("id");
    if id.stdout.trim_ascii() != b"0" {
        return Command::new("env");
    }
    let owned = Command::new("chown").arg("postgres:").arg(folder).status().expect("chown");
    assert!(owned.success(), "the user postgres is missing");
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    command
}
