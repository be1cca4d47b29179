//! Superusers come from where the settings let them in.

use super::*;

const SIGN_IN: &str = "/api/collections/_superusers/auth-with-password";
const INSIDE: (&str, &str) = ("X-Forwarded-For", "10.1.2.3");
/// What a client can write itself, in front of what the proxy tells.
const CLAIMED: (&str, &str) = ("X-Forwarded-For", "10.1.2.3, 9.9.9.9");

async fn gated() -> TestServer {
    let settings = json!({
        "superuserIPs": ["10.0.0.0/8"],
        "trustedProxy": { "headers": ["X-Forwarded-For"], "useLeftmostIP": true },
    });
    server(settings).await
}

async fn sign_in(server: &TestServer, password: &str, header: (&str, &str)) -> u16 {
    let body = json!({ "identity": "root@example.com", "password": password });
    let request = server.guest().request(Method::POST, SIGN_IN).header(header.0, header.1);
    request.json(&body).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn from_inside_all_is_as_ever() {
    let server = gated().await;
    let root = server.superuser();
    assert_eq!(root.get_with("/api/settings", &[INSIDE]).await.status, 200);
    assert_eq!(sign_in(&server, "correct horse", INSIDE).await, 200);
    assert_eq!(sign_in(&server, "wrong horse", INSIDE).await, 400);
    assert_eq!(server.guest().get(POSTS).await.status, 200, "others may come from anywhere");
    server.stop().await;
}

#[tokio::test]
async fn from_outside_a_token_is_of_no_use_wherever_it_is_shown() {
    let server = gated().await;
    let root = server.superuser();
    let file_token =
        root.request(Method::POST, "/api/files/token").header(INSIDE.0, INSIDE.1).send().await;
    let file_token = file_token.unwrap().json::<Value>().await.unwrap()["token"].clone();
    for path in ["/api/settings", POSTS, "/api/health", "/nope", "/_/", "/api/realtime"] {
        assert_eq!(root.get(path).await.status, 403, "{path}");
        assert_eq!(root.get_with(path, &[CLAIMED]).await.status, 403, "{path}");
    }
    let path = format!("/api/files/posts/x/y?token={}", file_token.as_str().unwrap());
    assert_eq!(server.guest().get(&path).await.status, 403);
    let mut socket = server.socket().await;
    assert_eq!(socket.auth(&root.token).await["code"], "forbidden");
    server.stop().await;
}

#[tokio::test]
async fn from_outside_nothing_tells_whether_a_password_is_right() {
    let server = gated().await;
    for password in ["correct horse", "wrong horse"] {
        for header in [CLAIMED, ("X-Forwarded-For", "11.0.0.1"), ("X-Other", "10.1.2.3")] {
            assert_eq!(sign_in(&server, password, header).await, 403, "{password} {header:?}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn from_outside_every_door_of_superusers_is_closed() {
    let server = gated().await;
    let root = server.superuser();
    let file_token = root.request(Method::POST, "/api/files/token").header(INSIDE.0, INSIDE.1);
    let file_token = file_token.send().await.unwrap().json::<Value>().await.unwrap();
    let backup = format!("/api/backups/a.zip?token={}", file_token["token"].as_str().unwrap());
    for (method, path) in [
        (Method::PATCH, "/api/settings"),
        (Method::POST, "/api/settings/test/s3"),
        (Method::POST, "/api/settings/test/email"),
        (Method::GET, "/api/logs"),
        (Method::GET, "/api/logs/stats"),
        (Method::DELETE, "/api/logs"),
        (Method::GET, "/api/crons"),
        (Method::POST, "/api/crons/__pbLogsCleanup__"),
        (Method::GET, "/api/backups"),
        (Method::POST, "/api/backups"),
        (Method::POST, "/api/backups/upload"),
        (Method::GET, backup.as_str()),
        (Method::DELETE, "/api/backups/a.zip"),
        (Method::POST, "/api/backups/a.zip/restore"),
        (Method::POST, "/api/sql"),
        (Method::POST, "/api/batch"),
        (Method::PUT, "/api/collections/import"),
        (Method::GET, "/api/collections"),
    ] {
        for header in [CLAIMED, ("X-Real-IP", "10.1.2.3"), ("Forwarded", "for=10.1.2.3")] {
            // A file token counts in itself, whoever shows it.
            let caller = if path == backup { server.guest() } else { root.clone() };
            let body = json!({ "query": "SELECT 1", "collections": [], "requests": [] });
            let request = caller.request(method.clone(), path).header(header.0, header.1);
            let sent = request.json(&body).send().await.unwrap();
            assert_eq!(sent.status().as_u16(), 403, "{method} {path} {header:?}");
        }
    }
    let inside = server.guest().get_with(&backup, &[INSIDE]).await;
    assert_eq!(inside.status, 404, "from inside it would be looked for");
    server.stop().await;
}

#[tokio::test]
async fn who_is_no_proxy_says_nothing_of_where_a_superuser_comes_from() {
    let elsewhere = vec!["10.0.0.0/8".to_owned()];
    let settings = json!({
        "superuserIPs": ["10.0.0.0/8"], "trustedProxy": { "headers": ["X-Forwarded-For"] },
    });
    let server = server_with(settings, |config| config.trusted_proxies = elsewhere).await;
    let root = server.superuser();
    for header in [INSIDE, ("X-Forwarded-For", "::ffff:10.1.2.3"), CLAIMED] {
        assert_eq!(root.get_with("/api/settings", &[header]).await.status, 403, "{header:?}");
        assert_eq!(sign_in(&server, "correct horse", header).await, 403, "{header:?}");
    }
    server.stop().await;
}
