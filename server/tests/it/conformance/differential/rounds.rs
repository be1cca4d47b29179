//! Rounds about rules: a collection gets a random rule, then everybody asks for what it governs.

use super::{
    author::{Author, Voice},
    bodies,
    case::{Act, CALLERS, COPY, Case, Key, Text},
    dice::Dice,
    malformed,
    world::World,
};

/// The rules of a collection.
pub(super) const RULES: [&str; 5] =
    ["listRule", "viewRule", "createRule", "updateRule", "deleteRule"];

/// Questions that follow after a rule was set.
const ASKS: usize = 9;

/// The cases of one rule of a collection: it is set, then asked.
pub(super) fn round(world: &World, seed: u64, collection: &str) -> Vec<Case> {
    let mut dice = Dice::new(seed);
    let place = world.place(collection);
    let rule_name = dice.word(&RULES);
    let tree = Author::new(world, dice.seed(), place, Voice::Rule).tree();
    let rule = match dice.below(10) {
        0 => malformed::damaged(&mut dice, &tree),
        _ => Text::Tree(tree),
    };
    let mut set = Case::of("superuser", collection, Act::Rule);
    set.rule = Some((rule_name, rule));
    let asks: Vec<Case> = (0..ASKS)
        .map(|at| {
            let who = if dice.one_in(15) { "superuser" } else { CALLERS[at % 3] };
            let mut case = Case::of(who, collection, act(&mut dice, world, place, rule_name));
            case.rule.clone_from(&set.rule);
            if matches!(case.act, Act::List) {
                list(&mut dice, world, place, &mut case);
            }
            case.query.extend(query(&mut dice));
            if dice.one_in(3) {
                case.headers.push(("X-Pass", dice.word(&["open", "Open", "", "5"])));
            }
            case
        })
        .collect();
    std::iter::once(set).chain(asks).collect()
}

fn act(dice: &mut Dice, world: &World, place: usize, rule_name: &str) -> Act {
    let shape = &world.collections[place];
    let id = dice.pick(&world.ids[&shape.name]).clone();
    match rule_name {
        "listRule" => Act::List,
        "viewRule" => Act::View(id),
        "createRule" => {
            let mut body = bodies::body(dice, world, shape);
            body["id"] = COPY.into();
            Act::Create(body)
        }
        "updateRule" => Act::Update(id, bodies::body(dice, world, shape)),
        _ => Act::Delete(id),
    }
}

/// The whole list, sometimes with a filter of the caller's own.
fn list(dice: &mut Dice, world: &World, place: usize, case: &mut Case) {
    case.query.push(("perPage", "500".to_owned()));
    case.sort.push(Key { text: "id".to_owned(), tags: Vec::new() });
    if dice.one_in(3) {
        let voice = if case.who == "superuser" { Voice::Superuser } else { Voice::Client };
        case.filter = Some(Text::Tree(Author::new(world, dice.seed(), place, voice).tree()));
    }
}

/// Parameters that mean nothing but to rules.
fn query(dice: &mut Dice) -> Vec<(&'static str, String)> {
    let values =
        ["", "a", "5", "5.0", "abc", "red", "-1", "true", "book00000000003", "2024-05-01", "%"];
    let many = dice.below(5) / 2;
    (0..many)
        .map(|_| {
            let name = dice.word(&["q", "num", "flag", "word", "day", "tags"]);
            (name, dice.word(&values).to_owned())
        })
        .collect()
}
