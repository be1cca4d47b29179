//! New names of fields and collections, and what names them; fields that are made anew.

use serde_json::{Value, json};
use underpin_testkit::{Caller, TestServer};

use crate::everything::Everything;

/// `teams`, and `posts` with a relation to it and a rule.
async fn posts_and_teams(server: &TestServer) {
    let teams = json!({
        "id": "teamsteams00001", "name": "teams", "type": "base",
        "fields": [{ "id": "fcode", "name": "code", "type": "text" }],
    });
    server.collection(teams).await;
    let posts = json!({
        "id": "postsposts00001", "name": "posts", "type": "base", "fields": [
            { "id": "ftitle", "name": "title", "type": "text" },
            { "id": "fteam", "name": "team", "type": "relation", "collectionId": "teamsteams00001",
              "maxSelect": 1 },
        ],
        "indexes": ["CREATE INDEX idx_title ON posts (title) WHERE title != ''"],
        "listRule": "title != 'x' // title\n && team.code ?= \"a\"",
        "createRule": "@request.body.title:isset = true && @request.body.team.code = 'a'",
    });
    server.collection(posts).await;
}

/// The fields of a collection, some of them under new names.
async fn renamed(root: &Caller, collection: &str, names: &[(&str, &str)]) -> Value {
    let path = format!("/api/collections/{collection}");
    let mut fields = root.get(&path).await.expect(200)["fields"].clone();
    for field in fields.as_array_mut().unwrap() {
        let new = names.iter().find(|(old, _)| field["name"] == *old);
        if let Some((_, new)) = new {
            field["name"] = json!(new);
        }
    }
    fields
}

async fn rename(root: &Caller, collection: &str, names: &[(&str, &str)]) -> Value {
    let fields = renamed(root, collection, names).await;
    let path = format!("/api/collections/{collection}");
    root.patch(&path, json!({ "fields": fields })).await.expect(200)
}

async fn read(root: &Caller, collection: &str) -> Value {
    root.get(&format!("/api/collections/{collection}")).await.expect(200)
}

#[tokio::test]
async fn rules_and_indexes_of_the_collection_follow_and_keep_their_spelling() {
    let server = TestServer::start().await;
    let root = server.superuser();
    posts_and_teams(&server).await;
    let posts = rename(&root, "posts", &[("title", "headline"), ("team", "crew")]).await;
    assert_eq!(posts["listRule"], "headline != 'x' // title\n && crew.code ?= \"a\"");
    assert_eq!(
        posts["createRule"],
        "@request.body.headline:isset = true && @request.body.crew.code = 'a'"
    );
    assert_eq!(
        posts["indexes"],
        json!(["CREATE INDEX `idx_title` ON `posts` (`headline`) WHERE \"headline\" != ''"])
    );
    let swapped = rename(&root, "posts", &[("headline", "crew"), ("crew", "headline")]).await;
    assert_eq!(swapped["listRule"], "crew != 'x' // title\n && headline.code ?= \"a\"");
}

#[tokio::test]
async fn rules_of_other_collections_follow_through_every_kind_of_path() {
    let server = TestServer::start().await;
    let root = server.superuser();
    posts_and_teams(&server).await;
    let others = json!({
        "name": "others", "type": "base",
        "fields": [{ "name": "post", "type": "relation", "collectionId": "postsposts00001" }],
        "listRule": "post.team.code = 'a' && @collection.posts:p.title ?= 'b'",
        "viewRule": "post.title = 'team' || post.team.posts_via_team.title ?= 'c'",
    });
    server.collection(others).await;
    let rule = json!({ "viewRule": "posts_via_team.title ?= 'd' && others_via_post = 'e'" });
    root.patch("/api/collections/teams", rule).await.expect(400);
    let rule = json!({ "viewRule": "posts_via_team.title ?= 'd' && code = 'posts_via_team'" });
    root.patch("/api/collections/teams", rule).await.expect(200);
    rename(&root, "posts", &[("title", "headline"), ("team", "crew")]).await;
    root.patch("/api/collections/posts", json!({ "name": "articles" })).await.expect(200);
    rename(&root, "teams", &[("code", "sign")]).await;
    let others = read(&root, "others").await;
    assert_eq!(
        others["listRule"],
        "post.crew.sign = 'a' && @collection.articles:p.headline ?= 'b'"
    );
    assert_eq!(
        others["viewRule"],
        "post.headline = 'team' || post.crew.articles_via_crew.headline ?= 'c'"
    );
    let teams = read(&root, "teams").await;
    assert_eq!(teams["viewRule"], "articles_via_crew.headline ?= 'd' && sign = 'posts_via_team'");
    assert_eq!(
        read(&root, "articles").await["listRule"],
        "headline != 'x' // title\n && crew.sign ?= \"a\""
    );
}

