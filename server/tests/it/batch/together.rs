//! All of a batch, or nothing; beside others who write.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::*;
use crate::everything::Everything;

#[tokio::test]
async fn a_failure_at_any_place_leaves_everything_as_it_was() {
    let server = scene().await;
    let guest = server.guest();
    let old = guest.create("posts", json!({ "title": "old" })).await;
    let old = old["id"].as_str().unwrap();
    let before = Everything::of(&server);
    let good = || {
        vec![
            create(json!({ "id": "aaaaaaaaaaaaaaa", "title": "new" })),
            update("aaaaaaaaaaaaaaa", json!({ "count+": 5 })),
            update(old, json!({ "title": "changed" })),
            json!({ "method": "PUT", "url": POSTS, "body": { "id": old, "count": 3 } }),
            delete(old),
            create(json!({ "id": old, "title": "again" })),
        ]
    };
    for place in 0..=good().len() {
        for bad in [
            create(json!({ "title": "" })),
            update("zzzzzzzzzzzzzzz", json!({})),
            delete("zzzzzzzzzzzzzzz"),
            json!({ "method": "PATCH", "url": "/api/settings", "body": { "batch": {} } }),
            json!({ "method": "POST", "url": "/api/collections/_superusers/records" }),
        ] {
            let mut requests = good();
            requests.insert(place, bad.clone());
            let (at, _) = failed(&send(&guest, requests).await);
            assert_eq!(at, place.to_string(), "{bad}");
            before.assert_same(&Everything::of(&server), &format!("{bad} at {place}"));
        }
    }
    let done = send(&guest, good()).await.expect(200);
    assert_eq!(done.as_array().unwrap().len(), good().len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failing_batches_take_nothing_of_their_neighbours_with_them() {
    let server = scene().await;
    let guest = server.guest();
    let batches = (0..40).map(|number| {
        let guest = guest.clone();
        async move {
            let id = |place: usize| format!("b{number:02}p{place:011}");
            let mut requests: Vec<Value> = (0..5)
                .map(|place| create(json!({ "id": id(place), "title": format!("{number}") })))
                .collect();
            if number % 2 == 1 {
                requests.push(create(json!({ "id": id(0), "title": "twice" })));
            }
            send(&guest, requests).await.status
        }
    });
    let singles = (0..40).map(|number| {
        let guest = guest.clone();
        async move { guest.create("posts", json!({ "title": format!("single {number}") })).await }
    });
    let (statuses, _) = tokio::join!(join_all(batches), join_all(singles));
    for (number, status) in statuses.into_iter().enumerate() {
        assert_eq!(status, if number % 2 == 1 { 400 } else { 200 }, "batch {number}");
    }
    let there = guest.ids("posts", &[("perPage", "500"), ("sort", "id")]).await;
    let of_batches: Vec<_> = there.iter().filter(|id| id.contains("p0000")).collect();
    assert_eq!((there.len(), of_batches.len()), (20 * 5 + 40, 20 * 5));
    let is_even = |id: &&String| id.get(1..3).unwrap().parse::<u32>().unwrap() % 2 == 0;
    assert!(of_batches.into_iter().all(|id| is_even(&id)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counters_that_batches_and_single_requests_raise_at_once_stay_within_their_limit() {
    let server = scene().await;
    let guest = server.guest();
    let id = guest.create("posts", json!({ "title": "counted" })).await["id"].clone();
    let id = id.as_str().unwrap().to_owned();
    let raises = (0..24).map(|number| {
        let (guest, id) = (guest.clone(), id.clone());
        async move {
            let body = json!({ "count+": 9 });
            if number % 2 == 0 {
                return guest.patch(&format!("{POSTS}/{id}"), body).await.status;
            }
            send(&guest, vec![update(&id, body)]).await.status
        }
    });
    let raised = join_all(raises).await.into_iter().filter(|status| *status == 200).count();
    let record = guest.get(&format!("{POSTS}/{id}")).await.ok();
    assert_eq!((raised, &record["count"]), (11, &json!(99)));
}

#[tokio::test]
async fn each_request_is_judged_by_the_state_that_those_before_it_have_left() {
    let server = scene().await;
    let rule = "owner = @request.auth.id";
    let users = server.superuser().get("/api/collections/users").await.ok();
    server
        .collection(json!({
            "name": "own", "type": "base", "listRule": "", "viewRule": "",
            "createRule": rule, "updateRule": rule, "deleteRule": rule,
            "fields": [
                { "name": "title", "type": "text" },
                {
                    "name": "owner", "type": "relation", "collectionId": users["id"],
                    "maxSelect": 1,
                },
            ],
        }))
        .await;
    let (ann, ann_id) = server.user("ann").await;
    let (_, bob_id) = server.user("bob").await;
    let own = "/api/collections/own/records";
    let made = ann.create("own", json!({ "title": "a", "owner": ann_id })).await;
    let path = format!("{own}/{}", made["id"].as_str().unwrap());
    let patch = |body: Value| json!({ "method": "PATCH", "url": path, "body": body });
    let before = Everything::of(&server);
    // Given away by the first request, so no longer hers in the second one.
    for second in [
        patch(json!({ "title": "still mine" })),
        patch(json!({ "owner": ann_id })),
        json!({ "method": "DELETE", "url": path }),
        json!({ "method": "PUT", "url": own, "body": { "id": made["id"], "title": "b" } }),
    ] {
        let (place, response) =
            failed(&send(&ann, vec![patch(json!({ "owner": bob_id })), second]).await);
        assert_eq!((place.as_str(), &response["status"]), ("1", &json!(404)));
        before.assert_same(&Everything::of(&server), "a record given away");
    }
    for theirs in [
        json!({ "method": "POST", "url": own, "body": { "owner": bob_id } }),
        json!({ "method": "PUT", "url": own, "body": { "id": "own000000000001", "owner": bob_id } }),
    ] {
        let (place, response) = failed(&send(&ann, vec![theirs]).await);
        assert_eq!((place.as_str(), &response["status"]), ("0", &json!(400)));
    }
    before.assert_same(&Everything::of(&server), "a record for another");
}
