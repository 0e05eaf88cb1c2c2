//! The gremlin: spoils what is reported to the engine, as a scenario's `faults` say.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::scenario::Faults;
use super::streams::{Purpose, happens, stream};
use crate::engine::{
    Actor, Arrival, CallbackTerms, ConnectFailure, DialFailure, EndedBy, Endpoint, Input, MonitorMode, OfferFailure,
    Target,
};
use crate::floor::Plan;
use crate::ids::{AgentId, CallId, ClassId, DialId, ExtensionId, FollowUpId, OfferId, QueueId, ReasonId};
use crate::time::Span;

/// How much later a report may come again.
const LATE: Span = Span::from_secs(5);

/// Spoils reports, from a stream of its own.
#[derive(Debug)]
pub(crate) struct Gremlin {
    faults: Faults,
    idle: bool,
    /// How many there are on this floor.
    agents: u32,
    queues: u32,
    rng: ChaCha8Rng,
}

impl Gremlin {
    pub(crate) fn new(faults: &Faults, plan: &Plan, seed: u64) -> Self {
        let (agents, queues) = (plan.agents().len() as u32, plan.queues().len() as u32);
        let rng = stream(seed, Purpose::Faults, "");
        Self { idle: faults.none(), faults: faults.clone(), agents, queues, rng }
    }

    /// Whether everything is reported as it is.
    pub(crate) fn is_idle(&self) -> bool {
        self.idle
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
            let reported = inputs[index].0 == Actor::Switch && !matches!(inputs[index].1, Input::KeyPressed { .. });
            // A key that is pressed twice is pressed twice.
            if happens(&mut self.rng, self.faults.duplicates) && reported {
                let again = inputs[index].clone();
                if matches!(again.1, Input::CallArrived(_)) {
                    later.push((Span::ZERO, again.1));
                } else if may_come_late(&again.1) && self.rng.random() {
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

    /// A report or request about what never was, or about one of the latest calls, whatever its state, by anybody.
    fn nonsense(&mut self, next_call: u64) -> (Actor, Input) {
        let call = CallId(self.rng.random::<u64>() | 1 << 63);
        let recent = CallId(next_call.saturating_sub(self.rng.random_range(1..=20)));
        let handle = u64::from(self.rng.random::<u32>() | 1 << 31) << 32 | self.rng.random_range(0..64);
        let (offer, dial) = (OfferId::from_bits(handle), DialId::from_bits(handle));
        let nobody = AgentId(self.rng.random::<u32>() | 1 << 31);
        let somebody = AgentId(self.rng.random_range(0..self.agents.max(1)));
        let queue = QueueId(self.rng.random_range(0..=self.queues));
        let follow_up = FollowUpId(self.rng.random::<u64>() | 1 << 63);
        let about_nothing = match self.rng.random_range(0..26) {
            0 => Input::CallerGone { call },
            1 => Input::LegRinging { offer },
            2 => Input::OfferAccepted { offer },
            3 => Input::OfferFailed { offer, why: OfferFailure::NoAnswer },
            4 => Input::Connected { offer },
            5 => Input::ConnectFailed { offer, why: ConnectFailure::AgentGone },
            6 => Input::HoldChanged { offer, held: true },
            7 => Input::LegEnded { offer, by: EndedBy::Switch },
            8 => Input::LeaseRenewed { call },
            9 => Input::EndpointState { agent: nobody, state: Endpoint::InUse },
            10 => Input::SignIn { agent: nobody },
            11 => Input::Ready { agent: nobody },
            12 => Input::NotReady { agent: somebody, reason: ReasonId(u16::MAX) },
            13 => Input::WrapUpDone { agent: nobody, call: Some(call), disposition: None },
            14 => Input::Hold { call },
            15 => Input::HangUp { call },
            16 => Input::CallArrived(Arrival::new(call, QueueId(u32::MAX))),
            17 => Input::KeyPressed { call, key: '0' },
            18 => Input::DialRinging { dial },
            19 => Input::DialAnswered { dial },
            20 => Input::DialFailed { dial, why: DialFailure::NoAnswer },
            21 => Input::DialEnded { dial },
            22 => Input::ReadyOnce { agent: nobody, then: None },
            23 => Input::CallBack { follow_up, call, terms: CallbackTerms::default() },
            24 => Input::CloseFollowUp { follow_up, reason: "nonsense".into() },
            _ => Input::Tick,
        };
        let to = match self.rng.random_range(0..4) {
            0 => Target::Queue(queue),
            1 => Target::Agent(somebody),
            2 => Target::Extension(ExtensionId(self.rng.random_range(0..3))),
            _ => Target::Number("0".into()),
        };
        let about_a_call = match self.rng.random_range(0..22) {
            0 => Input::Unhold { call: recent },
            1 => Input::Hold { call: recent },
            2 => Input::HangUp { call: recent },
            3 => Input::LeaseRenewed { call: recent },
            4 => Input::KeyPressed { call: recent, key: '1' },
            5 => Input::MessageTaken { call: recent },
            6 => Input::CannotAnswer { call: recent },
            7 => Input::Complaint { call: recent },
            8 => Input::Transfer { call: recent, to },
            9 => Input::Consult { call: recent, to },
            10 => Input::CompleteTransfer { call: recent },
            11 => Input::Conference { call: recent },
            12 => Input::CancelTransfer { call: recent },
            13 => Input::Monitor { supervisor: somebody, call: recent, mode: MonitorMode::Barge },
            14 => Input::EndMonitor { supervisor: somebody, call: recent },
            15 => Input::TakeOver { supervisor: somebody, call: recent },
            16 => Input::MoveCall { call: recent, to: queue },
            17 => Input::WithdrawCall { call: recent },
            18 => Input::ChangeRank {
                call: recent,
                class: Some(ClassId(0)),
                credit: Some(Span::from_secs(u64::MAX >> 40)),
            },
            19 => Input::AcceptCallback { call: recent, terms: CallbackTerms::default() },
            20 => Input::CancelCallback { call: recent },
            _ => Input::ApproveBreak { agent: somebody },
        };
        let actor = match self.rng.random_range(0..4) {
            0 => Actor::Switch,
            1 => Actor::Host,
            2 => Actor::Agent(somebody),
            _ => Actor::Agent(nobody),
        };
        (actor, if self.rng.random() { about_nothing } else { about_a_call })
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
            | Input::DialRinging { .. }
            | Input::DialAnswered { .. }
            | Input::MessageTaken { .. }
    )
}
