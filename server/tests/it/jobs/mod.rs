//! Jobs that run by the clock.

mod alone;
mod nodes;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::Value;
use underpin_domain::jobs::Job;
use underpin_model::CronExpression;
use underpin_testkit::TestServer;

const PATH: &str = "/api/crons";
/// How long something may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a job has begun.
#[derive(Clone, Default)]
struct Begun(Arc<AtomicUsize>);

impl Begun {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// Waits until it has begun so often, no more.
    async fn reach(&self, count: usize) {
        let reached = async {
            while self.count() < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, reached).await.expect("it does not begin");
        assert_eq!(self.count(), count);
    }

    /// A job that counts, and is done at once.
    fn job(&self, id: &str, expression: &str) -> Job {
        let begun = self.clone();
        Job::new(id, CronExpression::parse(expression).unwrap(), move |_| {
            begun.0.fetch_add(1, Ordering::SeqCst);
            async { Ok(()) }
        })
    }

    /// A job that counts, and never ends.
    fn endless(&self, id: &str, expression: &str) -> Job {
        let begun = self.clone();
        Job::new(id, CronExpression::parse(expression).unwrap(), move |_| {
            begun.0.fetch_add(1, Ordering::SeqCst);
            std::future::pending()
        })
    }
}

/// A job as the list has it.
async fn job(server: &TestServer, id: &str) -> Value {
    let root = server.guest().signed_in("_superusers", "root@example.com", "correct horse").await;
    let all = root.get(PATH).await.expect(200);
    let found = all.as_array().unwrap().iter().find(|job| job["id"] == id);
    found.unwrap_or_else(|| panic!("{id} in {all}")).clone()
}

/// Waits until the newest run of a job has this outcome.
pub(crate) async fn outcome(server: &TestServer, id: &str, wanted: &str) -> Value {
    let seen = async {
        loop {
            let job = job(server, id).await;
            if job["last"]["outcome"] == wanted {
                return job["last"].clone();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, seen).await.unwrap_or_else(|_| panic!("{id} is never {wanted}"))
}

/// Moves the clock on, and waits until the server has looked at it.
pub(crate) async fn advance(server: &TestServer, seconds: i64) {
    let mut looked = server.backend.jobs.looked();
    let ready = looked.wait_for(Option::is_some);
    drop(tokio::time::timeout(PATIENCE, ready).await.expect("no scheduler").unwrap());
    server.clock.advance(seconds);
    let now = underpin_model::clock::Clock::now(server.clock.as_ref());
    let minute = underpin_model::cron::minute_of(now);
    let seen = looked.wait_for(|looked| looked.is_some_and(|looked| looked >= minute));
    tokio::time::timeout(PATIENCE, seen).await.expect("the clock is not looked at").unwrap();
}
