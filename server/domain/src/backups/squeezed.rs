//! Which files are compressed already: trying once more costs time and gains nothing.

/// Endings of their names.
const SQUEEZED: [&str; 47] = [
    "7z", "aac", "apk", "avif", "br", "bz2", "docx", "epub", "flac", "gif", "gz", "heic", "heif",
    "ipa", "jar", "jpeg", "jpg", "jxl", "lz4", "m4a", "m4v", "mkv", "mov", "mp3", "mp4", "mpeg",
    "mpg", "odp", "ods", "odt", "oga", "ogg", "ogv", "opus", "png", "pptx", "rar", "tgz", "webm",
    "webp", "wma", "wmv", "woff", "woff2", "xlsx", "xz", "zip",
];

/// Whether a file's name says so.
pub(super) fn is_squeezed(name: &str) -> bool {
    let Some((_, ending)) = name.rsplit_once('.') else { return false };
    let ending = ending.to_ascii_lowercase();
    SQUEEZED.binary_search(&ending.as_str()).is_ok() || ending == "zst"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_so_that_it_can_be_searched() {
        assert!(SQUEEZED.is_sorted());
        assert!(is_squeezed("storage/c/r/A.JPG") && is_squeezed("a.zst") && is_squeezed("x.7z"));
        assert!(!is_squeezed("data.db") && !is_squeezed("a.txt") && !is_squeezed("jpg"));
    }
}
