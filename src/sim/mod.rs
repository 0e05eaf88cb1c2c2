//! Simulation: a floor run through days that have not been, around the very engine that runs it live.
//!
//! A [`Simulation`] plays the switch, the callers, the agents and their supervisors as a [`Scenario`] describes them. It
//! speaks to the engine only as a host does: inputs, time-outs, outputs. So what a simulation shows is what the engine
//! would do. [`replicate`] runs many days of one scenario, [`compare()`] several rosters or floors by the same days.
//!
//! * *The same plan, scenario and seed give the same outputs, byte for byte.* Random numbers come from ChaCha, one
//!   stream for each purpose, and lengths are rounded to the microsecond.
//! * *The same seed brings the same calls to every floor.* When a call comes, how long its caller waits and talks, what
//!   it needs: all of it is drawn as it arrives, from streams that belong to the queue's name. So two rosters are
//!   compared by the same day, and a queue or an agent more changes no draw of the others.
//! * *Time is exact.* Events happen in order of time, and at equal times in order of entry; what people do at an instant
//!   comes before the engine's timers of that instant. All delays may be zero.
//! * *Memory does not grow with simulated time*, only with what is alive; entries of the follow-up list that nobody
//!   settles stay, up to the floor's limit of them, and recorded calls that are played again are held as a whole.
//!
//! ```
//! use std::sync::Arc;
//!
//! use cordboard::Plan;
//! use cordboard::engine::{Event, Fact};
//! use cordboard::sim::{Scenario, Simulation};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let plan = Plan::from_toml(
//!     r#"
//!     teams = [{ name = "operators" }]
//!     agents = [{ name = "li", team = "operators" }]
//!     queues = [{ name = "reservations" }]
//! "#,
//! )?;
//! let scenario = Scenario::from_toml(
//!     r#"
//!     queues = [{ queue = "reservations", arrivals = { per_hour = 12 } }]
//!     shifts = [{ teams = ["operators"], from = "00:00", to = "24:00" }]
//! "#,
//!     &plan,
//! )?;
//! let mut answered = 0;
//! let run = Simulation::new(Arc::new(plan), &scenario, 7)?.run(&mut |output| {
//!     answered += u64::from(matches!(output.event, Event::Fact(Fact::Answered { .. })));
//! })?;
//! // Nobody hangs up where a scenario speaks of no patience.
//! assert!(answered > 200 && answered == run.calls);
//! # Ok(())
//! # }
//! ```

mod agenda;
mod agents;
mod arrivals;
mod caller;
mod callers;
mod check;
pub mod compare;
mod conduct;
mod desk;
mod distribution;
#[cfg(feature = "planning")]
mod expected;
mod faults;
mod files;
mod handling;
mod in_order;
mod load;
mod recording;
mod replay;
mod replicate;
mod roster;
mod runs;
pub mod scenario;
mod setting;
mod streams;
mod until;
mod warnings;
mod world;

use std::sync::Arc;

pub use arrivals::{BURST_SIZE_MAX, BURSTS_MAX, OVERDISPERSION_MAX, RATE_MAX};
pub use compare::{Alternative, Comparison, compare};
pub use distribution::{
    CV_MAX, Distribution, EMPIRICAL_MAX, ERLANG_PHASES_MAX, Erlang, Gamma, Hyperexponential, Lognormal, SHAPES, Weibull,
};
#[cfg(feature = "planning")]
pub(crate) use expected::expected_calls;
pub use recording::RECORDED_MAX;
pub use replicate::{replicate, replicate_on, replicate_while};
pub use runs::{Ended, Moment, REPLICATIONS_MAX, Replicated, Runs, RunsError};
pub use scenario::Scenario;
pub use setting::HOURS_MAX;
pub use until::{REPLICATIONS_LEAST, Until, UntilError};
pub use warnings::Warning;

use setting::Setting;
use world::World;

use crate::engine::{Actor, Engine, Envelope, InProgress, Input, Output, Violation};
use crate::floor::{Plan, Problems};
use crate::stats::TallyOptions;
use crate::time::Time;

/// How many steps may be taken at one instant before a simulation counts as stuck there.
const STEPS_AT_AN_INSTANT_MAX: u64 = 1_000_000;
/// After so many steps, a few milliseconds of work, it is asked whether a simulation is to go on.
const STEPS_BETWEEN_QUESTIONS: u64 = 10_000;

