//! Trees as text: what is printed parses to the same tree.

use std::fmt::{self, Display, Formatter, Write};

use crate::tree::{Call, Comparison, Expression, Filter, Name, Operand, Operator, Root, Verb};

/// So many nines are more than the largest number.
const INFINITE_DIGITS: usize = 310;

impl Display for Filter {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        self.root.fmt(out)
    }
}

impl Display for Expression {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let (parts, join) = match self {
            Self::All(parts) => (parts, " && "),
            Self::Any(parts) => (parts, " || "),
            Self::Compare(comparison) => return comparison.fmt(out),
        };
        for (position, part) in parts.iter().enumerate() {
            if position > 0 {
                out.write_str(join)?;
            }
            match part {
                Self::Compare(comparison) => comparison.fmt(out)?,
                group => write!(out, "({group})")?,
            }
        }
        Ok(())
    }
}

impl Display for Comparison {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{} {} {}", self.left, self.operator, self.right)
    }
}

impl Display for Operator {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let any = if self.any { "?" } else { "" };
        write!(out, "{any}{}", self.verb.sign())
    }
}

impl Verb {
    /// The sign that stands for it.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Like => "~",
            Self::NotLike => "!~",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

impl Display for Operand {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => print_text(text, out),
            Self::Number(number) if number.is_finite() => number.fmt(out),
            Self::Number(number) => {
                let sign = if *number < 0.0 { "-" } else { "" };
                write!(out, "{sign}{}", "9".repeat(INFINITE_DIGITS))
            }
            Self::Bool(flag) => flag.fmt(out),
            Self::Null => out.write_str("null"),
            Self::Macro(makro) => out.write_str(makro.word()),
            Self::Name(name) => name.fmt(out),
            Self::Call(call) => call.fmt(out),
        }
    }
}

impl Display for Call {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{}(", self.function)?;
        for (position, argument) in self.arguments.iter().enumerate() {
            if position > 0 {
                out.write_str(", ")?;
            }
            argument.fmt(out)?;
        }
        out.write_char(')')
    }
}

impl Display for Name {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match &self.root {
            Root::Record => {}
            Root::Request => out.write_str("@request.")?,
            Root::Collection { name, alias: None } => write!(out, "@collection.{name}.")?,
            Root::Collection { name, alias: Some(alias) } => {
                write!(out, "@collection.{name}:{alias}.")?;
            }
        }
        out.write_str(&self.path.join("."))?;
        match self.modifier {
            Some(modifier) => write!(out, ":{}", modifier.word()),
            None => Ok(()),
        }
    }
}

fn print_text(text: &str, out: &mut Formatter<'_>) -> fmt::Result {
    out.write_char('\'')?;
    for character in text.chars() {
        match character {
            '\\' => out.write_str("\\\\")?,
            '\'' => out.write_str("\\'")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            other => out.write_char(other)?,
        }
    }
    out.write_char('\'')
}
