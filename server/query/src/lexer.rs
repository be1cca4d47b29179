//! Text to tokens.

use underpin_model::limits::MAX_FILTER_EXPRESSIONS;

use crate::{
    macros::Macro,
    syntax_error::{SyntaxError, SyntaxProblem},
    token::{Token, TokenKind},
    tree::{Modifier, Name, Operator, Root, Verb},
};

/// More tokens than any filter within the limit on comparisons needs; keeps hostile texts cheap.
const MAX_TOKENS: usize = MAX_FILTER_EXPRESSIONS * 64;

pub(crate) fn tokenize(text: &str) -> Result<Vec<Token>, SyntaxError> {
    let mut lexer = Lexer { characters: text.chars().collect(), position: 0 };
    let mut tokens = Vec::new();
    while lexer.skip_blanks() {
        if tokens.len() >= MAX_TOKENS {
            return Err(lexer.error(SyntaxProblem::TooMuch("words in one filter")));
        }
        let column = lexer.column();
        tokens.push(Token { column, kind: lexer.token()? });
    }
    Ok(tokens)
}

struct Lexer {
    characters: Vec<char>,
    position: usize,
}

impl Lexer {
    fn column(&self) -> usize {
        self.position + 1
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.position).copied()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.position += 1;
        }
        found
    }

    fn error(&self, problem: SyntaxProblem) -> SyntaxError {
        SyntaxError::new(self.column(), problem)
    }

    fn expected(&self, expected: &'static str) -> SyntaxError {
        let found = self.peek().map_or("the end", |_| "another character");
        SyntaxError::expected(self.column(), expected, found)
    }

    /// Moves to the next token; false at the end of the text.
    fn skip_blanks(&mut self) -> bool {
        while let Some(character) = self.peek() {
            let next = self.characters.get(self.position + 1).copied();
            match character {
                ' ' | '\t' | '\n' => self.position += 1,
                '/' if next == Some('/') => {
                    while self.peek().is_some_and(|inside| inside != '\n') {
                        self.position += 1;
                    }
                }
                _ => return true,
            }
        }
        false
    }

    fn token(&mut self) -> Result<TokenKind, SyntaxError> {
        let Some(character) = self.peek() else {
            return Err(self.expected("an operand"));
        };
        match character {
            '(' => Ok(self.single(TokenKind::Open)),
            ')' => Ok(self.single(TokenKind::Close)),
            ',' => Ok(self.single(TokenKind::Comma)),
            '&' => self.doubled('&', TokenKind::And),
            '|' => self.doubled('|', TokenKind::Or),
            '\'' | '"' => self.text(character).map(TokenKind::Text),
            '-' | '0'..='9' => self.number().map(TokenKind::Number),
            '?' | '=' | '!' | '~' | '<' | '>' => self.operator().map(TokenKind::Operator),
            '@' => self.at_name(),
            'a'..='z' | 'A'..='Z' | '_' => self.word_token(),
            _ => Err(self.expected("an operand, an operator or a join")),
        }
    }

    fn single(&mut self, kind: TokenKind) -> TokenKind {
        self.position += 1;
        kind
    }

    fn doubled(&mut self, sign: char, kind: TokenKind) -> Result<TokenKind, SyntaxError> {
        self.position += 1;
        if self.eat(sign) { Ok(kind) } else { Err(self.expected("the same sign again")) }
    }

    fn text(&mut self, quote: char) -> Result<String, SyntaxError> {
        let start = self.column();
        self.position += 1;
        let mut text = String::new();
        while let Some(character) = self.peek() {
            self.position += 1;
            match character {
                '\0' => return Err(self.expected("a character other than NUL")),
                '\\' => text.push_str(self.escape()),
                other if other == quote => return Ok(text),
                other => text.push(other),
            }
        }
        Err(SyntaxError::new(start, SyntaxProblem::UnclosedText))
    }

    /// What stands for itself after a backslash keeps the backslash, so that patterns stay legible.
    fn escape(&mut self) -> &'static str {
        let plain = match self.peek() {
            Some('\\') => "\\",
            Some('\'') => "'",
            Some('"') => "\"",
            Some('n') => "\n",
            Some('r') => "\r",
            Some('t') => "\t",
            _ => return "\\",
        };
        self.position += 1;
        plain
    }

    fn number(&mut self) -> Result<f64, SyntaxError> {
        let start = self.column();
        let mut digits = String::new();
        if self.eat('-') {
            digits.push('-');
        }
        self.digits(&mut digits)?;
        if self.eat('.') {
            digits.push('.');
            self.digits(&mut digits)?;
        }
        if self.peek().is_some_and(is_word_character) {
            return Err(self.expected("a blank or a sign after the number"));
        }
        // More digits than a number can have make it infinite.
        digits.parse().map_err(|_| SyntaxError::expected(start, "a number", "something else"))
    }

    fn digits(&mut self, into: &mut String) -> Result<(), SyntaxError> {
        let before = self.position;
        while let Some(digit) = self.peek().filter(char::is_ascii_digit) {
            into.push(digit);
            self.position += 1;
        }
        if self.position == before { Err(self.expected("a digit")) } else { Ok(()) }
    }

    fn operator(&mut self) -> Result<Operator, SyntaxError> {
        let any = self.eat('?');
        let verb = if self.eat('=') {
            Verb::Equal
        } else if self.eat('~') {
            Verb::Like
        } else if self.eat('<') {
            if self.eat('=') { Verb::LessOrEqual } else { Verb::Less }
        } else if self.eat('>') {
            if self.eat('=') { Verb::GreaterOrEqual } else { Verb::Greater }
        } else if self.eat('!') {
            match (self.eat('='), self.eat('~')) {
                (true, false) => Verb::NotEqual,
                (false, true) => Verb::NotLike,
                _ => return Err(self.expected("`!=` or `!~`")),
            }
        } else {
            return Err(self.expected("an operator"));
        };
        Ok(Operator { verb, any })
    }

    fn word(&mut self) -> Result<String, SyntaxError> {
        let mut word = String::new();
        while let Some(character) = self.peek().filter(|next| is_word_character(*next)) {
            word.push(character);
            self.position += 1;
        }
        if word.is_empty() { Err(self.expected("a name")) } else { Ok(word) }
    }

    fn word_token(&mut self) -> Result<TokenKind, SyntaxError> {
        let word = self.word()?;
        match self.peek() {
            Some('(') => Ok(self.single(TokenKind::Call(word))),
            Some('.' | ':') => self.name(Root::Record, word),
            _ => Ok(match word.to_ascii_lowercase().as_str() {
                "true" => TokenKind::Bool(true),
                "false" => TokenKind::Bool(false),
                "null" => TokenKind::Null,
                _ => TokenKind::Name(Name { root: Root::Record, path: vec![word], modifier: None }),
            }),
        }
    }

    fn at_name(&mut self) -> Result<TokenKind, SyntaxError> {
        let start = self.column();
        self.position += 1;
        let word = self.word()?;
        match word.as_str() {
            "request" => {
                self.dot()?;
                let first = self.word()?;
                self.name(Root::Request, first)
            }
            "collection" => {
                self.dot()?;
                let name = self.word()?;
                let alias = if self.eat(':') { Some(self.word()?) } else { None };
                self.dot()?;
                let first = self.word()?;
                self.name(Root::Collection { name, alias }, first)
            }
            other => match Macro::by_name(other) {
                Some(makro) if !matches!(self.peek(), Some('.' | ':' | '(')) => {
                    Ok(TokenKind::Macro(makro))
                }
                _ => Err(SyntaxError::new(start, SyntaxProblem::Unknown("macro"))),
            },
        }
    }

    fn dot(&mut self) -> Result<(), SyntaxError> {
        if self.eat('.') { Ok(()) } else { Err(self.expected("`.` and a name")) }
    }

    fn name(&mut self, root: Root, first: String) -> Result<TokenKind, SyntaxError> {
        let mut path = vec![first];
        loop {
            if self.eat('.') {
                let is_key = self.peek() == Some(':');
                path.push(if is_key { String::new() } else { self.word()? });
            } else if self.eat(':') {
                // No field is called so, but a key inside a document may be.
                let word = self.word()?;
                if let Some(last) = path.last_mut() {
                    last.push(':');
                    last.push_str(&word);
                }
            } else {
                break;
            }
        }
        if self.peek() == Some('(') {
            // As good as a call, and no function has such a name.
            return Err(self.expected("a blank before `(`"));
        }
        let modifier = path.last_mut().and_then(take_modifier);
        Ok(TokenKind::Name(Name { root, path, modifier }))
    }
}

/// Takes the modifier off a word.
fn take_modifier(last: &mut String) -> Option<Modifier> {
    let (word, modifier) = last.split_once(':')?;
    let (at, modifier) = (word.len(), Modifier::by_word(modifier)?);
    if at == 0 {
        return None;
    }
    last.truncate(at);
    Some(modifier)
}

fn is_word_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}
