//! The client secret that Apple's sign-in wants: a JWT, signed with a key that Apple has given out.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use rustls_pki_types::{PrivatePkcs8KeyDer, pem::PemObject};
use serde_json::json;

use crate::secret::Secret;

/// Whom such a secret is for.
const AUDIENCE: &str = "https://appleid.apple.com";

/// What a client secret says.
#[derive(Debug)]
pub struct AppleClient {
    /// The app's id at Apple.
    pub client_id: String,
    /// The developer team's id.
    pub team_id: String,
    /// The key's id.
    pub key_id: String,
    /// The key: an elliptic-curve key of 256 bits, as PEM.
    pub private_key: Secret,
}

/// Why no client secret was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppleError {
    /// No PEM with a private key in it.
    #[error("the key is no private key in PEM form")]
    NoKey,
    /// A key of another kind.
    #[error("the key is no elliptic-curve key of the kind that Apple gives out")]
    OtherKind,
    /// The system has no randomness.
    #[error("the secret can't be signed")]
    NotSigned,
}

impl AppleClient {
    /// A client secret that is good from one moment to another, in seconds of Unix time.
    ///
    /// # Errors
    /// A key that can't be used.
    pub fn secret(&self, now_unix: i64, expires_unix: i64) -> Result<String, AppleError> {
        let key = PrivatePkcs8KeyDer::from_pem_slice(self.private_key.expose().as_bytes())
            .map_err(|_| AppleError::NoKey)?;
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::from_pkcs8(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            key.secret_pkcs8_der(),
            &random,
        )
        .map_err(|_| AppleError::OtherKind)?;
        let header = json!({ "alg": "ES256", "kid": self.key_id, "typ": "JWT" });
        let claims = json!({
            "iss": self.team_id, "sub": self.client_id, "aud": [AUDIENCE],
            "iat": now_unix, "exp": expires_unix,
        });
        let [header, claims] =
            [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = format!("{header}.{claims}");
        let signature = key.sign(&random, signed.as_bytes()).map_err(|_| AppleError::NotSigned)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, KeyPair, UnparsedPublicKey};

    use super::*;

    /// A key made for this test.
    const KEY: &str = include_str!("apple/test_key.pem");

    fn client(private_key: &str) -> AppleClient {
        AppleClient {
            client_id: "com.example.app".to_owned(),
            team_id: "TEAM567890".to_owned(),
            key_id: "KEY4567890".to_owned(),
            private_key: Secret::new(private_key),
        }
    }

    #[test]
    fn the_secret_is_a_jwt_that_the_key_has_signed() {
        let secret = client(KEY).secret(100, 200).unwrap();
        let (signed, signature) = secret.rsplit_once('.').unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let read = |part: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(part).unwrap();
            serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()
        };
        assert_eq!(read(header), json!({ "alg": "ES256", "kid": "KEY4567890", "typ": "JWT" }));
        assert_eq!(
            read(claims),
            json!({
                "iss": "TEAM567890", "sub": "com.example.app", "iat": 100, "exp": 200,
                "aud": ["https://appleid.apple.com"],
            })
        );
        let der = PrivatePkcs8KeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            der.secret_pkcs8_der(),
            &SystemRandom::new(),
        );
        let public = pair.unwrap().public_key().as_ref().to_vec();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public);
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        assert!(public.verify(signed.as_bytes(), &signature).is_ok());
    }

    #[test]
    fn other_keys_are_refused() {
        assert_eq!(client("x").secret(1, 2), Err(AppleError::NoKey));
        let broken = KEY.replace("\n", "");
        assert!(client(&broken).secret(1, 2).is_err());
        let empty = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        assert_eq!(client(empty).secret(1, 2), Err(AppleError::OtherKind));
    }
}
