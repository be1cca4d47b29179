//! `GET /api/collections` and `GET /api/collections/{collection}`

use serde_json::json;
use underpin_testkit::TestServer;

mod ok {
    use super::*;

    #[tokio::test]
    async fn collections_are_listed_page_by_page() {
        let server = TestServer::start().await;
        let parameters = [
            ("page", "1"),
            ("perPage", "2"),
            ("sort", "name"),
            ("filter", "system = true"),
            ("fields", "name"),
        ];
        let page = server.superuser().ask("/api/collections", &parameters).await.expect(200);
        assert_eq!(
            page,
            json!({
                "items": [{ "name": "_authOrigins" }, { "name": "_externalAuths" }],
                "page": 1, "perPage": 2, "totalItems": 5, "totalPages": 3,
            })
        );
    }

    #[tokio::test]
    async fn a_collection_is_found_by_name_and_by_id() {
        let server = TestServer::start().await;
        let root = server.superuser();
        let by_name = root.get("/api/collections/users").await.expect(200);
        assert_eq!(by_name["id"], "_pb_users_auth_");
        assert_eq!(root.get("/api/collections/_pb_users_auth_").await.expect(200), by_name);
        let superusers = root.get("/api/collections/_superusers").await.expect(200);
        assert_eq!(superusers["id"], "pbc_3142635823", "clients know this id by heart");
    }
}

mod invalid {
    use super::*;

    #[tokio::test]
    async fn unknown_names_in_filters_are_refused() {
        let server = TestServer::start().await;
        let root = server.superuser();
        root.ask("/api/collections", &[("filter", "nope = 1")]).await.expect(400);
        root.ask("/api/collections", &[("sort", "nope")]).await.expect(400);
    }
}