/// A floor, a scenario and a seed, ready to run.
#[derive(Debug)]
pub struct Simulation {
    engine: Engine,
    world: World,
    horizon: Time,
    count_from: Time,
    limit: Time,
    checked: bool,
    closed: bool,
    /// When the last step was taken.
    now: Time,
    steps: u64,
    /// The instant reached, and how many steps had been taken before it.
    instant: (Time, u64),
    inputs: Vec<(Actor, Input)>,
    out: Vec<Output>,
}

/// What a simulation came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// How many calls arrived.
    pub calls: u64,
    /// How many inputs and time-outs the engine took.
    pub steps: u64,
    /// When calls stopped arriving.
    pub horizon: Time,
    /// When the last call, offer and timer had ended.
    pub ended: Time,
}

/// Why a simulation could not be brought to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// After the drain something is still alive: calls that nobody may ever serve, or a bug in the engine.
    #[error(
        "at {at} there are still {} calls, {} visits, {} offers, {} telephones and {} timers; expected all to have \
         ended by then: the scenario's `drain` is too short for them, or nobody may ever serve them",
        live.calls, live.visits, live.offers, live.dials, live.timers
    )]
    Leftover {
        /// When the simulation gave up.
        at: Time,
        /// What is left.
        live: InProgress,
    },
    /// Time does not go on: agents decline for ever without any delay, for example.
    #[error(
        "time stands still at {at}, where more than {} things have happened; expected some time to pass from one to \
         the next, as by `after` where callers `retry`",
        STEPS_AT_AN_INSTANT_MAX
    )]
    Stuck {
        /// Where.
        at: Time,
    },
    /// A broken promise, found by [`Simulation::checked`]: a bug in the engine.
    #[error(transparent)]
    Broken(#[from] Violation),
}

/// Where a simulation stands after having been run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pause {
    /// Everything has ended.
    Ended,
    /// There is more to come.
    Cut,
}

impl Simulation {
    /// A simulation of this scenario on this floor. Errors: everything that is wrong with the scenario, at once.
    pub fn new(plan: Arc<Plan>, scenario: &Scenario, seed: u64) -> Result<Self, Problems> {
        let setting = Arc::new(Setting::new(&plan, scenario)?);
        Ok(Self::of(plan, setting, seed))
    }

    fn of(plan: Arc<Plan>, setting: Arc<Setting>, seed: u64) -> Self {
        Self {
            engine: Engine::new(plan.clone(), seed),
            horizon: setting.horizon,
            count_from: setting.count_from,
            limit: setting.horizon + setting.drain,
            world: World::new(plan, setting, seed),
            checked: false,
            closed: false,
            now: Time::ZERO,
            steps: 0,
            instant: (Time::ZERO, 0),
            inputs: Vec::new(),
            out: Vec::new(),
        }
    }

    /// Checks the engine's promises after every step: slow, for tests.
    pub fn checked(mut self) -> Self {
        self.checked = true;
        self
    }

    /// When calls stop arriving.
    pub fn horizon(&self) -> Time {
        self.horizon
    }

    /// The end of the warm-up.
    pub fn count_from(&self) -> Time {
        self.count_from
    }

    /// What figures of it are about: calls that arrive after the warm-up, with all that comes of them, and what agents do
    /// from its end to the [`horizon`](Self::horizon).
    pub fn tally_options(&self) -> TallyOptions {
        TallyOptions { count_from: self.count_from, work_until: self.horizon, ..TallyOptions::default() }
    }

    /// The engine, for questions.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// How many events are planned, void ones included: a measure of the memory in use.
    pub fn pending(&self) -> usize {
        self.world.pending()
    }

    /// When the last step was taken.
    pub fn now(&self) -> Time {
        self.now
    }

    /// How many calls have arrived.
    pub fn calls(&self) -> u64 {
        self.world.calls()
    }

    /// Runs it to the end: until no call arrives any more, then until the last one has ended and everybody has gone
    /// home. Every output passes by the observer, in order.
    pub fn run(&mut self, observer: &mut impl FnMut(&Output)) -> Result<Run, Failure> {
        self.run_until(Time::MAX, observer)?;
        Ok(self.so_far())
    }

    /// Runs it to the end like [`run`](Self::run), as long as `go_on` says so, which hears every few milliseconds how far
    /// it has come; `None` if it does not. Then it stands where it was cut, at [`now`](Self::now), and may be run on.
    pub fn run_while(
        &mut self,
        observer: &mut impl FnMut(&Output),
        go_on: &mut impl FnMut(Time) -> bool,
    ) -> Result<Option<Run>, Failure> {
        loop {
            let steps = self.steps + STEPS_BETWEEN_QUESTIONS;
            if self.run_through(Time::MAX, steps, observer)? == Pause::Ended {
                return Ok(Some(self.so_far()));
            }
            if !go_on(self.now) {
                return Ok(None);
            }
        }
    }

