//! Times in the form the server writes (`2026-01-02 10:00:00.123Z`), and the date form of HTTP.

use std::time::{Duration, SystemTime};

const SECONDS_A_DAY: u64 = 86_400;
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The server's text for a time between the years 1970 and 9999.
pub(crate) fn from_system_time(time: SystemTime) -> Option<String> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let (year, month, day) = civil_date(since.as_secs() / SECONDS_A_DAY);
    let second = since.as_secs() % SECONDS_A_DAY;
    (year <= 9999).then(|| {
        format!(
            "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}.{:03}Z",
            second / 3600,
            second / 60 % 60,
            second % 60,
            since.subsec_millis()
        )
    })
}

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, as a time since 1970.
pub(crate) fn http_date(text: &str) -> Option<Duration> {
    let mut words = text.split_ascii_whitespace().skip(1);
    let day: u64 = words.next()?.parse().ok()?;
    let month_name = words.next()?;
    let month = u64::try_from(MONTHS.iter().position(|name| *name == month_name)?).ok()? + 1;
    let year: u64 = words.next()?.parse().ok()?;
    let mut clock = words.next()?.split(':').map(str::parse::<u64>);
    let mut part = || clock.next()?.ok();
    let (hour, minute, second) = (part()?, part()?, part()?);
    if words.next() != Some("GMT") || !(1970..=9999).contains(&year) || !(1..=31).contains(&day) {
        return None;
    }
    let seconds =
        days_since_1970(year, month, day)? * SECONDS_A_DAY + hour * 3600 + minute * 60 + second;
    Some(Duration::from_secs(seconds))
}

/// Year, month and day of a day number, counted in years that begin in March, so that the leap
/// day is the last of its year.
fn civil_date(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

fn days_since_1970(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = if month <= 2 { year - 1 } else { year };
    let from_march = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    let leap_days = year / 4 - year / 100 + year / 400;
    (year * 365 + leap_days + of_year).checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn leap_days_and_year_ends_are_right() {
        let at = |seconds| {
            from_system_time(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap()
        };
        assert_eq!(at(0), "1970-01-01 00:00:00.000Z");
        assert_eq!(at(951_782_399), "2000-02-28 23:59:59.000Z");
        assert_eq!(at(951_782_400), "2000-02-29 00:00:00.000Z");
        assert_eq!(at(1_735_689_599), "2024-12-31 23:59:59.000Z");
    }

    #[test]
    fn the_date_form_of_http_is_read() {
        assert_eq!(
            http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
            Some(Duration::from_secs(784_111_777))
        );
        assert_eq!(http_date("Sun, 06 Foo 1994 08:49:37 GMT"), None);
        assert_eq!(http_date("soon"), None);
    }

    proptest! {
        #[test]
        fn day_numbers_and_dates_are_inverse(days in 0u64..2_932_896) {
            let (year, month, day) = civil_date(days);
            prop_assert_eq!(days_since_1970(year, month, day), Some(days));
        }
    }
}
