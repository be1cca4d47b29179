//! What may follow a backslash in RE2 syntax.

/// The meaning of an escape.
pub(super) enum Escape<'p> {
    /// One sign.
    Sign(char),
    /// The inside of a bracketed class.
    Class(&'static str),
    /// A Unicode class, as it was written behind its backslash.
    Unicode(&'p str),
    /// An assertion in the other syntax.
    Assertion(&'static str),
}

/// Reads an escape after its backslash; gives it and the text behind it.
pub(super) fn read(text: &str) -> Option<(Escape<'_>, &str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    let rest = chars.as_str();
    let escape = match first {
        'd' => Escape::Class("0-9"),
        'D' => Escape::Class("^0-9"),
        'w' => Escape::Class("0-9A-Za-z_"),
        'W' => Escape::Class("^0-9A-Za-z_"),
        's' => Escape::Class(r"\t\n\x0C\r\x20"),
        'S' => Escape::Class(r"^\t\n\x0C\r\x20"),
        'A' => Escape::Assertion(r"\A"),
        'z' => Escape::Assertion(r"\z"),
        'b' => Escape::Assertion(r"(?-u:\b)"),
        'B' => Escape::Assertion(r"\B"),
        'a' => Escape::Sign('\u{7}'),
        'f' => Escape::Sign('\u{c}'),
        'n' => Escape::Sign('\n'),
        'r' => Escape::Sign('\r'),
        't' => Escape::Sign('\t'),
        'v' => Escape::Sign('\u{b}'),
        'p' | 'P' => return unicode_class(text, rest),
        'x' => return hexadecimal(rest),
        '0'..='7' => return octal(text, rest),
        _ if first.is_ascii_punctuation() || first == ' ' => Escape::Sign(first),
        _ => return None,
    };
    Some((escape, rest))
}

fn unicode_class<'p>(text: &'p str, rest: &'p str) -> Option<(Escape<'p>, &'p str)> {
    let name_length = match rest.strip_prefix('{') {
        Some(inside) => inside.find('}')? + 2,
        None => rest.chars().next()?.len_utf8(),
    };
    let (written, behind) = text.split_at_checked(1 + name_length)?;
    Some((Escape::Unicode(written), behind))
}

fn hexadecimal(rest: &str) -> Option<(Escape<'_>, &str)> {
    let (digits, behind) = match rest.strip_prefix('{') {
        Some(inside) => inside.split_once('}')?,
        None => rest.split_at_checked(2)?,
    };
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let sign = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
    Some((Escape::Sign(sign), behind))
}

/// `\0`, or `\1` to `\7` followed by a digit, with up to three digits; a lone one would be a back-reference.
fn octal<'p>(text: &'p str, rest: &'p str) -> Option<(Escape<'p>, &'p str)> {
    let is_octal = |sign: &char| ('0'..='7').contains(sign);
    let length = text.chars().take_while(is_octal).take(3).count();
    if length == 1 && !text.starts_with('0') {
        return None;
    }
    let (digits, behind) = text.split_at_checked(length).unwrap_or((text, rest));
    let sign = char::from_u32(u32::from_str_radix(digits, 8).ok()?)?;
    Some((Escape::Sign(sign), behind))
}
