//! Other names in a filter or rule, everything else as it was written.

use crate::{lexer::tokenize, syntax_error::SyntaxError, token::TokenKind, tree::Name};

/// The text with other names in the place of some; nothing when `replace` leaves them all.
/// Blanks, comments and the spelling of everything else stay.
pub fn rename(
    text: &str,
    mut replace: impl FnMut(&Name) -> Option<Name>,
) -> Result<Option<String>, SyntaxError> {
    let letters: Vec<char> = text.chars().collect();
    let mut renamed = String::with_capacity(text.len());
    let mut copied = 0;
    for token in tokenize(text)? {
        let TokenKind::Name(name) = &token.kind else { continue };
        let Some(other) = replace(name) else { continue };
        // A name is printed as it is written: there is no blank in it.
        let start = token.column - 1;
        renamed.extend(letters.get(copied..start).unwrap_or_default());
        renamed.push_str(&other.to_string());
        copied = start + name.to_string().chars().count();
    }
    if copied == 0 {
        return Ok(None);
    }
    renamed.extend(letters.get(copied..).unwrap_or_default());
    Ok(Some(renamed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Root;

    fn renamed(text: &str) -> Option<String> {
        let other = |name: &Name| {
            let mut other = name.clone();
            for word in &mut other.path {
                if word == "old" {
                    "newer".clone_into(word);
                }
            }
            if let Root::Collection { name, .. } = &mut other.root
                && name == "old"
            {
                "newer".clone_into(name);
            }
            (other != *name).then_some(other)
        };
        rename(text, other).unwrap()
    }

    #[test]
    fn names_are_replaced_and_all_else_stays() {
        let text = "old = 'old' // old\n  && ( a.old:lower?=\"ä\"||old.b!=1 )&&\
                    @collection.old:x.old > @request.auth.old && geoDistance(old.lon, 1, 2, 3) < 5";
        let expected = "newer = 'old' // old\n  && ( a.newer:lower?=\"ä\"||newer.b!=1 )&&\
                    @collection.newer:x.newer > @request.auth.newer && \
                    geoDistance(newer.lon, 1, 2, 3) < 5";
        assert_eq!(renamed(text).as_deref(), Some(expected));
    }

    #[test]
    fn a_text_without_the_name_is_left() {
        assert_eq!(renamed("older = 1 && 'old' = b"), None);
        assert_eq!(renamed(""), None);
    }
}
