//! Runs: how many replications there are, and what they come to.
//!
//! [`Runs`] says how often: a fixed number of times, or until figures are precise enough. [`Runs::simulate`] gives the
//! figures of one scenario, [`Runs::compare`] those of several side by side. Both ask now and then whether they are to go
//! on; who says no gets what is known by then.
//!
//! ```
//! use std::sync::Arc;
//!
//! use cordboard::Plan;
//! use cordboard::sim::{Ended, Runs, Scenario};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let plan = Arc::new(Plan::from_toml(
//!     r#"
//!     teams = [{ name = "desk" }]
//!     agents = [{ name = "li", team = "desk" }, { name = "wang", team = "desk" }]
//!     queues = [{ name = "line" }]
//! "#,
//! )?);
//! let scenario = Scenario::from_toml(
//!     r#"
//!     warm_up = "2h"
//!     calls = { patience = { exponential = "1m" } }
//!     queues = [{ queue = "line", arrivals = { per_hour = 30 } }]
//!     shifts = [{ teams = ["desk"], from = "00:00", to = "24:00" }]
//! "#,
//!     &plan,
//! )?;
//! let replicated = Runs::until("service level 1pp".parse()?).simulate(&plan, &scenario, 1, &|_| true)?;
//! assert_eq!(replicated.ended, Ended::Precise);
//! let level = replicated.summary.get("visits", "in_target_of_offered").ok_or("no service level")?;
//! assert!(level.half_width <= Some(0.01) && level.n == replicated.replications);
//! # Ok(())
//! # }
//! ```

use core::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use serde::Serialize;

use super::in_order::{cores, in_order};
use super::setting::Setting;
use super::streams::replication_seed;
use super::until::{REPLICATIONS_LEAST, Until};
use super::{Failure, Scenario, Simulation};
use crate::floor::{Plan, Problems};
use crate::stats::{Averages, Figures, Means, Summary, Tally, TallyOptions};
use crate::time::Time;

/// So many replications are run at most where a precision is to be reached and nobody says how many.
pub const REPLICATIONS_MAX: u32 = 10_000;

/// How many replications to run. The first has the seed itself, the others have seeds derived from it and their number.
#[derive(Clone, Debug, PartialEq)]
pub struct Runs {
    most: u32,
    until: Option<Until>,
    days: u32,
}

/// Why there are no more replications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ended {
    /// As many as were asked for have been run.
    Count,
    /// The precision that was asked for is reached.
    Precise,
    /// As many as may be have been run, and the precision is not reached.
    NotPrecise,
    /// Somebody has stopped them.
    Stopped,
}

/// How far a simulation has come, for progress. Each is heard from every few milliseconds of work, and once at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Of which alternative it is, from 0.
    pub alternative: u32,
    /// Which replication it is, from 0.
    pub replication: u32,
    /// The instant it had come to when it was heard from before.
    pub since: Time,
    /// The instant it has come to; at its end that of the horizon.
    pub at: Time,
    /// When its calls stop arriving.
    pub horizon: Time,
    /// How many replications, of every alternative, are expected in all: where a precision is to be reached, as far as
    /// those before show.
    pub expected: u32,
}

/// The figures of a scenario over its replications.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Replicated {
    /// How many replications have ended, and are in the summary. 0 if the first one was stopped before its end: then the
    /// figures are those of it up to that instant.
    pub replications: u32,
    /// Why there are no more.
    pub ended: Ended,
    /// How many calls arrived in them.
    pub calls: u64,
    /// Means with intervals.
    pub summary: Summary,
    /// The figures of the first replication.
    pub first: Figures,
    /// When its calls stopped arriving; if it was stopped, the instant it had come to.
    pub horizon: Time,
    /// When its last call, offer and timer had ended; if it was stopped, the instant it had come to.
    pub ended_at: Time,
}

/// Why the figures of a scenario could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunsError {
    /// The scenario does not fit its floor.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// A simulation could not be brought to its end.
    #[error("replication {replication}: {failure}")]
    Failed {
        /// Which, from 0.
        replication: u32,
        /// Why.
        failure: Failure,
    },
}

impl Runs {
    /// So many replications; none counts as one.
    pub fn new(count: u32) -> Self {
        Self { most: count.max(1), until: None, days: 1 }
    }

    /// Replications until figures are so precise, at most [`REPLICATIONS_MAX`].
    pub fn until(until: Until) -> Self {
        Self { most: REPLICATIONS_MAX, until: Some(until), days: 1 }
    }

    /// At most so many replications, lifted to the least that a precision needs
    /// ([`REPLICATIONS_LEAST`](super::REPLICATIONS_LEAST)).
    pub fn at_most(self, most: u32) -> Self {
        let least = if self.until.is_some() { REPLICATIONS_LEAST } else { 1 };
        Self { most: most.max(least), ..self }
    }

    /// Tells so many days apart in figures by hour: [`TallyOptions::days`].
    pub fn days(self, days: u32) -> Self {
        Self { days, ..self }
    }

    /// How many replications there are at most.
    pub fn most(&self) -> u32 {
        self.most
    }

    /// The precision to be reached, if there is one.
    pub fn precision(&self) -> Option<&Until> {
        self.until.as_ref()
    }

