//! What realtime hears of batches.

use serde_json::json;

use super::*;

#[tokio::test]
async fn a_failed_batch_is_not_heard_of_and_a_good_one_is_in_order() {
    let server = scene().await;
    server.handed_out().await;
    let mut socket = server.socket().await;
    assert_eq!(socket.subscribe("s", "posts").await["type"], "ok");
    let guest = server.guest();
    let id = "aaaaaaaaaaaaaaa";
    let requests = || {
        vec![
            create(json!({ "id": id, "title": "one" })),
            update(id, json!({ "title": "two" })),
            create(json!({ "id": "bbbbbbbbbbbbbbb", "title": "other" })),
            delete(id),
            create(json!({ "id": id, "title": "three" })),
        ]
    };
    let mut doomed = requests();
    doomed.push(create(json!({})));
    failed(&send(&guest, doomed).await);
    send(&guest, requests()).await.expect(200);
    let mut heard = Vec::new();
    for _ in 0..requests().len() {
        let frame = socket.frame().await;
        let (action, record) = (frame["action"].as_str().unwrap(), &frame["record"]);
        let (id, title) = (record["id"].as_str().unwrap(), record["title"].as_str().unwrap());
        heard.push(format!("{action} {} {title}", id.chars().next().unwrap()));
    }
    assert_eq!(
        heard,
        ["create a one", "update a two", "create b other", "delete a two", "create a three"]
    );
}
