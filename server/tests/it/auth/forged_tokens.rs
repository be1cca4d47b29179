//! Tokens that the server never gave out.

use serde_json::{Value, json};
use underpin_testkit::{Caller, TestServer};

/// Base64 for URLs without padding, both ways; tokens are made of it.
mod base64 {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    pub(super) fn encode(bytes: &[u8]) -> String {
        let mut text = String::new();
        for chunk in bytes.chunks(3) {
            let bits = chunk.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte));
            let bits = bits << (8 * (3 - chunk.len()));
            for place in 0..=chunk.len() {
                let sign = usize::try_from((bits >> (18 - 6 * place)) & 63).unwrap();
                text.push(char::from(SIGNS[sign]));
            }
        }
        text
    }

    pub(super) fn decode(text: &str) -> Vec<u8> {
        let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
        for sign in text.bytes() {
            let value = SIGNS.iter().position(|other| *other == sign).unwrap();
            bits = (bits << 6) | u32::try_from(value).unwrap();
            count += 6;
            if count >= 8 {
                count -= 8;
                bytes.push(u8::try_from((bits >> count) & 255).unwrap());
            }
        }
        bytes
    }
}

/// A token's header, claims and signature.
fn parts(token: &str) -> (Value, Value, String) {
    let parts: Vec<&str> = token.split('.').collect();
    let json = |part| serde_json::from_slice(&base64::decode(part)).unwrap();
    (json(parts[0]), json(parts[1]), parts[2].to_owned())
}

fn token(header: &Value, claims: &Value, signature: &str) -> String {
    let part = |json: &Value| base64::encode(json.to_string().as_bytes());
    format!("{}.{}.{signature}", part(header), part(claims))
}

async fn assert_guest(caller: &Caller, what: &str) {
    for collection in ["users", "_superusers"] {
        let path = format!("/api/collections/{collection}/auth-refresh");
        assert_eq!(caller.post(&path, json!({})).await.status, 401, "{what}");
    }
    assert_eq!(caller.get("/api/collections").await.status, 401, "{what}");
    assert_eq!(caller.post("/api/files/token", json!({})).await.status, 401, "{what}");
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn a_token_says_what_clients_read_from_it_and_no_more() {
        let server = TestServer::start().await;
        let (ann, id) = server.user("ann").await;
        let (header, claims, _) = parts(&ann.token);
        assert_eq!(header, json!({ "alg": "HS256", "typ": "JWT" }));
        let mut names: Vec<&String> = claims.as_object().unwrap().keys().collect();
        names.sort();
        assert_eq!(names, ["collectionId", "exp", "id", "refreshable", "type"]);
        assert_eq!((&claims["type"], &claims["id"]), (&json!("auth"), &json!(id)));
        assert_eq!(claims["collectionId"], "_pb_users_auth_");
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn changed_tokens_are_nobodys() {
        let server = TestServer::start().await;
        let (ann, _) = server.user("ann").await;
        let members = server.collection(json!({ "name": "members", "type": "auth" })).await;
        let (header, claims, signature) = parts(&ann.token);
        let changed = |name: &str, value: Value| {
            let mut claims = claims.clone();
            claims[name] = value;
            token(&header, &claims, &signature)
        };
        let root = parts(&server.superuser().token).1;
        let none = |algorithm: &str| token(&json!({ "alg": algorithm, "typ": "JWT" }), &claims, "");
        let forged = [
            ("a longer life", changed("exp", json!(9_999_999_999_i64))),
            ("another collection", changed("collectionId", members["id"].clone())),
            ("a superuser", changed("id", root["id"].clone())),
            ("a superuser's claims", token(&header, &root, &signature)),
            ("no algorithm", none("none")),
            ("no algorithm, in capitals", none("NONE")),
            ("no signature", token(&header, &claims, "")),
            ("another algorithm", token(&json!({ "alg": "HS512" }), &claims, &signature)),
            ("a public key", token(&json!({ "alg": "RS256" }), &claims, &signature)),
            ("a cut signature", token(&header, &claims, signature.get(..20).unwrap())),
            ("garbage", "x.y.z".to_owned()),
            ("more garbage", "garbage".to_owned()),
            ("two parts", format!("{}.", ann.token.rsplit_once('.').unwrap().0)),
            ("a long one", "a".repeat(6_000)),
        ];
        for (what, token) in forged {
            let caller = server.guest().with_token(&token);
            assert_guest(&caller, what).await;
            let answer = caller.post("/api/collections/members/auth-refresh", json!({})).await;
            assert_eq!(answer.status, 401, "{what}");
        }
        ann.post("/api/collections/users/auth-refresh", json!({})).await.expect(200);
    }

    #[tokio::test]
    async fn a_file_token_opens_files_alone() {
        let server = TestServer::start().await;
        let (ann, _) = server.user("ann").await;
        let made = ann.post("/api/files/token", json!({})).await.expect(200);
        let token = made["token"].as_str().unwrap();
        assert_eq!(parts(token).1["type"], "file");
        assert_guest(&server.guest().with_token(token), "a file token").await;
        server.guest().post("/api/files/token", json!({})).await.expect(401);
    }

    #[tokio::test]
    async fn a_token_of_another_server_is_nobodys() {
        let (one, other) = (TestServer::start().await, TestServer::start().await);
        let foreign = one.guest().with_token(&other.superuser().token);
        assert_guest(&foreign, "a foreign superuser").await;
    }
}
