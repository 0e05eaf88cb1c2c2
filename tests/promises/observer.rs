//! An observer who knows the plan and hears every input and output, and nothing else: whether what it hears adds up.

mod ask;
mod calls;
mod checks;
mod commands;
mod legs;
mod visits;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cordboard::engine::{
    Actor, CallState, CancelReason, Command, ConnectFailure, DialEnd, DialPurpose, EndedBy, Endpoint, Engine, Event,
    Fact, FollowUpCause, FollowUpEnd, Input, LegRole, LegSeen, OfferEnd, OfferPurpose, Outcome, Output, OutputKey,
    Passed, Presence, SeenCall, SlotState, Snapshot, Subject, VisitCause, VisitExit,
};
use cordboard::floor::{RulesPlan, WrapUpPlan};
use cordboard::{
    AgentId, CallId, ClassId, DialId, FollowUpId, OfferId, Plan, QueueId, ReasonId, Span, TierId, Time, VisitId,
};

use crate::way::Way;
use crate::world::Cause;

const NANO: Span = Span::from_nanos(1);

pub(crate) struct Observer {
    plan: Arc<Plan>,
    key: Option<OutputKey>,
    at: Time,
    pub(crate) calls: BTreeMap<CallId, Call>,
    visits: BTreeMap<VisitId, Visit>,
    last_visit: Option<VisitId>,
    /// Those that live: rung, being joined, talking, listening.
    pub(crate) offers: BTreeMap<OfferId, Offer>,
    pub(crate) offers_ever: BTreeSet<OfferId>,
    pub(crate) dials: BTreeMap<DialId, Dial>,
    pub(crate) dials_ever: BTreeSet<DialId>,
    pub(crate) follow_ups: BTreeMap<FollowUpId, FollowUp>,
    pub(crate) last_follow_up: Option<FollowUpId>,
    /// By agent: each slot's state and since when.
    pub(crate) slots: Vec<Vec<(SlotState, Time)>>,
    pub(crate) presences: Vec<(Presence, Time)>,
    pending: Vec<Option<Presence>>,
    pub(crate) asked: Vec<Option<ReasonId>>,
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
    ears_that_talk: u64,
    dialled: u64,
    dials_ended: u64,
}

#[derive(Default)]
struct Batch {
    actor: Option<Actor>,
    cancelled: BTreeMap<OfferId, CancelReason>,
    legs_told_to_end: BTreeSet<OfferId>,
    dials_told_to_end: BTreeSet<DialId>,
    calls_told: BTreeMap<CallId, Told>,
    /// Calls for which an offer ended, or an agent was let go.
    offer_ended_of: BTreeSet<CallId>,
    lease_expired: BTreeSet<CallId>,
    /// Calls with which an agent has just stopped talking, and by whom that was ended.
    served: BTreeMap<CallId, EndedBy>,
    /// Who has listened and talks from now on.
    ears: BTreeSet<OfferId>,
    handed_on: BTreeSet<CallId>,
    dial_ended_of: BTreeSet<CallId>,
    /// Visits that have ended and may go on as others in the same place.
    left: BTreeMap<CallId, (VisitExit, Visit)>,
    /// Calls that have been connected for the first time, and to whom.
    connected: BTreeMap<CallId, AgentId>,
    /// What must be put on the follow-up list.
    owed: Vec<(CallId, FollowUpCause)>,
    complained: bool,
    /// How many calls both the switch and the engine know, how many have vanished, entered, and are left alone.
    to_agree: Option<[u32; 4]>,
    presence_changed: BTreeSet<AgentId>,
    /// Who has to be told next what he was told a fact about.
    awaits_command: Option<Expected>,
}

