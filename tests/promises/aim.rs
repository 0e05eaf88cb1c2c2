//! From a drawn step to an input: whom and what it speaks of, mostly so that it makes sense.

use std::sync::Arc;

use cordboard::engine::{
    Actor, Arrival, CallbackTerms, Input, LegRole, LegSeen, Presence, SeenCall, SeenLeg, SlotState, Snapshot, Target,
    VisitCause,
};
use cordboard::{
    AgentId, CallId, ClassId, DialId, DispositionId, ExtensionId, FollowUpId, OfferId, QueueId, ReasonId, Span, Time,
};

use crate::floors::number_of_tier;
use crate::observer::{Call, DialStage, Observer, Stage};
use crate::steps::{Aim, Op, Pick, Terms, To, View};
use crate::world::World;

impl World {
    pub(crate) fn right_actor(&self, input: &Input) -> Actor {
        let of_call = |call: &CallId| {
            let leg = self.observer.server(*call);
            leg.map_or(Actor::Host, |leg| Actor::Agent(self.observer.offers[&leg].agent))
        };
        match input {
            Input::SignIn { agent }
            | Input::SignOut { agent }
            | Input::Ready { agent }
            | Input::ReadyOnce { agent, .. }
            | Input::NotReady { agent, .. }
            | Input::WrapUpDone { agent, .. } => Actor::Agent(*agent),
            Input::Monitor { supervisor, .. }
            | Input::EndMonitor { supervisor, .. }
            | Input::TakeOver { supervisor, .. } => Actor::Agent(*supervisor),
            Input::Hold { call }
            | Input::Unhold { call }
            | Input::HangUp { call }
            | Input::CannotAnswer { call }
            | Input::Complaint { call }
            | Input::Transfer { call, .. }
            | Input::Consult { call, .. }
            | Input::CompleteTransfer { call }
            | Input::Conference { call }
            | Input::CancelTransfer { call } => of_call(call),
            Input::ApproveBreak { .. }
            | Input::RefuseBreak { .. }
            | Input::MoveCall { .. }
            | Input::WithdrawCall { .. }
            | Input::ChangeRank { .. } => self.supervisor(0),
            Input::AcceptCallback { .. }
            | Input::CancelCallback { .. }
            | Input::CallBack { .. }
            | Input::CloseFollowUp { .. } => Actor::Host,
            _ => Actor::Switch,
        }
    }

    fn supervisors(&self) -> Vec<AgentId> {
        let plan = self.engine.plan();
        self.agents().filter(|agent| plan.agents()[agent.index()].role >= plan.supervision()).collect()
    }

    pub(crate) fn supervisor(&self, draw: u8) -> Actor {
        nth(&self.supervisors(), draw.into()).map_or(Actor::Host, Actor::Agent)
    }

