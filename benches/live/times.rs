//! Times that were measured, from 1 µs to an hour.

use core::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;
use parking_lot::{Mutex, MutexGuard};

use crate::report::{Judged, Spread};

/// Times, from any number of tasks.
pub(crate) struct Times(Mutex<Histogram<u64>>);

impl Default for Times {
    fn default() -> Self {
        let histogram = Histogram::new_with_bounds(1, 3_600_000_000_000, 3).expect("these are bounds");
        Self(Mutex::new(histogram))
    }
}

impl Times {
    pub(crate) fn record(&self, time: Duration) {
        self.histogram().saturating_record(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    }

    pub(crate) fn len(&self) -> u64 {
        self.histogram().len()
    }

    fn millis(&self, share: f64) -> f64 {
        self.histogram().value_at_quantile(share) as f64 / 1e6
    }

    /// Whether so large a share takes at most so many milliseconds.
    pub(crate) fn judge(&self, what: &str, share: f64, at_most_ms: f64) -> Judged {
        Judged::at_most(what, at_most_ms, Spread::of(std::iter::once(self.millis(share)))).only_shown()
    }

    fn histogram(&self) -> MutexGuard<'_, Histogram<u64>> {
        self.0.lock()
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [half, most, nearly_all, longest] = [0.5, 0.99, 0.999, 1.0].map(|share| self.millis(share));
        write!(
            f,
            "{} times: median {half:.3} ms, p99 {most:.3}, p99.9 {nearly_all:.3}, longest {longest:.3}",
            self.len()
        )
    }
}
