//! Cron expressions: when something is to be done again and again, UTC.
//!
//! Five segments with one blank between: minute (0-59), hour (0-23), day of the month (1-31), month
//! (1-12) and day of the week (0-6, Sunday is 0). A segment is a list of numbers, ranges `1-5` and
//! `*`, the last two perhaps with a step: `*/5`. All segments have to fit. In their place there may
//! be a name such as `@daily`.

use std::fmt;

use jiff::{Span, civil};

use crate::Timestamp;

/// Names of common times.
const MACROS: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];
/// Smallest and largest value of each segment.
const BOUNDS: [(u32, u32); 5] = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)];
/// How far it is looked for a fitting day: the 29th of February comes at least every 8 years, and
/// falls on each day of the week within 40.
const MAX_DAYS: u32 = 366 * 41;
const SECONDS_A_MINUTE: i64 = 60;

/// A cron expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CronExpression {
    text: String,
    /// The fitting values of each segment as bits.
    fitting: [u64; 5],
}

impl CronExpression {
    /// Reads an expression; nothing for what is none.
    pub fn parse(text: &str) -> Option<Self> {
        let known = MACROS.iter().find(|(name, _)| *name == text);
        let meant = known.map_or(text, |(_, meant)| meant);
        let mut segments = meant.split(' ');
        let mut fitting = [0; 5];
        for (bits, bounds) in fitting.iter_mut().zip(BOUNDS) {
            *bits = segment(segments.next()?, bounds)?;
        }
        segments.next().is_none().then(|| Self { text: text.to_owned(), fitting })
    }

    /// The first minute after a moment at which it is time; nothing when that is never.
    pub fn next_after(&self, moment: Timestamp) -> Option<Timestamp> {
        let start = minute_of(moment).plus_seconds(SECONDS_A_MINUTE).civil();
        let mut day = start.date();
        let mut from = (u32::try_from(start.hour()).ok()?, u32::try_from(start.minute()).ok()?);
        for _ in 0..MAX_DAYS {
            if self.has_day(day)
                && let Some((hour, minute)) = self.time_from(from)
            {
                let (hour, minute) = (i8::try_from(hour).ok()?, i8::try_from(minute).ok()?);
                return Timestamp::from_civil(day.at(hour, minute, 0, 0));
            }
            day = day.checked_add(Span::new().days(1)).ok()?;
            from = (0, 0);
        }
        None
    }

    /// The last minute in `(after, until]` at which it was time, if there was one.
    pub fn last_between(&self, after: Timestamp, until: Timestamp) -> Option<Timestamp> {
        let mut last = None;
        let mut next = self.next_after(after);
        while let Some(due) = next.filter(|due| *due <= until) {
            last = Some(due);
            next = self.next_after(due);
        }
        last
    }

    fn has_day(&self, day: civil::Date) -> bool {
        let [_, _, days, months, weekdays] = self.fitting;
        let weekday = day.weekday().to_sunday_zero_offset();
        has(days, day.day()) && has(months, day.month()) && has(weekdays, weekday)
    }

    /// The first fitting hour and minute from these on.
    fn time_from(&self, (hour, minute): (u32, u32)) -> Option<(u32, u32)> {
        let [minutes, hours, ..] = self.fitting;
        (hour..24).filter(|each| bit(hours, *each)).find_map(|each| {
            let first = if each == hour { minute } else { 0 };
            let fitting = (first..60).find(|minute| bit(minutes, *minute))?;
            Some((each, fitting))
        })
    }
}

impl fmt::Display for CronExpression {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

/// The beginning of a moment's minute.
pub fn minute_of(moment: Timestamp) -> Timestamp {
    let past = moment.millis().rem_euclid(SECONDS_A_MINUTE * 1_000);
    Timestamp::from_millis(moment.millis() - past).unwrap_or(moment)
}

fn has(bits: u64, value: i8) -> bool {
    u32::try_from(value).is_ok_and(|value| bit(bits, value))
}

fn bit(bits: u64, value: u32) -> bool {
    bits & (1 << value) != 0
}

/// The fitting values of a segment as bits.
fn segment(text: &str, (min, max): (u32, u32)) -> Option<u64> {
    let mut bits = 0;
    for item in text.split(',') {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, number(step, 1, max)?),
            None => (item, 1),
        };
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (min, max),
            Some((first, last)) => {
                let first = number(first, min, max)?;
                (first, number(last, first, max)?)
            }
            None if step == 1 => {
                let only = number(range, min, max)?;
                (only, only)
            }
            None => return None,
        };
        let mut value = first;
        while value <= last {
            bits |= 1 << value;
            value += step;
        }
    }
    Some(bits)
}

