//! The console: a page with a strict policy, its assets, and no way out of them.

use reqwest::{Client, Response, redirect::Policy};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use underpin_testkit::TestServer;

/// A request whose answer is taken as it is.
async fn get(server: &TestServer, path: &str) -> Response {
    // Only a guest of the kit readies TLS, which the client wants to have.
    let _ = server.guest();
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    client.get(format!("{}{path}", server.base)).send().await.unwrap()
}

/// Sends a path as it is: clients tidy paths before they send them.
async fn get_untidied(server: &TestServer, path: &str) -> String {
    let address = server.base.replace("http://", "");
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn header(response: &Response, name: &str) -> String {
    let value = response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    value.unwrap_or_default()
}

/// The addresses that the page loads.
fn loaded(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for name in [" src=\"", " href=\""] {
        let values = page.split(name).skip(1).filter_map(|rest| rest.split('"').next());
        found.extend(values.map(str::to_owned));
    }
    found
}

#[tokio::test]
async fn the_root_and_the_bare_folder_lead_to_the_console() {
    let server = TestServer::start().await;
    for path in ["/", "/_"] {
        let response = get(&server, path).await;
        assert_eq!(response.status(), 307, "{path}");
        assert_eq!(header(&response, "location"), "/_/", "{path}");
    }
}

#[tokio::test]
async fn the_page_runs_under_a_strict_policy_and_has_no_inline_script() {
    let server = TestServer::start().await;
    let response = get(&server, "/_/").await;
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "content-type"), "text/html");
    assert_eq!(header(&response, "x-content-type-options"), "nosniff");
    assert_eq!(header(&response, "x-frame-options"), "SAMEORIGIN");
    assert_eq!(header(&response, "referrer-policy"), "no-referrer");
    assert_eq!(header(&response, "cache-control"), "no-cache", "a new version is seen at once");
    let policy = header(&response, "content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.split("; ").any(|found| found == part), "{part} is not in {policy}");
    }
    for hole in ["unsafe-inline", "unsafe-eval", "*", "http:", "https:"] {
        assert!(!policy.split([' ', ';']).any(|part| part.trim_matches('\'') == hole), "{policy}");
    }
    let page = response.text().await.unwrap();
    let scripts: Vec<_> = page.split("<script").skip(1).collect();
    assert!(!scripts.is_empty());
    for script in scripts {
        let (tag, rest) = script.split_once('>').unwrap();
        assert!(tag.contains(" src=\"/_/"), "{tag}");
        assert!(rest.starts_with("</script>"), "a script with content: {tag}");
    }
    for inline in ["<style", " style=", " onload=", " onclick=", " onerror=", "javascript:"] {
        assert!(!page.contains(inline), "{inline}");
    }
}

#[tokio::test]
async fn everything_that_the_page_loads_is_there_and_may_be_kept() {
    let server = TestServer::start().await;
    let page = get(&server, "/_/").await.text().await.unwrap();
    let addresses = loaded(&page);
    assert!(addresses.len() >= 2, "{addresses:?}");
    for address in addresses {
        assert!(address.starts_with("/_/"), "{address} is not ours");
        let response = get(&server, &address).await;
        assert_eq!(response.status(), 200, "{address}");
        let kind = header(&response, "content-type");
        let expected = match address.rsplit_once('.').unwrap().1 {
            "js" => "text/javascript",
            "css" => "text/css",
            "svg" => "image/svg+xml",
            other => panic!("{other}"),
        };
        assert_eq!(kind, expected, "{address}");
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        if address.starts_with("/_/assets/") {
            assert!(header(&response, "cache-control").contains("immutable"), "{address}");
        }
    }
}

#[tokio::test]
async fn unknown_paths_give_the_page_and_unknown_assets_nothing() {
    let server = TestServer::start().await;
    let page = get(&server, "/_/").await.text().await.unwrap();
    for path in ["/_/collections", "/_/a/b/c", "/_/settings?x=1", "/_/index.html", "/_/asset"] {
        let response = get(&server, path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert!(!header(&response, "content-security-policy").is_empty(), "{path}");
        assert_eq!(response.text().await.unwrap(), page, "{path}");
    }
    for path in ["/_/assets/nothing.js", "/_/assets/", "/_/assets/../index.js"] {
        let answer = get_untidied(&server, path).await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer:.60}");
    }
    for path in ["/nothing", "/api", "/api/nothing", "/_x"] {
        assert_eq!(get(&server, path).await.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn no_path_leads_out_of_the_console() {
    let server = TestServer::start().await;
    let paths = [
        "/_/../data.db",
        "/_/../../../../../../etc/passwd",
        "/_/..%2f..%2fetc%2fpasswd",
        "/_/%2e%2e/%2e%2e/etc/passwd",
        "/_/....//....//etc/passwd",
        "/_//etc/passwd",
        "/_/..\\..\\etc\\passwd",
        "/_/%00",
        "/_/assets/../../../Cargo.toml",
        "/_/assets/%2e%2e/%2e%2e/Cargo.toml",
        "/_/%ff%fe",
        "/../etc/passwd",
        "//etc/passwd",
        "/_/file:///etc/passwd",
    ];
    for path in paths {
        let answer = get_untidied(&server, path).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status: u16 = head.split(' ').nth(1).unwrap().parse().unwrap();
        assert!([200, 307, 400, 404].contains(&status), "{path}: {head}");
        for secret in ["root:", "SQLite format", "[package]", "[dependencies]"] {
            assert!(!body.contains(secret), "{path}: {body:.200}");
        }
        if status == 200 {
            assert!(body.contains("<title>Underpin</title>"), "{path}: {body:.200}");
        }
    }
}