    pub(crate) fn input(&mut self, op: &Op) -> Input {
        use Stage::{Accepted, Held, Made, Ringing, Talking};
        let agent = |agent: u8| AgentId(if agent == 8 { u32::MAX } else { agent.into() });
        match op {
            Op::Report(report) => self.switch.report(*report).unwrap_or(Input::Tick),
            Op::Arrive(arrive) => {
                let call = match arrive.again {
                    Some(pick) => self.call(pick, anything),
                    None => self.new_call(),
                };
                let from = arrive.tier.map(|tier| number_of_tier(tier.into()).as_str().into());
                let ended = |call: &CallId| !self.observer.calls.contains_key(call);
                let ever: Vec<CallId> = self.calls_ever().filter(ended).collect();
                let callback = arrive.callback.map(|terms| Box::new(self.terms(terms)));
                Input::CallArrived(Arrival {
                    from,
                    need: arrive.need.clone().map(Arc::new),
                    prior_call: arrive.prior.and_then(|pick| nth(&ever, pick.draw.into())),
                    preferred: arrive.preferred.map(agent),
                    callback,
                    ..Arrival::new(call, QueueId(arrive.queue.into()))
                })
            }
            Op::CallerGone(pick) => Input::CallerGone { call: self.call(*pick, anything) },
            Op::Ringing(pick) => Input::LegRinging { offer: self.offer(*pick, &[Made]) },
            Op::Accepted(pick) => Input::OfferAccepted { offer: self.offer(*pick, &[Made, Ringing]) },
            Op::Failed(pick, why) => Input::OfferFailed { offer: self.offer(*pick, &[Made, Ringing]), why: *why },
            Op::Connected(pick) => Input::Connected { offer: self.offer(*pick, &[Accepted]) },
            Op::ConnectFailed(pick, why) => Input::ConnectFailed { offer: self.offer(*pick, &[Accepted]), why: *why },
            Op::HoldChanged(pick, held) => {
                let stage = if *held { Talking } else { Held };
                Input::HoldChanged { offer: self.offer(*pick, &[stage]), held: *held }
            }
            Op::LegEnded(pick, by) => Input::LegEnded { offer: self.offer(*pick, &[Accepted, Talking, Held]), by: *by },
            Op::LeaseRenewed(pick) => Input::LeaseRenewed { call: self.call(*pick, has_agent) },
            Op::Snapshot(view) => Input::Snapshot(self.snapshot(view)),
            Op::Key(pick, key) => Input::KeyPressed { call: self.call(*pick, waits), key: *key },
            Op::MessageTaken(pick) => {
                Input::MessageTaken { call: self.call(*pick, |call, _, _| call.at_message.is_some()) }
            }
            Op::DialRinging(pick) => Input::DialRinging { dial: self.dial(*pick, &[DialStage::Made]) },
            Op::DialAnswered(pick) => {
                Input::DialAnswered { dial: self.dial(*pick, &[DialStage::Made, DialStage::Ringing]) }
            }
            Op::DialFailed(pick, why) => {
                Input::DialFailed { dial: self.dial(*pick, &[DialStage::Made, DialStage::Ringing]), why: *why }
            }
            Op::DialEnded(pick) => {
                Input::DialEnded { dial: self.dial(*pick, &[DialStage::Talking, DialStage::Joined]) }
            }
            Op::Endpoint(of, state) => Input::EndpointState { agent: agent(*of), state: *state },
            Op::Anchor(utc) => Input::Anchor { utc: *utc },
            Op::SignIn(of) => Input::SignIn { agent: self.agent_apt(*of, |presence| presence == Presence::SignedOut) },
            Op::SignOut(of) => Input::SignOut { agent: agent(*of) },
            Op::Ready(of) => Input::Ready { agent: self.agent_apt(*of, is_off) },
            Op::ReadyOnce(of, then) => {
                let then = then.map(|reason| ReasonId(reason.into()));
                Input::ReadyOnce { agent: self.agent_apt(*of, |presence| presence != Presence::SignedOut), then }
            }
            Op::NotReady(of, reason) => Input::NotReady { agent: agent(*of), reason: ReasonId((*reason).into()) },
            Op::ApproveBreak(of) => Input::ApproveBreak { agent: self.who_asks(*of) },
            Op::RefuseBreak(of) => Input::RefuseBreak { agent: self.who_asks(*of) },
            Op::WrapUpDone(of, call, disposition) => {
                let wraps =
                    |agent: &AgentId| self.observer.slots[agent.index()].iter().any(|slot| slot.0 == SlotState::WrapUp);
                let wrapping: Vec<AgentId> = self.agents().filter(wraps).collect();
                let who = if *of < 6 { nth(&wrapping, (*of).into()) } else { None };
                let call = call.map(|pick| self.call(pick, anything));
                let disposition = disposition.map(|number| DispositionId(number.into()));
                Input::WrapUpDone { agent: who.unwrap_or(agent(*of)), call, disposition }
            }
            Op::Hold(pick) => Input::Hold { call: self.call(*pick, has_agent) },
            Op::Unhold(pick) => Input::Unhold { call: self.call(*pick, |_, id, all| is_held(id, all)) },
            Op::HangUp(pick) => Input::HangUp { call: self.call(*pick, has_agent) },
            Op::CannotAnswer(pick) => Input::CannotAnswer { call: self.call(*pick, has_agent) },
            Op::Complaint(pick) => Input::Complaint { call: self.call(*pick, has_agent) },
            Op::Transfer(pick, to) => Input::Transfer { call: self.call(*pick, has_agent), to: self.target(*to) },
            Op::Consult(pick, to) => Input::Consult { call: self.call(*pick, has_agent), to: self.target(*to) },
            Op::CompleteTransfer(pick) => Input::CompleteTransfer { call: self.call(*pick, consults) },
            Op::Conference(pick) => Input::Conference { call: self.call(*pick, consults) },
            Op::CancelTransfer(pick) => Input::CancelTransfer { call: self.call(*pick, asks) },
            Op::Monitor(of, pick, mode) => {
                let supervisor = self.supervisor_apt(*of);
                Input::Monitor { supervisor, call: self.call(*pick, has_agent), mode: *mode }
            }
            Op::EndMonitor(of, pick) => {
                let call = self.call(*pick, is_heard);
                let ear = self.observer.leg_in(call, LegRole::Monitor).filter(|_| *of < 7);
                let supervisor = ear.map_or_else(|| self.supervisor_apt(*of), |ear| self.observer.offers[&ear].agent);
                Input::EndMonitor { supervisor, call }
            }
            Op::TakeOver(of, pick) => {
                let call = self
                    .call(*pick, |call, id, all| has_agent(call, id, all) && (*of % 2 == 0 || is_heard(call, id, all)));
                let ear = self.observer.leg_in(call, LegRole::Monitor).filter(|_| *of < 5);
                let supervisor = ear.map_or_else(|| self.supervisor_apt(*of), |ear| self.observer.offers[&ear].agent);
                Input::TakeOver { supervisor, call }
            }
            Op::Move(pick, queue) => Input::MoveCall { call: self.call(*pick, waits), to: QueueId((*queue).into()) },
            Op::Withdraw(pick) => Input::WithdrawCall { call: self.call(*pick, waits) },
            Op::ChangeRank(pick, class, credit) => Input::ChangeRank {
                call: self.call(*pick, waits),
                class: class.map(ClassId),
                credit: credit.map(|millis| Span::from_millis(millis.into())),
            },
            Op::AcceptCallback(pick, terms) => {
                Input::AcceptCallback { call: self.call(*pick, waits), terms: self.terms(*terms) }
            }
            Op::CancelCallback(pick) => Input::CancelCallback { call: self.call(*pick, |_, id, all| all.is_away(id)) },
            Op::CallBack(pick, terms) => {
                let call = if pick.draw % 16 == 0 { self.call(*pick, anything) } else { self.new_call() };
                Input::CallBack { follow_up: self.follow_up(*pick), call, terms: self.terms(*terms) }
            }
            Op::CloseFollowUp(pick) => {
                let reason = if pick.draw % 16 == 0 { "" } else { "said in person" };
                Input::CloseFollowUp { follow_up: self.follow_up(*pick), reason: reason.into() }
            }
            Op::Tick => Input::Tick,
        }
    }

