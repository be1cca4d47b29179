//! `PATCH /api/collections/{collection}`: the data is kept.

use serde_json::{Value, json};
use underpin_testkit::{Caller, TestServer};

const POSTS: &str = "/api/collections/posts";

/// A collection `posts` with one record; gives the collection's fields and the record's id.
async fn posts(server: &TestServer) -> (Vec<Value>, String) {
    let fields = json!([
        { "name": "title", "type": "text" },
        { "name": "tags", "type": "select", "values": ["x", "y", "z"], "maxSelect": 3 },
        { "name": "one", "type": "select", "values": ["x", "y", "z"], "maxSelect": 1 },
        { "name": "count", "type": "number" },
    ]);
    let made = server.open_collection("posts", fields).await;
    let body = json!({ "title": "t", "tags": ["x", "y"], "one": "x", "count": 3 });
    let record = server.superuser().create("posts", body).await;
    (made["fields"].as_array().unwrap().clone(), record["id"].as_str().unwrap().to_owned())
}

async fn change(root: &Caller, body: Value) -> Value {
    root.patch(POSTS, body).await.expect(200)
}

async fn record(root: &Caller, id: &str) -> Value {
    root.get(&format!("{POSTS}/records/{id}")).await.expect(200)
}

fn named<'a>(fields: &'a mut [Value], name: &str) -> &'a mut Value {
    fields.iter_mut().find(|field| field["name"] == name).unwrap()
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn a_renamed_field_keeps_its_values() {
        let server = TestServer::start().await;
        let root = server.superuser();
        let (mut fields, id) = posts(&server).await;
        named(&mut fields, "title")["name"] = json!("headline");
        change(&root, json!({ "fields": fields })).await;
        let read = record(&root, &id).await;
        assert_eq!((&read["headline"], read.get("title")), (&json!("t"), None));
        let found = root.ids("posts", &[("filter", "headline = 't'")]).await;
        assert_eq!(found, [id]);
    }

    #[tokio::test]
    async fn fields_can_swap_their_names() {
        let server = TestServer::start().await;
        let root = server.superuser();
        server
            .open_collection(
                "pairs",
                json!([{ "name": "a", "type": "text" }, { "name": "b", "type": "text" }]),
            )
            .await;
        let made = root.create("pairs", json!({ "a": "1", "b": "2" })).await;
        let mut fields = root.get("/api/collections/pairs").await.ok()["fields"].clone();
        fields[1]["name"] = json!("b");
        fields[2]["name"] = json!("a");
        root.patch("/api/collections/pairs", json!({ "fields": fields })).await.expect(200);
        let path = format!("/api/collections/pairs/records/{}", made["id"].as_str().unwrap());
        let read = root.get(&path).await.expect(200);
        assert_eq!((&read["a"], &read["b"]), (&json!("2"), &json!("1")));
    }

    #[tokio::test]
    async fn a_renamed_collection_keeps_records_rules_indexes_and_id() {
        let server = TestServer::start().await;
        let root = server.superuser();
        let (_, id) = posts(&server).await;
        let old = change(&root, json!({ "indexes": ["CREATE INDEX idx_title ON posts (title)"] }));
        let old = old.await;
        let new = change(&root, json!({ "name": "articles" })).await;
        assert_eq!(new["id"], old["id"]);
        assert_eq!(new["indexes"], json!(["CREATE INDEX `idx_title` ON `articles` (`title`)"]));
        root.get(POSTS).await.expect(404);
        let path = format!("/api/collections/articles/records/{id}");
        let read = server.guest().get(&path).await.expect(200);
        assert_eq!((&read["title"], &read["collectionName"]), (&json!("t"), &json!("articles")));
    }

    #[tokio::test]
    async fn a_renamed_auth_collection_keeps_accounts_and_their_sign_in() {
        let server = TestServer::start().await;
        let root = server.superuser();
        let (ann, id) = server.user("ann").await;
        let new = root.patch("/api/collections/users", json!({ "name": "members" })).await;
        let new = new.expect(200);
        assert_eq!(new["indexes"].as_array().unwrap().len(), 2);
        let path = format!("/api/collections/members/records/{id}");
        assert_eq!(ann.get(&path).await.expect(200)["id"], id.as_str(), "the token still counts");
        server.guest().signed_in("members", "ann@example.com", "12345678").await;
        let twice = json!({
            "email": "ann@example.com", "password": "12345678", "passwordConfirm": "12345678",
        });
        server
            .guest()
            .post("/api/collections/members/records", twice)
            .await
            .expect_codes(&[("email", "validation_not_unique")]);
    }

    #[tokio::test]
    async fn from_many_to_one_keeps_the_last_and_back_makes_a_list() {
        let server = TestServer::start().await;
        let root = server.superuser();
        let (mut fields, id) = posts(&server).await;
        named(&mut fields, "tags")["maxSelect"] = json!(1);
        named(&mut fields, "one")["maxSelect"] = json!(3);
        change(&root, json!({ "fields": fields })).await;
        let read = record(&root, &id).await;
        assert_eq!((&read["tags"], &read["one"]), (&json!("y"), &json!(["x"])));
        named(&mut fields, "tags")["maxSelect"] = json!(2);
        named(&mut fields, "one")["maxSelect"] = json!(1);
        change(&root, json!({ "fields": fields })).await;
        let read = record(&root, &id).await;
        assert_eq!((&read["tags"], &read["one"]), (&json!(["y"]), &json!("x")));
    }

    #[tokio::test]
    async fn new_fields_are_empty_in_old_records() {
        let server = TestServer::start().await;
        let root = server.superuser();
        let (mut fields, id) = posts(&server).await;
        fields.extend([
            json!({ "name": "number", "type": "number" }),
            json!({ "name": "flag", "type": "bool" }),
            json!({ "name": "data", "type": "json" }),
            json!({ "name": "list", "type": "select", "values": ["a", "b"], "maxSelect": 2 }),
            json!({ "name": "place", "type": "geoPoint" }),
            json!({ "name": "made", "type": "autodate", "onCreate": true }),
        ]);
        change(&root, json!({ "fields": fields })).await;
        let read = record(&root, &id).await;
        assert_eq!((&read["number"], &read["flag"]), (&json!(0), &json!(false)));
        assert_eq!((&read["data"], &read["list"]), (&Value::Null, &json!([])));
        assert_eq!((&read["place"], &read["made"]), (&json!({ "lon": 0, "lat": 0 }), &json!("")));
        assert_eq!(read["title"], "t");
    }

    #[tokio::test]
    async fn a_removed_field_takes_its_values_along() {
        let server = TestServer::start().await;
        let root = server.superuser();
        let (mut fields, id) = posts(&server).await;
        fields.retain(|field| field["name"] != "count");
        change(&root, json!({ "fields": fields })).await;
        assert_eq!(record(&root, &id).await.get("count"), None);
        fields.push(json!({ "name": "count", "type": "text" }));
        change(&root, json!({ "fields": fields })).await;
        let read = record(&root, &id).await;
        assert_eq!((&read["count"], &read["title"]), (&json!(""), &json!("t")));
    }

    #[tokio::test]
    async fn what_the_body_leaves_out_stays() {
        let server = TestServer::start().await;
        let root = server.superuser();
        posts(&server).await;
        let before = root.get(POSTS).await.ok();
        let after = change(&root, json!({ "listRule": null })).await;
        assert_eq!(after["listRule"], Value::Null);
        for key in ["fields", "viewRule", "createRule", "indexes", "name", "id", "created"] {
            assert_eq!(after[key], before[key], "{key}");
        }
    }
}

