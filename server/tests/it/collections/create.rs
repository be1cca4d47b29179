//! `POST /api/collections`

use serde_json::{Value, json};
use underpin_testkit::TestServer;

/// A definition with each of the 14 field types and every option of theirs set.
fn every_type() -> Value {
    json!([
        { "name": "title", "type": "text", "min": 2, "max": 10, "pattern": "^[a-z]+$",
          "autogeneratePattern": "[a-z]{5}", "required": true, "presentable": true,
          "help": "The title." },
        { "name": "body", "type": "editor", "maxSize": 100, "convertURLs": true },
        { "name": "count", "type": "number", "min": -5, "max": 10, "onlyInt": true },
        { "name": "active", "type": "bool" },
        { "name": "mail", "type": "email", "onlyDomains": ["example.com"] },
        { "name": "site", "type": "url", "exceptDomains": ["example.org"] },
        { "name": "day", "type": "date", "min": "2024-01-01 00:00:00.000Z",
          "max": "2025-01-01 00:00:00.000Z" },
        { "name": "made", "type": "autodate", "onCreate": true, "onUpdate": true },
        { "name": "tags", "type": "select", "values": ["a", "b", "c"], "maxSelect": 2 },
        { "name": "photos", "type": "file", "maxSelect": 3, "maxSize": 1000,
          "mimeTypes": ["image/png"], "thumbs": ["100x100", "0x50"], "protected": true },
        { "name": "author", "type": "relation", "collectionId": "_pb_users_auth_",
          "cascadeDelete": true, "minSelect": 1, "maxSelect": 4 },
        { "name": "extra", "type": "json", "maxSize": 50 },
        { "name": "place", "type": "geoPoint" },
        { "name": "code", "type": "password", "min": 8, "max": 20, "pattern": "^[a-z]+$",
          "cost": 10, "hidden": true },
    ])
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn all_field_types_keep_their_options() {
        let server = TestServer::start().await;
        let made =
            server.collection(json!({ "name": "things", "type": "base", "fields": every_type() }));
        let made = made.await;
        let read = server.superuser().get("/api/collections/things").await.expect(200);
        assert_eq!(made, read, "what was answered is what is kept");
        let fields = read["fields"].as_array().unwrap();
        let wanted = every_type();
        assert_eq!(fields.len(), wanted.as_array().unwrap().len() + 1, "all of them and the id");
        for (field, wanted) in fields.iter().skip(1).zip(wanted.as_array().unwrap()) {
            assert!(!field["id"].as_str().unwrap().is_empty());
            for (option, value) in wanted.as_object().unwrap() {
                assert_eq!(&field[option], value, "{}.{option}", wanted["name"]);
            }
        }
    }

    #[tokio::test]
    async fn a_new_collection_is_closed() {
        let server = TestServer::start().await;
        let fields = json!([{ "name": "title", "type": "text" }]);
        let made = server.collection(json!({ "name": "posts", "fields": fields })).await;
        for rule in ["listRule", "viewRule", "createRule", "updateRule", "deleteRule"] {
            assert_eq!(made[rule], Value::Null, "{rule}");
        }
        assert_eq!((&made["type"], &made["system"]), (&json!("base"), &json!(false)));
        let (user, _) = server.user("ann").await;
        for caller in [server.guest(), user] {
            caller.get("/api/collections/posts/records").await.expect(403);
            caller.post("/api/collections/posts/records", json!({})).await.expect(403);
        }
    }

    #[tokio::test]
    async fn the_id_field_comes_by_itself() {
        let server = TestServer::start().await;
        let made = server.collection(json!({ "name": "posts" })).await;
        let id = &made["fields"][0];
        assert_eq!(id["name"], "id");
        assert_eq!(id["primaryKey"], true);
        assert_eq!(id["system"], true);
        assert_eq!(id["autogeneratePattern"], "[a-z0-9]{15}");
        assert_eq!(id["pattern"], "^[a-z0-9]+$");
        assert_eq!(made["fields"].as_array().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn an_auth_collection_gets_its_fields_indexes_and_secrets() {
        let server = TestServer::start().await;
        let made = server.collection(json!({ "name": "members", "type": "auth" })).await;
        let names: Vec<&str> = made["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| field["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["id", "password", "tokenKey", "email", "emailVisibility", "verified"]);
        assert_eq!(made["indexes"].as_array().unwrap().len(), 2);
        assert_eq!(made["authRule"], "");
        assert_eq!(made["manageRule"], Value::Null);
        assert_eq!(made["passwordAuth"], json!({ "enabled": true, "identityFields": ["email"] }));
        assert_eq!(made["authToken"], json!({ "duration": 432_000 }), "the secret stays inside");
        assert!(!made.to_string().contains("\"secret\""));
    }

    #[tokio::test]
    async fn a_collection_can_point_at_itself() {
        let server = TestServer::start().await;
        let made =
            server.open_collection("nodes", json!([{ "name": "title", "type": "text" }])).await;
        let mut fields = made["fields"].as_array().unwrap().clone();
        fields.push(json!({ "name": "parent", "type": "relation", "collectionId": made["id"] }));
        let root = server.superuser();
        root.patch("/api/collections/nodes", json!({ "fields": fields })).await.expect(200);
        let top = root.create("nodes", json!({ "title": "top" })).await;
        let leaf = root.create("nodes", json!({ "title": "leaf", "parent": top["id"] })).await;
        assert_eq!(leaf["parent"], top["id"]);
    }

    #[tokio::test]
    async fn indexes_are_made_and_hold() {
        let server = TestServer::start().await;
        server
            .collection(json!({
                "name": "posts", "fields": [{ "name": "slug", "type": "text" }],
                "indexes": ["CREATE UNIQUE INDEX idx_slug ON posts (slug)"],
            }))
            .await;
        let root = server.superuser();
        root.create("posts", json!({ "slug": "a" })).await;
        root.post("/api/collections/posts/records", json!({ "slug": "a" }))
            .await
            .expect_codes(&[("slug", "validation_not_unique")]);
    }

    #[tokio::test]
    async fn scaffolds_of_the_three_types_can_be_used_as_they_are() {
        let server = TestServer::start().await;
        let root = server.superuser();
        let scaffolds = root.get("/api/collections/meta/scaffolds").await.expect(200);
        for kind in ["auth", "base", "view"] {
            assert_eq!(scaffolds[kind]["type"], kind);
        }
        for kind in ["auth", "base"] {
            let mut definition = scaffolds[kind].clone();
            definition["name"] = json!(format!("from_{kind}"));
            root.post("/api/collections", definition).await.expect(200);
        }
    }
}
