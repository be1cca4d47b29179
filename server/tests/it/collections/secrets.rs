//! Secrets of a collection: what signs tokens and what providers know us by. They are never shown,
//! and a form that is sent back keeps them (security D43).

use serde_json::{Value, json};
use underpin_testkit::TestServer;

const SECRET: &str = "client-secret-of-google";
const SIGNING: &str = "a secret of more than thirty letters, for tokens";

async fn members(server: &TestServer) -> Value {
    server
        .collection(json!({
            "name": "members", "type": "auth",
            "authToken": { "duration": 1_000, "secret": SIGNING },
            "oauth2": { "enabled": true, "providers": [
                { "name": "google", "clientId": "client", "clientSecret": SECRET },
            ] },
        }))
        .await
}

fn stored(server: &TestServer) -> String {
    server.store.rows("SELECT options FROM _collections WHERE name = 'members'").remove(0).remove(0)
}

#[tokio::test]
async fn they_are_shown_to_nobody() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let made = members(&server).await;
    let path = "/api/collections/members";
    let renamed = root.patch(path, json!({ "listRule": "" })).await.ok();
    let fields = "*,authToken.secret,oauth2.providers.clientSecret";
    let list = [("fields", "items.*,items.authToken.secret,items.oauth2.providers.clientSecret")];
    let all = [
        made,
        renamed,
        root.get(path).await.ok(),
        root.ask(path, &[("fields", fields)]).await.ok(),
        root.ask("/api/collections", &list).await.ok(),
        root.get(&format!("{path}/auth-methods")).await.ok(),
        root.get("/api/collections/meta/scaffolds").await.ok(),
        root.get("/api/logs?perPage=500").await.ok(),
    ];
    for shown in all {
        let shown = shown.to_string();
        assert!(!shown.contains(SECRET) && !shown.contains(SIGNING), "{shown}");
    }
    assert!(stored(&server).contains(SECRET), "it is there: {}", stored(&server));
}

#[tokio::test]
async fn a_form_that_is_sent_back_keeps_them() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let made = members(&server).await;
    let person =
        json!({ "email": "a@example.com", "password": "12345678", "passwordConfirm": "12345678" });
    root.create("members", person).await;
    let ann = server.guest().signed_in("members", "a@example.com", "12345678").await;
    let path = "/api/collections/members";
    let mut other_name = made.clone();
    other_name["oauth2"]["providers"][0]["displayName"] = json!("G");
    for form in [
        made.clone(),
        other_name,
        json!({ "authToken": { "duration": 2_000 } }),
        json!({ "listRule": "" }),
    ] {
        root.patch(path, form.clone()).await.ok();
        assert!(stored(&server).contains(SECRET), "{form}: {}", stored(&server));
        let refreshed = ann.post(&format!("{path}/auth-refresh"), json!({})).await;
        assert_eq!(refreshed.status, 200, "the token is still of use after {form}");
    }
    let emptied = json!({ "authToken": { "duration": 2_000, "secret": "" } });
    root.patch(path, emptied).await.expect(400);
    ann.post(&format!("{path}/auth-refresh"), json!({})).await.expect(200);
    let import = json!({ "collections": [made] });
    root.send(reqwest::Method::PUT, "/api/collections/import", Some(import)).await.expect(204);
    assert!(stored(&server).contains(SECRET), "after an import: {}", stored(&server));
    ann.post(&format!("{path}/auth-refresh"), json!({})).await.expect(200);
}

#[tokio::test]
async fn each_provider_keeps_its_own_secret_whatever_the_order_of_the_form() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let path = "/api/collections/members";
    let provider = |name: &str| json!({ "name": name, "clientId": name, "clientSecret": format!("{SECRET} {name}") });
    let names = ["google", "github", "gitlab"];
    let providers = names.map(provider);
    members(&server).await;
    let all = json!({ "oauth2": { "enabled": true, "providers": providers } });
    let mut form = root.patch(path, all).await.ok();
    assert!(!form.to_string().contains(SECRET), "{form}");
    form["oauth2"]["providers"].as_array_mut().unwrap().reverse();
    root.patch(path, form.clone()).await.ok();
    // One less, then all of them in the old order.
    let some = json!({ "oauth2": { "providers": [{ "name": "github" }, { "name": "google" }] } });
    root.patch(path, some).await.ok();
    let kept: Value = serde_json::from_str(&stored(&server)).unwrap();
    let kept: Vec<(&Value, &Value)> = kept["oauth2"]["providers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| (&each["name"], &each["clientSecret"]))
        .collect();
    let secret = |name: &str| json!(format!("{SECRET} {name}"));
    let (github, google) = (secret("github"), secret("google"));
    assert_eq!(kept, [(&json!("github"), &github), (&json!("google"), &google)]);
}
