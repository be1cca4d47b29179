//! The JavaScript SDK of existing apps, unmodified.

use std::path::{Path, PathBuf};

use tokio::process::Command;
use underpin_testkit::TestServer;

/// Where `make setup` has put the SDK.
fn tools() -> PathBuf {
    let folder = std::env::var_os("UNDERPIN_TOOLS").map_or_else(
        || {
            let home = std::env::var_os("HOME").unwrap();
            Path::new(&home).join(".cache").join("underpin").join("tools")
        },
        PathBuf::from,
    );
    folder.join("sdk-js")
}

#[tokio::test]
async fn an_app_of_the_js_sdk_works_without_a_change() {
    let tools = tools();
    let installed = tools.join("node_modules").join("pocketbase").is_dir();
    assert!(installed, "the SDK is missing: run `make setup` (looked in {})", tools.display());
    let server = TestServer::start().await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("sdk-js").join("journey.mjs");
    let run = Command::new("node")
        .arg(script)
        .args([&server.base, "root@example.com", "correct horse"])
        .env("UNDERPIN_SDK", &tools)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(run.status.success(), "{said}\n{wrong}");
    assert!(said.contains("\"done\""), "{said}");
}
