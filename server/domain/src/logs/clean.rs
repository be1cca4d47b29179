//! What entries may hold of what others have sent.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// What stands in place of a secret.
pub(super) const HIDDEN: &str = "(hidden)";
/// Names with one of these in them are names of secrets.
const SECRET_PARTS: [&str; 13] = [
    "token",
    "password",
    "passwd",
    "secret",
    "apikey",
    "api_key",
    "api-key",
    "authorization",
    "cookie",
    "session",
    "signature",
    "credential",
    "jwt",
];
/// Other names of secrets.
const SECRET_NAMES: [&str; 8] = ["code", "key", "otp", "pwd", "pass", "sig", "state", "auth"];
/// How a signed token begins: an object, in base64.
const TOKEN_START: &str = "eyJ";
/// Shortest text that is taken for a token.
const TOKEN_BYTES: usize = 20;

/// Whether what goes by this name is to be hidden.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_NAMES.contains(&name.as_str()) || has_secret_part(&name)
}

fn has_secret_part(lower: &str) -> bool {
    SECRET_PARTS.iter().any(|part| lower.contains(part))
}

/// An address without the secrets in it.
pub(super) fn address(text: &str) -> String {
    let Some((path, query)) = text.split_once('?') else { return without_tokens(text) };
    let mut clean = without_tokens(path);
    for (at, pair) in query.split('&').enumerate() {
        clean.push(if at == 0 { '?' } else { '&' });
        match pair.split_once('=') {
            Some((name, value)) if !value.is_empty() && hides(name, value) => {
                clean.push_str(name);
                clean.push('=');
                clean.push_str(HIDDEN);
            }
            _ => clean.push_str(&without_tokens(pair)),
        }
    }
    clean
}

/// Whether a parameter has a secret name, or compares something of such a name with a text.
fn hides(name: &str, value: &str) -> bool {
    let decoded = |text| percent_decode_str(text).decode_utf8_lossy().to_ascii_lowercase();
    if is_secret(&decoded(name)) {
        return true;
    }
    let value = decoded(value);
    value.contains(['\'', '"']) && has_secret_part(&value)
}

/// A text without signed tokens.
pub fn without_tokens(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(TOKEN_START) {
        let (before, token) = rest.split_at(start);
        let fits = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.');
        let end = token.find(|sign| !fits(sign)).unwrap_or(token.len());
        let (token, after) = token.split_at(end);
        clean.push_str(before);
        clean.push_str(if token.len() >= TOKEN_BYTES { HIDDEN } else { token });
        rest = after;
    }
    clean.push_str(rest);
    clean
}

/// An address as people read it. What can't be seen stays encoded.
pub(super) fn readable(address: &str) -> String {
    printable(&percent_decode_str(address).decode_utf8_lossy()).into_owned()
}

/// A text whose signs can all be seen: others are written as in an address.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 16);
    for sign in text.chars() {
        if is_unseen(sign) {
            let mut bytes = [0; 4];
            for byte in sign.encode_utf8(&mut bytes).bytes() {
                clean.push_str(&format!("%{byte:02X}"));
            }
        } else {
            clean.push(sign);
        }
    }
    Cow::Owned(clean)
}

/// Controls, separators of lines, and what turns the direction of text.
fn is_unseen(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{2028}' | '\u{2029}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
        || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The beginning of a text, if it is longer than so many characters.
pub(super) fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    // A text has at least as many bytes as characters.
    if text.len() <= most {
        return Cow::Borrowed(text);
    }
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}...", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJpZCI6IngifQ.c2lnbmF0dXJlLXRleHQ";

    #[test]
    fn secrets_in_addresses_are_hidden_and_the_rest_stays() {
        for (text, expected) in [
            ("/api/a?x=1&b", "/api/a?x=1&b"),
            ("/api/a?token=abc&x=1", "/api/a?token=(hidden)&x=1"),
            ("/a?Access_Token=abc", "/a?Access_Token=(hidden)"),
            ("/a?%74oken=abc", "/a?%74oken=(hidden)"),
            (
                "/a?code=1&state=2&key=3&keys=4",
                "/a?code=(hidden)&state=(hidden)&key=(hidden)&keys=4",
            ),
            ("/a?token=", "/a?token="),
            ("/a?filter=inviteToken%3D%27abc%27", "/a?filter=(hidden)"),
            ("/a?filter=title=%27abc%27", "/a?filter=title=%27abc%27"),
            ("/a?sort=tokens", "/a?sort=tokens"),
            ("/a?password=a?b=c&password=d", "/a?password=(hidden)&password=(hidden)"),
        ] {
            assert_eq!(address(text), expected);
        }
        assert_eq!(address(&format!("/a/{TOKEN}/b?x={TOKEN}")), "/a/(hidden)/b?x=(hidden)");
        assert_eq!(without_tokens("eyJ eyJa"), "eyJ eyJa");
    }

    #[test]
    fn no_sign_makes_one_line_into_two() {
        assert_eq!(
            readable("/a%20b%0Ac%1b[31m%E2%80%A8%E2%80%AEd%00"),
            "/a b%0Ac%1B[31m%E2%80%A8%E2%80%AEd%00"
        );
        assert_eq!(readable("/%C3%A4"), "/ä");
        assert_eq!(printable("a\tb\r\n"), "a%09b%0D%0A");
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüx", 3), "äöü...");
        assert_eq!(shortened("", 3), "");
    }
}
