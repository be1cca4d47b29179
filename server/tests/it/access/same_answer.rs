//! What is not there and what is not to be seen are answered alike: with 404, or where the whole
//! collection is locked with 403 before anything in it is looked at.

use reqwest::Method;
use serde_json::{Value, json};
use underpin_testkit::{Answer, Caller, TestServer};

use crate::batch::turn_on;

/// A locked collection, and one whose rule holds for nobody, with a record each. Gives the records'
/// paths, known and unknown.
async fn scene(server: &TestServer) -> [[String; 2]; 2] {
    let nobody = "@request.auth.id = 'nobody'";
    let fields = json!([{ "name": "title", "type": "text" }]);
    server.collection(json!({ "name": "locked", "fields": fields })).await;
    let ruled = json!({
        "name": "ruled", "fields": fields, "listRule": nobody, "viewRule": nobody,
        "createRule": nobody, "updateRule": nobody, "deleteRule": nobody,
    });
    server.collection(ruled).await;
    turn_on(server, json!({})).await;
    let mut paths = Vec::new();
    for name in ["locked", "ruled"] {
        let made = server.superuser().create(name, json!({ "title": "secret title" })).await;
        let list = format!("/api/collections/{name}/records");
        let known = format!("{list}/{}", made["id"].as_str().unwrap());
        paths.push([known, format!("{list}/zzzzzzzzzzzzzzz")]);
    }
    paths.try_into().unwrap()
}

async fn ask(caller: &Caller, method: &Method, path: &str) -> Answer {
    let body = (*method == Method::PATCH).then(|| json!({ "title": "x" }));
    caller.send(method.clone(), path, body).await
}

/// Status, body and the headers that could tell one answer from another. Not `connection`: a refusal
/// that does not wait for the body closes the connection if the body has not come yet, whatever was
/// asked for.
fn whole(answer: &Answer) -> (u16, Value, Vec<String>) {
    let mut names: Vec<String> = answer.headers.keys().map(|name| name.to_string()).collect();
    names.retain(|name| name != "connection");
    names.sort();
    (answer.status, answer.json(), names)
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn a_record_that_may_not_be_seen_is_one_that_is_not_there() {
        let server = TestServer::start().await;
        let [locked, ruled] = scene(&server).await;
        let (ann, _) = server.user("ann").await;
        let nowhere = "/api/collections/nowhere/records/zzzzzzzzzzzzzzz";
        for caller in [server.guest(), ann] {
            let absent = ask(&caller, &Method::GET, nowhere).await;
            let absent = whole(&absent);
            assert_eq!(absent.0, 404);
            for method in [Method::GET, Method::PATCH, Method::DELETE] {
                let [known, unknown] = [
                    ask(&caller, &method, &ruled[0]).await,
                    ask(&caller, &method, &ruled[1]).await,
                ];
                assert_eq!(whole(&known), whole(&unknown), "{method} where a rule does not hold");
                assert_eq!(whole(&known), absent, "{method}: as where there is no collection");
                let [known, unknown] = [
                    ask(&caller, &method, &locked[0]).await,
                    ask(&caller, &method, &locked[1]).await,
                ];
                assert_eq!(whole(&known), whole(&unknown), "{method} of a locked collection");
                assert_eq!(known.status, 403, "{method}");
            }
            for method in [Method::HEAD, Method::OPTIONS] {
                for [known, unknown] in [&locked, &ruled] {
                    let answers =
                        [ask(&caller, &method, known).await, ask(&caller, &method, unknown).await];
                    assert_eq!(answers[0].status, answers[1].status, "{method} {known}");
                }
            }
        }
    }

    #[tokio::test]
    async fn parameters_don_t_tell_the_two_apart() {
        let server = TestServer::start().await;
        let [locked, ruled] = scene(&server).await;
        let guest = server.guest();
        for query in [
            "?expand=nope",
            "?fields=id:nope(1)",
            "?fields=title",
            "?filter=title='secret title'",
            "?download=1&token=x",
        ] {
            for [known, unknown] in [&locked, &ruled] {
                let known = guest.get(&format!("{known}{query}")).await;
                let unknown = guest.get(&format!("{unknown}{query}")).await;
                assert_eq!(whole(&known), whole(&unknown), "{query}");
            }
        }
        for filter in ["title ~ 'secret'", "title ~ 'nothing'", "id != ''"] {
            let page = guest
                .ask("/api/collections/ruled/records", &[("filter", filter)])
                .await
                .expect(200);
            assert_eq!((&page["items"], &page["totalItems"]), (&json!([]), &json!(0)), "{filter}");
        }
    }

    #[tokio::test]
    async fn a_batch_answers_as_the_requests_alone_do() {
        let server = TestServer::start().await;
        let [locked, ruled] = scene(&server).await;
        let guest = server.guest();
        let inner = async |method: &str, url: &str| {
            let request = json!({ "method": method, "url": url, "body": { "title": "x" } });
            let answer = guest.post("/api/batch", json!({ "requests": [request] })).await;
            answer.expect(400)["data"]["requests"]["0"].clone()
        };
        for method in ["PATCH", "DELETE"] {
            for [known, unknown] in [&locked, &ruled] {
                assert_eq!(inner(method, known).await, inner(method, unknown).await, "{method}");
            }
        }
        for [known, unknown] in [&locked, &ruled] {
            let list = known.rsplit_once('/').unwrap().0;
            let put = async |path: &str| {
                let id = path.rsplit_once('/').unwrap().1;
                let body = json!({ "id": id, "title": "x" });
                let request = json!({ "method": "PUT", "url": list, "body": body });
                let answer = guest.post("/api/batch", json!({ "requests": [request] })).await;
                answer.expect(400)["data"]["requests"]["0"]["response"]["data"].clone()
            };
            assert_eq!(put(known).await, put(unknown).await, "PUT {list}");
        }
    }

    #[tokio::test]
    async fn a_refused_creation_does_not_tell_which_ids_and_values_are_taken() {
        let server = TestServer::start().await;
        let [_, ruled] = scene(&server).await;
        let index = json!({ "indexes": ["CREATE UNIQUE INDEX idx_title ON ruled (title)"] });
        server.superuser().patch("/api/collections/ruled", index).await.expect(200);
        let (list, id) = ruled[0].rsplit_once('/').unwrap();
        let free = server.guest().post(list, json!({ "title": "free" })).await;
        for body in [
            json!({ "title": "secret title" }),
            json!({ "id": id, "title": "free" }),
            json!({ "id": "zzzzzzzzzzzzzzz", "title": "free" }),
        ] {
            let answer = server.guest().post(list, body.clone()).await;
            assert_eq!(whole(&answer), whole(&free), "{body}");
        }
    }
}
