//! Who sees addresses and hidden fields of accounts.

use serde_json::{Value, json};
use underpin_testkit::{Caller, TestServer};

use super::sign_up;

const PATH: &str = "/api/collections/members/records";

/// An open auth collection with a hidden field; Ann hides her address and Bob shows his.
async fn members(server: &TestServer) -> (Value, Value) {
    server
        .collection(json!({
            "name": "members", "type": "auth", "listRule": "", "viewRule": "", "createRule": "",
            "updateRule": "",
            "fields": [{ "name": "notes", "type": "text", "hidden": true }],
        }))
        .await;
    let root = server.superuser();
    let mut ann = sign_up("ann@example.com");
    ann["notes"] = json!("a hidden note");
    let mut bob = sign_up("bob@example.com");
    bob["emailVisibility"] = json!(true);
    (root.create("members", ann).await, root.create("members", bob).await)
}

async fn view(caller: &Caller, record: &Value) -> Value {
    caller.get(&format!("{PATH}/{}", record["id"].as_str().unwrap())).await.expect(200)
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn an_address_is_shown_to_its_owner_to_superusers_and_when_it_is_public() {
        let server = TestServer::start().await;
        let (ann, bob) = members(&server).await;
        let own = server.guest().signed_in("members", "ann@example.com", "12345678").await;
        let other = server.guest().signed_in("members", "bob@example.com", "12345678").await;
        assert_eq!(view(&server.guest(), &ann).await.get("email"), None);
        assert_eq!(view(&other, &ann).await.get("email"), None);
        assert_eq!(view(&own, &ann).await["email"], "ann@example.com");
        assert_eq!(view(&server.superuser(), &ann).await["email"], "ann@example.com");
        assert_eq!(view(&server.guest(), &bob).await["email"], "bob@example.com");
        let page = own.ask(PATH, &[("sort", "@rowid")]).await.expect(200);
        assert_eq!(page["items"][0]["email"], "ann@example.com");
        let page = other.ask(PATH, &[("sort", "@rowid")]).await.expect(200);
        assert_eq!(page["items"][0].get("email"), None);
    }

    #[tokio::test]
    async fn secrets_are_in_no_answer_not_even_for_superusers() {
        let server = TestServer::start().await;
        let (ann, _) = members(&server).await;
        let own = server.guest().signed_in("members", "ann@example.com", "12345678").await;
        let login = json!({ "identity": "ann@example.com", "password": "12345678" });
        let id = ann["id"].as_str().unwrap();
        for caller in [server.guest(), own.clone(), server.superuser()] {
            let expanding = format!("{PATH}/{id}?expand=tokenKey,password&fields=*,tokenKey");
            for answer in [
                caller.get(&expanding).await,
                caller.get(PATH).await,
                caller.post("/api/collections/members/auth-with-password", login.clone()).await,
                caller.patch(&format!("{PATH}/{id}"), json!({})).await,
            ] {
                let text = answer.text();
                for secret in ["tokenKey", "\"password\"", "$argon2"] {
                    assert!(!text.contains(secret), "{secret} in {text}");
                }
                if caller.token != server.superuser().token {
                    assert!(!text.contains("hidden note"), "{text}");
                }
            }
        }
        assert_eq!(view(&server.superuser(), &ann).await["notes"], "a hidden note");
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn addresses_that_are_not_shown_can_not_be_searched_for() {
        let server = TestServer::start().await;
        members(&server).await;
        let guest = server.guest();
        for (filter, found) in [
            ("email = 'ann@example.com'", 0),
            ("email ~ 'ann'", 0),
            ("email != ''", 1),
            ("email = 'bob@example.com'", 1),
            ("email != 'bob@example.com'", 0),
            ("email = 'nobody' || email ~ 'ann'", 0),
            ("email:lower = 'ann@example.com'", 0),
        ] {
            let ids = guest.ids("members", &[("filter", filter)]).await;
            assert_eq!(ids.len(), found, "{filter}");
        }
    }

    #[tokio::test]
    async fn the_order_does_not_tell_addresses_that_are_not_shown() {
        let server = TestServer::start().await;
        members(&server).await;
        let guest = server.guest();
        let order = async || guest.ids("members", &[("sort", "email")]).await;
        let before = order().await;
        let root = server.superuser();
        let ann = root.ids("members", &[("filter", "email ~ 'ann'")]).await;
        let path = format!("{PATH}/{}", ann[0]);
        root.patch(&path, json!({ "email": "zoe@example.com" })).await.expect(200);
        assert_eq!(order().await, before);
    }

    #[tokio::test]
    async fn hidden_fields_answer_as_unknown_ones_do() {
        let server = TestServer::start().await;
        members(&server).await;
        let (guest, root) = (server.guest(), server.superuser());
        for name in ["notes", "tokenKey", "password"] {
            let unknown = name.replace(|_: char| true, "q");
            for (parameter, form) in [
                ("filter", "NAME = 'x'"),
                ("filter", "id != '' || NAME ~ 'x'"),
                ("filter", "NAME:lower = 'x'"),
                ("filter", "NAME:length > 1"),
                ("sort", "NAME"),
                ("sort", "-NAME"),
            ] {
                let ask = async |name: &str| {
                    let value = form.replace("NAME", name);
                    guest.ask(PATH, &[(parameter, &value)]).await
                };
                let (hidden, absent) = (ask(name).await, ask(&unknown).await);
                let same = hidden.expect(400).to_string().replace(name, &unknown);
                assert_eq!(same, absent.expect(400).to_string(), "{parameter} {form}");
            }
            let cut = guest.ask(PATH, &[("fields", name)]).await.expect(200);
            assert_eq!(cut["items"], json!([{}, {}]));
            root.ask(PATH, &[("filter", &format!("{name} != 'x'"))]).await.expect(200);
        }
    }

    #[tokio::test]
    async fn an_empty_owner_is_no_guests_account() {
        let server = TestServer::start().await;
        members(&server).await;
        for rule in ["notes = @request.auth.id", "@request.query.key = ''"] {
            let root = server.superuser();
            let change = json!({ "manageRule": rule });
            root.patch("/api/collections/members", change).await.expect(200);
            let made = root.create("members", sign_up(&format!("{}@x.org", rule.len()))).await;
            let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
            let guest = server.guest();
            let page = guest.ask(PATH, &[("sort", "@rowid")]).await.expect(200);
            assert_eq!(page["items"][0].get("email"), None, "{rule}");
            assert_eq!(guest.get(&path).await.expect(200).get("email"), None, "{rule}");
            let found = guest.ids("members", &[("filter", "email ~ '@x.org'")]).await;
            assert!(found.is_empty(), "{rule}");
            guest.patch(&path, json!({ "verified": true })).await.expect(400);
            let new = json!({ "password": "abcdefgh1", "passwordConfirm": "abcdefgh1" });
            guest.patch(&path, new).await.expect(400);
            assert_eq!(guest.patch(&path, json!({})).await.expect(200).get("email"), None);
        }
    }
}
