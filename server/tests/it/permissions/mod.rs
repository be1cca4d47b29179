//! The permission matrix: every route, every kind of caller, every kind of collection. A route
//! without a row fails the test, and so does a refused request that has changed anything.

mod requests;

use std::fmt::Write as _;

use serde_json::{Value, json};
use underpin_testkit::{Caller, TestServer};

use self::requests::Request;
use crate::{batch::turn_on, everything::Everything, routes::routes};

/// How the rules of `posts` stand, and who may sign in to `members`. (The callers are of `users`:
/// another auth rule would void their tokens.)
const SETTINGS: [(&str, Option<&str>, Option<&str>); 3] = [
    ("locked", None, None),
    ("public", Some(""), Some("")),
    ("rule", Some("owner = @request.auth.id"), Some("verified = true")),
];

/// A server with a collection `posts`, and one caller of each kind.
struct World {
    server: TestServer,
    root: Caller,
    /// Guest, a user, the user who owns the records, superuser.
    callers: [Caller; 4],
    owner: String,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let root = server.superuser();
        let users = root.get("/api/collections/users").await.ok();
        let fields = json!([
            { "name": "title", "type": "text" },
            { "name": "owner", "type": "relation", "collectionId": users["id"], "maxSelect": 1 },
            { "name": "file", "type": "file", "maxSelect": 1, "protected": true },
        ]);
        server.collection(json!({ "name": "posts", "type": "base", "fields": fields })).await;
        server.collection(json!({ "name": "members", "type": "auth" })).await;
        turn_on(&server, json!({})).await;
        root.create("members", requests::member()).await;
        let (ann, owner) = server.user("ann").await;
        let (bob, _) = server.user("bob").await;
        let callers = [server.guest(), bob, ann, root.clone()];
        Self { server, root, callers, owner }
    }

    async fn set(&self, rule: Option<&str>, auth_rule: Option<&str>) {
        let rules = json!({
            "listRule": rule, "viewRule": rule, "createRule": rule, "updateRule": rule,
            "deleteRule": rule,
        });
        self.root.patch("/api/collections/posts", rules).await.ok();
        self.root.patch("/api/collections/members", json!({ "authRule": auth_rule })).await.ok();
    }

    /// The answers of all callers: a request each, on things that were made for it.
    async fn row(&self, route: &str) -> String {
        let mut row = Vec::new();
        for caller in &self.callers {
            let request = Request::prepare(self, route, caller).await;
            let before = Everything::of(&self.server);
            let status = request.status().await;
            if status >= 400 {
                before.assert_same(&Everything::of(&self.server), &format!("{route} {status}"));
            }
            row.push(status.to_string());
        }
        row.join(" ")
    }

    /// A new record that belongs to the owner.
    async fn record(&self) -> Value {
        self.root.create("posts", json!({ "title": "x", "owner": self.owner })).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::too_many_lines, reason = "one row a route")]
