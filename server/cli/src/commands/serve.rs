//! `underpin serve`

use underpin_domain::{Backend, auth};

use super::outcome::say;
use crate::{
    assemble::{Outside, assemble, serve_and_tell},
    config::Config,
    logging::Feed,
};

/// Serves until told to stop, then drains.
pub(super) async fn serve(config: &Config, outside: Outside, feed: &Feed) -> anyhow::Result<()> {
    // Signals are heard from the start on, so that none is lost while the database opens.
    let stop = stop_signal()?;
    let backend = assemble(config, outside).await?;
    feed.attach(&backend);
    let attached = feed.clone();
    let running =
        serve_and_tell(config, &backend, Box::new(move |backend| attached.attach(backend)))?;
    let base = format!("http://{}", running.address);
    greet(&backend, &base).await?;
    drop(backend);
    tracing::info!(address = %running.address, "serving");
    stop.await;
    tracing::info!("draining");
    running.stop().await;
    tracing::info!("stopped");
    Ok(())
}

async fn greet(backend: &std::sync::Arc<Backend>, base: &str) -> anyhow::Result<()> {
    say(&format!("Underpin serves at {base}\n  REST API  {base}/api/\n  Console   {base}/_/"))?;
    if auth::needs_installer(backend).await? {
        let token = auth::installer_token(backend).await?;
        say(&format!(
            "\nMake the first superuser here (once, within 30 minutes):\n  {base}/_/#/pbinstall/{token}\nor run: underpin superuser upsert EMAIL PASSWORD"
        ))?;
    }
    Ok(())
}

/// Resolves at SIGTERM or Ctrl-C.
#[cfg(unix)]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Resolves at Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
