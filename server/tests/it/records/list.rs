//! `GET /api/collections/{collection}/records`

use serde_json::{Value, json};
use underpin_testkit::TestServer;

const PATH: &str = "/api/collections/posts/records";

/// Seven posts with the titles a to g and the numbers 1 to 7.
async fn posts(server: &TestServer) {
    let fields = json!([
        { "name": "title", "type": "text" },
        { "name": "rank", "type": "number" },
        { "name": "body", "type": "editor" },
        { "name": "author", "type": "relation", "collectionId": "_pb_users_auth_" },
    ]);
    server.open_collection("posts", fields).await;
    for (rank, title) in ["a", "b", "c", "d", "e", "f", "g"].into_iter().enumerate() {
        let body = json!({ "title": title, "rank": rank + 1, "body": "<p>some long text</p>" });
        server.guest().create("posts", body).await;
    }
}

async fn titles(server: &TestServer, parameters: &[(&str, &str)]) -> String {
    let page = server.guest().ask(PATH, parameters).await.expect(200);
    let items = page["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn pages_hold_what_was_asked_for() {
        let server = TestServer::start().await;
        posts(&server).await;
        for (asked, page, per_page, pages) in [
            (&[][..], 1, 30, 1),
            (&[("page", "2"), ("perPage", "3")], 2, 3, 3),
            (&[("perPage", "0")], 1, 30, 1),
            (&[("perPage", "-1")], 1, 30, 1),
            (&[("perPage", "5000")], 1, 1000, 1),
            (&[("page", "-3")], 1, 30, 1),
            (&[("page", "999")], 999, 30, 1),
        ] {
            let mut found = server.guest().ask(PATH, asked).await.expect(200);
            found["items"].take();
            let expected = json!({
                "items": null, "page": page, "perPage": per_page, "totalItems": 7,
                "totalPages": pages,
            });
            assert_eq!(found, expected, "{asked:?}");
        }
        let second = [("page", "2"), ("perPage", "3"), ("sort", "title")];
        assert_eq!(titles(&server, &second).await, "def");
        assert_eq!(titles(&server, &[("page", "999")]).await, "");
    }

    #[tokio::test]
    async fn totals_can_be_left_out() {
        let server = TestServer::start().await;
        posts(&server).await;
        for skip in ["1", "true"] {
            let asked = [("skipTotal", skip), ("perPage", "2")];
            let page = server.guest().ask(PATH, &asked).await.expect(200);
            assert_eq!((&page["totalItems"], &page["totalPages"]), (&json!(-1), &json!(-1)));
            assert_eq!(page["items"].as_array().unwrap().len(), 2);
        }
    }

    #[tokio::test]
    async fn records_are_sorted_as_asked() {
        let server = TestServer::start().await;
        posts(&server).await;
        for (sort, expected) in [
            ("title", "abcdefg"),
            ("+title", "abcdefg"),
            ("-rank", "gfedcba"),
            ("body,-title", "gfedcba"),
            ("@rowid", "abcdefg"),
            ("-@rowid", "gfedcba"),
        ] {
            assert_eq!(titles(&server, &[("sort", sort)]).await, expected, "{sort}");
        }
        assert_eq!(titles(&server, &[("sort", "@random")]).await.len(), 7);
    }

    #[tokio::test]
    async fn pages_of_equal_records_do_not_overlap() {
        let server = TestServer::start().await;
        posts(&server).await;
        let mut seen = String::new();
        for page in ["1", "2", "3", "4"] {
            let asked = [("sort", "body"), ("page", page), ("perPage", "2")];
            seen.push_str(&titles(&server, &asked).await);
        }
        let mut sorted: Vec<char> = seen.chars().collect();
        sorted.sort_unstable();
        assert_eq!(String::from_iter(sorted), "abcdefg");
    }

    #[tokio::test]
    async fn filters_pick_records() {
        let server = TestServer::start().await;
        posts(&server).await;
        for (filter, expected) in [
            ("title = 'b'", "b"),
            ("title != 'b'", "acdefg"),
            ("rank > 5", "fg"),
            ("rank >= 2 && rank < 4", "bc"),
            ("title = 'a' || title = 'g'", "ag"),
            ("(title = 'a' || title = 'g') && rank > 1", "g"),
            ("body ~ 'LONG'", "abcdefg"),
            ("body !~ 'long'", ""),
            ("title ?= 'a'", "a"),
            ("author = ''", "abcdefg"),
            ("title = \"it's\"", ""),
            ("title = 'a' // a comment", "a"),
        ] {
            let asked = [("filter", filter), ("sort", "title")];
            assert_eq!(titles(&server, &asked).await, expected, "{filter}");
        }
    }

    #[tokio::test]
    async fn fields_cut_records_to_what_is_wanted() {
        let server = TestServer::start().await;
        posts(&server).await;
        let first = async |fields: &str| -> Value {
            let asked = [("fields", fields), ("sort", "title"), ("perPage", "1")];
            server.guest().ask(PATH, &asked).await.expect(200)["items"][0].clone()
        };
        assert_eq!(first("title,rank").await, json!({ "title": "a", "rank": 1 }));
        assert_eq!(first("body:excerpt(4)").await, json!({ "body": "some" }));
        assert_eq!(first("body:excerpt(4,true)").await, json!({ "body": "some..." }));
        assert_eq!(first("*").await.as_object().unwrap().len(), 7);
        assert_eq!(first("nope").await, json!({}));
    }
}

