//! The least cover: which shifts, with how many agents each, cover a requirement with the fewest paid hours.
//!
//! An integer program, solved exactly by branch and bound over linear programs (the crate `microlp`), with a limit of
//! nodes so that it always ends, the same way on every machine. That the cover is enough is checked in whole numbers.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolutionStatus, SolveOptions};
use serde::Serialize;

use crate::sim::scenario::{Scenario, Shift};

/// After so many nodes the best cover so far is taken.
const NODES_MAX: u64 = 20_000;
/// So many nodes are solved from one look at whether it is over to the next; of the cover it makes no difference.
const NODES_AT_ONCE: u64 = 100;
/// Minutes in a day.
pub(super) const DAY: u32 = 24 * 60;
/// The most agents an interval may require.
const REQUIRED_MAX: u32 = 1_000_000;

/// A shift that could be worked every day: when it begins and how long it is. It may go over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Pattern {
    /// Minutes after midnight, below 1,440.
    pub from: u32,
    /// Its length in minutes, 1 to 1,440.
    pub minutes: u32,
}

/// A cover of a requirement.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Cover {
    /// How many agents work each pattern, in the order in which the patterns were given.
    pub agents: Vec<u32>,
    /// All hours paid for in a day.
    pub paid_hours: f64,
    /// No cover by these patterns has fewer paid hours than this.
    pub least_hours: f64,
    /// Whether this cover is proven to have the fewest paid hours there are.
    pub proven_least: bool,
}

/// Why there is no cover.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CoverError {
    /// No pattern covers an interval in which somebody is needed.
    #[error("nobody can be at work at {}: no shift covers it", time_of_day(*.from))]
    Uncovered {
        /// When the interval begins, in minutes after midnight.
        from: u32,
    },
    /// A pattern or a requirement that cannot be.
    #[error("{what} is {got}, expected {expected}")]
    OutOfRange {
        /// Which number.
        what: &'static str,
        /// Its range.
        expected: &'static str,
        /// What came.
        got: u32,
    },
    /// The solver has given up.
    #[error("the least cover cannot be worked out: {0}")]
    Solver(String),
}

impl Pattern {
    /// Shifts of each of these lengths in minutes, beginning every so many minutes from midnight on; zero counts as one.
    pub fn grid(lengths: &[u32], every: u32) -> Vec<Self> {
        let starts = || (0..DAY).step_by(every.max(1) as usize);
        lengths.iter().flat_map(|minutes| starts().map(|from| Self { from, minutes: *minutes })).collect()
    }

    /// The times of day of all shifts of a scenario and its alternatives, each once. Parts of a minute are dropped.
    pub fn of_scenario(scenario: &Scenario) -> Vec<Self> {
        let rosters = scenario.alternatives.iter().flat_map(|roster| &roster.shifts);
        let pattern = |shift: &Shift| {
            let (from, to) = (minutes(&shift.from)?, minutes(&shift.to)?);
            Some(Self { from, minutes: if to > from { to - from } else { to + DAY - from } })
        };
        let patterns: BTreeSet<Self> = scenario.shifts.iter().chain(rosters).filter_map(pattern).collect();
        patterns.into_iter().collect()
    }

    /// Whether whoever works it is there from the beginning to the end of an interval of the day.
    pub fn covers(self, from: u32, minutes: u32) -> bool {
        let since = (from + DAY - self.from % DAY) % DAY;
        since + minutes <= self.minutes
    }

    /// When it ends, in minutes after midnight: up to 24:00.
    pub fn to(self) -> u32 {
        match (self.from + self.minutes) % DAY {
            0 => DAY,
            to => to,
        }
    }
}

/// The cover with the fewest paid hours, and of those the one with the fewest people. `required` is the number of agents
/// in each interval of a day, all of `interval` minutes, midnight first.
///
/// # Errors
///
/// See [`CoverError`].
pub fn least_cover(required: &[u32], interval: u32, patterns: &[Pattern]) -> Result<Cover, CoverError> {
    let cover = cover_until(&AtomicBool::new(false), required, interval, patterns)?;
    cover.ok_or_else(|| CoverError::Solver("it was stopped".into()))
}

