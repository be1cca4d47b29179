//! Function calls: one arm each.

use super::{Place, Resolver};
use crate::{
    resolve_error::ResolveError,
    term::Term,
    tree::{Call, Operand},
};

/// Most arguments of `strftime`.
const MAX_STRFTIME_ARGUMENTS: usize = 10;

impl Resolver<'_> {
    pub(super) fn call(&mut self, call: &Call, place: Place) -> Result<Term, ResolveError> {
        match call.function.as_str() {
            "geoDistance" => self.distance(call, place),
            "strftime" => self.strftime(call, place),
            _ => Err(refused(call, "no such function")),
        }
    }

    /// `geoDistance(lonA, latA, lonB, latB)` in kilometres.
    fn distance(&mut self, call: &Call, place: Place) -> Result<Term, ResolveError> {
        let [lon_a, lat_a, lon_b, lat_b] = call.arguments.as_slice() else {
            return Err(refused(call, "it takes four arguments"));
        };
        let mut degrees = |argument: &Operand| match argument {
            Operand::Text(_) => Err(refused(call, "it takes numbers and names")),
            other => self.argument(other, place),
        };
        let parts = [degrees(lon_a)?, degrees(lat_a)?, degrees(lon_b)?, degrees(lat_b)?];
        Ok(Term::Distance(Box::new(parts)))
    }

    /// `strftime(format, time, modifier…)`, as SQLite has it.
    fn strftime(&mut self, call: &Call, place: Place) -> Result<Term, ResolveError> {
        if call.arguments.len() > MAX_STRFTIME_ARGUMENTS {
            return Err(refused(call, "too many arguments"));
        }
        let [Operand::Text(_), rest @ ..] = call.arguments.as_slice() else {
            return Err(refused(call, "the format must be a text"));
        };
        let modifiers = rest.get(1..).unwrap_or_default();
        if !modifiers.iter().all(|modifier| matches!(modifier, Operand::Text(_))) {
            return Err(refused(call, "modifiers must be texts"));
        }
        let terms: Result<Vec<_>, _> =
            call.arguments.iter().map(|argument| self.argument(argument, place)).collect();
        terms.map(Term::Strftime)
    }

    fn argument(&mut self, argument: &Operand, place: Place) -> Result<Term, ResolveError> {
        match argument {
            Operand::Name(name) => self.masked_name(name, place),
            other => self.operand(other, place),
        }
    }
}

fn refused(call: &Call, problem: &'static str) -> ResolveError {
    ResolveError::BadCall { name: call.function.clone(), problem }
}
