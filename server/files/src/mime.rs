//! The type of a file: by its content first, and by its name only to tell kinds of text or of
//! archive apart. A name never turns content into something that a browser runs or shows.

mod text;

/// How many bytes of a file the functions here want to see.
pub const HEAD_BYTES: usize = 4096;

/// The type of content of which nothing is known.
pub const UNKNOWN: &str = "application/octet-stream";

const PLAIN: &str = "text/plain";

/// Other names of types, and the name that we and most clients use.
const ALIASES: [(&str, &str); 14] = [
    ("application/javascript", "text/javascript"),
    ("application/rtf", "text/rtf"),
    ("application/vnd.rar", "application/x-rar-compressed"),
    ("application/x-gzip", "application/gzip"),
    ("application/x-javascript", "text/javascript"),
    ("application/xml", "text/xml"),
    ("audio/m4a", "audio/x-m4a"),
    ("audio/mp3", "audio/mpeg"),
    ("audio/vnd.wave", "audio/wav"),
    ("audio/x-aiff", "audio/aiff"),
    ("audio/x-flac", "audio/flac"),
    ("audio/x-wav", "audio/wav"),
    ("image/jpg", "image/jpeg"),
    ("image/vnd.microsoft.icon", "image/x-icon"),
];

/// Formats that begin with readable characters. Others that seem to match a text, such as a
/// bitmap's `BM`, are taken for what they look like: text.
const READABLE_MAGIC: [&str; 4] =
    ["application/pdf", "application/postscript", "application/rtf", "image/gif"];

/// Types that a container's content does not show in its first bytes.
const ZIP_FORMATS: [&str; 5] = [
    "application/epub+zip",
    "application/java-archive",
    "application/vnd.android.package-archive",
    "application/vnd.oasis.opendocument.",
    "application/vnd.openxmlformats-officedocument.",
];
const OLE_FORMATS: [&str; 3] =
    ["application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"];

/// The type of a file, from its first [`HEAD_BYTES`] bytes and its name.
#[must_use]
pub fn detect(head: &[u8], name: &str) -> String {
    let sniffed = sniff(head);
    let guess = mime_guess::from_path(name).first_raw().map(canonical);
    let starts = |prefixes: &[&str]| {
        guess.filter(|guess| prefixes.iter().any(|prefix| guess.starts_with(prefix)))
    };
    let refined = match sniffed {
        PLAIN => starts(&["text/"]).filter(|guess| !matches!(*guess, "text/html" | "text/xml")),
        "application/zip" => starts(&ZIP_FORMATS),
        "application/x-ole-storage" => starts(&OLE_FORMATS),
        _ => None,
    };
    refined.unwrap_or(sniffed).to_owned()
}

/// Whether a field that lists these types takes this one. An empty list takes all; `image/*`
/// takes all of a family; `text/plain` takes all text that no browser would run.
#[must_use]
pub fn accepts(mime_types: &[String], detected: &str) -> bool {
    let detected = canonical(essence(detected));
    mime_types.is_empty()
        || mime_types.iter().any(|allowed| {
            let allowed = essence(allowed).to_ascii_lowercase();
            match allowed.strip_suffix('*') {
                Some(family) if family.ends_with('/') => detected.starts_with(family),
                _ if allowed == PLAIN => {
                    detected.starts_with("text/")
                        && !matches!(detected, "text/html" | "text/xml" | "text/javascript")
                }
                _ => canonical(&allowed) == detected,
            }
        })
}

/// The value of a `Content-Type` header: text is served as UTF-8, which all but very old files
/// are, so that no browser guesses at the encoding.
#[must_use]
pub fn content_type(detected: &str) -> String {
    if detected.starts_with("text/") && !detected.contains(';') {
        format!("{detected}; charset=utf-8")
    } else {
        detected.to_owned()
    }
}

/// The extension that fits the content, or nothing if it is unknown.
pub(crate) fn sniffed_extension(head: &[u8]) -> &'static str {
    match sniff(head) {
        PLAIN => "txt",
        UNKNOWN => "",
        "application/json" => "json",
        "application/x-ndjson" => "ndjson",
        "image/svg+xml" => "svg",
        "text/html" => "html",
        "text/javascript" => "js",
        "text/x-python" => "py",
        "text/x-shellscript" => "sh",
        "text/xml" => "xml",
        _ => infer::get(head).map_or("", |kind| kind.extension()),
    }
}

/// The type that the content alone shows.
fn sniff(head: &[u8]) -> &'static str {
    let known = infer::get(head)
        .filter(|kind| kind.matcher_type() != infer::MatcherType::Text)
        .map(|kind| kind.mime_type());
    if text::is_text(head) {
        match known.filter(|known| READABLE_MAGIC.contains(known)) {
            Some(known) => canonical(known),
            None => text::sniff(head),
        }
    } else {
        known.map_or(UNKNOWN, canonical)
    }
}

fn canonical(mime: &str) -> &str {
    ALIASES.iter().find(|(alias, _)| *alias == mime).map_or(mime, |(_, name)| name)
}

fn essence(mime: &str) -> &str {
    mime.split(';').next().unwrap_or(mime).trim()
}

#[cfg(test)]
mod tests;
