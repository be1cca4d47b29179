//! A tree against the schema: names become columns, joins or known values.

mod function;
mod path;
mod request;
mod source;

pub use self::path::back_relation;

use underpin_model::limits::MAX_RELATION_HOPS;

use crate::{
    cell::Cell,
    resolve_error::ResolveError,
    scope::{Condition, Scope, Trust},
    term::{Predicate, RECORD, STATEMENT, Source, SourceId, Term, Test},
    tree::{Comparison, Expression, Filter, Name, Operand, Root},
};

/// Resolves the filters, conditions and sort keys of one statement; they share its sources.
pub(crate) struct Resolver<'a> {
    pub(crate) scope: &'a Scope<'a>,
    pub(crate) sources: Vec<Source>,
    filters: usize,
    /// Auth records whose address the current comparison reads on a client's behalf.
    guarded: Vec<SourceId>,
}

/// Where and for whom names are looked up.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// The row that plain names belong to.
    pub(crate) root: SourceId,
    /// Who wrote them.
    pub(crate) trust: Trust,
    /// The number of the filter.
    pub(crate) filter: usize,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(scope: &'a Scope<'a>) -> Self {
        Self {
            scope,
            sources: vec![source::record(scope.collection)],
            filters: STATEMENT,
            guarded: Vec::new(),
        }
    }

    /// A condition on the record's rows.
    pub(crate) fn condition(&mut self, condition: &Condition) -> Result<Predicate, ResolveError> {
        self.condition_on(condition, RECORD)
    }

    pub(super) fn condition_on(
        &mut self,
        condition: &Condition,
        root: SourceId,
    ) -> Result<Predicate, ResolveError> {
        let (any_of, none_of) = match condition {
            Condition::Always => return Ok(Predicate::Always),
            Condition::Never => return Ok(Predicate::Never),
            Condition::When { any_of, none_of } => (any_of, none_of),
        };
        let mut all = Vec::new();
        if !any_of.is_empty() {
            let allowed: Result<_, _> =
                any_of.iter().map(|filter| self.filter(filter, root, Trust::Rule)).collect();
            all.push(Predicate::Any(allowed?));
        }
        for filter in none_of {
            let denied = self.filter(filter, root, Trust::Rule)?;
            all.push(Predicate::NotTrue(Box::new(denied)));
        }
        Ok(Predicate::All(all))
    }

    /// A filter whose plain names belong to `root`.
    pub(crate) fn filter(
        &mut self,
        filter: &Filter,
        root: SourceId,
        trust: Trust,
    ) -> Result<Predicate, ResolveError> {
        let place = self.place(root, trust);
        let predicate = self.expression(&filter.root, place)?;
        Ok(Predicate::Scoped(place.filter, Box::new(predicate)))
    }

    /// A place for names outside filters, such as sort keys.
    pub(crate) fn place(&mut self, root: SourceId, trust: Trust) -> Place {
        self.filters += 1;
        Place { root, trust, filter: self.filters }
    }

    fn expression(
        &mut self,
        expression: &Expression,
        place: Place,
    ) -> Result<Predicate, ResolveError> {
        let (parts, join): (_, fn(Vec<Predicate>) -> Predicate) = match expression {
            Expression::Compare(comparison) => return self.comparison(comparison, place),
            Expression::All(parts) => (parts, Predicate::All),
            Expression::Any(parts) => (parts, Predicate::Any),
        };
        let resolved: Result<Vec<_>, _> =
            parts.iter().map(|part| self.expression(part, place)).collect();
        resolved.map(join)
    }

    fn comparison(
        &mut self,
        comparison: &Comparison,
        place: Place,
    ) -> Result<Predicate, ResolveError> {
        let left = self.operand(&comparison.left, place)?;
        let right = self.operand(&comparison.right, place)?;
        let test = Test { left, operator: comparison.operator, right };
        let test = Predicate::Compare(Box::new(test));
        if self.guarded.is_empty() {
            return Ok(test);
        }
        let guards = std::mem::take(&mut self.guarded).into_iter().map(Predicate::EmailVisible);
        Ok(Predicate::All(std::iter::once(test).chain(guards).collect()))
    }

    fn operand(&mut self, operand: &Operand, place: Place) -> Result<Term, ResolveError> {
        Ok(match operand {
            Operand::Text(text) => Term::Literal(Cell::Text(text.clone())),
            Operand::Number(number) => Term::Literal(Cell::Real(*number)),
            Operand::Bool(flag) => Term::Literal(Cell::flag(*flag)),
            Operand::Null => Term::Literal(Cell::Null),
            Operand::Macro(makro) => Term::Value(makro.value(self.scope.now)),
            Operand::Name(name) => self.name(name, place)?,
            Operand::Call(call) => self.call(call, place)?,
        })
    }

    /// A name outside a comparison, such as a sort key: addresses not to be seen read as NULL.
    pub(crate) fn masked_name(&mut self, name: &Name, place: Place) -> Result<Term, ResolveError> {
        let outer = std::mem::take(&mut self.guarded);
        let term = self.name(name, place)?;
        let guards = std::mem::replace(&mut self.guarded, outer);
        Ok(guards
            .into_iter()
            .fold(term, |value, source| Term::Masked { value: Box::new(value), source }))
    }

    fn name(&mut self, name: &Name, place: Place) -> Result<Term, ResolveError> {
        match &name.root {
            Root::Record => self.path(name, place.root, &name.path, place),
            _ if place.trust == Trust::Client => Err(ResolveError::Forbidden),
            Root::Request => self.request(name, place),
            Root::Collection { name: collection, alias } => {
                let source = self.every(collection, alias.as_deref(), place)?;
                self.path(name, source, &name.path, place)
            }
        }
    }
}

pub(crate) fn check_hops(name: &Name, hops: usize) -> Result<(), ResolveError> {
    if hops > MAX_RELATION_HOPS {
        return Err(ResolveError::TooManyHops(name.to_string()));
    }
    Ok(())
}
