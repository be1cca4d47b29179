//! Backups from the command line.

use std::path::Path;

use underpin_testkit::{TestServer, is_on_postgres};

use super::{doc, docs, names};
use crate::cli::run_in;

/// The key of the settings that test servers have.
const KEY: (&str, &str) =
    ("UNDERPIN_SETTINGS__KEY", "a settings key for tests, and for nothing else");

async fn run(dir: &Path, args: &[&str]) -> (i32, String) {
    let folder = dir.display().to_string();
    let args = [&["backup"], args, &["--dir", &folder]].concat();
    let (code, said, complained) = run_in(dir, &[KEY], &args).await;
    (code, [said, complained].concat())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_is_made_beside_a_server_listed_and_verified() {
    if is_on_postgres() {
        // The command would need its address; what it does is tested through the API.
        return;
    }
    let server = TestServer::start().await;
    docs(&server).await;
    doc(&server, "one", "a.txt", b"hello".to_vec()).await;
    let dir = server.data().join("data");
    let (code, said) = run(&dir, &["create", "shell.zip"]).await;
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Made the backup shell.zip") && said.contains("1 files"), "{said}");
    assert_eq!(names(&server).await, ["shell.zip"]);
    let (code, said) = run(&dir, &["create", "shell.zip"]).await;
    assert_eq!(code, 4, "{said}");
    let (code, said) = run(&dir, &["create", "../shell.zip"]).await;
    assert_eq!(code, 4, "{said}");
    let (code, said) = run(&dir, &["list"]).await;
    assert!(code == 0 && said.contains("shell.zip"), "{code} {said}");
    let file = dir.join("backups/shell.zip");
    let (code, said) = run(&dir, &["verify", file.to_str().unwrap()]).await;
    assert!(code == 0 && said.contains("is sound"), "{code} {said}");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    let damaged = server.data().join("damaged.zip");
    std::fs::write(&damaged, bytes).unwrap();
    let (code, said) = run(&dir, &["verify", damaged.to_str().unwrap()]).await;
    assert!(code == 4 && said.contains("The backup can't be used"), "{code} {said}");
    let (code, said) = run(&dir, &["verify", "nowhere.zip"]).await;
    assert_eq!(code, 3, "{said}");
}
