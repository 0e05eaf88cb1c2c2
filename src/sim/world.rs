//! The world around an engine: the switch, the callers and the agents.
//!
//! It sees of the engine what any host sees, its outputs, and speaks to it in inputs. What it knows of calls and agents
//! it knows from facts, so it follows the engine wherever that goes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::agenda::Agenda;
use super::callers::{Caller, Source};
use super::desk::{Desk, Reply};
use super::faults::Gremlin;
use super::roster::{Deed, Duty};
use super::setting::{InflowSetting, Setting};
use crate::engine::{
    Actor, Command, ConnectFailure, EndedBy, Endpoint, Event, Fact, Input, NotReady, OfferCall, OfferFailure, Output,
    Presence,
};
use crate::floor::{Plan, WrapUpPlan};
use crate::ids::{AgentId, CallId, OfferId, QueueId};
use crate::time::{Span, Time};

/// A day: duties come again after it.
const DAY: Span = Span::from_secs(24 * 60 * 60);
/// After this an agent whose phone has vanished tries again.
const RETRY: Span = Span::from_secs(30);

/// The switch, the callers and the agents.
#[derive(Debug)]
pub(crate) struct World {
    plan: Arc<Plan>,
    setting: Arc<Setting>,
    agenda: Agenda<Happening>,
    sources: Vec<Source>,
    callers: BTreeMap<CallId, Caller>,
    rings: BTreeMap<OfferId, Ring>,
    desks: Vec<Desk>,
    gremlin: Gremlin,
    next_call: u64,
    /// Calls that ended in the outputs now being read; forgotten after them.
    ended: Vec<CallId>,
    /// Nobody works any more: only what is begun is finished.
    closed: bool,
}

/// Something still to happen. What has become void by then does nothing.
#[derive(Clone, Debug)]
enum Happening {
    /// The next call of this source arrives.
    Arrive { source: usize },
    /// The caller has waited long enough.
    PatienceEnds { call: CallId },
    /// The phone starts to ring, or turns out not to.
    Rings { offer: OfferId },
    /// The agent does something about it.
    Replies { offer: OfferId },
    /// An answer comes to an offer that is over.
    RepliesLate { offer: OfferId },
    /// A report comes again.
    Repeats(Box<Input>),
    /// Caller and agent hear each other.
    Joins { call: CallId, turn: u32 },
    /// The agent puts the caller on hold.
    Holds { call: CallId, turn: u32 },
    /// The agent comes back to the caller.
    Unholds { call: CallId, turn: u32 },
    /// The switch has put the caller on hold or brought it back.
    HoldChanges { call: CallId, held: bool },
    /// They have said everything.
    TalkEnds { call: CallId, turn: u32 },
    /// The switch sees that the call is still there.
    Renews { call: CallId, every: Span },
    /// The agent has finished the work after the call.
    WrapUpEnds { agent: AgentId, call: CallId },
    /// The agent is back from a break or a miss, unless something else has changed since.
    ComesBack { agent: AgentId, change: u64 },
    /// A daily duty.
    Duty(Duty),
    /// The phone vanishes while this call is connected.
    Vanishes { agent: AgentId, call: CallId },
    /// The phone is back.
    Reappears { agent: AgentId },
}

/// A phone that is being rung.
#[derive(Clone, Copy, Debug)]
struct Ring {
    call: CallId,
    agent: AgentId,
    reply: Reply,
}

impl World {
    pub(crate) fn new(plan: Arc<Plan>, setting: Arc<Setting>, seed: u64) -> Self {
        let name = |queue: QueueId| plan.queues().get(queue.index()).map_or("", |queue| &*queue.name);
        let source = |inflow: &InflowSetting| Source::new(inflow, name(inflow.queue), seed);
        let mut world = Self {
            agenda: Agenda::new(),
            sources: setting.inflows.iter().map(source).collect(),
            callers: BTreeMap::new(),
            rings: BTreeMap::new(),
            desks: plan.agents().iter().map(|agent| Desk::new(seed, &agent.name)).collect(),
            gremlin: Gremlin::new(&setting.faults, seed),
            next_call: 0,
            ended: Vec::new(),
            closed: false,
            plan,
            setting,
        };
        let setting = world.setting.clone();
        for duty in &setting.duties {
            let at = duty.at.map_or(Time::ZERO, |at| Time::ZERO + at);
            world.agenda.push(at, Happening::Duty(*duty));
        }
        for source in 0..world.sources.len() {
            world.expect_arrival(Time::ZERO, source);
        }
        world
    }

