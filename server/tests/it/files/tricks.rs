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
            let safe = |sign: char| sign.is_ascii_alphanumeric() || "._-".contains(sign);
            assert!(stored.chars().all(safe), "{name} became {stored}");
            assert!(!stored.starts_with('.') && stored.len() <= 150, "{name} became {stored}");
            assert_eq!(server.guest().get(&path).await.text(), "content", "{name}");
        }
        let mut outside = std::fs::read_dir(server.data()).unwrap();
        assert_eq!(outside.next().unwrap().unwrap().file_name(), "data");
        assert!(outside.next().is_none(), "nothing beside the data folder");
        assert!(storage.is_dir());
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
