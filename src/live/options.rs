//! What can be chosen about a running centre.

use core::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::exchange;
use crate::time::Span;

/// How a centre is to run. `Options::default()` does for one floor on one server.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Of the exchange beneath: the seed, and every bound.
    pub exchange: exchange::Options,
    /// What the clock on the wall shows. Default: the system's.
    pub wall_clock: WallClock,
    /// How often the engine is told what the clock on the wall shows, first at the start. At least 1 s. Default: 10
    /// minutes.
    pub anchor_every: Duration,
    /// By how much the clock on the wall may have gone astray since the last time before that counts as a jump, which
    /// is logged. Default: 1 s.
    pub jump: Duration,
    /// How long an awaited request waits for room while the log is full. Default: 2 s.
    pub room_within: Duration,
    /// A timer that fires later than this is logged. Default: 50 ms.
    pub late: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            exchange: exchange::Options::default(),
            wall_clock: WallClock::system(),
            anchor_every: Duration::from_secs(600),
            jump: Duration::from_secs(1),
            room_within: Duration::from_secs(2),
            late: Duration::from_millis(50),
        }
    }
}

impl Options {
    /// For one of thousands of centres in a process: see [`exchange::Options::small`]. Two readers are the centre's
    /// own, and a third while it drains or its engine is copied; this leaves five.
    pub fn small() -> Self {
        Self { exchange: exchange::Options { readers_max: 8, ..exchange::Options::small() }, ..Self::default() }
    }

    /// How often the clock on the wall is looked at.
    pub(super) fn anchor_span(&self) -> Span {
        let every = self.anchor_every.max(Duration::from_secs(1));
        Span::from_nanos(u64::try_from(every.as_nanos()).unwrap_or(u64::MAX))
    }
}

/// A function that says what the clock on the wall shows.
#[derive(Clone)]
pub struct WallClock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl WallClock {
    /// The clock that this function reads. It should not take long: timers wait for it. Where it panics the engine is
    /// not told the time of day until [`Options::anchor_every`] later, and [`Health::panics`](super::Health::panics)
    /// counts it; at the start, the centre does not start ([`NotStarted::WallClock`](super::NotStarted::WallClock)).
    pub fn new(read: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// The system's clock.
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "calendars go by the clock on the wall")]
        Self::new(SystemTime::now)
    }

    /// Nanoseconds after 1970-01-01T00:00Z.
    pub(super) fn utc(&self) -> i64 {
        match (self.0)().duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos),
        }
    }
}

impl fmt::Debug for WallClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WallClock").finish_non_exhaustive()
    }
}
