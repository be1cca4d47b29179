//! Realtime: SSE as the web API has it, and the websocket protocol `underpin.v1`.

pub(crate) mod frame;
pub(crate) mod sse;
pub(crate) mod websocket;

use std::{net::IpAddr, sync::Arc, time::Duration};

use actix_web::web;
use underpin_domain::{Backend, realtime::Client};
use underpin_model::{DomainError, DomainResult, Principal};

/// Time between two signs of life.
const HEARTBEAT: Duration = Duration::from_secs(25);

/// Takes a new connection in. The guard lets it go again.
fn enter(
    backend: &web::Data<Backend>,
    address: Option<IpAddr>,
) -> DomainResult<(Guard, tokio::sync::mpsc::Receiver<underpin_domain::realtime::Outgoing>)> {
    let (client, receiver) =
        Client::new(underpin_model::id::random_lowercase(40), Principal::Guest);
    if !backend.hub.connect(&client) {
        return Err(DomainError::Busy);
    }
    Ok((Guard { backend: backend.clone(), client, address }, receiver))
}

/// A connection's place in the hub; dropped with the connection.
pub(crate) struct Guard {
    pub(crate) backend: web::Data<Backend>,
    pub(crate) client: Arc<Client>,
    /// Where it comes from.
    pub(crate) address: Option<IpAddr>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.backend.hub.disconnect(&self.client.id);
    }
}
