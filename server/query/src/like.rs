//! LIKE with the escape `\`, ASCII case ignored.

use std::borrow::Cow;

use memchr::{memchr_iter, memchr2_iter, memmem::Finder};

/// A pattern, ready to be held against many texts.
#[derive(Clone, Debug)]
pub struct LikeMatcher {
    steps: Vec<Step>,
    /// When the pattern leaves no sign open but what stands between its texts.
    texts: Option<Texts>,
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Any,
    One,
    Exactly(char),
    /// A backslash with nothing after it matches nothing.
    Nothing,
}

/// `start%middle%middle%end`.
#[derive(Clone, Debug)]
struct Texts {
    start: Vec<u8>,
    middle: Vec<Needle>,
    /// Nothing when there is no `%`: then the start is the whole.
    end: Option<Vec<u8>>,
}

/// A text to look for, by that byte of it which is met most seldom.
#[derive(Clone, Debug)]
struct Needle {
    text: Vec<u8>,
    anchor: usize,
    /// For texts in which the anchor leads astray: never worse than linear.
    steady: Finder<'static>,
}

impl LikeMatcher {
    /// Reads a pattern: `%` for any text, `_` for one sign, `\` before a sign that stands for
    /// itself.
    pub fn new(pattern: &str) -> Self {
        let steps = steps_of(pattern);
        let texts = Texts::of(&steps);
        Self { steps, texts }
    }

    /// Whether a match takes no longer than its text is long.
    pub fn is_quick(&self) -> bool {
        self.texts.is_some()
    }

    /// Whether a text matches. What is no UTF-8 in it counts as unknown signs.
    pub fn matches(&self, text: &[u8]) -> bool {
        match &self.texts {
            Some(texts) => texts.are_in(text),
            None => {
                let text: Cow<'_, str> = String::from_utf8_lossy(text);
                fits(&text.chars().collect::<Vec<_>>(), &self.steps)
            }
        }
    }
}

/// Linear in memory, and never worse than the product of both lengths in time: a `%` is only ever
/// retried from the last one.
fn fits(text: &[char], steps: &[Step]) -> bool {
    let (mut at, mut step) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while let Some(character) = text.get(at) {
        match steps.get(step) {
            Some(Step::Any) => {
                step += 1;
                retry = Some((at, step));
                continue;
            }
            Some(Step::One) => {}
            Some(Step::Exactly(wanted)) if wanted.eq_ignore_ascii_case(character) => {}
            _ => {
                let Some((from, after)) = retry else { return false };
                retry = Some((from + 1, after));
                (at, step) = (from + 1, after);
                continue;
            }
        }
        at += 1;
        step += 1;
    }
    steps.get(step..).unwrap_or_default().iter().all(|step| *step == Step::Any)
}

fn steps_of(pattern: &str) -> Vec<Step> {
    let mut characters = pattern.chars();
    let mut steps = Vec::new();
    while let Some(character) = characters.next() {
        steps.push(match character {
            '%' => Step::Any,
            '_' => Step::One,
            '\\' => characters.next().map_or(Step::Nothing, Step::Exactly),
            other => Step::Exactly(other),
        });
    }
    steps
}

impl Texts {
    /// The texts that these steps ask for, if they leave nothing else open.
    fn of(steps: &[Step]) -> Option<Self> {
        let exact = |step: &Step| match step {
            Step::Exactly(character) => Some(*character),
            Step::Any | Step::One | Step::Nothing => None,
        };
        let parts = steps.split(|step| *step == Step::Any);
        let texts: Option<Vec<String>> =
            parts.map(|part| part.iter().map(exact).collect()).collect();
        let mut texts = texts?.into_iter().map(String::into_bytes);
        let start = texts.next().unwrap_or_default();
        let end = texts.next_back();
        Some(Self { start, middle: texts.filter_map(Needle::new).collect(), end })
    }

    fn are_in(&self, text: &[u8]) -> bool {
        let Some(end) = &self.end else { return text.eq_ignore_ascii_case(&self.start) };
        let Some((start, rest)) = text.split_at_checked(self.start.len()) else { return false };
        let Some(between) = rest.len().checked_sub(end.len()) else { return false };
        let Some((mut rest, last)) = rest.split_at_checked(between) else { return false };
        if !start.eq_ignore_ascii_case(&self.start) || !last.eq_ignore_ascii_case(end) {
            return false;
        }
        for needle in &self.middle {
            let Some(found) = needle.find(rest) else { return false };
            rest = rest.get(found + needle.text.len()..).unwrap_or_default();
        }
        true
    }
}

