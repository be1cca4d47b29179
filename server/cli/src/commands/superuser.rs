//! `underpin superuser …`

use std::sync::Arc;

use anyhow::Context;
use underpin_domain::{Backend, auth};

use super::outcome::say;
use crate::args::{Account, Superuser};

/// Carries out a command about superusers.
pub(super) async fn carry_out(backend: &Arc<Backend>, what: Superuser) -> anyhow::Result<()> {
    match what {
        Superuser::Create(account) => {
            let password = password(&account)?;
            auth::create_superuser(backend, &account.email, &password).await?;
            say(&format!("Created superuser {}.", account.email))
        }
        Superuser::Upsert(account) => {
            let password = password(&account)?;
            auth::upsert_superuser(backend, &account.email, &password).await?;
            say(&format!("Saved superuser {}.", account.email))
        }
        Superuser::Update(account) => {
            let password = password(&account)?;
            auth::update_superuser(backend, &account.email, &password).await?;
            say(&format!("Changed the password of superuser {}.", account.email))
        }
        Superuser::Delete { email } => {
            auth::delete_superuser(backend, &email).await?;
            say(&format!("Deleted superuser {email}."))
        }
    }
}

/// The password that was given, or one that is asked for without showing it.
fn password(account: &Account) -> anyhow::Result<String> {
    match &account.password {
        Some(password) => Ok(password.clone()),
        None => rpassword::prompt_password("Password: ").context("no password was given"),
    }
}