    /// When something happens next.
    pub(crate) fn next(&self) -> Option<Time> {
        self.agenda.next()
    }

    /// How many calls have arrived.
    pub(crate) fn calls(&self) -> u64 {
        self.next_call
    }

    /// How many things are still to happen, void ones included: what bounds the memory a simulation takes.
    pub(crate) fn pending(&self) -> usize {
        self.agenda.len()
    }

    /// Lets the next thing happen; `inputs` gets what the engine is told about it.
    pub(crate) fn happen(&mut self, inputs: &mut Vec<(Actor, Input)>) {
        let Some((at, happening)) = self.agenda.pop() else { return };
        match happening {
            Happening::Arrive { source } => self.arrive(at, source, inputs),
            Happening::Rings { offer } => self.ring(at, offer, inputs),
            Happening::Replies { offer } => self.reply(offer, inputs),
            Happening::RepliesLate { offer } => inputs.push((Actor::Switch, Input::OfferAccepted { offer })),
            Happening::Repeats(input) => inputs.push((Actor::Switch, *input)),
            Happening::WrapUpEnds { agent, call } => self.end_wrap_up(agent, call, inputs),
            Happening::ComesBack { agent, change } => self.come_back(agent, change, inputs),
            Happening::Duty(duty) => self.do_duty(at, duty, inputs),
            Happening::Vanishes { agent, call } => {
                if self.callers.get(&call).is_some_and(|caller| caller.leg.is_some_and(|(_, with)| with == agent)) {
                    self.vanish(at, agent, inputs);
                }
            }
            Happening::Reappears { agent } => self.reappear(at, agent, inputs),
            Happening::PatienceEnds { call }
            | Happening::Joins { call, .. }
            | Happening::Holds { call, .. }
            | Happening::Unholds { call, .. }
            | Happening::HoldChanges { call, .. }
            | Happening::TalkEnds { call, .. }
            | Happening::Renews { call, .. } => self.happen_to_call(at, call, happening, inputs),
        }
        for (late, input) in self.gremlin.spoil(inputs, self.next_call) {
            self.agenda.push(at + late, Happening::Repeats(Box::new(input)));
        }
    }

    /// Takes note of what the engine has put out.
    pub(crate) fn read(&mut self, outputs: &[Output]) {
        for output in outputs {
            match &output.event {
                Event::Command(command) => self.obey(output.at, command),
                Event::Fact(fact) => self.note(output.at, fact),
            }
        }
        for call in self.ended.drain(..) {
            self.callers.remove(&call);
        }
    }

    /// Everybody goes home; what is begun is still finished.
    pub(crate) fn close(&mut self, inputs: &mut Vec<(Actor, Input)>) {
        self.closed = true;
        for (index, desk) in self.desks.iter().enumerate() {
            let agent = AgentId(index as u32);
            if desk.presence != Presence::SignedOut {
                inputs.push((Actor::Agent(agent), Input::SignOut { agent }));
            }
        }
    }

    // --- callers ---

    fn expect_arrival(&mut self, after: Time, source: usize) {
        if let Some(at) = self.sources[source].next_arrival(after, self.setting.horizon) {
            self.agenda.push(at, Happening::Arrive { source });
        }
    }

    fn arrive(&mut self, at: Time, source: usize, inputs: &mut Vec<(Actor, Input)>) {
        let call = CallId(self.next_call);
        self.next_call += 1;
        let (arrival, brought) = self.sources[source].arrive(call);
        if let Some(patience) = brought.patience {
            self.agenda.push(at + patience, Happening::PatienceEnds { call });
        }
        self.callers.insert(call, Caller { brought, turn: 0, leg: None, connected: false, lost: false });
        inputs.push((Actor::Switch, Input::CallArrived(arrival)));
        self.expect_arrival(at, source);
    }

