//! An observer who knows the plan and hears every output, and nothing else: whether what it hears adds up.

mod checks;
mod facts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cordboard::engine::{
    CallState, CancelReason, Command, ConnectFailure, EndedBy, Endpoint, Engine, Event, Fact, Input, OfferEnd, Outcome,
    Output, OutputKey, Passed, Presence, SlotState, Subject, VisitExit,
};
use cordboard::floor::{LadderPlan, RulesPlan, WrapUpPlan};
use cordboard::{AgentId, CallId, ClassId, OfferId, Plan, QueueId, Span, TierId, Time, VisitId};

use crate::world::Cause;

const NANO: Span = Span::from_nanos(1);

pub(crate) struct Observer {
    plan: Arc<Plan>,
    key: Option<OutputKey>,
    at: Time,
    pub(crate) calls: BTreeMap<CallId, Call>,
    visits: BTreeMap<VisitId, Visit>,
    last_visit: Option<VisitId>,
    /// Those that live: made, ringing, being joined, talking.
    pub(crate) offers: BTreeMap<OfferId, Offer>,
    pub(crate) offers_ever: BTreeSet<OfferId>,
    /// By agent: each slot's state and since when.
    pub(crate) slots: Vec<Vec<(SlotState, Time)>>,
    pub(crate) presences: Vec<(Presence, Time)>,
    endpoints: Vec<Endpoint>,
    wraps: Vec<Vec<WrapUp>>,
    /// By agent, by slot: the time in every state so far.
    times: Vec<Vec<Span>>,
    counts: Counts,
    /// What the present batch of outputs has said so far.
    batch: Batch,
}

#[derive(Default)]
struct Counts {
    calls_arrived: u64,
    calls_ended: u64,
    visits_started: u64,
    visits_ended: u64,
    offered: u64,
    offers_ended: u64,
}

#[derive(Default)]
struct Batch {
    cancelled: BTreeMap<OfferId, CancelReason>,
    legs_told_to_end: BTreeSet<OfferId>,
    calls_told: BTreeMap<CallId, Told>,
    /// Visits for which an offer ended.
    offer_ended_of: BTreeSet<VisitId>,
    lease_expired: BTreeSet<CallId>,
}

/// What the switch was told to do with a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    End(Outcome),
    Reject,
    Divert,
}

pub(crate) struct Call {
    arrived: Time,
    visit: Option<VisitId>,
    pub(crate) leg: Option<OfferId>,
    pub(crate) queue: QueueId,
    exit: Option<VisitExit>,
}

struct Visit {
    call: CallId,
    queue: QueueId,
    tier: Option<TierId>,
    class: ClassId,
    class_since: Time,
    started: Time,
    queued: bool,
    ringing: BTreeSet<OfferId>,
    joining: Option<OfferId>,
    target_passed: bool,
    starving: bool,
    rungs: u16,
    /// When the next rung is due.
    rung_due: Time,
}

pub(crate) struct Offer {
    visit: VisitId,
    call: CallId,
    queue: QueueId,
    pub(crate) agent: AgentId,
    pub(crate) stage: Stage,
    since: Time,
    rang: Option<Time>,
    accepted: Time,
    connected: Time,
    lease_from: Time,
    hold: Span,
    reminded: Time,
    commanded: bool,
    joined: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Made,
    Ringing,
    Accepted,
    Talking,
    Held,
}

struct WrapUp {
    call: CallId,
    queue: QueueId,
    since: Time,
}

impl Observer {
    pub(crate) fn new(plan: Arc<Plan>) -> Self {
        let agents = plan.agents();
        let slots: Vec<_> =
            agents.iter().map(|agent| vec![(SlotState::Free, Time::ZERO); agent.capacity.into()]).collect();
        Self {
            key: None,
            at: Time::ZERO,
            calls: BTreeMap::new(),
            visits: BTreeMap::new(),
            last_visit: None,
            offers: BTreeMap::new(),
            offers_ever: BTreeSet::new(),
            times: slots.iter().map(|slots| vec![Span::ZERO; slots.len()]).collect(),
            slots,
            presences: vec![(Presence::SignedOut, Time::ZERO); agents.len()],
            endpoints: vec![Endpoint::Registered; agents.len()],
            wraps: agents.iter().map(|_| Vec::new()).collect(),
            counts: Counts::default(),
            batch: Batch::default(),
            plan,
        }
    }

