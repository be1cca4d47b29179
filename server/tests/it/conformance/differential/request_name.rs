//! Names below `@request`.

use super::{
    author::{Author, Held, Voice},
    path,
    tree::Operand,
    world::Kind,
};

/// A name of the request: the caller, the body, the query, the headers.
pub(super) fn name(author: &mut Author<'_>) -> Held {
    let (mut operand, kind) = match author.dice.below(20) {
        0..=7 => auth(author),
        8..=14 => body(author),
        15..=17 => query(author),
        18 => {
            let words = [
                "method",
                "context",
                "context",
                "method",
                "headers.x_pass",
                "headers.x_pass:isset",
                "headers.x_pass:lower",
                "headers.none",
                "headers.x_pass.y",
                "nope",
                "auth",
                "method:lower",
                "method:isset",
                "context:changed",
                "headers.x_pass:length",
                "headers",
            ];
            let word = author.dice.word(&words);
            (Operand::new(format!("@request.{word}"), []), Kind::Text)
        }
        _ => {
            let mut word = author.dice.word(&[
                "query.q:changed",
                "query.q:each",
                "body.nope:changed",
                "body.nope:each",
                "auth.nope:lower",
                "body.word:each",
                "body.num:length",
                "body",
                "query",
                "auth.id:isset",
                "auth.likes:changed",
            ]);
            // What superusers are called is made anew on each server.
            if author.voice == Voice::Superuser && word == "auth.id:isset" {
                word = "auth.nope:isset";
            }
            (Operand::new(format!("@request.{word}"), ["unfit"]), Kind::Text)
        }
    };
    operand.tags.insert("request");
    (operand, kind)
}

fn auth(author: &mut Author<'_>) -> Held {
    let fixed = [
        "id",
        "id",
        "id",
        "email",
        "collectionName",
        "collectionId",
        "verified",
        "nope",
        "name",
        "emailVisibility",
        "nope.x",
    ];
    // What superusers are called is made anew on each server.
    if author.voice == Voice::Superuser {
        let word =
            author.dice.word(&["email", "collectionName", "nope", "verified", "likes", "x.y"]);
        return (Operand::new(format!("@request.auth.{word}"), ["auth"]), Kind::Text);
    }
    if author.dice.one_in(3) {
        let word = author.dice.word(&fixed);
        return (Operand::new(format!("@request.auth.{word}"), ["auth"]), Kind::Text);
    }
    let people = author.world.place("people");
    let hops = author.dice.below(10) / 6;
    let (mut operand, kind) = path::from(author, people, hops, vec!["@request.auth".to_owned()]);
    operand.tags.insert("auth");
    (operand, kind)
}

fn body(author: &mut Author<'_>) -> Held {
    let hops = author.dice.below(10) / 7;
    let home = author.home;
    let (mut operand, mut kind) = path::from(author, home, hops, vec!["@request.body".to_owned()]);
    operand.tags.insert("body");
    if !operand.text.contains(':') && author.dice.one_in(4) {
        let modifier =
            author.dice.word(&["isset", "changed", "isset", "changed", "length", "each"]);
        operand.text = format!("{}:{modifier}", operand.text);
        operand.tags.insert(modifier);
        if matches!(modifier, "isset" | "changed") {
            kind = Kind::Bool;
        }
    }
    (operand, kind)
}

fn query(author: &mut Author<'_>) -> Held {
    let words = [
        "q",
        "num",
        "none",
        "q:isset",
        "none:isset",
        "q:lower",
        "flag",
        "word",
        "filter",
        "q.x",
        "day",
        "tags",
        "data.a",
    ];
    let word = author.dice.word(&words);
    (Operand::new(format!("@request.query.{word}"), ["query"]), Kind::Text)
}
