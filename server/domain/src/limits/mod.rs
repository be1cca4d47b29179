//! How many requests a client may make in which time, by the settings' rules.
//!
//! A window begins with a client's first request and is over after the rule's time, whatever came
//! meanwhile: the semantics of the web API that this one follows. (The crate `governor` lets
//! requests trickle in again one by one, which clients would see.) Counters are this node's own.

mod asked;
mod counters;
mod rule;

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
};

use arc_swap::ArcSwapOption;
use underpin_model::{DomainError, DomainResult, Principal};

pub use self::asked::{Action, Asked};
use self::counters::{Client, Counters, Key};
use crate::{OpContext, settings::Settings};

/// The part of an address of IPv6 that a client can't choose freely.
const NETWORK_BITS: u32 = 64;

/// Counts requests.
#[derive(Default)]
pub struct Limiter {
    state: ArcSwapOption<State>,
}

/// The counters of some settings: others begin anew.
struct State {
    settings: Arc<Settings>,
    counters: Counters,
}

impl Limiter {
    /// Counts a request against the rule that it falls under, if any. Superusers are exempt.
    ///
    /// # Errors
    /// `TooMany` for a request that is one too many.
    pub fn count(
        &self,
        settings: &Arc<Settings>,
        ctx: &OpContext,
        asked: &Asked<'_>,
    ) -> DomainResult<()> {
        let limits = &settings.rate_limits;
        let who = ctx.who();
        if !limits.enabled || matches!(who, Principal::Superuser(_) | Principal::System) {
            return Ok(());
        }
        let origin = ctx.origin.unwrap_or_default();
        if limits.excludes(origin.vouched) {
            return Ok(());
        }
        let Some((place, rule)) = rule::find(&limits.rules, asked, who) else { return Ok(()) };
        let state = self.state_of(settings);
        let now = ctx.now.millis();
        for client in clients(origin.client, who) {
            let key = Key { rule: place, action: asked.counted_as(), client };
            if let Some(retry_after) = state.counters.hit(key, rule, now) {
                return Err(DomainError::TooMany { retry_after });
            }
        }
        Ok(())
    }

    fn state_of(&self, settings: &Arc<Settings>) -> Arc<State> {
        if let Some(state) = self.state.load_full()
            && Arc::ptr_eq(&state.settings, settings)
        {
            return state;
        }
        let (settings, counters) = (Arc::clone(settings), Counters::default());
        let state = Arc::new(State { settings, counters });
        self.state.store(Some(Arc::clone(&state)));
        state
    }
}

/// Whom a request counts for: its address, and the account wherever it comes from.
fn clients(address: IpAddr, who: &Principal) -> impl Iterator<Item = Client> {
    let account = who
        .record()
        .map(|record| Client::Account(format!("{}/{}", record.collection().id, record.id())));
    [Client::Network(network(address))].into_iter().chain(account)
}

/// What a client can't change of its address.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let mask = u128::MAX << (Ipv6Addr::BITS - NETWORK_BITS);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_ipv6_counts_by_its_network_and_one_of_ipv4_by_itself() {
        let same = |one: &str, other: &str| {
            network(one.parse().unwrap()) == network(other.parse().unwrap())
        };
        assert!(same("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff"));
        assert!(!same("2001:db8::1", "2001:db8:0:1::1"));
        assert!(same("::ffff:10.0.0.1", "10.0.0.1"));
        assert!(!same("10.0.0.1", "10.0.0.2"));
    }
}
