//! The clock of a running centre: engine time, counted from the start on tokio's monotonic clock. Where that is paused,
//! as in tests, engine time stands still with it.

use std::time::Duration;

use tokio::time::Instant;

use crate::time::{Span, Time};

/// Nobody looks further ahead than this; then he looks again.
const AHEAD: Span = Span::from_secs(3600);

/// Nanoseconds since the start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    begun: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self { begun: Instant::now() }
    }

    pub(super) fn now(self) -> Time {
        Time::from_nanos(u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }

    /// The moment to wake up for this instant: the instant itself, or one before it where it is far ahead.
    pub(super) fn wake_at(self, at: Time) -> Instant {
        let now = self.now();
        let ahead = at.since(now).as_nanos().min(AHEAD.as_nanos());
        self.begun + Duration::from_nanos(now.as_nanos()) + Duration::from_nanos(ahead)
    }
}
