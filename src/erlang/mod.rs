//! The calculator: queues that mathematics knows exactly. Erlang B, C and A, their relatives and their inverses, as pure
//! functions without an engine.
//!
//! A [`Queue`] is calls at random (Poisson), an exponential handle time, agents who are all alike, first come first
//! served, seen long after it began. Its [`Patience`] and its lines make it one of the classical models:
//!
//! | model | here |
//! | --- | --- |
//! | Erlang B, M/M/c/c: nobody waits | [`blocking`], [`lines_for`], [`load_for`]; or lines = agents |
//! | Erlang C, M/M/c: everybody waits | patience [`Patience::Never`] |
//! | Erlang A, M/M/c+M: callers hang up | patience [`Patience::Exponential`] |
//! | M/M/c+G: any other patience | any other [`Patience`] |
//! | M/M/c/K, M/M/c/K+M: as many calls at once as there are lines | [`Queue::with_lines`] |
//! | M/M/c with classes, the higher first | [`priority_waits`] |
//! | M/G/1: one agent, any handle time | [`single_agent_wait`] |
//!
//! ```
//! use cordboard::erlang::{Goal, Patience, Queue, ServiceLevel, Traffic};
//!
//! # fn main() -> Result<(), cordboard::erlang::Error> {
//! let traffic = Traffic::new(200.0, 180.0)?; // calls an hour, seconds to handle one: 10 erlangs
//! let steady = Queue::new(traffic, 14)?.steady()?;
//! assert!((steady.service_level(20.0, ServiceLevel::Offered).unwrap_or(0.0) - 0.888_350_019).abs() < 1e-9);
//!
//! let goal = Goal::ServiceLevel { share: 0.8, within_s: 20.0, of: ServiceLevel::Offered };
//! assert_eq!(traffic.agents_for(&Patience::Never, goal)?, 14);
//! assert_eq!(traffic.agents_for(&Patience::Exponential { mean_s: 300.0 }, goal)?, 13);
//! # Ok(())
//! # }
//! ```
//!
//! # Conventions
//!
//! Rates are calls per hour, times seconds, shares from 0 to 1. *Wait* is the time from joining the queue to the answer or
//! the hang-up; who is answered at once waits 0 and counts in every mean. A call is *blocked* when all lines are taken,
//! and then never joins. The *virtual* wait is what a caller of endless patience would wait. [`ServiceLevel`] has the five
//! usual definitions of service level.
//!
//! # Precision
//!
//! Figures are good to 1e-9 of themselves for up to [`AGENTS_MAX`] agents and [`LOAD_MAX`] erlangs (M/M/c+G: as far as
//! λ·patience, the calls that come while one caller waits, stays below a million). Sums are taken outwards from their
//! largest term, and products in logarithms, so that nothing over- or underflows on the way. Nothing here panics: what is
//! out of range is an [`Error`].

mod goal;
mod integral;
mod limited;
mod loss;
mod patience;
mod priority;
mod special;
mod steady;
mod unlimited;

pub use goal::Goal;
pub use loss::{blocking, lines_for, load_for};
pub use patience::Patience;
pub use priority::{priority_waits, single_agent_wait};
pub use steady::{ServiceLevel, Steady};

/// The most agents there may be.
pub const AGENTS_MAX: u32 = 200_000;
/// The most lines there may be.
pub const LINES_MAX: u32 = 1_000_000;
/// The largest load, in erlangs.
pub const LOAD_MAX: f64 = 100_000.0;
/// The longest time, in seconds: some 30 years.
pub const SECONDS_MAX: f64 = 1e9;

/// What is offered: how many calls, and how long one keeps an agent busy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Traffic {
    calls_per_hour: f64,
    handle_s: f64,
}

/// A queue with agents behind it, in its steady state.
#[derive(Clone, Debug, PartialEq)]
pub struct Queue {
    pub(crate) traffic: Traffic,
    pub(crate) agents: u32,
    pub(crate) patience: Patience,
    pub(crate) lines: Option<u32>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A number that is not in its range.
    #[error("{what} is {got}, expected {expected}")]
    OutOfRange {
        /// Which number.
        what: &'static str,
        /// Its range.
        expected: &'static str,
        /// What came.
        got: f64,
    },
    /// Nobody hangs up, no line is missing, and more work comes than the agents can do: waits grow for ever.
    #[error(
        "{load} erlangs for {agents} agents and nobody hangs up: the queue grows for ever, expected a smaller load"
    )]
    Unstable {
        /// The load, in erlangs.
        load: f64,
        /// The agents.
        agents: f64,
    },
    /// A number of lines together with a patience that is not exponential: no closed form is known.
    #[error("lines are limited and patience is not exponential: there is no closed form for both")]
    NoClosedForm,
    /// No number within its limits is enough, or none is small enough.
    #[error("{what} cannot be met, not even by {limit}")]
    Unreachable {
        /// What was wanted.
        what: &'static str,
        /// The last number tried.
        limit: f64,
    },
}

