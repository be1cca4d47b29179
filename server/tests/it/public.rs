//! Static files: what of the folder is served, how, and what never is.

use std::{fs, path::Path};

use reqwest::{Client, Method, redirect::Policy};
use underpin_testkit::{Answer, TestServer};

fn put(root: &Path, name: &str, text: &str) {
    let file = root.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

async fn server() -> TestServer {
    let server = TestServer::start().await;
    let root = server.data().join("public");
    put(&root, "index.html", "<h1>root</h1>");
    put(&root, "app.js", "1;");
    put(&root, "n.txt", "plain");
    put(&root, "dir/index.html", "<h1>dir</h1>");
    put(&root, "dir/a b.txt", "blank");
    put(&root, "empty/x.txt", "x");
    put(&root, ".env", "SECRET");
    put(&root, "dir/.git/config", "SECRET");
    put(&root, ".well-known/acme", "known");
    put(&root, "api/health", "not this");
    put(&root, "_/index.html", "not this");
    put(server.data(), "outside.txt", "SECRET");
    server
}

/// Sends a path as it is, without looking at it and without following redirects.
async fn raw(server: &TestServer, method: Method, path: &str) -> (u16, String, String) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address = server.base.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_lowercase(), body.to_owned())
}

async fn get(server: &TestServer, path: &str) -> Answer {
    server.guest().get(path).await
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn files_are_served_by_their_type_in_whole_and_in_part() {
        let server = server().await;
        for (path, kind, text) in [
            ("/", "text/html; charset=utf-8", "<h1>root</h1>"),
            ("/app.js", "text/javascript; charset=utf-8", "1;"),
            ("/n.txt", "text/plain; charset=utf-8", "plain"),
            ("/dir/", "text/html; charset=utf-8", "<h1>dir</h1>"),
            ("/dir/a%20b.txt?x=1", "text/plain; charset=utf-8", "blank"),
        ] {
            let answer = get(&server, path).await;
            assert_eq!((answer.status, answer.text().as_str()), (200, text), "{path}");
            assert_eq!(answer.header("Content-Type"), kind, "{path}");
            assert_eq!(answer.header("X-Content-Type-Options"), "nosniff");
            assert_eq!(answer.header("Content-Disposition"), "");
            let since = answer.header("Last-Modified");
            let again = server.guest().get_with(path, &[("If-Modified-Since", &since)]).await;
            assert_eq!((again.status, again.bytes.len()), (304, 0), "{path}");
        }
        let part = server.guest().get_with("/n.txt", &[("Range", "bytes=1-2")]).await;
        assert_eq!((part.status, part.text().as_str()), (206, "la"));
        assert_eq!(part.header("Content-Range"), "bytes 1-2/5");
        let beyond = server.guest().get_with("/n.txt", &[("Range", "bytes=9-")]).await;
        assert_eq!(beyond.status, 416);
        let (status, head, body) = raw(&server, Method::HEAD, "/n.txt").await;
        assert_eq!((status, body.as_str()), (200, ""));
        assert!(head.contains("content-length: 5"), "{head}");
        assert_eq!(get(&server, "/.well-known/acme").await.text(), "known");
        server.stop().await;
    }

    #[tokio::test]
    async fn a_page_stands_in_for_paths_that_are_not_there_unless_told_otherwise() {
        let server = server().await;
        for path in ["/missing", "/a/b/c", "/missing.js", "/empty/", "/.env", "/dir/.git/config"] {
            assert_eq!(get(&server, path).await.text(), "<h1>root</h1>", "{path}");
        }
        server.stop().await;
        let plain = TestServer::start_with(|config| config.index_fallback = false).await;
        put(&plain.data().join("public"), "index.html", "<h1>root</h1>");
        assert_eq!(get(&plain, "/").await.text(), "<h1>root</h1>");
        assert_eq!(get(&plain, "/missing").await.expect(404)["status"], 404);
        plain.stop().await;
    }

    #[tokio::test]
    async fn folders_have_a_slash_at_their_end_and_files_have_none() {
        let server = server().await;
        for (path, place) in [
            ("/dir", "/dir/"),
            ("/n.txt/", "/n.txt"),
            ("/index.html", "/"),
            ("/dir/index.html", "/dir/"),
        ] {
            let client = Client::builder().redirect(Policy::none()).build().unwrap();
            let answer = client.get(format!("{}{path}", server.base)).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 301, "{path}");
            assert_eq!(answer.headers()["location"], place, "{path}");
        }
        server.stop().await;
    }

    #[tokio::test]
    async fn without_a_page_the_console_is_what_there_is() {
        let server = TestServer::start().await;
        let (status, head, _) = raw(&server, Method::GET, "/").await;
        assert!(status == 307 && head.contains("location: /_/"), "{head}");
        assert_eq!(get(&server, "/missing").await.status, 404);
        server.stop().await;
    }

    #[tokio::test]
    async fn long_texts_are_compressed_for_who_takes_that_and_tokens_never_are() {
        let server = server().await;
        put(&server.data().join("public"), "long.txt", &"hello world\n".repeat(5_000));
        let asked = [("Accept-Encoding", "br")];
        let answer = server.guest().get_with("/long.txt", &asked).await;
        assert_eq!(answer.header("Content-Encoding"), "br");
        assert!(answer.bytes.len() < 1_000 && answer.header("Vary").contains("ncoding"));
        let part = [("Accept-Encoding", "br, gzip, zstd"), ("Range", "bytes=0-4999")];
        let part = server.guest().get_with("/long.txt", &part).await;
        assert_ne!(part.header("Content-Encoding"), "br");
        assert_eq!((part.status, part.bytes.len()), (206, 5_000));
        let root = server.superuser();
        let list = root.get_with("/api/collections", &[("Accept-Encoding", "gzip")]).await;
        assert_eq!(list.header("Content-Encoding"), "gzip");
        let stream = root.request(Method::GET, "/api/realtime").header("Accept-Encoding", "gzip");
        let stream = stream.send().await.unwrap();
        assert!(!stream.headers().contains_key("Content-Encoding"));
        let body =
            serde_json::json!({ "identity": "root@example.com", "password": "correct horse" });
        let path = "/api/collections/_superusers/auth-with-password";
        let sign_in = root.request(Method::POST, path).header("Accept-Encoding", "gzip, br");
        let sign_in = sign_in.json(&body).send().await.unwrap();
        assert!(sign_in.status().is_success());
        assert!(!sign_in.headers().contains_key("Content-Encoding"));
        server.stop().await;
    }
}

