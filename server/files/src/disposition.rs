//! Whether a browser may show a file in place, and the header that says so.

use std::fmt::Write;

/// Types that are shown and never run anything. All else is only offered for saving.
const SHOWN: [&str; 25] = [
    "application/pdf",
    "audio/aac",
    "audio/aiff",
    "audio/flac",
    "audio/midi",
    "audio/mpeg",
    "audio/ogg",
    "audio/opus",
    "audio/wav",
    "audio/x-m4a",
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/x-icon",
    "video/mp4",
    "video/mpeg",
    "video/ogg",
    "video/quicktime",
    "video/webm",
    "video/x-m4v",
    "video/x-matroska",
    "video/x-msvideo",
];

/// The `Content-Security-Policy` for stored files: even one that is opened as a document has
/// no scripts, no forms, no frames and no origin.
pub const FILE_SECURITY_POLICY: &str =
    "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

/// What a browser should do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// Show it in place.
    Inline,
    /// Offer to save it.
    Attachment,
}

impl Disposition {
    /// What is safe for a type as [`crate::mime::detect`] found it in the content. A type that
    /// someone merely claims must not be asked about here.
    #[must_use]
    pub fn of(detected: &str) -> Self {
        if SHOWN.contains(&detected) { Self::Inline } else { Self::Attachment }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::Attachment => "attachment",
        }
    }
}

/// The value of a `Content-Disposition` header (RFC 6266). A name that does not fit a quoted
/// text as it is gets a second, encoded form (RFC 8187), which browsers prefer.
#[must_use]
pub fn content_disposition(disposition: Disposition, filename: &str) -> String {
    let plain: String = filename
        .chars()
        .map(|character| if is_quotable(character) { character } else { '_' })
        .collect();
    let mut value = format!("{}; filename=\"{plain}\"", disposition.name());
    if plain != filename {
        value.push_str("; filename*=UTF-8''");
        for byte in filename.bytes() {
            push_encoded(&mut value, byte);
        }
    }
    value
}

/// Characters that every client reads alike inside quotes.
fn is_quotable(character: char) -> bool {
    matches!(character, ' '..='~') && !matches!(character, '"' | '\\' | '%' | '/' | ';')
}

fn push_encoded(value: &mut String, byte: u8) {
    if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
        value.push(char::from(byte));
    } else {
        // Writing to a String cannot fail.
        let _ = write!(value, "%{byte:02X}");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_browser_could_run_is_never_shown_in_place() {
        for mime in [
            "image/svg+xml",
            "text/html",
            "text/plain",
            "text/xml",
            "text/javascript",
            "text/css",
            "application/json",
            "application/xhtml+xml",
            "application/octet-stream",
            "image/svg",
            "application/wasm",
            "",
            "IMAGE/PNG",
            "image/png; x",
        ] {
            assert_eq!(Disposition::of(mime), Disposition::Attachment, "{mime}");
        }
        for mime in ["image/png", "image/jpeg", "application/pdf", "video/mp4", "audio/mpeg"] {
            assert_eq!(Disposition::of(mime), Disposition::Inline, "{mime}");
        }
    }

    #[test]
    fn plain_names_are_quoted_and_others_encoded_too() {
        let value = |name| content_disposition(Disposition::Attachment, name);
        assert_eq!(value("a_b.png"), "attachment; filename=\"a_b.png\"");
        assert_eq!(
            value("ä\"\r\n;b%.txt"),
            "attachment; filename=\"_____b_.txt\"; filename*=UTF-8''%C3%A4%22%0D%0A%3Bb%25.txt"
        );
    }

    proptest! {
        #[test]
        fn no_name_breaks_out_of_the_header(name in any::<String>()) {
            let value = content_disposition(Disposition::Inline, &name);
            prop_assert!(value.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            prop_assert_eq!(value.matches('"').count(), 2);
            let parameters = value.split("; ").count();
            prop_assert!(parameters == 2 || value.contains("filename*=UTF-8''") && parameters == 3);
        }
    }
}
