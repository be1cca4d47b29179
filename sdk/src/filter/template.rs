//! The compile-time check of a filter's format.

/// Where the scan stands.
#[derive(Clone, Copy)]
enum Place {
    Outside,
    Inside { quote: u8, escaped: bool },
}

/// Stops the compilation unless `format` has `values` placeholders, each standing for a whole
/// value outside of quotes.
#[expect(
    clippy::indexing_slicing,
    reason = "const code has no iterators, and a wrong index stops the compilation"
)]
pub const fn check(format: &str, values: usize) {
    let bytes = format.as_bytes();
    let mut place = Place::Outside;
    let mut placeholders = 0;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let next = if at + 1 < bytes.len() { bytes[at + 1] } else { b' ' };
        place = match place {
            Place::Inside { quote, escaped } => {
                assert!(
                    !(byte == b'{' && next == b'}'),
                    "`{{}}` stands for a whole value: leave out the quotes around it"
                );
                if byte == quote && !escaped {
                    Place::Outside
                } else {
                    Place::Inside { quote, escaped: byte == b'\\' && !escaped }
                }
            }
            Place::Outside => {
                assert!(
                    !(byte == b'/' && next == b'/'),
                    "comments have no place in a filter that takes values"
                );
                if byte == b'{' || byte == b'}' {
                    assert!(byte == b'{' && next == b'}', "a placeholder is written `{{}}`");
                    assert!(
                        at == 0 || !is_word(bytes[at - 1]),
                        "`{{}}` stands for a whole value: put a blank or an operator before it"
                    );
                    at += 1;
                    assert!(
                        at + 1 >= bytes.len() || !is_word(bytes[at + 1]),
                        "`{{}}` stands for a whole value: put a blank or an operator after it"
                    );
                    placeholders += 1;
                }
                if byte == b'\'' || byte == b'"' {
                    Place::Inside { quote: byte, escaped: false }
                } else {
                    Place::Outside
                }
            }
        };
        at += 1;
    }
    assert!(matches!(place, Place::Outside), "a quote is not closed");
    assert!(placeholders == values, "the number of `{{}}` and of values differ");
}

/// Bytes that would run together with a value into another token.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || !byte.is_ascii()
        || matches!(byte, b'_' | b'.' | b':' | b'@' | b'\'' | b'"' | b'{' | b'}' | b'\\')
}

#[cfg(test)]
mod tests {
    use super::check;

    fn refused(format: &'static str, values: usize) -> bool {
        std::panic::catch_unwind(|| check(format, values)).is_err()
    }

    #[test]
    fn placeholders_are_counted_outside_of_quotes() {
        check("a = {} && (b >= {} || c = 'it\\'s')", 2);
        check("geoDistance(p.lon, p.lat, {}, {}) < 5", 2);
        check("a = \"it's\"", 0);
        check("", 0);
        assert!(refused("a = {}", 0));
        assert!(refused("a = 1", 1));
    }

    #[test]
    fn a_placeholder_never_joins_another_token() {
        for format in
            ["a = '{}'", "a = \"x {}\"", "a = 'x\\'{}'", "a = 1{}", "a = {}5", "a.{} = 1", "{}{}"]
        {
            let values = format.matches("{}").count();
            assert!(refused(format, values), "{format}");
        }
    }

    #[test]
    fn other_braces_comments_and_open_quotes_are_refused() {
        for format in ["a = {name}", "a = {", "a = }", "a = 1 // {}", "a = 'open"] {
            assert!(refused(format, format.matches("{}").count()), "{format}");
        }
    }
}
