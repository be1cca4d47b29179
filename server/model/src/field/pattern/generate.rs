//! Random texts that match a pattern.

use rand::RngExt;
use regex_syntax::{
    hir::{Class, Hir, HirKind},
    parse,
};

use super::dialect;
use crate::limits::DEFAULT_TEXT_LENGTH;

/// How many more rounds than needed an open repetition (`a*`, `a+`) may take.
const MAX_EXTRA_ROUNDS: u32 = 5;
/// The signs that are preferred where a class allows them.
const PRINTABLE: std::ops::RangeInclusive<char> = ' '..='~';

const LAST_BEFORE_SURROGATES: u32 = 0xD7FF;
const FIRST_AFTER_SURROGATES: u32 = 0xE000;

/// Draws a random text that matches a pattern, or nothing when the pattern can't be used:
/// it can't be read, asserts something (`^ $ \b`), matches nothing, or draws too long a text.
pub fn generate(pattern: &str) -> Option<String> {
    let tree = parse(&dialect::translate(pattern)?).ok()?;
    let mut text = String::new();
    draw(&tree, &mut text)?;
    Some(text)
}

/// Appends a draw. The parser bounds the depth of the tree.
fn draw(tree: &Hir, text: &mut String) -> Option<()> {
    if text.len() > DEFAULT_TEXT_LENGTH {
        return None;
    }
    match tree.kind() {
        HirKind::Empty => Some(()),
        HirKind::Literal(literal) => {
            text.push_str(str::from_utf8(&literal.0).ok()?);
            Some(())
        }
        HirKind::Class(class) => {
            text.push(draw_sign(class)?);
            Some(())
        }
        HirKind::Look(_) => None,
        HirKind::Repetition(repetition) => {
            let most =
                repetition.max.unwrap_or_else(|| repetition.min.saturating_add(MAX_EXTRA_ROUNDS));
            for _ in 0..rand::rng().random_range(repetition.min..=most) {
                draw(&repetition.sub, text)?;
            }
            Some(())
        }
        HirKind::Capture(capture) => draw(&capture.sub, text),
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| draw(part, text)),
        HirKind::Alternation(choices) => {
            let choice = rand::rng().random_range(0..choices.len());
            draw(choices.get(choice)?, text)
        }
    }
}

/// A sign of the class, each equally likely; printable ASCII alone when the class has any.
fn draw_sign(class: &Class) -> Option<char> {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => {
            class.ranges().iter().map(|range| (range.start().into(), range.end().into())).collect()
        }
        Class::Bytes(class) => {
            class.ranges().iter().map(|range| (range.start().into(), range.end().into())).collect()
        }
    };
    let printable = within(&ranges, (*PRINTABLE.start()).into(), (*PRINTABLE.end()).into());
    let choices = if printable.is_empty() {
        // A range may span the surrogates, which are no signs.
        let below = within(&ranges, 0, LAST_BEFORE_SURROGATES);
        [below, within(&ranges, FIRST_AFTER_SURROGATES, u32::MAX)].concat()
    } else {
        printable
    };
    let total: u32 = choices.iter().map(|(low, high)| high - low + 1).sum();
    if total == 0 {
        return None;
    }
    let mut position = rand::rng().random_range(0..total);
    for (low, high) in choices {
        let size = high - low + 1;
        if position < size {
            return char::from_u32(low + position);
        }
        position -= size;
    }
    None
}

/// The parts of the ranges from `first` to `last`.
fn within(ranges: &[(u32, u32)], first: u32, last: u32) -> Vec<(u32, u32)> {
    let cut = |(low, high): &(u32, u32)| (first.max(*low), last.min(*high));
    ranges.iter().map(cut).filter(|(low, high)| low <= high).collect()
}
