//! Signing in, and the letters around an account.

use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::collection::Collection;
use crate::error::{Error, Result};
use crate::record::Record;
use crate::session::Session;
use crate::transport::{Call, segment};

/// A signed-in account.
#[derive(Debug, Clone)]
pub struct Account<T> {
    /// The token; the client already keeps it.
    pub token: String,
    /// The account's record.
    pub record: Record<T>,
}

impl<T: DeserializeOwned> Account<T> {
    pub(crate) fn from_session(session: Session) -> Result<Self> {
        let record = Record::from_value(session.record)
            .map_err(|source| Error::Decode { expected: std::any::type_name::<T>(), source })?;
        Ok(Self { token: session.token, record })
    }

    /// Reads the account's record as another type.
    ///
    /// # Errors
    /// The fields do not fit `R`.
    pub fn read_as<R: DeserializeOwned>(self) -> Result<Account<R>>
    where
        T: serde::Serialize,
    {
        let record = serde_json::to_value(&self.record).map_err(Error::Encode)?;
        Account::from_session(Session { token: self.token, record })
    }
}

/// Sign-in and letters; for auth collections.
impl Collection {
    /// Signs in and keeps the session in the client.
    ///
    /// When the account needs a second factor the error's [`body`](crate::ApiError::body) holds
    /// `mfaId`.
    ///
    /// # Errors
    /// 400 when name and password do not fit.
    pub async fn auth_with_password(
        &self,
        identity: &str,
        password: &str,
    ) -> Result<Account<Value>> {
        self.sign_in("auth-with-password", &json!({"identity": identity, "password": password}))
            .await
    }

    /// Signs in with a one-time password that [`Collection::request_otp`] had sent.
    ///
    /// # Errors
    /// 400 when it does not fit or has expired.
    pub async fn auth_with_otp(&self, otp_id: &str, password: &str) -> Result<Account<Value>> {
        self.sign_in("auth-with-otp", &json!({"otpId": otp_id, "password": password})).await
    }

    /// Has a one-time password sent; gives the id that goes with it.
    ///
    /// # Errors
    /// The server refuses, or the collection has no one-time passwords.
    pub async fn request_otp(&self, email: &str) -> Result<String> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Requested {
            otp_id: String,
        }
        let call = self.account_call("request-otp", &json!({"email": email}))?;
        Ok(self.transport().fetch::<Requested>(call).await?.otp_id)
    }

    /// The ways to sign in that the collection offers.
    ///
    /// # Errors
    /// The collection is none of accounts.
    pub async fn auth_methods(&self) -> Result<Value> {
        let path = format!("api/collections/{}/auth-methods", segment(self.name())?);
        self.transport().fetch(Call::new(Method::GET, path)).await
    }

    /// Gets a newer token for the present session.
    ///
    /// # Errors
    /// See [`Client::refresh`](crate::Client::refresh).
    pub async fn auth_refresh(&self) -> Result<Account<Value>> {
        self.transport().refresh_session().await.and_then(Account::from_session)
    }

    /// Has a letter sent with which the password can be set anew.
    ///
    /// # Errors
    /// The server refuses. An unknown address is no error.
    pub async fn request_password_reset(&self, email: &str) -> Result<()> {
        self.account_run("request-password-reset", &json!({"email": email})).await
    }

    /// Sets the password anew with the token of that letter.
    ///
    /// # Errors
    /// The token is void or the password too weak.
    pub async fn confirm_password_reset(&self, token: &str, password: &str) -> Result<()> {
        let body = json!({"token": token, "password": password, "passwordConfirm": password});
        self.account_run("confirm-password-reset", &body).await
    }

    /// Has a letter sent with which the address is confirmed.
    ///
    /// # Errors
    /// The server refuses. An unknown address is no error.
    pub async fn request_verification(&self, email: &str) -> Result<()> {
        self.account_run("request-verification", &json!({"email": email})).await
    }

    /// Confirms the address with the token of that letter.
    ///
    /// # Errors
    /// The token is void.
    pub async fn confirm_verification(&self, token: &str) -> Result<()> {
        self.account_run("confirm-verification", &json!({"token": token})).await
    }

    async fn sign_in(&self, way: &str, body: &Value) -> Result<Account<Value>> {
        let call = self.account_call(way, body)?;
        let session: Session = self.transport().fetch(call).await?;
        self.transport().set_session(Some(&session));
        Account::from_session(session)
    }

    async fn account_run(&self, deed: &str, body: &Value) -> Result<()> {
        self.transport().run(self.account_call(deed, body)?).await
    }

    fn account_call(&self, deed: &str, body: &Value) -> Result<Call> {
        let path = format!("api/collections/{}/{deed}", segment(self.name())?);
        Call::new(Method::POST, path).json(body)
    }
}
