//! Binding, serving, draining.

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
        security_headers::security_headers, who_is_asking::who_is_asking,
    },
    routes::public::PublicFolder,
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
    backend: Arc<Backend>,
}

/// How long letters that wait may still be sent after the last request.
const LETTERS: Duration = Duration::from_secs(5);
/// Close code of websockets when the server goes away.
const GOING_AWAY: u16 = 1001;

/// Binds and starts to serve.
///
/// # Errors
/// The address can't be had.
pub fn start(backend: Arc<Backend>, options: &ServerOptions) -> std::io::Result<Running> {
    let data = web::Data::from(Arc::clone(&backend));
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
            .wrap(cors(&origins))
            .wrap(security_headers())
            .wrap(NormalizePath::new(TrailingSlash::MergeOnly))
            .configure(configure::routes)
    })
    .workers(options.workers)
    .shutdown_timeout(options.drain.as_secs())
    .disable_signals()
    .bind(options.listen)?;
    let address = server.addrs().first().copied().unwrap_or(options.listen);
    let server = server.run();
    let handle = server.handle();
    Ok(Running { address, handle, task: tokio::spawn(server), backend })
}

impl Running {
    /// Stops taking connections, closes realtime ones, lets requests and jobs end, writes the log,
    /// and closes the databases.
    pub async fn stop(self) {
        self.backend.hub.close_all(GOING_AWAY, "the server is going away");
        self.handle.stop(true).await;
        if let Ok(Err(error)) = self.task.await {
            tracing::warn!(%error, "the server did not end well");
        }
        self.backend.jobs.stop().await;
        self.backend.mailer.finish(LETTERS).await;
        self.backend.logs.close().await;
        self.backend.database.close().await;
    }
}
