//! `GET /api/collections/{collection}/records/{id}`

use reqwest::Method;
use serde_json::json;
use underpin_testkit::TestServer;

mod ok {
    use super::*;

    #[tokio::test]
    async fn a_record_is_found_under_name_and_id_of_its_collection() {
        let server = TestServer::start().await;
        let fields = json!([{ "name": "title", "type": "text" }]);
        let collection = server.open_collection("posts", fields).await;
        let made = server.guest().create("posts", json!({ "title": "ä \"<&>\" \u{1F600}" })).await;
        let id = made["id"].as_str().unwrap();
        for name in ["posts", collection["id"].as_str().unwrap()] {
            let path = format!("/api/collections/{name}/records/{id}");
            let answer = server.guest().get(&path).await;
            assert_eq!(answer.expect(200), made);
            assert_eq!(answer.header("content-type"), "application/json");
            assert!(answer.text().contains("<&>"), "signs of HTML are left as they are");
        }
        let path = format!("/api/collections/posts/records/{id}?fields=title");
        assert_eq!(server.guest().get(&path).await.ok(), json!({ "title": made["title"] }));
    }

    #[tokio::test]
    async fn head_answers_as_get_without_a_body() {
        let server = TestServer::start().await;
        server.open_collection("posts", json!([])).await;
        let made = server.guest().create("posts", json!({})).await;
        let path = format!("/api/collections/posts/records/{}", made["id"].as_str().unwrap());
        for path in [path.as_str(), "/api/collections/posts/records"] {
            let answer = server.guest().send(Method::HEAD, path, None).await;
            assert_eq!((answer.status, answer.bytes.len()), (200, 0), "{path}");
        }
    }
}
