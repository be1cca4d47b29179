//! Secrets in the settings: they go in, and nothing but a server with the right key gets them out.

use std::{os::unix::fs::PermissionsExt, path::Path};

use serde_json::{Value, json};
use underpin_testkit::{Binary, Caller, TestServer};
use underpin_testpg::TestDatabase;

use super::PATH;

const SECRET: &str = "hunter2-and-more";

fn with_secrets() -> Value {
    json!({
        "smtp": { "username": "me", "password": SECRET },
        "s3": { "secret": SECRET },
        "backups": { "s3": { "secret": SECRET } },
    })
}

fn kept(server: &TestServer) -> [String; 3] {
    let settings = server.backend.settings.current();
    let secrets = [&settings.smtp.password, &settings.s3.secret, &settings.backups.s3.secret];
    secrets.map(|secret| secret.expose().to_owned())
}

#[tokio::test]
async fn they_are_neither_shown_nor_stored_in_the_clear() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let changed = root.patch(PATH, with_secrets()).await;
    let shown = [
        changed,
        root.get(PATH).await,
        root.get(&format!("{PATH}?fields=*,smtp.password,s3.secret")).await,
    ];
    for answer in shown {
        let settings = answer.expect(200);
        assert!(!answer.text().contains(SECRET), "{settings}");
        assert_eq!(settings["smtp"].get("password"), None);
    }
    assert_eq!(kept(&server), [SECRET; 3]);
    let stored = format!("{:?}", server.store.rows("SELECT * FROM _params"));
    assert!(stored.contains("sealed:") && !stored.contains(SECRET), "{stored}");
    for file in files_below(server.data()) {
        let bytes = std::fs::read(&file).unwrap();
        let found = bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
        assert!(!found, "{} holds it", file.display());
    }
}

#[tokio::test]
async fn a_form_that_is_sent_back_keeps_them() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let shown = root.patch(PATH, with_secrets()).await.expect(200);
    let masked = json!({ "smtp": { "password": "******" }, "s3": { "secret": "******" } });
    for form in [shown, masked, json!({ "smtp": { "username": "you" } }), json!({})] {
        root.patch(PATH, form).await.expect(200);
        assert_eq!(kept(&server), [SECRET; 3]);
    }
    let refused = json!({ "smtp": { "password": "other", "port": -1 } });
    root.patch(PATH, refused).await.expect(400);
    assert_eq!(kept(&server), [SECRET; 3]);
    root.patch(PATH, json!({ "smtp": { "password": "" }, "s3": null })).await.expect(200);
    assert_eq!(kept(&server), ["", "", SECRET]);
}

#[tokio::test]
async fn their_key_is_a_file_that_only_its_owner_reads() {
    let folder = tempfile::tempdir().unwrap();
    migrate(folder.path(), "").await.0.unwrap();
    let key = folder.path().join("settings.key");
    let mode = std::fs::metadata(&key).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let first = std::fs::read_to_string(&key).unwrap();
    assert!(first.trim().len() >= 32);
    migrate(folder.path(), "").await.0.unwrap();
    assert_eq!(std::fs::read_to_string(&key).unwrap(), first, "it is made once");
}

#[tokio::test]
async fn another_key_or_none_is_refused_at_the_start_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    let arguments = ["superuser", "create", "root@example.com", "correct horse", "--dir", dir];
    assert_eq!(Binary::run(&arguments).await.0, 0);
    let root = async |base: &str| {
        Caller::guest(base).signed_in("_superusers", "root@example.com", "correct horse").await
    };
    let server = Binary::serve(folder.path()).await;
    root(&server.base).await.patch(PATH, with_secrets()).await.expect(200);
    assert_eq!(server.terminate().await, Some(0));
    let stored = || {
        let database = rusqlite::Connection::open(folder.path().join("data.db")).unwrap();
        let mut select =
            database.prepare("SELECT id, CAST(value AS text) FROM _params ORDER BY id").unwrap();
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.map(Result::unwrap).collect::<Vec<(String, String)>>()
    };
    let before = stored();
    let (other, said) =
        migrate(folder.path(), "[settings]\nkey = \"0123456789abcdef0123456789abcdef\"").await;
    assert!(other.is_err() && said.contains("not the settings key"), "{said}");
    let (short, said) = migrate(folder.path(), "[settings]\nkey = \"short\"").await;
    assert!(short.is_err() && said.contains("32"), "{said}");
    let file = folder.path().join("settings.key");
    let key = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let (missing, said) = migrate(folder.path(), "").await;
    assert!(missing.is_err() && said.contains("settings key is missing"), "{said}");
    assert!(!file.exists() && stored() == before);
    std::fs::write(&file, &key).unwrap();
    let server = Binary::serve(folder.path()).await;
    let smtp = root(&server.base).await.get(PATH).await.expect(200)["smtp"].take();
    assert_eq!(smtp["username"], "me");
    assert_eq!(stored(), before);
    assert_eq!(server.terminate().await, Some(0));
    // The key is lost: the way on takes the secrets and nothing else.
    std::fs::remove_file(&file).unwrap();
    assert_eq!(Binary::run(&["settings", "forget-secrets", "--dir", dir]).await.0, 0);
    let server = Binary::serve(folder.path()).await;
    let smtp = root(&server.base).await.get(PATH).await.expect(200)["smtp"].take();
    assert_eq!(smtp["username"], "me");
    assert!(!format!("{:?}", stored()).contains("sealed:"));
    assert_ne!(std::fs::read(&file).unwrap(), key);
}

