//! Indexes: what a definition says in SQLite's words, in PostgreSQL's.
//!
//! Names are those of the table whatever their case, texts may stand in double quotes, truths may
//! be compared with numbers, and `COLLATE NOCASE` ignores the case of ASCII letters. What can't be
//! carried over is refused with a sentence that says why.

use super::{columns::Columns, table_change::refused};
use crate::{
    IndexDefinition, IndexKey, IndexOrder, StorageResult,
    index_lexer::{Token, TokenKind, tokens},
    quoting::quoted,
};

/// Functions that are called alike, with the name that they have here.
const FUNCTIONS: [(&str, &str); 14] = [
    ("abs", "abs"),
    ("coalesce", "coalesce"),
    ("ifnull", "coalesce"),
    ("length", "length"),
    ("lower", "lower"),
    ("ltrim", "ltrim"),
    ("max", "greatest"),
    ("min", "least"),
    ("nullif", "nullif"),
    ("replace", "replace"),
    ("round", "round"),
    ("rtrim", "rtrim"),
    ("trim", "trim"),
    ("upper", "upper"),
];
/// Words that mean the same in both languages.
const WORDS: [&str; 14] = [
    "and", "or", "not", "is", "null", "in", "between", "case", "when", "then", "else", "end",
    "true", "false",
];

/// The statement that makes an index of a table with these columns.
pub(super) fn statement(index: &IndexDefinition, columns: &Columns) -> StorageResult<String> {
    let unique = if index.is_unique { "UNIQUE " } else { "" };
    let optional = if index.is_optional { "IF NOT EXISTS " } else { "" };
    let mut keys = Vec::with_capacity(index.columns.len());
    for column in &index.columns {
        let key = match &column.key {
            IndexKey::Column(name) => plain(name, columns)?,
            IndexKey::Expression(text) => format!("({})", expression(text, columns)?),
        };
        let key = match column.collation.as_deref().map(str::to_lowercase).as_deref() {
            None | Some("binary") => key,
            Some("nocase") => format!("lower({key})"),
            Some("rtrim") => format!("rtrim({key})"),
            Some(_) => return Err(refused("the index names an order of texts that is not known")),
        };
        let order = match column.order {
            Some(IndexOrder::Ascending) => " ASC",
            Some(IndexOrder::Descending) => " DESC",
            None => "",
        };
        keys.push(format!("{key}{order}"));
    }
    let condition = match &index.condition {
        Some(text) => format!(" WHERE {}", expression(text, columns)?),
        None => String::new(),
    };
    Ok(format!(
        "CREATE {unique}INDEX {optional}{} ON {} ({}){condition}",
        quoted(&index.name),
        quoted(&index.table),
        keys.join(", ")
    ))
}

/// A column by its name. Documents have no order; their texts do.
fn plain(name: &str, columns: &Columns) -> StorageResult<String> {
    let (name, kind) = columns
        .get(&name.to_lowercase())
        .ok_or_else(|| refused(&format!("there is no column \"{}\"", name.escape_debug())))?;
    Ok(match kind.as_str() {
        "json" => format!("(({})::text)", quoted(name)),
        _ => quoted(name),
    })
}

fn expression(text: &str, columns: &Columns) -> StorageResult<String> {
    let tokens = tokens(text)?;
    let mut translated = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, token) in tokens.iter().enumerate() {
        // Blanks stay as they are.
        translated.push_str(text.get(copied..token.start).unwrap_or_default());
        copied = token.end;
        let source = text.get(token.start..token.end).unwrap_or_default();
        let around = Around {
            before: at.checked_sub(1).and_then(|before| tokens.get(before)),
            behind: tokens.get(at + 1),
        };
        translated.push_str(&word(token, source, &around, columns)?);
    }
    Ok(translated)
}

struct Around<'t> {
    before: Option<&'t Token>,
    behind: Option<&'t Token>,
}

