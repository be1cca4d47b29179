//! `underpin superuser …`

use tempfile::TempDir;
use underpin_testkit::{Binary, Caller};

use super::run_in;

/// Runs commands on one data folder.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Exit code of a command, and what it said.
    async fn superuser(&self, args: &[&str]) -> (i32, String) {
        let args = [&["superuser"], args, &["--dir", "data"]].concat();
        let (code, out, complaint) = run_in(self.0.path(), &[], &args).await;
        (code, format!("{out}{complaint}"))
    }

    /// Whether somebody can sign in on a server of this folder.
    async fn signs_in(&self, email: &str, password: &str) -> bool {
        let server = Binary::serve(&self.0.path().join("data")).await;
        let body = serde_json::json!({ "identity": email, "password": password });
        let path = "/api/collections/_superusers/auth-with-password";
        let answer = Caller::guest(&server.base).post(path, body).await;
        server.terminate().await;
        answer.status == 200
    }
}

#[tokio::test]
async fn a_superuser_is_made_changed_and_deleted_and_exit_codes_tell_how_it_went() {
    let folder = Folder::new();
    let steps: [(&[&str], i32, &str); 13] = [
        (&["create", "a@example.com", "12345678"], 0, "a@example.com"),
        (&["create", "a@example.com", "12345678"], 4, "email"),
        (&["create", "b@example.com", "short"], 4, "password"),
        (&["create", "no address", "12345678"], 4, "email"),
        (&["update", "nobody@example.com", "12345678"], 3, "not found"),
        (&["delete", "nobody@example.com"], 3, "not found"),
        (&["delete", "a@example.com"], 4, "superuser"),
        (&["upsert", "b@example.com", "12345678"], 0, "b@example.com"),
        (&["upsert", "b@example.com", "87654321"], 0, "b@example.com"),
        (&["upsert", "b@example.com", "short"], 4, "password"),
        (&["update", "b@example.com", "abcdefgh"], 0, "b@example.com"),
        (&["delete", "a@example.com"], 0, "a@example.com"),
        (&["delete", "b@example.com"], 4, "superuser"),
    ];
    for (args, code, word) in steps {
        let (found, said) = folder.superuser(args).await;
        assert_eq!(found, code, "{args:?}: {said}");
        assert!(said.to_lowercase().contains(word), "{args:?}: {said}");
        assert!(!said.contains("12345678") && !said.contains("87654321"), "{said}");
    }
    assert!(folder.signs_in("b@example.com", "abcdefgh").await);
    assert!(!folder.signs_in("b@example.com", "87654321").await);
    assert!(!folder.signs_in("a@example.com", "12345678").await);
}

#[tokio::test]
async fn wrong_arguments_exit_with_2_and_touch_nothing() {
    let folder = Folder::new();
    let wrong: [&[&str]; 5] =
        [&[], &["create"], &["dance", "a@example.com"], &["delete"], &["create", "a", "b", "c"]];
    for args in wrong {
        assert_eq!(folder.superuser(args).await.0, 2, "{args:?}");
    }
    assert!(!folder.0.path().join("data").exists());
}

#[tokio::test]
async fn a_superuser_can_be_made_while_a_server_runs_on_the_same_folder() {
    let folder = Folder::new();
    let data = folder.0.path().join("data");
    let server = Binary::serve(&data).await;
    let guest = Caller::guest(&server.base);
    for password in ["12345678", "87654321"] {
        let (code, said) = folder.superuser(&["upsert", "a@example.com", password]).await;
        assert_eq!(code, 0, "{said}");
        let root = guest.signed_in("_superusers", "a@example.com", password).await;
        root.get("/api/collections").await.ok();
    }
    let old = guest.signed_in("_superusers", "a@example.com", "87654321").await;
    folder.superuser(&["update", "a@example.com", "abcdefgh"]).await;
    old.get("/api/collections").await.expect(401);
    assert_eq!(server.terminate().await, Some(0));
}
