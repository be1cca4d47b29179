//! What a backup carries of secrets: those of the settings are sealed, and their key is not inside
//! (security D11, D43).

use serde_json::json;
use underpin_credentials::Secret;
use underpin_testkit::{TestServer, is_on_postgres};

use super::Unpacked;

const SECRET: &str = "hunter2-and-more-of-it";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn secrets_of_the_settings_are_sealed_inside_and_their_key_is_not_there() {
    // Where nodes share a database the key is given to them, else it is a file beside the database.
    let is_file = !is_on_postgres();
    let server = TestServer::start_with(|config| {
        if is_file {
            config.settings.key = Secret::new("");
        }
    })
    .await;
    let root = server.superuser();
    let sent = json!({
        "smtp": { "password": SECRET }, "s3": { "secret": SECRET },
        "backups": { "s3": { "secret": SECRET } },
    });
    root.patch("/api/settings", sent).await.ok();
    root.ask("/api/logs", &[("filter", &format!("data.password = '{SECRET}'"))]).await;
    let key = match is_file {
        true => std::fs::read_to_string(server.data().join("data/settings.key")).unwrap(),
        false => "a settings key for tests, and for nothing else".to_owned(),
    };
    let backup = Unpacked::made(&server, "one.zip").await;
    let sealed = backup.texts("SELECT CAST(value AS text) FROM _params WHERE id = 'settings'");
    assert!(sealed[0].contains("sealed:"), "{sealed:?}");
    let mut files = Vec::new();
    let mut folders = vec![backup.path("")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    assert!(files.len() >= 2, "{files:?}");
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        for secret in [SECRET, key.trim()] {
            let is_inside = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!is_inside, "{} tells a secret", file.display());
        }
        assert!(!file.to_string_lossy().ends_with(".key"), "{}", file.display());
    }
}
