//! What the client sends, and what it makes of the answers.

#[cfg(test)]
mod script;
#[cfg(test)]
mod tokens;

use futures_util::TryStreamExt;
use script::Script;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use underpin::{Error, Record, filter};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Post {
    title: String,
}

fn page(number: u32, ids: &[&str]) -> Value {
    let items: Vec<Value> = ids.iter().map(|id| json!({"id": id, "title": id})).collect();
    json!({"page": number, "perPage": 2, "totalItems": -1, "totalPages": -1, "items": items})
}

#[tokio::test]
async fn a_list_asks_for_exactly_what_was_said() {
    let script = Script::bind().await;
    let list = script
        .client()
        .collection("my posts")
        .list::<Post>()
        .filter(filter!("a = {}", "x&y"))
        .filter(filter!("b > {}", 1));
    let asking = tokio::spawn(async move {
        list.sort("-created")
            .expand("author")
            .fields("id,title")
            .page(3)
            .per_page(2)
            .skip_total()
            .await
    });
    let request = script.next().await;
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("GET", "/api/collections/my%20posts/records")
    );
    assert_eq!(request.asked("filter"), Some("(a = 'x&y') && (b > 1)"));
    assert_eq!(request.asked("sort"), Some("-created"));
    assert_eq!(
        (request.asked("expand"), request.asked("fields")),
        (Some("author"), Some("id,title"))
    );
    assert_eq!(
        (request.asked("page"), request.asked("perPage"), request.asked("skipTotal")),
        (Some("3"), Some("2"), Some("1"))
    );
    request.answer(200, page(3, &["a"])).await;
    let page = asking.await.unwrap().unwrap();
    assert_eq!((page.page, page.items[0].title.as_str(), page.total_items()), (3, "a", None));
}

#[tokio::test]
async fn all_pages_are_walked_until_one_is_not_full() {
    let script = Script::bind().await;
    let list = script.client().collection("posts").list::<Post>().per_page(1000);
    let asking =
        tokio::spawn(list.all().map_ok(|post| post.id().to_owned()).try_collect::<Vec<_>>());
    // The server holds pages smaller than was asked for.
    for (number, ids) in [(1, &["a", "b"][..]), (2, &["c", "d"]), (3, &["e"])] {
        let request = script.next().await;
        assert_eq!(request.asked("page"), Some(number.to_string().as_str()));
        request.answer(200, page(number, ids)).await;
    }
    assert_eq!(asking.await.unwrap().unwrap(), ["a", "b", "c", "d", "e"]);
}

#[tokio::test]
async fn all_pages_go_by_cursors_where_the_server_has_them() {
    let script = Script::bind().await;
    let list = script.client().collection("posts").list::<Post>().per_page(2);
    let asking =
        tokio::spawn(list.all().map_ok(|post| post.id().to_owned()).try_collect::<Vec<_>>());
    let next = [json!("c1"), json!("c2"), json!(null)];
    for (asked, ids, next) in [
        ("", &["a", "b"][..], &next[0]),
        ("c1", &["c", "d"], &next[1]),
        ("c2", &["e", "f"], &next[2]),
    ] {
        let request = script.next().await;
        assert_eq!(request.asked("cursor"), Some(asked));
        let mut page = page(1, ids);
        page["nextCursor"] = next.clone();
        request.answer(200, page).await;
    }
    assert_eq!(asking.await.unwrap().unwrap(), ["a", "b", "c", "d", "e", "f"]);
}