/// A command that must follow at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Offer(OfferId),
    Dial(DialId),
    Message(CallId),
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
    pub(crate) visit: Option<VisitId>,
    /// Legs in the call, in the order in which they came; whoever is being joined is the visit's.
    pub(crate) legs: Vec<OfferId>,
    pub(crate) dial: Option<DialId>,
    pub(crate) queue: QueueId,
    exit: Option<VisitExit>,
    pub(crate) at_message: Option<Time>,
    pub(crate) promise: Option<Promise>,
    /// Against whom a complaint is recorded.
    complaints: BTreeSet<Option<AgentId>>,
    prior_call: Option<CallId>,
    follow_up: Option<FollowUpId>,
    aged_from: Time,
    /// When an agent first had the caller.
    served_before: Option<Time>,
}

/// That somebody is called back.
pub(crate) struct Promise {
    promised: Time,
    due: Option<Time>,
    /// Nobody is to be rung for it before.
    not_before: Time,
    attempts: u16,
    /// When the last attempt failed, the queue allowed another one.
    again: bool,
    overdue: bool,
    /// The caller's own line, once he has answered.
    pub(crate) line: Option<DialId>,
    reached: bool,
}

struct Visit {
    call: CallId,
    queue: QueueId,
    tier: Option<TierId>,
    cause: VisitCause,
    class: ClassId,
    class_since: Time,
    started: Time,
    /// Since when its starvation bound counts.
    entered: Time,
    target: Option<Time>,
    wait_limit: Option<Time>,
    /// For whom it waits alone, and until when.
    awaits: Option<(AgentId, Time)>,
    queued: bool,
    ringing: BTreeSet<OfferId>,
    joining: Option<OfferId>,
    target_passed: bool,
    starving: bool,
    way: Way,
    rungs: u16,
    /// When the next rung is due.
    rung_due: Time,
}

pub(crate) struct Offer {
    /// `None` for those who only listen.
    visit: Option<VisitId>,
    pub(crate) call: CallId,
    queue: QueueId,
    pub(crate) agent: AgentId,
    pub(crate) role: LegRole,
    pub(crate) stage: Stage,
    since: Time,
    rang: Option<Time>,
    accepted: Time,
    connected: Time,
    lease_from: Time,
    talk: Span,
    hold: Span,
    consult: Span,
    reminded: Time,
    hold_limit_said: bool,
    /// The switch was told to ring.
    commanded: bool,
    /// The switch was told to join.
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

pub(crate) struct Dial {
    pub(crate) call: CallId,
    pub(crate) purpose: DialPurpose,
    pub(crate) stage: DialStage,
    dialled: Time,
    /// Since when its ring limit, or its lease, counts.
    since: Time,
    commanded: bool,
    sent_by: Option<AgentId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DialStage {
    Made,
    Ringing,
    /// With the agent who consults; or the caller's own line.
    Talking,
    /// With the caller.
    Joined,
}

pub(crate) struct FollowUp {
    call: CallId,
    pub(crate) cause: FollowUpCause,
    since: Time,
}

impl FollowUp {
    /// Against whom a complaint is recorded, if it is one.
    fn against(&self) -> Option<Option<AgentId>> {
        match self.cause {
            FollowUpCause::Complaint { against } => Some(against),
            FollowUpCause::Unanswered(_) => None,
            other => panic!("an unknown cause: {other:?}"),
        }
    }
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
            dials: BTreeMap::new(),
            dials_ever: BTreeSet::new(),
            follow_ups: BTreeMap::new(),
            last_follow_up: None,
            times: slots.iter().map(|slots| vec![Span::ZERO; slots.len()]).collect(),
            slots,
            presences: vec![(Presence::SignedOut, Time::ZERO); agents.len()],
            pending: vec![None; agents.len()],
            asked: vec![None; agents.len()],
            endpoints: vec![Endpoint::Registered; agents.len()],
            wraps: agents.iter().map(|_| Vec::new()).collect(),
            counts: Counts::default(),
            batch: Batch::default(),
            plan,
        }
    }

