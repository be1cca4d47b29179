//! Counters: how often a client has asked in the present window.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use moka::{Expiry, policy::EvictionPolicy, sync::Cache};

use crate::settings::RateLimitRule;

/// Most counters that are kept; beyond them those go that were asked longest ago.
const MAX_COUNTERS: u64 = 100_000;
/// How long a counter stays behind its window's end.
const SLACK: Duration = Duration::from_secs(1);

/// What has a counter of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// The rule's place.
    pub(super) rule: usize,
    /// The action.
    pub(super) action: String,
    /// Whose requests.
    pub(super) client: Client,
}

/// Whose requests are counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Client {
    Network(IpAddr),
    Account(String),
}

pub(super) struct Counters(Cache<Key, Window>);

/// A window of one client. Times are in milliseconds.
#[derive(Clone, Copy, Debug)]
struct Window {
    begun: i64,
    length: i64,
    requests: i64,
}

/// Removes counters whose window is over.
struct AtTheEnd;

impl Default for Counters {
    fn default() -> Self {
        let cache = Cache::builder()
            .max_capacity(MAX_COUNTERS)
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(AtTheEnd);
        Self(cache.build())
    }
}

impl Counters {
    /// Counts a request; tells in how many seconds to come again if it is one too many.
    pub(super) fn hit(&self, key: Key, rule: &RateLimitRule, now: i64) -> Option<u32> {
        let length = rule.duration.saturating_mul(1_000);
        let counted = self.0.entry(key).and_upsert_with(|window| match window {
            Some(entry) if entry.value().is_open(now) => entry.into_value().with_one_more(),
            _ => Window { begun: now, length, requests: 1 },
        });
        let window = counted.into_value();
        (window.requests > rule.max_requests).then(|| window.seconds_left(now))
    }
}

impl Window {
    fn is_open(&self, now: i64) -> bool {
        now < self.end()
    }

    fn end(&self) -> i64 {
        self.begun.saturating_add(self.length)
    }

    fn with_one_more(self) -> Self {
        Self { requests: self.requests.saturating_add(1), ..self }
    }

    /// At least one.
    fn seconds_left(&self, now: i64) -> u32 {
        let millis = self.end().saturating_sub(now).max(1);
        u32::try_from(millis.saturating_add(999) / 1_000).unwrap_or(u32::MAX)
    }
}

impl Expiry<Key, Window> for AtTheEnd {
    fn expire_after_create(&self, _: &Key, window: &Window, _: Instant) -> Option<Duration> {
        let millis = u64::try_from(window.length).unwrap_or_default();
        Some(Duration::from_millis(millis).saturating_add(SLACK))
    }

    fn expire_after_update(
        &self,
        key: &Key,
        window: &Window,
        now: Instant,
        left: Option<Duration>,
    ) -> Option<Duration> {
        if window.requests > 1 { left } else { self.expire_after_create(key, window, now) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(duration: i64, max_requests: i64) -> RateLimitRule {
        RateLimitRule { duration, max_requests, ..RateLimitRule::default() }
    }

    fn key(client: u32) -> Key {
        let client = Client::Network(IpAddr::from(client.to_be_bytes()));
        Key { rule: 0, action: String::new(), client }
    }

    #[test]
    fn a_window_begins_with_the_first_request_and_ends_after_its_time() {
        let (counters, rule) = (Counters::default(), rule(3, 2));
        let hit = |now| counters.hit(key(1), &rule, now);
        assert_eq!([hit(500), hit(2_000)], [None, None]);
        assert_eq!(
            [hit(2_001), hit(3_499)],
            [Some(2), Some(1)],
            "what is refused prolongs nothing"
        );
        assert_eq!([hit(3_500), hit(6_499), hit(6_499)], [None, None, Some(1)]);
        assert_eq!(counters.hit(key(2), &rule, 6_499), None, "another client");
    }

    #[test]
    fn longest_windows_and_largest_numbers_do_no_harm() {
        let counters = Counters::default();
        let rule = rule(i64::MAX, 1);
        assert_eq!(counters.hit(key(1), &rule, i64::MAX - 1), None);
        assert!(counters.hit(key(1), &rule, i64::MAX - 1).is_some());
    }

    #[test]
    fn counters_are_bounded() {
        let (counters, rule) = (Counters::default(), rule(3_600, 1));
        for client in 0..u32::try_from(MAX_COUNTERS).unwrap() + 20_000 {
            counters.hit(key(client), &rule, 0);
        }
        counters.0.run_pending_tasks();
        assert!(counters.0.entry_count() <= MAX_COUNTERS);
        let last = u32::try_from(MAX_COUNTERS).unwrap() + 19_999;
        assert!(counters.hit(key(last), &rule, 1).is_some(), "who came last is still counted");
    }
}
