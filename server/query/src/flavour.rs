//! What differs between databases, one type a dialect.

use sea_query::{BinOper, Expr, ExprTrait, NullOrdering, TableRef};
use underpin_model::{Collection, Field, field::ColumnShape};

use crate::cell::{Affinity, Cell};

/// A step into a JSON document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum JsonStep {
    /// An object's key.
    Key(String),
    /// An array's position.
    Index(u64),
}

/// What is known of a value before it is read.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// All of it.
    Known(Cell),
    /// A text.
    Text,
    /// A number of a column: whole when it is.
    Number,
    /// A real number.
    Real,
    /// A whole number.
    Integer,
    /// What a bool's column holds.
    Bool,
    /// A list's column, its text being its value.
    List,
    /// A place's column, its text being its value.
    Point,
    /// A document's column, its text being its value.
    Document,
    /// A number or a text: what [`Flavour::json_extract`] yields.
    Scalar,
}

/// An expression with what its origin does to comparisons.
#[derive(Clone, Debug)]
pub struct Operand {
    /// The expression.
    pub expr: Expr,
    /// What it does to the value it is compared with.
    pub affinity: Affinity,
    /// What is known of its value. Any of them may be NULL.
    pub kind: Kind,
    /// Whether NULL counts as ''; such operands are only compared as equal or as the same, and
    /// without affinity.
    pub or_empty: bool,
}

impl Operand {
    /// An expression of this kind, without affinity.
    pub fn bare(expr: Expr, kind: Kind) -> Self {
        Self { expr, affinity: Affinity::None, kind, or_empty: false }
    }
}

/// What a value is matched against.
#[derive(Clone, Debug)]
pub enum LikePattern {
    /// A known pattern; NULL matches nothing.
    Known(Cell),
    /// `%` on both sides of a value's text.
    Around(Operand),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Comparator {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// Equal, with NULL equal to NULL; never NULL.
    Same,
    /// Not `Same`; never NULL.
    NotSame,
}

/// What to order by, and where nulls go if it must be said.
pub type Ordered = (Expr, Option<NullOrdering>);

impl Comparator {
    /// The comparison of two expressions, given the dialect's operators for `Same` and `NotSame`.
    pub(crate) fn between(self, left: Expr, right: Expr, [same, not_same]: [BinOper; 2]) -> Expr {
        match self {
            Self::Equal => left.eq(right),
            Self::Less => left.lt(right),
            Self::LessOrEqual => left.lte(right),
            Self::Greater => left.gt(right),
            Self::GreaterOrEqual => left.gte(right),
            Self::Same => left.binary(same, right),
            Self::NotSame => left.binary(not_same, right),
        }
    }
}

/// The dialect of a database: builds what standard SQL does not say. Texts of users are binds
/// in whatever it builds.
pub trait Flavour: Sync {
    /// A value as a bind.
    fn bind(&self, cell: &Cell) -> Expr;

    /// A bind with the type that a column of this shape gives to its values.
    fn typed_bind(&self, shape: ColumnShape, stored: &Cell) -> Expr;

    /// What is written into a column of this shape, from what [`stored_cell`](crate::stored_cell)
    /// gives.
    fn stored(&self, shape: ColumnShape, cell: &Cell) -> Expr;

    /// `left` compared with `right`, with the meaning of [`Cell::compare`].
    fn compare(&self, left: Operand, comparator: Comparator, right: Operand) -> Expr;

    /// The value without the affinity of its column.
    fn bare(&self, value: Expr) -> Expr {
        value
    }

    /// The text that a value reads as in a text's place.
    fn text(&self, value: Operand) -> Expr;

    /// Whether the value's text matches the LIKE pattern: `%`, `_`, escape `\`, ASCII case ignored.
    fn like(&self, value: Operand, pattern: LikePattern) -> Expr;

    /// The value's text in lower case, ASCII only.
    fn lower(&self, value: Operand) -> Expr;

    /// Whether a value is NULL or has the other truth, with the meaning of [`Cell::truth`].
    fn is_not(&self, value: Operand, truth: bool) -> Expr;

