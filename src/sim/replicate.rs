//! Replications: one scenario many times, each with a seed of its own, on all cores.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use super::setting::Setting;
use super::streams::replication_seed;
use super::{Scenario, Simulation};
use crate::floor::{Plan, Problems};

/// Runs `count` simulations of a scenario and gives what `run` made of each, in order of their numbers. The first has
/// the seed itself, the others have seeds derived from it and their number; which thread runs which, and how many
/// threads there are, makes no difference. Errors: what is wrong with the scenario.
///
/// If `run` panics, so does this, once the other threads have finished.
pub fn replicate<T: Send>(
    plan: &Arc<Plan>,
    scenario: &Scenario,
    seed: u64,
    count: u32,
    run: impl Fn(u32, Simulation) -> T + Sync,
) -> Result<Vec<T>, Problems> {
    let setting = Arc::new(Setting::new(plan, scenario)?);
    let next = AtomicU32::new(0);
    let work = || {
        let mut results = Vec::new();
        loop {
            // Relaxed: the counter only shares out numbers; results travel with the join.
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return results;
            }
            let simulation = Simulation::of(plan.clone(), setting.clone(), replication_seed(seed, number));
            results.push((number, run(number, simulation)));
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(count as usize).max(1);
    let mut results: Vec<(u32, T)> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut results = work();
        for other in others {
            match other.join() {
                Ok(more) => results.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    });
    results.sort_unstable_by_key(|(number, _)| *number);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}