mod denied {
    use super::*;
    use crate::odd_ranges::are_passed_over_or_refused;

    #[tokio::test]
    async fn nothing_outside_of_the_folder_is_reached() {
        let server = server().await;
        let root = server.data().join("public");
        #[cfg(unix)]
        for (target, name) in [
            (server.data().join("outside.txt"), "link.txt"),
            (server.data().to_owned(), "links"),
            (root.join("n.txt"), "inside.txt"),
        ] {
            std::os::unix::fs::symlink(target, root.join(name)).unwrap();
        }
        for path in [
            "/../outside.txt",
            "/%2e%2e/outside.txt",
            "/dir/../../outside.txt",
            "/dir/%2e%2e/%2e%2e/outside.txt",
            "/..%2foutside.txt",
            "/..%5coutside.txt",
            "/..\\outside.txt",
            "//outside.txt/..",
            "/n.txt%00.html",
            "/%00",
            "/link.txt",
            "/links/outside.txt",
            "/links/data/data.db",
            "/.env",
            "/%2eenv",
            "/dir/.git/config",
            "/dir%2f.git%2fconfig",
            "/%ff%fe",
            "/con",
            "/c:/x",
            "/%2fetc%2fpasswd",
            "/%c0%ae%c0%ae/outside.txt",
            "/%ef%bc%8e%ef%bc%8e/outside.txt",
            "/%ef%bc%8e%ef%bc%8e%ef%bc%8foutside.txt",
            "/%252e%252e/outside.txt",
            "/%e2%80%ae/..",
            "/dir/%5c..%5c..%5coutside.txt",
            &format!("/{}", "%cc%88".repeat(600)),
            &format!("/{}", "a/".repeat(3_000)),
        ] {
            let (status, head, body) = raw(&server, Method::GET, path).await;
            assert!(!body.contains("SECRET") && !body.contains("SQLite"), "{path}: {body}");
            assert!(!body.contains("root:"), "{path}: {body}");
            assert!(status < 500, "{path}: {head}");
            assert!(!head.contains("location: //"), "{path}: {head}");
        }
        #[cfg(unix)]
        assert_eq!(get(&server, "/inside.txt").await.text(), "plain");
        server.stop().await;
    }

    #[tokio::test]
    async fn odd_ranges_and_conditions_are_passed_over_or_refused() {
        let server = server().await;
        let statuses = [200, 206, 304, 400, 412, 416, 431];
        are_passed_over_or_refused(&server, "/n.txt", "plain".len(), &statuses).await;
        assert_eq!(get(&server, "/n.txt").await.text(), "plain");
        server.stop().await;
    }

    #[tokio::test]
    async fn the_api_and_the_console_keep_their_paths() {
        let server = server().await;
        assert_eq!(get(&server, "/api/health").await.ok()["code"], 200);
        assert_eq!(get(&server, "/api/missing").await.expect(404)["status"], 404);
        assert!(!get(&server, "/_/").await.text().contains("not this"));
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let (status, ..) = raw(&server, method.clone(), "/n.txt").await;
            assert_eq!(status, 404, "{method}");
        }
        server.stop().await;
    }
}
