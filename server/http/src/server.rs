//! Binding, serving, draining, and changing the backend while the socket stays open.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use actix_web::{
    App, HttpServer,
    dev::ServerHandle,
    middleware::{NormalizePath, TrailingSlash, from_fn},
    web,
};
use tokio::task::JoinHandle;
use underpin_domain::Backend;

use crate::{
    configure,
    middleware::{
        activity_log::activity_log, client_address::Proxies, compression::compression, cors::cors,
        seat::seat, security_headers::security_headers, who_is_asking::who_is_asking,
    },
    routes::public::PublicFolder,
    stage::Stage,
};

/// How to serve.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Worker threads.
    pub workers: usize,
    /// How long requests may still run after the server was told to stop.
    pub drain: Duration,
    /// Sites that may call the API from a browser; `*` for all.
    pub origins: Vec<String>,
    /// Addresses and ranges of proxies that may tell a client's address.
    pub trusted_proxies: Vec<String>,
    /// The folder of static files.
    pub public_dir: PathBuf,
    /// Whether its `index.html` stands in for paths that are not there.
    pub index_fallback: bool,
}

/// A server that runs.
pub struct Running {
    /// The address that it listens on.
    pub address: SocketAddr,
    handle: ServerHandle,
    task: JoinHandle<std::io::Result<()>>,
    stage: web::Data<Stage>,
    drain: Duration,
}

/// How long letters that wait may still be sent after the last request.
const LETTERS: Duration = Duration::from_secs(5);
/// Close code of websockets when the server goes away.
const GOING_AWAY: u16 = 1001;
/// Close code of websockets when another backend is about to answer.
const RESTARTING: u16 = 1012;
/// How long requests may hold up a change of the backend: all others wait meanwhile.
const CHANGE_PATIENCE: Duration = Duration::from_secs(3);
/// How long a connection may stand idle: longer than the minute after which load balancers and
/// clients give one up, so that none is closed while a request is on its way to it.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Binds and starts to serve.
///
/// # Errors
/// The address can't be had.
pub fn start(backend: Arc<Backend>, options: &ServerOptions) -> std::io::Result<Running> {
    let stage = web::Data::new(Stage::new(backend));
    let data = stage.clone();
    let proxies = web::Data::new(Proxies(options.trusted_proxies.clone()));
    let public =
        web::Data::new(PublicFolder::new(options.public_dir.clone(), options.index_fallback));
    let origins = options.origins.clone();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(data.clone())
            .app_data(proxies.clone())
            .app_data(public.clone())
            .wrap(from_fn(compression))
            .wrap(from_fn(who_is_asking))
            .wrap(from_fn(activity_log))
            .wrap(from_fn(seat))
            .wrap(cors(&origins))
            .wrap(security_headers())
            .wrap(NormalizePath::new(TrailingSlash::MergeOnly))
            .configure(configure::routes)
    })
    .workers(options.workers)
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(options.drain.as_secs())
    .disable_signals()
    .bind(options.listen)?;
    let address = server.addrs().first().copied().unwrap_or(options.listen);
    let server = server.run();
    let handle = server.handle();
    Ok(Running { address, handle, task: tokio::spawn(server), stage, drain: options.drain })
}

impl Running {
    /// Takes the backend away and closes it; what comes in meanwhile waits for the next one.
    pub async fn pause(&self) {
        let Some(act) = self.stage.clear() else { return };
        act.backend.hub.close_all(RESTARTING, "the server is restarting");
        act.drained(self.drain.min(CHANGE_PATIENCE)).await;
        // Whoever has come in since.
        act.backend.hub.close_all(RESTARTING, "the server is restarting");
        close(&act.backend).await;
    }

    /// Lets a backend answer, once the one before was taken away.
    pub fn resume(&self, backend: Arc<Backend>) {
        self.stage.enter(backend);
    }

    /// Stops taking connections, closes realtime ones, lets requests and jobs end, writes the log,
    /// and closes the databases.
    pub async fn stop(self) {
        let backend = self.stage.backend();
        if let Some(backend) = &backend {
            backend.hub.close_all(GOING_AWAY, "the server is going away");
        }
        self.handle.stop(true).await;
        if let Ok(Err(error)) = self.task.await {
            tracing::warn!(%error, "the server did not end well");
        }
        if let Some(backend) = backend {
            close(&backend).await;
        }
    }
}

async fn close(backend: &Backend) {
    backend.jobs.stop().await;
    backend.mailer.finish(LETTERS).await;
    backend.logs.close().await;
    backend.database.close().await;
    backend.restoring.leave();
}