    /// Runs it through this instant, or to the end if that comes earlier; says whether the end was reached.
    pub fn run_until(&mut self, until: Time, observer: &mut impl FnMut(&Output)) -> Result<bool, Failure> {
        Ok(self.run_through(until, u64::MAX, observer)? == Pause::Ended)
    }

    fn so_far(&self) -> Run {
        Run { calls: self.world.calls(), steps: self.engine.position(), horizon: self.horizon, ended: self.now }
    }

    /// Runs it through this instant, or until so many steps have been taken in all.
    fn run_through(&mut self, until: Time, steps: u64, observer: &mut impl FnMut(&Output)) -> Result<Pause, Failure> {
        loop {
            if self.over(until, observer)? {
                return Ok(Pause::Ended);
            }
            if self.steps >= steps {
                return Ok(Pause::Cut);
            }
            let Some(at) = self.step(until, observer)? else { return Ok(Pause::Cut) };
            if at > self.instant.0 {
                self.instant = (at, self.steps);
            } else if self.steps - self.instant.1 > STEPS_AT_AN_INSTANT_MAX {
                return Err(Failure::Stuck { at });
            }
        }
    }

    /// One step, unless the next is after `until`: what the world does at an instant, or else the engine's timers.
    fn step(&mut self, until: Time, observer: &mut impl FnMut(&Output)) -> Result<Option<Time>, Failure> {
        let (world, timer) = (self.world.next(), self.engine.next_timeout());
        let at = match (world, timer) {
            (Some(world), Some(timer)) => world.min(timer),
            (Some(at), None) | (None, Some(at)) => at,
            (None, None) => return Ok(None),
        };
        if at > until {
            return Ok(None);
        }
        self.now = at;
        self.steps += 1;
        if world == Some(at) {
            self.world.happen(&mut self.inputs);
            self.tell(at, observer)?;
        } else {
            self.engine.handle_timeout(at, &mut self.out);
            self.take_in(observer)?;
        }
        Ok(Some(at))
    }

    /// Whether everything has ended. Once no call is left, everybody is sent home.
    fn over(&mut self, until: Time, observer: &mut impl FnMut(&Output)) -> Result<bool, Failure> {
        if until < self.horizon || self.world.next().is_some_and(|at| at < self.horizon) {
            return Ok(false);
        }
        let (now, live) = (self.now, self.engine.in_progress());
        if !self.closed {
            if live.calls > 0 && now <= self.limit {
                return self.none_left(now, live);
            }
            self.closed = true;
            self.world.close(&mut self.inputs);
            self.now = now.max(self.horizon);
            self.tell(self.now, observer)?;
        }
        let live = self.engine.in_progress();
        if live == InProgress::default() {
            return Ok(true);
        }
        if live.calls > 0 && now > self.limit {
            return Err(Failure::Leftover { at: now, live });
        }
        self.none_left(now, live)
    }

    /// Nothing will ever happen again, and yet something is alive.
    fn none_left(&self, at: Time, live: InProgress) -> Result<bool, Failure> {
        let nothing = self.world.next().is_none() && self.engine.next_timeout().is_none();
        if nothing { Err(Failure::Leftover { at, live }) } else { Ok(false) }
    }

    /// Tells the engine what has happened.
    fn tell(&mut self, at: Time, observer: &mut impl FnMut(&Output)) -> Result<(), Failure> {
        // Nearly always it is one thing, and then nothing more is to be set up.
        if self.inputs.len() == 1
            && let Some((actor, input)) = self.inputs.pop()
        {
            self.engine.handle(Envelope { at, actor, input }, &mut self.out);
            return self.take_in(observer);
        }
        let mut inputs = std::mem::take(&mut self.inputs);
        for (actor, input) in inputs.drain(..) {
            self.engine.handle(Envelope { at, actor, input }, &mut self.out);
            self.take_in(observer)?;
        }
        self.inputs = inputs;
        Ok(())
    }

    /// Hands on what the engine has put out.
    fn take_in(&mut self, observer: &mut impl FnMut(&Output)) -> Result<(), Failure> {
        self.out.iter().for_each(&mut *observer);
        self.world.read(&self.out);
        self.out.clear();
        if self.checked {
            self.engine.check_invariants()?;
        }
        Ok(())
    }
}
