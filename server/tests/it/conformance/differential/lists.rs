//! Lists that are asked: filter, sort, page, expand and fields.

use super::{
    author::{Author, Voice},
    case::{CALLERS, Case, Key, Text},
    dice::Dice,
    malformed, path,
    world::World,
};

/// Whether paths of `expand` go back along relations.
const EXPANDS_BACK: bool = false;

/// A list with random parameters.
pub(super) fn list(world: &World, seed: u64) -> Case {
    let mut dice = Dice::new(seed);
    let who = dice.word(&CALLERS);
    let name = dice.word(&[
        "books", "books", "books", "books", "notes", "notes", "genres", "people", "people",
        "cards", "guarded", "marks", "vault",
    ]);
    let voice = if who == "superuser" { Voice::Superuser } else { Voice::Client };
    let mut author = Author::new(world, dice.seed(), world.place(name), voice);
    let mut case = Case::list(who, name);
    if !dice.one_in(12) {
        let tree = author.tree();
        case.filter = Some(match dice.below(6) {
            0 => malformed::damaged(&mut dice, &tree),
            _ => Text::Tree(tree),
        });
    }
    case.sort = sort(&mut author);
    case.query.extend(paging(&mut dice));
    if dice.one_in(5) {
        case.expand = expand(&mut author);
    }
    if dice.one_in(5) {
        case.fields = fields(&mut author);
    }
    case
}

fn sort(author: &mut Author<'_>) -> Vec<Key> {
    let mut keys = Vec::new();
    if author.dice.one_in(3) {
        let many = 1 + author.dice.below(3);
        keys.extend((0..many).map(|_| key(author)));
    }
    if author.dice.one_in(150) {
        keys.extend((0..8).map(|_| Key { text: "id".to_owned(), tags: Vec::new() }));
    }
    if !author.dice.one_in(8) {
        let last = author.dice.word(&["id", "id", "-id", "@rowid", "-@rowid", "+id"]);
        keys.push(Key { text: last.to_owned(), tags: Vec::new() });
    }
    keys
}

fn key(author: &mut Author<'_>) -> Key {
    let direction = author.dice.word(&["", "-", "", "-", "+"]);
    if author.dice.one_in(25) {
        let odd = author.dice.word(&[
            "@random",
            "",
            " id",
            "id ",
            "- id",
            "--id",
            "nope",
            "@now",
            "id.x",
            "id:nope",
            "'id'",
            "5",
            "@request.auth.id",
            "@collection.marks.id",
            "@collection.nope.id",
            "id id",
            "id\n",
            "(id)",
            "geoDistance(1,2,3,4)",
            "rowid",
            "id;drop table books",
            "title collate nocase",
            "title desc",
            "collectionId",
            "@rowid:lower",
            "books_via_genre",
            "ID",
        ]);
        return Key { text: format!("{direction}{odd}"), tags: vec!["odd"] };
    }
    let (operand, _) = path::of_record(author);
    // Times and file names are made anew on each server.
    let (text, tags) = match operand.tags.contains("stamp") || operand.tags.contains("file") {
        true => ("flag".to_owned(), Vec::new()),
        false => (operand.text, operand.tags.into_iter().collect()),
    };
    Key { text: format!("{direction}{text}"), tags }
}

fn paging(dice: &mut Dice) -> Vec<(&'static str, String)> {
    let mut query = Vec::new();
    if dice.one_in(3) {
        let size = dice.word(&["1", "2", "3", "5", "7", "10", "50", "500", "1000"]);
        query.push(("perPage", size.to_owned()));
        let page = dice.word(&["1", "2", "3", "4", "9", "1000"]);
        query.push(("page", page.to_owned()));
    } else if dice.one_in(30) {
        let odd = [
            "0",
            "-1",
            "abc",
            "",
            "1.5",
            " 1",
            "1e3",
            "+2",
            "1001",
            "99999",
            "99999999999999999999",
            "0x10",
            "1_000",
            "\u{661}",
            "2147483648",
        ];
        query.push((dice.word(&["page", "perPage"]), dice.word(&odd).to_owned()));
    }
    if dice.one_in(4) {
        let flag = dice.word(&["1", "true", "0", "false", "t", "TRUE", "yes", "", "tRue"]);
        query.push(("skipTotal", flag.to_owned()));
    }
    query
}

/// Paths of relations, as deep as can be and beyond.
fn expand(author: &mut Author<'_>) -> Vec<Key> {
    let many = 1 + author.dice.below(3);
    (0..many).map(|_| expansion(author)).collect()
}

fn expansion(author: &mut Author<'_>) -> Key {
    if author.dice.one_in(25) {
        let odd = [
            ".",
            "a..b",
            "genre.",
            ".genre",
            " genre ",
            "title",
            "*",
            "Genre",
            "id",
            "genre.nope",
            "genre.parent.parent.parent.parent.parent.parent.parent",
        ];
        let text = author.dice.word(&odd).to_owned();
        let unknown = text.contains("nope");
        return Key { text, tags: if unknown { vec!["unknown"] } else { Vec::new() } };
    }
    let hops = 1 + author.dice.below(8) / 3 + author.dice.below(12) / 10;
    let (mut place, mut words, mut tags) = (author.home, Vec::new(), Vec::new());
    for _ in 0..hops {
        let mut ways = author.world.hops(place, author.home);
        ways.retain(|way| EXPANDS_BACK || !way.back);
        if ways.is_empty() {
            break;
        }
        let way = author.dice.pick(&ways);
        tags.extend(way.hidden.then_some("hidden"));
        words.push(way.word.clone());
        place = way.to;
    }
    Key { text: words.join("."), tags }
}

fn fields(author: &mut Author<'_>) -> Vec<String> {
    let many = 1 + author.dice.below(4);
    (0..many)
        .map(|_| {
            let slots = &author.world.collections[author.home].fields;
            let name = author.dice.pick(slots).name.clone();
            let inside = author.dice.word(&[
                "data.a",
                "data.b.c",
                "place.lon",
                "data.l.x",
                "meta.a",
                "expand",
                "expand.*",
                "expand.genre.name",
                "expand.author.*",
                "expand.related.title",
                "*",
                "*",
                "nope",
                "expand.genres.id",
                "prefs",
                "mark.l",
                "collectionName",
                "collectionId",
            ]);
            let excerpts = [
                "excerpt(3)",
                // Cut further on, a file's name ends in its random part.
                "excerpt(8,true)",
                "excerpt( 9 , false )",
                "excerpt(40,1)",
                "excerpt(0)",
                "excerpt()",
                "excerpt(-1)",
                "excerpt(a)",
                "excerpt",
                "nope",
                "excerpt(5,true,1)",
                "excerpt(7, true)",
                "excerpt(200,true)",
                "excerpt(5,yes)",
                "excerpt(9999999999)",
            ];
            match author.dice.below(8) {
                0..=2 => name,
                3 => {
                    let excerpt = author.dice.word(&excerpts);
                    let text =
                        author.dice.word(&["title", "body", "text", "name", "*", "data", "word"]);
                    format!("{text}:{excerpt}")
                }
                4 => format!(" {name} "),
                _ => inside.to_owned(),
            }
        })
        .collect()
}
