//! Protected files: opened under the view rule, by a file token.

use super::*;

/// Ann's letter with a protected file; gives Ann, Bob and the file's path.
async fn letter(server: &TestServer) -> (Caller, Caller, String) {
    server
        .collection(json!({
            "name": "letters", "viewRule": "owner = @request.auth.id",
            "fields": [
                { "name": "owner", "type": "text" },
                { "name": "scan", "type": "file", "protected": true },
            ],
        }))
        .await;
    let (ann, id) = server.user("ann").await;
    let (bob, _) = server.user("bob").await;
    let form = form("scan", "secret.txt", b"secret").text("owner", id);
    let path = "/api/collections/letters/records";
    let made = server.superuser().form(Method::POST, path, form).await.expect(200);
    (ann, bob, file_path("letters", &made, "scan"))
}

async fn token(caller: &Caller) -> String {
    let made = caller.post("/api/files/token", json!({})).await.expect(200);
    made["token"].as_str().unwrap().to_owned()
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn a_file_token_opens_what_its_owner_may_view() {
        let server = TestServer::start().await;
        let (ann, _, path) = letter(&server).await;
        for caller in [ann, server.superuser()] {
            let opened =
                server.guest().get(&format!("{path}?token={}", token(&caller).await)).await;
            assert_eq!((opened.status, opened.text().as_str()), (200, "secret"));
            assert!(
                opened.header("cache-control").contains("no-store"),
                "no shared cache keeps it"
            );
        }
    }

    #[tokio::test]
    async fn under_an_open_view_rule_no_token_is_needed() {
        let server = TestServer::start().await;
        let (_, _, path) = letter(&server).await;
        let open = json!({ "viewRule": "" });
        server.superuser().patch("/api/collections/letters", open).await.expect(200);
        assert_eq!(server.guest().get(&path).await.text(), "secret");
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn everybody_else_finds_nothing_with_get_and_with_head() {
        let server = TestServer::start().await;
        let (ann, bob, path) = letter(&server).await;
        let others = [
            path.clone(),
            format!("{path}?token="),
            format!("{path}?token=x.y.z"),
            format!("{path}?token={}", token(&bob).await),
            format!("{path}?token={}", ann.token),
            format!("{path}?thumb=100x100"),
            format!("{path}?download=1"),
        ];
        for path in others {
            let answer = server.guest().get(&path).await;
            assert_eq!(answer.expect(404)["data"], json!({}), "{path}");
            assert_eq!(server.guest().send(Method::HEAD, &path, None).await.status, 404, "{path}");
            let part = with_header(&server.guest(), &path, "Range", "bytes=0-1").await;
            assert_eq!(part.status, 404, "{path}");
            let cached = with_header(&server.guest(), &path, "If-None-Match", "*").await;
            assert_eq!(cached.status, 404, "{path}");
        }
        bob.get(&path).await.expect(404);
    }

    #[tokio::test]
    async fn file_tokens_end_soon_and_with_their_account() {
        let server = TestServer::start().await;
        let (ann, _, path) = letter(&server).await;
        let opens = async |token: &str| {
            server.guest().get(&format!("{path}?token={token}")).await.status == 200
        };
        let old = token(&ann).await;
        assert!(opens(&old).await);
        server.clock.advance(181);
        assert!(!opens(&old).await, "after its three minutes");
        let new = token(&ann).await;
        assert!(opens(&new).await);
        let id = server.superuser().ids("users", &[("filter", "email = 'ann@example.com'")]).await;
        let password = json!({ "password": "abcdefgh1", "passwordConfirm": "abcdefgh1" });
        let record = format!("/api/collections/users/records/{}", id[0]);
        server.superuser().patch(&record, password).await.expect(200);
        assert!(!opens(&new).await, "after a new password");
    }

    #[tokio::test]
    async fn a_locked_view_rule_closes_the_file_to_all_but_superusers() {
        let server = TestServer::start().await;
        let (ann, _, path) = letter(&server).await;
        let (own, root) = (token(&ann).await, token(&server.superuser()).await);
        let locked = json!({ "viewRule": null });
        server.superuser().patch("/api/collections/letters", locked).await.expect(200);
        server.guest().get(&format!("{path}?token={own}")).await.expect(404);
        assert_eq!(server.guest().get(&format!("{path}?token={root}")).await.status, 200);
    }

    #[tokio::test]
    async fn guests_get_no_file_token() {
        let server = TestServer::start().await;
        server.guest().post("/api/files/token", json!({})).await.expect(401);
        server.guest().with_token("x").post("/api/files/token", json!({})).await.expect(401);
    }
}
