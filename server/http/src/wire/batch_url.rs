//! The address of one request in a batch: `/api/collections/{collection}/records/{id}?query`.
//!
//! It is taken as it is written: nothing is decoded but the query, and every other address is none
//! that a batch knows.

use underpin_domain::records::BatchAction;

const BEFORE: &str = "/api/collections/";
const BETWEEN: &str = "records";

/// What a request asks for, and its query string.
pub(crate) fn read<'a>(method: &str, url: &'a str) -> (BatchAction, &'a str) {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    if !is_clean(path) || !is_clean(query) || query.contains(';') {
        return (BatchAction::Unknown, query);
    }
    (action(method, path).unwrap_or(BatchAction::Unknown), query)
}

fn action(method: &str, path: &str) -> Option<BatchAction> {
    let mut parts = path.strip_prefix(BEFORE)?.split('/');
    let collection = parts.next().filter(|name| !name.is_empty())?.to_owned();
    parts.next().filter(|part| *part == BETWEEN)?;
    let id = parts.next().map(str::to_owned);
    if parts.next().is_some() || id.as_ref().is_some_and(String::is_empty) {
        return None;
    }
    match (method, id) {
        ("POST", None) => Some(BatchAction::Create { collection }),
        ("PUT", None) => Some(BatchAction::Upsert { collection }),
        ("PATCH", Some(id)) => Some(BatchAction::Update { collection, id }),
        ("DELETE", Some(id)) => Some(BatchAction::Delete { collection, id }),
        _ => None,
    }
}

/// Whether a text has no control characters, and every `%` is followed by two hexadecimal digits.
fn is_clean(text: &str) -> bool {
    let mut parts = text.split('%');
    parts.next();
    let is_escaped_well = parts.all(|part| {
        matches!(part.as_bytes(), [first, second, ..]
            if first.is_ascii_hexdigit() && second.is_ascii_hexdigit())
    });
    is_escaped_well && !text.contains(|sign: char| sign.is_ascii_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_deeds_of_a_batch_are_known() {
        let (posts, id) = ("posts".to_owned(), "abc".to_owned());
        let list = "/api/collections/posts/records";
        assert_eq!(
            read("POST", &format!("{list}?expand=a")),
            (BatchAction::Create { collection: posts.clone() }, "expand=a")
        );
        assert_eq!(read("PUT", list), (BatchAction::Upsert { collection: posts.clone() }, ""));
        let one = format!("{list}/abc");
        let update = BatchAction::Update { collection: posts.clone(), id: id.clone() };
        assert_eq!(read("PATCH", &one), (update, ""));
        assert_eq!(read("DELETE", &one), (BatchAction::Delete { collection: posts, id }, ""));
    }

    #[test]
    fn every_other_address_is_unknown() {
        for (method, url) in [
            ("GET", "/api/collections/posts/records"),
            ("POST", "/api/collections/posts/records/"),
            ("POST", "/api/collections/posts/records/abc"),
            ("PATCH", "/api/collections/posts/records"),
            ("PUT", "/api/collections/posts/records/abc"),
            ("DELETE", "/api/collections/posts/records/abc/def"),
            ("POST", "/api/collections//records"),
            ("POST", "api/collections/posts/records"),
            ("POST", "//host/api/collections/posts/records"),
            ("POST", "http://host/api/collections/posts/records"),
            ("POST", "/api/collections/posts/records?a=1;b=2"),
            ("POST", "/api/collections/posts/records?a=%zz"),
            ("POST", "/api/collections/po\nsts/records"),
            ("POST", "/api/batch"),
            ("POST", ""),
        ] {
            assert_eq!(read(method, url).0, BatchAction::Unknown, "{method} {url}");
        }
    }
}
