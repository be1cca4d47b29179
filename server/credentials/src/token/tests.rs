use proptest::prelude::*;

use super::*;

/// A token that the reference server made, and the key it was given.
const REFERENCE: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.\
    eyJjb2xsZWN0aW9uSWQiOiJwYmNfMzYyMjYxNzE2OCIsImV4cCI6MTc5NTM3NzA2MiwiaWQiOiJteG41ZTEwY3Z0OGs5ZHYi\
    LCJyZWZyZXNoYWJsZSI6dHJ1ZSwidHlwZSI6ImF1dGgifQ.\
    GKfKHfLqzBH9EA-mfxERpkSNbX-rk7bJR5IkKLEkkWU";
const EXPIRY: i64 = 1_795_377_062;

fn key() -> Secret {
    Secret::joined(&"k".repeat(50), &"S".repeat(40))
}

fn claims(purpose: Purpose) -> Claims {
    Claims {
        record_id: "mxn5e10cvt8k9dv".into(),
        collection_id: "pbc_3622617168".into(),
        expires_unix: EXPIRY,
        purpose,
    }
}

fn auth() -> Claims {
    claims(Purpose::Auth { refreshable: true })
}

/// A token with any header and payload, properly signed.
fn forge(header: &str, payload: &str, key: &Secret) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let signature = hmac_sha256(key, signed.as_bytes()).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

#[test]
fn a_token_of_the_reference_server_verifies_and_ours_is_the_same_text() {
    assert_eq!(verify(REFERENCE, &key(), TokenKind::Auth, EXPIRY - 1), Ok(auth()));
    assert_eq!(sign(&auth(), &key()).as_deref(), Ok(REFERENCE));
}

#[test]
fn each_kind_carries_its_own_claims_and_serves_no_other_kind() {
    let (email, new_email) = ("a@example.com".to_owned(), "b@example.com".to_owned());
    let purposes = [
        Purpose::Auth { refreshable: false },
        Purpose::PasswordReset { email: email.clone() },
        Purpose::EmailChange { email: email.clone(), new_email },
        Purpose::Verification { email },
        Purpose::File,
    ];
    for (purpose, kind) in purposes.into_iter().zip(TokenKind::ALL) {
        let claims = claims(purpose);
        let token = sign(&claims, &key()).unwrap();
        assert_eq!(peek_unverified(&token).as_ref(), Some(&claims));
        for asked in TokenKind::ALL {
            let expected = if asked == kind { Ok(claims.clone()) } else { Err(TokenError::Kind) };
            assert_eq!(verify(&token, &key(), asked, 0), expected);
        }
    }
}

#[test]
fn a_token_is_void_from_its_expiry_on() {
    assert!(verify(REFERENCE, &key(), TokenKind::Auth, EXPIRY - 1).is_ok());
    for now in [EXPIRY, EXPIRY + 1, i64::MAX] {
        assert_eq!(verify(REFERENCE, &key(), TokenKind::Auth, now), Err(TokenError::Expired));
    }
}

#[test]
fn other_algorithms_are_refused_even_with_a_valid_signature() {
    let payload = r#"{"collectionId":"c","exp":9999999999,"id":"r","type":"auth"}"#;
    assert!(verify(&forge(HEADER, payload, &key()), &key(), TokenKind::Auth, 0).is_ok());
    for header in [
        r#"{"alg":"none","typ":"JWT"}"#,
        r#"{"alg":"None"}"#,
        r#"{"alg":"hs256"}"#,
        r#"{"alg":"HS512"}"#,
        r#"{"alg":"RS256"}"#,
        r#"{"alg":""}"#,
        r#"{"alg":"HS256","crit":["exp"]}"#,
    ] {
        let token = forge(header, payload, &key());
        let refused = verify(&token, &key(), TokenKind::Auth, 0);
        assert_eq!(refused, Err(TokenError::Algorithm), "{header}");
        let (signed, _) = token.rsplit_once('.').unwrap();
        let unsigned = verify(&format!("{signed}."), &key(), TokenKind::Auth, 0);
        assert_eq!(unsigned, Err(TokenError::Algorithm), "{header}");
    }
}

