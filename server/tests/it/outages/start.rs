//! Starting on a database that can't be used.

use std::process::Stdio;

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
    process::Command,
};
use underpin_testkit::{Caller, binary_path};
use underpin_testpg::{Cluster, TestDatabase};

fn serve(url: &str, more: &[&str]) -> (Command, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(binary_path());
    command.args(["serve", "--http", "127.0.0.1:0", "--dir", "data"]).args(more);
    command.current_dir(folder.path()).env("DATABASE_URL", url).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    (command, folder)
}

/// Exit code and complaint of a start that fails.
async fn refused(url: &str) -> (i32, String) {
    let (mut command, _folder) = serve(url, &[]);
    let ended = tokio::time::timeout(std::time::Duration::from_secs(60), command.output()).await;
    let output = ended.expect("it goes on running").unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test]
async fn a_database_that_is_away_is_told_with_a_code_of_its_own() {
    let mut cluster = Cluster::prepared();
    let url = format!("{}/postgres", cluster.address().replace("postgres@", "postgres:secret@"));
    let (code, said) = refused(&url).await;
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("the PostgreSQL database can't be used"), "{said}");
    assert!(said.contains("can't be reached"), "{said}");
    assert!(!said.contains("secret") && !said.contains("panicked"), "{said}");
    cluster.set_running(true);
    let (code, said) = refused(&url.replace("/postgres", "/nowhere")).await;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("\"nowhere\" does not exist"), "{said}");
}

#[tokio::test]
async fn a_start_that_may_wait_says_so_and_serves_once_the_database_is_there() {
    let mut cluster = Cluster::prepared();
    let url = format!("{}/postgres", cluster.address());
    let (mut command, _folder) = serve(&url, &["--wait"]);
    let mut server = command.spawn().unwrap();
    let mut log = BufReader::new(server.stderr.take().unwrap()).lines();
    while !log.next_line().await.unwrap().expect("it waits").contains("waiting for the database") {}
    cluster.set_running(true);
    let mut said = BufReader::new(server.stdout.take().unwrap()).lines();
    let base = loop {
        let line = said.next_line().await.unwrap().expect("it serves");
        if let Some((_, base)) = line.split_once("serves at ") {
            break base.to_owned();
        }
    };
    Caller::guest(&base).get("/api/health").await.ok();
}

#[tokio::test]
async fn a_user_without_the_right_to_make_tables_is_told() {
    let database = TestDatabase::create();
    let name = format!("poor_{}", std::process::id());
    database.run(&format!("CREATE ROLE {name} LOGIN"));
    let (code, said) = refused(&database.url().replace("postgres@", &format!("{name}@"))).await;
    database.run(&format!("DROP ROLE {name}"));
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("lacks a right"), "{said}");
    assert!(said.contains("permission denied for schema public"), "{said}");
    assert_eq!(database.run("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "0");
}

/// Greets one connection as a server of an old version does.
async fn greet(listener: TcpListener, version: &str) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let length = stream.read_u32().await.unwrap();
    stream.read_exact(&mut vec![0; usize::try_from(length).unwrap() - 4]).await.unwrap();
    let mut greeting = Vec::new();
    let mut message = |kind: u8, body: &[u8]| {
        greeting.push(kind);
        greeting.extend(u32::try_from(body.len() + 4).unwrap().to_be_bytes());
        greeting.extend(body);
    };
    message(b'R', &[0; 4]);
    message(b'S', format!("server_version\0{version}\0").as_bytes());
    message(b'Z', b"I");
    stream.write_all(&greeting).await.unwrap();
    // Until the client has gone.
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

#[tokio::test]
async fn a_server_of_an_old_version_is_told_with_the_one_that_is_needed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://postgres@{}/postgres", listener.local_addr().unwrap());
    let old = tokio::spawn(greet(listener, "12.22"));
    let (code, said) = refused(&url).await;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("PostgreSQL 12; version 14 or newer is needed"), "{said}");
    old.await.unwrap();
}