#[tokio::test]
async fn servers_that_share_a_database_share_the_key() {
    let database = TestDatabase::create();
    let url = database.url();
    let without = TestServer::start_with(|config| {
        config.database.url.clone_from(&url);
        config.settings.key = "".to_owned().into();
    });
    let without = without.await;
    let root = without.superuser();
    root.patch(PATH, json!({ "meta": { "appName": "Plain" } })).await.expect(200);
    let refused = root.patch(PATH, with_secrets()).await;
    refused.expect(400);
    assert!(refused.text().contains("UNDERPIN_SETTINGS__KEY"), "{}", refused.text());
    assert_eq!(kept(&without), ["", "", ""]);
    assert!(!without.data().join("data/settings.key").exists());
    without.stop().await;
    let with = TestServer::start_on(&url).await;
    with.superuser().patch(PATH, with_secrets()).await.expect(200);
    for key in ["", "0123456789abcdef0123456789abcdef"] {
        let folder = tempfile::tempdir().unwrap();
        let config = format!("[database]\nurl = \"{url}\"\n[settings]\nkey = \"{key}\"");
        let (started, said) = migrate(folder.path(), &config).await;
        assert!(started.is_err() && said.contains("not the settings key"), "{said}");
    }
    assert_eq!(kept(&TestServer::start_on(&url).await), [SECRET; 3]);
}

/// Opens a data folder with a configuration and closes it again; gives what was said.
async fn migrate(dir: &Path, config: &str) -> (Result<(), i32>, String) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), config).unwrap();
    let (dir, file) = (dir.to_str().unwrap(), file.path().to_str().unwrap());
    let (code, said) = Binary::run(&["migrate", "--dir", dir, "--config", file]).await;
    (if code == 0 { Ok(()) } else { Err(code) }, said)
}

fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn a_mask_is_never_taken_for_a_secret_however_it_is_spelled() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let mask = |secret: &str| {
        json!({
            "smtp": { "password": secret }, "s3": { "secret": secret },
            "backups": { "s3": { "secret": secret } },
        })
    };
    root.patch(PATH, mask("******")).await.expect(200);
    assert_eq!(kept(&server), ["", "", ""], "what was not there is not there now");
    root.patch(PATH, with_secrets()).await.expect(200);
    let spelled = json!({
        "SMTP": { "Password": "******", "username": "you" }, "S3": { "SECRET": "******" },
        "Backups": { "S3": { "Secret": "******" } },
    });
    let groups = json!({ "smtp": {}, "s3": {}, "backups": { "s3": {} } });
    let others = json!({ "meta": { "appName": "x" }, "logs": { "maxDays": 3 } });
    for form in [mask("******"), spelled, groups, others] {
        let shown = root.patch(PATH, form.clone()).await;
        shown.expect(200);
        assert!(!shown.text().contains(SECRET) && !shown.text().contains("***"), "{form}");
        assert_eq!(kept(&server), [SECRET; 3], "{form}");
    }
    // What is refused as a whole keeps them as well, and says nothing of them.
    for wrong in [
        json!({ "smtp": { "password": "other", "Password": "another" } }),
        json!({ "smtp": { "password": { "a": SECRET } } }),
        json!({ "smtp": "******" }),
        json!({ "s3": { "enabled": true, "secret": "other" } }),
    ] {
        let refused = root.patch(PATH, wrong.clone()).await;
        refused.expect(400);
        assert!(!refused.text().contains(SECRET) && !refused.text().contains("other"), "{wrong}");
        assert_eq!(kept(&server), [SECRET; 3], "{wrong}");
    }
}
