//! The form of cron expressions: five segments with one blank between, or a name such as `@daily`.

/// Names of common times.
const MACROS: [&str; 7] =
    ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
/// Smallest and largest value of minute, hour, day of the month, month and day of the week.
const SEGMENTS: [(u32, u32); 5] = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)];

/// Whether a text says when something is to be done.
pub(super) fn is_cron(text: &str) -> bool {
    let segments: Vec<&str> = text.split(' ').collect();
    let fits = |(segment, bounds): (&&str, &(u32, u32))| is_segment(segment, *bounds);
    MACROS.contains(&text)
        || segments.len() == SEGMENTS.len() && segments.iter().zip(&SEGMENTS).all(fits)
}

/// A list of values, ranges `1-5` and `*`, the last two perhaps with a step: `*/5`.
fn is_segment(text: &str, (min, max): (u32, u32)) -> bool {
    text.split(',').all(|item| {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (item, None),
        };
        let step = step.map_or(Some(1), |step| number(step, 1, max));
        let is_wide = range == "*" || range.contains('-');
        let fits = match range.split_once('-') {
            _ if range == "*" => true,
            Some((first, last)) => {
                number(first, min, max).is_some_and(|first| number(last, first, max).is_some())
            }
            None => number(range, min, max).is_some(),
        };
        fits && step.is_some_and(|step| is_wide || step == 1)
    })
}

fn number(text: &str, min: u32, max: u32) -> Option<u32> {
    text.parse().ok().filter(|number| (min..=max).contains(number))
}

#[cfg(test)]
mod tests {
    use super::is_cron;

    #[test]
    fn times_are_told_from_other_texts() {
        for text in [
            "* * * * *",
            "*/59 * * * *",
            "1-3,*/5 1-5/2 * * *",
            "0 0 1 1 6",
            "01 +1 5/1 * *",
            "*,* 1-1 * * *",
            "@daily",
        ] {
            assert!(is_cron(text), "{text}");
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
        ] {
            assert!(!is_cron(text), "{text}");
        }
    }
}
