//! Requests that are odd before anything in them is read.

use reqwest::Method;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;

/// How long an answer may take before the test gives up.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

async fn send(server: &TestServer, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.base.trim_start_matches("http://")).await.unwrap();
    // The server may close on seeing the first bytes.
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

mod invalid {
    use super::*;

    #[tokio::test]
    async fn odd_methods_find_nothing() {
        let server = scene().await;
        let before = Everything::of(&server);
        for method in ["FOO", "PUT", "TRACE", "PROPFIND", "LINK"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            for path in ["/api/collections/posts/records", "/api/collections", "/api/health"] {
                let answer = server.guest().send(method.clone(), path, Some(json!({}))).await;
                assert_refusal(&answer, &format!("{method} {path}"));
                assert_eq!(answer.status, 404, "{method} {path}");
            }
        }
        let overridden = server
            .guest()
            .request(Method::POST, "/api/collections/posts/records")
            .header("X-HTTP-Method-Override", "DELETE")
            .header("Content-Type", "text/plain")
            .body("x")
            .send()
            .await
            .unwrap();
        assert_eq!(overridden.status().as_u16(), 400);
        assert_unharmed(&server, &before).await;
    }

    #[tokio::test]
    async fn broken_http_is_answered_with_a_4xx_or_closed() {
        let server = scene().await;
        let before = Everything::of(&server);
        let head = "POST /api/collections/posts/records HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
        for request in [
            "\r\n\r\n".to_owned(),
            "GET\r\n\r\n".to_owned(),
            "GET /api/health HTTP/9.9\r\n\r\n".to_owned(),
            "\0\0\0\0\r\n\r\n".to_owned(),
            format!("GET /api/health HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(200_000)),
            format!("{head}Content-Length: -1\r\n\r\n{{}}"),
            format!("{head}Content-Length: abc\r\n\r\n{{}}"),
            format!("{head}Content-Length: 99999999999999999999\r\n\r\n{{}}"),
            format!("{head}Content-Length: 4000000000\r\n\r\n{{}}"),
            format!("{head}Content-Length: 2\r\nContent-Length: 30\r\n\r\n{{}}"),
            format!("{head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{{}}"),
            format!("{head}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{{}}"),
            format!("{head}Content-Length: 20\r\n\r\n{{}}"),
            format!("{head}Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x00zz"),
        ] {
            let answer = send(&server, request.as_bytes()).await;
            let status = answer.get(9..12).unwrap_or_default();
            assert!(answer.is_empty() || status.starts_with('4'), "{request:.200}: {answer:.300}");
        }
        assert_unharmed(&server, &before).await;
    }

    #[tokio::test]
    async fn a_body_behind_a_wish_for_a_websocket_is_not_waited_for() {
        let server = scene().await;
        let before = Everything::of(&server);
        for path in ["/api/collections/posts/records", "/api/realtime", "/api/sql"] {
            for kind in ["application/json", "multipart/form-data; boundary=x"] {
                let request = server.superuser().request(Method::POST, path);
                let request = request.header("Upgrade", " WebSocket").header("Content-Type", kind);
                let sent = request.body("{\"title\":\"x\"}").send();
                let answer = tokio::time::timeout(PATIENCE, sent).await.expect("it hangs").unwrap();
                assert_eq!(answer.status().as_u16(), 400, "{path} {kind}");
            }
        }
        assert_unharmed(&server, &before).await;
    }

    #[tokio::test]
    async fn odd_headers_change_nothing() {
        let server = scene().await;
        let path = "/api/collections";
        for (name, value) in [
            ("Authorization", "Bearer"),
            ("Authorization", "Basic cm9vdDpyb290"),
            ("Authorization", "Bearer Bearer x"),
            ("Authorization", "null"),
            ("X-Forwarded-For", "127.0.0.1"),
            ("X-Forwarded-User", "root@example.com"),
            ("Cookie", "pb_auth=x"),
            ("X-Original-URL", "/api/health"),
        ] {
            let answer = server.guest().get_with(path, &[(name, value)]).await;
            assert_refusal(&answer, value);
            assert_eq!(answer.status, 401, "{name}: {value}");
        }
    }
}