fn number(text: &str, min: u32, max: u32) -> Option<u32> {
    text.parse().ok().filter(|number| (min..=max).contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Timestamp {
        let civil: civil::DateTime = text.parse().unwrap();
        Timestamp::from_civil(civil).unwrap()
    }

    fn next(expression: &str, after: &str) -> String {
        let next = CronExpression::parse(expression).unwrap().next_after(moment(after));
        next.map_or_else(|| "never".to_owned(), |next| next.to_string())
    }

    #[test]
    fn expressions_are_told_from_other_texts() {
        for text in [
            "* * * * *",
            "*/59 * * * *",
            "1-3,*/5 1-5/2 * * *",
            "0 0 1 1 6",
            "01 +1 5/1 * *",
            "*,* 1-1 * * *",
            "@daily",
        ] {
            assert_eq!(CronExpression::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "x",
            "* * * *",
            "* * * * * *",
            "*  * * * *",
            " * * * * * ",
            "60 * * * *",
            "*/60 * * * *",
            "*/0 * * * *",
            "5-1 * * * *",
            "1-60 * * * *",
            "1-2-3 * * * *",
            "1/2 * * * *",
            "1, * * * *",
            "0 0 0 * *",
            "0 0 1 0 *",
            "0 0 1 1 7",
            "0 0 1 JAN *",
            "@minutely",
            "@DAILY",
            "-1 * * * *",
            "0\t0 * * *",
        ] {
            assert_eq!(CronExpression::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_next_minute_is_the_first_that_fits_in_every_segment() {
        for (expression, after, expected) in [
            ("* * * * *", "2026-11-29T10:00:00", "2026-11-29 10:01:00.000Z"),
            ("* * * * *", "2026-11-29T10:00:59.999", "2026-11-29 10:01:00.000Z"),
            ("0 */6 * * *", "2026-11-29T10:00:00", "2026-11-29 12:00:00.000Z"),
            ("0 */6 * * *", "2026-12-31T23:59:59", "2027-01-01 00:00:00.000Z"),
            ("@hourly", "2026-11-29T10:00:00", "2026-11-29 11:00:00.000Z"),
            ("@weekly", "2026-11-29T10:00:00", "2026-12-06 00:00:00.000Z"),
            ("5,50 8-9 * * 1-5", "2026-11-27T09:50:00", "2026-11-30 08:05:00.000Z"),
            ("30-59/15 * * * *", "2026-11-29T10:45:00", "2026-11-29 11:30:00.000Z"),
            // The day of the month and that of the week both have to fit.
            ("0 0 29 * 1", "2026-11-29T10:00:00", "2027-03-29 00:00:00.000Z"),
            ("0 0 29 2 *", "2026-11-29T10:00:00", "2028-02-29 00:00:00.000Z"),
            ("0 0 29 2 0", "2026-11-29T10:00:00", "2032-02-29 00:00:00.000Z"),
            ("0 0 31 2 *", "2026-11-29T10:00:00", "never"),
        ] {
            assert_eq!(next(expression, after), expected, "{expression} after {after}");
        }
    }

    #[test]
    fn the_last_time_in_a_span_is_found_or_none() {
        let hourly = CronExpression::parse("@hourly").unwrap();
        let last = |after, until| hourly.last_between(moment(after), moment(until));
        assert_eq!(last("2026-11-29T10:00:00", "2026-11-29T10:59:59"), None);
        let eleven = Some(moment("2026-11-29T11:00:00"));
        assert_eq!(last("2026-11-29T10:00:00", "2026-11-29T11:00:00"), eleven);
        assert_eq!(last("2026-11-28T10:00:00", "2026-11-29T11:30:00"), eleven);
    }
}