mod invalid {
    use super::*;

    #[tokio::test]
    async fn wrong_parameters_are_refused() {
        let server = TestServer::start().await;
        posts(&server).await;
        for (name, value) in [
            ("page", "abc"),
            ("perPage", "abc"),
            ("page", "99999999999999999999"),
            ("skipTotal", "x"),
            ("sort", "nope"),
            ("sort", "title,,rank"),
            ("sort", "title,title,title,title,title,title,title,title,title"),
            ("filter", "nope = 1"),
            ("filter", "("),
            ("filter", "()"),
            ("filter", " "),
            ("filter", "title = "),
            ("filter", "title = 'a"),
            ("filter", "rank = .5"),
            ("filter", "collectionName = 'posts'"),
            ("filter", "id = '\0'"),
            ("fields", "id:nope(1)"),
            ("fields", "title:excerpt()"),
        ] {
            let body = server.guest().ask(PATH, &[(name, value)]).await.expect(400);
            assert_eq!((&body["status"], &body["data"]), (&json!(400), &json!({})), "{value:?}");
        }
    }

    #[tokio::test]
    async fn filters_have_an_upper_size() {
        let server = TestServer::start().await;
        posts(&server).await;
        let expressions = |many: usize| vec!["rank>0"; many].join("&&");
        for (filter, status) in [
            (expressions(200), 200),
            (expressions(201), 400),
            (format!("title != '{}'", "x".repeat(3_489)), 200),
            (format!("title != '{}'", "x".repeat(3_490)), 400),
        ] {
            server.guest().ask(PATH, &[("filter", &filter)]).await.expect(status);
        }
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn requests_and_other_collections_are_no_matter_for_clients() {
        let server = TestServer::start().await;
        posts(&server).await;
        let (user, _) = server.user("ann").await;
        for (name, value) in [
            ("filter", "@request.auth.id = ''"),
            ("filter", "title = '@request.'"),
            ("filter", "@collection.users.id != ''"),
            ("sort", "@collection.users.id"),
        ] {
            for caller in [&server.guest(), &user] {
                caller.ask(PATH, &[(name, value)]).await.expect(403);
            }
        }
        server.superuser().ask(PATH, &[("filter", "@request.auth.id != ''")]).await.expect(200);
    }
}