    /// Hears what one input, or the timers of one instant, have caused.
    pub(crate) fn watch(&mut self, cause: Cause<'_>, now: Time, outputs: &[Output]) {
        self.batch = Batch::default();
        self.check_answer_to(cause, outputs);
        if let Cause::Input(Input::LeaseRenewed { call }) = cause
            && outputs.is_empty()
            && let Some(leg) = self.calls.get(call).and_then(|call| call.leg)
        {
            self.offer(leg).lease_from = now;
        }
        for output in outputs {
            assert!(self.key.is_none_or(|key| key < output.key), "G7: keys rise");
            assert!(self.at <= output.at && output.at <= now, "G8: time does not go back");
            self.key = Some(output.key);
            self.at = output.at;
            match &output.event {
                Event::Command(command) => self.command(cause, command),
                Event::Fact(fact) => self.fact(cause, fact),
            }
        }
        self.at = now;
        self.check_all(cause);
    }

    /// Requests are done or refused, reports are done or ignored, and then nothing else is said.
    fn check_answer_to(&self, cause: Cause<'_>, outputs: &[Output]) {
        let facts: Vec<&Fact> = outputs
            .iter()
            .filter_map(|output| if let Event::Fact(fact) = &output.event { Some(fact) } else { None })
            .collect();
        let refused = facts.iter().any(|fact| matches!(fact, Fact::Refused(_)));
        let ignored = facts.iter().any(|fact| matches!(fact, Fact::Ignored { .. }));
        let Cause::Input(input) = cause else {
            return assert!(!refused && !ignored, "a timer is no request and no report");
        };
        let request = matches!(
            input,
            Input::SignIn { .. }
                | Input::SignOut { .. }
                | Input::Ready { .. }
                | Input::NotReady { .. }
                | Input::WrapUpDone { .. }
                | Input::Hold { .. }
                | Input::Unhold { .. }
                | Input::HangUp { .. }
        );
        assert!(!refused || request, "a report cannot be refused: {input:?}");
        assert!(!ignored || !request, "a request is not ignored: {input:?}");
        if refused {
            assert_eq!(outputs.len(), 1, "a refusal says nothing else: {outputs:?}");
        }
        if ignored {
            let late_answer = match input {
                Input::OfferAccepted { offer } | Input::Connected { offer } if !self.offers.contains_key(offer) => {
                    Some(*offer)
                }
                _ => None,
            };
            let legs = outputs.iter().filter_map(|output| match &output.event {
                Event::Command(Command::EndLeg { offer }) => Some(*offer),
                _ => None,
            });
            assert_eq!(legs.collect::<Vec<_>>(), Vec::from_iter(late_answer), "G6: the leg of a late answer is ended");
            assert_eq!(outputs.len(), 1 + usize::from(late_answer.is_some()), "nothing else is said: {outputs:?}");
        }
        if let Input::OfferAccepted { offer } | Input::Connected { offer } = input
            && !self.offers.contains_key(offer)
        {
            assert!(ignored, "G6: a late answer is known to be late");
        }
        if let Fact::Ignored { subject: Subject::DuplicateCall(call) } = facts.first().unwrap_or(&&NOTHING) {
            assert!(self.calls.contains_key(call), "only a live call's number is taken");
        }
    }

    // --- commands ---

