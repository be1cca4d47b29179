//! Signing in: who a token belongs to, passwords, refresh, superusers.

mod apple_secret;
mod expired;
mod file_token;
mod installer;
mod methods;
mod password_login;
mod refresh;
mod session;
mod superuser;
mod superuser_address;

pub(crate) use self::session::principal;
pub use self::{
    apple_secret::{AppleSecretAsk, apple_client_secret},
    expired::{forget_mfas, forget_otps},
    file_token::{file_token, principal_of_file_token},
    installer::{installer_token, needs_installer},
    methods::methods,
    password_login::{PasswordLogin, password_login},
    refresh::refresh,
    session::{SignedIn, principal_of, token_expiry},
    superuser::{create_superuser, delete_superuser, update_superuser, upsert_superuser},
    superuser_address::check_address,
};
