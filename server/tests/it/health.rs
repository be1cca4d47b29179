//! `/api/health` and paths that lead nowhere.

use reqwest::Method;
use underpin_testkit::TestServer;

mod ok {
    use super::*;

    #[tokio::test]
    async fn anybody_learns_that_the_server_is_healthy() {
        let server = TestServer::start().await;
        let body = server.guest().get("/api/health").await.expect(200);
        assert_eq!(body["code"], 200);
        assert!(body["message"].is_string());
        assert_eq!(body["data"], serde_json::json!({}), "guests learn nothing more");
        assert!(server.superuser().get("/api/health").await.expect(200)["data"].is_object());
    }

    #[tokio::test]
    async fn head_answers_without_a_body() {
        let server = TestServer::start().await;
        let answer = server.guest().send(Method::HEAD, "/api/health", None).await;
        assert_eq!(answer.status, 200);
        assert!(answer.bytes.is_empty());
    }

    #[tokio::test]
    async fn every_answer_forbids_sniffing_and_foreign_frames() {
        let server = TestServer::start().await;
        for path in ["/api/health", "/api/nowhere", "/_/"] {
            let answer = server.guest().get(path).await;
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("x-frame-options"), "SAMEORIGIN", "{path}");
        }
    }

    #[tokio::test]
    async fn scripts_of_any_site_may_call_the_api() {
        let server = TestServer::start().await;
        let asked = server
            .guest()
            .request(Method::OPTIONS, "/api/collections/users/records")
            .header("Origin", "https://app.example.com")
            .header("Access-Control-Request-Method", "PATCH")
            .header("Access-Control-Request-Headers", "authorization,content-type")
            .send()
            .await
            .unwrap();
        assert!(asked.status().is_success(), "{}", asked.status());
        assert_eq!(asked.headers()["access-control-allow-origin"], "*");
    }
}

mod missing {
    use super::*;

    #[tokio::test]
    async fn unknown_paths_and_methods_are_answered_in_the_shape_of_the_api() {
        let server = TestServer::start().await;
        let guest = server.guest();
        for (method, path) in [
            (Method::GET, "/api/nowhere"),
            (Method::GET, "/nowhere"),
            (Method::POST, "/api/health"),
            (Method::DELETE, "/api/collections"),
            (Method::PUT, "/api/collections/users/records"),
            (Method::POST, "/api/collections/users/records/abc"),
            (Method::GET, "/api/collections/users/auth-refresh"),
            (Method::PATCH, "/api/files/token"),
            (Method::TRACE, "/api/collections/users/records"),
        ] {
            let body = guest.send(method.clone(), path, None).await.expect(404);
            assert_eq!(body["status"], 404, "{method} {path}");
            assert!(body["message"].is_string(), "{method} {path}");
            assert_eq!(body["data"], serde_json::json!({}), "{method} {path}");
        }
    }
}