    fn happen_to_call(&mut self, at: Time, call: CallId, happening: Happening, inputs: &mut Vec<(Actor, Input)>) {
        let Some(caller) = self.callers.get_mut(&call) else { return };
        let now = |turn: u32| turn == caller.turn;
        let Some((offer, agent)) = caller.leg else {
            if let Happening::PatienceEnds { .. } = happening {
                caller.lost = self.gremlin.loses_hangup();
                if !caller.lost {
                    inputs.push((Actor::Switch, Input::CallerGone { call }));
                }
            }
            return;
        };
        let vanished = self.desks.get(agent.index()).is_some_and(|desk| desk.vanished);
        match happening {
            Happening::PatienceEnds { .. } if !caller.connected => {
                inputs.push((Actor::Switch, Input::CallerGone { call }));
            }
            Happening::Joins { turn, .. } if now(turn) && caller.lost => {
                let why = ConnectFailure::CallerGone;
                inputs.push((Actor::Switch, Input::ConnectFailed { offer, why }));
            }
            Happening::Joins { turn, .. } if now(turn) && !vanished => {
                inputs.push((Actor::Switch, Input::Connected { offer }));
            }
            // Who cannot do it now does it once the phone is back.
            Happening::Holds { turn, .. } | Happening::Unholds { turn, .. } if now(turn) && vanished => {
                self.agenda.push(at + RETRY, happening);
            }
            Happening::Holds { turn, .. } if now(turn) => {
                inputs.push((Actor::Agent(agent), Input::Hold { call }));
            }
            Happening::Unholds { turn, .. } if now(turn) => {
                inputs.push((Actor::Agent(agent), Input::Unhold { call }));
            }
            Happening::HoldChanges { held, .. } => {
                inputs.push((Actor::Switch, Input::HoldChanged { offer, held }));
            }
            Happening::TalkEnds { turn, .. } if now(turn) => {
                caller.lost = vanished || self.gremlin.loses_hangup();
                if !caller.lost {
                    let input = match caller.brought.ended_by {
                        EndedBy::Agent => Input::LegEnded { offer, by: EndedBy::Agent },
                        EndedBy::Caller | EndedBy::Switch => Input::CallerGone { call },
                    };
                    inputs.push((Actor::Switch, input));
                }
            }
            Happening::Renews { every, .. } if !caller.lost => {
                if !vanished {
                    inputs.push((Actor::Switch, Input::LeaseRenewed { call }));
                }
                self.agenda.push(at + every, happening);
            }
            _ => {}
        }
    }

    fn connected(&mut self, at: Time, call: CallId, offer: OfferId, agent: AgentId) {
        let Some(caller) = self.callers.get_mut(&call) else { return };
        caller.turn += 1;
        caller.connected = true;
        caller.leg = Some((offer, agent));
        let (turn, talk) = (caller.turn, caller.brought.talk);
        match caller.brought.hold {
            None => self.agenda.push(at + talk, Happening::TalkEnds { call, turn }),
            Some((after, _)) => self.agenda.push(at + after, Happening::Holds { call, turn }),
        }
        if self.gremlin.takes_phone() {
            let at = at + self.gremlin.within(talk);
            self.agenda.push(at, Happening::Vanishes { agent, call });
        }
    }

    /// Renews the lease of a call that may outlast it.
    fn keep_alive(&mut self, at: Time, call: CallId, queue: QueueId) {
        let Some(lease) = self.plan.queues().get(queue.index()).map(|queue| queue.rules.lease) else { return };
        let Some(caller) = self.callers.get(&call) else { return };
        let lasts = caller.brought.talk + caller.brought.hold.map_or(Span::ZERO, |(_, length)| length);
        let every = Span::from_nanos((lease.as_nanos() / 2).max(1));
        if lasts >= every {
            self.agenda.push(at + every, Happening::Renews { call, every });
        }
    }

    /// The call waits again, after an answer that came to nothing.
    fn back_to_waiting(&mut self, call: CallId, offer: OfferId) {
        if let Some(caller) = self.callers.get_mut(&call)
            && caller.leg.is_some_and(|(leg, _)| leg == offer)
        {
            caller.turn += 1;
            caller.leg = None;
        }
    }

    // --- the switch ---

