//! Starts that fail say why, and `migrate`.

use std::{fs, net::TcpListener};

use serde_json::json;
use tempfile::TempDir;
use underpin_testkit::{Binary, Caller};

use super::run_in;

/// Variables of the environment.
type Variables<'a> = &'a [(&'a str, &'a str)];

/// A command that must have ended by itself: exit code and complaint.
async fn complaint(folder: &TempDir, variables: Variables<'_>, args: &[&str]) -> (i32, String) {
    let run = run_in(folder.path(), variables, args);
    let ended = tokio::time::timeout(std::time::Duration::from_secs(60), run).await;
    let (code, _, complaint) = ended.expect("it goes on running");
    (code, complaint)
}

#[tokio::test]
async fn the_version_is_told() {
    let (code, said) = Binary::run(&["--version"]).await;
    assert_eq!((code, said.trim()), (0, concat!("underpin ", env!("CARGO_PKG_VERSION"))));
}

#[tokio::test]
async fn help_names_the_commands_and_the_exit_codes() {
    let (code, said) = Binary::run(&["--help"]).await;
    assert_eq!(code, 0);
    for word in ["serve", "superuser", "migrate", "--dir", "--config", "Exit codes"] {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[tokio::test]
async fn migrate_makes_the_database_and_may_run_again() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let (code, said, _) = run_in(folder.path(), &[], &["migrate", "--dir", "data"]).await;
        assert_eq!(code, 0, "{said}");
    }
    assert!(folder.path().join("data/data.db").is_file());
    let server = Binary::serve(&folder.path().join("data")).await;
    Caller::guest(&server.base).get("/api/health").await.ok();
}

#[tokio::test]
async fn a_wrong_configuration_exits_with_2_and_names_the_entry() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("unknown.toml"), "surprise = 1\n").unwrap();
    fs::write(folder.path().join("wrong.toml"), "listen = \"nowhere\"\n").unwrap();
    fs::write(folder.path().join("broken.toml"), "listen = [\n").unwrap();
    let serve = ["serve", "--dir", "data"];
    let with = |file: &'static str| [&serve[..], &["--config", file]].concat();
    let cases: [(Variables<'_>, Vec<&str>, &str); 9] = [
        (&[], with("unknown.toml"), "surprise"),
        (&[], with("wrong.toml"), "listen"),
        (&[], with("broken.toml"), "broken.toml"),
        (&[], with("missing.toml"), "missing.toml"),
        (&[("UNDERPIN_LISTEN", "nowhere")], serve.to_vec(), "listen"),
        (&[("UNDERPIN_LOG__FORMAT", "poem")], serve.to_vec(), "format"),
        (&[("UNDERPIN_LOG__LEVEL", "=,=")], serve.to_vec(), "log.level"),
        (&[("UNDERPIN_WORKERS", "many")], serve.to_vec(), "workers"),
        (&[], [&serve[..], &["--http", "nowhere"]].concat(), "--http"),
    ];
    for (variables, args, word) in cases {
        let (code, said) = complaint(&folder, variables, &args).await;
        assert_eq!(code, 2, "{args:?} {variables:?}: {said}");
        assert!(said.to_lowercase().contains(word), "{word}: {said}");
    }
    assert!(!folder.path().join("data").exists());
}

#[tokio::test]
async fn an_address_in_use_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let args = ["serve", "--dir", "data", "--http", &address];
    let (code, said) = complaint(&folder, &[], &args).await;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains(&address) && said.contains("in use"), "{said}");
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "in the way").unwrap();
    for place in ["file", "file/below"] {
        let (code, said) = complaint(&folder, &[], &["migrate", "--dir", place]).await;
        assert_eq!(code, 1, "{said}");
        assert!(said.contains(place), "{said}");
    }
    assert_eq!(fs::read_to_string(folder.path().join("file")).unwrap(), "in the way");
}

#[tokio::test]
async fn a_damaged_database_is_told_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data/data.db");
    fs::create_dir(folder.path().join("data")).unwrap();
    let garbage = b"this is no database at all, whatever its name says. ".repeat(100);
    fs::write(&file, &garbage).unwrap();
    for args in
        [&["serve", "--http", "127.0.0.1:0", "--dir", "data"][..], &["migrate", "--dir", "data"]]
    {
        let (code, said) = complaint(&folder, &[], args).await;
        assert_eq!(code, 1, "{said}");
        assert!(said.contains("the database in data can't be used"), "{said}");
        assert!(said.contains("not a database") && !said.contains("panicked"), "{said}");
    }
    assert_eq!(fs::read(&file).unwrap(), garbage);
}

#[tokio::test]
async fn a_truncated_database_is_told_and_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let (code, ..) = run_in(folder.path(), &[], &["migrate", "--dir", "data"]).await;
    assert_eq!(code, 0);
    let file = folder.path().join("data/data.db");
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() / 3]).unwrap();
    let (code, said) = complaint(&folder, &[], &["migrate", "--dir", "data"]).await;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("the database in data can't be used"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    run_in(folder.path(), &[], &["migrate", "--dir", "data"]).await;
    let file = folder.path().join("data/data.db");
    let connection = rusqlite::Connection::open(&file).unwrap();
    let row = "INSERT INTO _migrations VALUES ('9999_of_the_future.sql', 'x', 'x')";
    connection.execute(row, []).unwrap();
    drop(connection);
    let (code, said) = complaint(&folder, &[], &["migrate", "--dir", "data"]).await;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("newer version") && said.contains("9999_of_the_future.sql"), "{said}");
}

#[tokio::test]
async fn flags_win_over_variables_and_variables_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("underpin.toml"), "data_dir = \"from_file\"\n").unwrap();
    let variable = [("UNDERPIN_DATA_DIR", "from_variable")];
    run_in(folder.path(), &[], &["migrate"]).await;
    run_in(folder.path(), &variable, &["migrate"]).await;
    run_in(folder.path(), &variable, &["migrate", "--dir", "from_flag"]).await;
    let found = ["from_file", "from_variable", "from_flag"]
        .map(|place| folder.path().join(place).join("data.db").is_file());
    assert_eq!(found, [true; 3], "{}", json!(found));
}
