//! Fields that a caller may not read can't be found out by asking about them.

use serde_json::{Value, json};
use underpin_testkit::{Caller, TestServer};

const DOCS: &str = "/api/collections/docs/records";

/// Documents with a hidden text, a hidden relation, and relations to collections that are
/// open, locked and ruled. Gives Ann, who may see all documents.
async fn scene(server: &TestServer) -> Caller {
    let fields = json!([
        { "name": "title", "type": "text" }, { "name": "code", "type": "text", "hidden": true },
    ]);
    let open = server.open_collection("open", fields.clone()).await;
    let locked = server.collection(json!({ "name": "locked", "fields": fields })).await;
    let ruled = server
        .collection(json!({
            "name": "ruled", "fields": fields, "listRule": "title = 'x'", "viewRule": "title = 'x'",
        }))
        .await;
    let relation = |name: &str, target: &Value, hidden: bool| json!({ "name": name, "type": "relation", "collectionId": target["id"], "hidden": hidden });
    let fields = json!([
        { "name": "title", "type": "text" },
        { "name": "secret", "type": "text", "hidden": true },
        { "name": "author", "type": "relation", "collectionId": "_pb_users_auth_" },
        relation("open", &open, false),
        relation("locked", &locked, false),
        relation("ruled", &ruled, false),
        relation("aside", &open, true),
    ]);
    server.open_collection("docs", fields).await;
    let (ann, id) = server.user("ann").await;
    let root = server.superuser();
    let target = json!({ "title": "t", "code": "c" });
    let open = root.create("open", target.clone()).await;
    let locked = root.create("locked", target.clone()).await;
    let ruled = root.create("ruled", target).await;
    let body = json!({
        "title": "d", "secret": "top", "author": id, "open": open["id"], "aside": open["id"],
        "locked": locked["id"], "ruled": ruled["id"],
    });
    root.create("docs", body).await;
    ann
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn a_hidden_field_answers_as_one_that_is_not_there() {
        let server = TestServer::start().await;
        let ann = scene(&server).await;
        for caller in [server.guest(), ann] {
            for (name, unknown) in
                [("secret", "zzzzzz"), ("open.code", "open.zzzz"), ("aside", "zzzzz")]
            {
                for (parameter, form) in [
                    ("filter", "NAME = 'top'"),
                    ("filter", "NAME ~ 't'"),
                    ("filter", "NAME > ''"),
                    ("filter", "title = 'd' && NAME != ''"),
                    ("filter", "(NAME = 'x' || 1 = 1)"),
                    ("filter", "NAME:lower = 'top'"),
                    ("filter", "NAME:length > 1"),
                    ("filter", "NAME:each = 'x'"),
                    ("filter", "NAME:isset = true"),
                    ("filter", "title = NAME"),
                    ("filter", "geoDistance(NAME, 1, 2, 3) > 0"),
                    ("filter", "strftime('%Y', NAME) != ''"),
                    ("sort", "NAME"),
                    ("sort", "-NAME"),
                    ("sort", "title,NAME"),
                ] {
                    let ask = async |name: &str| {
                        let value = form.replace("NAME", name);
                        let answer = caller.ask(DOCS, &[(parameter, &value)]).await;
                        answer.expect(400).to_string()
                    };
                    let hidden = ask(name).await.replace(name, unknown);
                    assert_eq!(hidden, ask(unknown).await, "{parameter} {form} {name}");
                }
            }
        }
    }

    #[tokio::test]
    async fn no_path_leads_through_what_is_closed() {
        let server = TestServer::start().await;
        let ann = scene(&server).await;
        for caller in [server.guest(), ann.clone()] {
            for filter in [
                "aside.title = 't'",
                "locked.title = 't'",
                "locked.code = 'c'",
                "author.tokenKey != ''",
                "author.password != ''",
                "docs_via_open.secret = 'top'",
                "open.docs_via_open.secret = 'top'",
            ] {
                caller.ask(DOCS, &[("filter", filter)]).await.expect(400);
            }
            caller.ask(DOCS, &[("sort", "locked.title")]).await.expect(400);
            for filter in ["ruled.title = 't'", "ruled.title = 't' || 1 = 1", "author.email != ''"]
            {
                let found = caller.ids("docs", &[("filter", filter)]).await;
                let own = filter.starts_with("author") && caller.token == ann.token;
                assert!(found.is_empty() || own, "{filter}");
            }
        }
        let all = server.superuser();
        for filter in
            ["secret = 'top'", "locked.code = 'c'", "aside.title = 't'", "ruled.title = 't'"]
        {
            assert_eq!(all.ids("docs", &[("filter", filter)]).await.len(), 1, "{filter}");
        }
    }

    #[tokio::test]
    async fn fields_and_expand_bring_nothing_hidden_along() {
        let server = TestServer::start().await;
        let ann = scene(&server).await;
        let expand = "open,locked,ruled,aside,author,open.docs_via_open";
        for caller in [server.guest(), ann] {
            let cut = [("expand", "open"), ("fields", "expand.open.code,secret")];
            let page = caller.ask(DOCS, &cut).await.expect(200);
            assert_eq!(page["items"], json!([{ "expand": { "open": {} } }]));
            let asked = [("expand", expand), ("fields", "*,secret,aside,expand.*")];
            let page = caller.ask(DOCS, &asked).await;
            let item = &page.expect(200)["items"][0];
            for name in ["secret", "aside"] {
                assert_eq!(item.get(name), None, "{name}");
            }
            let text = page.text();
            for inside in ["\"code\"", "\"secret\"", "tokenKey", "\"top\""] {
                assert!(!text.contains(inside), "{inside} in {text}");
            }
            assert_eq!(item["expand"]["open"]["title"], "t");
            for closed in ["locked", "ruled", "aside"] {
                assert_eq!(item["expand"].get(closed), None, "{closed}");
            }
        }
    }
}
