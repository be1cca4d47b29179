//! Both servers with the stage set, asked side by side.

use std::time::{Duration, Instant};

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tokio::sync::RwLock;
use underpin_testkit::{Caller, TestServer};

use super::{
    super::{mask::masked, play::Stage, reference::Reference, scenario::Group},
    case::{Act, COPY, Case},
    world::World,
};

/// How long a busy server is asked again.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often what a lost connection has taken along is sent.
const TRIES: usize = 5;

/// Both servers.
pub(super) struct Servers {
    pub(super) ours: Side,
    pub(super) theirs: Side,
}

/// One of them.
pub(super) struct Side {
    name: &'static str,
    stage: Stage,
    /// Writes wait while the schema changes, or they would be told to come again.
    schema: RwLock<()>,
}

/// An answer, with everything masked that differs from server to server.
#[derive(Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Value,
    pub(super) took: Duration,
}

impl PartialEq for Reply {
    fn eq(&self, other: &Self) -> bool {
        self.status == other.status && self.body == other.body
    }
}

impl Servers {
    /// Sets the stage on two servers.
    pub(super) async fn start(server: &TestServer, reference: &Reference, group: &Group) -> Self {
        let ours = Side::set("this server", &server.base, group);
        let theirs = Side::set("the reference", &reference.base, group);
        let (ours, theirs) = tokio::join!(ours, theirs);
        Self { ours, theirs }
    }

    /// Asks both, and takes back what a write has changed.
    pub(super) async fn ask(&self, world: &World, case: &Case) -> [Reply; 2] {
        let (ours, theirs) = tokio::join!(self.ours.ask(world, case), self.theirs.ask(world, case));
        [ours, theirs]
    }

    /// Gives the case's collection its rules; false when one of the servers refuses them.
    pub(super) async fn set_rules(&self, case: &Case) -> bool {
        let (ours, theirs) = tokio::join!(self.ours.set_rules(case), self.theirs.set_rules(case));
        ours && theirs
    }
}

impl Side {
    async fn set(name: &'static str, base: &str, group: &Group) -> Self {
        let stage = Stage::set(base, group).await;
        let side = Self { name, stage, schema: RwLock::default() };
        for (id, files) in [(1, 1), (2, 3), (3, 2), (7, 1)] {
            let file = |name: String| Part::text("scan").file_name(name);
            let form = (0..files)
                .fold(Form::new(), |form, at| form.part("scans", file(format!("scan_{at}.txt"))));
            let form = form.part("scan", file("scan_one.txt".to_owned()));
            let path = format!("/api/collections/books/records/book{id:011}");
            side.root().form(reqwest::Method::PATCH, &path, form).await.ok();
        }
        side
    }

    fn root(&self) -> &Caller {
        self.stage.caller("superuser")
    }

    async fn ask(&self, world: &World, case: &Case) -> Reply {
        if let Act::Delete(id) = &case.act {
            let mut copy = world.rows[id].clone();
            copy["id"] = COPY.into();
            self.settle(reqwest::Method::POST, &records(case, ""), copy).await;
        }
        let mut reply = self.send(case).await;
        let id = |id: &str| records(case, &format!("/{id}"));
        match (&case.act, reply.status) {
            (Act::Rule, 200) => reply.body = Value::Null,
            (Act::Create(_), 200) => {
                let made = reply.body["id"].as_str().unwrap_or_default().to_owned();
                self.settle(reqwest::Method::DELETE, &id(&made), json!({})).await;
            }
            (Act::Update(changed, _), 200) => {
                let row = world.rows[changed].clone();
                self.settle(reqwest::Method::PATCH, &id(changed), row).await;
            }
            (Act::Delete(_), status) if status != 204 => {
                self.settle(reqwest::Method::DELETE, &id(COPY), json!({})).await;
            }
            _ => {}
        }
        Reply { body: masked(reply.body, self.stage.known_ids()), ..reply }
    }

    /// Sends the case; a server that is busy is asked again.
    async fn send(&self, case: &Case) -> Reply {
        let caller = self.stage.caller(case.who);
        let (_changing, _writing);
        match case.act {
            Act::Rule => _changing = self.schema.write().await,
            Act::List | Act::View(_) => {}
            _ => _writing = self.schema.read().await,
        }
        let (start, mut tries) = (Instant::now(), 1);
        loop {
            let mut request = caller.request(case.method(), &case.path()).query(&case.parameters());
            for (name, value) in &case.headers {
                request = request.header(*name, *value);
            }
            if let Some(body) = case.body() {
                request = request.json(&body);
            }
            let answer = match request.send().await {
                Ok(answer) => answer,
                // On a machine that is busy a connection may be given up while it is taken up.
                Err(error) if case.may_come_twice() && tries < TRIES && error.is_request() => {
                    tries += 1;
                    continue;
                }
                Err(error) => panic!("{}: {error:?}: {case}", self.name),
            };
            let status = answer.status().as_u16();
            let bytes = answer.bytes().await.unwrap();
            let text = || Value::String(String::from_utf8_lossy(&bytes).into_owned());
            let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| text());
            if status != 503 || start.elapsed() > PATIENCE {
                return Reply { status, body, took: start.elapsed() };
            }
        }
    }

    async fn set_rules(&self, case: &Case) -> bool {
        let mut set = case.clone();
        (set.who, set.act) = ("superuser", Act::Rule);
        (set.query, set.sort, set.filter) = (Vec::new(), Vec::new(), None);
        self.send(&set).await.status == 200
    }

    /// Does what has to succeed for the next case.
    async fn settle(&self, method: reqwest::Method, path: &str, body: Value) {
        let _writing = self.schema.read().await;
        let start = Instant::now();
        loop {
            let answer = self.root().send(method.clone(), path, Some(body.clone())).await;
            if answer.status != 503 || start.elapsed() > PATIENCE {
                let said = answer.text();
                assert!(answer.status < 300, "{method} {path}: {} {said}", answer.status);
                return;
            }
        }
    }
}

fn records(case: &Case, rest: &str) -> String {
    format!("/api/collections/{}/records{rest}", case.collection)
}