    fn command(&mut self, cause: Cause<'_>, command: &Command) {
        match command {
            Command::Queue { call, queue } => {
                let visit = self.visit_of(*call);
                assert!(visit.queue == *queue && !visit.queued, "a caller is told once per queue that he waits");
                visit.queued = true;
            }
            Command::OfferCall(offered) => {
                let plan = self.plan.clone();
                let offer = self.offer(offered.offer);
                assert!(!offer.commanded && offer.stage == Stage::Made, "each phone is rung once: {offered:?}");
                assert_eq!((offer.call, offer.agent, offer.queue), (offered.call, offered.agent, offered.queue));
                assert_eq!(plan.agents()[offered.agent.index()].endpoint, offered.endpoint);
                assert_eq!(plan.queues()[offered.queue.index()].rules.ring_limit, offered.ring_limit);
                offer.commanded = true;
            }
            Command::CancelOffer { offer, agent, call, why } => {
                let known = self.offer(*offer);
                assert!(matches!(known.stage, Stage::Made | Stage::Ringing), "only ringing is cancelled: {command:?}");
                assert_eq!((known.agent, known.call), (*agent, *call));
                assert!(self.batch.cancelled.insert(*offer, *why).is_none(), "cancelled once: {command:?}");
            }
            Command::Connect { call, offer, agent } => {
                let known = self.offer(*offer);
                assert_eq!(known.stage, Stage::Accepted, "only who has answered is connected");
                assert_eq!((known.call, known.agent), (*call, *agent));
                assert!(!known.joined, "connected once");
                known.joined = true;
            }
            Command::EndLeg { offer } => {
                let answers = matches!(cause, Cause::Input(Input::OfferAccepted { offer: late } | Input::Connected { offer: late }) if late == offer);
                match self.offers.get(offer) {
                    Some(known) => assert!(!matches!(known.stage, Stage::Made | Stage::Ringing), "a ring is cancelled"),
                    None => assert!(answers, "G6: only a late answer's leg is ended without having been known"),
                }
                assert!(self.batch.legs_told_to_end.insert(*offer), "a leg is ended once: {command:?}");
            }
            Command::Hold { call, offer } | Command::Unhold { call, offer } => {
                let known = self.offer(*offer);
                assert_eq!(known.call, *call);
                let stage = if matches!(command, Command::Hold { .. }) { Stage::Talking } else { Stage::Held };
                assert_eq!(known.stage, stage, "{command:?}");
            }
            Command::EndCall { call, outcome, .. } => self.tell(*call, Told::End(*outcome)),
            Command::RejectCall { call, .. } => self.tell(*call, Told::Reject),
            Command::Divert { call, .. } => self.tell(*call, Told::Divert),
            Command::Notify { call, queue, .. } => assert_eq!(self.visit_of(*call).queue, *queue),
            other => panic!("an unknown command: {other:?}"),
        }
    }

    fn tell(&mut self, call: CallId, what: Told) {
        assert!(self.calls.contains_key(&call), "only a live call is told to end");
        assert!(self.batch.calls_told.insert(call, what).is_none(), "a caller is told once");
    }

    // --- small things ---

    fn rules(&self, queue: QueueId) -> &RulesPlan {
        &self.plan.queues()[queue.index()].rules
    }

    fn target_due(&self, visit: VisitId) -> Time {
        let visit = &self.visits[&visit];
        visit.started + self.rules(visit.queue).target + NANO
    }

    fn call(&mut self, id: CallId) -> &mut Call {
        self.calls.get_mut(&id).unwrap_or_else(|| panic!("call {id} is spoken of, which is not there"))
    }

    fn visit(&mut self, id: VisitId) -> &mut Visit {
        self.visits.get_mut(&id).unwrap_or_else(|| panic!("visit {id} is spoken of, which is not there"))
    }

    fn visit_of(&mut self, call: CallId) -> &mut Visit {
        let visit = self.call(call).visit.expect("the call is in a queue");
        self.visit(visit)
    }

    fn offer(&mut self, id: OfferId) -> &mut Offer {
        self.offers.get_mut(&id).unwrap_or_else(|| panic!("offer {id} is spoken of, which is not there"))
    }

    fn leg(&mut self, call: CallId, agent: AgentId) -> &mut Offer {
        let leg = self.call(call).leg.expect("the call has a leg");
        let offer = self.offer(leg);
        assert_eq!(offer.agent, agent);
        offer
    }
}

const NOTHING: Fact = Fact::Ignored { subject: Subject::Agent(AgentId(0)) };

/// When the rung of this number is due, if the one before it was taken at `from`.
fn rung_due_at(ladder: Option<&LadderPlan>, rung: u16, from: Time) -> Time {
    ladder.and_then(|ladder| ladder.rungs.get(usize::from(rung))).map_or(Time::MAX, |rung| from + rung.after)
}
