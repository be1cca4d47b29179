//! Trees written as a person might: blanks, comments, other quotes, needless parentheses and zeros.

use crate::{Call, Comparison, Expression, Filter, Operand};

const GAPS: [&str; 8] = ["", " ", "  ", "\t", "\n", " // it's ) \"(\n", "//&&\n", "\n\t //// \n"];

/// Writes as the dice fall; the dice begin anew when all are thrown.
pub(crate) struct Scribe {
    dice: Vec<u8>,
    thrown: usize,
    text: String,
}

impl Scribe {
    /// The text of a tree.
    pub(crate) fn write(tree: &Filter, dice: Vec<u8>) -> String {
        let mut scribe = Self { dice, thrown: 0, text: String::new() };
        scribe.gap();
        scribe.expression(tree.root());
        scribe.gap();
        scribe.text
    }

    fn throw(&mut self, sides: usize) -> usize {
        self.thrown += 1;
        let die = self.dice.get(self.thrown % self.dice.len().max(1)).copied();
        usize::from(die.unwrap_or_default()) % sides
    }

    fn gap(&mut self) {
        let gap = GAPS[self.throw(GAPS.len())];
        self.text.push_str(gap);
    }

    fn word(&mut self, word: &str) {
        self.text.push_str(word);
        self.gap();
    }

    /// In parentheses, or not where they are not needed and the dice are against them.
    fn group(&mut self, expression: &Expression, needed: bool) {
        if needed || self.throw(4) == 0 {
            self.word("(");
            self.expression(expression);
            self.gap();
            self.text.push(')');
        } else {
            self.expression(expression);
        }
    }

    fn expression(&mut self, expression: &Expression) {
        let (parts, join) = match expression {
            Expression::Compare(comparison) => return self.comparison(comparison),
            Expression::All(parts) => (parts, "&&"),
            Expression::Any(parts) => (parts, "||"),
        };
        for (place, part) in parts.iter().enumerate() {
            if place > 0 {
                self.gap();
                self.word(join);
            }
            // AND binds tighter.
            self.group(part, join == "&&" && matches!(part, Expression::Any(_)));
        }
    }

    fn comparison(&mut self, comparison: &Comparison) {
        self.operand(&comparison.left);
        self.gap();
        self.word(&comparison.operator.to_string());
        self.operand(&comparison.right);
    }

    fn operand(&mut self, operand: &Operand) {
        match operand {
            Operand::Text(text) => self.quoted(text),
            Operand::Number(number) if number.is_finite() => self.number(*number),
            Operand::Bool(_) | Operand::Null => {
                for letter in operand.to_string().chars() {
                    let is_large = self.throw(2) == 1;
                    self.text.push(if is_large { letter.to_ascii_uppercase() } else { letter });
                }
            }
            Operand::Call(call) => self.call(call),
            other => self.text.push_str(&other.to_string()),
        }
    }

    fn number(&mut self, number: f64) {
        let plain = number.to_string();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |d| ("-", d));
        let start = ["", "0", "000"][self.throw(3)];
        let end = match (self.throw(3), digits.contains('.')) {
            (0, _) => "",
            (_, true) => "00",
            (_, false) => ".0",
        };
        self.text.push_str(&format!("{sign}{start}{digits}{end}"));
    }

    fn quoted(&mut self, text: &str) {
        let quote = ['\'', '"'][self.throw(2)];
        self.text.push(quote);
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            let may_stay = match letter {
                '\'' | '"' => letter != quote,
                '\n' | '\r' | '\t' => true,
                // Before what it escapes, or at the end, a backslash has to be escaped itself.
                '\\' => letters.peek().is_some_and(|next| !"\\'\"nrt\n\r\t".contains(*next)),
                _ => {
                    self.text.push(letter);
                    continue;
                }
            };
            if may_stay && self.throw(2) == 1 {
                self.text.push(letter);
                continue;
            }
            let plain = match letter {
                '\n' => 'n',
                '\r' => 'r',
                '\t' => 't',
                other => other,
            };
            self.text.extend(['\\', plain]);
        }
        self.text.push(quote);
    }

    fn call(&mut self, call: &Call) {
        self.text.push_str(&call.function);
        self.word("(");
        for (place, argument) in call.arguments.iter().enumerate() {
            if place > 0 {
                self.word(",");
            }
            self.operand(argument);
            self.gap();
        }
        if !call.arguments.is_empty() && self.throw(3) == 0 {
            self.word(",");
        }
        self.text.push(')');
    }
}
