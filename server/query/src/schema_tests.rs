//! Random filters on random schemas: every way of asking gives the same answer, and no answer
//! depends on what the caller may not read.

use std::sync::Arc;

use proptest::prelude::*;
use rusqlite::Connection;
use sea_query::SelectStatement;
use underpin_model::{
    Collection, FieldOptions, Json, Record, RequestInfo, Value, record::Audience,
};

use crate::{
    Condition, Filter, Projection, ResolveError, RowSource, Scope, SortKey, Trust, Verdict, Window,
    count, exists, matches, page, page_after, parse, parse_sort,
    random_filter::{Author, Speech},
    random_schema::{self, Dice},
    testing::{self, TestSchema, rule},
};

const ALL: Window = Window { offset: 0, limit: 1_000 };
const EVERYONE: Projection = Projection::Public { audience: Audience::Everyone };

fn throws() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 300)
}

/// The ids of the page, those of the records that are found stored and as literals, and what
/// memory says of each record.
type Answers = (Vec<String>, [Vec<String>; 2], Vec<(String, Verdict)>);

fn answers(
    scope: &Scope<'_>,
    connection: &Connection,
    records: &[Record],
    filter: &Filter,
) -> Result<Answers, ResolveError> {
    let (always, filter) = (&Condition::Always, Some(filter));
    let own = || records.iter().filter(|record| record.collection().id == scope.collection.id);
    let listed = page(scope, always, filter, &[], ALL, Projection::Stored).and_then(|select| {
        let number = count(scope, always, filter, &[])?.select;
        let listed = testing::json(connection, &select);
        let ids = listed.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap());
        let ids: Vec<String> = ids.map(str::to_owned).collect();
        let number = testing::first(connection, &number);
        assert_eq!(number, Some(i64::try_from(ids.len()).unwrap().into()), "counted and listed");
        Ok(ids)
    });
    let found = |row: for<'r> fn(&'r Record) -> RowSource<'r>| {
        let mut ids = Vec::new();
        for record in own() {
            let select = exists(scope, always, filter, row(record))?;
            ids.extend(testing::first(connection, &select).map(|_| record.id().to_owned()));
        }
        Ok::<_, ResolveError>(ids)
    };
    let stored = found(|record| RowSource::Table(record.id()));
    let literal = found(|record| RowSource::Literal(record));
    let memory: Result<Vec<_>, _> = own()
        .map(|record| Ok((record.id().to_owned(), matches(scope, always, filter, record)?)))
        .collect();
    if own().next().is_some() {
        for other in [stored.as_ref().err(), literal.as_ref().err(), memory.as_ref().err()] {
            assert_eq!(other, listed.as_ref().err(), "refused one way and not the other");
        }
    }
    Ok((listed?, [stored?, literal?], memory?))
}

/// The answers to a client: the page, the number of records, and the rows with the keys that a
/// cursor is made from; or the refusal.
fn told(
    scope: &Scope<'_>,
    connection: &Connection,
    condition: &Condition,
    (filter, sort): (&Filter, &[SortKey]),
) -> Result<[Vec<Json>; 3], ResolveError> {
    let filter = Some(filter);
    let page = page(scope, condition, filter, sort, ALL, EVERYONE)?;
    let number = count(scope, condition, filter, sort)?.select;
    let behind = page_after(scope, condition, filter, sort, None, 1_000, EVERYONE)?;
    let shown = |select: &SelectStatement| {
        let rows = testing::rows(connection, select);
        rows.into_iter().map(|row| Json::from(format!("{row:?}"))).collect()
    };
    Ok([shown(&page), shown(&number), shown(&behind)])
}

