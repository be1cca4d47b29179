//! Who asks, with which request, from where and when: the first argument of every service.

use std::net::{IpAddr, Ipv4Addr};

use underpin_model::{Principal, RequestInfo, Timestamp};

/// The context of one operation.
#[derive(Clone, Debug)]
pub struct OpContext {
    /// What rules may see of the request, who asks included.
    pub request: RequestInfo,
    /// Where the request comes from; nothing for the server's own work.
    pub origin: Option<Origin>,
    /// The moment at which the operation began.
    pub now: Timestamp,
    /// The request's id, for logs and the change log.
    pub request_id: String,
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The client's address, as far as the settings believe what proxies say.
    pub client: IpAddr,
    /// The address that lists of allowed ones go by: one that no client can choose.
    pub vouched: IpAddr,
}

impl Default for Origin {
    /// Nobody knows.
    fn default() -> Self {
        let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        Self { client: nowhere, vouched: nowhere }
    }
}

impl OpContext {
    /// The context of work that the server does by itself.
    pub fn system(now: Timestamp) -> Self {
        let request = RequestInfo::of(Principal::System);
        Self { request, origin: None, now, request_id: String::new() }
    }

    /// Who asks.
    pub fn who(&self) -> &Principal {
        &self.request.who
    }
}
