//! Requests that ask for as much work as they can, once or many times over: refused or done fast.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::*;
use crate::batch::turn_on;

const PATH: &str = "/api/collections/posts/records";

/// Far more than a refusal takes, and far less than the work would.
const SOON: Duration = Duration::from_secs(5);

/// Posts that point at themselves and each other.
async fn knot(server: &TestServer) {
    let posts = server.open_collection("knots", json!([{ "name": "title", "type": "text" }])).await;
    let mut fields = posts["fields"].as_array().unwrap().clone();
    for (name, many) in [("next", 1), ("all", 99)] {
        fields.push(json!({
            "name": name, "type": "relation", "collectionId": posts["id"], "maxSelect": many,
        }));
    }
    let root = server.superuser();
    root.patch("/api/collections/knots", json!({ "fields": fields })).await.expect(200);
    let mut ids = Vec::new();
    for _ in 0..8 {
        ids.push(root.create("knots", json!({ "title": "x" })).await["id"].clone());
    }
    for id in &ids {
        let path = format!("/api/collections/knots/records/{}", id.as_str().unwrap());
        root.patch(&path, json!({ "next": ids[0], "all": ids })).await.expect(200);
    }
}

mod invalid {
    use super::*;

    #[tokio::test]
    async fn ten_thousand_of_anything_in_a_rule_or_a_body_is_refused_soon() {
        let server = scene().await;
        let root = server.superuser();
        let before = Everything::of(&server);
        let many = 10_000;
        let nested = |inside: &str| format!("{}{inside}{}", "(".repeat(many), ")".repeat(many));
        for filter in [
            nested("title = 'a'"),
            nested(""),
            "(".repeat(many),
            vec!["title = 'a'"; many].join(" || "),
            vec!["title = 'a'"; many].join(" && "),
            format!("title{}", ":lower".repeat(many)),
            format!("title{} = 1", ".x".repeat(many)),
            format!("strftime({}) = 1", vec!["'%Y'"; many].join(",")),
            "geoDistance(".repeat(many),
            format!("title = {}", "-".repeat(many)),
            "// \n".repeat(many),
        ] {
            let what = filter.get(..24).unwrap().to_owned();
            let begun = Instant::now();
            // Sent as a rule: no limit on bytes, which a filter has, comes first.
            let rule = json!({ "listRule": filter });
            let answer = root.patch("/api/collections/posts", rule).await;
            let took = begun.elapsed();
            assert_eq!(answer.status, 400, "{what}: {}", answer.text());
            assert!(took < SOON, "{what}: {took:?}");
            let body = json!({ "name": "fresh", "type": "base", "createRule": filter });
            assert_eq!(root.post("/api/collections", body).await.status, 400, "{what}");
        }
        assert_unharmed(&server, &before).await;
    }

    #[tokio::test]
    async fn paths_joins_and_keys_have_an_end() {
        let server = scene().await;
        knot(&server).await;
        let guest = server.guest();
        let path = "/api/collections/knots/records";
        let hops = |many: usize| format!("{}title", "all.".repeat(many));
        let back = "knots_via_all.".repeat(7);
        let names = ["next", "all", "knots_via_next", "knots_via_all"];
        let wide = names
            .iter()
            .flat_map(|a| names.map(|b| (a, b)))
            .flat_map(|(a, b)| names.map(|c| format!("{a}.{b}.{c}.title~'x'")));
        let wide: Vec<String> = wide.collect();
        for (parameter, value, expected) in [
            ("filter", format!("{} = 'x'", hops(7)), 400),
            ("filter", format!("{back}title = 'x'"), 400),
            ("filter", format!("{} = 'x'", hops(600)), 400),
            ("sort", hops(7), 400),
            ("sort", ["title"; 9].join(","), 400),
            ("sort", vec!["-title"; 5_000].join(","), 400),
            ("sort", hops(100), 400),
            ("fields", vec!["title"; 5_000].join(","), 400),
            ("fields", "a.".repeat(3_000), 400),
            ("fields", "title:excerpt(99999999999999999999)".to_owned(), 400),
            ("filter", wide.join("||"), 400),
            ("perPage", "99999999999999999999".to_owned(), 400),
        ] {
            let begun = Instant::now();
            let answer = guest.ask(path, &[(parameter, &value)]).await;
            let what = format!("{parameter}={value:.30}: {}", answer.text());
            assert_eq!(answer.status, expected, "{what}");
            assert!(begun.elapsed() < SOON, "{what}: {:?}", begun.elapsed());
        }
    }

