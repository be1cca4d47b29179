//! Batches that are not what they should be.

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::Value;

use super::*;
use crate::batch::turn_on;

const PATH: &str = "/api/batch";
const POSTS: &str = "/api/collections/posts/records";

async fn batches() -> TestServer {
    let server = scene().await;
    turn_on(&server, json!({})).await;
    server
}

#[tokio::test]
async fn what_is_no_batch_is_refused() {
    let server = batches().await;
    let before = Everything::of(&server);
    let one = |request: &str| format!("{{\"requests\":[{request}]}}");
    let deep =
        |open: &str| one(&format!("{{\"method\":\"POST\",\"body\":{}", open.repeat(100_000)));
    let bodies: Vec<Vec<u8>> = vec![
        b"{".to_vec(),
        b"[]".to_vec(),
        b"{\"requests\":".to_vec(),
        b"{\"requests\":[{\"method\":\"\xff\"}]}".to_vec(),
        b"{\"requests\":[{\"method\":\"\\ud800\"}]}".to_vec(),
        b"\xef\xbb\xbf{\"requests\":[]}".to_vec(),
        one("null").into_bytes(),
        one("[[[]]]").into_bytes(),
        one("{},").into_bytes(),
        one(&"{},".repeat(100_000)).into_bytes(),
        format!("{{\"requests\":[{}{{}}]}}", "{},".repeat(100_000)).into_bytes(),
        deep("[").into_bytes(),
        deep("{\"a\":").into_bytes(),
        one("{\"method\":{\"a\":1},\"url\":[]}").into_bytes(),
        one("{\"method\":\"POST\",\"url\":\"/\",\"headers\":{\"a\":{\"b\":1}}}").into_bytes(),
    ];
    for body in bodies {
        let what = String::from_utf8_lossy(&body).chars().take(60).collect::<String>();
        let answer = server.guest().send_raw(Method::POST, PATH, body).await;
        assert_refusal(&answer, &what);
    }
    assert_unharmed(&server, &before).await;
}

#[tokio::test]
async fn odd_requests_in_a_batch_are_refused() {
    let server = batches().await;
    let before = Everything::of(&server);
    let long = "a".repeat(1_900);
    let quoted = format!("{POSTS}/' OR 1=1 --");
    let urls = [
        "/",
        "//",
        "/api",
        "/api/batch",
        "/api/collections/posts",
        "/api/realtime/ws",
        "\\",
        "%",
        "\0",
        "/api/collections/\0/records",
        "/api/collections/posts/records/\u{202e}",
        "/api/collections/..%2f..%2fetc/records",
        "/api/collections/../../records",
        "file:///etc/passwd",
        "http://[::1]/api/collections/posts/records",
        "?",
        "#",
        "?a=1",
        &long,
        &quoted,
    ];
    for url in urls {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let request = json!({ "method": method, "url": url, "body": { "title": "x" } });
            let answer = server.guest().post(PATH, json!({ "requests": [request] })).await;
            assert_refusal(&answer, &format!("{method} {url:?}"));
        }
    }
    for id in ["../../x", "..", "con", "a/b", "a\0b", "\u{ff0e}\u{ff0e}", "'", &long] {
        for body in [json!({ "id": id, "title": "x" }), json!({ "id": [id, id], "scan": id })] {
            let put = json!({ "method": "PUT", "url": POSTS, "body": body });
            let payload = json!({ "requests": [put] }).to_string();
            let file = Part::text("x").file_name("../../x.txt");
            let form = Form::new().text("@jsonPayload", payload).part("requests.0.scan", file);
            let answer = server.guest().form(Method::POST, PATH, form).await;
            if answer.status == 200 {
                // A list as id counts as none, and the sent file wins over the sent name.
                let made = answer.json()[0]["body"]["id"].as_str().unwrap().to_owned();
                server.guest().delete(&format!("{POSTS}/{made}")).await.expect(204);
                continue;
            }
            assert!((400..500).contains(&answer.status), "{id:?}: {}", answer.text());
        }
    }
    let now = server.guest().get(POSTS).await.ok();
    assert_eq!(now["totalItems"], 1, "{now}");
    assert_eq!(Everything::of(&server).file_count(), before.file_count());
}

#[tokio::test]
async fn broken_forms_are_refused() {
    let server = batches().await;
    let before = Everything::of(&server);
    let part = |name: &str, content: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
    };
    let file = "--b\r\nContent-Disposition: form-data; name=\"requests.0.scan\"; \
        filename=\"a.txt\"\r\n\r\ncontent";
    let payload = json!({ "requests": [{ "method": "POST", "url": POSTS, "body": {} }] });
    let payload = part("@jsonPayload", &payload.to_string());
    for (kind, body) in [
        ("multipart/form-data", payload.clone()),
        ("multipart/form-data; boundary=", payload.clone()),
        ("multipart/form-data; boundary=other", format!("{payload}--b--\r\n")),
        ("multipart/form-data; boundary=b", format!("{payload}{file}")),
        ("multipart/form-data; boundary=b", "--b\r\n\r\n".to_owned()),
        ("multipart/form-data; boundary=b", format!("{}--b--\r\n", part("@jsonPayload", "[1]"))),
        ("multipart/form-data; boundary=b", format!("{}--b--\r\n", part("x", "y").repeat(3_000))),
        ("text/plain", payload.clone()),
        ("application/json; charset=latin-1\u{1}", "{".to_owned()),
    ] {
        let request = server.guest().request(Method::POST, PATH).body(body);
        let Ok(request) = request.header("Content-Type", kind).build() else { continue };
        let response = reqwest::Client::new().execute(request).await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        assert!((400..500).contains(&status), "{kind}: {status} {text}");
        let body: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(body["status"], status, "{kind}: {text}");
    }
    Everything::wait_for_empty_staging(&server).await;
    assert_unharmed(&server, &before).await;
}
