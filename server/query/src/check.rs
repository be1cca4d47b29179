//! What a comparison means: the one place that both answers, SQL and memory, take it from.

use crate::{
    cell::Cell,
    flavour::Comparator,
    term::{Term, Test},
    tree::Verb,
};

/// What `null` says beside no item, and beside what is or isn't set.
static EMPTY: Term = Term::Literal(Cell::Text(String::new()));

/// A comparison in the database's terms.
pub(crate) enum Check<'t> {
    /// The value is '' or NULL.
    Empty(&'t Term),
    /// It is neither.
    NotEmpty(&'t Term),
    /// Compared as they are.
    Plain(&'t Term, Comparator, &'t Term),
    /// Compared without affinity, NULL counting as ''.
    Coalesced(&'t Term, Comparator, &'t Term),
    /// True or false as said: numbers but 0 are true, and texts that begin with one.
    Is(&'t Term, bool),
    /// Not so, or NULL.
    IsNot(&'t Term, bool),
    /// False or NULL, whatever the values.
    Never,
    /// Matched against a pattern.
    Like { value: &'t Term, pattern: Pattern<'t>, negated: bool },
}

/// What a value is matched against.
pub(crate) enum Pattern<'t> {
    /// A known pattern; NULL when there is none.
    Known(Cell),
    /// `%` around whatever the term holds, its own wildcards live.
    Around(&'t Term),
}

impl Test {
    /// What has to hold of some row. It is what has to hold of each row, but where one side has
    /// no item at all: nothing equals that, and only nothing is not different from it.
    pub(crate) fn check(&self) -> Check<'_> {
        let (nothing, other) = match (&self.left, &self.right) {
            (nothing @ Term::NoItem(_), other) | (other, nothing @ Term::NoItem(_)) => {
                (nothing, other)
            }
            _ => return self.plain_check(self.left.keeps_null() || self.right.keeps_null()),
        };
        match self.operator.verb {
            Verb::Equal if !other.keeps_null() => Check::Never,
            Verb::NotEqual if other.literal() == Some(&Cell::Null) => {
                Check::Plain(nothing, Comparator::NotSame, &EMPTY)
            }
            Verb::NotEqual => Check::Plain(nothing, Comparator::NotSame, other),
            _ => self.plain_check(false),
        }
    }

    /// What has to hold of each row. Only the sides with many rows say whether NULL and '' stay
    /// apart then.
    pub(crate) fn check_of_each(&self, has_many: impl Fn(&Term) -> bool) -> Check<'_> {
        let keeps_null = |term: &Term| term.keeps_null() && has_many(term);
        self.plain_check(keeps_null(&self.left) || keeps_null(&self.right))
    }

    fn plain_check(&self, keeps_null: bool) -> Check<'_> {
        let (left, right) = (&self.left, &self.right);
        let plain = |comparator| Check::Plain(left, comparator, right);
        if let Some(asked) = self.truth_check(keeps_null) {
            return asked;
        }
        match self.operator.verb {
            Verb::Equal if keeps_null => plain(Comparator::Same),
            Verb::NotEqual if keeps_null => plain(Comparator::NotSame),
            Verb::Equal => self.equality(Comparator::Equal),
            Verb::NotEqual => self.equality(Comparator::NotSame),
            Verb::Less => plain(Comparator::Less),
            Verb::LessOrEqual => plain(Comparator::LessOrEqual),
            Verb::Greater => plain(Comparator::Greater),
            Verb::GreaterOrEqual => plain(Comparator::GreaterOrEqual),
            Verb::Like => Check::Like { value: left, pattern: pattern(right), negated: false },
            Verb::NotLike => Check::Like { value: left, pattern: pattern(right), negated: true },
        }
    }

    /// Beside what is or isn't set, a value is not compared with 1 or 0, but asked whether it is
    /// true; where NULL stays NULL, by `=` too.
    fn truth_check(&self, keeps_null: bool) -> Option<Check<'_>> {
        let Term::Isset(flag) = &self.right else { return None };
        let truth = *flag == Cell::flag(true);
        let nothing = self.left.literal().is_some_and(Cell::is_empty);
        let value = if nothing { &EMPTY } else { &self.left };
        match self.operator.verb {
            Verb::Equal if keeps_null => Some(Check::Is(value, truth)),
            Verb::NotEqual => Some(Check::IsNot(value, truth)),
            _ => None,
        }
    }

    /// An empty literal asks for NULL or ''; two values neither of which is a literal count NULL
    /// as ''.
    fn equality(&self, comparator: Comparator) -> Check<'_> {
        let (left, right) = (&self.left, &self.right);
        let is_empty = |term: &Term| term.literal().is_some_and(Cell::is_empty);
        let asked_empty = match (is_empty(left), is_empty(right)) {
            (_, true) => Some(left),
            (true, false) => Some(right),
            (false, false) => None,
        };
        match asked_empty {
            Some(value) if comparator == Comparator::Equal => Check::Empty(value),
            Some(value) => Check::NotEmpty(value),
            None if left.literal().is_some() || right.literal().is_some() => {
                Check::Plain(left, comparator, right)
            }
            None => Check::Coalesced(left, comparator, right),
        }
    }
}

fn pattern(term: &Term) -> Pattern<'_> {
    let Some(cell) = term.literal() else { return Pattern::Around(term) };
    let text = match (term, cell) {
        (Term::Flag(flag), _) => Some((*flag == Cell::flag(true)).to_string()),
        (_, Cell::Real(real)) if real.is_infinite() => {
            Some(if *real > 0.0 { "+Inf".to_owned() } else { "-Inf".to_owned() })
        }
        (_, Cell::Real(real)) => Some(real.to_string()),
        (_, other) => other.to_text(),
    };
    Pattern::Known(text.map_or(Cell::Null, |text| Cell::Text(like_pattern(&text))))
}

/// A text with a wildcard is a pattern already; any other is looked for anywhere.
fn like_pattern(text: &str) -> String {
    if has_wildcard(text) { text.to_owned() } else { format!("%{}%", escaped(text)) }
}

/// The text with its special characters escaped, but for those that are escaped already. Read
/// from the end; what stands before a special character is taken for its escape or for plain.
fn escaped(text: &str) -> String {
    let mut reversed = Vec::with_capacity(text.len());
    let mut open = false;
    for character in text.chars().rev() {
        if open && character != '\\' {
            reversed.push('\\');
        }
        open = !open && matches!(character, '\\' | '%' | '_');
        reversed.push(character);
    }
    if open {
        reversed.push('\\');
    }
    reversed.into_iter().rev().collect()
}

/// Whether there is a `%` that no backslash escapes.
fn has_wildcard(text: &str) -> bool {
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '%' => return true,
            '\\' => {
                characters.next();
            }
            _ => {}
        }
    }
    false
}
