//! A server that runs, and the change of its backend while it does: when a backup was restored, here
//! or by another node, everything but the socket is closed and opened anew.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{sync::oneshot, task::JoinHandle};
use underpin_domain::{
    Backend,
    restore::{self, Process},
};
use underpin_http::Running;

use crate::{
    assemble::{Outside, restored},
    config::Config,
    housekeeping,
};

/// Pause between two tries to open what should be served.
const PAUSE: Duration = Duration::from_secs(1);

/// Hears of each backend that begins to answer after the first one.
pub(crate) type Told = Box<dyn Fn(&Arc<Backend>) + Send + Sync>;

/// A server that runs.
pub struct Server {
    /// The address that it listens on.
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) fn of(running: Running, config: Config, backend: Arc<Backend>, told: Told) -> Self {
        let address = running.address;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(run(running, config, backend, (told, stopped)));
        Self { address, stop, task }
    }

    /// Stops taking connections, lets requests and jobs end, and closes the databases.
    pub async fn stop(self) {
        // Who drops the other end has stopped.
        let _ = self.stop.send(());
        if self.task.await.is_err() {
            tracing::error!("the server did not end well");
        }
    }
}

async fn run(
    running: Running,
    config: Config,
    mut backend: Arc<Backend>,
    (told, mut stopped): (Told, oneshot::Receiver<()>),
) {
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            () = restore::wanted(&backend) => {}
        }
        tracing::info!("another state of the project is about to be served");
        let outside = Outside { clock: Arc::clone(&backend.clock) };
        running.pause().await;
        // Nobody keeps what was closed.
        drop(backend);
        tokio::select! {
            _ = &mut stopped => break,
            next = reopened(&config, &outside) => backend = next,
        }
        housekeeping::register(&backend, &config.changes);
        running.resume(Arc::clone(&backend));
        housekeeping::start(&backend);
        told(&backend);
        tracing::info!("serving again");
    }
    running.stop().await;
}

/// Tries until something can be served; clients are asked to come back meanwhile.
async fn reopened(config: &Config, outside: &Outside) -> Arc<Backend> {
    loop {
        match restored(config, outside.clone(), Process::This).await {
            Ok(backend) => return backend,
            Err(error) => {
                let cause = format!("{error:#}");
                tracing::error!(cause, "nothing can be served at this moment");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