    fn obey(&mut self, at: Time, command: &Command) {
        match command {
            Command::OfferCall(offer) => self.offer(at, offer),
            Command::CancelOffer { offer, .. } => {
                self.rings.remove(offer);
                if let Some(late) = self.gremlin.late_answer() {
                    self.agenda.push(at + late, Happening::RepliesLate { offer: *offer });
                }
            }
            Command::Connect { call, offer, agent } => {
                let Some(desk) = self.desks.get_mut(agent.index()) else { return };
                let delay = self.setting.connect_delay.draw(&mut desk.line).unwrap_or_default();
                if let Some(caller) = self.callers.get_mut(call) {
                    caller.turn += 1;
                    caller.leg = Some((*offer, *agent));
                    self.agenda.push(at + delay, Happening::Joins { call: *call, turn: caller.turn });
                }
            }
            Command::Hold { call, .. } => self.agenda.push(at, Happening::HoldChanges { call: *call, held: true }),
            Command::Unhold { call, .. } => self.agenda.push(at, Happening::HoldChanges { call: *call, held: false }),
            Command::EndLeg { offer } => {
                self.rings.remove(offer);
            }
            Command::Queue { .. }
            | Command::RejectCall { .. }
            | Command::Divert { .. }
            | Command::EndCall { .. }
            | Command::Notify { .. } => {}
        }
    }

    fn offer(&mut self, at: Time, offer: &OfferCall) {
        let Some(caller) = self.callers.get(&offer.call) else { return };
        let Some(desk) = self.desks.get_mut(offer.agent.index()) else { return };
        let reply = Reply::draw(&self.setting.agents, &caller.brought.calls, &mut desk.rng);
        let delay = self.setting.ring_delay.draw(&mut desk.line).unwrap_or_default();
        self.rings.insert(offer.offer, Ring { call: offer.call, agent: offer.agent, reply });
        self.agenda.push(at + delay, Happening::Rings { offer: offer.offer });
    }

    // --- agents ---

    fn ring(&mut self, at: Time, offer: OfferId, inputs: &mut Vec<(Actor, Input)>) {
        let Some(Ring { agent, reply, .. }) = self.rings.get(&offer).copied() else { return };
        if self.desks.get(agent.index()).is_none_or(|desk| desk.vanished) {
            return;
        }
        if self.gremlin.takes_phone() {
            return self.vanish(at, agent, inputs);
        }
        let input = match reply {
            Reply::Busy => Input::OfferFailed { offer, why: OfferFailure::Busy },
            Reply::Unreachable => Input::OfferFailed { offer, why: OfferFailure::Unreachable },
            Reply::Miss => Input::LegRinging { offer },
            Reply::Answer(after) | Reply::Decline(after) => {
                self.agenda.push(at + after, Happening::Replies { offer });
                Input::LegRinging { offer }
            }
        };
        inputs.push((Actor::Switch, input));
    }

    fn reply(&mut self, offer: OfferId, inputs: &mut Vec<(Actor, Input)>) {
        let Some(Ring { call, agent, reply }) = self.rings.get(&offer).copied() else { return };
        if self.desks.get(agent.index()).is_none_or(|desk| desk.vanished) || !self.callers.contains_key(&call) {
            return;
        }
        self.rings.remove(&offer);
        let input = match reply {
            Reply::Decline(_) => Input::OfferFailed { offer, why: OfferFailure::Declined },
            _ => Input::OfferAccepted { offer },
        };
        inputs.push((Actor::Switch, input));
    }

    fn end_wrap_up(&self, agent: AgentId, call: CallId, inputs: &mut Vec<(Actor, Input)>) {
        let Some(desk) = self.desks.get(agent.index()) else { return };
        if !desk.vanished && desk.wrapping_up.contains(&call) {
            inputs.push((Actor::Agent(agent), Input::WrapUpDone { agent, call: Some(call) }));
        }
    }

    fn come_back(&self, agent: AgentId, change: u64, inputs: &mut Vec<(Actor, Input)>) {
        let Some(desk) = self.desks.get(agent.index()) else { return };
        if desk.changes == change && !desk.vanished && !self.closed {
            inputs.push((Actor::Agent(agent), Input::Ready { agent }));
        }
    }

    fn do_duty(&mut self, at: Time, duty: Duty, inputs: &mut Vec<(Actor, Input)>) {
        if self.closed {
            return;
        }
        if duty.at.is_some() {
            self.agenda.push(at + DAY, Happening::Duty(duty));
        }
        let agent = duty.agent;
        let Some(desk) = self.desks.get_mut(agent.index()) else { return };
        let actor = Actor::Agent(agent);
        match (duty.what, desk.presence) {
            (Deed::SignIn, Presence::SignedOut) => {
                inputs.push((actor, Input::SignIn { agent }));
                inputs.push((actor, Input::Ready { agent }));
            }
            // Still in a call after the last shift: stays on for this one.
            (Deed::SignIn, _) => inputs.push((actor, Input::Ready { agent })),
            (Deed::Break { .. } | Deed::SignOut, Presence::SignedOut) => {}
            (Deed::Break { reason, length }, _) => {
                desk.rest = length;
                inputs.push((actor, Input::NotReady { agent, reason }));
            }
            (Deed::SignOut, _) => inputs.push((actor, Input::SignOut { agent })),
        }
    }

