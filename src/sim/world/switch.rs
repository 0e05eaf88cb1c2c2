//! The switch: does what the engine commands, and reports what becomes of it.

use rand::RngExt;

use super::callers::Choice;
use super::{Happening, World};
use crate::engine::{Actor, Command, ConnectFailure, DialFailure, DialPurpose, Input, OfferCall, OfferFailure};
use crate::ids::{AgentId, CallId, DialId, OfferId, QueueId};
use crate::sim::caller::Leg;
use crate::sim::desk::Reply;
use crate::time::{Span, Time};

/// A phone that is being rung.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ring {
    pub(super) call: CallId,
    pub(super) agent: AgentId,
    reply: Reply,
}

/// A telephone outside the desks that is dialled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    call: CallId,
    purpose: DialPurpose,
}

impl World {
    pub(super) fn obey(&mut self, at: Time, command: &Command) {
        match command {
            Command::OfferCall(offer) => self.offer(at, offer),
            Command::CancelOffer { offer, .. } => {
                self.rings.remove(*offer);
                if let Some(late) = self.gremlin.late_answer() {
                    self.agenda.push(at + late, Happening::RepliesLate { offer: *offer });
                }
            }
            Command::Connect { call, offer, .. } | Command::Consult { call, offer, .. } => {
                self.connect(at, *call, *offer);
            }
            Command::Monitor { call, offer, supervisor, .. } => {
                self.take_up(*call, *offer, *supervisor);
                self.connect(at, *call, *offer);
            }
            Command::Hold { call, offer } => self.change_hold(at, *call, *offer, true),
            Command::Unhold { call, offer } => self.change_hold(at, *call, *offer, false),
            Command::Conference { call } => {
                let holding: Vec<OfferId> = self.callers.get(*call).map_or_else(Vec::new, |caller| {
                    caller.legs.iter().filter(|leg| leg.holds()).map(|leg| leg.offer).collect()
                });
                holding.into_iter().for_each(|offer| self.change_hold(at, *call, offer, false));
            }
            Command::Dial { dial, call, purpose, .. } => self.dial(at, *dial, *call, *purpose),
            Command::EndDial { dial } => {
                if self.lines.remove(dial).is_some()
                    && let Some(late) = self.gremlin.late_answer()
                {
                    self.agenda.push(at + late, Happening::DialRepliesLate { dial: *dial });
                }
            }
            Command::OfferMessage { call, queue } => {
                self.offer_choice(at, *call, |conduct| conduct.leaves_message, Choice::Message(*queue));
            }
            Command::OfferCallback { call, .. } => {
                self.offer_choice(at, *call, |conduct| conduct.takes_callback, Choice::Callback);
            }
            Command::TakeMessage { call, .. } => self.take_message(at, *call),
            Command::EndLeg { offer } => {
                self.rings.remove(*offer);
            }
            Command::Queue { .. }
            | Command::RejectCall { .. }
            | Command::Divert { .. }
            | Command::ConnectDial { .. }
            | Command::ConfirmCallback { .. }
            | Command::EndCall { .. }
            | Command::Notify { .. } => {}
        }
    }

    // --- agents' phones ---

    fn offer(&mut self, at: Time, offer: &OfferCall) {
        let Some(caller) = self.callers.get(offer.call) else { return };
        let Some(calls) = self.setting.ways.get(caller.brought.way) else { return };
        let Some(team) = self.plan.agents().get(offer.agent.index()).map(|agent| agent.team) else { return };
        let Some(desk) = self.desks.get_mut(offer.agent.index()) else { return };
        let reply = Reply::draw(&self.setting.agents, calls.handling(team), &mut desk.rng);
        let delay = self.setting.ring_delay.draw(&mut desk.line).unwrap_or_default();
        self.rings.insert(offer.offer, Ring { call: offer.call, agent: offer.agent, reply });
        let offer = offer.offer;
        // A phone that is answered at once does not ring: the switch reports the answer and nothing else.
        let at_once = delay.is_zero() && reply == Reply::Answer(Span::ZERO) && self.gremlin.is_idle();
        self.agenda.push(at + delay, if at_once { Happening::Replies { offer } } else { Happening::Rings { offer } });
    }