    fn snapshot(&mut self, view: &View) -> Snapshot {
        let now = self.engine.now();
        let before =
            |millis: u16| Time::from_nanos(now.as_nanos().saturating_sub(Span::from_millis(millis.into()).as_nanos()));
        let mut draws = (0..).map(|place: u32| view.draws.rotate_left(2 * place) & 3);
        let mut seen: Vec<SeenCall> = Vec::new();
        for (place, call) in self.observer.calls.keys().enumerate() {
            if view.missing >> (place % 32) & 3 == 3 {
                continue;
            }
            let of_call = self.observer.offers.iter().filter(|(_, offer)| offer.call == *call);
            let mut legs = Vec::new();
            for (offer, known) in of_call {
                let as_known = match known.stage {
                    Stage::Made | Stage::Ringing | Stage::Accepted => LegSeen::Ringing,
                    Stage::Talking => LegSeen::Talking,
                    Stage::Held => LegSeen::Held,
                };
                let state = match draws.next() {
                    Some(0) => continue,
                    Some(1) => LegSeen::Talking,
                    Some(2) => LegSeen::Held,
                    _ => as_known,
                };
                legs.push(SeenLeg { offer: *offer, state });
            }
            seen.push(SeenCall { arrived: Time::ZERO, arrival: Arrival::new(*call, QueueId(0)), legs });
        }
        for (queue, age, leg) in &view.unknown {
            let legs = leg.map(|pick| SeenLeg { offer: self.offer(pick, &[]), state: LegSeen::Ringing });
            let arrival = Arrival::new(self.new_call(), QueueId((*queue).into()));
            seen.push(SeenCall { arrived: before(*age), arrival, legs: legs.into_iter().collect() });
        }
        Snapshot { taken: view.ago.map_or(now, before), calls: seen.into() }
    }

