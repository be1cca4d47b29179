//! `POST /api/collections/{collection}/records`

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use underpin_testkit::TestServer;

const PATH: &str = "/api/collections/things/records";

/// A collection `things` with a field of each type that a value can be wrong for.
async fn things(server: &TestServer) {
    let fields = json!([
        { "name": "text", "type": "text", "min": 2, "max": 10, "pattern": "^[a-z]+$",
          "autogeneratePattern": "[a-z]{5}" },
        { "name": "editor", "type": "editor", "maxSize": 100 },
        { "name": "number", "type": "number", "min": -5, "max": 10, "onlyInt": true },
        { "name": "bool", "type": "bool" },
        { "name": "email", "type": "email", "onlyDomains": ["example.com"] },
        { "name": "url", "type": "url", "exceptDomains": ["example.org"] },
        { "name": "date", "type": "date", "min": "2024-01-01 00:00:00.000Z",
          "max": "2025-01-01 00:00:00.000Z" },
        { "name": "created", "type": "autodate", "onCreate": true },
        { "name": "updated", "type": "autodate", "onCreate": true, "onUpdate": true },
        { "name": "select", "type": "select", "values": ["a", "b", "c"], "maxSelect": 1 },
        { "name": "tags", "type": "select", "values": ["a", "b", "c"], "maxSelect": 2 },
        { "name": "file", "type": "file", "maxSelect": 2 },
        { "name": "json", "type": "json", "maxSize": 50 },
        { "name": "point", "type": "geoPoint" },
        { "name": "secret", "type": "password", "min": 8, "max": 20, "pattern": "^[a-z]+$" },
        { "name": "relation", "type": "relation", "collectionId": "_pb_users_auth_" },
        { "name": "hidden", "type": "text", "hidden": true },
    ]);
    server.open_collection("things", fields).await;
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn values_of_each_type_come_back_as_they_are_kept() {
        let server = TestServer::start().await;
        things(&server).await;
        let sent = json!({
            "text": "abc", "editor": "<b>x</b>", "number": 3, "bool": true,
            "email": "a@example.com", "url": "https://example.net/a", "select": "a",
            "tags": ["a", "b"], "json": { "b": 1, "a": [1, 2] },
            "point": { "lon": 1, "lat": 2 },
        });
        let mut body = sent.clone();
        body["date"] = json!("2024-05-01");
        body["secret"] = json!("abcdefghi");
        let made = server.guest().create("things", body).await;
        for (name, value) in sent.as_object().unwrap() {
            assert_eq!(&made[name], value, "{name}");
        }
        assert_eq!(made["date"], "2024-05-01 00:00:00.000Z");
        assert_eq!(made["secret"], "", "passwords never leave, nor do their hashes");
        assert_eq!((&made["file"], &made["relation"]), (&json!([]), &json!("")));
        assert_eq!(made["created"], made["updated"]);
        assert_eq!(made["collectionName"], "things");
        let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
        assert_eq!(server.guest().get(&path).await.expect(200), made);
        assert_eq!(server.superuser().get(&path).await.expect(200)["secret"], "");
        for (name, value) in [("filter", "secret ~ 'argon'"), ("sort", "secret")] {
            server.guest().ask(PATH, &[(name, value)]).await.expect(400);
        }
    }

    #[tokio::test]
    async fn password_fields_are_kept_as_hashes_and_may_be_changed() {
        let server = TestServer::start().await;
        things(&server).await;
        let root = server.superuser();
        let made = root.create("things", json!({ "secret": "abcdefghi" })).await;
        let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
        let hashed = async |filter| root.ids("things", &[("filter", filter)]).await.len();
        assert_eq!(hashed("secret ~ 'argon2id'").await, 1);
        assert_eq!(hashed("secret = 'abcdefghi'").await, 0);
        let answer = root.patch(&path, json!({ "secret": "short" })).await;
        answer.expect_codes(&[("secret", "validation_min_text_constraint")]);
        root.patch(&path, json!({ "number": 1 })).await.expect(200);
        assert_eq!(hashed("secret ~ 'argon2id'").await, 1, "other changes leave it");
        root.patch(&path, json!({ "secret": "" })).await.expect(200);
        assert_eq!(hashed("secret ~ 'argon2id'").await, 0);
    }

    #[tokio::test]
    async fn an_empty_body_takes_every_default() {
        let server = TestServer::start().await;
        things(&server).await;
        let root = server.superuser();
        let made = root.create("things", json!({})).await;
        assert_eq!(made["id"].as_str().unwrap().len(), 15);
        assert_eq!(made["text"].as_str().unwrap().len(), 5, "drawn from its pattern");
        assert_eq!((&made["number"], &made["bool"]), (&json!(0), &json!(false)));
        assert_eq!((&made["tags"], &made["json"]), (&json!([]), &Value::Null));
        assert_eq!(made["point"], json!({ "lon": 0, "lat": 0 }));
        for raw in ["", "null", "{}", "{\"text\":\"abc\"} and more"] {
            root.send_raw(Method::POST, PATH, raw).await.expect(200);
        }
    }

    #[tokio::test]
    async fn values_are_cast_where_that_can_not_go_wrong() {
        let server = TestServer::start().await;
        things(&server).await;
        let casts = [
            ("number", json!("abc"), json!(0)),
            ("number", json!(true), json!(1)),
            ("number", json!("7"), json!(7)),
            ("bool", json!("yes"), json!(false)),
            ("bool", json!("true"), json!(true)),
            ("bool", json!(1), json!(true)),
            ("date", json!("soon"), json!("")),
            ("select", json!(["a", "b"]), json!("b")),
            ("tags", json!("a"), json!(["a"])),
            ("json", json!("{broken"), json!("{broken")),
            ("json", json!("{\"a\":1}"), json!({ "a": 1 })),
            ("point", json!("here"), json!({ "lon": 0, "lat": 0 })),
        ];
        for (name, sent, kept) in casts {
            let made = server.guest().create("things", json!({ name: sent })).await;
            assert_eq!(made[name], kept, "{name}: {sent}");
        }
    }

    #[tokio::test]
    async fn a_form_carries_texts_lists_json_and_files() {
        let server = TestServer::start().await;
        things(&server).await;
        let form = Form::new()
            .text("text", "abc")
            .text("tags", "a")
            .text("tags", "b")
            .text("number", "5")
            .text("bool", "true")
            .text("json", "{\"a\":1}")
            .text("@jsonPayload", "{\"email\":\"a@example.com\"}")
            .part("file", Part::text("hello").file_name("a b.txt"))
            .part("file", Part::text("x").file_name("B.TXT"));
        let made = server.guest().form(Method::POST, PATH, form).await.expect(200);
        assert_eq!((&made["text"], &made["tags"]), (&json!("abc"), &json!(["a", "b"])));
        assert_eq!((&made["number"], &made["bool"]), (&json!(5), &json!(true)));
        assert_eq!((&made["json"], &made["email"]), (&json!({ "a": 1 }), &json!("a@example.com")));
        let names = made["file"].as_array().unwrap();
        let name = names[0].as_str().unwrap();
        assert!(name.starts_with("a_b_") && name.ends_with(".txt"), "{name}");
        assert!(names[1].as_str().unwrap().ends_with(".TXT"), "{names:?}");
    }

    #[tokio::test]
    async fn an_urlencoded_form_is_taken() {
        let server = TestServer::start().await;
        things(&server).await;
        let form = [("text", "abc"), ("tags", "a"), ("tags", "b")];
        let sent = server.guest().request(Method::POST, PATH).form(&form).send().await.unwrap();
        let made: Value = sent.json().await.unwrap();
        assert_eq!((&made["text"], &made["tags"]), (&json!("abc"), &json!(["a", "b"])));
    }

    #[tokio::test]
    async fn an_id_may_be_chosen() {
        let server = TestServer::start().await;
        things(&server).await;
        let made = server.guest().create("things", json!({ "id": "abcdefghijklmno" })).await;
        assert_eq!(made["id"], "abcdefghijklmno");
    }

    #[tokio::test]
    async fn the_servers_own_dates_and_unknown_keys_are_left_alone() {
        let server = TestServer::start().await;
        things(&server).await;
        let body = json!({ "created": "2020-01-01", "nope": 1, "collectionId": "x", "expand": {} });
        let made = server.guest().create("things", body).await;
        assert!(made["created"].as_str().unwrap() > "2025");
        assert_eq!((made.get("nope"), made.get("expand")), (None, None));
        assert_ne!(made["collectionId"], "x");
    }

    #[tokio::test]
    async fn a_hidden_field_is_neither_taken_from_nor_shown_to_guests() {
        let server = TestServer::start().await;
        things(&server).await;
        let root = server.superuser();
        let made = server.guest().create("things", json!({ "hidden": "mine" })).await;
        assert_eq!(made.get("hidden"), None);
        let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
        assert_eq!(root.get(&path).await.expect(200)["hidden"], "");
        root.patch(&path, json!({ "hidden": "theirs" })).await.expect(200);
        server.guest().patch(&path, json!({ "hidden": "mine" })).await.expect(200);
        assert_eq!(root.get(&path).await.expect(200)["hidden"], "theirs");
    }
}

