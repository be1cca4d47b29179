//! Who asks, with which request, and when: the first argument of every service.

use std::net::IpAddr;

use underpin_model::{Principal, RequestInfo, Timestamp};

/// The context of one operation.
#[derive(Clone, Debug)]
pub struct OpContext {
    /// What rules may see of the request, who asks included.
    pub request: RequestInfo,
    /// The moment at which the operation began.
    pub now: Timestamp,
    /// The address that it came from, if it came from outside.
    pub client: Option<IpAddr>,
    /// The request's id, for logs and the change log.
    pub request_id: String,
}

impl OpContext {
    /// The context of work that the server does by itself.
    pub fn system(now: Timestamp) -> Self {
        Self {
            request: RequestInfo::of(Principal::System),
            now,
            client: None,
            request_id: String::new(),
        }
    }

    /// Who asks.
    pub fn who(&self) -> &Principal {
        &self.request.who
    }
}