#[tokio::test]
async fn the_first_of_none_is_not_found() {
    let script = Script::bind().await;
    let list = script.client().collection("posts").list::<Post>();
    let asking = tokio::spawn(list.first());
    script.next().await.answer(200, page(1, &[])).await;
    assert!(asking.await.unwrap().unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_filter_that_cannot_be_written_is_not_sent() {
    let client = Script::bind().await.client();
    let list = client.collection("posts").list::<Post>().filter(filter!("a = {}", f64::NAN));
    assert!(matches!(list.await, Err(Error::Filter(_))));
}

#[tokio::test]
async fn an_empty_id_does_not_reach_the_whole_collection() {
    let client = Script::bind().await.client();
    assert!(matches!(client.collection("posts").delete("").await, Err(Error::Address(_))));
    assert!(matches!(client.collection("posts").get::<Post>("..").await, Err(Error::Address(_))));
}

#[tokio::test]
async fn files_travel_beside_the_data() {
    let script = Script::bind().await;
    let write = script.client().collection("posts").create(&Post { title: "Hi".into() });
    let writing =
        tokio::spawn(async move { write.file("image", "cat.png", *b"pixels", "image/png").await });
    let request = script.next().await;
    assert!(request.head.contains("multipart/form-data"));
    for part in [
        "name=\"@jsonPayload\"",
        r#"{"title":"Hi"}"#,
        "name=\"image\"",
        "filename=\"cat.png\"",
        "image/png",
        "pixels",
    ] {
        assert!(request.body.contains(part), "{part} is missing in {}", request.body);
    }
    request.answer(200, json!({"id": "p1", "title": "Hi"})).await;
    assert_eq!(writing.await.unwrap().unwrap().data, Post { title: "Hi".into() });
}

#[tokio::test]
async fn an_answer_may_be_read_as_another_type() {
    let script = Script::bind().await;
    let write =
        script.client().collection("posts").update("p1", &json!({"views+": 1})).returning::<Post>();
    let writing = tokio::spawn(async move { write.await });
    let request = script.next().await;
    assert_eq!((request.method.as_str(), request.body.as_str()), ("PATCH", r#"{"views+":1}"#));
    request.answer(200, json!({"id": "p1", "title": "Hi"})).await;
    let post: Record<Post> = writing.await.unwrap().unwrap();
    assert_eq!(post.title, "Hi");
}

#[tokio::test]
async fn a_refusal_names_the_fields() {
    let script = Script::bind().await;
    let write = script.client().collection("posts").create(&Post { title: String::new() });
    let writing = tokio::spawn(async move { write.await });
    let problem = json!({"code": "validation_required", "message": "Cannot be blank."});
    script
        .next()
        .await
        .answer(400, json!({"status": 400, "message": "Failed.", "data": {"title": problem}}))
        .await;
    let error = writing.await.unwrap().unwrap_err();
    assert!(error.is_validation());
    assert_eq!(error.field("title").unwrap().code, "validation_required");
    assert_eq!(error.to_string(), "the server answered 400: Failed.");
}

#[tokio::test]
async fn a_busy_server_is_asked_again_but_a_write_never_is() {
    let script = Script::bind().await;
    let client = script.client();
    let asking = tokio::spawn({
        let get = client.collection("posts").get::<Post>("p1");
        async move { get.await }
    });
    script.next().await.answer_with(503, "", "{}").await;
    script.next().await.answer_with(429, "retry-after: 0\r\n", "{}").await;
    script.next().await.answer(200, json!({"id": "p1", "title": "Hi"})).await;
    assert_eq!(asking.await.unwrap().unwrap().id(), "p1");
    let write = client.collection("posts").create(&Post { title: "Hi".into() });
    let writing = tokio::spawn(async move { write.await });
    script.next().await.answer_with(429, "retry-after: 0\r\n", "{}").await;
    assert!(writing.await.unwrap().unwrap_err().is_rate_limited());
}

#[tokio::test]
async fn a_batch_is_one_request_and_answers_in_order() {
    let script = Script::bind().await;
    let batch = script.client().batch().create("a", &json!({"n": 1})).file(
        "doc",
        "d.txt",
        "text",
        "text/plain",
    );
    let sending = tokio::spawn(batch.update("b", "x", &json!({"n": 2})).delete("c", "y").send());
    let request = script.next().await;
    assert_eq!(request.path, "/api/batch");
    assert!(request.body.contains("name=\"requests.0.doc\""));
    let urls = r#"{"requests":[{"body":{"n":1},"method":"POST","url":"/api/collections/a/records"},{"body":{"n":2},"method":"PATCH","url":"/api/collections/b/records/x"},{"body":{},"method":"DELETE","url":"/api/collections/c/records/y"}]}"#;
    assert!(request.body.contains(urls), "{}", request.body);
    request.answer(200, json!([{"status": 200, "body": {"id": "1", "title": "t"}}, {"status": 200, "body": {}}, {"status": 204, "body": null}])).await;
    let answers = sending.await.unwrap().unwrap();
    assert_eq!(answers[0].record::<Post>().unwrap().title, "t");
    assert_eq!(answers[2].status, 204);
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn an_encrypted_connection_needs_no_global_set_up() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client =
        underpin::Client::new(&format!("https://{}", listener.local_addr().unwrap())).unwrap();
    let asking = tokio::spawn(async move { client.health().await });
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut first = [0; 1];
    tokio::io::AsyncReadExt::read_exact(&mut stream, &mut first).await.unwrap();
    // 22 opens a TLS handshake.
    assert_eq!(first, [22]);
    drop(stream);
    assert!(matches!(asking.await.unwrap(), Err(Error::Transport(_))));
}
