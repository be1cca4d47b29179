//! The outermost select of a view's query, as far as the types of its fields need it.
//!
//! Names, columns and tables themselves are for the database to resolve; this only tells which
//! columns are taken straight from a table, and which are casts or counts.

use crate::{
    StorageResult,
    index_lexer::{Token, TokenKind, refused, tokens_beside_comments},
};

/// Longest query, in bytes.
const MAX_TEXT: usize = 100_000;
/// Words that end the list of columns or of tables.
const CLAUSES: [&str; 7] = ["from", "where", "group", "having", "window", "order", "limit"];
/// Words that join two selects.
const SET_OPERATORS: [&str; 3] = ["union", "intersect", "except"];
/// Words that end the name of a table in the list of tables.
const JOINS: [&str; 9] =
    ["join", "natural", "left", "right", "full", "outer", "inner", "cross", "on"];

/// A view's query, parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewQuery {
    /// The columns of the outermost select in their order; none when several selects are joined.
    pub columns: Vec<ViewColumn>,
    /// The tables that it reads by name, in their order.
    pub sources: Vec<ViewSource>,
}

/// What a column of the outermost select is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewColumn {
    /// A column of a table.
    Column {
        /// The table or its alias; nothing when the query does not say.
        source: Option<String>,
        /// The column's name.
        name: String,
    },
    /// `CAST(… AS word)`, the word in lower case.
    Cast(String),
    /// `COUNT(…)`
    Count,
    /// `TOTAL(…)`
    Total,
    /// Anything else.
    Other,
}

/// A table that the outermost select reads by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewSource {
    /// The table's name.
    pub table: String,
    /// What the query calls it; the table's name when it gives none.
    pub alias: String,
}

impl ViewQuery {
    /// Reads a query; refuses what is not exactly one that reads.
    pub fn parse(text: &str) -> StorageResult<Self> {
        let text = checked_query(text)?;
        let tokens = tokens_beside_comments(text)?;
        let select = tokens.iter().position(|token| token.depth == 0 && token.is_word("select"));
        let Some(select) = select else {
            return Ok(Self { columns: Vec::new(), sources: Vec::new() });
        };
        let outer = tokens.get(select + 1..).unwrap_or_default();
        let outer = match outer {
            [first, rest @ ..] if first.is_word("distinct") || first.is_word("all") => rest,
            all => all,
        };
        let columns = columns(outer)?;
        let is_joined = outer.iter().any(|token| token.depth == 0 && is_any(token, &SET_OPERATORS));
        if is_joined {
            return Ok(Self { columns: Vec::new(), sources: Vec::new() });
        }
        Ok(Self { columns, sources: sources(outer) })
    }

    /// The table that a name before a column stands for.
    pub fn source(&self, alias: Option<&str>) -> Option<&ViewSource> {
        match alias {
            None => self.sources.first(),
            Some(alias) => self.sources.iter().find(|source| source.alias == alias),
        }
    }
}

/// A query without the blanks and the `;` around it: exactly one, and one that reads.
pub(crate) fn checked_query(text: &str) -> StorageResult<&str> {
    if text.len() > MAX_TEXT {
        return Err(refused("the query is too long"));
    }
    // No server reads beyond it, and not all of them say so.
    if text.contains('\0') {
        return Err(refused("the query has the sign U+0000"));
    }
    let text = text.trim().trim_end_matches(';').trim_end();
    let tokens = tokens_beside_comments(text)?;
    let reads = |first: &Token| ["select", "with", "values"].iter().any(|word| first.is_word(word));
    if !tokens.first().is_some_and(reads) {
        return Err(refused("a view needs one SELECT"));
    }
    if has_parameter(&tokens) {
        return Err(refused("parameters are not allowed in views"));
    }
    Ok(text)
}

/// Two colons side by side are a cast.
fn has_parameter(tokens: &[Token]) -> bool {
    let is_colon = |token: Option<&Token>, place: usize| {
        token.is_some_and(|token| token.is_sign(':') && token.start == place)
    };
    tokens.iter().enumerate().any(|(at, token)| {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let is_of_cast = token.is_sign(':')
            && (is_colon(tokens.get(at + 1), token.end)
                || before.is_some_and(|before| before.is_sign(':') && before.end == token.start));
        !is_of_cast && is_parameter(token)
    })
}

fn is_parameter(token: &Token) -> bool {
    match &token.kind {
        TokenKind::Sign(sign) => matches!(sign, '?' | ':' | '@' | '#'),
        TokenKind::Word(word) => word.starts_with('$'),
        TokenKind::Quoted(_) | TokenKind::Text => false,
    }
}

pub(super) fn is_any(token: &Token, words: &[&str]) -> bool {
    words.iter().any(|word| token.is_word(word))
}

