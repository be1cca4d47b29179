//! LIKE with the escape `\`, ASCII case ignored.

use std::borrow::Cow;

use memchr::{memchr_iter, memchr2_iter};

/// A pattern, ready to be held against many texts.
#[derive(Clone, Debug)]
pub struct LikePattern {
    steps: Vec<Step>,
    /// When the pattern asks for a text somewhere and nothing else.
    within: Option<Needle>,
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Any,
    One,
    Exactly(char),
    /// A backslash with nothing after it matches nothing.
    Nothing,
}

/// A text to look for, by that byte of it which is met most seldom.
#[derive(Clone, Debug)]
struct Needle {
    text: Vec<u8>,
    anchor: usize,
}

impl LikePattern {
    /// Reads a pattern: `%` for any text, `_` for one sign, `\` before a sign that stands for
    /// itself.
    pub fn new(pattern: &str) -> Self {
        let steps = steps_of(pattern);
        let within = match steps.as_slice() {
            [Step::Any, text @ .., Step::Any] => literal(text).and_then(Needle::new),
            _ => None,
        };
        Self { steps, within }
    }

    /// Whether a text matches. What is no UTF-8 in it counts as unknown signs.
    pub fn matches(&self, text: &[u8]) -> bool {
        match &self.within {
            Some(needle) => needle.is_in(text),
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

/// The text that these steps ask for, if they leave nothing open.
fn literal(steps: &[Step]) -> Option<String> {
    let exact = |step: &Step| match step {
        Step::Exactly(character) => Some(*character),
        Step::Any | Step::One | Step::Nothing => None,
    };
    steps.iter().map(exact).collect()
}

impl Needle {
    fn new(text: String) -> Option<Self> {
        let text = text.into_bytes();
        let anchor = (0..text.len()).max_by_key(|at| text.get(*at).map(|byte| rarity(*byte)))?;
        Some(Self { text, anchor })
    }

    fn is_in(&self, text: &[u8]) -> bool {
        let Some(byte) = self.text.get(self.anchor) else { return false };
        let (lower, upper) = (byte.to_ascii_lowercase(), byte.to_ascii_uppercase());
        if lower == upper {
            memchr_iter(lower, text).any(|at| self.is_at(text, at))
        } else {
            memchr2_iter(lower, upper, text).any(|at| self.is_at(text, at))
        }
    }

    /// Whether the needle is there, given where its anchor is.
    fn is_at(&self, text: &[u8], anchor: usize) -> bool {
        let Some(start) = anchor.checked_sub(self.anchor) else { return false };
        let found = text.get(start..start + self.text.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(&self.text))
    }
}

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
            ("%%", "", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(LikePattern::new(pattern).matches(text.as_bytes()), expected, "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn looking_for_a_text_is_what_the_steps_say(
            needle in "[abA12 ä]{1,4}", text in "[abAB12 äÄ]{0,24}",
        ) {
            let pattern = LikePattern::new(&format!("%{needle}%"));
            prop_assert!(pattern.within.is_some());
            let by_steps = fits(&text.chars().collect::<Vec<_>>(), &pattern.steps);
            prop_assert_eq!(pattern.matches(text.as_bytes()), by_steps);
        }
    }
}
