//! Moments in time, to the millisecond, UTC.

use std::fmt;

use jiff::{SignedDuration, Timestamp as Instant, civil, tz::TimeZone};

/// A moment, UTC, to the millisecond. Prints as `2026-01-02 10:00:00.123Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(Instant);

impl Timestamp {
    /// From milliseconds since 1970; nothing when out of the calendar's range.
    pub fn from_millis(millis: i64) -> Option<Self> {
        Instant::from_millisecond(millis).ok().map(Self)
    }

    /// From the system's clock value.
    pub fn from_system(time: std::time::SystemTime) -> Self {
        let instant = Instant::try_from(time).unwrap_or(Instant::UNIX_EPOCH);
        Self::from_millis(instant.as_millisecond()).unwrap_or(Self(Instant::UNIX_EPOCH))
    }

    /// Milliseconds since 1970.
    pub fn millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// Whole seconds since 1970.
    pub fn seconds(self) -> i64 {
        self.0.as_second()
    }

    /// This moment moved by a number of seconds (may be negative), kept within the calendar.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        let moved = self.0.saturating_add(SignedDuration::from_secs(seconds));
        Self(moved.unwrap_or(self.0))
    }

    /// The moment as a civil UTC date and time, for the date macros.
    pub fn civil(self) -> civil::DateTime {
        self.0.to_zoned(TimeZone::UTC).datetime()
    }

    /// The stored form of a civil UTC date and time; it reaches some hours further than this type.
    pub(crate) fn write(civil: civil::DateTime) -> String {
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}Z",
            civil.year(),
            civil.month(),
            civil.day(),
            civil.hour(),
            civil.minute(),
            civil.second(),
            civil.millisecond()
        )
    }

    /// From a civil UTC date and time.
    pub fn from_civil(datetime: civil::DateTime) -> Option<Self> {
        let zoned = datetime.to_zoned(TimeZone::UTC).ok()?;
        Self::from_millis(zoned.timestamp().as_millisecond())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&Self::write(self.civil()))
    }
}