    fn new_call(&mut self) -> CallId {
        self.next_call += 1;
        // Not in order, so that ties between ids are not ties in time.
        CallId(self.next_call ^ 5)
    }

    fn calls_ever(&self) -> impl Iterator<Item = CallId> + use<> {
        (0..=self.next_call).map(CallId)
    }

    fn terms(&self, terms: Terms) -> CallbackTerms {
        let now = self.engine.now();
        let at = |millis: i32| {
            let span = Span::from_millis(millis.unsigned_abs().into());
            if millis < 0 {
                cordboard::Time::from_nanos(now.as_nanos().saturating_sub(span.as_nanos()))
            } else {
                now + span
            }
        };
        CallbackTerms {
            number: terms.number.then(|| "+300".into()),
            not_before: terms.not_before.map(at),
            due: terms.due.map(at),
        }
    }

    fn target(&self, to: To) -> Target {
        match to {
            To::Queue(queue) => Target::Queue(QueueId(queue.into())),
            To::Agent(agent) => Target::Agent(self.agent_apt(agent, |presence| presence == Presence::Ready)),
            To::Extension(extension) => Target::Extension(ExtensionId(extension.into())),
            To::Number => Target::Number("+400".into()),
        }
    }

    fn agents(&self) -> impl Iterator<Item = AgentId> + use<> {
        (0..self.observer.slots.len() as u32).map(AgentId)
    }

    /// Mostly one in whose presence it makes sense, sometimes whoever it is.
    fn agent_apt(&self, draw: u8, apt: impl Fn(Presence) -> bool) -> AgentId {
        let apt: Vec<AgentId> = self.agents().filter(|agent| apt(self.observer.presences[agent.index()].0)).collect();
        let chosen = if draw < 7 { nth(&apt, draw.into()) } else { None };
        chosen.unwrap_or(AgentId(if draw == 8 { u32::MAX } else { draw.into() }))
    }

    fn supervisor_apt(&self, draw: u8) -> AgentId {
        let chosen = if draw < 7 { nth(&self.supervisors(), draw.into()) } else { None };
        chosen.unwrap_or(AgentId(if draw == 8 { u32::MAX } else { draw.into() }))
    }

    fn who_asks(&self, draw: u8) -> AgentId {
        let asks: Vec<AgentId> = self.agents().filter(|agent| self.observer.asked[agent.index()].is_some()).collect();
        let chosen = if draw < 7 { nth(&asks, draw.into()) } else { None };
        chosen.unwrap_or(AgentId(draw.into()))
    }

    fn offer(&self, pick: Pick, stages: &[Stage]) -> OfferId {
        let live = self.observer.offers.iter();
        let apt: Vec<OfferId> = live.clone().filter(|(_, o)| stages.contains(&o.stage)).map(|(id, _)| *id).collect();
        let live: Vec<OfferId> = live.map(|(id, _)| *id).collect();
        let ever: Vec<OfferId> = self.observer.offers_ever.iter().copied().collect();
        choose(pick, &apt, &live, &ever).unwrap_or(OfferId::from_bits(garbage(pick)))
    }

