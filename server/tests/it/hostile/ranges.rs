//! Headers, content types and paths that are out of shape, on every route that reads them: a 4xx
//! at most.

use reqwest::{
    Method,
    multipart::{Form, Part},
};

use super::*;
use crate::{batch::turn_on, odd_ranges::are_passed_over_or_refused};

const PATH: &str = "/api/collections/posts/records";

/// The path of an uploaded file.
async fn file(server: &TestServer) -> String {
    let form = Form::new().part("scan", Part::text("hello world").file_name("a.txt"));
    let made = server.guest().form(Method::POST, PATH, form).await.expect(200);
    let part = |name: &str| made[name].as_str().unwrap().to_owned();
    format!("/api/files/posts/{}/{}", part("id"), part("scan"))
}

#[tokio::test]
async fn odd_ranges_and_conditions_of_a_file_are_passed_over_or_refused() {
    let server = scene().await;
    let file = file(&server).await;
    let before = Everything::of(&server);
    let statuses = [200, 206, 304, 412, 416, 431];
    are_passed_over_or_refused(&server, &file, "hello world".len(), &statuses).await;
    assert_unharmed(&server, &before).await;
}

#[tokio::test]
async fn every_route_with_a_body_refuses_what_it_cannot_read() {
    let server = scene().await;
    turn_on(&server, json!({})).await;
    let before = Everything::of(&server);
    let root = server.superuser();
    let one = server.guest().ids("posts", &[]).await.pop().unwrap();
    let record = format!("{PATH}/{one}");
    let routes = [
        (Method::POST, PATH),
        (Method::PATCH, record.as_str()),
        (Method::POST, "/api/batch"),
        (Method::POST, "/api/realtime"),
        (Method::POST, "/api/collections"),
        (Method::PATCH, "/api/collections/posts"),
        (Method::PUT, "/api/collections/import"),
        (Method::POST, "/api/collections/meta/dry-run-view"),
        (Method::PATCH, "/api/settings"),
        (Method::POST, "/api/settings/test/s3"),
        (Method::POST, "/api/settings/test/email"),
        (Method::POST, "/api/settings/apple/generate-client-secret"),
        (Method::POST, "/api/sql"),
        (Method::POST, "/api/collections/users/auth-with-password"),
    ];
    let deep = "[".repeat(50_000);
    let kinds = [
        "application/json",
        "application/json; charset=utf-16",
        "APPLICATION/JSON",
        "application/json;;;=",
        "multipart/form-data",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=\u{e4}",
        "multipart/form-data; boundary=b",
        "multipart/byteranges; boundary=b",
        "text/html",
        "*/*",
        "\"",
    ];
    let long = format!("--{}", "b".repeat(10_000));
    let bodies: [&[u8]; 7] = [
        b"{\"a\"",
        b"--b\r\nContent-Disposition: form-data\r\n\r\n",
        b"--b\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\nx\r\n--b--\r\n",
        b"\xff\xfe{\0}\0",
        b"{\"title\":\"\\u0000\\udfff\"}",
        deep.as_bytes(),
        long.as_bytes(),
    ];
    for (method, path) in routes {
        for kind in kinds {
            for body in bodies {
                let request = root.request(method.clone(), path);
                let request = request.header("Content-Type", kind.as_bytes());
                let sent = request.body(body.to_vec()).send().await.unwrap();
                let status = sent.status().as_u16();
                let start = String::from_utf8_lossy(&body[..body.len().min(20)]).into_owned();
                let text = sent.text().await.unwrap();
                let what = format!("{method} {path} {kind} {start:?}: {status} {text}");
                // A form without a part is an empty body, which some routes take.
                let is_form = kind.starts_with("multipart/form-data");
                assert!((400..500).contains(&status) || (is_form && status < 300), "{what}");
                assert!(!text.contains("panicked") && !text.contains(".rs:"), "{what}");
            }
        }
    }
    server.guest().get("/api/health").await.expect(200);
    let titles = server.guest().ids("posts", &[("filter", "title = 'a'")]).await;
    assert_eq!(titles, [one], "nothing is made or changed");
    assert_eq!(Everything::of(&server).file_count(), before.file_count());
}

#[tokio::test]
async fn odd_paths_of_files_and_records_lead_nowhere() {
    let server = scene().await;
    let file = file(&server).await;
    let before = Everything::of(&server);
    let (folder, name) = file.rsplit_once('/').unwrap();
    let odd = [
        "%2e%2e",
        "%2e%2e%2f%2e%2e%2fdata.db",
        "..%5c..%5cdata.db",
        "%00",
        "a%00.txt",
        "%ff%fe",
        "%c0%ae%c0%ae",
        "%e2%80%ae",
        "%ef%bc%8e%ef%bc%8e",
        "%F0%9F%92%A5",
        "con",
        "aux.txt",
        "a:b",
        "%25%32%65",
        "%",
        "%zz",
        "*",
        "~",
        ".staging",
    ];
    let unicode = "%cc%88".repeat(600);
    for part in odd.into_iter().chain([unicode.as_str()]) {
        for path in [
            format!("{folder}/{part}"),
            format!("{folder}/{part}/{name}"),
            format!("{folder}%2f{part}"),
            format!("/api/files/posts/{part}/{name}"),
            format!("/api/files/{part}/x/{name}"),
            format!("{file}?thumb={part}"),
            format!("{file}?token={part}"),
            format!("{PATH}/{part}"),
            format!("/api/collections/{part}/records"),
            format!("/api/collections/{part}"),
            format!("/_/{part}"),
            format!("/{part}"),
        ] {
            for method in [Method::GET, Method::HEAD, Method::PATCH, Method::DELETE] {
                let answer = server.guest().send(method.clone(), &path, None).await;
                let what = format!("{method} {path:.80}: {}", answer.status);
                assert!(answer.status < 500, "{what}");
                let text = answer.text();
                assert!(!text.contains("SQLite format"), "{what}");
            }
        }
    }
    assert_unharmed(&server, &before).await;
    assert_eq!(server.guest().get(&file).await.text(), "hello world");
}
