//! Who writes a filter or rule: where it starts, and what may be said in it.

use super::{
    dice::Dice,
    function, literal, path, request_name,
    tree::{Comparison, Operand, Tree},
    world::{Kind, World},
};

/// A writer of random filters.
pub(super) struct Author<'w> {
    pub(super) world: &'w World,
    pub(super) dice: Dice,
    /// The collection that is asked.
    pub(super) home: usize,
    pub(super) voice: Voice,
    /// Hops to many rows that may still be made: the reference joins all that a filter looks at,
    /// and would need minutes for some.
    pub(super) many_left: usize,
}

/// For whom something is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    /// A guest or a user.
    Client,
    Superuser,
    /// A superuser, as a rule.
    Rule,
}

/// An operand and what it holds, so that the other side may fit.
pub(super) type Held = (Operand, Kind);

/// Most hops to many rows in what one author writes.
const MOST_MANY: usize = 4;

const SIGNS: [&str; 8] = ["=", "!=", "~", "!~", "<", "<=", ">", ">="];

impl<'w> Author<'w> {
    pub(super) fn new(world: &'w World, seed: u64, home: usize, voice: Voice) -> Self {
        Self { world, dice: Dice::new(seed), home, voice, many_left: MOST_MANY }
    }

    /// A filter with a few comparisons.
    pub(super) fn tree(&mut self) -> Tree {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Tree {
        if depth >= 3 || !self.dice.one_in(3) {
            return self.item(depth);
        }
        let many = 2 + self.dice.below(3);
        let parts: Vec<Tree> = (0..many).map(|_| self.nested(depth + 1)).collect();
        Tree::Join { joint: self.joint(), parts }
    }

    fn item(&mut self, depth: usize) -> Tree {
        if depth < 3 && self.dice.one_in(60) {
            let before = match self.dice.below(3) {
                0 => String::new(),
                1 => format!("{} ", self.left().0.text),
                _ => format!("{} = ", self.left().0.text),
            };
            return Tree::Swallowed { before, inside: Box::new(self.nested(depth + 1)) };
        }
        Tree::Compare(self.comparison())
    }

    fn comparison(&mut self) -> Comparison {
        if self.dice.one_in(30) {
            return literal::moment(&mut self.dice);
        }
        let (left, kind) = self.left();
        let mut right = match self.dice.below(8) {
            0 | 1 => self.left().0,
            _ => literal::fitting(&mut self.dice, kind),
        };
        // Half of a file's name is made by chance.
        let is_file =
            |operand: &Operand| operand.tags.contains("file") && !operand.tags.contains("length");
        if is_file(&left) || is_file(&right) {
            right = literal::of_file(&mut self.dice);
        }
        // So are all digits of a time but the first.
        let is_stamp = |operand: &Operand| operand.tags.contains("stamp");
        if is_stamp(&left) || is_stamp(&right) {
            right = literal::of_stamp(&mut self.dice);
        }
        let many = left.tags.contains("many") || right.tags.contains("many");
        let any = self.dice.one_in(if many { 2 } else { 12 });
        let sign = format!("{}{}", if any { "?" } else { "" }, self.dice.word(&SIGNS));
        let sign = self.spaced(&sign);
        let (left, right) = if self.dice.one_in(12) { (right, left) } else { (left, right) };
        Comparison { left, sign, right }
    }

    /// Something that is no mere literal.
    fn left(&mut self) -> Held {
        match (self.voice, self.dice.below(20)) {
            (_, 0) => function::call(self),
            (Voice::Rule, 1..=7) => request_name::name(self),
            (Voice::Superuser, 1) => request_name::name(self),
            (Voice::Rule | Voice::Superuser, 8) => path::of_any_row(self),
            (Voice::Client, 1) if self.dice.one_in(20) => request_name::name(self),
            _ => path::of_record(self),
        }
    }

    fn spaced(&mut self, sign: &str) -> String {
        match self.dice.below(24) {
            0 => sign.to_owned(),
            1 => format!("\t{sign}\n"),
            2 => format!(" {sign} // it is so, = and && too\n "),
            3 if self.dice.one_in(12) => format!(" {sign} // it's ( so\n "),
            4 => format!("  {sign}"),
            _ => format!(" {sign} "),
        }
    }

    fn joint(&mut self) -> String {
        let all = self.dice.one_in(2);
        let sign = if all { "&&" } else { "||" };
        match self.dice.below(16) {
            0 => sign.to_owned(),
            1 => format!("\n{sign}\t"),
            2 => format!(" {sign} // and so on\n"),
            _ => format!(" {sign} "),
        }
    }
}
