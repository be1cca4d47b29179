//! The words of the language.

use crate::{
    macros::Macro,
    tree::{Name, Operator},
};

/// A token and the column (in characters, from 1) where it starts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) column: usize,
    pub(crate) kind: TokenKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TokenKind {
    Text(String),
    Number(f64),
    Bool(bool),
    Null,
    Name(Name),
    Macro(Macro),
    /// A function's name together with its opening parenthesis.
    Call(String),
    Operator(Operator),
    And,
    Or,
    Open,
    Close,
    Comma,
}

impl TokenKind {
    /// What it is called in error messages.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Text(_) => "a text".to_owned(),
            Self::Number(_) => "a number".to_owned(),
            Self::Bool(_) | Self::Null => "a constant".to_owned(),
            Self::Name(_) => "a name".to_owned(),
            Self::Macro(_) => "a macro".to_owned(),
            Self::Call(_) => "a function".to_owned(),
            Self::Operator(operator) => format!("`{operator}`"),
            Self::And => "`&&`".to_owned(),
            Self::Or => "`||`".to_owned(),
            Self::Open => "`(`".to_owned(),
            Self::Close => "`)`".to_owned(),
            Self::Comma => "`,`".to_owned(),
        }
    }
}
