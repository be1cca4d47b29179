//! SQLite.

use sea_query::{Alias, BinOper, Expr, ExprTrait, Func, IntoIden, TableRef};
use underpin_model::{Collection, Field, Json, field::ColumnShape};

use crate::{
    cell::Cell,
    flavour::{Comparator, Flavour, JsonStep, Kind, LikePattern, Operand},
    logged_row::LoggedRow,
};

/// SQLite, whose comparisons are the model of the language.
pub struct SqliteFlavour;

impl Flavour for SqliteFlavour {
    fn bind(&self, cell: &Cell) -> Expr {
        match cell {
            Cell::Null => Expr::null(),
            Cell::Integer(integer) => Expr::val(*integer),
            Cell::Real(real) => Expr::val(*real),
            Cell::Text(text) => Expr::val(text.clone()),
        }
    }

    fn typed_bind(&self, shape: ColumnShape, stored: &Cell) -> Expr {
        let kind = match shape {
            ColumnShape::Text => "TEXT",
            _ => "NUMERIC",
        };
        let text_in_numeric = kind == "NUMERIC" && matches!(stored, Cell::Text(_));
        match text_in_numeric {
            // A cast would cut a text down to its leading number; a column keeps it.
            true => self.bind(stored),
            false => self.bind(stored).cast_as(Alias::new(kind)),
        }
    }

    fn stored(&self, _: ColumnShape, cell: &Cell) -> Expr {
        self.bind(cell)
    }

    fn compare(&self, left: Operand, comparator: Comparator, right: Operand) -> Expr {
        comparator.between(or_empty(left), or_empty(right), [BinOper::Is, BinOper::IsNot])
    }

    fn bare(&self, value: Expr) -> Expr {
        // What a function gives has no affinity.
        Func::coalesce([value, Expr::null()]).into()
    }

    fn text(&self, value: Operand) -> Expr {
        match value.kind {
            Kind::Known(Cell::Real(_)) | Kind::Number | Kind::Real | Kind::Scalar => {
                number_text(value.expr)
            }
            _ => value.expr,
        }
    }

    fn like(&self, value: Operand, pattern: LikePattern) -> Expr {
        let pattern = match pattern {
            LikePattern::Known(cell) => self.bind(&cell),
            LikePattern::Around(text) => {
                let concat = BinOper::Custom("||");
                let text = Expr::val("%").binary(concat, self.text(text));
                text.binary(concat, Expr::val("%"))
            }
        };
        // The function form of `value LIKE pattern ESCAPE '\'`.
        Func::cust("like").args([pattern, self.text(value), Expr::val("\\")]).into()
    }

    fn lower(&self, value: Operand) -> Expr {
        Func::lower(self.text(value)).into()
    }

    fn is_not(&self, value: Operand, truth: bool) -> Expr {
        // Not a bind: only beside the word itself is it a question about truth.
        value.expr.binary(BinOper::IsNot, Expr::Constant(truth.into()))
    }

    fn is_not_true(&self, condition: Expr) -> Expr {
        Expr::expr(Func::coalesce([condition, Expr::val(false)])).not()
    }

    fn json_extract(&self, column: Expr, path: &[JsonStep]) -> Expr {
        let document = valid(&column);
        if path.is_empty() {
            // A document that is a number was stored as one; taking it as it is keeps its digits.
            let whole = Func::cust("json_extract").args([document, Expr::val("$")]);
            // A view may yield a text that is no document: it stands for itself.
            let is_document = Expr::from(Func::cust("json_valid").arg(column.clone()));
            let text = Expr::case(is_document, whole).finally(column.clone());
            return Expr::case(is_stored_as(&column, "text"), text).finally(column).into();
        }
        let mut text = "$".to_owned();
        for step in path {
            match step {
                JsonStep::Key(key) => text.push_str(&format!(".\"{key}\"")),
                JsonStep::Index(index) => text.push_str(&format!("[{index}]")),
            }
        }
        Func::cust("json_extract").args([document, Expr::val(text)]).into()
    }

    fn list_length(&self, column: Expr) -> Expr {
        let length = Func::cust("json_array_length").arg(valid(&column));
        Func::coalesce([length.into(), Expr::val(0)]).into()
    }

    fn list_items(&self, column: Expr, alias: &str) -> TableRef {
        let items = Func::cust("json_each").arg(valid(&column));
        TableRef::FunctionCall(items, Alias::new(alias).into_iden())
    }

    fn bound_items(&self, list: &[String], alias: &str) -> TableRef {
        let list: Json = list.iter().map(String::as_str).collect();
        self.list_items(Expr::val(list.to_string()), alias)
    }

    fn item(&self, alias: &str) -> Expr {
        Expr::col((Alias::new(alias), Alias::new("value")))
    }

    fn may_contain(&self, column: Expr, item: &str) -> Option<Expr> {
        // Written the same in every JSON text: no sign that could be escaped.
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let found = || Func::cust("instr").args([column, Expr::val(format!("\"{item}\""))]);
        (!item.is_empty() && item.bytes().all(is_plain)).then(|| Expr::from(found()).gt(0))
    }

