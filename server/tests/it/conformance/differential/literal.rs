//! Literals and macros.

use super::{
    dice::Dice,
    tree::{Comparison, Operand},
    world::Kind,
};

const TEXTS: [&str; 56] = [
    "a",
    "A",
    "b",
    "abc",
    "ABC",
    "aBc",
    "Äpfel",
    "äpfel öl",
    "5",
    "5.0",
    "05",
    "-1",
    "1e3",
    " 5",
    "0",
    "1",
    "null",
    "true",
    "[]",
    "[\"a\"]",
    "{}",
    "{\"a\":1}",
    "100%",
    "50%_off",
    "%",
    "_",
    "%a",
    "a%",
    "%a%",
    "a_b",
    "a\\b",
    "\\",
    "\\%",
    "a\\%b",
    "%\\_%",
    "it's",
    "\"quoted\"",
    "2024",
    "2024-05-01",
    "\n",
    "\\n",
    "\t",
    "smile",
    "ß",
    "İ",
    "日",
    "é",
    "a//b",
    "(a)",
    "@now",
    "red",
    "gree",
    "s1",
    "hidden",
    "example",
    "x\\\\",
];
const NUMBERS: [&str; 22] = [
    "0",
    "1",
    "2",
    "5",
    "-1",
    "-3.25",
    "0.1",
    "0.30000000000000004",
    "10",
    "100",
    "05",
    "1.0",
    "5.50",
    "-0",
    "1000000",
    "2024",
    "0.0000001",
    "1000000000000000",
    "123456789.125",
    "-5",
    "9007199254740993",
    "1000000000000000000000",
];
const DATES: [&str; 10] = [
    "2024-05-01 10:00:00.000Z",
    "2024-05-01",
    "2024-05-01 00:00:00.000Z",
    "2024",
    "2024-06",
    "2024-05-01T10:00:00.000Z",
    "1999-12-31 23:59:59.000Z",
    "2099-01-01 00:00:00.000Z",
    "0",
    "2024-02-29 12:30:15.500Z",
];
const IDS: [&str; 8] = [
    "genre0000000001",
    "person000000001",
    "person000000002",
    "book00000000003",
    "note00000000002",
    "card00000000001",
    "000",
    "gone00000000001",
];

/// A literal that may well be found in a place of this kind.
pub(super) fn fitting(dice: &mut Dice, kind: Kind) -> Operand {
    match dice.below(16) {
        0 | 1 => return Operand::new("''", ["empty"]),
        2 => return Operand::new(dice.word(&["null", "NULL", "Null"]), ["null"]),
        3 => return any(dice),
        _ => {}
    }
    match kind {
        Kind::Number if !dice.one_in(5) => number(dice),
        Kind::Bool if !dice.one_in(5) => bool(dice),
        Kind::Date | Kind::Stamp if !dice.one_in(6) => {
            let date = dice.word(&DATES);
            quoted(dice, date)
        }
        Kind::Relation if !dice.one_in(4) => {
            let id = dice.word(&IDS);
            quoted(dice, id)
        }
        Kind::Select if !dice.one_in(4) => {
            let word = dice.word(&["red", "green", "blue", "re", "%e%", "[\"red\"]", "[]"]);
            quoted(dice, word)
        }
        _ => any(dice),
    }
}

/// A literal that is in the name of every file of the stage or of none.
pub(super) fn of_file(dice: &mut Dice) -> Operand {
    let word = dice.word(&["scan_", "[]", "%scan\\_%", "none", ""]);
    quoted(dice, word)
}

/// A literal to which a time of today stands as it does at any other time of any day.
pub(super) fn of_stamp(dice: &mut Dice) -> Operand {
    let word = dice.word(&["1999-12-31", "2099-01-01", "", "Z", "20%Z", "x", "2024-05-01 10:00"]);
    quoted(dice, word)
}

/// Any literal.
pub(super) fn any(dice: &mut Dice) -> Operand {
    match dice.below(12) {
        0 | 1 => number(dice),
        2 => bool(dice),
        3 => {
            let date = dice.word(&DATES);
            quoted(dice, date)
        }
        _ => {
            let text = dice.word(&TEXTS);
            quoted(dice, text)
        }
    }
}

fn number(dice: &mut Dice) -> Operand {
    Operand::new(dice.word(&NUMBERS), ["numeric"])
}

fn bool(dice: &mut Dice) -> Operand {
    Operand::new(dice.word(&["true", "false", "TRUE", "False"]), ["truth"])
}

fn quoted(dice: &mut Dice, text: &str) -> Operand {
    let quote = dice.word(&["'", "'", "\""]);
    Operand::new(format!("{quote}{}{quote}", text.replace(quote, &format!("\\{quote}"))), ["word"])
}

/// A comparison with a macro, whose outcome is the same at any time of any day.
pub(super) fn moment(dice: &mut Dice) -> Comparison {
    let date = [
        "@now",
        "@yesterday",
        "@tomorrow",
        "@todayStart",
        "@todayEnd",
        "@monthStart",
        "@monthEnd",
        "@yearStart",
        "@yearEnd",
    ];
    let (left, sign, right) = match dice.below(8) {
        0 => (dice.word(&date), dice.word(&["<", ">", "!=", "?>="]), "'2024-05-01'"),
        1 => ("'2098'", dice.word(&["<", ">=", "="]), dice.word(&date)),
        2 => (dice.word(&["@second", "@minute", "@hour"]), dice.word(&["<", ">=", "!="]), "60"),
        3 => (dice.word(&["@month", "@weekday", "@day"]), dice.word(&[">", "<="]), "-1"),
        4 => ("@year", dice.word(&[">", "<", "!="]), dice.word(&["2024", "'2024'", "9999"])),
        5 => {
            (dice.word(&["@yesterday", "@todayStart"]), "<", dice.word(&["@tomorrow", "@todayEnd"]))
        }
        6 => (dice.word(&date), dice.word(&["~", "!~"]), dice.word(&["'Z'", "'20%Z'", "'x'"])),
        _ => (dice.word(&["@today", "@now.x", "@Now", "@now:lower", "@"]), "=", "''"),
    };
    let operand = |text: &str| Operand::new(text, ["macro"]);
    Comparison { left: operand(left), sign: format!(" {sign} "), right: operand(right) }
}
