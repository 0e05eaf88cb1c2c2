//! The gremlin: spoils what is reported to the engine, as a scenario's `faults` say.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::scenario::Faults;
use super::streams::{Purpose, happens, stream};
use crate::engine::{Actor, Arrival, ConnectFailure, EndedBy, Endpoint, Input, OfferFailure};
use crate::ids::{AgentId, CallId, OfferId, QueueId, ReasonId};
use crate::time::Span;

/// How much later a report may come again.
const LATE: Span = Span::from_secs(5);

/// Spoils reports, from a stream of its own.
#[derive(Debug)]
pub(crate) struct Gremlin {
    faults: Faults,
    idle: bool,
    rng: ChaCha8Rng,
}

impl Gremlin {
    pub(crate) fn new(faults: &Faults, seed: u64) -> Self {
        Self { idle: faults.none(), faults: faults.clone(), rng: stream(seed, Purpose::Faults, "") }
    }

    /// Whether this hang-up goes unreported.
    pub(crate) fn loses_hangup(&mut self) -> bool {
        !self.idle && happens(&mut self.rng, self.faults.lost_hangups)
    }

    /// Whether this phone vanishes.
    pub(crate) fn takes_phone(&mut self) -> bool {
        !self.idle && happens(&mut self.rng, self.faults.vanishing_agents)
    }

    /// Some time within this span.
    pub(crate) fn within(&mut self, span: Span) -> Span {
        Span::from_secs_f64(span.as_secs_f64() * self.rng.random::<f64>())
    }

    /// How late an answer to a withdrawn offer comes, if it comes.
    pub(crate) fn late_answer(&mut self) -> Option<Span> {
        let comes = !self.idle && happens(&mut self.rng, self.faults.late_answers);
        comes.then(|| self.within(Span::from_secs(2)))
    }

    /// For drawing how long a vanished phone stays away.
    pub(crate) fn rng(&mut self) -> &mut ChaCha8Rng {
        &mut self.rng
    }

    /// Adds to inputs what else reaches the engine at once; `next_call` is the number of the next call. Gives what
    /// reaches it later, and how much later.
    pub(crate) fn spoil(&mut self, inputs: &mut Vec<(Actor, Input)>, next_call: u64) -> Vec<(Span, Input)> {
        let mut later = Vec::new();
        if self.idle {
            return later;
        }
        for index in (0..inputs.len()).rev() {
            if happens(&mut self.rng, self.faults.duplicates) && inputs[index].0 == Actor::Switch {
                let again = inputs[index].clone();
                if may_come_late(&again.1) && self.rng.random() {
                    later.push((self.within(LATE), again.1));
                } else {
                    inputs.insert(index, again);
                }
            }
            if happens(&mut self.rng, self.faults.nonsense) {
                let nonsense = self.nonsense(next_call);
                inputs.insert(index, nonsense);
            }
        }
        later
    }

    /// A report or request about what never was, or about one of the latest calls, whatever its state.
    fn nonsense(&mut self, next_call: u64) -> (Actor, Input) {
        let call = CallId(self.rng.random::<u64>() | 1 << 63);
        let recent = CallId(next_call.saturating_sub(self.rng.random_range(1..=20)));
        let generation = u64::from(self.rng.random::<u32>() | 1 << 31);
        let offer = OfferId::from_bits(generation << 32 | self.rng.random_range(0..64));
        let agent = AgentId(self.rng.random::<u32>() | 1 << 31);
        let input = match self.rng.random_range(0..20) {
            0 => Input::CallerGone { call },
            1 => Input::LegRinging { offer },
            2 => Input::OfferAccepted { offer },
            3 => Input::OfferFailed { offer, why: OfferFailure::NoAnswer },
            4 => Input::Connected { offer },
            5 => Input::ConnectFailed { offer, why: ConnectFailure::AgentGone },
            6 => Input::HoldChanged { offer, held: true },
            7 => Input::LegEnded { offer, by: EndedBy::Switch },
            8 => Input::LeaseRenewed { call },
            9 => Input::EndpointState { agent, state: Endpoint::InUse },
            10 => Input::SignIn { agent },
            11 => Input::Ready { agent },
            12 => Input::NotReady { agent, reason: ReasonId(u16::MAX) },
            13 => Input::WrapUpDone { agent, call: Some(call) },
            14 => Input::Hold { call },
            15 => Input::HangUp { call },
            16 => Input::CallArrived(Arrival::new(call, QueueId(u32::MAX))),
            17 => Input::Unhold { call: recent },
            18 => Input::Hold { call: recent },
            _ => Input::Tick,
        };
        let actor = if self.rng.random() { Actor::Switch } else { Actor::Agent(agent) };
        (actor, input)
    }
}

/// Whether this report may come again much later: it speaks of one step of one leg, which is then over. That a caller
/// went on hold may not: after the end of the hold it would be the report of another one.
fn may_come_late(input: &Input) -> bool {
    matches!(
        input,
        Input::LegRinging { .. }
            | Input::OfferAccepted { .. }
            | Input::Connected { .. }
            | Input::ConnectFailed { .. }
            | Input::HoldChanged { held: false, .. }
    )
}
