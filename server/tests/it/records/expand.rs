//! `?expand=`: related records, each under its own view rule.

use serde_json::{Value, json};
use underpin_testkit::TestServer;

const PATH: &str = "/api/collections/books/records";

/// Authors (open), shelves (locked), and a book with two authors and a shelf.
async fn library(server: &TestServer) -> Value {
    let title = json!([{ "name": "title", "type": "text" }]);
    let authors = server.open_collection("authors", title.clone()).await;
    let shelves = server.collection(json!({ "name": "shelves", "fields": title })).await;
    let relation = |name: &str, target: &Value, many: u8| json!({ "name": name, "type": "relation", "collectionId": target["id"], "maxSelect": many });
    let fields = json!([
        relation("authors", &authors, 3),
        relation("editor", &authors, 1),
        relation("shelf", &shelves, 1),
    ]);
    server.open_collection("books", fields).await;
    let root = server.superuser();
    let ann = root.create("authors", json!({ "title": "ann" })).await;
    let bob = root.create("authors", json!({ "title": "bob" })).await;
    let shelf = root.create("shelves", json!({ "title": "s" })).await;
    root.create(
        "books",
        json!({ "authors": [ann["id"], bob["id"]], "editor": ann["id"], "shelf": shelf["id"] }),
    )
    .await
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn related_records_come_along_where_they_may_be_viewed() {
        let server = TestServer::start().await;
        let book = library(&server).await;
        let path = format!("{PATH}/{}?expand=authors,editor,shelf", book["id"].as_str().unwrap());
        let seen = server.guest().get(&path).await.expect(200);
        assert_eq!(seen["expand"]["editor"]["title"], "ann");
        let names: Vec<&Value> =
            seen["expand"]["authors"].as_array().unwrap().iter().map(|a| &a["title"]).collect();
        assert_eq!(names, ["ann", "bob"]);
        assert_eq!(seen["expand"].get("shelf"), None, "locked for guests");
        let all = server.superuser().get(&path).await.expect(200);
        assert_eq!(all["expand"]["shelf"]["title"], "s");
    }

    #[tokio::test]
    async fn lists_creations_and_changes_expand_too() {
        let server = TestServer::start().await;
        let book = library(&server).await;
        let page = server.guest().ask(PATH, &[("expand", "editor")]).await.expect(200);
        assert_eq!(page["items"][0]["expand"]["editor"]["title"], "ann");
        let body = json!({ "editor": book["editor"] });
        let made = server.guest().post(&format!("{PATH}?expand=editor"), body).await.expect(200);
        assert_eq!(made["expand"]["editor"]["title"], "ann");
        let path = format!("{PATH}/{}?expand=editor", made["id"].as_str().unwrap());
        let changed = server.guest().patch(&path, json!({})).await.expect(200);
        assert_eq!(changed["expand"]["editor"]["title"], "ann");
    }

    #[tokio::test]
    async fn an_empty_relation_gives_an_empty_expand_and_an_unknown_name_none() {
        let server = TestServer::start().await;
        library(&server).await;
        let made = server.guest().create("books", json!({})).await;
        let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
        let known = server.guest().get(&format!("{path}?expand=editor")).await.expect(200);
        assert_eq!(known["expand"], json!({}));
        let unknown = server.guest().get(&format!("{path}?expand=nope")).await.expect(200);
        assert_eq!(unknown.get("expand"), None);
    }
}
