//! Replications: one scenario many times, each with a seed of its own, on all cores.

use std::num::NonZeroUsize;
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
    let cores = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    replicate_on(cores, plan, scenario, seed, count, run)
}

/// The same on so many threads at most, instead of one for each core.
pub fn replicate_on<T: Send>(
    threads: NonZeroUsize,
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
    let threads = threads.get().min(count as usize).max(1);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Figures, Tally, TallyOptions};

    #[test]
    fn replications_come_out_the_same_however_many_threads_there_are() {
        let floor = "teams = [{ name = 'desks' }]\nqueues = [{ name = 'line' }]\n\
                     agents = [{ name = 'li', team = 'desks' }, { name = 'wang', team = 'desks' }]";
        let scenario = "hours = 8\nqueues = [{ queue = 'line', arrivals = { per_hour = 30 } }]\n\
                        shifts = [{ teams = ['desks'], from = '00:00', to = '24:00' }]";
        let plan = Arc::new(Plan::from_toml(floor).unwrap());
        let scenario = Scenario::from_toml(scenario, &plan).unwrap();
        let on = |threads: usize| -> Vec<(u32, Figures)> {
            let threads = NonZeroUsize::new(threads).unwrap();
            let run = |number, mut simulation: Simulation| {
                let mut tally = Tally::new(&plan, TallyOptions::default());
                let run = simulation.run(&mut |output| tally.fold(output)).unwrap();
                (number, tally.figures(run.ended))
            };
            replicate_on(threads, &plan, &scenario, 7, 6, run).unwrap()
        };
        let one = on(1);
        assert!(one.iter().map(|(number, _)| *number).eq(0..6), "in order of their numbers");
        assert!(one.windows(2).all(|pair| pair[0].1 != pair[1].1), "each is another day");
        for threads in [2, 5, 50] {
            assert!(on(threads) == one, "{threads} threads");
        }
    }
}
