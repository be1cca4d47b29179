//! Realtime: SSE as the web API has it, and the websocket protocol `underpin.v1`.

pub(crate) mod frame;
pub(crate) mod sse;
pub(crate) mod websocket;

use std::{sync::Arc, time::Duration};

use actix_web::web;
use underpin_domain::{Backend, Origin, realtime::Client};
use underpin_model::{DomainError, DomainResult, Principal};

use crate::extract::Caller;

/// Time between two signs of life.
const HEARTBEAT: Duration = Duration::from_secs(25);

/// Takes a new connection in, a guest's until it says who it is. The guard lets it go again.
fn enter(
    backend: &web::Data<Backend>,
    caller: &Caller,
) -> DomainResult<(Guard, tokio::sync::mpsc::Receiver<underpin_domain::realtime::Outgoing>)> {
    let id = underpin_model::id::random_lowercase(40);
    let (client, receiver) = Client::new(id, Principal::Guest);
    if !backend.hub.connect(&client) {
        return Err(DomainError::Busy);
    }
    Ok((Guard { backend: backend.clone(), client, origin: caller.ctx.origin }, receiver))
}

/// A connection's place in the hub; dropped with the connection.
pub(crate) struct Guard {
    pub(crate) backend: web::Data<Backend>,
    pub(crate) client: Arc<Client>,
    pub(crate) origin: Option<Origin>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.backend.hub.disconnect(&self.client.id);
    }
}