impl Traffic {
    /// So many calls an hour, each keeping an agent busy for so many seconds on average (AHT: talk, hold and wrap-up).
    ///
    /// # Errors
    ///
    /// Calls an hour that are not above 0, a handle time not above 0 and at most [`SECONDS_MAX`], or more than
    /// [`LOAD_MAX`] erlangs together.
    pub fn new(calls_per_hour: f64, handle_s: f64) -> Result<Self, Error> {
        let handle_s = seconds("the handle time in seconds", handle_s)?;
        let most = calls_per_hour <= LOAD_MAX * 3_600.0 / handle_s;
        if !(calls_per_hour > 0.0 && most) {
            let expected = "above 0, and at most 100,000 erlangs with the handle time";
            return Err(Error::OutOfRange { what: "calls per hour", expected, got: calls_per_hour });
        }
        Ok(Self { calls_per_hour, handle_s })
    }

    /// Calls per hour.
    pub fn calls_per_hour(self) -> f64 {
        self.calls_per_hour
    }

    /// Mean handle time, in seconds.
    pub fn handle_s(self) -> f64 {
        self.handle_s
    }

    /// The load in erlangs: how many agents it keeps busy if nobody is turned away and nobody hangs up.
    pub fn load(self) -> f64 {
        self.calls_per_hour / 3_600.0 * self.handle_s
    }

    /// Calls per second.
    pub(crate) fn rate(self) -> f64 {
        self.calls_per_hour / 3_600.0
    }
}

impl Queue {
    /// This traffic for so many agents; nobody hangs up, and there are lines for everybody (Erlang C).
    ///
    /// # Errors
    ///
    /// No agent, or more than [`AGENTS_MAX`].
    pub fn new(traffic: Traffic, agents: u32) -> Result<Self, Error> {
        if !(1..=AGENTS_MAX).contains(&agents) {
            let got = f64::from(agents);
            return Err(Error::OutOfRange { what: "agents", expected: "1 to 200,000", got });
        }
        Ok(Self { traffic, agents, patience: Patience::Never, lines: None })
    }

    /// The same with callers who hang up (Erlang A, M/M/c+G).
    ///
    /// # Errors
    ///
    /// A patience that is out of its range, see [`Patience`].
    pub fn with_patience(self, patience: Patience) -> Result<Self, Error> {
        patience.check()?;
        Ok(Self { patience, ..self })
    }

    /// The same with so many lines: calls at once, waiting and in service. The next one is blocked.
    ///
    /// # Errors
    ///
    /// Fewer lines than agents, or more than [`LINES_MAX`].
    pub fn with_lines(self, lines: u32) -> Result<Self, Error> {
        if !(self.agents..=LINES_MAX).contains(&lines) {
            let expected = "at least one for each agent, at most 1,000,000";
            return Err(Error::OutOfRange { what: "lines", expected, got: f64::from(lines) });
        }
        Ok(Self { lines: Some(lines), ..self })
    }

    /// Its figures, long after it began.
    ///
    /// # Errors
    ///
    /// [`Error::Unstable`] where nobody hangs up and the agents cannot do the work; [`Error::NoClosedForm`] for lines
    /// together with a patience that is neither exponential nor [`Patience::Never`].
    pub fn steady(&self) -> Result<Steady, Error> {
        Steady::of(self)
    }
}

/// This length of time, if it is one.
fn seconds(what: &'static str, secs: f64) -> Result<f64, Error> {
    let fits = secs > 0.0 && secs <= SECONDS_MAX;
    fits.then_some(secs).ok_or(Error::OutOfRange { what, expected: "above 0, at most 1,000,000,000 s", got: secs })
}

/// This share, if it is one that can be reached and missed.
fn share(what: &'static str, share: f64) -> Result<f64, Error> {
    let fits = share > 0.0 && share < 1.0;
    fits.then_some(share).ok_or(Error::OutOfRange { what, expected: "above 0, below 1", got: share })
}
