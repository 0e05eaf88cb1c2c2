//! Replications: one scenario many times, each with a seed of its own, on all cores.

use core::num::NonZeroUsize;
use core::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::in_order::{cores, in_order};
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
    replicate_on(cores(), plan, scenario, seed, count, run)
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
    let mut results = Vec::new();
    let take = |_, result| {
        results.push(result);
        ControlFlow::Continue(())
    };
    each(threads, plan, scenario, (seed, count), run, take)?;
    Ok(results)
}

/// The same, handing each result to `take` as soon as those before it have come: one at a time, in order of their
/// numbers, until it breaks off. Where it does is the same with any number of threads; simulations beyond have then been
/// run in vain. So memory need not grow with the number of replications.
pub fn replicate_while<T: Send>(
    plan: &Arc<Plan>,
    scenario: &Scenario,
    seed: u64,
    count: u32,
    run: impl Fn(u32, Simulation) -> T + Sync,
    take: impl FnMut(u32, T) -> ControlFlow<()>,
) -> Result<(), Problems> {
    each(cores(), plan, scenario, (seed, count), run, take)
}

fn each<T: Send>(
    threads: NonZeroUsize,
    plan: &Arc<Plan>,
    scenario: &Scenario,
    (seed, count): (u64, u32),
    run: impl Fn(u32, Simulation) -> T + Sync,
    mut take: impl FnMut(u32, T) -> ControlFlow<()>,
) -> Result<(), Problems> {
    let setting = Arc::new(Setting::new(plan, scenario)?);
    let job = |number| {
        // There are no more of them than an u32 can count.
        let number = number as u32;
        run(number, Simulation::of(plan.clone(), setting.clone(), replication_seed(seed, number)))
    };
    let take = |number, result| take(number as u32, result);
    in_order((threads, u64::from(count)), &AtomicBool::new(false), &job, take);
    Ok(())
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
