//! How soon visits end: how many were answered, abandoned, or left otherwise within so many seconds.

use super::counts::WithinCounts;
use super::figures::{WaitFigures, WithinFigures};
use crate::time::Span;

/// The waits that are told apart, in seconds: fine where answer targets are, and up to two hours. Waits are compared
/// with them to the nanosecond, and a wait of exactly so long is within.
const WITHIN_S: [u64; 40] = [
    0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 24, 30, 36, 40, 45, 50, 60, 75, 90, 105, 120, 150, 180, 210, 240, 300,
    360, 420, 480, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200,
];

/// Visits by how long they waited and how they ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Within {
    /// By the shortest of [`WITHIN_S`] that was enough, then those that none was; empty before the first.
    steps: Vec<WithinCounts>,
}

impl Within {
    /// Counts a visit that has ended after this wait.
    pub(super) fn count(&mut self, wait: Span, count: impl Fn(&mut WithinCounts)) {
        let nanos = wait.as_nanos();
        let step = WITHIN_S.partition_point(|secs| secs * 1_000_000_000 < nanos);
        if self.steps.is_empty() {
            self.steps.resize_with(WITHIN_S.len() + 1, WithinCounts::default);
        }
        self.steps.get_mut(step).into_iter().for_each(count);
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.steps.resize_with(self.steps.len().max(other.steps.len()), WithinCounts::default);
        self.steps.iter_mut().zip(&other.steps).for_each(|(mine, theirs)| *mine += theirs);
    }

    /// Figures of each step, everything shorter included; as shares of so many whose callers waited on the line.
    pub(super) fn figures(&self, waited: u64) -> Vec<WaitFigures> {
        let mut sum = WithinCounts::default();
        let step = |(place, secs): (usize, &u64)| {
            self.steps.get(place).into_iter().for_each(|step| sum += step);
            WaitFigures { within_s: *secs as f64, visits: WithinFigures::of(&sum, waited) }
        };
        WITHIN_S.iter().enumerate().map(step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_rise() {
        assert!(WITHIN_S.is_sorted_by(|a, b| a < b));
    }
}
