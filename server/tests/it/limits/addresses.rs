//! By which address a client is known.

use super::*;

const FORWARDED: &str = "X-Forwarded-For";

async fn behind_a_proxy(trusted: &[&str], leftmost: bool) -> TestServer {
    let mut settings = limits(&[("*:list", "", 2)]);
    settings["trustedProxy"] = json!({ "headers": [FORWARDED], "useLeftmostIP": leftmost });
    let trusted: Vec<String> = trusted.iter().map(|range| (*range).to_owned()).collect();
    server_with(settings, |config| config.trusted_proxies = trusted).await
}

fn from<const N: usize>(addresses: [&str; N]) -> [(&'static str, &str); N] {
    addresses.map(|address| (FORWARDED, address))
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn a_known_proxy_tells_the_last_address_and_the_first_one_if_that_is_asked_for() {
        let server = behind_a_proxy(&["127.0.0.1"], false).await;
        let guest = server.guest();
        let hops = from(["8.8.8.8, 1.1.1.1", "9.9.9.9,1.1.1.1", "1.1.1.1", "1.1.1.1, 7.7.7.7"]);
        assert_eq!(with_headers(&guest, &hops).await, [200, 200, 429, 200]);
        let first = json!({ "trustedProxy": { "useLeftmostIP": true } });
        server.superuser().patch("/api/settings", first).await.ok();
        assert_eq!(with_headers(&guest, &hops).await, [200, 200, 200, 200]);
        assert_eq!(with_headers(&guest, &hops).await, [200, 200, 429, 429]);
        server.stop().await;
    }

    #[tokio::test]
    async fn superusers_are_told_what_the_server_sees() {
        let server = behind_a_proxy(&["127.0.0.1"], false).await;
        let root = server.superuser();
        let seen = root.get_with("/api/health", &[(FORWARDED, "1.2.3.4")]).await.ok();
        assert_eq!(seen["data"]["realIP"], "1.2.3.4");
        assert_eq!(seen["data"]["possibleProxyHeader"], FORWARDED);
        assert_eq!(server.guest().get("/api/health").await.ok()["data"], json!({}));
        server.stop().await;
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn a_new_server_believes_no_header() {
        let server = TestServer::start().await;
        let root = server.superuser();
        let settings = root.get("/api/settings").await.ok();
        let off = json!({ "headers": [], "useLeftmostIP": false });
        assert_eq!(settings["trustedProxy"], off);
        for name in [FORWARDED, "X-Real-IP", "Forwarded", "CF-Connecting-IP", "Fly-Client-IP"] {
            let seen = root.get_with("/api/health", &[(name, "9.9.9.9")]).await.ok();
            assert_eq!(seen["data"]["realIP"], "127.0.0.1", "{name}");
        }
        server.stop().await;
    }

    #[tokio::test]
    async fn nobody_else_is_believed() {
        let server = behind_a_proxy(&["10.0.0.0/8"], true).await;
        let mut four = from(["1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"]);
        assert_eq!(with_headers(&server.guest(), &four).await, [200, 200, 429, 429]);
        server.stop().await;
        // Nor is a known proxy's header that the settings don't name.
        let server = behind_a_proxy(&["127.0.0.1"], false).await;
        four.iter_mut().for_each(|(name, _)| *name = "X-Real-IP");
        assert_eq!(with_headers(&server.guest(), &four).await, [200, 200, 429, 429]);
        server.stop().await;
    }

    #[tokio::test]
    async fn a_network_of_ipv6_is_one_client_and_one_address_has_one_spelling() {
        let server = behind_a_proxy(&["127.0.0.1"], false).await;
        let guest = server.guest();
        let near = from(["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3", "2001:db8:0:1::1"]);
        assert_eq!(with_headers(&guest, &near).await, [200, 200, 429, 200]);
        let same = from(["1.1.1.1", "::ffff:1.1.1.1", "::ffff:101:101"]);
        assert_eq!(with_headers(&guest, &same).await, [200, 200, 429]);
        server.stop().await;
    }

    #[tokio::test]
    async fn what_is_no_address_counts_for_the_proxy() {
        let server = behind_a_proxy(&["127.0.0.1"], false).await;
        let texts = from(["x", "", ",", "unknown", "1.1.1.1:80"]);
        assert_eq!(with_headers(&server.guest(), &texts).await, [200, 200, 429, 429, 429]);
        server.stop().await;
    }
}