    /// Hears what one input, or the timers of one instant, have caused.
    pub(crate) fn watch(&mut self, cause: Cause<'_>, actor: Actor, now: Time, outputs: &[Output]) {
        self.batch = Batch::default();
        self.batch.actor = matches!(cause, Cause::Input(_)).then_some(actor);
        self.check_answer_to(cause, outputs);
        if let Cause::Input(input) = cause {
            self.hear(input, now, outputs);
        }
        for output in outputs {
            assert!(self.key.is_none_or(|key| key < output.key), "G7: keys rise");
            assert!(self.at <= output.at && output.at <= now, "G8: time does not go back");
            assert_eq!(output.actor, self.batch.actor, "whose doing is it? {output:?}");
            self.key = Some(output.key);
            self.at = output.at;
            let expected = self.batch.awaits_command.take();
            match &output.event {
                Event::Command(command) => self.command(cause, command, expected),
                Event::Fact(fact) => {
                    assert_eq!(expected, None, "before {fact:?}");
                    self.fact(cause, fact);
                }
            }
        }
        self.at = now;
        self.check_batch(cause, outputs);
        self.check_all(cause);
    }

    /// What is only known from the input itself.
    fn hear(&mut self, input: &Input, now: Time, outputs: &[Output]) {
        let says_no = |output: &Output| matches!(output.event, Event::Fact(Fact::Refused(_) | Fact::Ignored { .. }));
        if outputs.iter().any(says_no) {
            return;
        }
        match input {
            Input::Snapshot(snapshot) => self.batch.to_agree = Some(self.expected_of(snapshot, now)),
            Input::LeaseRenewed { call } => {
                let call = &self.calls[call];
                let line = call.promise.as_ref().and_then(|promise| promise.line);
                for leg in &call.legs {
                    let leg = self.offers.get_mut(leg).expect("the leg is there");
                    if matches!(leg.stage, Stage::Talking | Stage::Held) {
                        leg.lease_from = now;
                    }
                }
                if let Some(dial) = call.dial.filter(|dial| Some(*dial) != line)
                    && let Some(dial) = self.dials.get_mut(&dial)
                    && matches!(dial.stage, DialStage::Talking | DialStage::Joined)
                {
                    dial.since = now;
                }
            }
            // Nobody is told when a supervisor's own telephone rings or is answered.
            Input::LegRinging { offer } if outputs.is_empty() => self.set_ear(*offer, Stage::Ringing, now),
            Input::OfferAccepted { offer } if outputs.is_empty() => self.set_ear(*offer, Stage::Accepted, now),
            Input::DialRinging { dial } => {
                let dial = self.dials.get_mut(dial).expect("a telephone that is not there cannot ring");
                assert_eq!(dial.stage, DialStage::Made);
                (dial.stage, dial.since) = (DialStage::Ringing, now);
            }
            Input::Complaint { call } => {
                let Some(known) = self.calls.get(call) else {
                    // Of a call that is over, whose agent has not done his work after it.
                    let Some(Actor::Agent(agent)) = self.batch.actor else { panic!("nobody has it") };
                    self.batch.complained = !self.complaint_stands(*call, Some(agent));
                    return;
                };
                let serving = known.legs.iter().map(|leg| &self.offers[leg]).filter(|leg| leg.role == LegRole::Serve);
                let agents: Vec<AgentId> = serving.map(|leg| leg.agent).collect();
                let own = agents.iter().find(|agent| self.batch.actor == Some(Actor::Agent(**agent)));
                // Who only listens in speaks of whoever has the caller.
                let server = own.or(agents.first()).copied();
                // Whoever could not answer had the caller, as long as nobody else has answered.
                let before = known.visit.and_then(|visit| match &self.visits[&visit] {
                    Visit { cause: VisitCause::Escalated { from }, joining: None, .. } => Some(*from),
                    _ => None,
                });
                let against = server.or(before);
                self.batch.complained = !known.complaints.contains(&against);
            }
            _ => {}
        }
    }