/// The same until it is over: the best cover by then, `None` if there is none yet.
pub(super) fn cover_until(
    over: &AtomicBool,
    required: &[u32],
    interval: u32,
    patterns: &[Pattern],
) -> Result<Option<Cover>, CoverError> {
    check(required, interval, patterns)?;
    let places = || required.iter().zip((0..).map(|place: u32| place * interval));
    let most = required.iter().copied().max().unwrap_or(0);
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    // A fewer person breaks ties and is never worth an hour.
    let shortest = patterns.iter().map(|pattern| pattern.minutes).min().unwrap_or(1);
    let same = patterns.iter().all(|pattern| pattern.minutes == shortest);
    let people_max: f64 = required.iter().map(|count| f64::from(*count)).sum::<f64>().max(1.0);
    let person = if same { 0.0 } else { 0.5 / people_max };
    let cost = |pattern: &Pattern| f64::from(pattern.minutes) / f64::from(interval) + person;
    let most = i32::try_from(most).unwrap_or(i32::MAX);
    let variables: Vec<_> = patterns.iter().map(|pattern| problem.add_integer_var(cost(pattern), (0, most))).collect();
    for (count, from) in places().filter(|(count, _)| **count > 0) {
        let covering = variables.iter().zip(patterns).filter(|(_, pattern)| pattern.covers(from, interval));
        let terms: Vec<_> = covering.map(|(variable, _)| (*variable, 1.0)).collect();
        if terms.is_empty() {
            return Err(CoverError::Uncovered { from });
        }
        problem.add_constraint(terms, ComparisonOp::Ge, f64::from(*count));
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(NODES_AT_ONCE);
    let failed = |error: microlp::Error| CoverError::Solver(error.to_string());
    let mut outcome = problem.solve_with(options).map_err(failed)?;
    // Relaxed: whoever hears of it later has only searched a little longer.
    let stopped = || over.load(Ordering::Relaxed);
    for _ in 1..NODES_MAX / NODES_AT_ONCE {
        if outcome.is_optimal() || stopped() {
            break;
        }
        outcome = outcome.resume().map_err(failed)?;
    }
    let Ok(solution) = outcome.into_solution() else {
        if stopped() {
            return Ok(None);
        }
        return Err(CoverError::Solver(format!("no cover within {NODES_MAX} nodes")));
    };
    // Values are whole up to a millionth.
    let agents: Vec<u32> = variables.iter().map(|variable| solution.var_value(*variable).round() as u32).collect();
    let there = |from| {
        let working = agents.iter().zip(patterns).filter(|(_, pattern)| pattern.covers(from, interval));
        working.map(|(count, _)| u64::from(*count)).sum::<u64>()
    };
    if places().any(|(count, from)| there(from) < u64::from(*count)) {
        return Err(CoverError::Solver("the solver's cover is too small".into()));
    }
    let hours = |(count, pattern): (&u32, &Pattern)| f64::from(*count) * f64::from(pattern.minutes) / 60.0;
    let paid_hours: f64 = agents.iter().zip(patterns).map(hours).sum();
    let proven_least = solution.status() == SolutionStatus::Optimal;
    let bound = solution.stats().best_bound.unwrap_or(0.0) - person * people_max;
    let least_hours =
        if proven_least { paid_hours } else { (bound * f64::from(interval) / 60.0).clamp(0.0, paid_hours) };
    Ok(Some(Cover { agents, paid_hours, least_hours, proven_least }))
}

fn check(required: &[u32], interval: u32, patterns: &[Pattern]) -> Result<(), CoverError> {
    let out = |what, expected, got| Err(CoverError::OutOfRange { what, expected, got });
    if !(1..=DAY).contains(&interval) {
        return out("the interval in minutes", "1 to 1,440", interval);
    }
    if required.len() as u64 * u64::from(interval) > u64::from(DAY) {
        return out("the number of intervals", "a day of them at most", required.len() as u32);
    }
    if let Some(count) = required.iter().find(|count| **count > REQUIRED_MAX) {
        return out("the agents required", "at most 1,000,000", *count);
    }
    for pattern in patterns {
        if pattern.from >= DAY {
            return out("the minute at which a shift begins", "0 to 1,439", pattern.from);
        }
        if !(1..=DAY).contains(&pattern.minutes) {
            return out("the length of a shift in minutes", "1 to 1,440", pattern.minutes);
        }
    }
    Ok(())
}

/// The minutes after midnight of `"HH:MM"` or `"HH:MM:SS"`.
fn minutes(text: &str) -> Option<u32> {
    let mut parts = text.split(':').map(str::parse::<u32>);
    let (hours, minutes) = (parts.next()?.ok()?, parts.next()?.ok()?);
    Some(hours * 60 + minutes).filter(|minutes| *minutes <= DAY)
}

/// `08:30`.
pub(super) fn time_of_day(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}
