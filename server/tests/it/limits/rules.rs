//! Which requests count, together with which others, and until when.

use super::*;

mod ok {
    use super::*;

    #[tokio::test]
    async fn a_window_is_over_after_its_time_and_clients_are_told_when() {
        let server = server(limits(&[("/api/", "", 2)])).await;
        let guest = server.guest();
        assert_eq!(statuses(&guest, Method::GET, POSTS, 3).await, [200, 200, 429]);
        let refused = guest.get_with(POSTS, &[("Origin", "https://example.com")]).await;
        let seconds: u32 = refused.header("Retry-After").parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
        assert_eq!(refused.header("Access-Control-Allow-Origin"), "*", "scripts can read it");
        assert_eq!(refused.header("X-Content-Type-Options"), "nosniff");
        assert_eq!(refused.expect(429)["data"], json!({}));
        server.clock.advance(60);
        assert_eq!(statuses(&guest, Method::GET, POSTS, 3).await, [200, 200, 429]);
        server.stop().await;
    }

    #[tokio::test]
    async fn changed_rules_count_at_once_and_anew() {
        let server = server(limits(&[("*:list", "", 1)])).await;
        let (guest, root) = (server.guest(), server.superuser());
        assert_eq!(statuses(&guest, Method::GET, POSTS, 2).await, [200, 429]);
        root.patch("/api/settings", limits(&[("*:list", "", 2)])).await.ok();
        assert_eq!(statuses(&guest, Method::GET, POSTS, 3).await, [200, 200, 429]);
        let off = json!({ "rateLimits": { "enabled": false } });
        root.patch("/api/settings", off).await.ok();
        assert_eq!(statuses(&guest, Method::GET, POSTS, 3).await, [200, 200, 200]);
        server.stop().await;
    }

