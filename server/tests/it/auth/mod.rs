//! Signing up, signing in and tokens.