    /// True when the condition is false or NULL.
    fn is_not_true(&self, condition: Expr) -> Expr;

    /// The scalar at a path of a JSON column: NULL when missing, truth as 1 and 0, arrays and
    /// objects as text.
    fn json_extract(&self, column: Expr, path: &[JsonStep]) -> Expr;

    /// The number of items in a list column; 0 for NULL.
    fn list_length(&self, column: Expr) -> Expr;

    /// The items of a list column as rows, to be joined under an alias.
    fn list_items(&self, column: Expr, alias: &str) -> TableRef;

    /// The items of a list given as a JSON text, as rows.
    fn bound_items(&self, list: &[String], alias: &str) -> TableRef;

    /// The item of the current row of [`Flavour::list_items`] or [`Flavour::bound_items`].
    fn item(&self, alias: &str) -> Expr;

    /// Something cheap that is true of every list column with this item, and perhaps of others;
    /// nothing when there is no such thing for the item.
    fn may_contain(&self, column: Expr, item: &str) -> Option<Expr> {
        let _ = (column, item);
        None
    }

    /// Whether a list column has an item, where there is a better way than to look at each.
    fn contains(&self, column: Expr, item: Expr) -> Option<Expr> {
        let _ = (column, item);
        None
    }

    /// Whether a list column has one of these items, likewise.
    fn contains_any(&self, column: Expr, items: &[String]) -> Option<Expr> {
        let _ = (column, items);
        None
    }

    /// The condition of a select whose outer joins must run in the order in which they stand.
    ///
    /// A planner that sees from the condition that a joined row has to be there may join from that
    /// end, and scan a table for each row where one look-up would do.
    fn in_order(&self, condition: Expr) -> Expr {
        condition
    }

    /// The place of that item in its list; nothing where items have none.
    fn item_order(&self, alias: &str) -> Option<Expr> {
        let _ = alias;
        None
    }

    /// Kilometres between two places, given as longitude and latitude each.
    fn distance(&self, degrees: [Operand; 4]) -> Expr;

    /// `strftime` of SQLite: a format, then a time and modifiers; NULL when it can't be read.
    fn strftime(&self, arguments: Vec<Operand>) -> Expr;

    /// A column's value, ready for [`Flavour::json_object`].
    fn json_member(&self, shape: ColumnShape, column: Expr) -> Expr;

    /// As [`Flavour::json_member`], for a column of a view: it may be NULL or of another kind.
    fn json_member_of_view(&self, shape: ColumnShape, column: Expr) -> Expr;

    /// A JSON object's text. Keys are field names of the schema.
    fn json_object(&self, members: Vec<(String, Expr)>) -> Expr;

    /// A JSON array's text from the texts of its items, over the rows of a select.
    fn json_array_of(&self, item: Expr) -> Expr;

    /// A row as the change log keeps it, from the columns of [`LoggedRow::fields`]; nothing where
    /// the database does not print it.
    ///
    /// [`LoggedRow::fields`]: crate::LoggedRow::fields
    fn logged_row(&self, fields: &[&Field], columns: Vec<Expr>) -> Option<Expr> {
        let _ = (fields, columns);
        None
    }

    /// A list's column without these items, NULL where it has none of them; nothing where the
    /// database can't tell.
    fn list_without(&self, column: Expr, items: &[String]) -> Option<Expr> {
        let _ = (column, items);
        None
    }

    /// The order in which records were made; nothing where there is none, as in views.
    fn insertion_order(&self, collection: &Collection, alias: &str) -> Option<Expr>;

    /// What to order by, so that NULL comes first, then numbers, then texts by their bytes; the
    /// other way around when the largest comes first. Where nulls go is said only if it must be.
    fn order(&self, key: Operand, descending: bool, may_be_null: bool) -> Vec<Ordered> {
        let _ = (descending, may_be_null);
        vec![(key.expr, None)]
    }

    /// A sort key's value as a column that can be read.
    fn shown(&self, key: Operand) -> Expr {
        key.expr
    }

    /// A random order.
    fn random(&self) -> Expr;
}
