//! An object store that speaks S3, as a process: another program than ours, over real HTTP.

use std::{path::PathBuf, process::Stdio, time::Duration};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// How long a start may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);
/// The one key that it knows, and its name.
const KEY: &str = "S3RVER";
/// The bucket that is there.
const BUCKET: &str = "files";

/// Where `make setup` has put what the tests need.
fn tools() -> PathBuf {
    std::env::var_os("UNDERPIN_TOOLS").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/underpin/tools"),
        PathBuf::from,
    )
}

/// An object store with one empty bucket.
pub struct S3Server {
    /// Where it is, as `http://127.0.0.1:1234`.
    pub base: String,
    child: Child,
    folder: TempDir,
}

impl S3Server {
    /// Starts it on a free port.
    pub async fn start() -> Self {
        let program = tools().join("s3/node_modules/s3rver/bin/s3rver.js");
        assert!(program.is_file(), "missing: run `make setup` (looked for {})", program.display());
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new("node")
            .arg(program)
            .args(["--address", "127.0.0.1", "--port", "0", "--configure-bucket", BUCKET])
            .arg("--directory")
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = loop {
            let line = tokio::time::timeout(PATIENCE, output.next_line()).await;
            let line = line.expect("the object store did not start").unwrap();
            let line = line.expect("the object store has ended");
            if let Some((_, address)) = line.split_once("listening on ") {
                break address.trim().to_owned();
            }
        };
        // Its output has to be read on, or it would block one day.
        tokio::spawn(async move { while let Ok(Some(_)) = output.next_line().await {} });
        Self { base: format!("http://{address}"), child, folder }
    }

    /// The settings that lead to its bucket.
    pub fn settings(&self) -> Value {
        json!({
            "enabled": true, "endpoint": self.base, "bucket": BUCKET, "region": "us-east-1",
            "accessKey": KEY, "secret": KEY, "forcePathStyle": true,
        })
    }

    /// The keys of all objects in the bucket, in order.
    pub fn keys(&self) -> Vec<String> {
        let root = self.folder.path().join(BUCKET);
        let mut keys = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(folder) else { continue };
            for entry in entries {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Some(path) = path.to_str().unwrap().strip_suffix("._S3rver_object") {
                    let path = path.strip_prefix(root.to_str().unwrap()).unwrap();
                    keys.push(path.trim_start_matches('/').to_owned());
                }
            }
        }
        keys.sort();
        keys
    }

    /// Ends it.
    pub async fn stop(mut self) {
        self.child.kill().await.unwrap();
    }
}
