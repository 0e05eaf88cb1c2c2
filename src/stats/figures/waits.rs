//! Figures of waits: how many wait at a moment, and how soon their waits end.

use serde::{Deserialize, Serialize};

use super::rate;
use crate::stats::counts::{LengthCounts, WithinCounts};

figures! {
    /// Queue length: callers who wait on the line, ringing ones included; callbacks are not. Weighted by time and, by
    /// hour, of the time that was spent in that hour, all days together; where
    /// [`work_until`](crate::stats::TallyOptions::work_until) sets an end, nothing after it is in any of these.
    LengthFigures {
        /// For how long it was observed.
        time observed_s,
        /// How many waited, mean over that time.
        number mean,
        /// The most who waited at once. Over replications this is the mean of each one's most.
        count most,
    }
    /// Visits that ended within a wait, callbacks and calls taken over by a supervisor apart: nobody waits on the line
    /// for them. Shares are of the visits whose callers do, those that still wait included.
    WithinFigures {
        /// Answered within it.
        count answered,
        /// Abandoned within it.
        count abandoned,
        /// Ended otherwise within it: timed out, gone on to another queue, turned away …
        count left,
        /// `answered` as a share: the service level, were this the target.
        rate answered_rate,
        /// `abandoned` as a share.
        rate abandoned_rate,
        /// `left` as a share.
        rate left_rate,
    }
}

/// How many visits ended within a wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct WaitFigures {
    /// The wait, in seconds; a wait of exactly so long is within.
    pub within_s: f64,
    /// Visits that ended within it.
    pub visits: WithinFigures,
}

impl LengthFigures {
    pub(in crate::stats) fn of(counts: &LengthCounts) -> Self {
        Self { observed_s: counts.observed.secs(), mean: counts.waited.share_of(counts.observed), most: counts.most.0 }
    }
}

impl WithinFigures {
    pub(in crate::stats) fn of(counts: &WithinCounts, waited: u64) -> Self {
        let &WithinCounts { answered, abandoned, left } = counts;
        Self {
            answered,
            abandoned,
            left,
            answered_rate: rate(answered, waited),
            abandoned_rate: rate(abandoned, waited),
            left_rate: rate(left, waited),
        }
    }
}
