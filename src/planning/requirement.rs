//! The requirement: how many agents a pool of queues needs in each interval, by the formulas of
//! [`erlang`](crate::erlang).
//!
//! The queues of a pool are taken as one: all their calls, the mean of their handle times, any of the agents for any of
//! the calls, the strictest of their targets. Where callers of all are equally patient it is their very patience
//! (M/M/c+G), else exponential with the hang-up rate they have together (Erlang A). Each interval is taken as a steady
//! state of its own. All of this is rough where skills differ or load changes fast; the simulation tells.

use super::forecast::QueueForecast;
use crate::erlang::{Error, Goal, Patience, Queue, ServiceLevel, Steady, Traffic};

/// What comes to a pool in one interval.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demand {
    pub(super) calls: f64,
    pub(super) handle_s: f64,
    /// Time to answer less the time from the offer to the answer, in seconds.
    within_s: f64,
    patience: Patience,
    /// Length of the interval, in seconds.
    interval_s: f64,
}

impl Demand {
    /// What comes in this interval to these queues, each with its target in seconds.
    pub(super) fn of(queues: &[(&QueueForecast, f64)], place: usize, interval_s: f64) -> Self {
        let calls_of = |queue: &QueueForecast| queue.calls.get(place).copied().unwrap_or(0.0);
        let calls: f64 = queues.iter().map(|(queue, _)| calls_of(queue)).sum();
        let mean = |of: &dyn Fn(&QueueForecast) -> f64| {
            let sum: f64 = queues.iter().map(|(queue, _)| calls_of(queue) * of(queue)).sum();
            if calls > 0.0 { sum / calls } else { 0.0 }
        };
        let busy = queues.iter().filter(|(queue, _)| calls_of(queue) > 0.0);
        let target = busy.clone().map(|(_, target)| *target).fold(f64::INFINITY, f64::min);
        let mut patience = busy.map(|(queue, _)| queue.patience);
        let first = patience.next().unwrap_or(Patience::Never);
        let patience = if patience.all(|other| other == first) {
            first
        } else {
            let hang_ups = mean(&|queue| 1.0 / queue.patience.mean_s());
            if hang_ups > 0.0 { Patience::Exponential { mean_s: 1.0 / hang_ups } } else { Patience::Never }
        };
        let within_s = (target - mean(&|queue| queue.delay_s)).max(0.0);
        Self { calls, handle_s: mean(&|queue| queue.handle_s), within_s, patience, interval_s }
    }

    /// The load in erlangs.
    pub(super) fn load(&self) -> f64 {
        self.calls / self.interval_s * self.handle_s
    }

    fn traffic(&self) -> Result<Traffic, Error> {
        Traffic::new(self.calls * 3_600.0 / self.interval_s, self.handle_s)
    }

    /// The fewest agents with which this share is answered in time; none where no call is expected.
    pub(super) fn agents(&self, share: f64, of: ServiceLevel) -> Result<u32, Error> {
        if self.calls <= 0.0 || self.handle_s <= 0.0 {
            return Ok(0);
        }
        let goal = Goal::ServiceLevel { share, within_s: self.within_s, of };
        self.traffic()?.agents_for(&self.patience, goal)
    }

    /// The share answered in time that the formula gives for so many agents; `None` without agents or calls, and where
    /// the queue would grow for ever.
    pub(super) fn level(&self, agents: u32, of: ServiceLevel) -> Option<f64> {
        let queue = Queue::new(self.traffic().ok()?, agents).ok()?.with_patience(self.patience).ok()?;
        let steady: Steady = queue.steady().ok()?;
        steady.service_level(self.within_s, of)
    }
}
