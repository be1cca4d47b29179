//! Errors without a transport: kind, stable code, public message, private cause.

use std::{collections::BTreeMap, fmt};

use crate::FieldError;

/// What every service of `domain` answers with.
pub type DomainResult<T> = Result<T, DomainError>;

/// Why a request was refused or failed. Only `http` turns it into a status.
#[derive(Debug)]
pub enum DomainError {
    /// It does not exist, or the caller may not learn that it does.
    NotFound,
    /// The caller may know that it exists, but not do this. The text is public.
    Forbidden(&'static str),
    /// A known caller is needed, or the token is of no use. The text is public.
    Unauthorized(&'static str),
    /// The request can't be carried out as it stands.
    Invalid(Invalid),
    /// Too many requests; try again after so many seconds.
    TooMany {
        /// Seconds until another try makes sense.
        retry_after: u32,
    },
    /// The body is larger than allowed.
    TooLarge,
    /// Overloaded or the database is away; try again later.
    Busy,
    /// Something that the server stands on besides the database is away; try again later. The
    /// context is public, the cause goes to the log.
    Unavailable(Fault),
    /// The disk is full. Nothing was kept.
    NoRoom,
    /// Our fault. The cause goes to the log, never to the client.
    Fault(Fault),
}

/// A refused request: a public sentence and the fields at fault.
#[derive(Debug, Default)]
pub struct Invalid {
    /// A public sentence.
    pub message: String,
    /// Which fields, and why. May be empty.
    pub fields: ErrorTree,
}

/// Something went wrong inside.
#[derive(Debug)]
pub struct Fault {
    /// What failed, for the log.
    pub context: &'static str,
    /// Why, for the log.
    pub cause: Box<dyn std::error::Error + Send + Sync>,
}

/// Field errors by name; names may nest (`fields` → `0` → `name`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorTree(pub BTreeMap<String, ErrorNode>);

/// A field's error, or the errors of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorNode {
    /// The field itself is at fault.
    Leaf(FieldError),
    /// Parts of it are.
    Branch(ErrorTree),
}

impl ErrorTree {
    /// A tree with one error.
    pub fn one(field: &str, error: impl Into<FieldError>) -> Self {
        let mut tree = Self::default();
        tree.put(field, error);
        tree
    }

    /// Whether nothing was refused.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes an error; the first one of a field stays.
    pub fn put(&mut self, field: &str, error: impl Into<FieldError>) {
        self.0.entry(field.to_owned()).or_insert_with(|| ErrorNode::Leaf(error.into()));
    }

    /// Notes errors below a name; an empty tree is left out.
    pub fn put_branch(&mut self, name: &str, branch: ErrorTree) {
        if !branch.is_empty() {
            self.0.entry(name.to_owned()).or_insert(ErrorNode::Branch(branch));
        }
    }

    /// `Ok` when nothing was refused, else the error with this sentence.
    pub fn into_result(self, message: &str) -> DomainResult<()> {
        if self.is_empty() { Ok(()) } else { Err(DomainError::invalid(message, self)) }
    }
}

impl DomainError {
    /// A refused request with the fields at fault.
    pub fn invalid(message: impl Into<String>, fields: ErrorTree) -> Self {
        Self::Invalid(Invalid { message: message.into(), fields })
    }

    /// A refused request with a sentence alone.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::invalid(message, ErrorTree::default())
    }

    /// Something that the server stands on is away: a public sentence, and why, for the log.
    pub fn unavailable(
        sentence: &'static str,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Unavailable(Fault { context: sentence, cause: cause.into() })
    }

    /// Our fault: what failed and why, for the log.
    pub fn fault(
        context: &'static str,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Fault(Fault { context, cause: cause.into() })
    }
}

impl fmt::Display for DomainError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => out.write_str("the requested resource was not found"),
            Self::Forbidden(message) | Self::Unauthorized(message) => out.write_str(message),
            Self::Invalid(invalid) => {
                out.write_str(&invalid.message)?;
                invalid.fields.write_lines(out, "")
            }
            Self::TooMany { retry_after } => {
                write!(out, "too many requests, try again in {retry_after} s")
            }
            Self::TooLarge => out.write_str("the request body is too large"),
            Self::Busy => out.write_str("the server is busy, try again later"),
            Self::NoRoom => out.write_str("there is no room left to store anything"),
            Self::Unavailable(fault) | Self::Fault(fault) => {
                write!(out, "{}: {}", fault.context, fault.cause)
            }
        }
    }
}

impl ErrorTree {
    fn write_lines(&self, out: &mut fmt::Formatter<'_>, above: &str) -> fmt::Result {
        for (name, node) in &self.0 {
            match node {
                ErrorNode::Leaf(error) => write!(out, "\n  {above}{name}: {}", error.message)?,
                ErrorNode::Branch(tree) => tree.write_lines(out, &format!("{above}{name}."))?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for DomainError {}
