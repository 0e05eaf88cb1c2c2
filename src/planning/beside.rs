//! Work that may take long and does not ask by itself whether it is to go on: it is done on a thread of its own, beside
//! whoever asks.

use core::time::Duration;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;

/// So often it is asked whether the work is to go on.
const ASKED_EVERY: Duration = Duration::from_millis(50);
/// So long work that is told to end has to come up with what it has.
const ENDS_WITHIN: Duration = Duration::from_secs(1);

/// What `work` comes to; it may look at the flag, which is true once `go_on` has said no. `None` if it has not ended soon
/// after that: then its thread is left to itself.
///
/// If the work panics, so does this.
pub(super) fn beside<T: Send + 'static>(
    work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    go_on: impl Fn() -> bool,
) -> Option<T> {
    let over = Arc::new(AtomicBool::new(false));
    let (sender, results) = mpsc::channel();
    let told = over.clone();
    // Nobody listens any more to what comes too late.
    let worker = thread::spawn(move || drop(sender.send(work(&told))));
    let mut patience = ASKED_EVERY;
    loop {
        match results.recv_timeout(patience) {
            Ok(result) => return Some(result),
            Err(RecvTimeoutError::Timeout) if over.load(Ordering::Relaxed) => return None,
            Err(RecvTimeoutError::Timeout) if go_on() => {}
            Err(RecvTimeoutError::Timeout) => {
                // Relaxed: whoever hears of it later has only worked a little longer.
                over.store(true, Ordering::Relaxed);
                patience = ENDS_WITHIN;
            }
            Err(RecvTimeoutError::Disconnected) => match worker.join() {
                Err(panic) => resume_unwind(panic),
                Ok(()) => return None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_told_to_end_may_still_come_up_with_something() {
        let until_told = |over: &AtomicBool| {
            while !over.load(Ordering::Relaxed) {
                thread::yield_now();
            }
            "half of it"
        };
        assert_eq!(beside(until_told, || false), Some("half of it"));
        assert_eq!(beside(|_| "all of it", || true), Some("all of it"));
    }

    #[test]
    fn nobody_waits_for_work_that_does_not_end() {
        let (ended, waits) = mpsc::channel::<()>();
        assert_eq!(beside(move |_| waits.recv().is_ok(), || false), None);
        drop(ended);
    }

    #[test]
    #[should_panic(expected = "no way")]
    fn a_panic_of_the_work_is_one_of_whoever_waits_for_it() {
        beside(|_| panic!("no way"), || true);
    }
}
