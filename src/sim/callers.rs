//! The callers: which calls arrive, and everything each of them brings.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution as _, Exp1};

use super::distribution::micros;
use super::setting::{CallSetting, InflowSetting};
use super::streams::{Purpose, happens, stream};
use crate::engine::{Arrival, EndedBy};
use crate::ids::{AgentId, CallId, OfferId};
use crate::time::{Span, Time};

/// The callers of one queue, with the streams that only they draw from.
#[derive(Debug)]
pub(crate) struct Source {
    setting: InflowSetting,
    arrivals: ChaCha8Rng,
    mix: ChaCha8Rng,
    patience: ChaCha8Rng,
    talk: ChaCha8Rng,
    hold: ChaCha8Rng,
    wrap_up: ChaCha8Rng,
    end: ChaCha8Rng,
}

/// What a call brings: drawn when it arrives and the same on every floor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Brought {
    pub(crate) patience: Option<Span>,
    pub(crate) talk: Span,
    /// After how much talk the caller is put on hold, and for how long.
    pub(crate) hold: Option<(Span, Span)>,
    pub(crate) wrap_up: Span,
    pub(crate) ended_by: EndedBy,
    /// Which of its queue's ways of answering it gets.
    pub(crate) calls: CallSetting,
}

/// A live call, seen from outside the engine.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) brought: Brought,
    /// Counts the turns its life takes; an event of an earlier turn is void.
    pub(crate) turn: u32,
    /// The agent it is being joined with or talks to.
    pub(crate) leg: Option<(OfferId, AgentId)>,
    pub(crate) connected: bool,
    /// The caller has hung up and nobody has reported it.
    pub(crate) lost: bool,
}

impl Source {
    /// The callers of the queue of this name.
    pub(crate) fn new(setting: &InflowSetting, name: &str, seed: u64) -> Self {
        let stream = |purpose| stream(seed, purpose, name);
        Self {
            arrivals: stream(Purpose::Arrivals),
            mix: stream(Purpose::Mix),
            patience: stream(Purpose::Patience),
            talk: stream(Purpose::Talk),
            hold: stream(Purpose::Hold),
            wrap_up: stream(Purpose::WrapUp),
            end: stream(Purpose::End),
            setting: setting.clone(),
        }
    }

    /// When the next call arrives after `after`; `None` if none does before `horizon`.
    ///
    /// A Poisson process with a rate for each hour, by inversion: a unit of exponential time is used up at the speed of
    /// the rate. So one draw makes one arrival whatever the rates are.
    pub(crate) fn next_arrival(&mut self, after: Time, horizon: Time) -> Option<Time> {
        const HOUR: u64 = 3_600_000_000_000;
        if self.setting.rates.iter().all(|rate| *rate == 0.0) {
            return None;
        }
        let mut left: f64 = Exp1.sample(&mut self.arrivals);
        let mut at = after;
        while at < horizon {
            let hour = at.as_nanos() / HOUR;
            let rate = self.setting.rates[(hour % 24) as usize];
            let end = Time::from_nanos((hour + 1).saturating_mul(HOUR));
            let room = (end - at).as_secs_f64() * rate;
            if left < room {
                return Some(at + micros(left / rate)).filter(|at| *at < horizon);
            }
            left -= room;
            at = end;
        }
        None
    }

    /// The next call: how it arrives and what it brings.
    pub(crate) fn arrive(&mut self, call: CallId) -> (Arrival, Brought) {
        let setting = &self.setting;
        let mut arrival = Arrival::new(call, setting.queue);
        // Each call draws the same number of times from each stream, whatever comes of it.
        let [tier, who, need] = self.mix.random::<[f64; 3]>();
        let mut calls = setting.calls;
        if let Some((_, numbers, ways)) = setting.tiers.iter().find(|(sum, ..)| tier < *sum) {
            arrival.from = numbers.get((who * numbers.len() as f64) as usize).cloned();
            calls = *ways;
        }
        arrival.need = setting.needs.iter().find(|(sum, _)| need < *sum).map(|(_, need)| need.clone());

        let talk = calls.talk.draw(&mut self.talk).unwrap_or_default();
        let held = happens(&mut self.hold, calls.hold_share);
        let part: f64 = self.hold.random();
        let length = calls.hold_length.draw(&mut self.hold).unwrap_or_default();
        let agent_ends = happens(&mut self.end, calls.ended_by_agent);
        let brought = Brought {
            patience: calls.patience.draw(&mut self.patience),
            talk,
            hold: held.then(|| (micros(talk.as_secs_f64() * part), length)),
            wrap_up: calls.wrap_up.draw(&mut self.wrap_up).unwrap_or_default(),
            ended_by: if agent_ends { EndedBy::Agent } else { EndedBy::Caller },
            calls,
        };
        (arrival, brought)
    }
}