    pub(super) fn ring(&mut self, at: Time, offer: OfferId, inputs: &mut Vec<(Actor, Input)>) {
        let Some(Ring { agent, reply, .. }) = self.rings.get(offer).copied() else { return };
        if self.is_vanished(agent) {
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

    pub(super) fn reply(&mut self, offer: OfferId, inputs: &mut Vec<(Actor, Input)>) {
        let Some(Ring { call, agent, reply }) = self.rings.get(offer).copied() else { return };
        if self.is_vanished(agent) || !self.callers.contains(call) {
            return;
        }
        self.rings.remove(offer);
        let input = match reply {
            Reply::Decline(_) => Input::OfferFailed { offer, why: OfferFailure::Declined },
            _ => Input::OfferAccepted { offer },
        };
        inputs.push((Actor::Switch, input));
    }

    /// An agent has taken up his phone.
    pub(super) fn take_up(&mut self, call: CallId, offer: OfferId, agent: AgentId) {
        self.rings.remove(offer);
        if let Some(caller) = self.callers.get_mut(call)
            && caller.leg(offer).is_none()
        {
            caller.legs.push(Leg::new(offer, agent));
        }
    }

    /// Joins an agent with the caller, with the colleague who consults him, or with the call that he listens to. Who is
    /// in the call already, and does something else there from now on, hears at once.
    fn connect(&mut self, at: Time, call: CallId, offer: OfferId) {
        let leg = self.callers.get_mut(call).and_then(|caller| caller.leg(offer)).filter(|leg| leg.role.is_none());
        let Some(desk) = leg.and_then(|leg| self.desks.get_mut(leg.agent.index())) else { return };
        let delay = self.setting.connect_delay.draw(&mut desk.line).unwrap_or_default();
        self.agenda.push(at + delay, Happening::Joins { call, offer });
    }

    pub(super) fn join(&mut self, call: CallId, offer: OfferId, inputs: &mut Vec<(Actor, Input)>) {
        let Some(caller) = self.callers.get_mut(call) else { return };
        let (lost, served) = (caller.lost, caller.is_served());
        let Some(leg) = caller.leg(offer).filter(|leg| leg.role.is_none()) else { return };
        let agent = leg.agent;
        if lost && !served {
            let why = ConnectFailure::CallerGone;
            inputs.push((Actor::Switch, Input::ConnectFailed { offer, why }));
        } else if !self.is_vanished(agent) {
            inputs.push((Actor::Switch, Input::Connected { offer }));
        }
    }

    fn change_hold(&mut self, at: Time, call: CallId, offer: OfferId, held: bool) {
        self.agenda.push(at, Happening::HoldChanges { call, offer, held });
    }

    // --- telephones outside the desks ---

    fn dial(&mut self, at: Time, dial: DialId, call: CallId, purpose: DialPurpose) {
        let Some(caller) = self.callers.get_mut(call) else { return };
        let delay = self.setting.ring_delay.draw(caller.life()).unwrap_or_default();
        self.lines.insert(dial, Line { call, purpose });
        self.agenda.push(at + delay, Happening::DialRings { dial });
    }

    pub(super) fn ring_line(&mut self, at: Time, dial: DialId, inputs: &mut Vec<(Actor, Input)>) {
        let Some(Line { call, purpose }) = self.lines.get(&dial).copied() else { return };
        let Some(caller) = self.callers.get_mut(call) else { return };
        let Some(calls) = self.setting.ways.get(caller.brought.way) else { return };
        let telephones = &self.setting.telephones;
        let (answered, busy, answer) = match purpose {
            DialPurpose::CallBack { .. } => {
                let callbacks = &calls.conduct.callbacks;
                (callbacks.reached, callbacks.reached, &callbacks.answer)
            }
            DialPurpose::Transfer | DialPurpose::Consult => (telephones.answered, telephones.busy, &telephones.answer),
        };
        let share: f64 = caller.life().random();
        let after = answer.draw(caller.life()).unwrap_or_default();
        let engaged = (answered..busy).contains(&share);
        if share < answered {
            self.agenda.push(at + after, Happening::DialReplies { dial });
        }
        inputs.push((
            Actor::Switch,
            if engaged { Input::DialFailed { dial, why: DialFailure::Busy } } else { Input::DialRinging { dial } },
        ));
    }

    pub(super) fn answer_line(&self, dial: DialId, inputs: &mut Vec<(Actor, Input)>) {
        if self.lines.contains_key(&dial) {
            inputs.push((Actor::Switch, Input::DialAnswered { dial }));
        }
    }

    /// Whether this telephone is dialled for an agent who consults it.
    pub(super) fn is_consulted(&self, dial: DialId) -> bool {
        self.lines.get(&dial).is_some_and(|line| line.purpose == DialPurpose::Consult)
    }

    // --- messages ---

    fn take_message(&mut self, at: Time, call: CallId) {
        let Some(caller) = self.callers.get_mut(call) else { return };
        let Some(calls) = self.setting.ways.get(caller.brought.way) else { return };
        let left = caller.brought.conduct.as_ref().is_some_and(|conduct| conduct.leaves_message);
        let length = calls.conduct.message_length.draw(caller.life()).unwrap_or_default();
        let after = if left { length } else { Span::ZERO };
        self.agenda.push(at + after, Happening::MessageEnds { call, left });
    }

    // --- signs of life ---

    /// Renews the leases of a call that may outlast one.
    pub(super) fn keep_alive(&mut self, at: Time, call: CallId, queue: QueueId, agent: AgentId) {
        let Some(lease) = self.plan.queues().get(queue.index()).map(|queue| queue.rules.lease) else { return };
        let Some(caller) = self.callers.get_mut(call) else { return };
        let Some(calls) = self.setting.ways.get(caller.brought.way) else { return };
        let Some(team) = self.plan.agents().get(agent.index()).map(|agent| agent.team) else { return };
        let handled = caller.first_handled(calls, team);
        let lasts = handled.talk + handled.hold.map_or(Span::ZERO, |(_, length)| length);
        let every = Span::from_nanos((lease.as_nanos() / 2).max(1));
        let may_last = lasts >= every || caller.brought.conduct.is_some() || caller.served > 0;
        if may_last && !caller.renewed {
            caller.renewed = true;
            self.agenda.push(at + every, Happening::Renews { call, every });
        }
    }

    pub(super) fn renew(&mut self, at: Time, call: CallId, every: Span, inputs: &mut Vec<(Actor, Input)>) {
        let Some(caller) = self.callers.get(call) else { return };
        if caller.lost {
            return;
        }
        let in_touch = |leg: &Leg| leg.role.is_some() && !self.is_vanished(leg.agent);
        if caller.legs.iter().any(in_touch) {
            inputs.push((Actor::Switch, Input::LeaseRenewed { call }));
        }
        self.agenda.push(at + every, Happening::Renews { call, every });
    }
}