#[tokio::test]
async fn what_a_client_sends_changed_is_taken_as_sent() {
    let server = TestServer::start().await;
    let root = server.superuser();
    posts_and_teams(&server).await;
    let fields = renamed(&root, "posts", &[("title", "headline")]).await;
    let body = json!({
        "fields": fields, "listRule": "headline = 'mine'", "createRule": null,
        "indexes": ["CREATE UNIQUE INDEX idx_mine ON posts (headline)"],
    });
    let posts = root.patch("/api/collections/posts", body).await.expect(200);
    assert_eq!(
        (&posts["listRule"], &posts["createRule"]),
        (&json!("headline = 'mine'"), &json!(null))
    );
    assert_eq!(posts["indexes"], json!(["CREATE UNIQUE INDEX idx_mine ON posts (headline)"]));
    let before = Everything::of(&server);
    let fields = renamed(&root, "posts", &[("headline", "title")]).await;
    let wrong = json!({ "fields": fields, "listRule": "headline = 'old name'" });
    root.patch("/api/collections/posts", wrong)
        .await
        .expect_codes(&[("listRule", "validation_invalid_rule")]);
    before.assert_same(&Everything::of(&server), "a refused rename");
}

#[tokio::test]
async fn queries_of_views_follow_and_show_their_columns_under_the_old_names() {
    let server = TestServer::start().await;
    let root = server.superuser();
    posts_and_teams(&server).await;
    let body = json!({ "id": "postpostpost001", "title": "t", "team": "" });
    root.create("posts", body).await;
    let view = |name: &str, query: &str| json!({ "name": name, "type": "view", "viewQuery": query, "listRule": "title = 't'" });
    let first = "SELECT id, title, (SELECT count(*) FROM teams t WHERE t.id = posts.team) AS n \
                 FROM posts WHERE title != \"x\" -- title";
    server.collection(view("first", first)).await;
    server.collection(view("second", "SELECT id, title FROM first")).await;
    server.collection(view("apart", "SELECT id, code AS title FROM teams")).await;
    rename(&root, "posts", &[("title", "headline")]).await;
    root.patch("/api/collections/posts", json!({ "name": "articles" })).await.expect(200);
    let query = |collection: &Value| collection["viewQuery"].as_str().unwrap().to_owned();
    let followed = query(&read(&root, "first").await);
    if server.store.is_postgres() {
        // As the server prints it.
        assert!(followed.contains("articles.headline AS title"), "{followed}");
    } else {
        assert_eq!(
            followed,
            "SELECT id, \"headline\" AS \"title\", (SELECT count(*) FROM teams t \
             WHERE t.id = \"articles\".team) AS n FROM \"articles\" \
             WHERE \"headline\" != 'x' -- title"
        );
    }
    assert_eq!(query(&read(&root, "second").await), "SELECT id, title FROM first");
    assert_eq!(query(&read(&root, "apart").await), "SELECT id, code AS title FROM teams");
    root.patch("/api/collections/first", json!({ "name": "primary" })).await.expect(200);
    let above = query(&read(&root, "second").await);
    if server.store.is_postgres() {
        assert!(above.contains("primary") && !above.contains("first"), "{above}");
    } else {
        assert_eq!(above, "SELECT id, title FROM \"primary\"");
    }
    for name in ["primary", "second"] {
        let page = server.guest().get(&format!("/api/collections/{name}/records")).await;
        assert_eq!(page.expect(200)["items"][0]["title"], "t", "{name}");
    }
    // And the followed query is one that can be saved again.
    let again = json!({ "viewQuery": followed });
    root.patch("/api/collections/primary", again).await.expect(200);
}

#[tokio::test]
async fn a_rename_that_a_view_can_not_follow_is_refused_whole() {
    let server = TestServer::start().await;
    let root = server.superuser();
    posts_and_teams(&server).await;
    let query = "SELECT x.id, x.title FROM (SELECT * FROM posts) x";
    server.collection(json!({ "name": "v", "type": "view", "viewQuery": query })).await;
    let before = Everything::of(&server);
    let fields = renamed(&root, "posts", &[("title", "headline")]).await;
    let answer = root.patch("/api/collections/posts", json!({ "fields": fields })).await;
    if server.store.is_postgres() {
        // Views know columns by more than their names there.
        answer.expect(200);
        root.get("/api/collections/v/records").await.expect(200);
        return;
    }
    answer.expect(400);
    before.assert_same(&Everything::of(&server), "a refused rename");
    root.get("/api/collections/v/records").await.expect(200);
    rename(&root, "posts", &[("team", "crew")]).await;
}

#[tokio::test]
async fn sign_in_options_and_letters_follow() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let members = json!({
        "name": "members", "type": "auth", "fields": [{ "name": "nick", "type": "text" }],
        "indexes": ["CREATE UNIQUE INDEX idx_nick ON members (nick)"],
        "passwordAuth": { "enabled": true, "identityFields": ["email", "nick"] },
        "oauth2": { "mappedFields": { "name": "nick" } },
        "otp": { "enabled": true }, "mfa": { "enabled": true, "rule": "nick != ''" },
        "authRule": "nick != 'banned'", "manageRule": "@request.auth.nick = 'boss'",
        "verificationTemplate": { "subject": "For {RECORD:nick}", "body": "{RECORD:nicks} {RECORD:nick}" },
    });
    server.collection(members).await;
    let body = json!({
        "email": "a@example.com", "nick": "ann", "password": "12345678", "passwordConfirm": "12345678",
    });
    root.create("members", body).await;
    let followed = rename(&root, "members", &[("nick", "alias")]).await;
    assert_eq!(followed["passwordAuth"]["identityFields"], json!(["email", "alias"]));
    assert_eq!(followed["oauth2"]["mappedFields"]["name"], "alias");
    assert_eq!(followed["mfa"]["rule"], "alias != ''");
    assert_eq!(followed["authRule"], "alias != 'banned'");
    assert_eq!(followed["manageRule"], "@request.auth.alias = 'boss'");
    assert_eq!(followed["verificationTemplate"]["subject"], "For {RECORD:alias}");
    assert_eq!(followed["verificationTemplate"]["body"], "{RECORD:nicks} {RECORD:alias}");
}

