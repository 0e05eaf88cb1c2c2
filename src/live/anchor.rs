//! Anchors: what the clock on the wall shows, told to the engine now and then, so that its calendar goes by it. A clock
//! that has jumped is believed, and the jump logged.

use super::hub::Hub;
use crate::engine::{Actor, Engine, Envelope, Input};
use crate::exchange::{Full, Handle};
use crate::time::{Span, Time};

/// When the engine was told last, and what.
#[derive(Debug)]
pub(super) struct Anchors {
    every: Span,
    due: Time,
    last: Option<(Time, i64)>,
}

impl Anchors {
    /// The first is due at once.
    pub(super) fn new(every: Span) -> Self {
        Self { every, due: Time::ZERO, last: None }
    }

    /// When the next is due.
    pub(super) fn due(&self) -> Time {
        self.due
    }

    /// Whether the engine has been told.
    pub(super) fn is_told(&self) -> bool {
        self.last.is_some()
    }

    /// Tells the engine, if it is due; not where the clock on the wall panics: it is looked at again when the next is due.
    /// Whether something is left to decide then.
    pub(super) fn tell(&mut self, hub: &Hub, handle: &mut Handle<Engine>, now: Time) -> Result<bool, Full> {
        if now < self.due {
            return Ok(false);
        }
        let Some(utc) = hub.vitals.panics().guard("wall clock", || hub.options.wall_clock.utc()) else {
            self.due = now + self.every;
            return Ok(false);
        };
        let input = Input::Anchor { utc };
        handle.submit(Envelope { at: now, actor: Actor::Host, input }).map_err(|refused| refused.why)?;
        if let Some((at, before)) = self.last.replace((now, utc)) {
            let gone = i128::from(utc) - i128::from(before);
            let astray = gone - i128::from((now - at).as_nanos());
            if astray.unsigned_abs() > hub.options.jump.as_nanos() {
                hub.meters.clock_jumps.increment(1);
                hub.log(|| tracing::warn!(by_s = astray as f64 / 1e9, "the clock on the wall has jumped"));
            }
        }
        self.due = now + self.every;
        Ok(handle.poll(now))
    }
}
