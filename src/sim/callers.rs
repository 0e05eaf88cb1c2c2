//! The callers: which calls arrive, and everything each of them brings.

use std::sync::Arc;

use rand::rngs::ChaCha8Rng;
use rand::{Rng as _, RngExt, SeedableRng};

use super::arrivals::Arrivals;
use super::conduct::Conduct;
use super::handling::{Given, Handled};
use super::setting::{CallSetting, InflowSetting, Way};
use super::streams::{Purpose, happens, stream};
use crate::engine::{Arrival, EndedBy};
use crate::floor::{Masked, Need};
use crate::ids::{CallId, QueueId};
use crate::time::{Span, Time};

/// The callers of one queue, with the streams that only they draw from.
#[derive(Debug)]
pub(crate) struct Source {
    setting: InflowSetting,
    ways: Arc<[CallSetting]>,
    arrivals: Arrivals,
    mix: ChaCha8Rng,
    streams: Streams,
}

/// What calls bring is drawn from these.
#[derive(Debug)]
struct Streams {
    patience: ChaCha8Rng,
    talk: ChaCha8Rng,
    hold: ChaCha8Rng,
    wrap_up: ChaCha8Rng,
    end: ChaCha8Rng,
    life: ChaCha8Rng,
    /// Whether any of these calls is ever held, or ended by the agent: what never happens is not drawn.
    holds: bool,
    agent_ends: bool,
}

/// What a call brings: drawn when it arrives and the same on every floor.
#[derive(Clone, Debug)]
pub(crate) struct Brought {
    pub(crate) patience: Option<Span>,
    /// How the first agent has it, unless that agent's team has another way.
    pub(crate) handled: Handled,
    /// What is known of that, of a recorded call.
    pub(crate) given: Option<Box<Given>>,
    pub(crate) ended_by: EndedBy,
    /// Which of the ways of treating calls it gets.
    pub(crate) way: Way,
    /// What is done about it beside, if anything.
    pub(crate) conduct: Option<Box<Conduct>>,
    /// Seeds a stream of its own, for whatever else becomes of it.
    pub(crate) life: u64,
}

/// Who calls, and what for: what a caller who calls again brings again.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) queue: QueueId,
    pub(crate) from: Option<Masked>,
    pub(crate) need: Option<Arc<Need>>,
}

impl Source {
    /// The callers of the queue of this name.
    pub(crate) fn new(setting: &InflowSetting, ways: &Arc<[CallSetting]>, name: &str, seed: u64) -> Self {
        let stream = |purpose| stream(seed, purpose, name);
        let mut own = setting.tiers.iter().map(|tier| tier.way).chain([setting.way]).filter_map(|way| ways.get(way));
        Self {
            arrivals: Arrivals::new(&setting.arrivals, name, seed),
            mix: stream(Purpose::Mix),
            streams: Streams {
                patience: stream(Purpose::Patience),
                talk: stream(Purpose::Talk),
                hold: stream(Purpose::Hold),
                wrap_up: stream(Purpose::WrapUp),
                end: stream(Purpose::End),
                life: stream(Purpose::Life),
                holds: own.clone().any(CallSetting::holds),
                agent_ends: own.any(CallSetting::agent_ends),
            },
            setting: setting.clone(),
            ways: ways.clone(),
        }
    }

    /// The queue they call.
    pub(crate) fn queue(&self) -> QueueId {
        self.setting.queue
    }

    /// What calls bring that are of no tier.
    pub(crate) fn way(&self) -> Way {
        self.setting.way
    }

    /// When the next call arrives after `after`; `None` if none does before `horizon`.
    pub(crate) fn next_arrival(&mut self, after: Time, horizon: Time) -> Option<Time> {
        self.arrivals.next(after, horizon)
    }