    fn in_order(&self, condition: Expr) -> Expr {
        // SQLite does not look into functions for what makes an outer join an inner one.
        Func::coalesce([condition, Expr::val(0)]).into()
    }

    fn item_order(&self, alias: &str) -> Option<Expr> {
        Some(Expr::col((Alias::new(alias), Alias::new("key"))))
    }

    fn distance(&self, degrees: [Operand; 4]) -> Expr {
        let [lon_a, lat_a, lon_b, lat_b] =
            degrees.map(|part| Expr::from(Func::cust("radians").arg(part.expr)));
        let call = |name: &'static str, angle: Expr| Expr::from(Func::cust(name).arg(angle));
        let along = call("cos", lat_a.clone())
            .mul(call("cos", lat_b.clone()))
            .mul(call("cos", lon_b.sub(lon_a)));
        let across = call("sin", lat_a).mul(call("sin", lat_b));
        // Rounding may push the cosine of the angle a little over 1, where acos is NULL.
        let cosine = Func::cust("min").args([Expr::val(1.0), along.add(across)]);
        Expr::val(EARTH_RADIUS_KM).mul(call("acos", cosine.into()))
    }

    fn strftime(&self, arguments: Vec<Operand>) -> Expr {
        Func::cust("strftime").args(arguments.into_iter().map(|argument| argument.expr)).into()
    }

    fn json_member(&self, shape: ColumnShape, column: Expr) -> Expr {
        match shape {
            ColumnShape::Text => column,
            ColumnShape::Number => {
                let exact = Func::cust("json").arg(exact_text(&column));
                Expr::case(is_stored_as(&column, "real"), exact).finally(column).into()
            }
            ColumnShape::Bool => {
                let flag = Expr::case(column, Expr::val("true")).finally(Expr::val("false"));
                Func::cust("json").arg(flag).into()
            }
            ColumnShape::List | ColumnShape::Point => Func::cust("json").arg(valid(&column)).into(),
            ColumnShape::Json => Func::cust("json").arg(number_text(valid(&column))).into(),
        }
    }

