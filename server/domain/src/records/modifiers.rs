//! Modifiers of submitted fields: `views+`, `tags-`, `+photos`.

use underpin_model::{Field, FieldOptions, Json, Value, field};

/// What to do with a submitted value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Modifier {
    /// Take the place of the old value.
    Replace,
    /// Add a number, or append to a list.
    Append,
    /// Put in front of a list.
    Prepend,
    /// Subtract a number, or take out of a list.
    Remove,
}

/// A submitted key as a field's name and a modifier. `taken` tells whether a field has the
/// key itself as its name.
pub(super) fn split(key: &str) -> (&str, Modifier) {
    if let Some(name) = key.strip_suffix('+') {
        (name, Modifier::Append)
    } else if let Some(name) = key.strip_suffix('-') {
        (name, Modifier::Remove)
    } else if let Some(name) = key.strip_prefix('+') {
        (name, Modifier::Prepend)
    } else {
        (key, Modifier::Replace)
    }
}

/// The value of a field after a submitted value was applied to the current one; modifiers that
/// don't fit the field change nothing.
pub(super) fn apply(field: &Field, current: &Value, modifier: Modifier, sent: &Json) -> Value {
    if modifier == Modifier::Replace {
        return field.normalise(sent);
    }
    match current {
        Value::Number(number) if modifier != Modifier::Prepend => {
            let Value::Number(step) = field.normalise(sent) else { return current.clone() };
            let sum = if modifier == Modifier::Remove { number - step } else { number + step };
            Value::Number(if sum.is_finite() { sum } else { *number })
        }
        Value::List(items) => Value::List(merge(items, modifier, &sent_items(sent))),
        Value::Text(_) if takes_items(field) => {
            let merged = merge(current.as_texts(), modifier, &sent_items(sent));
            Value::Text(merged.last().cloned().unwrap_or_default())
        }
        // The field has nothing to add to; the key counts as unknown then.
        _ => current.clone(),
    }
}

fn takes_items(field: &Field) -> bool {
    matches!(
        field.options,
        FieldOptions::Select(_) | FieldOptions::Relation(_) | FieldOptions::File(_)
    )
}

fn sent_items(sent: &Json) -> Vec<String> {
    let many = field::RelationOptions { max_select: usize::MAX, ..Default::default() };
    let list = Field::new("items", FieldOptions::Relation(many));
    match list.normalise(sent) {
        Value::List(items) => items,
        _ => Vec::new(),
    }
}

fn merge(items: &[String], modifier: Modifier, sent: &[String]) -> Vec<String> {
    let rest = |from: &[String], without: &[String]| -> Vec<String> {
        from.iter().filter(|item| !without.contains(item)).cloned().collect()
    };
    match modifier {
        Modifier::Remove => rest(items, sent),
        Modifier::Prepend => [rest(sent, &[]), rest(items, sent)].concat(),
        Modifier::Append | Modifier::Replace => [items.to_vec(), rest(sent, items)].concat(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use underpin_model::field::{NumberOptions, SelectOptions};

    use super::*;

    fn tags() -> Field {
        let values = ["a", "b", "c"].map(str::to_owned).to_vec();
        Field::new("tags", FieldOptions::Select(SelectOptions { values, max_select: 3 }))
    }

    fn list(items: &[&str]) -> Value {
        Value::List(items.iter().map(|item| (*item).to_owned()).collect())
    }

    #[test]
    fn lists_grow_and_shrink_without_doubles() {
        let now = list(&["a", "b"]);
        let apply = |modifier, sent| apply(&tags(), &now, modifier, &sent);
        assert_eq!(apply(Modifier::Append, json!(["b", "c"])), list(&["a", "b", "c"]));
        assert_eq!(apply(Modifier::Prepend, json!("c")), list(&["c", "a", "b"]));
        assert_eq!(apply(Modifier::Remove, json!("a")), list(&["b"]));
    }

    #[test]
    fn numbers_are_added_and_subtracted() {
        let views = Field::new("views", FieldOptions::Number(NumberOptions::default()));
        let now = Value::Number(5.0);
        assert_eq!(apply(&views, &now, Modifier::Append, &json!(2)), Value::Number(7.0));
        assert_eq!(apply(&views, &now, Modifier::Remove, &json!("3")), Value::Number(2.0));
    }
}
