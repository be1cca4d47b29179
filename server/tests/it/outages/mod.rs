//! A PostgreSQL that is away, falls, is too old, refuses or is full: what is said, and that nothing
//! is lost or half there.

mod falls;
mod full;
mod start;
