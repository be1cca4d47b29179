//! Sizes and counts among a field's options.
//!
//! A negative number is a well-formed definition with a bad option, so it must
//! survive reading and be refused by name. It is kept as [`NEGATIVE`], which no
//! valid size reaches.

use serde::{Deserialize, Deserializer, de::Error};

use crate::{ErrorCode, ErrorTree};

/// The largest integer that every JSON client reads back exactly.
const LARGEST: u64 = 9_007_199_254_740_991;
/// Stands for any negative number.
const NEGATIVE: u64 = u64::MAX;

/// Reads a size in bytes.
pub(super) fn bytes<'de, D: Deserializer<'de>>(reader: D) -> Result<u64, D::Error> {
    let number = i64::deserialize(reader)?;
    Ok(u64::try_from(number).unwrap_or(NEGATIVE))
}

/// Reads a number of things.
pub(super) fn count<'de, D: Deserializer<'de>>(reader: D) -> Result<usize, D::Error> {
    match bytes(reader)? {
        NEGATIVE => Ok(usize::MAX),
        number => usize::try_from(number).map_err(D::Error::custom),
    }
}

/// Reads a hashing cost.
pub(super) fn cost<'de, D: Deserializer<'de>>(reader: D) -> Result<u32, D::Error> {
    Ok(u32::try_from(bytes(reader)?).unwrap_or(u32::MAX))
}

/// Notes an option that is negative or too large to travel in JSON.
pub(super) fn check(errors: &mut ErrorTree, name: &str, number: impl TryInto<u64>) {
    check_within(errors, name, number, LARGEST);
}

/// Notes an option that is negative or over `most`.
pub(super) fn check_within(
    errors: &mut ErrorTree,
    name: &str,
    number: impl TryInto<u64>,
    most: u64,
) {
    match number.try_into().unwrap_or(NEGATIVE) {
        NEGATIVE => errors.put(name, ErrorCode::MinGreaterEqualThanRequired),
        number if number > most => errors.put(name, ErrorCode::MaxLessEqualThanRequired),
        _ => {}
    }
}
