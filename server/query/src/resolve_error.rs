//! Why a tree does not fit the schema.

/// Why a filter, a rule or a sort key can't be used on a collection.
///
/// A field that the author may not use is `UnknownField`, as one that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// No such field, or not one that the author may use.
    #[error("unknown field `{0}`")]
    UnknownField(String),
    /// No such collection, or not one that the author may look through.
    #[error("`{0}` can't be used here")]
    ClosedCollection(String),
    /// Only rules and superusers may say this: answer 403.
    #[error("only rules may use @request and @collection")]
    Forbidden,
    /// The path goes through more relations than allowed.
    #[error("`{0}` goes through too many relations")]
    TooManyHops(String),
    /// Filter, rule and sort keys lead through more relations than a database joins.
    #[error("too many relations in one request")]
    TooManyRelations,
    /// The modifier does not fit what it stands behind.
    #[error("the modifier does not fit `{0}`")]
    BadModifier(String),
    /// Records have no position that a cursor could keep, or the cursor is not of this order.
    #[error("{0}")]
    NoPosition(&'static str),
    /// No such function, or arguments that it does not take.
    #[error("function `{name}`: {problem}")]
    BadCall {
        /// The function.
        name: String,
        /// What is wrong.
        problem: &'static str,
    },
}
