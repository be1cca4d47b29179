//! Texts that were filters, damaged.

use super::{case::Text, dice::Dice, tree::Tree};

/// What is put into texts.
const PIECES: [&str; 44] = [
    "'",
    "\"",
    "(",
    ")",
    "()",
    "((",
    "))",
    "\\",
    "\\'",
    "&&",
    "||",
    "&",
    "|",
    "=",
    "!",
    "~",
    "?",
    "<",
    ">",
    "?=",
    "@",
    "@now",
    "@request.",
    ".",
    "..",
    ":",
    ":lower",
    ",",
    "//",
    "/",
    "\n",
    "\r",
    "\t",
    "\u{a0}",
    "\u{feff}",
    "\u{202e}",
    "\u{0}",
    "\u{7f}",
    "ä",
    "\u{1F600}",
    "--",
    ";",
    "/*",
    "1",
];

/// Longest text, in characters; a request line can't take much more.
const LONGEST: usize = 8_000;

/// The tree's text, damaged in one to three places.
pub(super) fn damaged(dice: &mut Dice, tree: &Tree) -> Text {
    let comparisons = tree.comparisons().into_iter().cloned().collect();
    let text = tree.to_string();
    let text = match dice.below(40) {
        0 => whole(dice, &text).chars().take(LONGEST).collect(),
        _ => with_damage(dice, &text),
    };
    Text::Damaged(text, comparisons)
}

fn with_damage(dice: &mut Dice, text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=dice.below(3) {
        damage(dice, &mut characters);
    }
    characters.into_iter().collect()
}

fn damage(dice: &mut Dice, characters: &mut Vec<char>) {
    let at = dice.below(characters.len() + 1);
    let rest = characters.len() - at;
    match dice.below(7) {
        0 => characters.truncate(at),
        1 => drop(characters.drain(..at)),
        2 if rest > 0 => drop(characters.remove(at)),
        3 if rest > 0 => characters.insert(at, characters[at]),
        4 if rest > 1 => characters.swap(at, at + 1),
        5 if rest > 0 => {
            let to = at + dice.below(rest);
            let piece = characters[at..to].to_vec();
            characters.splice(at..at, piece);
        }
        _ => {
            let piece = dice.word(&PIECES);
            characters.splice(at..at, piece.chars());
        }
    }
}

/// Texts that are odd as a whole.
fn whole(dice: &mut Dice, text: &str) -> String {
    match dice.below(10) {
        0 => text.repeat(1 + dice.below(40)),
        1 => format!("{}{text}{}", "(".repeat(dice.below(90)), ")".repeat(dice.below(90))),
        2 => {
            let deep = 1 + dice.below(100);
            format!("{}{text}{}", "(".repeat(deep), ")".repeat(deep))
        }
        3 => vec![text; 195 + dice.below(10)].join("&&"),
        4 => vec!["id=''"; 195 + dice.below(10)].join("||"),
        5 => format!("id = {}", "9".repeat(dice.below(400) + 1)),
        6 => format!("id != 'x{}'", "y".repeat(3_470 + dice.below(40))),
        7 => format!("id = 0.{}1", "0".repeat(dice.below(400))),
        8 => dice
            .word(&[
                "",
                " ",
                "\n",
                "//",
                "// x",
                "()",
                "(())",
                "'",
                "id",
                "=",
                "1=1",
                "1",
                "null=null",
            ])
            .to_owned(),
        _ => text.to_uppercase(),
    }
}
