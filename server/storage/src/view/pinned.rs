//! Queries whose columns keep their names when what they read is renamed.
//!
//! When a table's column is renamed the database follows in every view, but a view that shows the
//! column under its own name would show it under the new one, and whoever reads the view would
//! look for the old one in vain. So before a rename each plain column of each select gets an alias
//! with a mark, and after it the aliases that are not needed go again.

use super::query::ends_columns;
use crate::{
    StorageResult,
    index_lexer::{Token, TokenKind, tokens_beside_comments},
    quoting::quoted,
};

/// What stands between a column and the alias that pinning gave it.
const MARK: &str = " AS/*~*/";
/// What it becomes when the alias has to stay.
const ALIAS: &str = " AS ";

/// The query with an alias for each column that is a mere name.
pub(crate) fn pinned(query: &str) -> StorageResult<String> {
    let tokens = tokens_beside_comments(query)?;
    let mut pins: Vec<(usize, String)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.is_word("select") {
            let list = tokens.get(at + 1..).unwrap_or_default();
            pins.extend(plain_columns(list, token.depth));
        }
    }
    pins.sort_by_key(|(end, _)| *end);
    let mut text = String::with_capacity(query.len() * 2);
    let mut copied = 0;
    for (end, name) in pins {
        text.push_str(query.get(copied..end).unwrap_or_default());
        text.push_str(MARK);
        text.push_str(&quoted(&name));
        copied = end;
    }
    text.push_str(query.get(copied..).unwrap_or_default());
    Ok(text)
}

/// The query without the aliases that name a column as it is called anyhow.
pub(crate) fn unpinned(query: &str) -> StorageResult<String> {
    let mut rest = query;
    let mut text = String::with_capacity(query.len());
    while let Some((before, after)) = rest.split_once(MARK) {
        text.push_str(before);
        let tokens = tokens_of_one(after)?;
        let Some(alias) = tokens else {
            text.push_str(ALIAS);
            rest = after;
            continue;
        };
        let is_its_own = last_name(before).is_some_and(|name| Some(name.as_str()) == alias.name());
        if !is_its_own {
            text.push_str(ALIAS);
            text.push_str(after.get(..alias.end).unwrap_or_default());
        }
        rest = after.get(alias.end..).unwrap_or_default();
    }
    text.push_str(rest);
    Ok(text)
}

/// Ends and names of the columns in a list that are mere names.
fn plain_columns(list: &[Token], depth: usize) -> Vec<(usize, String)> {
    let ends = |token: &Token| {
        (token.depth == depth && (ends_columns(token) || (depth > 0 && token.is_sign(')'))))
            || token.depth < depth
    };
    let list = list.get(..list.iter().position(ends).unwrap_or(list.len())).unwrap_or_default();
    let list = match list {
        [first, rest @ ..] if first.is_word("distinct") || first.is_word("all") => rest,
        all => all,
    };
    let plain = |part: &[Token]| match part {
        [name] => Some((name.end, name.name()?.to_owned())),
        [source, point, name] if source.name().is_some() && point.is_sign('.') => {
            Some((name.end, name.name()?.to_owned()))
        }
        _ => None,
    };
    list.split(|token| token.depth == depth && token.is_sign(',')).filter_map(plain).collect()
}

/// The quoted name that a text begins with.
fn tokens_of_one(text: &str) -> StorageResult<Option<Token>> {
    let end = text.get(1..).and_then(end_of_quoted).unwrap_or_default();
    let start = text.get(..=end).unwrap_or_default();
    let first = tokens_beside_comments(start)?.into_iter().next();
    Ok(first.filter(|token| matches!(token.kind, TokenKind::Quoted(_))))
}

/// Where a name in double quotes ends, counted after its opening quote.
fn end_of_quoted(inside: &str) -> Option<usize> {
    let mut letters = inside.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == '"' && letters.next_if(|(_, next)| *next == '"').is_none() {
            return Some(at + 1);
        }
    }
    None
}

/// The name that a text ends with.
fn last_name(text: &str) -> Option<String> {
    if let Some(inside) = text.strip_suffix('"') {
        let start = inside.rfind('"')?;
        return inside.get(start + 1..).map(str::to_owned);
    }
    if let Some(inside) = text.strip_suffix('`') {
        let start = inside.rfind('`')?;
        return inside.get(start + 1..).map(str::to_owned);
    }
    if let Some(inside) = text.strip_suffix(']') {
        let start = inside.rfind('[')?;
        return inside.get(start + 1..).map(str::to_owned);
    }
    let is_of_word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    let start = text.rfind(|letter: char| !is_of_word(letter)).map_or(0, |at| {
        at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
    });
    text.get(start..).map(str::to_owned)
}
