//! The text of a piece of HTML, as a browser would show it without any style. It is never shown
//! as HTML again, so what no editor writes is read roughly.

use std::{collections::HashMap, sync::LazyLock};

/// Elements whose content is not for reading.
const SILENT: [&str; 15] = [
    "applet", "button", "dialog", "form", "iframe", "noscript", "object", "option", "picture",
    "script", "select", "style", "svg", "template", "textarea",
];
/// Silent elements that hold no other elements.
const RAW: [&str; 5] = ["iframe", "noscript", "script", "style", "textarea"];
/// Elements that do not part words.
const INLINE: [&str; 22] = [
    "a", "abbr", "acronym", "b", "big", "br", "cite", "code", "em", "embed", "i", "img", "input",
    "label", "q", "small", "span", "strike", "strong", "sub", "sup", "time",
];
/// Elements that have no end.
const VOID: [&str; 16] = [
    "area", "base", "basefont", "bgsound", "br", "embed", "hr", "img", "input", "keygen", "link",
    "meta", "param", "source", "track", "wbr",
];
/// Elements that mean nothing outside a table.
const TABLE_PARTS: [&str; 9] =
    ["caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"];
/// Elements of whole pages, which mean nothing in a piece of one.
const PAGE_PARTS: [&str; 5] = ["body", "frame", "frameset", "head", "html"];

/// The names of characters, of HTML 4, and their code points.
static ENTITIES: LazyLock<HashMap<&str, char>> = LazyLock::new(|| {
    let lines = include_str!("entities.txt").lines();
    let entity = |line: &'static str| {
        let (name, code) = line.split_once(' ')?;
        Some((name, char::from_u32(code.parse().ok()?)?))
    };
    lines.filter_map(entity).collect()
});

/// The text, words parted by blanks where elements part them.
pub(super) fn text_of(html: &str) -> String {
    let mut reader = Reader { text: String::with_capacity(html.len()), open: Vec::new() };
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        reader.push_decoded(before);
        rest = reader.markup(after);
    }
    reader.push_decoded(rest);
    reader.text
}

struct Reader<'h> {
    text: String,
    /// The elements that have not ended yet.
    open: Vec<&'h str>,
}

impl<'h> Reader<'h> {
    /// What stands behind a `<`; gives what follows it.
    fn markup(&mut self, after: &'h str) -> &'h str {
        if let Some(comment) = after.strip_prefix("!--") {
            return comment.split_once("-->").map_or("", |(_, following)| following);
        }
        if after.starts_with(['!', '?']) {
            return after.split_once('>').map_or("", |(_, following)| following);
        }
        let (ends, inside) = match after.strip_prefix('/') {
            Some(inside) => (true, inside),
            None => (false, after),
        };
        if !inside.starts_with(|next: char| next.is_ascii_alphabetic()) {
            self.text.push('<');
            return after;
        }
        let length = inside.find(|next: char| next.is_ascii_whitespace() || "/>".contains(next));
        let (name, attributes) = inside.split_at(length.unwrap_or(inside.len()));
        let Some(following) = behind_attributes(attributes) else { return "" };
        if ends {
            self.end(name)
        } else {
            return self.start(name, following);
        }
        following
    }

    /// A start tag; gives what is read next.
    fn start(&mut self, name: &'h str, following: &'h str) -> &'h str {
        if is_one_of(name, &SILENT) {
            return behind_element(name, following);
        }
        let in_table = || self.open.iter().any(|open| open.eq_ignore_ascii_case("table"));
        if is_one_of(name, &PAGE_PARTS) || (is_one_of(name, &TABLE_PARTS) && !in_table()) {
            return following;
        }
        self.part(name);
        if !is_one_of(name, &VOID) {
            self.open.push(name);
        }
        following
    }

    /// An end tag; one without its start says nothing.
    fn end(&mut self, name: &str) {
        let start = self.open.iter().rposition(|open| open.eq_ignore_ascii_case(name));
        if let Some(start) = start {
            self.open.truncate(start);
            self.part(name);
        }
    }

    fn part(&mut self, name: &str) {
        if !is_one_of(name, &INLINE) {
            self.text.push(' ');
        }
    }

    fn push_decoded(&mut self, piece: &str) {
        let mut rest = piece;
        while let Some((before, after)) = rest.split_once('&') {
            self.text.push_str(before);
            let (character, tail) = decoded(after).unwrap_or(('&', after));
            self.text.push(character);
            rest = tail;
        }
        self.text.push_str(rest);
    }
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|one| one.eq_ignore_ascii_case(name))
}

/// What follows a tag's `>`, which quoted values of attributes may hold too.
fn behind_attributes(attributes: &str) -> Option<&str> {
    let mut quote = None;
    let mut before = ' ';
    for (at, character) in attributes.char_indices() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '>') => return attributes.get(at + 1..),
            (None, '"' | '\'') if before == '=' => quote = Some(character),
            (None, _) => {}
        }
        if !character.is_ascii_whitespace() {
            before = character;
        }
    }
    None
}

/// What follows an element with all that is in it; nothing when it never ends.
fn behind_element<'h>(name: &str, content: &'h str) -> &'h str {
    let mut depth = 1;
    let mut rest = content;
    while let Some((_, after)) = rest.split_once('<') {
        let (ends, inside) = match after.strip_prefix('/') {
            Some(inside) => (true, inside),
            None => (false, after),
        };
        rest = after;
        let same = inside.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        let tail = inside.get(name.len()..).unwrap_or_default();
        if !same || tail.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '-') {
            continue;
        }
        match ends {
            true => depth -= 1,
            false if is_one_of(name, &RAW) => {}
            false => depth += 1,
        }
        rest = behind_attributes(tail).unwrap_or_default();
        if depth == 0 {
            return rest;
        }
    }
    ""
}

/// The character that the text after an `&` stands for, and what follows.
fn decoded(after: &str) -> Option<(char, &str)> {
    if let Some(number) = after.strip_prefix('#') {
        return numbered(number);
    }
    let length = after.find(|next: char| !next.is_ascii_alphanumeric()).unwrap_or(after.len());
    let (name, tail) = after.split_at(length);
    if let (Some(character), Some(tail)) = (ENTITIES.get(name), tail.strip_prefix(';')) {
        return Some((*character, tail));
    }
    if name == "apos" {
        return tail.strip_prefix(';').map(|tail| ('\'', tail));
    }
    // The oldest names need no semicolon.
    let is_old = |character: char| u32::from(character) < 256;
    (2..=length.min(6)).rev().find_map(|length| {
        let character = ENTITIES.get(after.get(..length)?).filter(|found| is_old(**found))?;
        Some((*character, after.get(length..)?))
    })
}

/// A character by its number, decimal or hexadecimal.
fn numbered(number: &str) -> Option<(char, &str)> {
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    let length = digits.find(|next: char| !next.is_digit(radix)).unwrap_or(digits.len());
    let (digits, tail) = digits.split_at(length);
    if digits.is_empty() {
        return None;
    }
    let code = u32::from_str_radix(digits, radix).unwrap_or(0);
    let character = char::from_u32(code).filter(|character| *character != '\0');
    Some((character.unwrap_or(char::REPLACEMENT_CHARACTER), tail.strip_prefix(';').unwrap_or(tail)))
}
