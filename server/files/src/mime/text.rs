//! Telling kinds of text apart.

use serde::de::IgnoredAny;

use super::HEAD_BYTES;

/// Openings of HTML documents and fragments, as browsers recognise them.
const HTML_TAGS: [&str; 20] = [
    "!doctype", "a", "b", "body", "br", "div", "embed", "font", "form", "h1", "head", "html",
    "iframe", "img", "object", "p", "script", "style", "table", "title",
];

/// Whether there are only bytes that occur in text (of any ASCII-like encoding, or of UTF-16
/// with its mark).
pub(super) fn is_text(head: &[u8]) -> bool {
    let utf16 = head.starts_with(b"\xfe\xff") || head.starts_with(b"\xff\xfe");
    let binary = |byte: &u8| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f);
    utf16 || !head.iter().any(binary)
}

/// The type of a text.
pub(super) fn sniff(head: &[u8]) -> &'static str {
    let lossy = String::from_utf8_lossy(head);
    let text = lossy.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('<') {
        return sniff_markup(text);
    }
    if text.starts_with(['{', '[']) {
        return sniff_json(text, head.len() >= HEAD_BYTES);
    }
    text.strip_prefix("#!").map_or("text/plain", sniff_script)
}

/// HTML, SVG, other XML, or text that happens to begin with `<`.
fn sniff_markup(text: &str) -> &'static str {
    let declared_xml = starts_with_tag(text, "?xml");
    let mut rest = text;
    let mut commented = false;
    // What may stand before the first element: declarations and comments.
    while let Some(after) = after_prolog(rest) {
        commented |= rest.starts_with("<!--");
        rest = after.trim_start();
    }
    if starts_with_tag(rest, "svg") {
        "image/svg+xml"
    } else if declared_xml {
        "text/xml"
    } else if commented || HTML_TAGS.iter().any(|tag| starts_with_tag(rest, tag)) {
        "text/html"
    } else {
        "text/plain"
    }
}

fn after_prolog(text: &str) -> Option<&str> {
    let end = if text.starts_with("<!--") {
        "-->"
    } else if text.starts_with("<?") {
        "?>"
    } else if is_svg_doctype(text) {
        ">"
    } else {
        return None;
    };
    text.split_once(end).map(|(_, rest)| rest)
}

fn is_svg_doctype(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    words.next().is_some_and(|word| word.eq_ignore_ascii_case("<!doctype"))
        && words.next().is_some_and(|word| word.trim_end_matches('>').eq_ignore_ascii_case("svg"))
}

fn starts_with_tag(text: &str, tag: &str) -> bool {
    let Some((name, rest)) =
        text.strip_prefix('<').and_then(|text| text.split_at_checked(tag.len()))
    else {
        return false;
    };
    let ends = rest.is_empty() || rest.starts_with(['>', '/', ' ', '\t', '\n', '\r', '\x0c']);
    ends && name.eq_ignore_ascii_case(tag)
}

/// JSON, or lines of it. The head of a long file may end in the middle of a value.
fn sniff_json(text: &str, cut_off: bool) -> &'static str {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Err(error)) if !(cut_off && error.is_eof()) => return "text/plain",
        Some(Err(_)) | None => return "application/json",
        Some(Ok(_)) => {}
    }
    match values.next() {
        None => "application/json",
        Some(Ok(_)) => "application/x-ndjson",
        Some(Err(error)) if cut_off && error.is_eof() => "application/x-ndjson",
        Some(Err(_)) => "text/plain",
    }
}

/// A script, by the program that its first line names.
fn sniff_script(after_mark: &str) -> &'static str {
    let line = after_mark.lines().next().unwrap_or_default();
    let program = line
        .split_ascii_whitespace()
        .map(|word| word.rsplit('/').next().unwrap_or(word))
        .find(|word| *word != "env" && !word.starts_with('-'))
        .unwrap_or_default();
    if program.starts_with("python") {
        "text/x-python"
    } else if matches!(program, "node" | "deno" | "bun") {
        "text/javascript"
    } else if program.ends_with("sh") {
        "text/x-shellscript"
    } else {
        "text/plain"
    }
}
