//! When a request is sent again, and how long to wait before that.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Method, StatusCode};

use crate::{date_text, session};

/// Bounds of the automatic repetition of requests.
///
/// Only `GET`, `HEAD`, `PUT` and `DELETE` are repeated, and only when the server said that it did
/// nothing (429 and 503).
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// How often a request is sent at most; 1 switches repetition off.
    pub attempts: u32,
    /// First pause when the server names none; it doubles each time.
    pub first_pause: Duration,
    /// A longer pause than this is not waited for: the error is returned at once.
    pub longest_pause: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 4,
            first_pause: Duration::from_millis(250),
            longest_pause: Duration::from_secs(10),
        }
    }
}

impl RetryPolicy {
    /// The pause before the next attempt, or `None` when the answer is final.
    pub(crate) fn pause(
        &self,
        attempt: u32,
        method: &Method,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Option<Duration> {
        let repeatable =
            matches!(*method, Method::GET | Method::HEAD | Method::PUT | Method::DELETE);
        let refused =
            matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
        if !repeatable || !refused || attempt >= self.attempts {
            return None;
        }
        let pause = retry_after(headers)
            .unwrap_or_else(|| backoff(self.first_pause, self.longest_pause, attempt));
        (pause <= self.longest_pause).then_some(pause)
    }
}

/// A pause that doubles with each attempt (the first is 1), with up to half of it left to chance,
/// so that many clients do not come back in the same moment.
pub(crate) fn backoff(first: Duration, longest: Duration, attempt: u32) -> Duration {
    let doubled = first.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(longest);
    let half = doubled / 2;
    let chance =
        u32::try_from(RandomState::new().build_hasher().finish() % 1024).unwrap_or_default();
    half + half * chance / 1024
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match text.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => Some(date_text::http_date(text)?.saturating_sub(session::since_1970())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pause(attempt: u32, method: &Method, status: u16, after: Option<&str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        if let Some(after) = after {
            headers.insert(RETRY_AFTER, after.parse().unwrap());
        }
        RetryPolicy::default().pause(
            attempt,
            method,
            StatusCode::from_u16(status).unwrap(),
            &headers,
        )
    }

    #[test]
    fn the_servers_pause_is_kept() {
        assert_eq!(pause(1, &Method::GET, 429, Some("3")), Some(Duration::from_secs(3)));
        assert_eq!(
            pause(1, &Method::GET, 503, Some("Sun, 06 Nov 1994 08:49:37 GMT")),
            Some(Duration::ZERO)
        );
    }

    #[test]
    fn what_may_have_had_an_effect_is_never_repeated() {
        assert_eq!(pause(1, &Method::POST, 503, Some("0")), None);
        assert_eq!(pause(1, &Method::PATCH, 429, Some("0")), None);
        assert_eq!(pause(1, &Method::GET, 500, None), None);
    }

    #[test]
    fn repetition_is_bounded_in_number_and_length() {
        assert!(pause(3, &Method::GET, 503, None).is_some());
        assert_eq!(pause(4, &Method::GET, 503, None), None);
        assert_eq!(pause(1, &Method::GET, 429, Some("3600")), None);
    }

    #[test]
    fn pauses_grow_and_stay_below_the_longest() {
        let (first, longest) = (Duration::from_millis(100), Duration::from_secs(1));
        for attempt in 1..40 {
            let pause = backoff(first, longest, attempt);
            assert!(pause >= first / 2 && pause <= longest, "{attempt}: {pause:?}");
        }
        assert!(backoff(first, longest, 10) >= longest / 2);
    }
}
