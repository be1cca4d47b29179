//! Which part of a file a request asks for, and whether it has it already (RFC 9110,
//! sections 13 and 14). Texts of headers in, a decision out.

/// The part of a file from `first` to `last`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteRange {
    /// Offset of the first byte.
    pub first: u64,
    /// Offset of the last byte; never before the first.
    pub last: u64,
}

impl ByteRange {
    /// How many bytes it has.
    #[must_use]
    pub fn length(self) -> u64 {
        (self.last - self.first).saturating_add(1)
    }

    /// The value of a `Content-Range` header.
    #[must_use]
    pub fn content_range(self, size: u64) -> String {
        format!("bytes {}-{}/{size}", self.first, self.last)
    }
}

/// The headers of a request that bear on the answer, as they were sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Conditions<'a> {
    /// `Range`
    pub range: Option<&'a str>,
    /// `If-Range`
    pub if_range: Option<&'a str>,
    /// `If-None-Match`
    pub if_none_match: Option<&'a str>,
    /// `If-Modified-Since`
    pub if_modified_since: Option<&'a str>,
}

/// How to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// 200 with all of it.
    Whole,
    /// 206 with a part of it.
    Part(ByteRange),
    /// 304 without it.
    NotModified,
    /// 416 with `Content-Range: bytes */size`.
    Unsatisfiable,
}

impl Conditions<'_> {
    /// Decides for a file of this size, entity tag (quoted) and `Last-Modified` text, as they
    /// stand in the answer's headers.
    #[must_use]
    pub fn answer(&self, size: u64, etag: &str, last_modified: &str) -> Answer {
        if self.is_unchanged(etag, last_modified) {
            return Answer::NotModified;
        }
        match self.range {
            Some(range) if self.range_holds(etag, last_modified) => requested_range(range, size),
            _ => Answer::Whole,
        }
    }

    /// The date is compared as text: clients send back what they were given, and stored files
    /// never change, so that an earlier or later date is one of another file.
    fn is_unchanged(&self, etag: &str, last_modified: &str) -> bool {
        match self.if_none_match {
            Some(tags) => {
                let weak = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
                tags.trim() == "*" || tags.split(',').any(|tag| weak(tag) == weak(etag))
            }
            None => self.if_modified_since.is_some_and(|since| since.trim() == last_modified),
        }
    }

    /// A part is only of use to one who holds the rest of the same file: `If-Range` must match
    /// exactly, and weak tags never do.
    fn range_holds(&self, etag: &str, last_modified: &str) -> bool {
        self.if_range.is_none_or(|validator| {
            let validator = validator.trim();
            let strong = validator == etag && !etag.starts_with("W/");
            strong || validator == last_modified
        })
    }
}

/// The part that a `Range` header asks for. What is malformed, of another unit or asks for
/// several parts at once is answered with the whole, as the RFC allows.
#[must_use]
pub fn requested_range(header: &str, size: u64) -> Answer {
    let Some((unit, set)) = header.split_once('=') else {
        return Answer::Whole;
    };
    let mut specs = set.split(',').map(str::trim).filter(|spec| !spec.is_empty());
    let (Some(spec), None) = (specs.next(), specs.next()) else {
        return Answer::Whole;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Answer::Whole;
    }
    match spec.split_once('-') {
        Some(("", length)) => suffix(length, size),
        Some((first, last)) => between(first, last, size),
        None => Answer::Whole,
    }
}

fn suffix(length: &str, size: u64) -> Answer {
    match number(length) {
        None => Answer::Whole,
        Some(0) => Answer::Unsatisfiable,
        // The last bytes of an empty file are all of it, which no Content-Range can say.
        Some(_) if size == 0 => Answer::Whole,
        Some(length) => {
            Answer::Part(ByteRange { first: size.saturating_sub(length), last: size - 1 })
        }
    }
}

fn between(first: &str, last: &str, size: u64) -> Answer {
    let last = if last.is_empty() { Some(u64::MAX) } else { number(last) };
    let (Some(first), Some(last)) = (number(first), last) else {
        return Answer::Whole;
    };
    if first > last {
        return Answer::Whole;
    }
    if first >= size {
        return Answer::Unsatisfiable;
    }
    Answer::Part(ByteRange { first, last: last.min(size - 1) })
}

/// Digits only; a number beyond all sizes counts as the largest.
fn number(digits: &str) -> Option<u64> {
    let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
