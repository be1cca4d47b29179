//! What it does.

use super::*;

#[tokio::test]
async fn rows_come_as_texts_with_their_columns() {
    let server = server().await;
    let query = "SELECT id, title, NULL AS blank FROM posts WHERE n > 1 ORDER BY n";
    let answer = ask(&server, query, false).await.ok();
    assert_eq!(
        answer["rows"],
        json!([["post00000000002", "t2", null], ["post00000000003", "t3", null]])
    );
    let names: Vec<_> =
        answer["columns"].as_array().unwrap().iter().map(|column| &column["name"]).collect();
    assert_eq!(names, ["id", "title", "blank"]);
    assert_eq!(answer["columns"][0]["type"], "TEXT");
    assert_eq!(answer["affectedRows"], 0);
    let nothing = ask(&server, "SELECT id FROM posts WHERE n > 9", false).await.ok();
    assert_eq!((&nothing["rows"], &nothing["columns"][0]["name"]), (&json!([]), &json!("id")));
    server.stop().await;
}

#[tokio::test]
async fn a_thousand_rows_are_enough() {
    let server = server().await;
    let many = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 3000) \
                SELECT x FROM c";
    assert_eq!(rows(&server, many).await.as_array().unwrap().len(), 1_000);
    server.stop().await;
}

#[tokio::test]
async fn who_means_it_writes_and_everybody_sees_it() {
    let server = server().await;
    let root = server.superuser();
    let path = "/api/collections/posts/records";
    assert_eq!(root.get(path).await.ok()["totalItems"], 3);
    let gone = ask(&server, "DELETE FROM posts WHERE n > 1", true).await.ok();
    assert_eq!((&gone["affectedRows"], &gone["rows"]), (&json!(2), &json!([])));
    assert_eq!(root.get(path).await.ok()["totalItems"], 1, "what was counted before is not told");
    let changed = "UPDATE posts SET title = 'new' WHERE n = 1 RETURNING id, title";
    let changed = ask(&server, changed, true).await.ok();
    assert_eq!(changed["rows"], json!([["post00000000001", "new"]]));
    let record = root.get(&format!("{path}/post00000000001")).await.ok();
    assert_eq!(record["title"], "new");
    server.stop().await;
}

#[tokio::test]
async fn a_write_that_fails_changes_nothing() {
    let server = server().await;
    let twice = "INSERT INTO posts (id, title) VALUES ('x', 'x'), ('post00000000001', 'x')";
    let refused = ask(&server, twice, true).await.expect(400);
    assert!(refused["message"].as_str().unwrap().to_lowercase().contains("unique"), "{refused}");
    assert_eq!(rows(&server, "SELECT count(*) FROM posts").await, json!([["3"]]));
    // The writer serves others as before.
    server.superuser().create("posts", json!({ "title": "after" })).await;
    server.stop().await;
}

#[tokio::test]
async fn the_schema_and_its_shape_can_be_asked_for_by_parts() {
    let server = server().await;
    let root = server.superuser();
    let answer = root.post("/api/sql?fields=rows", json!({ "query": "SELECT 1" })).await.ok();
    assert_eq!(answer, json!({ "rows": [["1"]] }));
    let names = "SELECT name FROM _collections WHERE name IN ('posts', 'users') ORDER BY name";
    assert_eq!(rows(&server, names).await, json!([["posts"], ["users"]]));
    server.stop().await;
}

#[tokio::test]
async fn a_plan_is_shown_and_a_comment_is_nothing() {
    let server = server().await;
    let plan = rows(&server, "EXPLAIN SELECT * FROM posts WHERE id = 'x'").await;
    assert!(!plan.as_array().unwrap().is_empty());
    assert_eq!(rows(&server, "-- nothing").await, json!([]));
    server.stop().await;
}
