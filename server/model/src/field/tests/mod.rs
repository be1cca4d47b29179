//! The field types against what the reference server answered.
//!
//! `values.jsonl`: field, submitted value as JSON text, stored value, and the
//! code when it was refused. `options.jsonl`: a definition, and `ok`,
//! `unreadable`, or codes by option. `definitions.json`: a field of each type.

mod properties;

use super::{Field, FieldOptions, TextOptions};
use crate::{ErrorCode, ErrorTree, Json, Value, error::ErrorNode};

const FIELDS: &str = include_str!("fields.json");
const VALUES: &str = include_str!("values.jsonl");
const DEFINITIONS: &str = include_str!("definitions.json");
const OPTIONS: &str = include_str!("options.jsonl");

/// Where we differ from `values.jsonl` on purpose: field, submitted value, reason.
const INTENDED: [(&str, &str, &str); 29] = [
    ("s", r#""[\"a\"""#, "broken JSON is one unknown choice, not too many"),
    ("g", r#""{\"lon\":1,\"lat\":2""#, "a point cut off is no point"),
    ("js", r#""[1, 2, 3, 4]""#, SIZE_OF_WHAT_IS_STORED),
    ("js", r#""[ 1,2,3,4  ]""#, SIZE_OF_WHAT_IS_STORED),
    ("js", r#""1.5000000000000""#, SIZE_OF_WHAT_IS_STORED),
    ("d", r#""9999-12-31T23:59:59-08:00""#, FOUR_DIGIT_YEARS),
    ("d", r#""0000-01-01T00:00:00+10:00""#, FOUR_DIGIT_YEARS),
    ("j", r#""{\"a\":1,\"a\":2}""#, "of two equal keys in a text the last counts"),
    ("j", r#""\"\\ud800\"""#, "a text with half a sign stays as it was written"),
    ("u", r#""http://a.b.c1""#, ANY_LABELS),
    ("u", r#""http://a.b1c""#, ANY_LABELS),
    ("u", r#""http://a.b.é""#, ANY_LABELS),
    ("u", r#""http://a.b-c""#, ANY_LABELS),
    ("emo", r#""x@A.com""#, ONE_DOMAIN),
    ("emx", r#""x@A.com""#, ONE_DOMAIN),
    ("emo", r#""x@a.com.""#, ONE_DOMAIN),
    ("emx", r#""x@a.com.""#, ONE_DOMAIN),
    ("uo", r#""http://A.com""#, ONE_DOMAIN),
    ("ux", r#""http://A.com""#, ONE_DOMAIN),
    ("uo", r#""http://a.com:80/x""#, ONE_DOMAIN),
    ("ux", r#""http://a.com:80/x""#, ONE_DOMAIN),
    ("uo", r#""a.com""#, ONE_DOMAIN),
    ("ux", r#""a.com""#, ONE_DOMAIN),
    ("uo", r#""a.com/x""#, ONE_DOMAIN),
    ("ux", r#""a.com/x""#, ONE_DOMAIN),
    ("uo", r#""https://a.com./""#, ONE_DOMAIN),
    ("ux", r#""https://a.com./""#, ONE_DOMAIN),
    ("q_json", r#""[ ]""#, "an empty list is empty, however it was spaced"),
    ("q_json", r#""{ }""#, "an empty object is empty, however it was spaced"),
];
const ONE_DOMAIN: &str =
    "case, port, closing dot and a missing scheme are no way around a domain list";
const SIZE_OF_WHAT_IS_STORED: &str = "the limit is on the stored document, without its spaces";
const FOUR_DIGIT_YEARS: &str = "a year of other than four digits could not be read back";
const ANY_LABELS: &str = "labels of a host may be of any length and hold digits and hyphens";

fn fields() -> Vec<Field> {
    let definitions: Vec<Json> = serde_json::from_str(FIELDS).unwrap();
    definitions.iter().map(|definition| Field::from_json(definition).unwrap()).collect()
}

fn lines(text: &str) -> impl Iterator<Item = Json> {
    text.lines().map(|line| serde_json::from_str(line).unwrap())
}

#[test]
fn values_are_stored_and_refused_as_the_reference_does_it() {
    let fields = fields();
    let mut wrong = Vec::new();
    for row in lines(VALUES) {
        let name = row[0].as_str().unwrap();
        let field = fields.iter().find(|field| field.name == name).unwrap();
        let submitted: Json = serde_json::from_str(row[1].as_str().unwrap()).unwrap();
        let value = field.normalise(&submitted);
        let expected = row.get(3).and_then(Json::as_str).map_or(Ok(&row[2]), Err);
        let found = field.validate(&value).map(|()| value.to_json());
        let agrees = match (&expected, &found) {
            (Ok(stored), Ok(found)) => *stored == "*" || same(stored, found),
            (Err(code), Err(error)) => *code == error.code.name(),
            _ => false,
        };
        let submitted = row[1].as_str().unwrap();
        let intended = INTENDED.iter().any(|(field, raw, _)| *field == name && *raw == submitted);
        if agrees == intended {
            wrong.push(format!("{} {}: {expected:?} but {found:?}", row[0], row[1]));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn options_are_read_and_refused_as_the_reference_does_it() {
    let mut wrong = Vec::new();
    for row in lines(OPTIONS) {
        let found = match Field::from_json(&row[0]) {
            Err(_) => Json::from("unreadable"),
            Ok(field) => {
                let mut codes = serde_json::Map::new();
                flatten(&field.kind().validate_options(&field), "", &mut codes);
                if codes.is_empty() { Json::from("ok") } else { Json::Object(codes) }
            }
        };
        if found != row[1] {
            wrong.push(format!("{}: {} but {found}", row[0], row[1]));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn definitions_of_all_types_have_the_keys_of_the_reference() {
    let definitions: Vec<Json> = serde_json::from_str(DEFINITIONS).unwrap();
    let mut kinds: Vec<&str> = crate::field::table::ALL.iter().map(|kind| kind.name()).collect();
    for definition in definitions {
        let field = Field::from_json(&definition).unwrap();
        assert_eq!(Json::Object(field.to_json()), definition);
        kinds.retain(|kind| *kind != field.type_name());
    }
    assert!(kinds.is_empty(), "not compared: {kinds:?}");
}

#[test]
fn an_id_can_be_a_name_of_a_folder() {
    let options = TextOptions { primary_key: true, ..TextOptions::default() };
    let id = Field::new("id", FieldOptions::Text(options));
    let code = |text: &str| id.validate(&Value::Text(text.to_owned())).map_err(|error| error.code);
    for text in ["a", "é", "-", "a,b", "com10", "(#@)"] {
        assert_eq!(code(text), Ok(()), "{text}");
    }
    for text in [".", "..", "a/b", "a\\b", "a b", "a%b", "'", "$", "`", "a\u{0}", "\t"] {
        assert_eq!(code(text), Err(ErrorCode::ForbiddenIdSign), "{text:?}");
    }
    for text in ["CON", "nul", "com1", "lpt1"] {
        assert_eq!(code(text), Err(ErrorCode::ReservedId), "{text}");
    }
    assert_eq!(code(""), Err(ErrorCode::Required));
}

#[test]
fn a_definition_is_written_as_it_was_read() {
    for field in fields() {
        let written = Json::Object(field.to_json());
        assert_eq!(Field::from_json(&written).unwrap(), field);
    }
}

/// Equal, with numbers compared as floats: the reference keeps no more of them.
fn same(stored: &Json, found: &Json) -> bool {
    match (stored, found) {
        (Json::Number(stored), Json::Number(found)) => stored.as_f64() == found.as_f64(),
        (Json::Array(stored), Json::Array(found)) => {
            stored.len() == found.len()
                && stored.iter().zip(found).all(|(stored, found)| same(stored, found))
        }
        (Json::Object(stored), Json::Object(found)) => {
            stored.len() == found.len()
                && stored
                    .iter()
                    .all(|(key, stored)| found.get(key).is_some_and(|found| same(stored, found)))
        }
        _ => stored == found,
    }
}

fn flatten(tree: &ErrorTree, above: &str, codes: &mut serde_json::Map<String, Json>) {
    for (name, node) in &tree.0 {
        match node {
            ErrorNode::Leaf(error) => {
                codes.insert(format!("{above}{name}"), Json::from(error.code.name()));
            }
            ErrorNode::Branch(tree) => flatten(tree, &format!("{above}{name}."), codes),
        }
    }
}
