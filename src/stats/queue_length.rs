//! Queue length: how many callers wait at each moment, weighted by time and cut by hour of day.

use super::counts::{LengthCounts, Total};
use super::day::Clock;
use super::figures::LengthFigures;
use crate::time::{Span, Time};

/// How many callers wait, and have waited.
#[derive(Clone, Debug, Default)]
pub(super) struct QueueLength {
    waiting: u64,
    /// Up to when the time is counted.
    counted: Time,
    /// By hour of day; empty before the first change.
    hours: Vec<LengthCounts>,
}

impl QueueLength {
    /// Nobody waits yet; what comes before this instant is not counted.
    pub(super) fn from(counted: Time) -> Self {
        Self { counted, ..Self::default() }
    }

    pub(super) fn enter(&mut self, clock: &Clock, at: Time) {
        self.advance(clock, at);
        self.waiting += 1;
    }

    pub(super) fn leave(&mut self, clock: &Clock, at: Time) {
        self.advance(clock, at);
        self.waiting = self.waiting.saturating_sub(1);
    }

    /// Counts the time up to `until`.
    pub(super) fn advance(&mut self, clock: &Clock, until: Time) {
        if until <= self.counted {
            return;
        }
        let (from, waiting, hours) = (self.counted, self.waiting, &mut self.hours);
        self.counted = until;
        if hours.is_empty() {
            hours.resize_with(clock.buckets(), LengthCounts::default);
        }
        clock.split(from, until, |hour, nanos| hours.get_mut(hour).into_iter().for_each(|of| of.spend(waiting, nanos)));
    }

    /// Adds what another has counted; who waits at present stays its own.
    pub(super) fn add(&mut self, other: &Self) {
        self.hours.resize_with(self.hours.len().max(other.hours.len()), LengthCounts::default);
        self.hours.iter_mut().zip(&other.hours).for_each(|(mine, theirs)| *mine += theirs);
    }

    /// Figures of the whole time.
    pub(super) fn figures(&self) -> LengthFigures {
        let mut sum = LengthCounts::default();
        self.hours.iter().for_each(|hour| sum += hour);
        LengthFigures::of(&sum)
    }

    /// Figures of one hour of day.
    pub(super) fn figures_of(&self, hour: usize) -> LengthFigures {
        self.hours.get(hour).map_or_else(LengthFigures::default, LengthFigures::of)
    }
}

impl LengthCounts {
    /// Counts a time for which so many waited. Who is answered the moment he comes has not waited.
    fn spend(&mut self, waiting: u64, nanos: u64) {
        if nanos > 0 {
            self.observed += Span::from_nanos(nanos);
            self.waited += Total(u128::from(waiting) * u128::from(nanos));
            self.most.0 = self.most.0.max(waiting);
        }
    }
}
