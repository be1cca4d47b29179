//! Sign-in by other providers.

pub mod provider;
