//! `@now` and its kin: one row each.

use jiff::civil::DateTime;
use underpin_model::Timestamp;

use crate::cell::Cell;

/// A name for a value that depends on the present moment alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Macro {
    Now,
    Second,
    Minute,
    Hour,
    Weekday,
    Day,
    Month,
    Year,
    Yesterday,
    Tomorrow,
    TodayStart,
    TodayEnd,
    MonthStart,
    MonthEnd,
    YearStart,
    YearEnd,
}

const ALL: [(Macro, &str); 16] = [
    (Macro::Now, "@now"),
    (Macro::Second, "@second"),
    (Macro::Minute, "@minute"),
    (Macro::Hour, "@hour"),
    (Macro::Weekday, "@weekday"),
    (Macro::Day, "@day"),
    (Macro::Month, "@month"),
    (Macro::Year, "@year"),
    (Macro::Yesterday, "@yesterday"),
    (Macro::Tomorrow, "@tomorrow"),
    (Macro::TodayStart, "@todayStart"),
    (Macro::TodayEnd, "@todayEnd"),
    (Macro::MonthStart, "@monthStart"),
    (Macro::MonthEnd, "@monthEnd"),
    (Macro::YearStart, "@yearStart"),
    (Macro::YearEnd, "@yearEnd"),
];

/// Seconds of a day.
const DAY: i64 = 86_400;

impl Macro {
    /// The macro with a name, given without its `@`.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        let row = ALL.iter().find(|(_, word)| word.strip_prefix('@') == Some(name));
        row.map(|(makro, _)| *makro)
    }

    /// The macro as it is written.
    pub fn word(self) -> &'static str {
        ALL.iter().find(|(makro, _)| *makro == self).map_or("@now", |(_, word)| *word)
    }

    /// Its value at a moment: text for moments, numbers for the parts of a date.
    pub(crate) fn value(self, now: Timestamp) -> Cell {
        let civil = now.civil();
        let day_start = civil.date().to_datetime(jiff::civil::Time::midnight());
        match self {
            Self::Now => Cell::Text(now.to_string()),
            Self::Second => number(civil.second()),
            Self::Minute => number(civil.minute()),
            Self::Hour => number(civil.hour()),
            Self::Weekday => number(civil.weekday().to_sunday_zero_offset()),
            Self::Day => number(civil.day()),
            Self::Month => number(civil.month()),
            Self::Year => number(civil.year()),
            Self::Yesterday => Cell::Text(now.plus_seconds(-DAY).to_string()),
            Self::Tomorrow => Cell::Text(now.plus_seconds(DAY).to_string()),
            Self::TodayStart => moment(day_start),
            Self::TodayEnd => end_of(day_start),
            Self::MonthStart => moment(day_start.first_of_month()),
            Self::MonthEnd => end_of(day_start.last_of_month()),
            Self::YearStart => moment(day_start.first_of_year()),
            Self::YearEnd => end_of(day_start.last_of_year()),
        }
    }
}

fn number(part: impl Into<i64>) -> Cell {
    Cell::Integer(part.into())
}

fn moment(civil: DateTime) -> Cell {
    Timestamp::from_civil(civil).map_or(Cell::Null, |moment| Cell::Text(moment.to_string()))
}

/// The last millisecond of the day that starts then.
fn end_of(day_start: DateTime) -> Cell {
    let last = Timestamp::from_civil(day_start)
        .and_then(|start| Timestamp::from_millis(start.millis() + DAY * 1_000 - 1));
    last.map_or(Cell::Null, |moment| Cell::Text(moment.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(makro: Macro) -> Cell {
        // 2024-02-29 13:14:15.016Z, a Thursday.
        makro.value(Timestamp::from_millis(1_709_212_455_016).unwrap())
    }

    #[test]
    fn parts_of_the_date_are_numbers() {
        let parts = [Macro::Year, Macro::Month, Macro::Day, Macro::Weekday, Macro::Hour];
        let values = parts.map(at);
        assert_eq!(values, [2024, 2, 29, 4, 13].map(Cell::Integer));
    }

    #[test]
    fn spans_run_from_midnight_to_the_last_millisecond() {
        let text = |makro| match at(makro) {
            Cell::Text(text) => text,
            other => panic!("{other:?}"),
        };
        assert_eq!(text(Macro::TodayStart), "2024-02-29 00:00:00.000Z");
        assert_eq!(text(Macro::TodayEnd), "2024-02-29 23:59:59.999Z");
        assert_eq!(text(Macro::MonthStart), "2024-02-01 00:00:00.000Z");
        assert_eq!(text(Macro::MonthEnd), "2024-02-29 23:59:59.999Z");
        assert_eq!(text(Macro::YearStart), "2024-01-01 00:00:00.000Z");
        assert_eq!(text(Macro::YearEnd), "2024-12-31 23:59:59.999Z");
        assert_eq!(text(Macro::Yesterday), "2024-02-28 13:14:15.016Z");
        assert_eq!(text(Macro::Tomorrow), "2024-03-01 13:14:15.016Z");
    }
}
