//! The `sort` parameter.

use underpin_model::limits::{MAX_SORT_KEY_BYTES, MAX_SORT_KEYS};

use crate::{
    lexer::tokenize,
    parser::refuse_rule_names,
    scope::Trust,
    syntax_error::{SyntaxError, SyntaxProblem},
    token::TokenKind,
    tree::{Name, Root},
};

/// One sort key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SortKey {
    /// What is sorted by.
    pub by: SortBy,
    /// Largest first.
    pub descending: bool,
}

/// What records are sorted by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SortBy {
    /// A field or a path.
    Name(Name),
    /// The order in which they were made.
    Insertion,
    /// Chance.
    Random,
}

impl SortKey {
    /// Whether it leads beyond the record itself.
    pub(crate) fn leads_elsewhere(&self) -> bool {
        matches!(&self.by, SortBy::Name(name) if name.path.len() > 1 || name.root != Root::Record)
    }
}

/// Parses `-created,author.name`. An empty text is no sort at all.
pub fn parse_sort(text: &str, trust: Trust) -> Result<Vec<SortKey>, SyntaxError> {
    refuse_rule_names(text, trust)?;
    if text.trim_matches(is_blank).is_empty() {
        return Ok(Vec::new());
    }
    let mut keys = Vec::new();
    let mut column = 1;
    for part in text.split(',') {
        if keys.len() >= MAX_SORT_KEYS {
            return Err(SyntaxError::new(column, SyntaxProblem::TooMuch("sort keys")));
        }
        if part.len() > MAX_SORT_KEY_BYTES {
            return Err(SyntaxError::new(column, SyntaxProblem::TooMuch("bytes in one sort key")));
        }
        keys.push(key(part.trim_matches(is_blank), column)?);
        column += part.chars().count() + 1;
    }
    Ok(keys)
}

fn key(text: &str, column: usize) -> Result<SortKey, SyntaxError> {
    let expected = || SyntaxError::expected(column, "a field name", "something else");
    let (descending, word) = match (text.strip_prefix('-'), text.strip_prefix('+')) {
        (Some(word), _) => (true, word),
        (_, Some(word)) => (false, word),
        _ => (false, text),
    };
    let by = match word {
        "@rowid" => SortBy::Insertion,
        "@random" => SortBy::Random,
        _ if word.starts_with(is_blank) => return Err(expected()),
        _ => {
            let mut tokens = tokenize(word)?.into_iter().map(|token| token.kind);
            match (tokens.next(), tokens.next()) {
                (Some(TokenKind::Name(name)), None) if name.root != Root::Request => {
                    SortBy::Name(name)
                }
                _ => return Err(expected()),
            }
        }
    };
    Ok(SortKey { by, descending })
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n')
}
