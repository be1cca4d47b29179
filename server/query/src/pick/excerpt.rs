//! `:excerpt(length, withEllipsis?)`: the beginning of an HTML text as plain text.

use super::html_text::text_of;

/// How a text is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// Most characters.
    length: usize,
    /// Whether `...` follows what was cut.
    ellipsis: bool,
}

impl Excerpt {
    /// Reads `excerpt(200, true)`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let arguments = text.trim().strip_prefix("excerpt(")?.split_once(')')?.0;
        let mut arguments = arguments.split(',').map(str::trim);
        let length: usize = arguments.next()?.parse().ok().filter(|length| *length > 0)?;
        let ellipsis = matches!(arguments.next(), Some("true" | "1"));
        arguments.next().is_none().then_some(Self { length, ellipsis })
    }

    pub(super) fn of(self, html: &str) -> String {
        let text = text_of(html);
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        let text = words.join(" ");
        let mut cut: String = text.chars().take(self.length).collect();
        if cut.len() < text.len() {
            cut.truncate(cut.trim_ascii_end().len());
            if self.ellipsis {
                cut.push_str("...");
            }
        }
        cut
    }
}
