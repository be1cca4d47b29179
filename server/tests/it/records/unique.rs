//! Unique indexes.

use serde_json::json;
use underpin_testkit::TestServer;

const PATH: &str = "/api/collections/posts/records";

async fn posts(server: &TestServer) {
    server
        .collection(json!({
            "name": "posts", "createRule": "", "updateRule": "", "listRule": "", "viewRule": "",
            "fields": [{ "name": "slug", "type": "text" }, { "name": "lang", "type": "text" }],
            "indexes": [
                "CREATE UNIQUE INDEX idx_slug_lang ON posts (slug, lang)",
                "CREATE UNIQUE INDEX idx_once ON posts (lang) WHERE lang = 'once'",
            ],
        }))
        .await;
}

mod invalid {
    use super::*;

    #[tokio::test]
    async fn a_broken_index_names_each_of_its_fields_and_nothing_else() {
        let server = TestServer::start().await;
        posts(&server).await;
        let guest = server.guest();
        guest.create("posts", json!({ "slug": "a", "lang": "secretvalue" })).await;
        let both = [("lang", "validation_not_unique"), ("slug", "validation_not_unique")];
        let again = guest.post(PATH, json!({ "slug": "a", "lang": "secretvalue" })).await;
        again.expect_codes(&both);
        let text = again.text().to_lowercase();
        for inside in ["idx_", "constraint", "sqlite", "posts", "secretvalue"] {
            assert!(!text.contains(inside), "{inside} in {text}");
        }
        let other = guest.create("posts", json!({ "slug": "a", "lang": "en" })).await;
        let path = format!("{PATH}/{}", other["id"].as_str().unwrap());
        guest.patch(&path, json!({ "lang": "secretvalue" })).await.expect_codes(&both);
        assert_eq!(guest.get(&path).await.ok()["lang"], "en");
    }

    #[tokio::test]
    async fn a_partial_index_holds_where_its_condition_does() {
        let server = TestServer::start().await;
        posts(&server).await;
        let guest = server.guest();
        guest.create("posts", json!({ "slug": "a", "lang": "once" })).await;
        guest
            .post(PATH, json!({ "slug": "b", "lang": "once" }))
            .await
            .expect_codes(&[("lang", "validation_not_unique")]);
        guest.create("posts", json!({ "slug": "b", "lang": "twice" })).await;
    }

    #[tokio::test]
    async fn an_id_is_given_once_even_under_a_hundred_parallel_requests() {
        let server = TestServer::start().await;
        posts(&server).await;
        let guest = server.guest();
        let body = |n: usize| json!({ "id": "abcdefghijklmno", "slug": format!("s{n}") });
        let all = (0..100).map(|n| guest.post(PATH, body(n)));
        let mut made = 0;
        for answer in futures_util::future::join_all(all).await {
            if answer.status == 200 {
                made += 1;
            } else {
                answer.expect_codes(&[("id", "validation_not_unique")]);
            }
        }
        assert_eq!((made, guest.ids("posts", &[]).await.len()), (1, 1));
    }
}
