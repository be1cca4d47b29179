//! Names that try to leave their folder, and paths that try to reach what is no file.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;

/// Sends a path exactly as it stands; ordinary clients tidy paths up first.
async fn get_as_it_stands(server: &TestServer, path: &str) -> (u16, String) {
    let address = server.base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    (answer.get(9..12).unwrap().parse().unwrap(), answer)
}

/// Whether a name can lead nowhere else, on no disk.
fn is_plain(name: &str) -> bool {
    let devices = ["con", "prn", "aux", "nul", "com1", "com2", "com9", "lpt1", "lpt2", "lpt9"];
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    let is_sign = |sign: char| sign.is_ascii_alphanumeric() || "._-".contains(sign);
    let has_dots = name.starts_with('.') || name.ends_with('.') || name.contains("..");
    let fits = (1..=150).contains(&name.len()) && name.chars().all(is_sign);
    fits && !has_dots && !devices.contains(&stem.as_str())
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn whatever_its_name_an_uploaded_file_stays_in_its_place() {
        let server = TestServer::start().await;
        notes(&server).await;
        let storage = server.data().join("data").join("storage");
        let long = format!("{}.txt", "x".repeat(300));
        for name in [
            "../../etc/passwd",
            "..",
            ".",
            "...",
            "/etc/passwd",
            "C:\\windows\\x.txt",
            "con.txt",
            "NUL",
            ".htaccess",
            "a/b\\c.txt",
            "%2e%2e%2fx.txt",
            "ünï çödé \u{202e}.TXT",
            "a\tb.txt",
            "x;y='\"`$(id)|&.sh",
            "data.db",
            long.as_str(),
        ] {
            let path = upload(&server, name, b"content").await;
            let stored = path.rsplit_once('/').unwrap().1;
            assert!(is_plain(stored), "{name} became {stored}");
            assert_eq!(server.guest().get(&path).await.text(), "content", "{name}");
        }
        let mut outside = std::fs::read_dir(server.data()).unwrap();
        assert_eq!(outside.next().unwrap().unwrap().file_name(), "data");
        assert!(outside.next().is_none(), "nothing beside the data folder");
        assert!(storage.is_dir());
    }

    /// Names as no library writes them: with a NUL, encoded, in two forms at once.
    #[tokio::test]
    async fn a_name_that_stands_in_its_header_as_it_likes_stays_in_its_place() {
        let server = TestServer::start().await;
        notes(&server).await;
        for name in [
            "filename=\"a\0b.txt\"",
            "filename=\"..\\..\\x.txt\"",
            "filename=\"../../x.txt\"; filename*=UTF-8''%2e%2e%2f%2e%2e%2fx.txt",
            "filename*=UTF-8''..%2F..%2Fx%00.txt",
            "filename*=UTF-8''%c0%ae%c0%ae%2fx",
            "filename*=UTF-16''%ff%fe",
            "filename=\"\u{ff0e}\u{ff0e}\u{ff0f}x.txt\"",
            "filename=\"NUL.txt\"; filename=\"/etc/passwd\"",
            "filename=con",
            "filename=\"a\r\nb.txt\"",
            "filename=\"unclosed.txt",
        ] {
            let head = format!("Content-Disposition: form-data; name=\"scan\"; {name}");
            let body = format!("--b\r\n{head}\r\n\r\ncontent\r\n--b--\r\n");
            let request = server.guest().request(Method::POST, NOTES);
            let request = request.header("Content-Type", "multipart/form-data; boundary=b");
            let sent = request.body(body).send().await.unwrap();
            let status = sent.status().as_u16();
            let text = sent.text().await.unwrap();
            assert!(matches!(status, 200 | 400), "{name:?}: {status} {text}");
            if status == 400 {
                continue;
            }
            let made: Value = serde_json::from_str(&text).unwrap();
            let stored = made["scan"].as_str().unwrap();
            // A part without a name is a text, which names no file that there is.
            if !stored.is_empty() {
                assert!(is_plain(stored), "{name:?} became {stored:?}");
                let path = file_path("notes", &made, "scan");
                assert_eq!(server.guest().get(&path).await.text(), "content", "{name:?}");
            }
        }
        let mut outside = std::fs::read_dir(server.data()).unwrap();
        assert_eq!(outside.next().unwrap().unwrap().file_name(), "data");
        assert!(outside.next().is_none(), "nothing beside the data folder");
    }
}

mod missing {
    use super::*;

    #[tokio::test]
    async fn paths_out_of_the_folder_lead_nowhere() {
        let server = TestServer::start().await;
        notes(&server).await;
        let path = upload(&server, "a.txt", b"content").await;
        let (record, name) = path.rsplit_once('/').unwrap();
        for path in [
            format!("{record}/../../../../data.db"),
            format!("{record}/%2e%2e%2f%2e%2e%2f%2e%2e%2fdata.db"),
            format!("{record}/..%2f..%2f..%2fdata.db"),
            format!("{record}/..%5c..%5cdata.db"),
            format!("{record}/%252e%252e%252fdata.db"),
            format!("{record}/{name}%00"),
            format!("{record}/{name}%00.png"),
            format!("{record}/./%2e/{name}x"),
            format!("{record}/%2f{name}"),
            format!("{record}/%ff%fe"),
            format!("{record}/%zz"),
            format!("{record}/."),
            format!("{record}/"),
            format!("/api/files/..%2fnotes/x/{name}"),
            format!("/api/files/%2e%2e/x/{name}"),
            "/api/files/notes/%2e%2e/data.db".to_owned(),
            "/_/../data.db".to_owned(),
            "/_/%2e%2e%2f%2e%2e%2fdata.db".to_owned(),
            "/_/assets/%2e%2e%2f%2e%2e%2fCargo.toml".to_owned(),
        ] {
            let (status, answer) = get_as_it_stands(&server, &path).await;
            assert!(!answer.contains("SQLite format"), "{path}");
            assert!(!answer.contains("content\r\n") && !answer.ends_with("content"), "{path}");
            if path.starts_with("/api") {
                assert!(matches!(status, 400 | 404), "{path}: {answer}");
            }
        }
        assert_eq!(get_as_it_stands(&server, &path).await.0, 200);
    }
}
