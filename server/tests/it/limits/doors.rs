//! Every door counts, and what a request says of itself opens none (security D41, D42).

use super::*;

const SIGN_IN: &str = "/api/collections/users/auth-with-password";

mod denied {
    use super::*;

    #[tokio::test]
    async fn guests_count_at_every_door_those_of_superusers_too() {
        let server = server(limits(&[("/", "", 1)])).await;
        let guest = server.guest();
        std::fs::create_dir_all(server.data().join("public")).unwrap();
        std::fs::write(server.data().join("public/site.txt"), "hello").unwrap();
        for (method, path) in [
            (Method::GET, "/site.txt"),
            (Method::GET, "/_/"),
            (Method::GET, "/api/settings"),
            (Method::PATCH, "/api/settings"),
            (Method::POST, "/api/settings/test/s3"),
            (Method::POST, "/api/settings/test/email"),
            (Method::POST, "/api/settings/apple/generate-client-secret"),
            (Method::GET, "/api/logs"),
            (Method::GET, "/api/logs/stats"),
            (Method::GET, "/api/logs/one"),
            (Method::DELETE, "/api/logs"),
            (Method::GET, "/api/crons"),
            (Method::POST, "/api/crons/one"),
            (Method::GET, "/api/backups"),
            (Method::POST, "/api/backups"),
            (Method::POST, "/api/backups/upload"),
            (Method::GET, "/api/backups/one.zip"),
            (Method::DELETE, "/api/backups/one.zip"),
            (Method::POST, "/api/backups/one.zip/restore"),
            (Method::POST, "/api/sql"),
            (Method::PUT, "/api/collections/import"),
            (Method::POST, "/api/collections"),
            (Method::POST, "/api/batch"),
            (Method::POST, "/api/realtime"),
            (Method::POST, "/api/files/token"),
            (Method::GET, "/api/files/posts/a/b"),
        ] {
            server.clock.advance(60);
            let found = statuses(&guest, method.clone(), path, 2).await;
            assert!(found[0] != 429 && found[1] == 429, "{method} {path}: {found:?}");
        }
        server.stop().await;
    }

    #[tokio::test]
    async fn a_sign_in_counts_for_its_address_whomever_it_names() {
        let server = server(limits(&[("*:auth", "", 2)])).await;
        let ann = json!({
            "email": "ann@example.com", "password": "12345678", "passwordConfirm": "12345678",
        });
        server.superuser().create("users", ann).await;
        let guest = server.guest();
        let mut found = Vec::new();
        for body in [
            json!({ "identity": "ann@example.com", "password": "x" }),
            json!({ "identity": "bob@example.com", "password": "x" }),
            json!({ "identity": "ANN@example.com", "password": "y", "ip": "1.1.1.1" }),
            json!({ "identity": "ann@example.com", "identityField": "email", "password": "z" }),
            json!({ "identity": ["ann@example.com"], "password": {} }),
            json!({ "identity": "ann@example.com", "password": "12345678" }),
        ] {
            found.push(guest.post(SIGN_IN, body).await.status);
        }
        assert_eq!(found, [400, 400, 429, 429, 429, 429]);
        // A token that is of no use makes nobody else of it.
        let body = json!({ "identity": "ann@example.com", "password": "12345678" });
        for token in ["x", "Bearer x", server.superuser().token.trim_start_matches('e')] {
            assert_eq!(guest.with_token(token).post(SIGN_IN, body.clone()).await.status, 429);
        }
        server.clock.advance(60);
        guest.post(SIGN_IN, body).await.ok();
        server.stop().await;
    }

    #[tokio::test]
    async fn headers_of_the_requests_in_a_batch_change_nothing_of_whom_they_count_for() {
        let mut settings = limits(&[("*:create", "", 3)]);
        settings["batch"] = json!({ "enabled": true });
        settings["trustedProxy"] = json!({ "headers": ["X-Forwarded-For"] });
        let server = server(settings).await;
        let guest = server.guest();
        let request = |(name, value): (&str, &str)| {
            json!({
                "method": "POST", "url": format!("{POSTS}?_method=GET"),
                "headers": { name: value }, "body": { "title": value, "_method": "GET" },
            })
        };
        let spoofed = [
            ("X-Forwarded-For", "1.1.1.1"),
            ("X-HTTP-Method-Override", "GET"),
            ("Authorization", &server.superuser().token),
            ("X-Real-IP", "1.1.1.4"),
        ];
        let batch = json!({ "requests": spoofed.map(request) });
        let refused = guest.post("/api/batch", batch).await.expect(400);
        assert_eq!(refused["data"]["requests"]["3"]["response"]["status"], 429, "{refused}");
        assert_eq!(statuses(&guest, Method::POST, POSTS, 1).await, [429]);
        assert!(guest.ids("posts", &[]).await.is_empty());
        server.stop().await;
    }

    #[tokio::test]
    async fn nobody_claims_an_address_that_has_no_limits() {
        let mut settings = limits(&[("*:list", "", 2)]);
        settings["trustedProxy"] = json!({ "headers": ["X-Forwarded-For"], "useLeftmostIP": true });
        settings["rateLimits"]["excludedIPs"] = json!(["10.0.0.0/8"]);
        let server = server(settings).await;
        let guest = server.guest();
        let claimed = ("X-Forwarded-For", "10.1.2.3, 9.9.9.9");
        assert_eq!(with_headers(&guest, &[claimed; 3]).await, [200, 200, 429]);
        // The proxy's own word counts.
        let told = ("X-Forwarded-For", "9.9.9.9, 10.1.2.3");
        assert_eq!(with_headers(&guest, &[told; 3]).await, [200, 200, 200]);
        server.stop().await;
    }
}
