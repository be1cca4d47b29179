//! Who may do what: rules, locked collections, and fields that nobody may ask for.

mod after_update;
mod closed;
mod fields_again;
mod memberships;
mod numbers;
mod overlapping;
mod probing;
mod refusals;
mod rules;
mod same_answer;
mod unchanged;
