//! An index as its collection defines it: `CREATE INDEX` text, parsed and printed again.
//!
//! ```text
//! CREATE [UNIQUE] INDEX [IF NOT EXISTS] [schema.]name ON table ( column {, column} ) [WHERE …]
//! column = ( name | expression ) [COLLATE name] [ASC | DESC]
//! ```
//!
//! Pure: no database is asked whether table and columns exist.

use crate::{
    StorageResult,
    index_lexer::{Token, TokenKind, refused, tokens},
    quoting::quoted,
};

/// Longest text of a definition, in bytes.
const MAX_TEXT: usize = 8_192;
/// Most columns of one index; SQLite's own limit is far higher, MySQL's is 16.
const MAX_COLUMNS: usize = 16;
/// Longest name, in bytes.
const MAX_NAME: usize = 255;

/// A parsed `CREATE INDEX`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexDefinition {
    /// The index's name.
    pub name: String,
    /// The table's name.
    pub table: String,
    /// Whether it forbids duplicates.
    pub is_unique: bool,
    /// Whether the text said `IF NOT EXISTS`.
    pub is_optional: bool,
    /// Its columns in their order.
    pub columns: Vec<IndexColumn>,
    /// The condition of a partial index.
    pub condition: Option<String>,
}

/// One column of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexColumn {
    /// What is indexed.
    pub key: IndexKey,
    /// The collation, if one is named.
    pub collation: Option<String>,
    /// The order, if one is named.
    pub order: Option<IndexOrder>,
}

/// What a column of an index holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexKey {
    /// A column of the table.
    Column(String),
    /// An expression, as it was written.
    Expression(String),
}

/// An index column's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexOrder {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl IndexDefinition {
    /// Reads a definition; refuses what is not exactly one `CREATE INDEX`.
    pub fn parse(text: &str) -> StorageResult<Self> {
        if text.len() > MAX_TEXT {
            return Err(refused("the index definition is too long"));
        }
        let text = text.trim().trim_end_matches(';');
        let tokens = tokens(text)?;
        Parser { text, tokens: &tokens, at: 0 }.index()
    }

    /// The text for the database, names quoted as it wants them.
    pub fn to_sql(&self) -> String {
        self.print(quoted)
    }

    /// The text for people and definitions: names in backticks, on every database.
    pub fn to_text(&self) -> String {
        self.print(|name| format!("`{}`", name.replace('`', "``")))
    }

    fn print(&self, quote: impl Fn(&str) -> String + Copy) -> String {
        let unique = if self.is_unique { "UNIQUE " } else { "" };
        let optional = if self.is_optional { "IF NOT EXISTS " } else { "" };
        let columns: Vec<String> = self.columns.iter().map(|c| c.print(quote)).collect();
        let condition =
            self.condition.as_ref().map_or_else(String::new, |text| format!(" WHERE {text}"));
        format!(
            "CREATE {unique}INDEX {optional}{} ON {} ({}){condition}",
            quote(&self.name),
            quote(&self.table),
            columns.join(", "),
        )
    }

    /// Follows a renamed table.
    pub fn rename_table(&mut self, to: &str) {
        to.clone_into(&mut self.table);
    }

    /// Follows a renamed column, in expressions and the condition too.
    pub fn rename_column(&mut self, from: &str, to: &str) {
        for column in &mut self.columns {
            match &mut column.key {
                IndexKey::Column(name) if name.eq_ignore_ascii_case(from) => to.clone_into(name),
                IndexKey::Column(_) => {}
                IndexKey::Expression(text) => *text = with_renamed(text, from, to),
            }
        }
        if let Some(condition) = &mut self.condition {
            *condition = with_renamed(condition, from, to);
        }
    }

    /// Whether it names the column, in expressions and the condition too.
    pub fn names_column(&self, column: &str) -> bool {
        let keys = self.columns.iter().any(|indexed| match &indexed.key {
            IndexKey::Column(name) => name.eq_ignore_ascii_case(column),
            IndexKey::Expression(text) => text_names(text, column),
        });
        keys || self.condition.as_ref().is_some_and(|text| text_names(text, column))
    }

    /// The one column that a unique index without condition guards, if it is such an index.
    pub fn single_unique_column(&self) -> Option<&str> {
        match (self.is_unique, &self.condition, self.columns.as_slice()) {
            (true, None, [IndexColumn { key: IndexKey::Column(name), .. }]) => Some(name),
            _ => None,
        }
    }
}

impl IndexColumn {
    fn print(&self, quote: impl Fn(&str) -> String) -> String {
        let key = match &self.key {
            IndexKey::Column(name) => quote(name),
            IndexKey::Expression(text) => text.clone(),
        };
        let collation = self
            .collation
            .as_ref()
            .map_or_else(String::new, |name| format!(" COLLATE {}", quote(name)));
        let order = match self.order {
            Some(IndexOrder::Ascending) => " ASC",
            Some(IndexOrder::Descending) => " DESC",
            None => "",
        };
        format!("{key}{collation}{order}")
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
}

impl Parser<'_> {
    fn index(mut self) -> StorageResult<IndexDefinition> {
        self.expect_word("create")?;
        let is_unique = self.take_word("unique");
        self.expect_word("index")?;
        let is_optional = self.take_word("if");
        if is_optional {
            self.expect_word("not")?;
            self.expect_word("exists")?;
        }
        let mut name = self.name("the index needs a name")?;
        if self.take_sign('.') {
            name = self.name("the index needs a name")?;
        }
        self.expect_word("on")?;
        let table = self.table()?;
        let columns = self.columns()?;
        let condition = if self.take_word("where") { Some(self.rest()?) } else { None };
        if self.at < self.tokens.len() {
            return Err(refused("something follows the index definition"));
        }
        Ok(IndexDefinition { name, table, is_unique, is_optional, columns, condition })
    }

