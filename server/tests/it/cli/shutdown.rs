//! The end at SIGTERM.

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use underpin_testkit::{Binary, Caller, Socket};

/// A server that everybody may write `posts` on.
async fn server_with_posts(dir: &std::path::Path) -> Binary {
    let place = dir.to_str().unwrap();
    let args = ["superuser", "create", "root@example.com", "12345678", "--dir", place];
    assert_eq!(Binary::run(&args).await.0, 0);
    let server = Binary::serve(dir).await;
    let root =
        Caller::guest(&server.base).signed_in("_superusers", "root@example.com", "12345678").await;
    let definition = json!({
        "name": "posts", "type": "base", "listRule": "", "createRule": "",
        "fields": [{ "name": "title", "type": "text" }],
    });
    root.post("/api/collections", definition).await.ok();
    server
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_under_way_at_sigterm_is_answered_and_the_exit_code_is_0() {
    let folder = tempfile::tempdir().unwrap();
    let server = server_with_posts(folder.path()).await;
    let base = server.base.clone();
    let mut socket = Socket::connect(&base).await;
    let address = base.replace("http://", "");
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let body = json!({ "title": "under way" }).to_string();
    let head = format!(
        "POST /api/collections/posts/records HTTP/1.1\r\nHost: {address}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    while !heard.ends_with(b"\r\n\r\n") {
        assert!(stream.read_buf(&mut heard).await.unwrap() > 0);
    }
    assert!(heard.starts_with(b"HTTP/1.1 100"), "the request is being handled");

    let ended = tokio::spawn(server.terminate());
    assert_eq!(socket.close_code().await, 1001);
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(ended.await.unwrap(), Some(0));

    let server = Binary::serve(folder.path()).await;
    let page = Caller::guest(&server.base).get("/api/collections/posts/records").await.ok();
    assert_eq!(page["items"][0]["title"], "under way");
}

#[tokio::test]
async fn a_server_at_rest_ends_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = server_with_posts(folder.path()).await;
    assert_eq!(server.terminate().await, Some(0));
}
