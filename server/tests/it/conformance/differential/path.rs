//! Dotted names: fields, what is inside JSON, and relations both ways.

use super::{
    author::{Author, Held, Voice},
    tree::{Operand, Tags},
    world::{Kind, Slot},
};

/// Keys and positions that documents of the stage have, and some that they don't.
const INSIDE: [&str; 14] =
    ["a", "a.b", "a.b.c", "b.c", "l", "l.0", "l.2", "l.2.x", "0", "1", "n", "A", "a.0", "none.x"];

/// A name that starts at the record.
pub(super) fn of_record(author: &mut Author<'_>) -> Held {
    if author.dice.one_in(150) {
        let name =
            author.dice.word(&["nope", "title.x", "collectionId", "collectionName", "rowid"]);
        return (Operand::new(name, ["unknown"]), Kind::Text);
    }
    let (home, hops) = (author.home, hops(author));
    let (mut operand, kind) = from(author, home, hops, Vec::new());
    operand.tags.insert("own");
    (operand, kind)
}

/// A name that starts at any row of a small collection.
pub(super) fn of_any_row(author: &mut Author<'_>) -> Held {
    let name = author.dice.word(&["marks", "marks", "cards", "guarded", "vault", "nope"]);
    // The reference fails where one alias stands for two collections.
    let alias = match author.dice.below(4) {
        0 => format!(":{}", name.get(..1).unwrap_or_default()),
        1 => format!(":{}", name.get(..2).unwrap_or_default()),
        _ => String::new(),
    };
    let start = format!("@collection.{name}{alias}");
    if name == "nope" {
        return (Operand::new(format!("{start}.id"), ["unknown"]), Kind::Text);
    }
    if author.many_left == 0 {
        return of_record(author);
    }
    author.many_left -= 1;
    let place = author.world.place(name);
    let hops = author.dice.below(8) / 6;
    let (mut operand, kind) = from(author, place, hops, vec![start]);
    operand.tags.extend(["many", "collection"]);
    (operand, kind)
}

/// A name below a row of a collection, over so many relations.
pub(super) fn from(
    author: &mut Author<'_>,
    start: usize,
    hops: usize,
    mut words: Vec<String>,
) -> Held {
    let mut tags = Tags::new();
    let mut place = start;
    for hop in 0..hops {
        let mut ways = author.world.hops(place, author.home);
        ways.retain(|way| {
            let closed = author.world.collections[way.to].closed || way.hidden;
            (author.many_left > 0 || !way.many)
                && (author.voice != Voice::Client || !closed || author.dice.one_in(10))
        });
        if ways.is_empty() {
            break;
        }
        let way = author.dice.pick(&ways);
        author.many_left -= usize::from(way.many);
        tags.extend(way.many.then_some("many"));
        tags.extend(way.back.then_some("back"));
        tags.extend(way.hidden.then_some("hidden"));
        tags.extend((hop == 0 && way.back && words.is_empty()).then_some("returning"));
        tags.extend(author.world.collections[way.to].ruled.then_some("ruled"));
        tags.insert("related");
        words.push(way.word.clone());
        place = way.to;
    }
    let slot = last(author, place);
    words.push(slot.name.clone());
    end(author, &slot, words, tags)
}

fn hops(author: &mut Author<'_>) -> usize {
    match author.dice.below(40) {
        0..=20 => 0,
        21..=31 => 1,
        32..=35 => 2,
        36 => 3,
        37 => 4,
        38 => 5,
        _ => 6 + author.dice.below(5) / 4,
    }
}

fn last(author: &mut Author<'_>, place: usize) -> Slot {
    let fields = &author.world.collections[place].fields;
    let mut slot = author.dice.pick(fields);
    while (slot.hidden && author.voice == Voice::Client && !author.dice.one_in(6))
        || (slot.kind == Kind::Stamp && !author.dice.one_in(3))
    {
        slot = author.dice.pick(fields);
    }
    slot.clone()
}

/// What stands behind the last field: a path inside, a modifier.
fn end(author: &mut Author<'_>, slot: &Slot, mut words: Vec<String>, mut tags: Tags) -> Held {
    let mut kind = slot.kind;
    tags.extend(slot.hidden.then_some("hidden"));
    tags.extend(slot.multiple.then_some("list"));
    tags.insert(tag(slot.kind));
    match slot.kind {
        Kind::Json if !author.dice.one_in(3) => {
            let inside = author.dice.word(&INSIDE);
            words.push(inside.to_owned());
            tags.insert("inside");
        }
        Kind::Point if !author.dice.one_in(4) => {
            words.push(author.dice.word(&["lon", "lat", "lon", "lat", "x"]).to_owned());
            tags.insert("inside");
            kind = Kind::Number;
        }
        Kind::Relation if author.dice.one_in(4) => {
            words.push("id".to_owned());
            tags.extend(slot.multiple.then_some("many"));
        }
        _ => {}
    }
    let mut text = words.join(".");
    if let Some(modifier) = modifier(author, slot) {
        text = format!("{text}:{modifier}");
        tags.insert(modifier);
        match modifier {
            "length" => kind = Kind::Number,
            "each" => tags.extend(slot.multiple.then_some("many")),
            _ => {}
        }
    }
    (Operand { text, tags }, kind)
}

fn modifier(author: &mut Author<'_>, slot: &Slot) -> Option<&'static str> {
    let fitting: &[&'static str] = match slot.kind {
        Kind::Select | Kind::Relation | Kind::File if slot.multiple => &["each", "length", "each"],
        Kind::Select | Kind::Relation | Kind::File => &["each", "length", "lower"],
        Kind::Text | Kind::Email => &["lower"],
        _ => return author.dice.one_in(40).then(|| unfit(author)),
    };
    match author.dice.below(20) {
        0..=5 => Some(author.dice.word(fitting)),
        6 => Some(unfit(author)),
        _ => None,
    }
}

fn unfit(author: &mut Author<'_>) -> &'static str {
    author.dice.word(&["lower", "length", "each", "isset", "changed", "lower", "length", "nope"])
}

fn tag(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Number => "number",
        Kind::Bool => "bool",
        Kind::Email => "email",
        Kind::Date => "date",
        Kind::Stamp => "stamp",
        Kind::Select => "select",
        Kind::Relation => "relation",
        Kind::Json => "json",
        Kind::Point => "point",
        Kind::File => "file",
    }
}
