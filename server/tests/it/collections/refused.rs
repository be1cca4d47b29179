//! Definitions that are refused, and who may define at all.

use reqwest::Method;
use serde_json::{Value, json};
use underpin_testkit::TestServer;

use crate::everything::Everything;

mod invalid {
    use super::*;

    /// Definitions and the `data` of their answers, codes alone.
    fn names() -> Vec<(Value, Value)> {
        vec![
            (json!({}), json!({ "name": "validation_required" })),
            (json!({ "name": "1 x" }), json!({ "name": "validation_match_invalid" })),
            (json!({ "name": "users" }), json!({ "name": "validation_collection_name_exists" })),
            (json!({ "name": "USERS" }), json!({ "name": "validation_collection_name_exists" })),
            // A database with this table is one that is half moved, and none that is served.
            (
                json!({ "name": "_transfer" }),
                json!({ "name": "validation_collection_name_invalid" }),
            ),
            (json!({ "name": "_Jobs" }), json!({ "name": "validation_collection_name_invalid" })),
            (
                json!({ "name": "things", "id": "_pb_users_auth_" }),
                json!({ "id": "validation_invalid_or_existing_id" }),
            ),
            (json!({ "name": "things", "id": "a b" }), json!({ "id": "validation_match_invalid" })),
            (
                json!({ "name": "things", "type": "zip" }),
                json!({ "type": "validation_in_invalid" }),
            ),
        ]
    }

    /// The same for a field beside the id.
    fn fields() -> Vec<(Value, Value)> {
        let field = |definition: Value, errors: Value| {
            let definition = json!({ "name": "things", "fields": [definition] });
            (definition, json!({ "fields": { "1": errors } }))
        };
        vec![
            field(json!({ "type": "text" }), json!({ "name": "validation_required" })),
            field(
                json!({ "type": "text", "name": "a b" }),
                json!({ "name": "validation_match_invalid" }),
            ),
            field(
                json!({ "type": "text", "name": "expand" }),
                json!({ "name": "validation_not_in_invalid" }),
            ),
            field(
                json!({ "type": "select", "name": "a" }),
                json!({ "values": "validation_required" }),
            ),
            field(
                json!({ "type": "relation", "name": "a" }),
                json!({ "collectionId": "validation_required" }),
            ),
            field(
                json!({ "type": "relation", "name": "a", "collectionId": "nowhere" }),
                json!({ "collectionId": "validation_field_relation_missing_collection" }),
            ),
            field(
                json!({ "type": "text", "name": "a", "pattern": "(" }),
                json!({ "pattern": "validation_invalid_regex" }),
            ),
            field(
                json!({ "type": "text", "name": "a", "min": 5, "max": 2 }),
                json!({ "max": "validation_min_greater_equal_than_required" }),
            ),
            field(
                json!({ "type": "number", "name": "a", "min": 5, "max": 2 }),
                json!({ "max": "validation_min_number_constraint" }),
            ),
            field(
                json!({ "type": "file", "name": "a", "thumbs": ["1", "10x10"] }),
                json!({ "thumbs": { "0": "validation_match_invalid" } }),
            ),
            field(
                json!({ "type": "autodate", "name": "a" }),
                json!({ "onCreate": "validation_required", "onUpdate": "validation_required" }),
            ),
        ]
    }

    /// The same for rules, indexes and sign-in options.
    fn options() -> Vec<(Value, Value)> {
        vec![
            (
                json!({ "name": "things", "listRule": "nope = 1" }),
                json!({ "listRule": "validation_invalid_rule" }),
            ),
            (
                json!({ "name": "things", "viewRule": "id = " }),
                json!({ "viewRule": "validation_invalid_rule" }),
            ),
            (
                json!({ "name": "things", "indexes": ["nope"] }),
                json!({ "indexes": { "0": "validation_invalid_index_expression" } }),
            ),
            (
                json!({ "name": "things", "type": "auth",
                    "passwordAuth": { "enabled": true, "identityFields": ["nope"] } }),
                json!({ "passwordAuth": { "identityFields": "validation_missing_field" } }),
            ),
            (
                json!({ "name": "things", "type": "auth", "authToken": { "duration": 1 } }),
                json!({ "authToken": {
                    "duration": "validation_min_greater_equal_than_required" } }),
            ),
        ]
    }

