//! Sizes and counts among a field's options.
//!
//! A negative number is a well-formed definition with a bad option, so it must
//! survive reading and be refused by name. It is kept as [`NEGATIVE`], which no
//! valid size reaches.

use std::ops::RangeInclusive;

use serde::{Deserialize, Deserializer, de::Error};

use crate::{ErrorCode, ErrorTree, FieldError};

/// The largest integer that every JSON client reads back exactly.
const LARGEST: u64 = 9_007_199_254_740_991;
/// Stands for any negative number.
const NEGATIVE: u64 = u64::MAX;

/// The number types of sizes. Their largest value stands for [`NEGATIVE`] in each of them.
pub(super) trait Size {
    /// The size in the widest type.
    fn widened(self) -> u64;
}

impl Size for u64 {
    fn widened(self) -> u64 {
        self
    }
}

impl Size for usize {
    fn widened(self) -> u64 {
        if self == Self::MAX { NEGATIVE } else { u64::try_from(self).unwrap_or(NEGATIVE) }
    }
}

impl Size for u32 {
    fn widened(self) -> u64 {
        if self == Self::MAX { NEGATIVE } else { self.into() }
    }
}

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
    match bytes(reader)? {
        NEGATIVE => Ok(u32::MAX),
        // Any cost this large is refused alike.
        number => Ok(u32::try_from(number).unwrap_or(u32::MAX - 1)),
    }
}

/// Notes an option that is negative or too large to travel in JSON.
pub(super) fn check(errors: &mut ErrorTree, name: &str, number: impl Size) {
    check_within(errors, name, number, 0..=LARGEST);
}

/// Notes an option that is negative or out of a range. An option that was not set is 0, which is
/// always right.
pub(super) fn check_within(
    errors: &mut ErrorTree,
    name: &str,
    number: impl Size,
    range: RangeInclusive<u64>,
) {
    match number.widened() {
        0 => {}
        NEGATIVE => errors.put(name, FieldError::below(*range.start())),
        number if number < *range.start() => errors.put(name, FieldError::below(*range.start())),
        number if number > *range.end() => errors.put(name, FieldError::above(*range.end())),
        _ => {}
    }
}

/// Whether a length in bytes is within a limit.
pub(super) fn fits(length: usize, most: u64) -> bool {
    u64::try_from(length).is_ok_and(|length| length <= most)
}

/// The error of a value that does not fit.
pub(super) fn too_large(code: ErrorCode, most: u64) -> FieldError {
    let message = format!("At most {most} bytes are allowed.");
    FieldError::with_message(code, message).param("maxSize", most)
}
