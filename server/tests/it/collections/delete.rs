//! `DELETE /api/collections/{collection}`

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::json;
use underpin_testkit::TestServer;

use crate::everything::Everything;

mod ok {
    use super::*;

    #[tokio::test]
    async fn records_and_files_go_with_their_collection() {
        let server = TestServer::start().await;
        server.open_collection("notes", json!([{ "name": "scan", "type": "file" }])).await;
        let form = Form::new().part("scan", Part::text("x").file_name("scan.txt"));
        let path = "/api/collections/notes/records";
        server.guest().form(Method::POST, path, form).await.expect(200);
        assert_eq!(Everything::of(&server).file_count(), 1);
        let answer = server.superuser().delete("/api/collections/notes").await;
        assert_eq!((answer.status, answer.bytes.len()), (204, 0));
        server.superuser().get("/api/collections/notes").await.expect(404);
        server.guest().get(path).await.expect(404);
        assert_eq!(Everything::of(&server).file_count(), 0);
    }

    #[tokio::test]
    async fn a_collection_of_the_same_name_starts_empty_and_closed() {
        let server = TestServer::start().await;
        let fields = json!([{ "name": "title", "type": "text" }]);
        server.open_collection("notes", fields.clone()).await;
        let root = server.superuser();
        root.create("notes", json!({ "title": "old" })).await;
        root.delete("/api/collections/notes").await.expect(204);
        server.collection(json!({ "name": "notes", "fields": fields })).await;
        server.guest().get("/api/collections/notes/records").await.expect(403);
        assert!(root.ids("notes", &[]).await.is_empty());
    }
}

mod invalid {
    use super::*;

    #[tokio::test]
    async fn a_collection_that_others_point_at_stays() {
        let server = TestServer::start().await;
        let target = server.open_collection("authors", json!([])).await;
        let relation =
            json!([{ "name": "author", "type": "relation", "collectionId": target["id"] }]);
        server.open_collection("books", relation).await;
        let root = server.superuser();
        assert_eq!(root.delete("/api/collections/authors").await.expect(400)["data"], json!({}));
        root.get("/api/collections/authors").await.expect(200);
        root.delete("/api/collections/books").await.expect(204);
        root.delete("/api/collections/authors").await.expect(204);
    }
}