impl Around<'_> {
    /// Whether the token between is compared with something.
    fn compares(&self) -> bool {
        let is_sign = |token: Option<&Token>| {
            token.is_some_and(|token| {
                ['=', '<', '>', '!'].into_iter().any(|sign| token.is_sign(sign))
            })
        };
        is_sign(self.before) || is_sign(self.behind)
    }

    fn is_call(&self) -> bool {
        self.behind.is_some_and(|behind| behind.is_sign('('))
    }
}

fn word(
    token: &Token,
    source: &str,
    around: &Around<'_>,
    columns: &Columns,
) -> StorageResult<String> {
    let name = match &token.kind {
        TokenKind::Text => return Ok(source.to_owned()),
        // SQLite takes two for one.
        TokenKind::Sign('=') if around.before.is_some_and(|before| before.is_sign('=')) => {
            return Ok(String::new());
        }
        TokenKind::Sign(sign) if "()=<>!+-*/%|,.".contains(*sign) => return Ok(source.to_owned()),
        TokenKind::Sign(sign) => {
            return Err(refused(&format!("the index has a sign {sign:?} that is not known")));
        }
        TokenKind::Word(name) | TokenKind::Quoted(name) => name,
    };
    let lower = name.to_lowercase();
    if !around.is_call()
        && let Some((column, kind)) = columns.get(&lower)
    {
        return Ok(match kind.as_str() {
            "boolean" if around.compares() => format!("{}::int", quoted(column)),
            "json" => format!("{}::text", quoted(column)),
            _ => quoted(column),
        });
    }
    if matches!(token.kind, TokenKind::Quoted(_)) {
        return Ok(format!("'{}'", name.replace('\'', "''")));
    }
    if around.is_call()
        && let Some((_, here)) = FUNCTIONS.iter().find(|(there, _)| *there == lower)
    {
        return Ok((*here).to_owned());
    }
    match lower.as_str() {
        "true" if around.compares() => Ok("1".to_owned()),
        "false" if around.compares() => Ok("0".to_owned()),
        known if WORDS.contains(&known) => Ok(source.to_owned()),
        number if number.starts_with(|letter: char| letter.is_ascii_digit()) => {
            Ok(source.to_owned())
        }
        _ => Err(refused(&format!(
            "this database can't have \"{}\" in an index",
            name.escape_debug()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Columns {
        let column =
            |name: &str, kind: &str| (name.to_lowercase(), (name.to_owned(), kind.to_owned()));
        [
            column("email", "text"),
            column("userName", "text"),
            column("active", "boolean"),
            column("data", "json"),
        ]
        .into_iter()
        .collect()
    }

    fn translated(text: &str) -> Result<String, String> {
        let index = IndexDefinition::parse(text).unwrap();
        statement(&index, &columns()).map_err(|error| error.to_string())
    }

    #[test]
    fn an_index_is_carried_over() {
        assert_eq!(
            translated(
                "CREATE UNIQUE INDEX `i` ON `t` (email COLLATE NOCASE, USERNAME DESC, data) \
                 WHERE `email` != \"\" AND active == true"
            ),
            Ok(concat!(
                r#"CREATE UNIQUE INDEX "i" ON "t" (lower("email"), "userName" DESC, "#,
                r#"(("data")::text)) WHERE "email" != '' AND "active"::int = 1"#
            )
            .to_owned())
        );
        assert_eq!(
            translated("CREATE INDEX i ON t (lower(userName), ifnull(email, 'a')) WHERE active"),
            Ok(concat!(
                r#"CREATE INDEX "i" ON "t" ((lower("userName")), (coalesce("email", 'a'))) "#,
                r#"WHERE "active""#
            )
            .to_owned())
        );
    }

    #[test]
    fn what_can_not_be_carried_over_is_named() {
        for (text, named) in [
            ("CREATE INDEX i ON t (missing)", "missing"),
            ("CREATE INDEX i ON t (json_extract(data, '$.a'))", "json_extract"),
            ("CREATE INDEX i ON t (email) WHERE email GLOB 'a*'", "GLOB"),
            ("CREATE INDEX i ON t (email COLLATE german)", "order of texts"),
        ] {
            let why = translated(text).unwrap_err();
            assert!(why.contains(named), "{why}");
        }
    }
}
