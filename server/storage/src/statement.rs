//! A statement tree as text and values. The only place that vouches for SQL text.
//!
//! Text comes from three sources: sea-query's trees, which bind every value and quote every
//! name; definitions that this crate has parsed; and texts in the program itself.

use std::fmt::Debug;

use sea_query::{PostgresQueryBuilder, QueryStatementWriter, SqliteQueryBuilder, Value, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::{Postgres, query::Query};

use crate::{NewView, StorageResult};

/// What stands before a view's query that is looked at by itself.
pub(crate) const QUERY_HEAD: &str = "SELECT * FROM (\n";

/// A sea-query tree of any kind: select, insert, update, delete, with.
pub trait StatementTree: QueryStatementWriter + Debug + Sync {}
impl<T: QueryStatementWriter + Debug + Sync> StatementTree for T {}

/// The language that a database speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// SQL text that may be run, with the values of its place-holders.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    sql: String,
    values: Values,
    is_repeated: bool,
}

impl Statement {
    /// A tree in a dialect.
    pub(crate) fn of(dialect: Dialect, tree: &impl StatementTree) -> Self {
        match dialect {
            Dialect::Sqlite => Self::sqlite(tree),
            Dialect::Postgres => Self::postgres(tree),
        }
    }

    /// A tree in SQLite's dialect.
    pub(crate) fn sqlite(tree: &impl StatementTree) -> Self {
        let (sql, mut values) = tree.build(SqliteQueryBuilder);
        values.0.iter_mut().for_each(fit_in_sqlite);
        Self { sql, values, is_repeated: true }
    }

    /// A tree in PostgreSQL's dialect. Its values are texts, whole numbers, numbers, truths and
    /// bytes. Which of them stands where is part of the text: the driver knows a prepared
    /// statement by its text alone, and would send a number where a text was announced.
    pub(crate) fn postgres(tree: &impl StatementTree) -> Self {
        let (mut sql, mut values) = tree.build(PostgresQueryBuilder);
        values.0.iter_mut().for_each(fit_in_postgres);
        if !values.0.is_empty() {
            sql.push_str(" /*");
            sql.extend(values.0.iter().map(kind_of));
            sql.push_str("*/");
        }
        Self { sql, values, is_repeated: true }
    }

    /// The same statement with another last value.
    pub(crate) fn with_key(&self, key: &str) -> Self {
        let mut other = self.clone();
        if let Some(last) = other.values.0.last_mut() {
            *last = Value::from(key);
        }
        other
    }

    /// A text without values that this crate made from a parsed definition or a schema tree.
    pub(crate) fn vouched(sql: String) -> Self {
        Self { sql, values: Values(Vec::new()), is_repeated: false }
    }

    /// The same, worth being kept when it is prepared.
    pub(crate) fn repeated(self) -> Self {
        Self { is_repeated: true, ..self }
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

    /// Whether it may change anything; a select does not.
    pub(crate) fn writes(&self) -> bool {
        !self.sql.starts_with("SELECT ")
    }

    /// For sqlx, to be run again perhaps. A tree's prepared statement is kept, a table change's not.
    #[expect(clippy::disallowed_methods, reason = "the one place that vouches for SQL text")]
    pub(crate) fn to_postgres(&self) -> Query<'static, Postgres, SqlxValues> {
        let values = SqlxValues(self.values.clone());
        sqlx::query_with(sqlx::AssertSqlSafe(self.sql.clone()), values).persistent(self.is_repeated)
    }
}

/// A text of the program's own with any number of statements.
#[expect(clippy::disallowed_methods, reason = "the one place that vouches for SQL text")]
pub(crate) fn script(sql: String) -> sqlx::RawSql {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
}

/// A text that is prepared and not run.
#[expect(clippy::disallowed_methods, reason = "the one place that vouches for SQL text")]
pub(crate) fn to_prepare(sql: String) -> sqlx::SqlStr {
    sqlx::SqlSafeStr::into_sql_str(sqlx::AssertSqlSafe(sql))
}

/// SQLite's integers are signed, and the binder panics on larger ones.
fn fit_in_sqlite(value: &mut Value) {
    if let Value::BigUnsigned(Some(number)) = value {
        *value = Value::BigInt(Some(i64::try_from(*number).unwrap_or(i64::MAX)));
    }
}

/// One type for all whole numbers, one for all others.
fn fit_in_postgres(value: &mut Value) {
    fn whole<T: TryInto<i64>>(number: Option<T>) -> Value {
        Value::BigInt(number.map(|number| number.try_into().unwrap_or(i64::MAX)))
    }
    *value = match value {
        Value::TinyInt(number) => whole(*number),
        Value::SmallInt(number) => whole(*number),
        Value::Int(number) => whole(*number),
        Value::TinyUnsigned(number) => whole(*number),
        Value::SmallUnsigned(number) => whole(*number),
        Value::Unsigned(number) => whole(*number),
        Value::BigUnsigned(number) => whole(*number),
        Value::Float(number) => Value::Double(number.map(f64::from)),
        Value::Char(letter) => Value::String(letter.map(String::from)),
        _ => return,
    };
}

fn kind_of(value: &Value) -> char {
    match value {
        Value::BigInt(_) => 'i',
        Value::Double(_) => 'f',
        Value::Bool(_) => 'b',
        Value::Bytes(_) => 'y',
        _ => 't',
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
