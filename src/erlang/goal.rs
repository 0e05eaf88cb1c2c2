//! Goals, and the inverses of the formulas: the fewest agents that meet one, the most calls with which it is met.

use super::loss::between;
use super::{AGENTS_MAX, Error, LOAD_MAX, Patience, Queue, ServiceLevel, Steady, Traffic, seconds, share};

/// What a queue should achieve. All goals are easier with more agents.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Goal {
    /// At least this share, above 0 and below 1, within so many seconds, 0 or more.
    ServiceLevel {
        /// The share.
        share: f64,
        /// The time.
        within_s: f64,
        /// Of what it is the share.
        of: ServiceLevel,
    },
    /// At most this share of callers, above 0 and below 1, hang up.
    Abandonment {
        /// The share.
        at_most: f64,
    },
    /// A mean wait of all calls of at most so many seconds, above 0.
    MeanWait {
        /// The wait.
        at_most_s: f64,
    },
    /// At most this share of the agents' time, above 0 and below 1, is busy.
    Occupancy {
        /// The share.
        at_most: f64,
    },
}

impl Goal {
    /// Whether a queue in this state meets it.
    pub fn is_met(self, steady: &Steady) -> bool {
        match self {
            Self::ServiceLevel { share, within_s, of } => {
                steady.service_level(within_s, of).is_some_and(|level| level >= share)
            }
            Self::Abandonment { at_most } => steady.abandoned <= at_most,
            Self::MeanWait { at_most_s } => steady.mean_wait_s <= at_most_s,
            Self::Occupancy { at_most } => steady.occupancy <= at_most,
        }
    }

    fn check(self) -> Result<(), Error> {
        match self {
            Self::ServiceLevel { share: level, within_s, .. } => {
                share("the service level", level)?;
                let fits = (0.0..=super::SECONDS_MAX).contains(&within_s);
                let expected = "0 to 1,000,000,000 s";
                let out = Error::OutOfRange { what: "the time of the service level", expected, got: within_s };
                if fits { Ok(()) } else { Err(out) }
            }
            Self::Abandonment { at_most } => share("the share of callers who hang up", at_most).map(drop),
            Self::MeanWait { at_most_s } => seconds("the mean wait", at_most_s).map(drop),
            Self::Occupancy { at_most } => share("the occupancy", at_most).map(drop),
        }
    }

    /// Whether so many agents meet it; more work than they can do, with nobody hanging up, meets none.
    fn met_by(self, traffic: Traffic, patience: &Patience, agents: u32) -> Result<bool, Error> {
        match Queue::new(traffic, agents)?.with_patience(*patience)?.steady() {
            Ok(steady) => Ok(self.is_met(&steady)),
            Err(Error::Unstable { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Traffic {
    /// The fewest agents who meet this goal with this traffic.
    ///
    /// # Errors
    ///
    /// A goal or a patience out of range; [`Error::Unreachable`] where [`AGENTS_MAX`] are too few.
    pub fn agents_for(self, patience: &Patience, goal: Goal) -> Result<u32, Error> {
        goal.check()?;
        let met = |agents| goal.met_by(self, patience, agents);
        // Outwards from the load, where the answer is as a rule.
        let guess = (self.load().ceil() as u32).clamp(1, AGENTS_MAX);
        let (mut low, mut high) = (0, guess);
        let mut step = 1;
        while !met(high)? {
            if high == AGENTS_MAX {
                return Err(Error::Unreachable { what: "the goal", limit: f64::from(AGENTS_MAX) });
            }
            (low, high) = (high, high.saturating_add(step).min(AGENTS_MAX));
            step = step.saturating_mul(2);
        }
        let mut step = 1;
        while low == 0 && high > 1 {
            let lower = high.saturating_sub(step).max(1);
            if met(lower)? {
                (high, step) = (lower, step.saturating_mul(2));
            } else {
                low = lower;
            }
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if met(middle)? {
                high = middle;
            } else {
                low = middle;
            }
        }
        Ok(high)
    }

    /// The most calls an hour of this handle time with which so many agents meet this goal.
    ///
    /// # Errors
    ///
    /// A number, a goal or a patience out of range; [`Error::Unreachable`] where they meet it with [`LOAD_MAX`] erlangs,
    /// or with hardly any call not.
    pub fn calls_for(agents: u32, handle_s: f64, patience: &Patience, goal: Goal) -> Result<f64, Error> {
        goal.check()?;
        let handle_s = seconds("the handle time in seconds", handle_s)?;
        let of_load = |load: f64| load * 3_600.0 / handle_s;
        let met = |load: f64| goal.met_by(Traffic::new(of_load(load), handle_s)?, patience, agents);
        let least = 1e-6 * f64::from(agents.max(1));
        if !met(least)? {
            return Err(Error::Unreachable { what: "the goal", limit: least });
        }
        let (mut low, mut high) = (least, f64::from(agents).min(LOAD_MAX));
        while met(high)? {
            if high >= LOAD_MAX {
                return Err(Error::Unreachable { what: "missing the goal", limit: LOAD_MAX });
            }
            (low, high) = (high, (high * 2.0).min(LOAD_MAX));
        }
        while let Some(middle) = between(low, high).filter(|_| high - low > 1e-12 * high) {
            if met(middle)? {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(of_load(low))
    }
}