    /// Runs a scenario on a floor, on all cores, and gives its figures after the warm-up. The result depends on the seed
    /// and not on the number of cores. `go_on` hears from every simulation, from any thread; once it says no, all of them
    /// stop, and what has ended by then is given.
    ///
    /// # Errors
    ///
    /// What is wrong with the scenario, or why a simulation could not be brought to its end.
    pub fn simulate(
        &self,
        plan: &Arc<Plan>,
        scenario: &Scenario,
        seed: u64,
        go_on: &(impl Fn(&Moment) -> bool + Sync),
    ) -> Result<Replicated, RunsError> {
        let setting = Arc::new(Setting::new(plan, scenario)?);
        let course = Course::new(self);
        let job = |number: u64| {
            let replication = number as u32;
            let simulation = Simulation::of(plan.clone(), setting.clone(), replication_seed(seed, replication));
            course.run(simulation, plan, (0, replication), go_on)
        };
        let mut sum = Sum::default();
        let mut failed = None;
        let take = |number: u64, day: Result<Day, Failure>| {
            let day = match day {
                Ok(day) => day,
                Err(failure) => {
                    failed = Some(RunsError::Failed { replication: number as u32, failure });
                    return ControlFlow::Break(());
                }
            };
            if sum.stopped_by(day) {
                return ControlFlow::Break(());
            }
            course.goes_on(sum.replications, || sum.headline.estimates())
        };
        let count = u64::from(self.most);
        in_order((cores(), count), &course.over, &job, take);
        match failed {
            Some(error) => Err(error),
            None => Ok(sum.replicated(self, course.precise.into_inner())),
        }
    }
}

/// One simulation's figures, to its end or to where it was stopped.
pub(super) struct Day {
    pub(super) figures: Figures,
    pub(super) stopped: bool,
    pub(super) horizon: Time,
    calls: u64,
    ended: Time,
}

/// What is known while replications run, by all threads.
pub(super) struct Course<'a> {
    runs: &'a Runs,
    /// Nobody wants more.
    pub(super) over: AtomicBool,
    expected: AtomicU32,
    precise: AtomicBool,
}

impl<'a> Course<'a> {
    pub(super) fn new(runs: &'a Runs) -> Self {
        let expected = if runs.until.is_some() { runs.most.min(REPLICATIONS_LEAST) } else { runs.most };
        let (over, expected) = (AtomicBool::new(false), AtomicU32::new(expected));
        Self { runs, over, expected, precise: AtomicBool::new(false) }
    }

    /// Runs one simulation, as long as it is wanted.
    pub(super) fn run(
        &self,
        mut simulation: Simulation,
        plan: &Plan,
        (alternative, replication): (u32, u32),
        go_on: &(impl Fn(&Moment) -> bool + Sync),
    ) -> Result<Day, Failure> {
        let horizon = simulation.horizon();
        let mut since = Time::ZERO;
        let mut heard = |at: Time| {
            let (at, expected) = (at.min(horizon), self.expected.load(Ordering::Relaxed));
            let moment = Moment { alternative, replication, since, at, horizon, expected };
            since = at;
            go_on(&moment) && !self.over.load(Ordering::Relaxed)
        };
        let options = TallyOptions { days: self.runs.days, ..simulation.tally_options() };
        let mut tally = Tally::new(plan, options);
        let run = simulation.run_while(&mut |output| tally.fold(output), &mut heard)?;
        // Who says no to what has ended wants no more, but this still counts.
        if run.is_some() && !heard(horizon) {
            self.over.store(true, Ordering::Relaxed);
        }
        let (stopped, ended) = (run.is_none(), simulation.now());
        let horizon = if stopped { horizon.min(ended) } else { horizon };
        Ok(Day { figures: tally.figures(ended), stopped, horizon, calls: simulation.calls(), ended })
    }

    /// Whether more replications are wanted after so many: looked at where a precision is asked for, after every tenth.
    pub(super) fn goes_on<I>(&self, replications: u32, figures: impl FnOnce() -> I) -> ControlFlow<()>
    where
        I: IntoIterator<Item = (&'static str, crate::stats::Estimate)>,
    {
        let Some(until) = &self.runs.until else { return ControlFlow::Continue(()) };
        if !replications.is_multiple_of(REPLICATIONS_LEAST) && replications != self.runs.most {
            return ControlFlow::Continue(());
        }
        let ratio = until.ratio(figures());
        self.expected.store(until.expected(replications, ratio, self.runs.most), Ordering::Relaxed);
        if ratio.is_some_and(|ratio| ratio <= 1.0) {
            self.precise.store(true, Ordering::Relaxed);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    /// Why so many replications were all.
    pub(super) fn ended(&self, replications: u32) -> Ended {
        self.runs.ended(replications, self.precise.load(Ordering::Relaxed))
    }
}

impl Runs {
    fn ended(&self, replications: u32, precise: bool) -> Ended {
        match self.until {
            Some(_) if precise => Ended::Precise,
            _ if replications < self.most => Ended::Stopped,
            Some(_) => Ended::NotPrecise,
            None => Ended::Count,
        }
    }
}

/// What replications have come to so far.
#[derive(Default)]
struct Sum {
    replications: u32,
    calls: u64,
    means: Means,
    headline: Averages,
    first: Option<Day>,
}

impl Sum {
    /// Adds a replication, unless it was stopped; says whether it was. The first counts in any case.
    fn stopped_by(&mut self, day: Day) -> bool {
        let stopped = day.stopped;
        if !stopped || self.first.is_none() {
            self.calls += day.calls;
            self.means.push(&day.figures);
            self.headline.push(&day.figures.headline());
            self.replications += u32::from(!stopped);
            self.first.get_or_insert(day);
        }
        stopped
    }

    fn replicated(self, runs: &Runs, precise: bool) -> Replicated {
        let Self { replications, calls, means, first, .. } = self;
        let (first, horizon, ended_at) = match first {
            Some(day) => (day.figures, day.horizon, day.ended),
            None => (Figures::default(), Time::ZERO, Time::ZERO),
        };
        let ended = runs.ended(replications, precise);
        Replicated { replications, ended, calls, summary: means.summary(), first, horizon, ended_at }
    }
}
