//! RE2 syntax rewritten in the syntax of the `regex` crate.
//!
//! The two agree on most of it. What differs: `\d \w \s` are ASCII in RE2;
//! `[a&&b]` and `[[a]]` are no set operations there; a `{` that opens no
//! repetition is literal; `\Q…\E` quotes; `\<` is a plain sign; repetitions of
//! repetitions, counts over 1000 and the flags `x u R` are refused.

use super::escape::{self, Escape};

/// Largest count in a repetition.
const MAX_COUNT: u32 = 1_000;

/// The pattern in the other syntax, or nothing when RE2 refuses it for a reason of its own.
/// What both refuse is left to the compiler.
pub(super) fn translate(pattern: &str) -> Option<String> {
    let mut reader = Reader { rest: pattern, out: String::with_capacity(pattern.len() + 16) };
    let mut repeated = false;
    while let Some(next) = reader.peek() {
        repeated = match next {
            '*' | '+' | '?' | '{' => reader.repetition(repeated)?,
            _ => {
                reader.atom(next)?;
                false
            }
        };
    }
    Some(reader.out)
}

/// Walks over the pattern and writes the translation.
struct Reader<'p> {
    rest: &'p str,
    out: String,
}

impl<'p> Reader<'p> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next();
        self.rest = chars.as_str();
        next
    }

    fn take(&mut self, text: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(text) else { return false };
        self.rest = rest;
        true
    }

    fn literal(&mut self, sign: char) {
        self.out.push_str(&regex::escape(sign.encode_utf8(&mut [0; 4])));
    }

    fn atom(&mut self, next: char) -> Option<()> {
        if self.take("\\Q") {
            self.quoted();
        } else if self.take("\\") {
            self.escaped()?;
        } else if self.take("(?") {
            self.group_head()?;
        } else if self.take("[") {
            self.class()?;
        } else {
            self.bump();
            match next {
                '(' | ')' | '|' | '^' | '$' | '.' => self.out.push(next),
                _ => self.literal(next),
            }
        }
        Some(())
    }

    fn quoted(&mut self) {
        let (text, rest) = self.rest.split_once("\\E").unwrap_or((self.rest, ""));
        self.out.push_str(&regex::escape(text));
        self.rest = rest;
    }

    fn escaped(&mut self) -> Option<()> {
        let (escape, rest) = escape::read(self.rest)?;
        self.rest = rest;
        self.whole(&escape);
        Some(())
    }

    /// Writes an escape that is more than one sign; a class in a class is its own bracket.
    fn whole(&mut self, escape: &Escape<'_>) {
        match escape {
            Escape::Sign(sign) => self.literal(*sign),
            Escape::Class(class) => self.out.push_str(&format!("[{class}]")),
            Escape::Unicode(written) => self.out.push_str(&format!("\\{written}")),
            Escape::Assertion(assertion) => self.out.push_str(assertion),
        }
    }

    /// Reads what follows `(?`: a name, flags, or a plain group. Names are dropped: nobody asks for them.
    fn group_head(&mut self) -> Option<()> {
        if self.take("P<") || self.take("<") {
            let (name, rest) = self.rest.split_once('>')?;
            let plain = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
            if name.is_empty() || !name.chars().all(plain) {
                return None;
            }
            self.rest = rest;
            self.out.push('(');
            return Some(());
        }
        self.out.push_str("(?");
        loop {
            let flag = self.bump()?;
            self.out.push(flag);
            match flag {
                'i' | 'm' | 's' | 'U' | '-' => {}
                ':' | ')' => return Some(()),
                _ => return None,
            }
        }
    }

    /// Reads a repetition, or a literal `{`. Tells whether it was a repetition.
    fn repetition(&mut self, after_repetition: bool) -> Option<bool> {
        let length = match self.peek()? {
            '{' => match counted(self.rest)? {
                Some(length) => length,
                None => {
                    self.bump();
                    self.out.push_str("\\{");
                    return Some(false);
                }
            },
            _ => 1,
        };
        if after_repetition {
            return None;
        }
        for _ in 0..length {
            let sign = self.bump()?;
            self.out.push(sign);
        }
        if self.take("?") {
            self.out.push('?');
        }
        Some(true)
    }

    /// Reads a bracketed class after its `[`.
    fn class(&mut self) -> Option<()> {
        self.out.push('[');
        if self.take("^") {
            self.out.push('^');
        }
        let mut first = true;
        while first || !self.rest.starts_with(']') {
            first = false;
            if self.rest.starts_with("[:") {
                let end = self.rest.find(":]")?;
                let (name, rest) = self.rest.split_at_checked(end + 2)?;
                self.out.push_str(name);
                self.rest = rest;
                continue;
            }
            self.class_item()?;
        }
        self.bump();
        self.out.push(']');
        Some(())
    }

    fn class_item(&mut self) -> Option<()> {
        let low = match self.class_sign()? {
            Escape::Sign(sign) => sign,
            Escape::Assertion(_) => return None,
            class => {
                self.whole(&class);
                return Some(());
            }
        };
        self.class_literal(low);
        let is_range = self.rest.starts_with('-') && !self.rest.starts_with("-]");
        if !is_range || self.rest == "-" {
            return Some(());
        }
        self.bump();
        let Escape::Sign(high) = self.class_sign()? else { return None };
        self.out.push('-');
        self.class_literal(high);
        (low <= high).then_some(())
    }

    fn class_sign(&mut self) -> Option<Escape<'p>> {
        if !self.take("\\") {
            return self.bump().map(Escape::Sign);
        }
        let (escape, rest) = escape::read(self.rest)?;
        self.rest = rest;
        Some(escape)
    }

    /// Inside a class every sign is written by its number, so that none can mean something.
    fn class_literal(&mut self, sign: char) {
        self.out.push_str(&format!("\\x{{{:x}}}", u32::from(sign)));
    }
}

/// The length of `{n}`, `{n,}` or `{n,m}` at the start; the inner nothing when it is none,
/// the outer when its counts are refused.
fn counted(text: &str) -> Option<Option<usize>> {
    let Some((inside, _)) = text.strip_prefix('{').and_then(|rest| rest.split_once('}')) else {
        return Some(None);
    };
    let (low, high) = inside.split_once(',').unwrap_or((inside, inside));
    let is_count = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_count(low) || !(high.is_empty() || is_count(high)) {
        return Some(None);
    }
    let low: u32 = low.parse().ok()?;
    let high: u32 = if high.is_empty() { low } else { high.parse().ok()? };
    (low <= high && high <= MAX_COUNT).then_some(Some(inside.len() + 2))
}