    fn dial(&self, pick: Pick, stages: &[DialStage]) -> DialId {
        let live = self.observer.dials.iter();
        let apt: Vec<DialId> = live.clone().filter(|(_, d)| stages.contains(&d.stage)).map(|(id, _)| *id).collect();
        let live: Vec<DialId> = live.map(|(id, _)| *id).collect();
        let ever: Vec<DialId> = self.observer.dials_ever.iter().copied().collect();
        choose(pick, &apt, &live, &ever).unwrap_or(DialId::from_bits(garbage(pick)))
    }

    fn follow_up(&self, pick: Pick) -> FollowUpId {
        let live: Vec<FollowUpId> = self.observer.follow_ups.keys().copied().collect();
        let last = self.observer.last_follow_up.map_or(0, |last| last.0);
        let ever: Vec<FollowUpId> = (0..=last).map(FollowUpId).collect();
        choose(pick, &live, &live, &ever).unwrap_or(FollowUpId(u64::MAX - u64::from(pick.draw)))
    }

    /// A call, mostly one for which the step makes sense.
    fn call(&self, pick: Pick, apt: impl Fn(&Call, CallId, &Observer) -> bool) -> CallId {
        let calls = self.observer.calls.iter();
        let apt: Vec<CallId> =
            calls.clone().filter(|(id, call)| apt(call, **id, &self.observer)).map(|(id, _)| *id).collect();
        let live: Vec<CallId> = calls.map(|(id, _)| *id).collect();
        let ever: Vec<CallId> = self.calls_ever().collect();
        choose(pick, &apt, &live, &ever).unwrap_or(CallId(u64::MAX - u64::from(pick.draw)))
    }
}

// --- for which calls a step makes sense ---

fn anything(_: &Call, _: CallId, _: &Observer) -> bool {
    true
}

fn has_agent(_: &Call, id: CallId, all: &Observer) -> bool {
    all.server(id).is_some()
}

fn waits(call: &Call, id: CallId, all: &Observer) -> bool {
    call.visit.is_some() && all.server(id).is_none()
}

fn is_held(id: CallId, all: &Observer) -> bool {
    all.server(id).is_some_and(|leg| all.offers[&leg].stage == Stage::Held)
}

fn consults(call: &Call, id: CallId, all: &Observer) -> bool {
    let dial = call.dial.is_some_and(|dial| all.dials[&dial].stage == DialStage::Talking);
    all.leg_in(id, LegRole::Consult).is_some() || (dial && all.server(id).is_some())
}

fn asks(call: &Call, id: CallId, all: &Observer) -> bool {
    let asked = matches!(call.cause(all), Some(VisitCause::Consult { .. } | VisitCause::Escalated { .. }));
    (asked && all.server(id).is_some()) || consults(call, id, all)
}

fn is_heard(_: &Call, id: CallId, all: &Observer) -> bool {
    all.leg_in(id, LegRole::Monitor).is_some()
}

fn is_off(presence: Presence) -> bool {
    !matches!(presence, Presence::SignedOut | Presence::Ready)
}

fn garbage(pick: Pick) -> u64 {
    u64::from(pick.draw).wrapping_mul(0x1_0000_0001_0003) % (1 << 34)
}

fn choose<T: Copy>(pick: Pick, apt: &[T], live: &[T], ever: &[T]) -> Option<T> {
    let nth = |list: &[T]| nth(list, pick.draw.into());
    match pick.aim {
        Aim::Apt => nth(apt).or_else(|| nth(live)),
        Aim::Live => nth(live).or_else(|| nth(ever)),
        Aim::Ever => nth(ever),
        Aim::Garbage => None,
    }
}

fn nth<T: Copy>(list: &[T], draw: usize) -> Option<T> {
    list.get(draw.checked_rem(list.len())?).copied()
}
