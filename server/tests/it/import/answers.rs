//! The same questions to both servers.

use serde_json::json;
use underpin_testkit::{Caller, TestServer};

use super::project::{self, PASSWORD};
use crate::conformance::reference::Reference;

/// Every record of a page, and what only superusers are told.
const RECORDS: &str = "records?perPage=500&expand=r1,rm,owner,users_via_owner";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_is_told_the_same_as_before() {
    let reference = Reference::start().await;
    let project = project::make(&reference).await;
    let (server, report) = TestServer::start_on_import(&reference.data()).await;
    assert!(report.collections.iter().all(|each| each.source_rows == each.target_rows));
    let here = |caller: &Caller| server.guest().with_token(&caller.token);
    let guest = Caller::guest(&reference.base);
    let both = [
        ("guest", guest.clone(), server.guest()),
        ("ann", project.ann.clone(), here(&project.ann)),
        ("superuser", project.root.clone(), here(&project.root)),
    ];
    let root = &project.root;
    let definitions = root.get("/api/collections?perPage=500").await.ok();
    let definitions = definitions["items"].as_array().unwrap();
    assert_eq!(definitions.len(), 23);
    let mut paths = vec!["/api/collections?perPage=500".to_owned()];
    for definition in definitions {
        let name = definition["name"].as_str().unwrap();
        // Records of a view have no order of their own.
        let order = if definition["type"] == "view" { "id" } else { "@rowid" };
        paths.push(format!("/api/collections/{name}"));
        paths.push(format!("/api/collections/{name}/{RECORDS}&sort={order}"));
        paths.push(format!("/api/collections/{name}/records?sort={order}&fields=id"));
    }
    let mut wrong = Vec::new();
    for (who, theirs, ours) in &both {
        for path in &paths {
            let (wanted, found) = tokio::join!(theirs.get(path), ours.get(path));
            let [wanted_body, found_body] = [&wanted, &found].map(|answer| {
                let mut body = answer.json();
                if answer.status >= 400 {
                    // Our sentences are others.
                    body["message"].take();
                }
                body
            });
            if wanted.status != found.status || wanted_body != found_body {
                wrong.push(format!("{who} {path}\n  {wanted_body}\n  {found_body}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    reference.stop().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_thumbs_and_protected_files_are_served_as_before() {
    let reference = Reference::start().await;
    let project = project::make(&reference).await;
    let token = project.ann.post("/api/files/token", json!({})).await.ok();
    let token = token["token"].as_str().unwrap().to_owned();
    let (server, report) = TestServer::start_on_import(&reference.data()).await;
    assert_eq!((report.files.found, report.files.copied, report.files.thumbs), (6, 6, 2));
    let (theirs, ours) = (Caller::guest(&reference.base), server.guest());
    let protected = format!("{}?token={token}", project.protected);
    for path in project.files.iter().chain([&project.protected, &protected]) {
        let (wanted, found) = tokio::join!(theirs.get(path), ours.get(path));
        assert_eq!(found.status, wanted.status, "{path}: {}", found.text());
        if wanted.status == 200 && !path.contains("?thumb=") {
            assert_eq!(found.bytes, wanted.bytes, "{path}");
        }
    }
    assert_eq!(ours.get(&protected).await.bytes, b"for few eyes");
    assert_eq!(ours.get(&project.protected).await.status, 404);
    // Thumbs lie where they are looked for.
    let stored = |folder: &std::path::Path| {
        let all = super::contents(folder).into_iter();
        let files = all.filter(|(path, bytes)| !bytes.is_empty() && !is_attribute(path));
        let inside = |path: std::path::PathBuf| path.strip_prefix(folder).unwrap().to_owned();
        files.map(|(path, bytes)| (inside(path), bytes)).collect::<Vec<_>>()
    };
    let wanted = stored(&reference.data().join("storage"));
    assert_eq!(wanted.len(), 6);
    assert_eq!(stored(&server.data().join("data/storage")), wanted);
    reference.stop().await;
    server.stop().await;
}

fn is_attribute(path: &std::path::Path) -> bool {
    path.extension().is_some_and(|extension| extension == "attrs")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn imported_records_can_be_changed_and_new_ones_come_behind_them() {
    let reference = Reference::start().await;
    let project = project::make(&reference).await;
    let (server, _) = TestServer::start_on_import(&reference.data()).await;
    let ann = server.guest().with_token(&project.ann.token);
    let mine = ann.ids("everything", &[("filter", "owner != ''")]).await.remove(0);
    let path = format!("/api/collections/everything/records/{mine}");
    let changed = ann.patch(&path, json!({ "n": 99, "f1": null })).await.ok();
    assert_eq!((&changed["n"], &changed["f1"]), (&json!(99), &json!("")));
    let picture = project.files[0].as_str();
    assert_eq!(server.guest().get(picture).await.status, 404, "the file went with its name");
    let root = server.superuser();
    let before = root.ids("tags", &[("sort", "@rowid")]).await;
    let new = root.create("tags", json!({ "label": "new" })).await;
    let after = root.ids("tags", &[("sort", "@rowid")]).await;
    assert_eq!(after[..3], before[..]);
    assert_eq!(after[3], new["id"].as_str().unwrap());
    let twice = root.post("/api/collections/tags/records", json!({ "label": "x" })).await;
    twice.expect_codes(&[("label", "validation_not_unique")]);
    // The schema can be changed as well, views and indexes along with it.
    let mut fields = root.get("/api/collections/tags").await.ok()["fields"].take();
    fields[1]["name"] = json!("title");
    root.patch("/api/collections/tags", json!({ "fields": fields })).await.ok();
    let view = root.get("/api/collections/zz_first/records?sort=label").await.ok();
    assert_eq!(view["items"][0]["label"], "new");
    let body =
        json!({ "email": "cy@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD });
    root.create("users", body).await;
    reference.stop().await;
    server.stop().await;
}
