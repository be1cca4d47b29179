//! Locked collections are 403 before all else; rules that don't hold hide what they guard.

use reqwest::Method;
use serde_json::json;
use underpin_testkit::TestServer;

mod denied {
    use super::*;

    #[tokio::test]
    async fn a_locked_collection_tells_nobody_what_is_in_it() {
        let server = TestServer::start().await;
        let fields = json!([{ "name": "title", "type": "text" }]);
        server.collection(json!({ "name": "locked", "fields": fields })).await;
        let made = server.superuser().create("locked", json!({ "title": "a" })).await;
        let (user, _) = server.user("ann").await;
        let list = "/api/collections/locked/records".to_owned();
        let known = format!("{list}/{}", made["id"].as_str().unwrap());
        let unknown = format!("{list}/zzzzzzzzzzzzzzz");
        for caller in [server.guest(), user] {
            for (method, path) in [
                (Method::GET, &list),
                (Method::GET, &known),
                (Method::GET, &unknown),
                (Method::POST, &list),
                (Method::PATCH, &known),
                (Method::PATCH, &unknown),
                (Method::DELETE, &known),
                (Method::DELETE, &unknown),
            ] {
                let body = matches!(method, Method::POST | Method::PATCH).then(|| json!({}));
                let answer = caller.send(method.clone(), path, body).await.expect(403);
                assert_eq!(answer["data"], json!({}), "{method} {path}");
            }
            caller.ask(&list, &[("filter", "nope = 1")]).await.expect(403);
        }
    }

    #[tokio::test]
    async fn a_rule_that_does_not_hold_answers_as_if_nothing_were_there() {
        let server = TestServer::start().await;
        let rule = "@request.auth.id = 'nobody'";
        server
            .collection(json!({
                "name": "hidden", "listRule": rule, "viewRule": rule, "createRule": rule,
                "updateRule": rule, "deleteRule": rule,
                "fields": [{ "name": "title", "type": "text", "max": 5 }],
            }))
            .await;
        let made = server.superuser().create("hidden", json!({ "title": "a" })).await;
        let (user, _) = server.user("ann").await;
        let list = "/api/collections/hidden/records";
        let known = format!("{list}/{}", made["id"].as_str().unwrap());
        let unknown = format!("{list}/zzzzzzzzzzzzzzz");
        for caller in [server.guest(), user] {
            let page = caller.get(list).await.expect(200);
            assert_eq!((&page["items"], &page["totalItems"]), (&json!([]), &json!(0)));
            for method in [Method::GET, Method::PATCH, Method::DELETE] {
                let ask = async |path: &str| {
                    let body = (method == Method::PATCH).then(|| json!({ "title": "b" }));
                    caller.send(method.clone(), path, body).await.expect(404)
                };
                assert_eq!(ask(&known).await, ask(&unknown).await, "{method}");
            }
            let fits = caller.post(list, json!({ "title": "b" })).await.expect(400);
            let breaks = caller.post(list, json!({ "title": "too long" })).await.expect(400);
            assert_eq!(
                (&fits, &fits["data"]),
                (&breaks, &json!({})),
                "values are not even looked at"
            );
        }
        assert_eq!(server.superuser().get(&known).await.ok()["title"], "a");
    }
}
