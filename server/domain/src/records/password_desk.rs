//! Password work of a write.
//!
//! Hashing takes long, and a write unit awaits nothing but its transaction. So a unit asks the
//! desk: what the desk knows it answers; what it does not know it notes, and answers for the time
//! being as if all went well. A unit that was answered so is undone, the work is done outside, and
//! the unit runs again. A write that is refused for any other reason never costs a hash.

use std::{collections::HashMap, future::Future, time::Instant};

use tokio::time::timeout_at;
use underpin_credentials::{password::PasswordError, secret::Secret};
use underpin_model::{DomainError, DomainResult};

use crate::Backend;

/// What is hashed: the place of a request in its batch, and the field.
type Slot = (usize, String);

/// Hashes and verdicts that a write needs.
#[derive(Default)]
pub(super) struct PasswordDesk {
    hashes: HashMap<Slot, Hashed>,
    /// Whether a password in clear is that of a stored hash.
    verdicts: Vec<Verdict>,
    /// When its time is over, if it is limited.
    end: Option<Instant>,
}

struct Hashed {
    clear: Secret,
    /// Nothing while it is still to be made.
    hash: Option<String>,
}

struct Verdict {
    stored: String,
    clear: Secret,
    /// Nothing while it is still to be found out.
    matches: Option<bool>,
}

impl PasswordDesk {
    /// A desk that works no longer than this.
    pub(super) fn until(end: Instant) -> Self {
        Self { end: Some(end), ..Self::default() }
    }

    /// The hash of a password.
    pub(super) fn hash(&mut self, request: usize, field: &str, clear: &str) -> String {
        let slot = (request, field.to_owned());
        let stand_in = stand_in(&slot);
        let clear = || Hashed { clear: Secret::new(clear), hash: None };
        self.hashes.entry(slot).or_insert_with(clear).hash.clone().unwrap_or(stand_in)
    }

    /// Whether a password in clear is that of a stored hash.
    pub(super) fn verify(&mut self, clear: &str, stored: &str) -> bool {
        // Made by this very write: the password in clear is at hand.
        let own = self.hashes.iter().find(|(slot, hashed)| {
            hashed.hash.as_ref().map_or_else(|| stand_in(slot) == stored, |hash| hash == stored)
        });
        if let Some((_, hashed)) = own {
            return hashed.clear.matches(clear);
        }
        let known = self
            .verdicts
            .iter()
            .find(|verdict| verdict.stored == stored && verdict.clear.matches(clear));
        if let Some(verdict) = known {
            return verdict.matches.unwrap_or(true);
        }
        let (stored, clear) = (stored.to_owned(), Secret::new(clear));
        self.verdicts.push(Verdict { stored, clear, matches: None });
        true
    }

    /// Whether every answer that it gave was a true one.
    pub(super) fn is_settled(&self) -> bool {
        self.verdicts.iter().all(|verdict| verdict.matches.is_some())
            && self.hashes.values().all(|hashed| hashed.hash.is_some())
    }

    /// Does the work that was noted. A wrong password ends it: the write will be refused for that,
    /// and the rest would be in vain.
    pub(super) async fn work(&mut self, backend: &Backend) -> DomainResult<()> {
        let Self { hashes, verdicts, end } = self;
        for verdict in verdicts.iter_mut().filter(|verdict| verdict.matches.is_none()) {
            let verifying = backend.passwords.verify(verdict.clear.clone(), &verdict.stored);
            let matches = in_time(*end, verifying).await?.matches;
            verdict.matches = Some(matches);
            if !matches {
                return Ok(());
            }
        }
        for hashed in hashes.values_mut().filter(|hashed| hashed.hash.is_none()) {
            let hashing = backend.passwords.hash(hashed.clear.clone());
            hashed.hash = Some(in_time(*end, hashing).await?);
        }
        Ok(())
    }
}

/// What stands in for a hash until it is made; it can't be one.
fn stand_in((request, field): &Slot) -> String {
    format!("?{request}.{field}")
}

/// Waits for a piece of work; what comes too late is given up.
async fn in_time<T>(
    end: Option<Instant>,
    work: impl Future<Output = Result<T, PasswordError>>,
) -> DomainResult<T> {
    let done = match end {
        None => work.await,
        Some(end) => timeout_at(end.into(), work).await.map_err(|_| DomainError::Busy)?,
    };
    done.map_err(|error| {
        tracing::warn!(%error, "a password could not be hashed or checked");
        DomainError::Busy
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_noted_once_and_its_own_password_is_known_before_it_is_made() {
        let mut desk = PasswordDesk::default();
        let hash = desk.hash(0, "password", "first");
        assert_eq!(desk.hash(0, "password", "first"), hash);
        assert_ne!(desk.hash(1, "password", "first"), hash, "equal passwords don't share a hash");
        assert!(desk.verify("first", &hash) && !desk.verify("second", &hash));
        assert!(!desk.is_settled());
        assert!(desk.verdicts.is_empty());
    }

    #[test]
    fn an_unknown_hash_counts_as_matched_until_it_is_looked_at() {
        let mut desk = PasswordDesk::default();
        assert!(desk.is_settled());
        assert!(desk.verify("clear", "stored") && desk.verify("clear", "stored"));
        assert_eq!(desk.verdicts.len(), 1);
        assert!(!desk.is_settled());
        desk.verdicts[0].matches = Some(false);
        assert!(!desk.verify("clear", "stored"));
        assert!(desk.is_settled());
    }
}
