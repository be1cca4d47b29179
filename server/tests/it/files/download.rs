//! `GET /api/files/{collection}/{record}/{name}`

use super::*;

/// The policy of stored files: no scripts, no forms, no frames, no origin.
const POLICY: &str = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

mod ok {
    use super::*;

    #[tokio::test]
    async fn a_file_comes_back_as_it_was_sent() {
        let server = TestServer::start().await;
        notes(&server).await;
        let content: Vec<u8> = (0..=255).cycle().take(900).collect();
        let path = upload(&server, "data.bin", &content).await;
        let answer = server.guest().get(&path).await;
        assert_eq!((answer.status, &answer.bytes), (200, &content));
        assert_eq!(answer.header("content-length"), "900");
        assert_eq!(answer.header("accept-ranges"), "bytes");
        assert!(!answer.header("last-modified").is_empty());
        let by_id = server.superuser().get("/api/collections/notes").await.ok()["id"].clone();
        let other = path.replace("/notes/", &format!("/{}/", by_id.as_str().unwrap()));
        assert_eq!(server.guest().get(&other).await.bytes, content);
    }

    #[tokio::test]
    async fn head_tells_the_same_without_the_content() {
        let server = TestServer::start().await;
        notes(&server).await;
        let path = upload(&server, "hello.txt", b"hello world").await;
        let (get, head) =
            (server.guest().get(&path).await, server.guest().send(Method::HEAD, &path, None).await);
        assert_eq!((head.status, head.bytes.len()), (200, 0));
        for name in ["content-length", "content-type", "etag", "content-disposition"] {
            assert_eq!(head.header(name), get.header(name), "{name}");
        }
    }

    #[tokio::test]
    async fn a_part_can_be_asked_for() {
        let server = TestServer::start().await;
        notes(&server).await;
        let path = upload(&server, "hello.txt", b"hello world").await;
        let guest = server.guest();
        for (range, content, said) in [
            ("bytes=0-4", "hello", "bytes 0-4/11"),
            ("bytes=-5", "world", "bytes 6-10/11"),
            ("bytes=6-", "world", "bytes 6-10/11"),
            ("bytes=6-999", "world", "bytes 6-10/11"),
        ] {
            let answer = with_header(&guest, &path, "Range", range).await;
            assert_eq!((answer.status, answer.text().as_str()), (206, content), "{range}");
            assert_eq!(answer.header("content-range"), said, "{range}");
            assert_eq!(answer.header("content-length"), content.len().to_string(), "{range}");
        }
        let beyond = with_header(&guest, &path, "Range", "bytes=100-").await;
        assert_eq!((beyond.status, beyond.header("content-range").as_str()), (416, "bytes */11"));
        for odd in
            ["nonsense", "bytes=x-y", "bytes=5-1", "lines=1-2", "bytes=99999999999999999999-"]
        {
            let answer = with_header(&guest, &path, "Range", odd).await;
            assert!(matches!(answer.status, 200 | 416), "{odd}: {}", answer.status);
        }
    }

    #[tokio::test]
    async fn what_a_cache_has_is_not_sent_again() {
        let server = TestServer::start().await;
        notes(&server).await;
        let path = upload(&server, "hello.txt", b"hello world").await;
        let guest = server.guest();
        let first = guest.get(&path).await;
        assert!(first.header("cache-control").contains("max-age="));
        for (name, value) in [
            ("If-None-Match", first.header("etag")),
            ("If-None-Match", "*".to_owned()),
            ("If-Modified-Since", first.header("last-modified")),
        ] {
            let again = with_header(&guest, &path, name, &value).await;
            assert_eq!((again.status, again.bytes.len()), (304, 0), "{name}");
        }
        let changed = with_header(&guest, &path, "If-None-Match", "\"other\"").await;
        assert_eq!((changed.status, changed.text().as_str()), (200, "hello world"));
    }

    #[tokio::test]
    async fn pictures_are_shown_in_place_and_saved_when_asked() {
        let server = TestServer::start().await;
        notes(&server).await;
        let png =
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
        let path = upload(&server, "dot.png", png).await;
        let shown = server.guest().get(&path).await;
        assert_eq!(shown.header("content-type"), "image/png");
        assert!(shown.header("content-disposition").starts_with("inline; filename="));
        let saved = server.guest().get(&format!("{path}?download=1")).await;
        assert!(saved.header("content-disposition").starts_with("attachment; filename="));
    }

    #[tokio::test]
    async fn what_a_browser_could_run_is_never_shown_in_place() {
        let server = TestServer::start().await;
        notes(&server).await;
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>";
        let html = b"<!doctype html><html><script>1</script></html>";
        for (name, content, kind) in [
            ("a.svg", &svg[..], "image/svg+xml"),
            ("a.html", html, "text/html; charset=utf-8"),
            ("fake.png", html, "text/html; charset=utf-8"),
            ("fake.png", svg, "image/svg+xml"),
            ("a.png.html", html, "text/html; charset=utf-8"),
            ("a.html.", html, "text/html; charset=utf-8"),
            ("a.xml", b"<?xml version=\"1.0\"?><a/>", "text/xml; charset=utf-8"),
            ("a.js", b"alert(1)", "text/javascript; charset=utf-8"),
            ("a.unknown", b"\0\x01\x02", "application/octet-stream"),
        ] {
            let path = upload(&server, name, content).await;
            let answer = server.guest().get(&path).await;
            assert_eq!(answer.header("content-type"), kind, "{name}");
            let disposition = answer.header("content-disposition");
            assert!(disposition.starts_with("attachment;"), "{name}: {disposition}");
            assert_eq!(answer.header("content-security-policy"), POLICY, "{name}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{name}");
        }
    }
}

mod missing {
    use super::*;

    #[tokio::test]
    async fn unknown_files_records_and_collections_are_answered_alike() {
        let server = TestServer::start().await;
        notes(&server).await;
        let path = upload(&server, "hello.txt", b"hello").await;
        let (record, name) = path.rsplit_once('/').unwrap();
        let guest = server.guest();
        let known = guest.get(&format!("{record}/nothing.txt")).await.expect(404);
        for path in [
            format!("/api/files/notes/zzzzzzzzzzzzzzz/{name}"),
            format!("/api/files/nowhere/zzzzzzzzzzzzzzz/{name}"),
            "/api/files/notes/x".to_owned(),
        ] {
            assert_eq!(guest.get(&path).await.expect(404), known, "{path}");
        }
    }
}
