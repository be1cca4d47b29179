//! A statement tree as text and values. The only place that vouches for SQL text.
//!
//! Text comes from three sources: sea-query's trees, which bind every value and quote every
//! name; definitions that this crate has parsed; and texts in the program itself.

use std::fmt::Debug;

use sea_query::{QueryStatementWriter, SqliteQueryBuilder, Value, Values};

use crate::{NewView, StorageResult};

/// What stands before a view's query that is looked at by itself.
pub(crate) const QUERY_HEAD: &str = "SELECT * FROM (\n";

/// A sea-query tree of any kind: select, insert, update, delete, with.
pub trait StatementTree: QueryStatementWriter + Debug + Sync {}
impl<T: QueryStatementWriter + Debug + Sync> StatementTree for T {}

/// SQL text that may be run, with the values of its place-holders.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    sql: String,
    values: Values,
    is_repeated: bool,
}

impl Statement {
    /// A tree in SQLite's dialect.
    pub(crate) fn sqlite(tree: &impl StatementTree) -> Self {
        let (sql, mut values) = tree.build(SqliteQueryBuilder);
        values.0.iter_mut().for_each(fit_in_sqlite);
        Self { sql, values, is_repeated: true }
    }

    /// A text without values that this crate made from a parsed definition or a schema tree.
    pub(crate) fn vouched(sql: String) -> Self {
        Self { sql, values: Values(Vec::new()), is_repeated: false }
    }

    /// All rows of a view's query, which has been looked through.
    pub(crate) fn of_query(query: &str) -> Self {
        Self::vouched(format!("{QUERY_HEAD}{query}\n)"))
    }

    /// A tree that reads a view which is not there yet.
    pub(crate) fn over_view(view: &NewView, tree: &impl StatementTree) -> StorageResult<Self> {
        let statement = Self::sqlite(tree);
        let sql = format!("{}{}", view.as_with()?, statement.sql);
        Ok(Self { sql, is_repeated: false, ..statement })
    }

    /// The text.
    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    /// The values in the order of the place-holders.
    pub(crate) fn values(&self) -> &[Value] {
        &self.values.0
    }

    /// Whether the last place-holder holds this text.
    pub(crate) fn ends_with(&self, text: &str) -> bool {
        matches!(self.values.0.last(), Some(Value::String(Some(last))) if last == text)
    }

    /// Text and values as one text.
    pub(crate) fn fingerprint(&self) -> String {
        format!("{}\n{:?}", self.sql, self.values.0)
    }

    /// Whether its prepared form is worth keeping.
    pub(crate) fn is_repeated(&self) -> bool {
        self.is_repeated
    }
}

/// SQLite's integers are signed, and the binder panics on larger ones.
fn fit_in_sqlite(value: &mut Value) {
    if let Value::BigUnsigned(Some(number)) = value {
        *value = Value::BigInt(Some(i64::try_from(*number).unwrap_or(i64::MAX)));
    }
}

#[cfg(test)]
mod tests {
    use sea_query::{Expr, ExprTrait, Query};

    use super::*;

    #[test]
    fn values_are_bound_and_names_quoted() {
        let tree = Query::select()
            .column("na\"me")
            .from("t")
            .and_where(Expr::col("a").eq("x' OR 1=1 --"))
            .take();
        let statement = Statement::sqlite(&tree);
        assert_eq!(statement.sql(), r#"SELECT "na""me" FROM "t" WHERE "a" = ?"#);
        assert_eq!(statement.values(), [Value::from("x' OR 1=1 --")]);
    }

    #[test]
    fn a_number_past_sqlites_range_is_bound_without_a_panic() {
        let tree = Query::select().expr(Expr::val(u64::MAX)).take();
        assert_eq!(Statement::sqlite(&tree).values(), [Value::BigInt(Some(i64::MAX))]);
    }
}
