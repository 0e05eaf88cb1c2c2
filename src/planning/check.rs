//! The check of a roster: the very floor runs with it, and says what share is answered in time, interval by interval.

use core::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::forecast::DAYS_MAX;
use super::pools::Pool;
use super::staff::{CheckOptions, StaffError};
use crate::erlang::ServiceLevel;
use crate::floor::Plan;
use crate::sim::{Failure, Moment, Scenario, Simulation, replicate_while};
use crate::stats::{Estimate, Tally, TallyOptions, VisitFigures};
use crate::time::{Span, Time};

/// What part of how many.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Share {
    part: f64,
    whole: f64,
}

/// What is looked at: a pool, and by interval of the day on which days of the week, as bits, most calls are expected.
/// What the other days come to says little of a roster that is made for the busiest.
#[derive(Clone, Debug)]
pub(super) struct Watched {
    pub(super) pool: Pool,
    pub(super) busiest: Vec<u8>,
}

/// What a roster has come to.
pub(super) struct Checked {
    /// The service level of each pool in each interval of the day, over its busiest days and all replications.
    pub(super) levels: Vec<Vec<Estimate>>,
    /// How many replications have ended, and are counted.
    pub(super) replications: u32,
}

/// Runs the roster of this round, from 0, as long as `go_on` says so.
pub(super) fn check(
    plan: &Arc<Plan>,
    scenario: &Scenario,
    pools: &[Watched],
    (interval, of): (Span, ServiceLevel),
    (options, round): (CheckOptions, u32),
    go_on: &(impl Fn(&Moment) -> bool + Sync),
) -> Result<Checked, StaffError> {
    let over = AtomicBool::new(false);
    let expected = options.replications.saturating_mul(round.saturating_add(1));
    let one = |replication, simulation: Simulation| {
        if over.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let (horizon, mut since) = (simulation.horizon(), Time::ZERO);
        let mut heard = |at: Time| {
            let at = at.min(horizon);
            let moment = Moment { alternative: round, replication, since, at, horizon, expected };
            since = at;
            // Relaxed: whoever hears of it later has only run a little longer.
            if !go_on(&moment) {
                over.store(true, Ordering::Relaxed);
            }
            !over.load(Ordering::Relaxed)
        };
        let shares = day(simulation, plan, pools, (interval, of), &mut heard)?;
        // Who says no to what has ended wants no more, but this still counts.
        if shares.is_some() {
            heard(horizon);
        }
        Ok(shares)
    };
    let mut days = Vec::new();
    let mut failed = None;
    let take = |_, day: Result<Option<Vec<Vec<Share>>>, Failure>| match day {
        Ok(Some(day)) => {
            days.push(day);
            ControlFlow::Continue(())
        }
        Ok(None) => ControlFlow::Break(()),
        Err(failure) => {
            failed = Some(failure);
            over.store(true, Ordering::Relaxed);
            ControlFlow::Break(())
        }
    };
    replicate_while(plan, scenario, options.seed, options.replications, one, take)?;
    if let Some(failure) = failed {
        return Err(failure.into());
    }
    let intervals = days.first().and_then(|day| day.first()).map_or(0, Vec::len);
    let at = |pool: usize, place: usize| -> Vec<Share> {
        days.iter().filter_map(|day| day.get(pool)?.get(place).copied()).collect()
    };
    let levels = (0..pools.len()).map(|pool| (0..intervals).map(|place| ratio(&at(pool, place))).collect());
    Ok(Checked { levels: levels.collect(), replications: days.len() as u32 })
}

/// The shares of one replication, `None` if it was stopped.
fn day(
    mut simulation: Simulation,
    plan: &Plan,
    pools: &[Watched],
    (interval, of): (Span, ServiceLevel),
    go_on: &mut impl FnMut(Time) -> bool,
) -> Result<Option<Vec<Vec<Share>>>, Failure> {
    let options = TallyOptions { bucket: interval, days: DAYS_MAX as u32, ..simulation.tally_options() };
    let mut tally = Tally::new(plan, options);
    let Some(run) = simulation.run_while(&mut |output| tally.fold(output), go_on)? else { return Ok(None) };
    let figures = tally.figures(run.ended);
    let pool = |Watched { pool, busiest }: &Watched| {
        let queues = pool.queues.iter().filter_map(|queue| figures.queues.get(queue.index()));
        let hours: Vec<_> = queues.map(|queue| &queue.hours).collect();
        let intervals = busiest.len();
        let interval = |(place, busiest): (usize, &u8)| {
            let days = (0..DAYS_MAX).filter(|day| busiest >> day & 1 == 1);
            let at = |day: usize| hours.iter().filter_map(move |hours| hours.get(day * intervals + place));
            days.flat_map(at).map(|hour| share(&hour.visits, of)).fold(Share::default(), sum)
        };
        busiest.iter().enumerate().map(interval).collect()
    };
    Ok(Some(pools.iter().map(pool).collect()))
}

fn sum(one: Share, other: Share) -> Share {
    Share { part: one.part + other.part, whole: one.whole + other.whole }
}

/// Callbacks, whose callers do not wait on the line, are in neither.
fn share(visits: &VisitFigures, of: ServiceLevel) -> Share {
    let waited = visits.offered.saturating_sub(visits.came_as_callback + visits.came_by_take_over) as f64;
    let (answered, abandoned) = (visits.answered_in_target as f64, visits.abandoned_in_target as f64);
    match of {
        ServiceLevel::Answered => {
            let rate = visits.in_target_of_answered.filter(|rate| *rate > 0.0);
            Share { part: answered, whole: rate.map_or(visits.answered as f64, |rate| answered / rate) }
        }
        ServiceLevel::WithoutShortAbandoned => Share { part: answered, whole: waited - abandoned },
        ServiceLevel::AnsweredOrAbandoned => Share { part: answered + abandoned, whole: waited },
        ServiceLevel::Offered | ServiceLevel::Virtual => Share { part: answered, whole: waited },
    }
}

/// The share over all replications, with the interval of a ratio of two means (delta method): quiet days count as much as
/// they have calls.
fn ratio(days: &[Share]) -> Estimate {
    let all = days.iter().copied().fold(Share::default(), sum);
    if all.whole <= 0.0 {
        return Estimate::default();
    }
    let ratio = all.part / all.whole;
    let rest: Vec<f64> = days.iter().map(|day| day.part - ratio * day.whole).collect();
    let of_rest = Estimate::of(&rest);
    let mean = all.whole / days.len() as f64;
    Estimate { mean: Some(ratio), half_width: of_rest.half_width.map(|half| half / mean), n: of_rest.n }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_days_count_as_much_as_they_have_calls() {
        let days = [(80.0, 100.0), (0.0, 10.0), (90.0, 90.0)].map(|(part, whole)| Share { part, whole });
        let level = ratio(&days);
        assert_eq!((level.mean, level.n), (Some(0.85), 3));
        // Rests −5, −8.5 and 13.5 around 0: s² = 139.75, √(139.75/3)·t(2)/(200/3).
        let half = (139.75_f64 / 3.0).sqrt() * 4.302_652_729_7 * 3.0 / 200.0;
        assert!((level.half_width.unwrap() - half).abs() < 1e-9, "{level:?}");
        assert_eq!(ratio(&[Share::default(); 3]), Estimate::default());
    }
}
