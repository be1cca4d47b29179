use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    time::Duration,
};

use tokio::task::JoinSet;

use super::*;

/// Holds one thread of the pool until the sender is dropped.
fn occupy(pool: &Arc<WorkPool>, tasks: &mut JoinSet<Result<(), PoolError>>) -> Held {
    let (release, gate) = mpsc::channel::<()>();
    let (entered, inside) = oneshot::channel();
    let pool = Arc::clone(pool);
    tasks.spawn(async move {
        pool.run(move || {
            entered.send(()).unwrap();
            gate.recv().unwrap_err();
        })
        .await
    });
    Held { inside, release }
}

struct Held {
    inside: oneshot::Receiver<()>,
    release: mpsc::Sender<()>,
}

#[tokio::test]
async fn fifty_jobs_at_once_never_run_on_more_than_the_given_threads() {
    let pool = Arc::new(WorkPool::start("test", 2, 50).unwrap());
    let running = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let pair = Arc::new(Barrier::new(2));
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let (pool, running, most) = (Arc::clone(&pool), Arc::clone(&running), Arc::clone(&most));
        let pair = Arc::clone(&pair);
        tasks.spawn(async move {
            pool.run(move || {
                most.fetch_max(running.fetch_add(1, SeqCst) + 1, SeqCst);
                // Two must be inside together to pass: the pool is used in full.
                pair.wait();
                running.fetch_sub(1, SeqCst);
            })
            .await
        });
    }
    let done = tasks.join_all().await;
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    assert_eq!(most.load(SeqCst), 2);
}

#[tokio::test]
async fn a_full_queue_refuses_at_once_and_recovers() {
    let pool = Arc::new(WorkPool::start("test", 1, 1).unwrap());
    let mut tasks = JoinSet::new();
    let held = occupy(&pool, &mut tasks);
    held.inside.await.unwrap();
    let queued = pool.run(|| 1);
    tokio::pin!(queued);
    assert!(futures_poll(&mut queued).await.is_none());

    assert_eq!(pool.run(|| 2).await, Err(PoolError::Busy));

    drop(held.release);
    assert_eq!(queued.await, Ok(1));
    assert_eq!(pool.run(|| 3).await, Ok(3));
}

#[tokio::test]
async fn work_whose_caller_left_is_skipped() {
    let pool = Arc::new(WorkPool::start("test", 1, 2).unwrap());
    let mut tasks = JoinSet::new();
    let held = occupy(&pool, &mut tasks);
    held.inside.await.unwrap();
    let ran = Arc::new(AtomicUsize::new(0));
    {
        let ran = Arc::clone(&ran);
        let abandoned = pool.run(move || ran.fetch_add(1, SeqCst));
        tokio::pin!(abandoned);
        assert!(futures_poll(&mut abandoned).await.is_none());
    }
    drop(held.release);
    assert_eq!(pool.run(|| ()).await, Ok(()));
    assert_eq!(ran.load(SeqCst), 0);
}

#[tokio::test]
async fn a_panic_is_reported_and_the_thread_works_on() {
    let pool = WorkPool::start("test", 1, 4).unwrap();
    let lost: Result<(), PoolError> = pool.run(|| std::panic::resume_unwind(Box::new(1))).await;
    assert_eq!(lost, Err(PoolError::Lost));
    assert_eq!(pool.run(|| 7).await, Ok(7));
}

/// Polls once, so that the future has queued its work.
async fn futures_poll<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    tokio::time::timeout(Duration::ZERO, future).await.ok()
}
