//! The JavaScript SDK of existing apps, unmodified.
