//! Messages of the server: as lines on standard error (JSON for machines, or text for people), and
//! in the log that superusers read.

use std::{
    fmt, io,
    sync::{Arc, PoisonError, RwLock, Weak},
};

use anyhow::Context as _;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    layer::{Context, SubscriberExt},
    util::SubscriberInitExt,
};
use underpin_domain::{
    Backend,
    logs::{self, Level, OWN_TARGET},
};
use underpin_model::{Json, JsonMap};

use crate::config::{LogConfig, LogFormat};

/// Messages of these modules are kept. Those of drivers are not: writing the log would make more.
const OURS: &str = "underpin";
/// What strangers can fill the log with: a line for each request that is no HTTP, and each frame
/// that is none. Who wants to see them names them in the level.
const NO_HTTP: &str = "actix_http::h1::dispatcher=off,actix_http::ws=off";
/// Lines about requests, which are in the log by themselves.
const REQUESTS: &str = "underpin::requests";
/// The field that is the message itself.
const MESSAGE: &str = "message";

/// The way from messages to the log, once there is one.
#[derive(Clone, Default)]
pub struct Feed(Arc<RwLock<Weak<Backend>>>);

/// Starts logging.
///
/// # Errors
/// A level that can't be read.
pub fn start(config: &LogConfig) -> anyhow::Result<Feed> {
    let filter = EnvFilter::try_new(format!("{NO_HTTP},{}", config.level));
    let filter = filter.context("log.level can't be read")?;
    let feed = Feed::default();
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match config.format {
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).boxed(),
        LogFormat::Text => lines.boxed(),
    };
    tracing_subscriber::registry().with(lines).with(feed.clone()).with(filter).init();
    Ok(feed)
}

impl Feed {
    /// From now on messages go to the log as well.
    pub fn attach(&self, backend: &Arc<Backend>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(backend);
    }
}

impl<S: Subscriber> Layer<S> for Feed {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let meta = event.metadata();
        let target = meta.target();
        if !target.starts_with(OURS) || target == REQUESTS || target == OWN_TARGET {
            return;
        }
        let backend = self.0.read().unwrap_or_else(PoisonError::into_inner).upgrade();
        let Some(backend) = backend else { return };
        let mut found = Found::default();
        event.record(&mut found);
        let level = match *meta.level() {
            tracing::Level::ERROR => Level::Error,
            tracing::Level::WARN => Level::Warning,
            tracing::Level::INFO => Level::Info,
            _ => Level::Debug,
        };
        found.fields.insert("type".to_owned(), Json::from("message"));
        found.fields.insert("target".to_owned(), Json::from(target));
        logs::note(&backend, level, &found.message, found.fields);
    }
}

/// What an event says.
#[derive(Default)]
struct Found {
    message: String,
    fields: JsonMap,
}

impl Found {
    fn put(&mut self, field: &Field, value: Json) {
        match (field.name(), value) {
            (MESSAGE, Json::String(text)) => self.message = text,
            (name, value) => drop(self.fields.insert(name.to_owned(), value)),
        }
    }
}

impl Visit for Found {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, Json::from(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, Json::from(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, Json::from(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, Json::from(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, Json::from(format!("{value:?}")));
    }
}
