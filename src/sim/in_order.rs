//! Work shared out to all cores, whose results come back in order.

use core::num::NonZeroUsize;
use core::ops::ControlFlow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

/// As many threads as there are cores.
pub(super) fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Does the jobs 0, 1, … below `count` on so many threads at most, and hands their results to `take`, one at a time and in
/// order, until it breaks off or there are no more. So what `take` makes of them, and where it breaks off, depends neither
/// on the number of threads nor on how fast they are. Jobs begun in vain by then may look at `over`, which is true from
/// then on; their results are dropped.
///
/// If a job or `take` panics, so does this, once the other threads have finished.
pub(super) fn in_order<T: Send>(
    (threads, count): (NonZeroUsize, u64),
    over: &AtomicBool,
    job: &(impl Fn(u64) -> T + Sync),
    mut take: impl FnMut(u64, T) -> ControlFlow<()>,
) {
    let begun = AtomicU64::new(0);
    let (sender, results) = mpsc::channel();
    // Relaxed: the counter only shares out numbers and the flag only saves work; results pass through the channel.
    let work = |sender: mpsc::Sender<(u64, T)>| {
        while !over.load(Ordering::Relaxed) {
            let number = begun.fetch_add(1, Ordering::Relaxed);
            // Nobody listens any more once `take` has broken off.
            if number >= count || sender.send((number, job(number))).is_err() {
                return;
            }
        }
    };
    thread::scope(|scope| {
        // No more of them than there are jobs.
        let threads = usize::try_from(count).unwrap_or(usize::MAX).min(threads.get());
        for sender in vec![sender; threads] {
            scope.spawn(move || work(sender));
        }
        // Results that wait for those before them.
        let (mut next, mut ready) = (0, BTreeMap::new());
        for (number, result) in results {
            ready.insert(number, result);
            while let Some(result) = ready.remove(&next) {
                if take(next, result).is_break() {
                    over.store(true, Ordering::Relaxed);
                    return;
                }
                next += 1;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is taken of 60 jobs by so many threads, if it breaks off at the first result of at least `most`.
    fn taken(threads: usize, most: u64) -> Vec<(u64, u64)> {
        let mut taken = Vec::new();
        let take = |number, result: u64| {
            taken.push((number, result));
            if result >= most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let threads = NonZeroUsize::new(threads).unwrap();
        in_order((threads, 60), &AtomicBool::new(false), &|number| number * number, take);
        taken
    }

    #[test]
    fn results_come_in_order_whatever_the_number_of_threads() {
        let all: Vec<(u64, u64)> = (0..60).map(|number| (number, number * number)).collect();
        for threads in [1, 2, 7] {
            assert_eq!(taken(threads, u64::MAX), all);
            assert_eq!(taken(threads, 100), all[..=10]);
        }
    }

    #[test]
    fn jobs_begun_in_vain_hear_that_it_is_over() {
        let over = AtomicBool::new(false);
        // The second job ends only once the first has been enough.
        let job = |number| {
            while number > 0 && !over.load(Ordering::Relaxed) {
                thread::yield_now();
            }
        };
        let mut taken = 0;
        let take = |_, ()| {
            taken += 1;
            ControlFlow::Break(())
        };
        in_order((NonZeroUsize::new(2).unwrap(), 10), &over, &job, take);
        assert_eq!(taken, 1);
    }
}