async fn every_route_answers_each_kind_of_caller_as_the_table_says() {
    let world = World::new().await;
    let mut table = String::new();
    for route in routes() {
        write!(table, "{route:<63}").unwrap();
        for (_, rule, auth_rule) in SETTINGS {
            world.set(rule, auth_rule).await;
            write!(table, " | {}", world.row(&route).await).unwrap();
        }
        table.push('\n');
    }
    let names: Vec<_> = SETTINGS.iter().map(|(name, ..)| *name).collect();
    let head = format!("{}; each: guest, other user, owner, superuser\n", names.join(" | "));
    insta::assert_snapshot!(format!("{head}{table}"), @r"
    locked | public | rule; each: guest, other user, owner, superuser
    DELETE /api/backups/{name}                                      | 401 403 403 204 | 401 403 403 204 | 401 403 403 204
    DELETE /api/collections/{collection}                            | 401 403 403 204 | 401 403 403 204 | 401 403 403 204
    DELETE /api/collections/{collection}/records/{id}               | 403 403 403 204 | 204 204 204 204 | 404 404 204 204
    DELETE /api/collections/{collection}/truncate                   | 401 403 403 204 | 401 403 403 204 | 401 403 403 204
    DELETE /api/logs                                                | 401 403 403 204 | 401 403 403 204 | 401 403 403 204
    GET /_                                                          | 307 307 307 307 | 307 307 307 307 | 307 307 307 307
    GET /_/{path:.*}                                                | 200 200 200 200 | 200 200 200 200 | 200 200 200 200
    GET /api/backups                                                | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    GET /api/backups/{name}                                         | 403 403 403 200 | 403 403 403 200 | 403 403 403 200
    GET /api/collections                                            | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    GET /api/collections/meta/oauth2-providers                      | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    GET /api/collections/meta/scaffolds                             | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    GET /api/collections/{collection}                               | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    GET /api/collections/{collection}/auth-methods                  | 200 200 200 200 | 200 200 200 200 | 200 200 200 200
    GET /api/collections/{collection}/records                       | 403 403 403 200 | 200 200 200 200 | 200 200 200 200
    GET /api/collections/{collection}/records/{id}                  | 403 403 403 200 | 200 200 200 200 | 404 404 200 200
    GET /api/crons                                                  | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    GET /api/files/{collection}/{record}/{name}                     | 404 404 404 200 | 200 200 200 200 | 404 404 200 200
    GET /api/health                                                 | 200 200 200 200 | 200 200 200 200 | 200 200 200 200
    GET /api/logs                                                   | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    GET /api/logs/stats                                             | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    GET /api/logs/{id}                                              | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    GET /api/realtime                                               | 200 200 200 200 | 200 200 200 200 | 200 200 200 200
    GET /api/realtime/ws                                            | 101 101 101 101 | 101 101 101 101 | 101 101 101 101
    GET /api/settings                                               | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    GET /{path:.*}                                                  | 404 404 404 404 | 404 404 404 404 | 404 404 404 404
    HEAD /_/{path:.*}                                               | 200 200 200 200 | 200 200 200 200 | 200 200 200 200
    HEAD /api/backups                                               | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    HEAD /api/backups/{name}                                        | 403 403 403 200 | 403 403 403 200 | 403 403 403 200
    HEAD /api/collections/{collection}/records                      | 403 403 403 200 | 200 200 200 200 | 200 200 200 200
    HEAD /api/collections/{collection}/records/{id}                 | 403 403 403 200 | 200 200 200 200 | 404 404 200 200
    HEAD /api/crons                                                 | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    HEAD /api/files/{collection}/{record}/{name}                    | 404 404 404 200 | 200 200 200 200 | 404 404 200 200
    HEAD /api/health                                                | 200 200 200 200 | 200 200 200 200 | 200 200 200 200
    HEAD /api/logs                                                  | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    HEAD /api/logs/stats                                            | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    HEAD /api/logs/{id}                                             | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    HEAD /api/settings                                              | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    HEAD /{path:.*}                                                 | 404 404 404 404 | 404 404 404 404 | 404 404 404 404
    PATCH /api/collections/{collection}                             | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    PATCH /api/collections/{collection}/records/{id}                | 403 403 403 200 | 200 200 200 200 | 404 404 200 200
    PATCH /api/settings                                             | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    POST /api/backups                                               | 401 403 403 204 | 401 403 403 204 | 401 403 403 204
    POST /api/backups/{name}                                        | 401 403 403 204 | 401 403 403 204 | 401 403 403 204
    POST /api/backups/{name}/restore                                | 401 403 403 400 | 401 403 403 400 | 401 403 403 400
    POST /api/batch                                                 | 400 400 400 200 | 200 200 200 200 | 400 400 200 200
    POST /api/collections                                           | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    POST /api/collections/meta/dry-run-view                         | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    POST /api/collections/{collection}/auth-refresh                 | 401 200 200 403 | 401 200 200 403 | 401 200 200 403
    POST /api/collections/{collection}/auth-with-password           | 403 403 403 403 | 200 200 200 200 | 403 403 403 403
    POST /api/collections/{collection}/records                      | 403 403 403 200 | 200 200 200 200 | 400 400 200 200
    POST /api/crons/{id}                                            | 401 403 403 204 | 401 403 403 204 | 401 403 403 204
    POST /api/files/token                                           | 401 200 200 200 | 401 200 200 200 | 401 200 200 200
    POST /api/realtime                                              | 204 204 204 204 | 204 204 204 204 | 204 204 204 204
    POST /api/settings/apple/generate-client-secret                 | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    POST /api/settings/test/email                                   | 401 403 403 400 | 401 403 403 400 | 401 403 403 400
    POST /api/settings/test/s3                                      | 401 403 403 400 | 401 403 403 400 | 401 403 403 400
    POST /api/sql                                                   | 401 403 403 200 | 401 403 403 200 | 401 403 403 200
    PUT /api/collections/import                                     | 401 403 403 204 | 401 403 403 204 | 401 403 403 204
    ");
}
