//! Calls of functions.

use super::{
    author::{Author, Held},
    path,
    tree::Operand,
    world::Kind,
};

/// A call, most often a sound one.
pub(super) fn call(author: &mut Author<'_>) -> Held {
    if author.dice.one_in(30) {
        let odd = author.dice.word(&[
            "geoDistance(1, 2, 3)",
            "geoDistance()",
            "nope(1)",
            "strftime('%Y')",
            "strftime()",
            "geoDistance (1, 2, 3, 4)",
            "strftime(title, title)",
            "geoDistance('1', 2, 3, 4)",
            "geoDistance(1, 2, 3, 4, )",
            "strftime('%Y', strftime('%Y', day))",
            "geodistance(1,2,3,4)",
            "strftime('%Y', '2024-05-01', '1', '2', '3', '4', '5', '6', '7', '8')",
            "strftime('%Y', '2024-05-01', '1', '2', '3', '4', '5', '6', '7', '8', '9')",
        ]);
        return (Operand::new(odd, ["call", "odd"]), Kind::Number);
    }
    if author.dice.one_in(2) { distance(author) } else { strftime(author) }
}

fn distance(author: &mut Author<'_>) -> Held {
    let mut tags = vec!["call", "distance"];
    let mut start = String::new();
    if author.dice.one_in(3) {
        let hop =
            author.dice.word(&["prequel.", "related.", "book.", "books.", "books_via_author."]);
        start.push_str(hop);
        tags.push("many");
    }
    let pairs = [
        format!("{start}place.lon, {start}place.lat"),
        "13.4, 52.5".to_owned(),
        "0, 0".to_owned(),
        "num, cents".to_owned(),
        "-0.12,51.5".to_owned(),
        "data.a, data.n".to_owned(),
        "null, true".to_owned(),
        "place, 5".to_owned(),
    ];
    let first = author.dice.pick(&pairs[..2]).clone();
    let second = if author.dice.one_in(4) {
        author.dice.pick(&pairs)
    } else {
        &pairs[1 + author.dice.below(2)]
    };
    (Operand::new(format!("geoDistance({first}, {second})"), tags), Kind::Number)
}

fn strftime(author: &mut Author<'_>) -> Held {
    let format = author.dice.word(&[
        "'%Y'",
        "'%Y-%m'",
        "'%d'",
        "'%H:%M'",
        "'%s'",
        "'%j'",
        "'%w'",
        "'x'",
        "''",
        "\"%Y-%m-%d\"",
        "'%f'",
        "'%q'",
    ]);
    let (time, mut tags) = match author.dice.below(6) {
        0 => ("'2024-05-01 10:00:00.000Z'".to_owned(), Vec::new()),
        1 => {
            let odd = ["''", "5", "2460000.5", "null", "'nonsense'", "true", "-1", "'12:30'"];
            (author.dice.word(&odd).to_owned(), Vec::new())
        }
        _ => {
            let (operand, _) = path::of_record(author);
            (operand.text, operand.tags.into_iter().collect())
        }
    };
    let modifiers = author.dice.word(&[
        "",
        "",
        "",
        ", '+1 day'",
        ", 'start of month'",
        ", '-2 hours', 'start of day'",
        ", 'nope'",
        ", 'utc'",
        ", 'unixepoch'",
        ",",
    ]);
    tags.extend(["call", "strftime"]);
    (Operand::new(format!("strftime({format}, {time}{modifiers})"), tags), Kind::Date)
}