    #[tokio::test]
    async fn huge_batches_are_refused_before_any_of_them_is_done() {
        let server = scene().await;
        turn_on(&server, json!({})).await;
        let before = Everything::of(&server);
        let create = json!({ "method": "POST", "url": PATH, "body": { "title": "x" } });
        let nested = (0..100).fold(create.clone(), |inner, _| {
            json!({ "method": "POST", "url": "/api/batch", "body": { "requests": [inner] } })
        });
        for (what, requests) in [
            ("many", vec![create.clone(); 20_000]),
            ("nested", vec![nested]),
            ("batches", vec![json!({ "method": "POST", "url": "/api/batch", "body": {} }); 20]),
        ] {
            let begun = Instant::now();
            let body = json!({ "requests": requests });
            let answer = server.guest().post("/api/batch", body).await;
            assert_refusal(&answer, what);
            assert!(begun.elapsed() < SOON * 2, "{what}: {:?}", begun.elapsed());
            before.assert_same(&Everything::of(&server), what);
        }
        assert_unharmed(&server, &before).await;
    }
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn an_expand_that_multiplies_is_cut_or_refused() {
        let server = scene().await;
        knot(&server).await;
        let guest = server.guest();
        let path = "/api/collections/knots/records";
        let every_name = ["next", "all", "knots_via_next", "knots_via_all"];
        let mut deep: Vec<String> = every_name.map(str::to_owned).to_vec();
        for _ in 0..2 {
            let longer =
                deep.iter().flat_map(|path| every_name.map(|name| format!("{path}.{name}")));
            deep = longer.collect();
        }
        for expand in [
            ["all"; 50].join("."),
            ["knots_via_all"; 50].join("."),
            deep.join(","),
            vec!["all.all.all.all.all.all"; 1_000].join(","),
        ] {
            let begun = Instant::now();
            let answer = guest.ask(path, &[("expand", &expand)]).await;
            let took = begun.elapsed();
            assert!(matches!(answer.status, 200 | 400), "{expand:.40}: {}", answer.status);
            // The records of one answer are counted wherever they stand: 100,000 at most.
            let text = answer.text();
            let records = text.matches("\"collectionId\"").count();
            assert!(records <= 100_100, "{expand:.40}: {records} records");
            assert!(took < SOON * 10, "{expand:.40}: {took:?}");
            guest.get("/api/health").await.expect(200);
        }
    }

    #[tokio::test]
    async fn saying_the_same_again_costs_no_more_and_brings_no_more() {
        let server = scene().await;
        knot(&server).await;
        let guest = server.guest();
        let path = "/api/collections/knots/records";
        let ask = async |asked: &[(&str, &str)]| {
            let begun = Instant::now();
            let page = guest.ask(path, asked).await.expect(200);
            (page, begun.elapsed())
        };
        for (parameter, once, times) in [
            ("expand", "all.all.next", 90),
            ("expand", "knots_via_all", 90),
            ("fields", "id,expand.all.title", 200),
            ("sort", "all.title", 8),
        ] {
            let again = vec![once; times].join(",");
            let more = [("perPage", "8"), ("skipTotal", "1")];
            let (expected, single) = ask(&[&more[..], &[(parameter, once)]].concat()).await;
            let (found, many) = ask(&[&more[..], &[(parameter, &again)]].concat()).await;
            assert_eq!(found, expected, "{parameter}={once}");
            let bound = single * 8 + Duration::from_secs(3);
            assert!(many < bound, "{parameter}={once}: once {single:?}, {times} times {many:?}");
        }
        // The first of a parameter counts.
        let repeated = [("expand", "next"); 500];
        let (page, _) = ask(&repeated).await;
        let items = page["items"].as_array().unwrap();
        assert!(items.iter().all(|item| item["expand"].as_object().unwrap().len() == 1), "{page}");
    }

    #[tokio::test]
    async fn health_checks_by_the_hundred_are_no_work() {
        let server = scene().await;
        let guest = server.guest();
        let begun = Instant::now();
        let all = (0..300).map(|_| guest.get("/api/health"));
        for answer in futures_util::future::join_all(all).await {
            assert_eq!(answer.expect(200)["data"], json!({}));
        }
        assert!(begun.elapsed() < SOON * 5, "{:?}", begun.elapsed());
        assert_eq!(guest.get(PATH).await.ok()["items"][0]["title"], Value::from("a"));
    }
}
