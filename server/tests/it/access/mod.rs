//! Who may do what: rules, locked collections, and fields that nobody may ask for.

mod after_update;
mod probing;
mod refusals;
mod rules;
mod unchanged;