    /// The columns in their parentheses.
    fn columns(&mut self) -> StorageResult<Vec<IndexColumn>> {
        if !self.take_sign('(') {
            return Err(refused("the index needs columns"));
        }
        let mut columns = Vec::new();
        loop {
            let from = self.at;
            while let Some(token) = self.tokens.get(self.at)
                && !(token.depth == 1 && (token.is_sign(',') || token.is_sign(')')))
            {
                self.at += 1;
            }
            let part = self.tokens.get(from..self.at).unwrap_or_default();
            columns.push(self.column(part)?);
            if columns.len() > MAX_COLUMNS {
                return Err(refused("the index has too many columns"));
            }
            if !self.take_sign(',') {
                break;
            }
        }
        if !self.take_sign(')') {
            return Err(refused("a parenthesis is missing"));
        }
        Ok(columns)
    }

    /// One column; what stands behind the key is read from the end.
    fn column(&self, part: &[Token]) -> StorageResult<IndexColumn> {
        let mut key = part;
        let mut order = None;
        if let [before @ .., last] = key
            && !before.is_empty()
        {
            order = if last.is_word("asc") {
                Some(IndexOrder::Ascending)
            } else if last.is_word("desc") {
                Some(IndexOrder::Descending)
            } else {
                None
            };
            if order.is_some() {
                key = before;
            }
        }
        let mut collation = None;
        if let [before @ .., keyword, name] = key
            && keyword.is_word("collate")
            && !before.is_empty()
        {
            collation = Some(checked_name(name.name(), "the collation needs a name")?);
            key = before;
        }
        let key = match key {
            [] => return Err(refused("a column of the index is missing")),
            [one] if one.name().is_some() => {
                IndexKey::Column(checked_name(one.name(), "a column needs a name")?)
            }
            many => IndexKey::Expression(self.slice(many)?),
        };
        Ok(IndexColumn { key, collation, order })
    }

    fn rest(&mut self) -> StorageResult<String> {
        let rest = self.tokens.get(self.at..).unwrap_or_default();
        self.at = self.tokens.len();
        self.slice(rest)
    }

    fn slice(&self, part: &[Token]) -> StorageResult<String> {
        let (Some(first), Some(last)) = (part.first(), part.last()) else {
            return Err(refused("an expression is missing"));
        };
        Ok(self.text.get(first.start..last.end).unwrap_or_default().to_owned())
    }

    /// The table; an empty name in quotes stands for one that is not known yet.
    fn table(&mut self) -> StorageResult<String> {
        if self
            .tokens
            .get(self.at)
            .is_some_and(|token| token.kind == TokenKind::Quoted(String::new()))
        {
            self.at += 1;
            return Ok(String::new());
        }
        self.name("the index needs a table")
    }

    fn name(&mut self, missing: &str) -> StorageResult<String> {
        let name = self.tokens.get(self.at).and_then(Token::name);
        let name = checked_name(name, missing)?;
        self.at += 1;
        Ok(name)
    }

    fn expect_word(&mut self, keyword: &str) -> StorageResult<()> {
        if self.take_word(keyword) {
            return Ok(());
        }
        Err(refused("the definition must read CREATE [UNIQUE] INDEX name ON table (columns)"))
    }

    fn take_word(&mut self, keyword: &str) -> bool {
        let is_there = self.tokens.get(self.at).is_some_and(|token| token.is_word(keyword));
        self.at += usize::from(is_there);
        is_there
    }

    fn take_sign(&mut self, sign: char) -> bool {
        let is_there = self.tokens.get(self.at).is_some_and(|token| token.is_sign(sign));
        self.at += usize::from(is_there);
        is_there
    }
}

fn checked_name(name: Option<&str>, missing: &str) -> StorageResult<String> {
    match name {
        Some(name) if !name.is_empty() && name.len() <= MAX_NAME => Ok(name.to_owned()),
        _ => Err(refused(missing)),
    }
}

/// The text with each token that names the column replaced.
fn with_renamed(text: &str, from: &str, to: &str) -> String {
    let Ok(tokens) = tokens(text) else { return text.to_owned() };
    let mut renamed = String::with_capacity(text.len());
    let mut copied = 0;
    for token in tokens.iter().filter(|token| names(token, from)) {
        renamed.push_str(text.get(copied..token.start).unwrap_or_default());
        renamed.push_str(&quoted(to));
        copied = token.end;
    }
    renamed.push_str(text.get(copied..).unwrap_or_default());
    renamed
}

fn text_names(text: &str, column: &str) -> bool {
    tokens(text).is_ok_and(|tokens| tokens.iter().any(|token| names(token, column)))
}

fn names(token: &Token, column: &str) -> bool {
    match &token.kind {
        TokenKind::Word(name) | TokenKind::Quoted(name) => name.eq_ignore_ascii_case(column),
        TokenKind::Text | TokenKind::Sign(_) => false,
    }
}

#[cfg(test)]
mod tests;