/// Where the list of columns ends.
pub(super) fn ends_columns(token: &Token) -> bool {
    is_any(token, &CLAUSES) || is_any(token, &SET_OPERATORS)
}

fn columns(outer: &[Token]) -> StorageResult<Vec<ViewColumn>> {
    let end = outer.iter().position(|token| token.depth == 0 && ends_columns(token));
    let list = outer.get(..end.unwrap_or(outer.len())).unwrap_or_default();
    list.split(|token| token.depth == 0 && token.is_sign(',')).map(column).collect()
}

fn column(part: &[Token]) -> StorageResult<ViewColumn> {
    if part.last().is_some_and(|last| last.depth == 0 && last.is_sign('*')) {
        return Err(refused("name the columns: * is not taken in views"));
    }
    let column = match without_alias(part) {
        [.., first, second, kind] if first.is_sign(':') && second.is_sign(':') => {
            kind.name().map(|kind| ViewColumn::Cast(kind.to_lowercase()))
        }
        [.., first, second, double, precision]
            if first.is_sign(':') && second.is_sign(':') && precision.is_word("precision") =>
        {
            double.name().map(|_| ViewColumn::Cast("real".to_owned()))
        }
        [name] => plain(None, name),
        [source, point, name] if point.is_sign('.') => plain(source.name(), name),
        [function, open, inside @ .., close] if is_call(open, inside, close) => {
            called(function, inside)
        }
        _ => None,
    };
    Ok(column.unwrap_or(ViewColumn::Other))
}

fn plain(source: Option<&str>, name: &Token) -> Option<ViewColumn> {
    let name = name.name()?.to_owned();
    Some(ViewColumn::Column { source: source.map(str::to_owned), name })
}

/// Whether the parentheses are one pair around everything between them.
fn is_call(open: &Token, inside: &[Token], close: &Token) -> bool {
    let is_pair = open.is_sign('(') && close.is_sign(')') && open.depth == 1 && close.depth == 1;
    is_pair && !inside.iter().any(|token| token.depth == 0 || closes(token))
}

fn closes(token: &Token) -> bool {
    token.is_sign(')') && token.depth == 1
}

fn called(function: &Token, inside: &[Token]) -> Option<ViewColumn> {
    if function.is_word("count") {
        return Some(ViewColumn::Count);
    }
    if function.is_word("total") {
        return Some(ViewColumn::Total);
    }
    match inside {
        [.., keyword, kind] if function.is_word("cast") && keyword.is_word("as") => {
            Some(ViewColumn::Cast(kind.name()?.to_lowercase()))
        }
        _ => None,
    }
}

/// A column without `AS name` or a name that follows without `AS`.
fn without_alias(part: &[Token]) -> &[Token] {
    let is_alias = |token: &Token| token.name().is_some() || token.kind == TokenKind::Text;
    match part {
        [before @ .., keyword, alias]
            if keyword.depth == 0 && keyword.is_word("as") && is_alias(alias) =>
        {
            before
        }
        // A name after a name, a closed parenthesis or a text; not one after an operator.
        [before @ .., end, alias]
            if alias.depth == 0
                && is_alias(alias)
                && (is_alias(end) || end.is_sign(')'))
                && !(end.is_word("double") && alias.is_word("precision"))
                && !is_any(alias, &["end"]) =>
        {
            part.get(..=before.len()).unwrap_or_default()
        }
        all => all,
    }
}

fn sources(outer: &[Token]) -> Vec<ViewSource> {
    let Some(from) = outer.iter().position(|token| token.depth == 0 && token.is_word("from"))
    else {
        return Vec::new();
    };
    let rest = outer.get(from + 1..).unwrap_or_default();
    let end = rest.iter().position(|token| token.depth == 0 && ends_columns(token));
    let list = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    let mut found = Vec::new();
    let mut starts = true;
    for (at, token) in list.iter().enumerate() {
        let separates = token.depth == 0 && (token.is_sign(',') || token.is_word("join"));
        if starts && !separates {
            found.extend(source(list.get(at..).unwrap_or_default()));
        }
        starts = separates;
    }
    found
}

/// The table that a part of the list begins with, if it is one by name.
fn source(part: &[Token]) -> Option<ViewSource> {
    let end = part.iter().position(|token| {
        token.depth == 0 && (token.is_sign(',') || is_any(token, &JOINS) || token.is_word("using"))
    });
    let (table, alias) = match part.get(..end.unwrap_or(part.len()))? {
        [table] => (table.name()?, table.name()?),
        [table, keyword, alias] if keyword.is_word("as") => (table.name()?, alias.name()?),
        [table, alias] => (table.name()?, alias.name()?),
        _ => return None,
    };
    Some(ViewSource { table: table.to_owned(), alias: alias.to_owned() })
}
