//! Bodies for records that are made or changed.

use serde_json::{Map, Value, json};

use super::{
    dice::Dice,
    world::{Kind, Shape, Slot, World},
};

/// Some fields with values, most of them fitting.
pub(super) fn body(dice: &mut Dice, world: &World, shape: &Shape) -> Value {
    let mut body = Map::new();
    let many = dice.below(7);
    for _ in 0..many {
        let slot = dice.pick(&shape.fields);
        let is_modified =
            |key: &String| key.trim_matches(['+', '-']) == slot.name && *key != slot.name;
        // The reference takes several modifiers of one field in an order that changes.
        if slot.name == "id" || body.keys().any(is_modified) {
            continue;
        }
        let value = if dice.one_in(25) { odd(dice) } else { value(dice, world, slot) };
        let name = match (slot.kind, slot.multiple) {
            (Kind::Number, _) | (_, true) if dice.one_in(6) => {
                let form = dice.word(&["+", "-", "+"]);
                if slot.multiple && dice.one_in(3) {
                    format!("+{}", slot.name)
                } else {
                    format!("{}{form}", slot.name)
                }
            }
            _ => slot.name.clone(),
        };
        body.insert(name, value);
    }
    if dice.one_in(8) {
        body.insert("nope".to_owned(), odd(dice));
    }
    body.into()
}

#[expect(clippy::too_many_lines, reason = "one arm a type of field")]
fn value(dice: &mut Dice, world: &World, slot: &Slot) -> Value {
    let one = |dice: &mut Dice| -> Value {
        match slot.target {
            Some(target) => {
                let name = &world.collections[target].name;
                dice.pick(&world.ids[name]).as_str().into()
            }
            None => dice.word(&["red", "green", "blue"]).into(),
        }
    };
    match slot.kind {
        Kind::Number => {
            dice.pick(&[json!(0), json!(1), json!(5), json!(-3.25), json!(0.1), json!("5")]).clone()
        }
        Kind::Bool => dice.pick(&[json!(true), json!(false), json!(1), json!("true")]).clone(),
        Kind::Date => dice
            .pick(&[
                json!(""),
                json!("2024-05-01 10:00:00.000Z"),
                json!("2024-05-01"),
                json!("2024-05-01T10:00:00Z"),
            ])
            .clone(),
        Kind::Json => dice
            .pick(&[
                json!(null),
                json!({"a": 1}),
                json!({"a": {"b": {"c": "deep"}}}),
                json!([1, "two"]),
                json!("text"),
                json!("{\"a\":\"x\"}"),
                json!(5),
                json!(""),
                json!(false),
                json!({"l": [1, 2, {"x": "y"}], "n": 5.5}),
            ])
            .clone(),
        Kind::Point => dice
            .pick(&[
                json!({"lon": 0, "lat": 0}),
                json!({"lon": 13.4, "lat": 52.5}),
                json!({"lon": 10}),
                json!(""),
            ])
            .clone(),
        Kind::Select | Kind::Relation if slot.multiple => {
            let many = dice.below(4);
            (0..many).map(|_| one(dice)).collect()
        }
        Kind::Select | Kind::Relation => match dice.below(4) {
            0 => json!(""),
            _ => one(dice),
        },
        _ => dice
            .pick(&[
                json!(""),
                json!("a"),
                json!("abc"),
                json!("5"),
                json!("Äpfel öl"),
                json!("hidden"),
                json!("%"),
            ])
            .clone(),
    }
}

fn odd(dice: &mut Dice) -> Value {
    dice.pick(&[
        json!(null),
        json!(5),
        json!(-0.5),
        json!(true),
        json!(""),
        json!("x"),
        json!([]),
        json!(["a"]),
        json!({}),
        json!({"a": [1]}),
        json!([null]),
        json!("gone00000000001"),
        json!(["red", "nope"]),
    ])
    .clone()
}