/// The record with other values in whatever a client may not see of it: hidden fields, a private
/// address, and all but the links of a record that is not open.
fn disguised(dice: &mut Dice, record: &Record, own: bool) -> Record {
    let mut other = record.clone();
    let private = record.collection().is_auth() && !record.flag("emailVisibility") && !own;
    for field in &record.collection().fields {
        let is_link = matches!(field.options, FieldOptions::Relation(_));
        let is_kept = ["id", "open", "emailVisibility"].contains(&field.name.as_str());
        let is_closed = !record.flag("open") && !is_link && !is_kept;
        if field.hidden || is_closed || (private && field.name == "email") {
            let value = random_schema::value(dice, field);
            other.set(&field.name, field.read_stored(&value));
        }
    }
    other
}

fn scene(throws: Vec<u16>) -> (Dice, TestSchema, Vec<Record>, Arc<Collection>, RequestInfo) {
    let mut dice = Dice::of(throws);
    let schema = random_schema::schema(&mut dice);
    let records = random_schema::records(&mut dice, &schema);
    let collection = Arc::clone(dice.pick(&schema.collections));
    let request = random_schema::request(&mut dice, &records, &collection.fields);
    (dice, schema, records, collection, request)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_way_of_asking_gives_the_same_answer(throws in throws()) {
        let (mut dice, schema, records, collection, request) = scene(throws);
        let connection = testing::database(&schema, &records);
        for trust in [Trust::Rule, Trust::Client] {
            let speech = if trust == Trust::Rule { Speech::Everything } else { Speech::Records };
            let mut author = Author { dice: &mut dice, schema: &schema, speech };
            for _ in 0..4 {
                let text = author.filter(&collection, 2);
                let filter = parse(&text).unwrap();
                let scope = testing::scope(&schema, &collection, &request, trust);
                let Ok(answers) = answers(&scope, &connection, &records, &filter) else { continue };
                let (listed, [stored, literal], memory) = answers;
                prop_assert_eq!(&listed, &stored, "listed and stored: {}", text);
                prop_assert_eq!(&listed, &literal, "listed and literal: {}", text);
                for (id, verdict) in memory {
                    let expected = match verdict {
                        Verdict::NeedsDatabase => continue,
                        verdict => verdict == Verdict::Yes,
                    };
                    prop_assert_eq!(listed.contains(&id), expected, "{} in memory: {}", id, text);
                }
            }
        }
    }

    #[test]
    fn nothing_concealed_shows_in_what_a_client_is_told(throws in throws()) {
        let (mut dice, mut schema, records, collection, request) = scene(throws);
        for other in &schema.collections {
            schema.list_rules.insert(other.name.clone(), rule("open = true"));
        }
        let own = request.who.record().map(|record| record.id().to_owned());
        let is_own = |record: &Record| own.as_deref() == Some(record.id());
        let others: Vec<Record> =
            records.iter().map(|record| disguised(&mut dice, record, is_own(record))).collect();
        let databases = [&records, &others].map(|rows| testing::database(&schema, rows));
        let scope = testing::scope(&schema, &collection, &request, Trust::Client);
        for _ in 0..6 {
            let mut author = Author { dice: &mut dice, schema: &schema, speech: Speech::Records };
            let (text, sort) = (author.filter(&collection, 2), author.sort(&collection));
            let filter = parse(&text).unwrap();
            let sorted = parse_sort(&sort, Trust::Client).unwrap();
            let [first, second] = databases.each_ref().map(|connection| {
                told(&scope, connection, &rule("open = true"), (&filter, &sorted))
            });
            prop_assert_eq!(first, second, "filter={} sort={}", text, sort);
        }
    }
}

#[test]
fn the_disguise_changes_what_is_hidden() {
    let mut field = testing::field("secret", "text", serde_json::json!({}));
    field.hidden = true;
    let fields = vec![testing::field("id", "text", serde_json::json!({})), field];
    let kind = underpin_model::CollectionKind::Base;
    let record = Record::empty(&testing::collection("c", kind, fields));
    let other = disguised(&mut Dice::of(vec![5; 9]), &record, false);
    assert_ne!(other.get("secret"), Some(&Value::Text(String::new())));
}
