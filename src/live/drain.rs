//! Draining: no new calls, and the ones there are come to their end, or the time is up.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::follower::Follower;
use super::hub::{Hub, Stage};
use crate::engine::{Actor, InProgress, Input};
use crate::exchange::Full;

/// So soon it is looked again whether everybody is in who has found the door open.
const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// What came of draining.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drained {
    /// What is left: everything zero but, perhaps, timers of agents, where the calls have come to their end in time.
    pub left: InProgress,
}

impl Drained {
    /// Whether no call is alive any more.
    pub fn is_empty(&self) -> bool {
        self.left.calls == 0
    }
}

/// Closes the door and waits until no call is alive, for so long at most.
pub(super) async fn drain(hub: &Arc<Hub>, within: Duration) -> Result<Drained, Full> {
    hub.enter(Stage::Draining);
    hub.log(|| tracing::info!(within_s = within.as_secs_f64(), "draining: no new calls"));
    let begun = Instant::now();
    let mut follower = Follower::new(hub)?;
    // Whoever has found the door open stands before this in the log.
    let mut last = None;
    loop {
        if last.is_none() && !hub.is_anybody_entering() {
            last = hub.submit(hub.clock.now(), Actor::Host, Input::Tick).ok();
        }
        // After that, which is news to everybody, even where the log is full.
        let news = hub.news.notified();
        let all_are_in = last.is_some_and(|last| hub.exchange.decided() > last.position);
        let drained = Drained { left: follower.catch_up().in_progress() };
        if (drained.is_empty() && all_are_in) || hub.is_closed() {
            hub.log(|| tracing::info!(left = ?drained.left, "drained"));
            return Ok(drained);
        }
        let rest = within.saturating_sub(begun.elapsed());
        // A look again, where it is not known yet who is in, or where the log is full.
        let most = if all_are_in { rest } else { rest.min(LOOK_AGAIN) };
        let waited = hub.within(most, news).await;
        // Where there is always news, a wait for it never ends for lack of time.
        if rest.is_zero() || (waited.is_err() && most == rest) {
            let left = follower.catch_up().in_progress();
            hub.log(|| tracing::warn!(?left, "the time to drain is up"));
            return Ok(Drained { left });
        }
    }
}
