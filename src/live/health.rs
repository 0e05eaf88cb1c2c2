//! Health: whether a centre's own tasks run, and how they have ended; and what the embedder has given, called so that a
//! panic of it ends nothing.
//!
//! What a panic says is never logged: it may be about a caller (G13). It is shown by the process's panic hook, which is
//! the embedder's.

use core::future::{Future, poll_fn};
use core::panic::AssertUnwindSafe;
use core::pin::pin;
use core::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use core::task::Poll;
use std::panic::catch_unwind;
use std::sync::Arc;

use tokio::sync::Notify;

/// How a centre is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// The driver. Where he does not run, timers stand still, the engine is not told the time of day, and requests that
    /// wait for room in a full log each look for themselves, in no order.
    pub driver: Task,
    /// The observer. Where it does not run, logs and meters are told nothing of what is decided.
    pub observer: Task,
    /// How often what the embedder has given has panicked: the clock on the wall, the recorder of the meters, the
    /// subscriber of the logs. Each time one reading, one figure or one line was left out, and nothing else.
    pub panics: u64,
}

impl Health {
    /// Whether both tasks run.
    pub fn is_running(&self) -> bool {
        self.driver == Task::Runs && self.observer == Task::Runs
    }
}

/// How one of a centre's own tasks is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum Task {
    /// It runs.
    Runs,
    /// It has ended, for the centre was shut down or dropped.
    Closed,
    /// It has panicked, which is a bug in the centre.
    Panicked,
    /// It was dropped half-way: the runtime was shut down before the centre.
    Aborted,
}

/// What is known of a centre's health.
#[derive(Debug, Default)]
pub(super) struct Vitals {
    driver: AtomicU8,
    observer: AtomicU8,
    panics: Arc<Panics>,
    /// A task has ended.
    ended: Notify,
}

impl Vitals {
    pub(super) fn health(&self) -> Health {
        let task = |task: &AtomicU8| match task.load(Ordering::Acquire) {
            0 => Task::Runs,
            1 => Task::Closed,
            2 => Task::Panicked,
            _ => Task::Aborted,
        };
        Health { driver: task(&self.driver), observer: task(&self.observer), panics: self.panics.count() }
    }

    /// Waits until a task has ended.
    pub(super) async fn ended(&self) -> Health {
        loop {
            let ended = self.ended.notified();
            let health = self.health();
            if !health.is_running() {
                return health;
            }
            ended.await;
        }
    }

    pub(super) fn panics(&self) -> &Arc<Panics> {
        &self.panics
    }

    /// The driver's life, which begins now.
    pub(super) fn driver(self: &Arc<Self>) -> Life {
        Life { vitals: Arc::clone(self), of: |vitals| &vitals.driver, name: "driver", how: Task::Aborted }
    }

    /// The observer's life, which begins now.
    pub(super) fn observer(self: &Arc<Self>) -> Life {
        Life { vitals: Arc::clone(self), of: |vitals| &vitals.observer, name: "observer", how: Task::Aborted }
    }
}

/// The life of a task: when it is dropped, it is known how the task has ended.
#[derive(Debug)]
pub(super) struct Life {
    vitals: Arc<Vitals>,
    of: fn(&Vitals) -> &AtomicU8,
    name: &'static str,
    how: Task,
}

impl Life {
    /// Lives it.
    pub(super) async fn run(mut self, task: impl Future<Output = ()>) {
        let mut task = pin!(task);
        self.how = poll_fn(|context| match guarded(|| task.as_mut().poll(context)) {
            Some(poll) => poll.map(|()| Task::Closed),
            None => Poll::Ready(Task::Panicked),
        })
        .await;
        if self.how == Task::Panicked {
            let task = self.name;
            guarded(|| tracing::error!(task, "a task of the centre's own has panicked, and does not run any more"));
        }
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        (self.of)(&self.vitals).store(self.how as u8, Ordering::Release);
        self.vitals.ended.notify_waiters();
    }
}

/// Counts how often what the embedder has given has panicked.
#[derive(Debug, Default)]
pub(super) struct Panics(AtomicU64);

impl Panics {
    /// Calls what the embedder has given; `None` where it panics, which is counted, and logged the first time, the
    /// second, the fourth and so on.
    pub(super) fn guard<T>(&self, what: &'static str, call: impl FnOnce() -> T) -> Option<T> {
        let given = guarded(call);
        if given.is_none() {
            let times = self.0.fetch_add(1, Ordering::Relaxed) + 1;
            if times.is_power_of_two() {
                guarded(|| tracing::error!(what, times, "what the embedder has given has panicked, and was left out"));
            }
        }
        given
    }

    fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What this gives, or `None` where it panics.
fn guarded<T>(call: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(given) => Some(given),
        Err(said) => {
            // It is the embedder's, and may panic once more.
            if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(said))) {
                core::mem::forget(again);
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use core::future::pending;

    use super::*;

    fn block_on<T>(task: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(task)
    }

    #[test]
    fn a_task_that_panics_is_told_from_one_that_is_closed_or_dropped() {
        let vitals = Arc::new(Vitals::default());
        assert!(vitals.health().is_running());
        let mut ended = Box::pin(vitals.ended());
        let (driver, observer) = (vitals.driver(), vitals.observer());
        block_on(async {
            let waits = poll_fn(|context| Poll::Ready(ended.as_mut().poll(context).is_pending())).await;
            assert!(waits, "both run");
            driver.run(async { panic!("a bug") }).await;
        });
        let health = block_on(ended);
        assert_eq!((health.driver, health.observer), (Task::Panicked, Task::Runs));
        drop(observer.run(pending()));
        assert_eq!(vitals.health().observer, Task::Aborted);
        block_on(vitals.observer().run(async {}));
        assert_eq!(vitals.health().observer, Task::Closed);
    }

    #[test]
    fn a_panic_whose_message_panics_when_it_is_dropped_is_one_panic() {
        struct Spiteful;
        impl Drop for Spiteful {
            fn drop(&mut self) {
                std::panic::panic_any(7);
            }
        }
        let panics = Panics::default();
        assert_eq!(panics.guard("clock", || std::panic::panic_any(Spiteful)), None::<()>);
        assert_eq!((panics.count(), panics.guard("clock", || 5)), (1, Some(5)));
    }
}