mod invalid {
    use super::*;
    use crate::everything::Everything;

    #[tokio::test]
    async fn type_and_target_of_a_field_stay() {
        let server = TestServer::start().await;
        let root = server.superuser();
        let (mut fields, _) = posts(&server).await;
        let own = root.get(POSTS).await.ok()["id"].clone();
        fields.push(json!({ "name": "author", "type": "relation", "collectionId": own }));
        let fields = change(&root, json!({ "fields": fields })).await["fields"].clone();
        let before = Everything::of(&server);
        let mut other_type = fields.clone();
        other_type[1]["type"] = json!("number");
        let body = root.patch(POSTS, json!({ "fields": other_type })).await.expect(400);
        assert_eq!(body["data"]["fields"]["1"]["code"], "validation_field_type_change");
        let mut other_target = fields.clone();
        other_target[5]["collectionId"] = json!("_pb_users_auth_");
        let body = root.patch(POSTS, json!({ "fields": other_target })).await.expect(400);
        let code = &body["data"]["fields"]["5"]["collectionId"]["code"];
        assert_eq!(code, "validation_field_relation_change");
        let body = root.patch(POSTS, json!({ "type": "auth" })).await.expect(400);
        assert_eq!(body["data"]["type"]["code"], "validation_collection_type_change");
        before.assert_same(&Everything::of(&server), "a refused change");
    }

    #[tokio::test]
    async fn a_field_that_a_rule_or_an_index_names_can_not_vanish() {
        let server = TestServer::start().await;
        let root = server.superuser();
        let (mut fields, _) = posts(&server).await;
        change(&root, json!({ "listRule": "title != ''" })).await;
        let title = named(&mut fields, "title");
        (title["name"], title["id"]) = (json!("headline"), json!("another"));
        let body = root.patch(POSTS, json!({ "fields": fields })).await.expect(400);
        assert_eq!(body["data"]["listRule"]["code"], "validation_invalid_rule");
        let index = json!(["CREATE INDEX idx_title ON posts (title)"]);
        change(&root, json!({ "listRule": "", "indexes": index })).await;
        root.patch(POSTS, json!({ "fields": fields })).await.expect(400);
        let both = json!({
            "fields": fields, "indexes": ["CREATE INDEX idx_title ON posts (headline)"],
        });
        change(&root, both).await;
    }

    #[tokio::test]
    async fn a_unique_index_over_equal_values_is_refused_and_the_old_ones_stay() {
        let server = TestServer::start().await;
        let root = server.superuser();
        posts(&server).await;
        root.create("posts", json!({ "title": "t" })).await;
        let before = Everything::of(&server);
        let index = json!(["CREATE UNIQUE INDEX idx_title ON posts (title)"]);
        let body = root.patch(POSTS, json!({ "indexes": index })).await.expect(400);
        let error = &body["data"]["indexes"]["0"];
        assert_eq!(error["code"], "validation_invalid_index_expression", "{body}");
        assert!(!body.to_string().to_lowercase().contains("constraint failed"), "{body}");
        before.assert_same(&Everything::of(&server), "a refused index");
        root.create("posts", json!({ "title": "t" })).await;
    }

    #[tokio::test]
    async fn a_taken_name_is_refused() {
        let server = TestServer::start().await;
        posts(&server).await;
        for name in ["users", "Users", "_superusers"] {
            let body = server.superuser().patch(POSTS, json!({ "name": name })).await;
            body.expect_codes(&[("name", "validation_collection_name_exists")]);
        }
    }
}