    fn codes(errors: &Value) -> Value {
        if errors["code"].is_string() {
            return errors["code"].clone();
        }
        errors
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, below)| (name.clone(), codes(below)))
            .collect()
    }

    #[tokio::test]
    async fn every_wrong_entry_is_named_where_it_stands_and_nothing_is_made() {
        let server = TestServer::start().await;
        let root = server.superuser();
        let before = Everything::of(&server);
        for (definition, expected) in [names(), fields(), options()].concat() {
            let body = root.post("/api/collections", definition.clone()).await.expect(400);
            assert_eq!(codes(&body["data"]), expected, "{definition} -> {body}");
        }
        before.assert_same(&Everything::of(&server), "a refused definition");
    }

    #[tokio::test]
    async fn tables_and_indexes_share_their_names() {
        let server = TestServer::start().await;
        let root = server.superuser();
        let with_index = |name: &str, index: &str| {
            let text = format!("CREATE INDEX `{index}` ON `{name}` (`title`)");
            let fields = json!([{ "name": "title", "type": "text" }]);
            json!({ "name": name, "fields": fields, "indexes": [text] })
        };
        server.collection(with_index("posts", "by_title")).await;
        server.collection(json!({ "name": "notes" })).await;
        let before = Everything::of(&server);
        let name = json!({ "name": "validation_collection_name_exists" });
        let index = json!({ "indexes": { "0": "validation_existing_index_name" } });
        for (definition, expected) in [
            (json!({ "name": "by_title" }), &name),
            (
                json!({ "name": "BY_TITLE", "type": "view", "viewQuery": "select id from posts" }),
                &name,
            ),
            (with_index("things", "things"), &name),
            (with_index("things", "Notes"), &index),
        ] {
            let body = root.post("/api/collections", definition.clone()).await.expect(400);
            assert_eq!(&codes(&body["data"]), expected, "{definition} -> {body}");
        }
        let renamed = root.patch("/api/collections/notes", json!({ "name": "by_title" })).await;
        assert_eq!(codes(&renamed.expect(400)["data"]), name);
        before.assert_same(&Everything::of(&server), "a name that is taken");
        let free = json!({ "indexes": [] });
        root.patch("/api/collections/posts", free).await.expect(200);
        root.patch("/api/collections/notes", json!({ "name": "by_title" })).await.expect(200);
    }

    #[tokio::test]
    async fn a_query_with_a_sign_that_no_database_reads_is_refused() {
        let server = TestServer::start().await;
        let root = server.superuser();
        let before = Everything::of(&server);
        for query in ["SELECT id FROM users\0", "SELECT id, '\0' AS x FROM users"] {
            let view = json!({ "name": "seen", "type": "view", "viewQuery": query });
            let body = root.post("/api/collections", view).await.expect(400);
            assert!(body["data"]["viewQuery"].is_object(), "{body}");
            let path = "/api/collections/meta/dry-run-view";
            root.post(path, json!({ "query": query })).await.expect(400);
        }
        before.assert_same(&Everything::of(&server), "a refused query");
    }

    #[tokio::test]
    async fn all_errors_are_told_at_once() {
        let server = TestServer::start().await;
        let definition = json!({
            "name": "", "fields": [{ "type": "text", "name": "" }], "indexes": ["x"],
        });
        let body = server.superuser().post("/api/collections", definition).await.expect(400);
        let expected = json!({
            "name": "validation_required",
            "fields": { "1": { "name": "validation_required" } },
            "indexes": { "0": "validation_invalid_index_expression" },
        });
        assert_eq!(codes(&body["data"]), expected);
    }

    #[tokio::test]
    async fn entries_of_a_wrong_type_are_refused_without_data() {
        let server = TestServer::start().await;
        for definition in [
            json!({ "name": 5 }),
            json!({ "name": "things", "fields": "x" }),
            json!({ "name": "things", "fields": {} }),
            json!({ "name": "things", "fields": [{ "name": "a", "type": "zip" }] }),
            json!({ "name": "things", "fields": [{ "name": "a" }] }),
            json!({ "name": "things", "listRule": 5 }),
        ] {
            let body = server.superuser().post("/api/collections", definition.clone()).await;
            assert_eq!(body.expect(400)["data"], json!({}), "{definition}");
        }
        server.superuser().get("/api/collections/things").await.expect(404);
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn definitions_are_for_superusers_alone() {
        let server = TestServer::start().await;
        server.open_collection("posts", json!([{ "name": "title", "type": "text" }])).await;
        let (user, _) = server.user("ann").await;
        let before = Everything::of(&server);
        let routes = [
            (Method::GET, "/api/collections"),
            (Method::POST, "/api/collections"),
            (Method::GET, "/api/collections/posts"),
            (Method::PATCH, "/api/collections/posts"),
            (Method::DELETE, "/api/collections/posts"),
            (Method::GET, "/api/collections/nowhere"),
            (Method::PATCH, "/api/collections/nowhere"),
            (Method::DELETE, "/api/collections/nowhere"),
            (Method::GET, "/api/collections/meta/scaffolds"),
        ];
        for (method, path) in routes {
            let body = json!({ "name": "mine", "listRule": "" });
            let body = (method != Method::GET).then_some(body);
            let guest = server.guest().send(method.clone(), path, body.clone()).await;
            assert_eq!(guest.expect(401)["data"], json!({}), "{method} {path}");
            let user = user.send(method.clone(), path, body).await;
            assert_eq!(user.expect(403)["data"], json!({}), "{method} {path}");
        }
        before.assert_same(&Everything::of(&server), "a caller without the right");
    }
}

mod missing {
    use super::*;

    #[tokio::test]
    async fn unknown_collections_are_not_found() {
        let server = TestServer::start().await;
        let root = server.superuser();
        root.get("/api/collections/nowhere").await.expect(404);
        root.patch("/api/collections/nowhere", json!({})).await.expect(404);
        root.delete("/api/collections/nowhere").await.expect(404);
    }
}