    /// What agreeing with the switch should come to: calls known, vanished, entered, left alone.
    fn expected_of(&self, Snapshot { taken, calls: seen, .. }: &Snapshot, now: Time) -> [u32; 4] {
        let (known, unknown): (Vec<_>, Vec<_>) =
            seen.iter().partition(|seen| self.calls.contains_key(&seen.arrival.call));
        let is_seen = |id: &CallId| known.iter().any(|seen| seen.arrival.call == *id);
        let has_vanished =
            |(id, call): &(&CallId, &Call)| !is_seen(id) && call.arrived <= (*taken).min(now) && !self.is_away(**id);
        let vanished = self.calls.iter().filter(has_vanished).count();
        let talks = |seen: &&&SeenCall| seen.legs.iter().any(|leg| leg.state != LegSeen::Ringing);
        let left_alone = unknown.iter().filter(talks).count();
        [known.len(), vanished, unknown.len() - left_alone, left_alone].map(|count| count as u32)
    }

    fn complaint_stands(&self, call: CallId, against: Option<AgentId>) -> bool {
        let cause = FollowUpCause::Complaint { against };
        self.follow_ups.values().any(|entry| entry.call == call && entry.cause == cause)
    }

    fn set_ear(&mut self, offer: OfferId, stage: Stage, now: Time) {
        let ear = self.offer(offer);
        assert_eq!(ear.role, LegRole::Monitor, "somebody is told that a phone rings, or is answered");
        (ear.stage, ear.since) = (stage, now);
    }

    // --- small things ---

    fn rules(&self, queue: QueueId) -> &RulesPlan {
        &self.plan.queues()[queue.index()].rules
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

    fn dial(&mut self, id: DialId) -> &mut Dial {
        self.dials.get_mut(&id).unwrap_or_else(|| panic!("telephone {id} is spoken of, which is not there"))
    }

    /// The first agent's leg with the caller.
    pub(crate) fn server(&self, call: CallId) -> Option<OfferId> {
        self.leg_in(call, LegRole::Serve)
    }

    pub(crate) fn leg_in(&self, call: CallId, role: LegRole) -> Option<OfferId> {
        let legs = &self.calls.get(&call)?.legs;
        legs.iter().copied().find(|leg| self.offers[leg].role == role)
    }

    /// The leg of an agent who has the caller.
    fn leg(&mut self, call: CallId, agent: AgentId) -> &mut Offer {
        let legs = self.call(call).legs.clone();
        let own = legs.into_iter().find(|leg| self.offers[leg].agent == agent);
        self.offer(own.expect("the agent is in the call"))
    }

    /// The caller is not on the line.
    pub(crate) fn is_away(&self, call: CallId) -> bool {
        self.calls[&call].promise.as_ref().is_some_and(|promise| !promise.reached)
    }

    /// Whether no limit would ever end this call: it waits, and nobody need come.
    pub(crate) fn waits_for_ever(&self, call: CallId) -> bool {
        let Some(visit) = self.calls[&call].visit.map(|visit| &self.visits[&visit]) else { return false };
        visit.wait_limit.is_none() && self.server(call).is_none()
    }

    /// Whether a visit's caller waits on the line for it, and nowhere else.
    fn waits_on_the_line(&self, visit: &Visit) -> bool {
        !matches!(visit.cause, VisitCause::Consult { .. })
            && self.server(visit.call).is_none()
            && !self.is_away(visit.call)
    }
}

impl Call {
    pub(crate) fn cause(&self, observer: &Observer) -> Option<VisitCause> {
        self.visit.map(|visit| observer.visits[&visit].cause)
    }

    pub(crate) fn is_rung(&self, observer: &Observer) -> bool {
        self.visit.is_some_and(|visit| !observer.visits[&visit].ringing.is_empty())
    }

    pub(crate) fn is_joining(&self, observer: &Observer) -> bool {
        self.visit.is_some_and(|visit| observer.visits[&visit].joining.is_some())
    }
}

impl Offer {
    /// Ends the time of one stage and begins another.
    fn enter(&mut self, stage: Stage, role: LegRole, at: Time) {
        let lasted = at - self.since;
        match (self.stage, self.role) {
            (Stage::Talking, LegRole::Serve) => self.talk += lasted,
            (Stage::Talking, LegRole::Consult) => self.consult += lasted,
            (Stage::Held, _) => self.hold += lasted,
            _ => {}
        }
        (self.stage, self.role, self.since) = (stage, role, at);
    }
}
