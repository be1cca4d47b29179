//! A real server in this process.

use std::{path::Path, sync::Arc};

use serde_json::{Value, json};
use tempfile::TempDir;
use underpin_credentials::{Secret, seal::SealingKey};
use underpin_domain::{
    Backend, auth,
    import::{ImportAsk, Present, Report, import},
    transfer::{Listener, Step},
};
use underpin_model::clock::{Clock, SystemClock};
use underpin_server::{
    args::Shared,
    assemble::{Outside, assemble, serve},
    config::Config,
    server::Server,
};

use underpin_storage::{
    foreign::InUse,
    transfer::{BatchSize, Place},
};

use crate::{Caller, ManualClock, Socket, Store};

/// Address and password of the superuser that every test server has.
const ROOT: (&str, &str) = ("root@example.com", "correct horse");

/// The key of the settings that test servers share.
const SETTINGS_KEY: &str = "a settings key for tests, and for nothing else";

/// A real server with a data folder of its own.
pub struct TestServer {
    /// Where it is, as `http://127.0.0.1:1234`.
    pub base: String,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    /// What it works on.
    pub backend: Arc<Backend>,
    /// The database, behind the server's back.
    pub store: Store,
    running: Option<Server>,
    root_token: String,
    folder: TempDir,
}

impl TestServer {
    /// Starts a server with an empty project and one superuser.
    pub async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    /// Starts a server on a PostgreSQL database, which others may use as well.
    pub async fn start_on(url: &str) -> Self {
        Self::start_with(|config| url.clone_into(&mut config.database.url)).await
    }

    /// Starts a server whose configuration differs.
    pub async fn start_with(configure: impl FnOnce(&mut Config)) -> Self {
        Self::start_prepared(configure, async |_: &Config| ()).await
    }

    /// Starts a server on what was imported from a data directory of the reference, whose server
    /// may be running and must know our superuser; the report as well.
    pub async fn start_on_import(source: &Path) -> (Self, Report) {
        Self::start_on_import_with(source, |_| ()).await
    }

    /// As [`Self::start_on_import`], with a configuration that differs.
    pub async fn start_on_import_with(
        source: &Path,
        configure: impl FnOnce(&mut Config),
    ) -> (Self, Report) {
        let mut report = None;
        let prepare = async |config: &Config| {
            report = Some(imported(source, config).await);
        };
        let server = Self::start_prepared(configure, prepare).await;
        (server, report.unwrap())
    }

    async fn start_prepared(
        configure: impl FnOnce(&mut Config),
        prepare: impl AsyncFnOnce(&Config),
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::read(&Shared::default()).unwrap();
        config.listen = "127.0.0.1:0".parse().unwrap();
        config.data_dir = folder.path().join("data");
        config.public_dir = folder.path().join("public");
        config.workers = 2;
        config.drain_seconds = 1;
        // Hashing that is as cheap as the algorithm allows; its cost has tests of its own.
        config.password.memory_kib = 8;
        config.password.passes = 1;
        let store = Store::create(&config.data_dir);
        config.database.url = store.url().unwrap_or_default();
        config.database.connections = 2;
        config.settings.key = Secret::new(SETTINGS_KEY);
        configure(&mut config);
        prepare(&config).await;
        let clock = Arc::new(ManualClock::default());
        let shared: Arc<dyn Clock> = clock.clone();
        let outside = Outside { clock: shared };
        let backend = assemble(&config, outside).await.unwrap();
        // Refused where another node has made it already; then signing in tells.
        let _ = auth::create_superuser(&backend, ROOT.0, ROOT.1).await;
        let running = serve(&config, &backend).unwrap();
        let base = format!("http://{}", running.address);
        let root = Caller::guest(&base).signed_in("_superusers", ROOT.0, ROOT.1).await;
        let (running, root_token) = (Some(running), root.token);
        Self { base, clock, backend, store, running, root_token, folder }
    }

    /// A guest.
    pub fn guest(&self) -> Caller {
        Caller::guest(&self.base)
    }

    /// The superuser.
    pub fn superuser(&self) -> Caller {
        self.guest().with_token(&self.root_token)
    }

    /// A new user of the collection `users`, signed in, with its id.
    pub async fn user(&self, name: &str) -> (Caller, String) {
        let email = format!("{name}@example.com");
        let body = json!({
            "email": email, "password": "12345678", "passwordConfirm": "12345678", "name": name,
        });
        let record = self.superuser().create("users", body).await;
        let id = record["id"].as_str().unwrap().to_owned();
        (self.guest().signed_in("users", &email, "12345678").await, id)
    }

    /// Makes a collection from its definition.
    pub async fn collection(&self, definition: Value) -> Value {
        self.superuser().post("/api/collections", definition).await.ok()
    }

    /// A collection that everybody may do everything with.
    pub async fn open_collection(&self, name: &str, fields: Value) -> Value {
        self.collection(json!({
            "name": name, "type": "base", "fields": fields,
            "listRule": "", "viewRule": "", "createRule": "", "updateRule": "", "deleteRule": "",
        }))
        .await
    }

    /// A websocket that has seen its first frame.
    pub async fn socket(&self) -> Socket {
        Socket::connect(&self.base).await
    }

    /// Waits until realtime has handed out everything that was written so far: a subscription
    /// that is made afterwards is told of nothing earlier.
    pub async fn handed_out(&self) {
        let newest = self.backend.database.last_position().await.unwrap();
        let mut witness = self.socket().await;
        witness.auth(&self.root_token).await;
        loop {
            let answer = witness.subscribe("witness", "_superusers").await;
            let cursor = answer["cursor"].as_str().unwrap();
            let position: i64 = cursor.rsplit_once('.').unwrap().1.parse().unwrap();
            if position >= newest {
                return;
            }
        }
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    /// Stops as at SIGTERM and waits for the end.
    pub async fn stop(mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }
}

/// Hears nothing.
struct Deaf;

impl Listener for Deaf {
    fn begins(&self, _step: Step<'_>, _total: u64) {}

    fn advances(&self, _count: u64) {}

    fn ends(&self) {}
}

async fn imported(source: &Path, config: &Config) -> Report {
    std::fs::create_dir_all(&config.data_dir).unwrap();
    let to = match config.database.postgres() {
        Some(url) => Place::Postgres(url.to_owned()),
        None => Place::Sqlite(config.data_dir.clone()),
    };
    let sealing_key = SealingKey::from_text(&config.settings.key).unwrap();
    let ask = ImportAsk {
        sealing_key: Some(sealing_key),
        keep_key: Box::new(|| Ok(())),
        from: source.to_owned(),
        to,
        data_dir: config.data_dir.clone(),
        scratch: config.data_dir.clone(),
        in_use: InUse::Accepted,
        present: Present::Kept,
        settings_key: None,
        batch: BatchSize::default(),
    };
    import(&ask, &SystemClock, &Deaf).await.unwrap()
}