    #[tokio::test]
    async fn superusers_and_excluded_addresses_have_no_limits() {
        let server = server(limits(&[("/", "", 1)])).await;
        let root = server.superuser();
        assert_eq!(statuses(&root, Method::GET, POSTS, 3).await, [200, 200, 200]);
        let mut settings = limits(&[("/", "", 1)]);
        settings["rateLimits"]["excludedIPs"] = json!(["127.0.0.0/8"]);
        root.patch("/api/settings", settings).await.ok();
        assert_eq!(statuses(&server.guest(), Method::GET, POSTS, 3).await, [200, 200, 200]);
        server.stop().await;
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn each_request_of_a_batch_counts_as_one_that_comes_alone() {
        let mut settings = limits(&[("*:create", "", 3), ("*:update", "", 1)]);
        settings["batch"] = json!({ "enabled": true });
        let server = server(settings).await;
        let guest = server.guest();
        let one = json!({ "method": "POST", "url": format!("{POSTS}?fields=id"), "body": {} });
        let batch = |many: usize| json!({ "requests": vec![one.clone(); many] });
        guest.post("/api/batch", batch(2)).await.ok();
        assert_eq!(statuses(&guest, Method::POST, POSTS, 2).await, [200, 429]);
        let refused = guest.post("/api/batch", batch(2)).await.expect(400);
        assert_eq!(refused["data"]["requests"]["0"]["response"]["status"], 429);
        server.clock.advance(60);
        let refused = guest.post("/api/batch", batch(4)).await.expect(400);
        assert_eq!(refused["data"]["requests"]["3"]["response"]["status"], 429);
        let made = server.superuser().ids("posts", &[]).await;
        assert_eq!(made.len(), 3, "a batch that is refused makes nothing");
        // One that changes counts as a change, one that makes as making.
        server.clock.advance(60);
        let put = |id: &str| json!({ "requests": [{ "method": "PUT", "url": POSTS, "body": { "id": id } }] });
        guest.post("/api/batch", put(&made[0])).await.ok();
        guest.post("/api/batch", put(&made[0])).await.expect(400);
        for id in ["neworlaterpost1", "neworlaterpost2", "neworlaterpost3"] {
            guest.post("/api/batch", put(id)).await.ok();
        }
        guest.post("/api/batch", put("neworlaterpost4")).await.expect(400);
        server.stop().await;
    }

    #[tokio::test]
    async fn another_spelling_of_a_request_is_no_way_around() {
        let server = server(limits(&[("posts:list", "", 1), ("GET /api/health", "", 1)])).await;
        let guest = server.guest();
        let collection = server.superuser().get("/api/collections/posts").await.ok();
        let by_id = POSTS.replace("posts", collection["id"].as_str().unwrap());
        assert_eq!(statuses(&guest, Method::GET, POSTS, 1).await, [200]);
        for path in [
            by_id.as_str(),
            "/api/collections/p%6Fsts/records",
            "/%61pi/collections/posts/records",
            "//api//collections/posts///records",
            "/api/collections/posts/records?page=1",
        ] {
            assert_eq!(guest.get(path).await.status, 429, "{path}");
        }
        assert_eq!(statuses(&guest, Method::HEAD, POSTS, 1).await, [429]);
        assert_eq!(statuses(&guest, Method::GET, "/api/health", 1).await, [200]);
        assert_eq!(statuses(&guest, Method::HEAD, "/api/health", 1).await, [429]);
        server.stop().await;
    }

    #[tokio::test]
    async fn headers_and_bodies_change_nothing_of_whom_a_request_counts_for() {
        let server = server(limits(&[("*:create", "", 2)])).await;
        let guest = server.guest();
        let mut found = Vec::new();
        for (name, value) in [
            ("X-Forwarded-For", "1.1.1.1"),
            ("X-Real-IP", "1.1.1.2"),
            ("Forwarded", "for=1.1.1.3"),
            ("CF-Connecting-IP", "1.1.1.4"),
            ("X-HTTP-Method-Override", "GET"),
            ("X-Method-Override", "GET"),
            ("User-Agent", "another"),
            ("Authorization", "no token"),
        ] {
            let body = json!({ "title": name, "ip": value, "clientId": value, "_method": "GET" });
            let request = guest.request(Method::POST, &format!("{POSTS}?_method=GET&ip={value}"));
            let response = request.header(name, value).json(&body).send().await.unwrap();
            found.push(response.status().as_u16());
        }
        assert_eq!(found, [200, 200, 429, 429, 429, 429, 429, 429]);
        server.stop().await;
    }

    #[tokio::test]
    async fn an_account_counts_wherever_it_comes_from() {
        let mut settings = limits(&[("*:list", "@auth", 2)]);
        settings["trustedProxy"] = json!({ "headers": ["X-Forwarded-For"] });
        let server = server(settings).await;
        let ((ann, _), (bob, _)) = (server.user("ann").await, server.user("bob").await);
        let from = ["1.1.1.1", "1.1.1.2", "1.1.1.3"].map(|address| ("X-Forwarded-For", address));
        assert_eq!(with_headers(&ann, &from).await, [200, 200, 429]);
        assert_eq!(with_headers(&bob, &from).await, [200, 200, 429]);
        assert_eq!(with_headers(&server.guest(), &from).await, [200, 200, 200]);
        server.stop().await;
    }

    #[tokio::test]
    async fn what_is_not_there_counts_too() {
        let server = server(limits(&[("/", "", 2)])).await;
        let guest = server.guest();
        let mut found = Vec::new();
        for path in ["/api/nope", "/nope", "/api/collections/nope/records", "/_/x", "/api/health"] {
            found.push(guest.get(path).await.status);
        }
        assert_eq!(found, [404, 404, 429, 429, 429]);
        server.stop().await;
    }

    #[tokio::test]
    async fn frames_of_a_websocket_count_as_requests() {
        let server = server(limits(&[("/api/realtime/ws", "", 3)])).await;
        let mut socket = server.socket().await;
        assert_eq!(socket.subscribe("a", "posts").await["type"], "ok");
        assert_eq!(socket.auth("").await["type"], "ok");
        let refused = socket.subscribe("b", "posts").await;
        assert_eq!((&refused["type"], &refused["code"]), (&json!("error"), &json!("too_many")));
        server.stop().await;
    }
}