impl Needle {
    fn new(text: Vec<u8>) -> Option<Self> {
        let anchor = (0..text.len()).max_by_key(|at| text.get(*at).map(|byte| rarity(*byte)))?;
        let steady = Finder::new(&text.to_ascii_lowercase()).into_owned();
        Some(Self { text, anchor, steady })
    }

    /// Where the text begins for the first time.
    fn find(&self, text: &[u8]) -> Option<usize> {
        let byte = self.text.get(self.anchor)?;
        let (lower, upper) = (byte.to_ascii_lowercase(), byte.to_ascii_uppercase());
        if lower == upper {
            self.find_by_anchor(memchr_iter(lower, text), text)
        } else {
            self.find_by_anchor(memchr2_iter(lower, upper, text), text)
        }
    }

    fn find_by_anchor(&self, anchors: impl Iterator<Item = usize>, text: &[u8]) -> Option<usize> {
        let mut patience = MIN_PATIENCE + text.len() * PATIENCE_PER_BYTE;
        for anchor in anchors {
            let Some(start) = anchor.checked_sub(self.anchor) else { continue };
            let found = text.get(start..start + self.text.len())?;
            if found.eq_ignore_ascii_case(&self.text) {
                return Some(start);
            }
            let Some(left) = patience.checked_sub(self.text.len()) else {
                return self.steady.find(&text.to_ascii_lowercase());
            };
            patience = left;
        }
        None
    }
}

/// Bytes that may be compared in vain before the anchor is given up.
const MIN_PATIENCE: usize = 1_024;
const PATIENCE_PER_BYTE: usize = 8;

/// How seldom a byte is met in common texts, roughly.
fn rarity(byte: u8) -> usize {
    const COMMON: &[u8] = b" etaoinsrhldcumfpgwybv0123456789kxjqz-.,";
    let place = COMMON.iter().position(|common| *common == byte.to_ascii_lowercase());
    place.unwrap_or(COMMON.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_found_anywhere_in_any_case() {
        for (pattern, text, expected) in [
            ("%Word%", "some words", true),
            ("%word%", "WORD", true),
            ("%word%", "wor d", false),
            ("%ä%", "Ä", false),
            ("%ä%", "xäx", true),
            ("%100\\%%", "100% sure", true),
            ("%100\\%%", "1000 sure", false),
            ("%a_c%", "xabcx", true),
            ("%a\\_c%", "xabcx", false),
            ("%\\", "a\\", false),
            ("ab%", "ABC", true),
            ("ab%", "cab", false),
            ("%bc", "ABC", true),
            ("a%a", "a", false),
            ("a%a", "aa", true),
            ("abc", "aBc", true),
            ("abc", "abcd", false),
            ("%a%b%c%", "xaxbxcx", true),
            ("%a%b%c%", "xbxaxcx", false),
            ("%ab%b%", "ab", false),
            ("%%", "", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(LikeMatcher::new(pattern).matches(text.as_bytes()), expected, "{pattern}");
        }
    }

    #[test]
    fn a_hostile_pattern_is_no_more_work_than_its_text_is_long() {
        let text = "a".repeat(1_000_000);
        let pattern = LikeMatcher::new(&format!("%{}b%", "a".repeat(3_000)));
        let begun = std::time::Instant::now();
        assert!(!pattern.matches(text.as_bytes()));
        // Compared at every place it would be three thousand million steps.
        assert!(begun.elapsed() < std::time::Duration::from_secs(1));
    }

    proptest! {
        #[test]
        fn looking_for_texts_is_what_the_steps_say(
            pattern in "[abA1%]{0,8}", text in "[abAB12]{0,16}",
        ) {
            let pattern = LikeMatcher::new(&pattern);
            prop_assert!(pattern.texts.is_some());
            let by_steps = fits(&text.chars().collect::<Vec<_>>(), &pattern.steps);
            prop_assert_eq!(pattern.matches(text.as_bytes()), by_steps);
        }

        #[test]
        fn a_text_is_looked_for_in_every_script(
            needle in "[abA12 ä]{1,4}", text in "[abAB12 äÄ]{0,24}",
        ) {
            let pattern = LikeMatcher::new(&format!("%{needle}%"));
            let by_steps = fits(&text.chars().collect::<Vec<_>>(), &pattern.steps);
            prop_assert_eq!(pattern.matches(text.as_bytes()), by_steps);
        }
    }
}
