//! Bringing the change log after a schema that changes.

use sea_query::{BinOper, Expr, ExprTrait, Func, Query, UpdateStatement};

use crate::{
    change_log::{AFTER, BEFORE, COLLECTION, POSITION, TABLE},
    statement::{Dialect, Statement},
};

/// What is to become of what was logged of a collection.
#[derive(Clone, Debug)]
pub(crate) enum LogRewrite {
    /// All of it goes.
    Forget { collection: String },
    /// Records lose some keys.
    Without { collection: String, keys: Vec<String> },
    /// Keys of records get other names, from the first of a pair to the second; all at once, since
    /// two keys can swap.
    Renamed { collection: String, keys: Vec<(String, String)> },
}

impl LogRewrite {
    /// The statement that does it, for rows up to a position.
    pub(crate) fn statement(&self, dialect: Dialect, through: i64) -> Statement {
        let is_meant = |collection: &str| {
            Expr::col(COLLECTION).eq(collection).and(Expr::col(POSITION).lte(through))
        };
        match self {
            Self::Forget { collection } => {
                let mut delete = Query::delete();
                delete.from_table(TABLE).and_where(is_meant(collection));
                Statement::of(dialect, &delete)
            }
            Self::Without { collection, keys } => {
                let update = rewrite(|column| match dialect {
                    Dialect::Sqlite => json_remove(column, keys.iter()),
                    Dialect::Postgres => call("_up_without_keys", [column, list(keys.iter())]),
                });
                Statement::of(dialect, update.clone().and_where(is_meant(collection)))
            }
            Self::Renamed { collection, keys } => {
                let update = rewrite(|column| match dialect {
                    Dialect::Sqlite => renamed(column, keys),
                    Dialect::Postgres => {
                        let (old, new) = (keys.iter().map(|(old, _)| old), keys.iter());
                        let new = new.map(|(_, new)| new);
                        call("_up_with_other_keys", [column, list(old), list(new)])
                    }
                });
                Statement::of(dialect, update.clone().and_where(is_meant(collection)))
            }
        }
    }
}

/// Other records before and after; where there is none, none it stays.
fn rewrite(record: impl Fn(Expr) -> Expr) -> UpdateStatement {
    let values = [BEFORE, AFTER].map(|column| (column, record(Expr::col(column))));
    Query::update().table(TABLE).values(values).take()
}

fn json_remove<'k>(record: Expr, keys: impl Iterator<Item = &'k String>) -> Expr {
    let arguments = std::iter::once(record).chain(keys.map(|key| path(key)));
    Func::cust("json_remove").args(arguments).into()
}

fn renamed(record: Expr, keys: &[(String, String)]) -> Expr {
    let rest = json_remove(record.clone(), keys.iter().map(|(old, _)| old));
    let values = keys.iter().flat_map(|(old, new)| {
        [path(new), record.clone().binary(BinOper::Custom("->"), path(old))]
    });
    Func::cust("json_set").args(std::iter::once(rest).chain(values)).into()
}

/// The path to a key. Keys are names of fields: no sign in them means anything in a path.
fn path(key: &str) -> Expr {
    Expr::val(format!("$.\"{key}\""))
}

fn call<const N: usize>(function: &'static str, arguments: [Expr; N]) -> Expr {
    Func::cust(function).args(arguments).into()
}

/// Names as one text; there is no comma in them.
fn list<'k>(names: impl Iterator<Item = &'k String>) -> Expr {
    let names: Vec<&str> = names.map(String::as_str).collect();
    Expr::val(names.join(","))
}
