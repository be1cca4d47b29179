//! Names in a view's query. PostgreSQL folds names that are not quoted to lower case, and quotes
//! them in one way alone; SQLite takes them in any case, and in backticks and brackets too.

use std::collections::{HashMap, HashSet};

use sqlx::PgConnection;

use super::{complaint, decode};
use crate::{
    StorageResult,
    index_lexer::{Token, TokenKind, tokens_beside_comments},
    quoting::quoted,
};

/// Tables, views and columns with an upper case letter.
const NAMES: &str = "SELECT c.relname::text FROM pg_class c \
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relname <> lower(c.relname) \
     UNION SELECT a.attname::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
     WHERE c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 \
     AND NOT a.attisdropped AND a.attname <> lower(a.attname)";
/// Words of the language, and types.
const WORDS: &str = "SELECT word FROM pg_get_keywords() UNION SELECT typname::text FROM pg_type \
     WHERE typnamespace = 'pg_catalog'::regnamespace";

/// What is needed to tell names from other words.
struct Known {
    names: HashMap<String, String>,
    words: HashSet<String>,
}

/// The query with its names quoted where the server would take them for others.
pub(super) async fn translated(
    connection: &mut PgConnection,
    query: &str,
) -> StorageResult<String> {
    let tokens = tokens_beside_comments(query)?;
    if !tokens.iter().any(|token| needs_a_look(token, query)) {
        return Ok(query.to_owned());
    }
    let names = texts(connection, NAMES).await?;
    let known = Known {
        names: names.into_iter().map(|name| (name.to_lowercase(), name)).collect(),
        words: texts(connection, WORDS).await?.into_iter().collect(),
    };
    Ok(known.applied(query, &tokens))
}

async fn texts(connection: &mut PgConnection, select: &'static str) -> StorageResult<Vec<String>> {
    let rows = sqlx::query(select).fetch_all(connection).await;
    decode::texts(&rows.map_err(|error| complaint::from_sqlx("reading names", error))?)
}

fn needs_a_look(token: &Token, query: &str) -> bool {
    match &token.kind {
        TokenKind::Word(word) => {
            word.contains(|letter: char| letter.is_ascii_alphabetic()) && !word.is_empty()
        }
        TokenKind::Quoted(_) => !query.get(token.start..).is_some_and(|at| at.starts_with('"')),
        TokenKind::Text | TokenKind::Sign(_) => false,
    }
}

impl Known {
    fn applied(&self, query: &str, tokens: &[Token]) -> String {
        let mut text = String::with_capacity(query.len());
        let mut copied = 0;
        for (at, token) in tokens.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| tokens.get(before));
            let is_call = tokens.get(at + 1).is_some_and(|next| next.is_sign('('));
            let Some(name) = self.name(query, token, before, is_call) else { continue };
            text.push_str(query.get(copied..token.start).unwrap_or_default());
            text.push_str(&name);
            copied = token.end;
        }
        text.push_str(query.get(copied..).unwrap_or_default());
        text
    }

    /// What a token has to read, if not what it reads.
    fn name(
        &self,
        query: &str,
        token: &Token,
        before: Option<&Token>,
        is_call: bool,
    ) -> Option<String> {
        let source = query.get(token.start..token.end)?;
        match &token.kind {
            TokenKind::Quoted(name) if source.starts_with('"') => {
                let known = self.names.get(&name.to_lowercase())?;
                (known != name).then(|| quoted(known))
            }
            // An array's place, and not a name.
            TokenKind::Quoted(_)
                if source.starts_with('[')
                    && before.is_some_and(|before| {
                        before.end == token.start || before.is_word("array")
                    }) =>
            {
                None
            }
            TokenKind::Quoted(name) => {
                Some(quoted(self.names.get(&name.to_lowercase()).unwrap_or(name)))
            }
            TokenKind::Word(word) if is_call && word.eq_ignore_ascii_case("ifnull") => {
                Some("coalesce".to_owned())
            }
            TokenKind::Word(word) => {
                let lower = word.to_lowercase();
                if is_call || self.words.contains(&lower) {
                    return None;
                }
                match self.names.get(&lower) {
                    Some(known) => Some(quoted(known)),
                    None => (*word != lower).then(|| quoted(word)),
                }
            }
            TokenKind::Text | TokenKind::Sign(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_case_and_words_stay_words() {
        let known = Known {
            names: [("userid".to_owned(), "userId".to_owned())].into(),
            words: ["select", "from", "as", "text", "cast", "order", "by"]
                .map(str::to_owned)
                .into(),
        };
        let query = "SELECT id, UserID, CAST(a AS TEXT) AS `oddName`, Count(*) AS Total, \
                     ifnull(\"x\", a[1]) FROM [my posts] ORDER BY Total";
        let tokens = tokens_beside_comments(query).unwrap();
        assert_eq!(
            known.applied(query, &tokens),
            "SELECT id, \"userId\", CAST(a AS TEXT) AS \"oddName\", Count(*) AS \"Total\", \
             coalesce(\"x\", a[1]) FROM \"my posts\" ORDER BY \"Total\""
        );
    }
}
