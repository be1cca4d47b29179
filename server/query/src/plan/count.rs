//! How many records match, and what that number depends on.

use std::sync::Arc;

use sea_query::{Asterisk, Expr, Func, SelectStatement};
use underpin_model::Collection;

use super::select::Question;
use crate::{
    resolve_error::ResolveError,
    scope::{Condition, Scope, Trust},
    sort::SortKey,
    term::{Predicate, Term},
    tree::Filter,
};

/// A count with what it reads.
#[derive(Clone, Debug)]
pub struct Count {
    /// One row with one number.
    pub select: SelectStatement,
    /// The collections whose rows it looks at, the counted one first.
    pub collections: Vec<Arc<Collection>>,
    /// Whether it gives the same number as long as those rows are the same. A count that asks the
    /// database's clock or reads a view does not promise that.
    pub is_settled: bool,
}

/// How many records match. A client's sort keys may lead through rows that it may not list, and
/// records drop out with them.
///
/// # Errors
/// A name that does not fit the schema or that its author may not use.
pub fn count(
    scope: &Scope<'_>,
    condition: &Condition,
    filter: Option<&Filter>,
    sort: &[SortKey],
) -> Result<Count, ResolveError> {
    let mut question = Question::new(scope, condition, filter)?;
    if scope.trust == Trust::Client && sort.iter().any(SortKey::leads_elsewhere) {
        question.sort(sort)?;
    }
    let (emitter, aliases) = question.emitter();
    let mut select = question.rows(&emitter, &aliases);
    // Of whole rows, not of ids: then an index on what is asked for is enough.
    select.expr(Func::count(Expr::col(Asterisk)));
    let mut collections: Vec<Arc<Collection>> = Vec::new();
    let mut asks_clock = asks_clock(&question.asked);
    for source in &question.resolver.sources {
        asks_clock |= source.reach.as_ref().is_some_and(self::asks_clock);
        let Some(collection) = &source.collection else { continue };
        if !collections.iter().any(|known| known.id == collection.id) {
            collections.push(Arc::clone(collection));
        }
    }
    let reads_view = collections.iter().any(|collection| collection.is_view());
    Ok(Count { select, collections, is_settled: !asks_clock && !reads_view })
}

/// `strftime` may be given the word `now`, as a literal or from a column.
fn asks_clock(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::All(parts) | Predicate::Any(parts) => parts.iter().any(asks_clock),
        Predicate::NotTrue(inner) | Predicate::Scoped(_, inner) => asks_clock(inner),
        Predicate::Compare(test) => term_asks_clock(&test.left) || term_asks_clock(&test.right),
        Predicate::Missing(_)
        | Predicate::EmailVisible(_)
        | Predicate::Reached(_)
        | Predicate::Always
        | Predicate::Never => false,
    }
}

fn term_asks_clock(term: &Term) -> bool {
    match term {
        Term::Strftime(_) => true,
        Term::Lower(inner)
        | Term::Bare(inner)
        | Term::Differs { column: inner, .. }
        | Term::Masked { value: inner, .. } => term_asks_clock(inner),
        Term::Distance(parts) => parts.iter().any(term_asks_clock),
        _ => false,
    }
}