    /// The next call: how it arrives, and what it brings.
    pub(crate) fn arrive(&mut self, call: CallId) -> (Identity, Brought) {
        let setting = &self.setting;
        // Each call draws the same number of times from each stream, whatever comes of it; from none where all are alike.
        let played = self.arrivals.played();
        let alike = setting.tiers.is_empty() && setting.needs.is_empty() && played.is_none();
        let [tier, who, need] = if alike { [1.0; 3] } else { self.mix.random() };
        let (mut from, mut way) = (None, setting.way);
        if let Some(tier) = setting.tiers.iter().find(|other| tier < other.sum) {
            from = tier.numbers.get((who * tier.numbers.len() as f64) as usize).cloned();
            way = tier.way;
        }
        let need = setting.needs.iter().find(|(sum, _)| need < *sum).map(|(_, need)| need.clone());
        let mut identity = Identity { queue: setting.queue, from, need };
        if let Some(played) = played {
            way = played.identify(&mut identity, who).unwrap_or(way);
        }
        let mut brought = self.streams.bring(&self.ways, way);
        if let Some(played) = played {
            played.bring(&mut brought, &self.ways[way].patience);
        }
        if brought.conduct.is_some() {
            // Who calls again, or is called back, has a number; in nobody's directory.
            identity.from = identity.from.or_else(|| Some(number(call)));
        }
        (identity, brought)
    }
}

/// What a call brings that does not arrive by itself, drawn from a stream of an earlier one: a caller who calls again.
pub(crate) fn bring_again(ways: &[CallSetting], way: Way, life: &mut ChaCha8Rng) -> Brought {
    let mut next = || ChaCha8Rng::seed_from_u64(life.next_u64());
    let mut streams = Streams {
        patience: next(),
        talk: next(),
        hold: next(),
        wrap_up: next(),
        end: next(),
        life: next(),
        holds: true,
        agent_ends: true,
    };
    streams.bring(ways, way)
}

/// The number from which a caller calls who has no other.
pub(crate) fn number(call: CallId) -> Masked {
    format!("caller-{call}").into()
}

/// What a stream of one call is for. The number is part of what a seed means: never change one, only add.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    Conduct = 0,
    Fate = 1,
    Talk = 2,
    Hold = 3,
    WrapUp = 4,
    Retry = 5,
    Patience = 6,
}

/// A stream that belongs to one call alone, and there to one purpose.
pub(crate) fn life(seed: u64, part: Part) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(part as u64);
    rng
}

impl Streams {
    fn bring(&mut self, ways: &[CallSetting], way: Way) -> Brought {
        let calls = &ways[way];
        let handling = &calls.handling;
        let talk = handling.talk.draw(&mut self.talk).unwrap_or_default();
        let hold = self.holds.then(|| {
            let held = happens(&mut self.hold, handling.hold_share);
            let part: f64 = self.hold.random();
            let length = handling.hold_length.draw(&mut self.hold).unwrap_or_default();
            held.then_some((part, length))
        });
        let agent_ends = self.agent_ends && happens(&mut self.end, calls.ended_by_agent);
        let seed = self.life.next_u64();
        Brought {
            patience: calls.patience.draw(&mut self.patience),
            handled: Handled {
                talk,
                hold: hold.flatten(),
                wrap_up: handling.wrap_up.draw(&mut self.wrap_up).unwrap_or_default(),
            },
            given: None,
            ended_by: if agent_ends { EndedBy::Agent } else { EndedBy::Caller },
            way,
            conduct: calls.conduct.decide(|| life(seed, Part::Conduct)),
            life: seed,
        }
    }
}

impl Identity {
    /// The call as it comes to the engine.
    pub(crate) fn arrival(&self, call: CallId, brought: &Brought, prior_call: Option<CallId>) -> Arrival {
        Arrival {
            from: self.from.clone(),
            need: self.need.clone(),
            preferred: brought.conduct.as_ref().and_then(|conduct| conduct.preferred),
            prior_call,
            ..Arrival::new(call, self.queue)
        }
    }
}
