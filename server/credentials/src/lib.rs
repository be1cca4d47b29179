//! Passwords, tokens and random secrets. This crate touches no database and reads no clock:
//! the caller says which key, which stored hash and which second it is.

pub mod apple;
pub mod foreign_seal;
pub mod mac;
pub mod oauth2;
pub mod password;
pub mod pool;
pub mod random;
pub mod seal;
pub mod secret;
pub mod token;

pub use password::{PasswordCost, PasswordError, PasswordHasher, Verified};
pub use secret::Secret;
pub use token::{Claims, Purpose, TokenError, TokenKind};