mod invalid {
    use super::*;
    use crate::everything::Everything;

    #[tokio::test]
    async fn every_wrong_value_is_named_with_its_code_and_nothing_is_kept() {
        let server = TestServer::start().await;
        things(&server).await;
        let before = Everything::of(&server);
        let long = "x".repeat(101);
        let cases = [
            ("text", json!("a"), "validation_min_text_constraint"),
            ("text", json!("abcdefghijkl"), "validation_max_text_constraint"),
            ("text", json!("AB"), "validation_invalid_format"),
            ("editor", json!(long), "validation_content_size_limit"),
            ("number", json!(-6), "validation_min_number_constraint"),
            ("number", json!(11), "validation_max_number_constraint"),
            ("number", json!(1.5), "validation_only_int_constraint"),
            ("email", json!("x"), "validation_is_email"),
            ("email", json!("a@example.net"), "validation_email_domain_not_allowed"),
            ("url", json!("x"), "validation_invalid_url"),
            ("url", json!("https://example.org/a"), "validation_url_domain_not_allowed"),
            ("date", json!("2023-01-01"), "validation_min_greater_equal_than_required"),
            ("date", json!("2026-01-01 00:00:00Z"), "validation_max_less_equal_than_required"),
            ("select", json!("z"), "validation_invalid_value"),
            ("tags", json!(["a", "b", "c"]), "validation_too_many_values"),
            ("tags", json!(["z"]), "validation_invalid_value"),
            ("json", json!(long), "validation_json_size_limit"),
            ("point", json!({ "lon": 181, "lat": 0 }), "validation_invalid_longitude"),
            ("point", json!({ "lon": 0, "lat": 91 }), "validation_invalid_latitude"),
            ("secret", json!("short"), "validation_min_text_constraint"),
            ("secret", json!("x".repeat(30)), "validation_max_text_constraint"),
            ("secret", json!("ABCDEFGHI"), "validation_invalid_format"),
            ("relation", json!("nobody"), "validation_missing_rel_records"),
            ("file", json!("nothing.txt"), "validation_invalid_file"),
            ("id", json!("short"), "validation_min_text_constraint"),
            ("id", json!("UPPERUPPERUPPER"), "validation_invalid_format"),
        ];
        for (name, sent, code) in cases {
            let answer = server.guest().post(PATH, json!({ name: sent })).await;
            answer.expect_codes(&[(name, code)]);
        }
        before.assert_same(&Everything::of(&server), "a refused record");
    }

    #[tokio::test]
    async fn all_wrong_values_are_told_at_once() {
        let server = TestServer::start().await;
        things(&server).await;
        let body = json!({ "text": "A", "number": 99, "email": "x" });
        server.guest().post(PATH, body).await.expect_codes(&[
            ("email", "validation_is_email"),
            ("number", "validation_max_number_constraint"),
            ("text", "validation_min_text_constraint"),
        ]);
    }
}

mod missing {
    use super::*;

    #[tokio::test]
    async fn an_unknown_collection_is_not_found() {
        let server = TestServer::start().await;
        server.guest().post("/api/collections/nowhere/records", json!({})).await.expect(404);
        server.guest().get("/api/collections/nowhere/records").await.expect(404);
    }
}
