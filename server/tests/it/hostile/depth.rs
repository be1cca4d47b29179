//! Documents with many levels: what is kept can be read wherever it may stand.

use reqwest::{Method, multipart::Form};

use super::*;
use crate::batch::turn_on;

const PATH: &str = "/api/collections/posts/records";

fn nested(depth: usize) -> Value {
    let text = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn a_document_that_is_kept_spoils_no_page() {
    let server = scene().await;
    turn_on(&server, json!({})).await;
    let guest = server.guest();
    let deepest = nested(100);
    let made = guest.create("posts", json!({ "data": deepest })).await;
    let body = json!({ "data": deepest });
    let batch = json!({ "requests": [{ "method": "POST", "url": PATH, "body": body }] });
    guest.post("/api/batch", batch).await.expect(200);
    for fields in ["", "*", "data", "id,data,expand"] {
        let page = guest.ask(PATH, &[("fields", fields), ("sort", "-data")]).await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), 3);
        let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
        guest.ask(&path, &[("fields", fields)]).await.expect(200);
    }
}

#[tokio::test]
async fn a_document_with_more_levels_is_refused_however_it_comes() {
    let server = scene().await;
    turn_on(&server, json!({})).await;
    let guest = server.guest();
    let before = Everything::of(&server);
    for depth in [101, 110, 120] {
        let (document, codes) = (nested(depth), [("data", "validation_invalid_json")]);
        guest.post(PATH, json!({ "data": document })).await.expect_codes(&codes);
        guest.post(PATH, json!({ "data": document.to_string() })).await.expect_codes(&codes);
        let form = || Form::new().text("data", document.to_string());
        guest.form(Method::POST, PATH, form()).await.expect_codes(&codes);
        let body = json!({ "data": document });
        let batch = json!({ "requests": [{ "method": "POST", "url": PATH, "body": body }] });
        assert_eq!(guest.post("/api/batch", batch).await.status, 400);
    }
    assert_unharmed(&server, &before).await;
}
