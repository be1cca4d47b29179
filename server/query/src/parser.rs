//! Tokens to a tree.

use underpin_model::limits::{MAX_FILTER_BYTES, MAX_FILTER_EXPRESSIONS};

use crate::{
    lexer::tokenize,
    scope::Trust,
    syntax_error::{SyntaxError, SyntaxProblem},
    token::{Token, TokenKind},
    tree::{Call, Comparison, Expression, Filter, Operand},
};

/// Parses a filter or a rule.
pub fn parse(text: &str) -> Result<Filter, SyntaxError> {
    let tokens = tokenize(text)?;
    let end = text.chars().count() + 1;
    let mut parser = Parser { tokens: &tokens, position: 0, end, comparisons: 0 };
    parser.expression().map(|root| Filter { root })
}

/// Parses a filter that came with a request: its length is limited, and unless a superuser sent
/// it, `@request.` and `@collection.` are refused anywhere in it, inside texts too.
pub fn parse_from_client(text: &str, trust: Trust) -> Result<Filter, SyntaxError> {
    if text.len() > MAX_FILTER_BYTES {
        return Err(SyntaxError::new(1, SyntaxProblem::TooMuch("bytes in one filter")));
    }
    refuse_rule_names(text, trust)?;
    parse(text)
}

/// The guard of [`parse_from_client`], for all texts of a request before any is parsed: who may
/// not say something is told so before who has said it wrongly.
///
/// # Errors
/// [`SyntaxProblem::ForbiddenName`] where a client speaks of `@request.` or `@collection.`.
pub fn refuse_rule_names(text: &str, trust: Trust) -> Result<(), SyntaxError> {
    let found = ["@request.", "@collection."].iter().find_map(|name| text.find(name));
    match (trust, found) {
        (Trust::Client, Some(at)) => {
            let column = text.char_indices().take_while(|(start, _)| *start < at).count() + 1;
            Err(SyntaxError::new(column, SyntaxProblem::ForbiddenName))
        }
        _ => Ok(()),
    }
}

struct Parser<'t> {
    tokens: &'t [Token],
    position: usize,
    end: usize,
    comparisons: usize,
}

/// What was read of a group, or of the whole text, so far.
struct Level {
    /// Alternatives that are complete.
    any: Vec<Expression>,
    /// The parts of the present alternative.
    all: Vec<Expression>,
    join: Join,
}

#[derive(Clone, Copy, PartialEq)]
enum Join {
    And,
    Or,
}

impl Level {
    fn new() -> Self {
        Self { any: Vec::new(), all: Vec::new(), join: Join::And }
    }

    fn push(&mut self, item: Expression) {
        if self.join == Join::Or {
            self.any.push(joined(std::mem::take(&mut self.all), Expression::All));
        }
        self.all.push(item);
    }

    fn finish(mut self) -> Expression {
        self.any.push(joined(self.all, Expression::All));
        joined(self.any, Expression::Any)
    }
}

impl Parser<'_> {
    fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.position).map(|token| &token.kind)
    }

    fn column(&self) -> usize {
        self.tokens.get(self.position).map_or(self.end, |token| token.column)
    }

    fn eat(&mut self, wanted: &TokenKind) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.position += 1;
        }
        found
    }

    fn expected(&self, expected: &'static str) -> SyntaxError {
        let found = self.peek().map_or_else(|| "the end".to_owned(), TokenKind::describe);
        SyntaxError::expected(self.column(), expected, found)
    }

    /// The whole text. Open groups are kept in a list: however deep they are, the stack is not.
    fn expression(&mut self) -> Result<Expression, SyntaxError> {
        let mut level = Level::new();
        let mut outer = Vec::new();
        loop {
            match self.item()? {
                Some(comparison) => level.push(comparison),
                None => {
                    outer.push(std::mem::replace(&mut level, Level::new()));
                    continue;
                }
            }
            while self.eat(&TokenKind::Close) {
                let parent = outer.pop().ok_or_else(|| self.unopened())?;
                let group = std::mem::replace(&mut level, parent).finish();
                level.push(group);
            }
            match self.peek() {
                None if outer.is_empty() => return Ok(level.finish()),
                None => return Err(self.expected("`)`")),
                Some(TokenKind::And) => {
                    self.position += 1;
                    level.join = Join::And;
                }
                Some(TokenKind::Or) => {
                    self.position += 1;
                    level.join = Join::Or;
                }
                Some(TokenKind::Open) => {}
                Some(_) => return Err(self.expected("`&&`, `||` or the end")),
            }
        }
    }

    /// A closing parenthesis, just read, that closes nothing.
    fn unopened(&mut self) -> SyntaxError {
        self.position -= 1;
        self.expected("a join or the end")
    }

    /// A comparison, or nothing when a group opens. A group in an operand's place takes the whole
    /// place.
    fn item(&mut self) -> Result<Option<Expression>, SyntaxError> {
        if self.eat(&TokenKind::Open) {
            return Ok(None);
        }
        let left = self.operand()?;
        if self.eat(&TokenKind::Open) {
            return Ok(None);
        }
        let Some(TokenKind::Operator(operator)) = self.peek() else {
            return Err(self.expected("an operator"));
        };
        let operator = *operator;
        self.position += 1;
        if self.eat(&TokenKind::Open) {
            return Ok(None);
        }
        let right = self.operand()?;
        self.comparisons += 1;
        if self.comparisons > MAX_FILTER_EXPRESSIONS {
            let problem = SyntaxProblem::TooMuch("comparisons in one filter");
            return Err(SyntaxError::new(self.column(), problem));
        }
        Ok(Some(Expression::Compare(Box::new(Comparison { left, operator, right }))))
    }

    fn operand(&mut self) -> Result<Operand, SyntaxError> {
        let operand = match self.peek() {
            Some(TokenKind::Call(function)) => {
                let function = function.clone();
                self.position += 1;
                return self.call(function).map(Operand::Call);
            }
            Some(kind) => plain_operand(kind),
            None => None,
        };
        let operand = operand.ok_or_else(|| self.expected("an operand"))?;
        self.position += 1;
        Ok(operand)
    }

    fn call(&mut self, function: String) -> Result<Call, SyntaxError> {
        let mut arguments = Vec::new();
        while !self.eat(&TokenKind::Close) {
            let argument = self.peek().and_then(plain_operand);
            arguments.push(argument.ok_or_else(|| self.expected("an argument"))?);
            self.position += 1;
            if !self.eat(&TokenKind::Comma) && self.peek() != Some(&TokenKind::Close) {
                return Err(self.expected("`,` or `)`"));
            }
        }
        Ok(Call { function, arguments })
    }
}

fn plain_operand(kind: &TokenKind) -> Option<Operand> {
    Some(match kind {
        TokenKind::Text(text) => Operand::Text(text.clone()),
        TokenKind::Number(number) => Operand::Number(*number),
        TokenKind::Bool(flag) => Operand::Bool(*flag),
        TokenKind::Null => Operand::Null,
        TokenKind::Name(name) => Operand::Name(name.clone()),
        TokenKind::Macro(makro) => Operand::Macro(*makro),
        _ => return None,
    })
}

/// One part stands alone; nested joins of the same kind become one.
fn joined(parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    let is_all = matches!(join(Vec::new()), Expression::All(_));
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Expression::All(inner) if is_all => flat.extend(inner),
            Expression::Any(inner) if !is_all => flat.extend(inner),
            other => flat.push(other),
        }
    }
    match flat.len() {
        1 => flat.pop().unwrap_or_else(|| join(Vec::new())),
        _ => join(flat),
    }
}
