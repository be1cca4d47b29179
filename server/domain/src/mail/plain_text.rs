//! The text of a letter for those who read no HTML.

/// Tags that begin a line of their own.
const BLOCKS: [&str; 9] = ["p", "div", "br", "li", "tr", "h1", "h2", "h3", "hr"];
/// Elements whose content is no text.
const UNSEEN: [&str; 3] = ["style", "script", "head"];

/// The text of an HTML fragment: a line a block, links with their addresses behind them.
pub(super) fn of(html: &str) -> String {
    let mut text = String::new();
    let (mut rest, mut link) = (html, String::new());
    while let Some((before, behind)) = rest.split_once('<') {
        put(&mut text, before);
        let Some((tag, behind)) = behind.split_once('>') else {
            rest = "";
            break;
        };
        rest = behind;
        let end = |sign: char| !sign.is_ascii_alphanumeric();
        let name = tag.trim_start_matches('/').split(end).next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if UNSEEN.contains(&name.as_str()) && !tag.starts_with('/') {
            let close = format!("</{name}");
            rest = rest.split_once(&close).map_or("", |(_, behind)| behind);
            rest = rest.split_once('>').map_or("", |(_, behind)| behind);
        } else if BLOCKS.contains(&name.as_str()) {
            text.push('\n');
        } else if name == "a" && tag.starts_with('/') {
            if !link.is_empty() {
                text.push_str(": ");
                text.push_str(&std::mem::take(&mut link));
            }
        } else if name == "a" {
            link = address(tag);
        }
    }
    put(&mut text, rest);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// Puts a piece of text behind: white space is one blank, as in HTML.
fn put(text: &mut String, piece: &str) {
    let piece = unescaped(piece);
    if piece.starts_with(char::is_whitespace) && !text.ends_with(char::is_whitespace) {
        text.push(' ');
    }
    text.push_str(&piece.split_whitespace().collect::<Vec<_>>().join(" "));
    if piece.ends_with(char::is_whitespace) && !text.ends_with(char::is_whitespace) {
        text.push(' ');
    }
}

/// The address that a tag leads to.
fn address(tag: &str) -> String {
    let behind = tag.split_once("href=\"").map_or("", |(_, behind)| behind);
    unescaped(behind.split('"').next().unwrap_or_default())
}

fn unescaped(text: &str) -> String {
    // The ampersand comes last, lest it make new ones.
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn blocks_are_lines_and_links_keep_their_address() {
        let html = "<style>p { color: red }</style><p>Hello,</p>\n<p>\n  <a class=\"btn\" \
                    href=\"https://x.org/?a=1&amp;b\" target=\"_blank\">Open  it</a>\n</p>\n\
                    <p>Thanks,<br/>\n  A &lt;b&gt; <b>team</b></p>";
        assert_eq!(of(html), "Hello,\nOpen it: https://x.org/?a=1&b\nThanks,\nA <b> team");
    }

    #[test]
    fn broken_html_is_no_trouble() {
        assert_eq!(of("a < b"), "a");
        assert_eq!(of("<a href=\"x"), "");
        assert_eq!(of("</a><style>x"), "");
    }
}
