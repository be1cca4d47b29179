//! Splits the text of an index definition or a view's query into tokens.
//!
//! It knows SQL's quoting and nothing of its grammar. In an index comments and statement ends are
//! refused outright: what is parsed is printed again, and neither has a place in a definition. A
//! view's query is kept as it was written, so comments may stay in it.

use crate::{StorageError, StorageResult};

/// Deepest nesting of parentheses.
const MAX_DEPTH: usize = 64;

/// One token with its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// First byte.
    pub(crate) start: usize,
    /// Past the last byte.
    pub(crate) end: usize,
    /// How many parentheses are open around it; a parenthesis counts itself.
    pub(crate) depth: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TokenKind {
    /// A bare word: keyword, name or number.
    Word(String),
    /// A quoted name, unquoted: `"a"`, `` `a` `` or `[a]`.
    Quoted(String),
    /// A text in single quotes.
    Text,
    /// Any other character.
    Sign(char),
}

impl Token {
    /// Whether it is this keyword, in any case.
    pub(crate) fn is_word(&self, keyword: &str) -> bool {
        matches!(&self.kind, TokenKind::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    pub(crate) fn is_sign(&self, sign: char) -> bool {
        self.kind == TokenKind::Sign(sign)
    }

    /// The name that it stands for, if it can be one.
    pub(crate) fn name(&self) -> Option<&str> {
        match &self.kind {
            TokenKind::Word(name) | TokenKind::Quoted(name) => Some(name),
            _ => None,
        }
    }
}

type Letters<'a> = std::iter::Peekable<std::str::CharIndices<'a>>;

/// The tokens of a text that holds one statement and no comment.
pub(crate) fn tokens(text: &str) -> StorageResult<Vec<Token>> {
    split(text, |_, _| Err(refused("comments are not taken")))
}

/// The tokens of a text that holds one statement; comments are passed over.
pub(crate) fn tokens_beside_comments(text: &str) -> StorageResult<Vec<Token>> {
    split(text, skip_comment)
}

fn split(
    text: &str,
    comment: impl Fn(char, &mut Letters<'_>) -> StorageResult<()>,
) -> StorageResult<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut depth = 0_usize;
    let mut letters = text.char_indices().peekable();
    while let Some((start, letter)) = letters.next() {
        if letter.is_whitespace() {
            continue;
        }
        let follows = letters.peek().map(|(_, next)| *next);
        let mut end = start + letter.len_utf8();
        let kind = match letter {
            '"' | '`' | '[' | '\'' => {
                let (content, past) = quoted(letter, &mut letters)?;
                end = past;
                if letter == '\'' { TokenKind::Text } else { TokenKind::Quoted(content) }
            }
            '-' if follows == Some('-') => {
                comment(letter, &mut letters)?;
                continue;
            }
            '/' if follows == Some('*') => {
                comment(letter, &mut letters)?;
                continue;
            }
            ';' => return Err(refused("only one statement is taken")),
            '\0' => return Err(refused("the text holds a character that is not allowed")),
            letter if is_of_word(letter) => {
                let mut word = String::from(letter);
                while let Some((at, next)) = letters.next_if(|(_, next)| is_of_word(*next)) {
                    word.push(next);
                    end = at + next.len_utf8();
                }
                TokenKind::Word(word)
            }
            sign => TokenKind::Sign(sign),
        };
        if letter == '(' {
            depth += 1;
        }
        tokens.push(Token { kind, start, end, depth });
        if letter == ')' {
            depth = depth.checked_sub(1).ok_or_else(|| refused("a parenthesis is missing"))?;
        }
        if depth > MAX_DEPTH {
            return Err(refused("the parentheses are nested too deeply"));
        }
    }
    if depth != 0 {
        return Err(refused("a parenthesis is missing"));
    }
    Ok(tokens)
}

/// Moves past a comment whose first sign has been read.
fn skip_comment(first: char, letters: &mut Letters<'_>) -> StorageResult<()> {
    letters.next();
    let mut before = ' ';
    for (_, letter) in letters.by_ref() {
        match (first, before, letter) {
            (_, _, '\0') => break,
            ('-', _, '\n') | ('/', '*', '/') => return Ok(()),
            _ => before = letter,
        }
    }
    // A line's comment may end with the text.
    if first == '-' { Ok(()) } else { Err(refused("a comment has no end")) }
}

/// What stands between the opening quote just read and its end, and where it ends.
fn quoted(open: char, letters: &mut Letters<'_>) -> StorageResult<(String, usize)> {
    let close = if open == '[' { ']' } else { open };
    let mut content = String::new();
    while let Some((at, letter)) = letters.next() {
        if letter == '\0' {
            break;
        }
        if letter != close {
            content.push(letter);
            continue;
        }
        // A doubled quote stands for itself; brackets know no such thing.
        let is_doubled = open != '[' && letters.next_if(|(_, next)| *next == close).is_some();
        if !is_doubled {
            return Ok((content, at + letter.len_utf8()));
        }
        content.push(letter);
    }
    Err(refused("a quote is missing"))
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$'
}

/// A definition that can't be used, and why.
pub(crate) fn refused(why: &str) -> StorageError {
    StorageError::Definition(why.to_owned())
}