#[tokio::test]
async fn a_caller_s_field_that_two_kinds_of_callers_have_is_not_renamed_behind_a_rule() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let role = json!([{ "name": "role", "type": "text" }]);
    for name in ["members", "staff"] {
        server.collection(json!({ "name": name, "type": "auth", "fields": role })).await;
    }
    let guarded = json!({
        "name": "guarded", "type": "base", "fields": [], "listRule": "@request.auth.role != 'banned'",
    });
    server.collection(guarded).await;
    let before = Everything::of(&server);
    let fields = renamed(&root, "members", &[("role", "rank")]).await;
    // The rule would let banned members in.
    root.patch("/api/collections/members", json!({ "fields": fields }))
        .await
        .expect_codes(&[("fields", "validation_invalid_rule")]);
    before.assert_same(&Everything::of(&server), "a refused rename");
    root.delete("/api/collections/staff").await.expect(204);
    rename(&root, "members", &[("role", "rank")]).await;
    assert_eq!(read(&root, "guarded").await["listRule"], "@request.auth.rank != 'banned'");
}

#[tokio::test]
async fn a_field_that_others_rules_read_is_not_taken_from_under_them() {
    let server = TestServer::start().await;
    let root = server.superuser();
    posts_and_teams(&server).await;
    let without = |fields: Value| -> Value {
        fields.as_array().unwrap().iter().filter(|f| f["name"] != "code").cloned().collect()
    };
    let fields = without(read(&root, "teams").await["fields"].clone());
    let before = Everything::of(&server);
    root.patch("/api/collections/teams", json!({ "fields": fields })).await.expect(400);
    let reader = json!({
        "name": "reader", "type": "base", "fields": [], "listRule": "@collection.spare.id ?= 'x'",
    });
    before.assert_same(&Everything::of(&server), "a refused change");
    server.collection(json!({ "name": "spare", "type": "base", "fields": [] })).await;
    server.collection(reader).await;
    root.delete("/api/collections/spare").await.expect(400);
    root.patch("/api/collections/reader", json!({ "listRule": null })).await.expect(200);
    root.delete("/api/collections/spare").await.expect(204);
}

#[tokio::test]
async fn a_field_made_anew_inherits_nothing_and_a_renamed_one_keeps_what_it_had() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let fields = json!([
        { "name": "title", "type": "text" },
        { "name": "secret", "type": "text", "hidden": true },
    ]);
    server.open_collection("posts", fields).await;
    root.create("posts", json!({ "title": "t", "secret": "s3cret" })).await;
    // Renamed: still hidden, with its value.
    rename(&root, "posts", &[("secret", "kept")]).await;
    let seen = server.guest().get("/api/collections/posts/records").await.ok();
    assert!(!seen.to_string().contains("s3cret"), "{seen}");
    let seen = root.get("/api/collections/posts/records").await.ok();
    assert_eq!(seen["items"][0]["kept"], "s3cret");
    // Gone and made anew under its first name: neither value nor flag.
    let all = read(&root, "posts").await["fields"].clone();
    let left: Value =
        all.as_array().unwrap().iter().filter(|f| f["name"] != "kept").cloned().collect();
    root.patch("/api/collections/posts", json!({ "fields": left })).await.expect(200);
    let mut again = left.as_array().unwrap().clone();
    again.push(json!({ "name": "secret", "type": "text" }));
    let posts = root.patch("/api/collections/posts", json!({ "fields": again })).await.expect(200);
    assert_eq!(posts["fields"][2]["hidden"], false);
    let seen = server.guest().get("/api/collections/posts/records").await.ok();
    assert_eq!(seen["items"][0]["secret"], "");
}

#[tokio::test]
async fn a_collection_made_anew_under_an_old_name_is_closed() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let first = server.open_collection("posts", json!([])).await;
    root.create("posts", json!({})).await;
    root.delete("/api/collections/posts").await.expect(204);
    let id = json!({ "id": first["id"], "name": "posts", "type": "base", "fields": [] });
    let again = server.collection(id).await;
    assert_eq!(again["id"], first["id"]);
    for rule in ["listRule", "viewRule", "createRule", "updateRule", "deleteRule"] {
        assert_eq!(again[rule], json!(null), "{rule}");
    }
    server.guest().get("/api/collections/posts/records").await.expect(403);
    assert_eq!(root.get("/api/collections/posts/records").await.ok()["totalItems"], 0);
}
