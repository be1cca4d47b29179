//! Options of the two programs: `--name value`, `--name` alone for a switch, or the environment
//! variable `UNDERPIN_NAME`.

use std::collections::BTreeMap;
use std::env;
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use underpin::Client;

/// What was said on the command line.
pub(crate) struct Options {
    said: BTreeMap<String, String>,
}

impl Options {
    /// Reads the command line; a name that is not in `known` is an error.
    pub(crate) fn read(known: &[&str]) -> Result<Self> {
        let mut said = BTreeMap::new();
        let mut words = env::args().skip(1).peekable();
        while let Some(word) = words.next() {
            let Some(name) = word.strip_prefix("--").filter(|name| known.contains(name)) else {
                bail!("unknown option {word}; there are --{}", known.join(" --"));
            };
            let value = words.next_if(|next| !next.starts_with("--")).unwrap_or_default();
            said.insert(name.to_owned(), value);
        }
        Ok(Self { said })
    }

    /// A value, if it was given; empty for a switch.
    pub(crate) fn find(&self, name: &str) -> Option<String> {
        let variable = format!("UNDERPIN_{}", name.replace('-', "_").to_uppercase());
        self.said.get(name).cloned().or_else(|| env::var(variable).ok())
    }

    /// A number, or what it is unless given.
    pub(crate) fn number<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
        &self,
        name: &str,
        unless: T,
    ) -> Result<T> {
        let Some(text) = self.find(name) else { return Ok(unless) };
        text.parse().with_context(|| format!("--{name} {text} is not a number that fits"))
    }

    /// A client that is signed in as a superuser.
    pub(crate) async fn sign_in(&self) -> Result<Client> {
        let server = self.find("server").unwrap_or_else(|| "http://127.0.0.1:8090".to_owned());
        let email = self.find("email").context("--email is missing")?;
        let password = self.find("password").context("--password is missing")?;
        let client = Client::new(&server)?;
        let superusers = client.collection("_superusers");
        superusers.auth_with_password(&email, &password).await.context("can't sign in")?;
        Ok(client)
    }
}