    fn json_member_of_view(&self, shape: ColumnShape, column: Expr) -> Expr {
        let document = |text: &'static str| Expr::from(Func::cust("json").arg(Expr::val(text)));
        let unset = match shape {
            ColumnShape::Text => Expr::val(""),
            ColumnShape::Number => Expr::val(0),
            // Only what a bool's column would hold is true.
            ColumnShape::Bool => return self.json_member(shape, column.eq(Expr::val(1))),
            ColumnShape::List => document("[]"),
            ColumnShape::Point => document(r#"{"lon":0,"lat":0}"#),
            ColumnShape::Json => return document_of_view(column),
        };
        let member = match shape {
            ColumnShape::Number => Expr::case(is_stored_as(&column, "real"), shortest(&column))
                .finally(column.clone())
                .into(),
            _ => self.json_member(shape, column.clone()),
        };
        Expr::case(column.is_null(), unset).finally(member).into()
    }

    fn json_object(&self, members: Vec<(String, Expr)>) -> Expr {
        let object = |part: &[(String, Expr)]| {
            let arguments =
                part.iter().flat_map(|(key, value)| [Expr::val(key.as_str()), value.clone()]);
            Expr::from(Func::cust("json_object").args(arguments))
        };
        let parts: Vec<Expr> = members.chunks(MAX_MEMBERS).map(object).collect();
        let length = |part: &Expr| Expr::from(Func::cust("length").arg(part.clone()));
        let concat = BinOper::Custom("||");
        // Objects are joined as texts: the first loses its end, the second its beginning.
        let joined = parts.into_iter().reduce(|left: Expr, right| {
            let to_end = length(&right);
            let right = Func::cust("substr").args([right, Expr::val(2), to_end]);
            let all_but_one = length(&left).sub(1);
            let left = Expr::from(Func::cust("substr").args([left, Expr::val(1), all_but_one]));
            left.binary(concat, Expr::val(",")).binary(concat, right)
        });
        joined.unwrap_or_else(|| Expr::val("{}"))
    }

    fn json_array_of(&self, item: Expr) -> Expr {
        let items = Func::coalesce([
            Func::cust("group_concat").args([item, Expr::val(",")]).into(),
            Expr::val(""),
        ]);
        let concat = BinOper::Custom("||");
        Expr::val("[").binary(concat, items).binary(concat, Expr::val("]"))
    }

    fn logged_row(&self, fields: &[&Field], columns: Vec<Expr>) -> Option<Expr> {
        let described = Expr::val(LoggedRow::describe(fields));
        let row = || Func::cust(LOGGED_ROW).args(std::iter::once(described).chain(columns));
        (fields.len() <= MAX_MEMBERS).then(|| row().into())
    }

    fn list_without(&self, column: Expr, items: &[String]) -> Option<Expr> {
        let items: Json = items.iter().map(String::as_str).collect();
        Some(Func::cust(LIST_WITHOUT).args([column, Expr::val(items.to_string())]).into())
    }

    fn insertion_order(&self, collection: &Collection, alias: &str) -> Option<Expr> {
        let rowid = Expr::col((Alias::new(alias), Alias::new("rowid")));
        (!collection.is_view()).then_some(rowid)
    }

    fn random(&self) -> Expr {
        Func::cust("random").into()
    }
}

/// The function of ours that prints a [`LoggedRow`]: its description, then the columns.
pub const LOGGED_ROW: &str = "_up_logged_row";
/// The function of ours that takes items out of a list's text: the text, then the items' list.
pub const LIST_WITHOUT: &str = "_up_list_without";

/// Mean radius of the Earth.
const EARTH_RADIUS_KM: f64 = 6_371.0;

/// Whole reals up to here are printed as whole numbers.
const MAX_WHOLE: f64 = 1e15;

/// Members of one `json_object`: the engine takes 1,000 arguments of a function.
const MAX_MEMBERS: usize = 400;

/// The value, or '' when it is NULL and that counts as ''.
fn or_empty(operand: Operand) -> Expr {
    match operand.or_empty {
        true => Func::coalesce([operand.expr, Expr::val("")]).into(),
        false => operand.expr,
    }
}

/// The text of a number in full, `5`, `0.1` or `1.0e+20`; any other value as it is.
fn number_text(value: Expr) -> Expr {
    let text = shown_text(&value);
    Expr::case(is_stored_as(&value, "real"), text).finally(value).into()
}

/// The document, or NULL when it is none. The engine may put a value that a column is compared
/// with into the column's place elsewhere in the condition, and fails on texts that are no JSON.
fn valid(document: &Expr) -> Expr {
    let is_valid = Func::cust("json_valid").arg(document.clone());
    Expr::case(Expr::from(is_valid), document.clone()).into()
}

/// A value of a view as a document: a text that is one as it is, any other as a JSON text.
fn document_of_view(value: Expr) -> Expr {
    let call = |name: &'static str, value: Expr| Expr::from(Func::cust(name).arg(value));
    let text = || value.clone().cast_as(Alias::new("TEXT"));
    // A blank at its start makes it a text, as it does in a document that is submitted.
    let has_start = call("unicode", text()).gt(Expr::val(32));
    let is_document = Expr::from(Func::cust("json_valid").arg(text())).and(has_start);
    let is_real = is_stored_as(&value, "real");
    let is_text = is_stored_as(&value, "text").or(is_stored_as(&value, "blob"));
    let document = Expr::case(is_document, call("json", text())).finally(text());
    Expr::case(is_text, document).case(is_real, shortest(&value)).finally(value.clone()).into()
}

/// A real as a member of a JSON object: a whole one without a fraction, an infinite one as text.
fn shortest(real: &Expr) -> Expr {
    let exact = Func::cust("json").arg(exact_text(real));
    let whole = real.clone().cast_as(Alias::new("INTEGER"));
    let is_whole = real.clone().eq(whole.clone()).and(real.clone().between(-MAX_WHOLE, MAX_WHOLE));
    Expr::case(is_whole, whole)
        .case(real.clone().gt(Expr::val(f64::MAX)), Expr::val("+Inf"))
        .case(real.clone().lt(Expr::val(f64::MIN)), Expr::val("-Inf"))
        .finally(exact)
        .into()
}

/// Whether a value is kept as this kind, whatever its column declares.
fn is_stored_as(value: &Expr, kind: &'static str) -> Expr {
    Expr::from(Func::cust("typeof").arg(value.clone())).eq(Expr::val(kind))
}

/// A real with as many digits as it takes to read it back; the engine's own text cuts at 15.
fn exact_text(real: &Expr) -> Expr {
    Expr::case(reads_back(real, "%!.15g"), printed(real, "%!.15g"))
        .case(reads_back(real, "%!.16g"), printed(real, "%!.16g"))
        .finally(printed(real, "%!.17g"))
        .into()
}

/// A real as filters look at it: with 15 digits or, where these don't tell it from all others,
/// with 17; large ones without an exponent as far as their digits go.
fn shown_text(real: &Expr) -> Expr {
    let size = || Expr::from(Func::abs(real.clone()));
    let large = size().gte(1e15).and(size().lt(1e17));
    Expr::case(large, printed(real, "%!.1f"))
        .case(reads_back(real, "%!.15g"), printed(real, "%!.15g"))
        .finally(printed(real, "%!.17g"))
        .into()
}

fn printed(real: &Expr, format: &'static str) -> Expr {
    Func::cust("printf").args([Expr::val(format), real.clone()]).into()
}

fn reads_back(real: &Expr, format: &'static str) -> Expr {
    printed(real, format).cast_as(Alias::new("REAL")).eq(real.clone())
}
