//! `:excerpt(length, withEllipsis?)`: the beginning of an HTML text as plain text.

/// How a text is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// Most characters.
    length: usize,
    /// Whether `...` follows what was cut.
    ellipsis: bool,
}

/// Elements whose text is not for reading.
const SILENT: [&str; 2] = ["script", "style"];
/// Elements that do not part words.
const INLINE: [&str; 16] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "i", "mark", "q", "small", "span",
    "strong", "sub", "sup",
];

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
        let text = plain_text(html);
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ");
        let mut cut: String = text.chars().take(self.length).collect();
        if cut.len() < text.len() {
            cut.truncate(cut.trim_end().len());
            if self.ellipsis {
                cut.push_str("...");
            }
        }
        cut
    }
}

/// The text of a piece of HTML. It is never shown as HTML again, so reading it roughly will do.
fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        push_decoded(&mut text, before);
        let starts_tag =
            after.starts_with(|next: char| next.is_ascii_alphabetic() || "/!?".contains(next));
        let Some((tag, following)) = after.split_once('>').filter(|_| starts_tag) else {
            text.push('<');
            rest = after;
            continue;
        };
        rest = following;
        let name: String =
            tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        if SILENT.contains(&name.as_str()) && !tag.starts_with('/') {
            rest = after_element(rest, &name);
        }
        if !INLINE.contains(&name.as_str()) {
            text.push(' ');
        }
    }
    push_decoded(&mut text, rest);
    text
}

/// What follows the end tag of an element, or nothing when it never ends.
fn after_element<'h>(html: &'h str, name: &str) -> &'h str {
    let end = format!("</{name}");
    let position = html.to_ascii_lowercase().find(&end);
    let tail = position.and_then(|at| html.get(at..)).unwrap_or_default();
    tail.split_once('>').map_or("", |(_, following)| following)
}

fn push_decoded(text: &mut String, piece: &str) {
    let mut rest = piece;
    while let Some((before, after)) = rest.split_once('&') {
        text.push_str(before);
        let entity = after.split_once(';').and_then(|(name, tail)| Some((decoded(name)?, tail)));
        let (character, tail) = entity.unwrap_or(('&', after));
        text.push(character);
        rest = tail;
    }
    text.push_str(rest);
}

fn decoded(entity: &str) -> Option<char> {
    Some(match entity {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    })
}