    fn vanish(&mut self, at: Time, agent: AgentId, inputs: &mut Vec<(Actor, Input)>) {
        let Some(desk) = self.desks.get_mut(agent.index()) else { return };
        if desk.vanished {
            return;
        }
        desk.vanished = true;
        let away = self.setting.back_after_vanishing.draw(self.gremlin.rng()).unwrap_or_default();
        self.agenda.push(at + away, Happening::Reappears { agent });
        inputs.push((Actor::Switch, Input::EndpointState { agent, state: Endpoint::Unregistered }));
    }

    fn reappear(&mut self, at: Time, agent: AgentId, inputs: &mut Vec<(Actor, Input)>) {
        let Some(desk) = self.desks.get_mut(agent.index()) else { return };
        desk.vanished = false;
        inputs.push((Actor::Switch, Input::EndpointState { agent, state: Endpoint::Registered }));
        // What should have been done meanwhile is done now.
        for call in &desk.wrapping_up {
            self.agenda.push(at, Happening::WrapUpEnds { agent, call: *call });
        }
        if matches!(desk.presence, Presence::NotReady(_)) {
            self.agenda.push(at, Happening::ComesBack { agent, change: desk.changes });
        }
    }

    // --- facts ---

    fn note(&mut self, at: Time, fact: &Fact) {
        match *fact {
            Fact::Answered { call, queue, .. } => self.keep_alive(at, call, queue),
            Fact::Connected { offer, call, agent } => self.connected(at, call, offer, agent),
            Fact::OfferEnded { offer, call, .. } => {
                self.rings.remove(&offer);
                self.back_to_waiting(call, offer);
            }
            Fact::HoldStarted { call, .. } => {
                if let Some(caller) = self.callers.get_mut(&call) {
                    caller.turn += 1;
                    let length = caller.brought.hold.map_or(Span::ZERO, |(_, length)| length);
                    self.agenda.push(at + length, Happening::Unholds { call, turn: caller.turn });
                }
            }
            Fact::HoldEnded { call, .. } => {
                if let Some(caller) = self.callers.get_mut(&call) {
                    caller.turn += 1;
                    let before = caller.brought.hold.map_or(Span::ZERO, |(after, _)| after);
                    let rest = Span::from_nanos(caller.brought.talk.as_nanos().saturating_sub(before.as_nanos()));
                    self.agenda.push(at + rest, Happening::TalkEnds { call, turn: caller.turn });
                }
            }
            Fact::LegEnded { call, queue, agent, .. } => self.start_wrap_up(at, call, queue, agent),
            Fact::WrapUpEnded { agent, call, .. } => {
                if let Some(desk) = self.desks.get_mut(agent.index()) {
                    desk.wrapping_up.remove(&call);
                }
            }
            Fact::PresenceChanged { agent, to, .. } => self.presence_changed(at, agent, to),
            Fact::CallEnded { call, .. } => self.ended.push(call),
            _ => {}
        }
    }

    fn start_wrap_up(&mut self, at: Time, call: CallId, queue: QueueId, agent: AgentId) {
        let rules = self.plan.queues().get(queue.index()).map(|queue| queue.rules.wrap_up);
        let (Some(caller), Some(desk)) = (self.callers.get(&call), self.desks.get_mut(agent.index())) else { return };
        if rules.is_some_and(|rules| rules != WrapUpPlan::None) {
            desk.wrapping_up.insert(call);
            self.agenda.push(at + caller.brought.wrap_up, Happening::WrapUpEnds { agent, call });
        }
    }

    fn presence_changed(&mut self, at: Time, agent: AgentId, to: Presence) {
        let Some(desk) = self.desks.get_mut(agent.index()) else { return };
        desk.presence = to;
        desk.changes += 1;
        let away = match to {
            Presence::NotReady(NotReady::Missed) => self.setting.agents.back_after_miss.draw(&mut desk.rng),
            Presence::NotReady(NotReady::Reason(_)) => Some(desk.rest),
            _ => None,
        };
        if let Some(away) = away {
            self.agenda.push(at + away, Happening::ComesBack { agent, change: desk.changes });
        }
    }
}
