//! Records keep both halves, and lists say what they know.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Page, Record};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Post {
    title: String,
    #[serde(default)]
    created: Option<String>,
}

#[test]
fn a_record_written_and_read_again_is_the_same() {
    let value = json!({"id": "p1", "collectionId": "c1", "collectionName": "posts", "title": "Hi", "created": "now", "expand": {"author": {"id": "u1"}}});
    let record: Record<Post> = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(
        (record.id(), record.title.as_str(), record.created.as_deref()),
        ("p1", "Hi", Some("now"))
    );
    assert_eq!(serde_json::to_value(&record).unwrap(), value);
}

#[test]
fn a_record_cut_by_fields_has_empty_meta() {
    let record: Record<Value> = serde_json::from_value(json!({"title": "Hi"})).unwrap();
    assert_eq!(record.meta, Default::default());
    assert!(record.expanded_all::<Value>("author").unwrap().is_empty());
}

#[test]
fn a_multiple_relation_expands_to_all_of_them() {
    let record: Record<Value> = serde_json::from_value(
        json!({"id": "p", "expand": {"tags": [{"id": "a"}, {"id": "b"}], "one": {"id": "c"}}}),
    )
    .unwrap();
    let tags = record.expanded_all::<Value>("tags").unwrap();
    assert_eq!(tags.iter().map(Record::id).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(record.expanded_all::<Value>("one").unwrap().len(), 1);
    assert!(record.expanded::<Post>("one").is_err());
}

#[test]
fn a_list_without_counting_has_no_totals() {
    let page: Page<Value> = serde_json::from_value(
        json!({"page": 1, "perPage": 30, "totalItems": -1, "totalPages": -1, "items": []}),
    )
    .unwrap();
    assert_eq!((page.total_items(), page.total_pages()), (None, None));
}
