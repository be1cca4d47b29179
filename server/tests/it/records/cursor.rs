//! `GET /api/collections/{collection}/records?cursor=`

use std::collections::BTreeSet;

use serde_json::{Value, json};
use underpin_testkit::TestServer;

const PATH: &str = "/api/collections/items/records";

/// Records with ties, with nothing, and with numbers that no decimal text holds exactly.
async fn items(server: &TestServer) -> Vec<String> {
    let groups = json!([{ "name": "name", "type": "text" }]);
    let groups = server.open_collection("groups", groups).await;
    let fields = json!([
        { "name": "n", "type": "number" },
        { "name": "text", "type": "text" },
        { "name": "data", "type": "json" },
        { "name": "flag", "type": "bool" },
        { "name": "group", "type": "relation", "collectionId": groups["id"] },
    ]);
    server.open_collection("items", fields).await;
    let guest = server.guest();
    let mut named = Vec::new();
    for name in ["x", "y"] {
        named.push(guest.create("groups", json!({ "name": name })).await["id"].clone());
    }
    let data = [json!(null), json!(1), json!(1.5), json!("b"), json!([1]), json!({"k": 2})];
    let mut ids = Vec::new();
    for at in 0..23_usize {
        let number = [0.1 + 0.2, 0.3, -1.0, 7.0, 1e17][at % 5];
        let text = ["", "a", "A", "é", "it's"][at * 7 % 5];
        let body = json!({
            "n": number,
            "text": text,
            "data": data[at % data.len()],
            "flag": at % 2 == 0,
            "group": if at % 3 == 0 { json!("") } else { named[at % 2].clone() },
        });
        ids.push(guest.create("items", body).await["id"].as_str().unwrap().to_owned());
    }
    ids
}

/// Every page, from the first cursor to the last.
async fn walk(server: &TestServer, parameters: &[(&str, &str)]) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let asked = [parameters, &[("perPage", "4"), ("cursor", cursor.as_str())]].concat();
        let page = server.guest().ask(PATH, &asked).await.expect(200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 4);
        assert!(ids.len() < 1_000, "{parameters:?} never ends: {cursor}");
        ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        match &page["nextCursor"] {
            Value::String(next) => cursor.clone_from(next),
            end => {
                assert_eq!(end, &Value::Null);
                return ids;
            }
        }
    }
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn cursors_visit_every_record_once_in_the_order_of_numbered_pages() {
        let server = TestServer::start().await;
        items(&server).await;
        for sort in [
            "",
            "n",
            "-n",
            "text",
            "-text,n",
            "data",
            "-data",
            "data.k",
            "-data.k,flag",
            "flag,-n",
            "group.name",
            "-group.name,text",
            "@rowid",
            "-@rowid",
            "n,@rowid,text",
            "id",
        ] {
            let asked = [("sort", sort), ("perPage", "100")];
            let numbered = server.guest().ids("items", &asked).await;
            assert_eq!(numbered.len(), 23);
            assert_eq!(walk(&server, &[("sort", sort)]).await, numbered, "sort={sort}");
        }
        let filtered = walk(&server, &[("sort", "-n"), ("filter", "flag = true && n > 0")]).await;
        let asked = [("sort", "-n"), ("filter", "flag = true && n > 0")];
        assert_eq!(filtered, server.guest().ids("items", &asked).await);
    }

    #[tokio::test]
    async fn records_that_come_and_go_neither_double_nor_hide_others() {
        let server = TestServer::start().await;
        let ids = items(&server).await;
        let guest = server.guest();
        let first = guest.ask(PATH, &[("sort", "-@rowid"), ("perPage", "5"), ("cursor", "")]).await;
        let first = first.expect(200);
        let cursor = first["nextCursor"].as_str().unwrap();
        // Newer than the page, on the page, and the very record that the cursor stands at.
        guest.create("items", json!({ "n": 1 })).await;
        for gone in [22, 18] {
            guest.delete(&format!("{PATH}/{}", ids[gone])).await;
        }
        let asked = [("sort", "-@rowid"), ("perPage", "100"), ("cursor", cursor)];
        let rest = guest.ids("items", &asked).await;
        let expected: Vec<&String> = ids[..18].iter().rev().collect();
        assert_eq!(rest.iter().collect::<Vec<_>>(), expected);
    }

    #[tokio::test]
    async fn pages_by_cursor_keep_to_the_rule_and_expand_and_pick() {
        let server = TestServer::start().await;
        items(&server).await;
        let rule = json!({ "listRule": "flag = true" });
        server.superuser().patch("/api/collections/items", rule).await.expect(200);
        let seen: BTreeSet<String> = walk(&server, &[("sort", "n")]).await.into_iter().collect();
        assert_eq!(seen.len(), 12);
        let asked = [("cursor", ""), ("fields", "id,expand.group.name"), ("expand", "group")];
        let page = server.guest().ask(PATH, &asked).await.expect(200);
        let item =
            page["items"].as_array().unwrap().iter().find(|item| item["expand"] != json!({}));
        assert!(item.unwrap()["expand"]["group"]["name"].is_string());
        assert_eq!(page["totalItems"], 12);
    }

    #[tokio::test]
    async fn views_are_visited_wholly_too_whether_or_not_they_are_sorted() {
        let server = TestServer::start().await;
        items(&server).await;
        let view = json!({
            "name": "shown", "type": "view", "listRule": "",
            "viewQuery": "SELECT id, text, n FROM items",
        });
        server.superuser().post("/api/collections", view).await.expect(200);
        for sort in ["", "text", "-n,text"] {
            let path = "/api/collections/shown/records";
            let (mut seen, mut cursor) = (BTreeSet::new(), String::new());
            loop {
                let asked = [("sort", sort), ("perPage", "4"), ("cursor", cursor.as_str())];
                let page = server.guest().ask(path, &asked).await.expect(200);
                for item in page["items"].as_array().unwrap() {
                    assert!(seen.insert(item["id"].to_string()), "twice, sort={sort}");
                }
                let Value::String(next) = &page["nextCursor"] else { break };
                cursor.clone_from(next);
            }
            assert_eq!(seen.len(), 23, "sort={sort}");
        }
    }
}

mod invalid {
    use super::*;

    #[tokio::test]
    async fn foreign_and_broken_cursors_are_refused() {
        let server = TestServer::start().await;
        items(&server).await;
        let guest = server.guest();
        let asked = [("sort", "n"), ("perPage", "4"), ("cursor", "")];
        let page = guest.ask(PATH, &asked).await.expect(200);
        let cursor = page["nextCursor"].as_str().unwrap();
        for (path, sort, cursor) in [
            (PATH, "-n", cursor),
            (PATH, "", cursor),
            ("/api/collections/groups/records", "n", cursor),
            (PATH, "n", "abc"),
            (PATH, "n", "%00"),
            (PATH, "n", cursor.get(1..).unwrap()),
            (PATH, "@random", ""),
        ] {
            guest.ask(path, &[("sort", sort), ("cursor", cursor)]).await.expect(400);
        }
    }

    #[tokio::test]
    async fn a_cursor_can_t_tell_what_its_holder_may_not_sort_by() {
        let server = TestServer::start().await;
        let fields = json!([{ "name": "secret", "type": "text", "hidden": true }]);
        server.open_collection("items", fields).await;
        let asked = [("sort", "secret"), ("cursor", "")];
        server.guest().ask(PATH, &asked).await.expect(400);
    }
}