#[test]
fn a_signed_payload_without_its_claims_is_malformed() {
    for payload in [
        "",
        "null",
        "[]",
        r#"{"collectionId":"c","id":"r","type":"auth"}"#,
        r#"{"collectionId":"c","exp":"9999999999","id":"r","type":"auth"}"#,
        r#"{"collectionId":"c","exp":99999999999999999999,"id":"r","type":"auth"}"#,
        r#"{"exp":9999999999,"id":"r","type":"auth"}"#,
        r#"{"collectionId":"c","exp":9999999999,"type":"auth"}"#,
        r#"{"collectionId":"c","exp":9999999999,"id":"r"}"#,
        r#"{"collectionId":"c","exp":9999999999,"id":"r","type":"authx"}"#,
        r#"{"collectionId":"c","exp":1,"exp":9999999999,"id":"r","type":"auth"}"#,
        r#"{"collectionId":"c","exp":9999999999,"id":"r","type":"passwordReset"}"#,
        r#"{"collectionId":"c","email":"e","exp":9999999999,"id":"r","type":"emailChange"}"#,
    ] {
        let token = forge(HEADER, payload, &key());
        assert_eq!(peek_unverified(&token), None, "{payload}");
        for kind in TokenKind::ALL {
            assert_eq!(verify(&token, &key(), kind, 0), Err(TokenError::Malformed), "{payload}");
        }
    }
}

#[test]
fn texts_that_are_no_tokens_are_malformed() {
    let padded = format!("{REFERENCE}=");
    let long = "a.".repeat(MAX_TOKEN_BYTES);
    let four = format!("x.{REFERENCE}");
    for text in ["", ".", "..", "a.b", "a.b.c", "ä.ö.ü", &padded, &long, &four] {
        let refused = verify(text, &key(), TokenKind::Auth, 0);
        assert_eq!(refused, Err(TokenError::Malformed), "{text:.40}");
    }
}

#[test]
fn short_keys_neither_sign_nor_verify() {
    for weak in [String::new(), "x".repeat(MIN_KEY_BYTES - 1)] {
        let weak = Secret::new(weak);
        assert_eq!(sign(&auth(), &weak), Err(TokenError::WeakKey));
        let forged = forge(HEADER, r#"{"collectionId":"c","exp":9,"id":"r","type":"auth"}"#, &weak);
        assert_eq!(verify(&forged, &weak, TokenKind::Auth, 0), Err(TokenError::WeakKey));
    }
}

#[test]
fn too_long_a_token_is_not_made() {
    let email = "x".repeat(MAX_TOKEN_BYTES);
    let claims = claims(Purpose::Verification { email });
    assert_eq!(sign(&claims, &key()), Err(TokenError::Malformed));
}

proptest! {
    #[test]
    fn what_was_signed_comes_back(
        record_id in ".{0,40}", collection_id in ".{0,40}", email in ".{0,80}",
        new_email in ".{0,80}", expires_unix in 1..i64::MAX,
    ) {
        let purpose = Purpose::EmailChange { email, new_email };
        let claims = Claims { record_id, collection_id, expires_unix, purpose };
        let token = sign(&claims, &key()).unwrap();
        prop_assert_eq!(verify(&token, &key(), TokenKind::EmailChange, 0), Ok(claims));
    }

    #[test]
    fn a_token_with_any_byte_changed_is_refused(at in 0..REFERENCE.len(), new in "[A-Za-z0-9_.-]") {
        let mut changed = REFERENCE.to_owned();
        changed.replace_range(at..=at, &new);
        prop_assume!(changed != REFERENCE);
        prop_assert!(verify(&changed, &key(), TokenKind::Auth, 0).is_err());
    }

    #[test]
    fn another_key_refuses_a_token(other in "[a-z]{30,100}") {
        let refused = verify(REFERENCE, &Secret::new(other), TokenKind::Auth, 0);
        prop_assert_eq!(refused, Err(TokenError::Signature));
    }

    #[test]
    fn arbitrary_text_does_no_harm(text in ".{0,200}") {
        prop_assert_eq!(peek_unverified(&text), None);
        prop_assert!(verify(&text, &key(), TokenKind::Auth, 0).is_err());
    }
}
