//! An offer: an agent's phone that rings for a call, and the agent's leg that grows out of it when he answers.

use serde::{Deserialize, Serialize};

use super::Engine;
use super::idle::Chosen;
use super::timer::{Armed, Kind};
use super::waiting::Place;
use super::{Actor, ConnectFailure, EndedBy, OfferFailure};
use super::{CallState, CancelReason, Command, Fact, OfferCall, OfferEnd, Outcome, Refusal, SlotState, Subject, Why};
use crate::floor::WrapUpPlan;
use crate::ids::{AgentId, CallId, OfferId, QueueId};
use crate::time::{Span, Time};

#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Offer {
    pub(super) call: u32,
    pub(super) queue: QueueId,
    pub(super) agent: AgentId,
    /// The agent's contact slot it is in.
    pub(super) slot: u32,
    pub(super) stage: OfferStage,
    /// When this stage began.
    pub(super) since: Time,
    pub(super) made: Time,
    /// When the phone began to ring.
    pub(super) rang: Option<Time>,
    /// When the agent answered; before that, when the offer was made.
    pub(super) answered: Time,
    pub(super) talk: Span,
    pub(super) hold: Span,
    /// The next of the offers that ring for the same call.
    pub(super) next: Option<u32>,
    /// Where it stands among the offers that an earlier class may withdraw.
    pub(super) withdrawable: Option<Place>,
    /// The stage's own limit: no ring, ring, connect, hold limit.
    pub(super) limit: Option<Armed>,
    pub(super) reminder: Option<Armed>,
    pub(super) lease: Option<Armed>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum OfferStage {
    /// Made; the phone does not ring yet.
    Made,
    /// The phone rings.
    Ringing,
    /// Answered, being joined.
    Accepted,
    /// Caller and agent talk.
    Talking,
    /// The caller is on hold.
    Held,
}

impl Engine {
    pub(super) fn make_offer(&mut self, visit: u32, chosen: Chosen) {
        let Chosen { agent, candidates, key, runner_up } = chosen;
        let Some(slot) = self.free_slot(agent) else { return };
        self.stop_seeking(visit);
        let plan = self.plan.clone();
        let (call, queue, next) = {
            let visit = &self.visits[visit];
            (visit.call, visit.queue, visit.offers)
        };
        let offer = self.offers.insert(Offer {
            call,
            queue,
            agent,
            slot,
            stage: OfferStage::Made,
            since: self.now,
            made: self.now,
            rang: None,
            answered: self.now,
            talk: Span::ZERO,
            hold: Span::ZERO,
            next,
            withdrawable: None,
            limit: None,
            reminder: None,
            lease: None,
        });
        self.visits[visit].offers = Some(offer);
        let rules = &plan.queues()[queue.index()].rules;
        self.offers[offer].limit = self.set_offer_timer(offer, rules.no_ring_limit, Kind::NoRing);
        self.list_withdrawable(offer);
        self.set_slot(slot, SlotState::Ringing, Some(offer));
        self.refresh(agent);

        let id = self.offer_id(offer);
        let rank_since = self.rank(visit).since;
        let (call, visit) = (&self.calls[call], &self.visits[visit]);
        let why = Why { class: visit.class, rank_since, candidates, key, runner_up };
        let fact = Fact::Offered { offer: id, visit: visit.id, call: call.id, queue, agent, why };
        let command = Command::OfferCall(OfferCall {
            offer: id,
            call: call.id,
            queue,
            agent,
            endpoint: plan.agents()[agent.index()].endpoint.clone(),
            ring_limit: rules.ring_limit,
            from: call.from.clone(),
            to: call.to.clone(),
            entry: call.entry,
            attributes: call.attributes.clone(),
        });
        self.fact(fact);
        self.command(command);
    }

    pub(super) fn leg_ringing(&mut self, id: OfferId) {
        let Some(offer) = self.offer_in(id, &[OfferStage::Made]) else { return self.ignore_offer(id) };
        let Offer { agent, queue, .. } = self.offers[offer];
        let ring_limit = self.plan.queues()[queue.index()].rules.ring_limit;
        self.set_stage(offer, OfferStage::Ringing);
        self.offers[offer].rang = Some(self.now);
        self.offers[offer].limit = self.set_offer_timer(offer, ring_limit, Kind::Ring);
        self.fact(Fact::Rang { offer: id, agent });
    }

    pub(super) fn offer_accepted(&mut self, id: OfferId) {
        let Some(offer) = self.live_offer(id) else {
            // The offer is over, but the switch has an agent on the line: that leg must not stay.
            self.ignore_offer(id);
            return self.command(Command::EndLeg { offer: id });
        };
        if !matches!(self.offers[offer].stage, OfferStage::Made | OfferStage::Ringing) {
            return self.ignore_offer(id);
        }
        let Offer { call, agent, queue, slot, .. } = self.offers[offer];
        let Some(visit) = self.calls[call].visit else { return };
        self.stop_seeking(visit);
        self.unlink(visit, offer);
        let rang = self.rang_for(offer);
        self.set_stage(offer, OfferStage::Accepted);
        self.unlist_withdrawable(offer);
        self.offers[offer].answered = self.now;
        let connect_limit = self.plan.queues()[queue.index()].rules.connect_limit;
        self.offers[offer].limit = self.set_offer_timer(offer, connect_limit, Kind::Connect);
        self.calls[call].leg = Some(offer);
        self.agents[agent.index()].misses = 0;
        self.set_slot(slot, SlotState::Connecting, Some(offer));
        let wait = self.now - self.visits[visit].started;
        let (call_id, visit_id) = (self.calls[call].id, self.visits[visit].id);
        self.fact(Fact::Answered { offer: id, visit: visit_id, call: call_id, queue, agent, wait, rang });
        self.command(Command::Connect { call: call_id, offer: id, agent });
        self.cancel_offers(call, CancelReason::AnsweredElsewhere);
    }

    pub(super) fn offer_failed(&mut self, id: OfferId, why: OfferFailure) {
        let Some(offer) = self.offer_in(id, &[OfferStage::Made, OfferStage::Ringing]) else {
            return self.ignore_offer(id);
        };
        let how = match why {
            OfferFailure::Busy => OfferEnd::Busy,
            OfferFailure::NoAnswer => OfferEnd::Missed,
            OfferFailure::Declined => OfferEnd::Declined,
            OfferFailure::Unreachable | OfferFailure::Gone => OfferEnd::Unreachable,
        };
        self.fail_offer(offer, how);
    }

    /// A limit of a made, ringing or accepted offer has passed.
    pub(super) fn offer_limit_due(&mut self, offer: u32, kind: Kind) {
        self.offers[offer].limit = None;
        let (how, why) = match kind {
            Kind::NoRing => (OfferEnd::NeverRang, CancelReason::Unreachable),
            Kind::Ring => (OfferEnd::Missed, CancelReason::NoAnswer),
            _ => return self.joining_failed(offer, ConnectFailure::Failed),
        };
        self.say_cancelled(offer, why);
        self.fail_offer(offer, how);
    }

    /// An agent's phone can not be reached any more: whatever rings there has failed.
    pub(super) fn fail_ringing_offers_of(&mut self, agent: AgentId) {
        for slot in self.agents[agent.index()].slots() {
            if let Some(offer) = self.slots[slot as usize].offer
                && matches!(self.offers[offer].stage, OfferStage::Made | OfferStage::Ringing)
            {
                self.say_cancelled(offer, CancelReason::Unreachable);
                self.fail_offer(offer, OfferEnd::Unreachable);
            }
        }
    }

    fn fail_offer(&mut self, offer: u32, how: OfferEnd) {
        let call = self.offers[offer].call;
        self.end_offer(offer, how);
        self.return_to_place(call);
    }

    /// Takes back every phone that rings for this call; no fault of the agents'.
    pub(super) fn cancel_offers(&mut self, call: u32, why: CancelReason) {
        let Some(visit) = self.calls[call].visit else { return };
        while let Some(offer) = self.visits[visit].offers {
            self.cancel_offer(offer, why);
        }
    }

    pub(super) fn cancel_offer(&mut self, offer: u32, why: CancelReason) {
        self.say_cancelled(offer, why);
        self.end_offer(offer, OfferEnd::Cancelled(why));
    }

    /// Ends an offer that has not become a conversation, with what follows for the agent; the call is the caller's.
    pub(super) fn end_offer(&mut self, offer: u32, how: OfferEnd) {
        let rang = self.rang_for(offer);
        let id = self.offer_id(offer);
        self.unlist_withdrawable(offer);
        let ended = self.offers.remove(offer);
        for timer in [ended.limit, ended.reminder, ended.lease] {
            self.timers.cancel(timer);
        }
        let Offer { call, queue, agent, slot, .. } = ended;
        if let Some(visit) = self.calls[call].visit {
            if self.visits[visit].offers == Some(offer) {
                self.visits[visit].offers = ended.next;
            } else {
                self.unlink_after_removal(visit, offer, ended.next);
            }
            if !matches!(how, OfferEnd::Cancelled(_)) {
                // Also where the switch was at fault: another agent's line is the better next try.
                self.cool_down(call, agent, queue);
            }
            if self.visits[visit].seeking.is_some() {
                // One phone less is being rung for it, so this agent may be rung for it again.
                self.dirty_visits.push(visit);
            }
        }
        self.fact(Fact::OfferEnded { offer: id, call: self.calls[call].id, queue, agent, how, rang });
        self.set_slot(slot, SlotState::Free, None);
        self.blame(agent, queue, how);
        self.settle(agent);
    }

    // --- talk and hold ---

    pub(super) fn start_talking(&mut self, leg: u32) {
        let Offer { call, agent, slot, queue, .. } = self.offers[leg];
        self.set_stage(leg, OfferStage::Talking);
        let lease = self.plan.queues()[queue.index()].rules.lease;
        self.offers[leg].lease = self.set_offer_timer(leg, lease, Kind::Lease);
        self.set_slot(slot, SlotState::Talking, Some(leg));
        self.fact(Fact::Connected { offer: self.offer_id(leg), call: self.calls[call].id, agent });
    }

    pub(super) fn hold_changed(&mut self, offer: OfferId, held: bool) {
        let before = if held { OfferStage::Talking } else { OfferStage::Held };
        let Some(leg) = self.offer_in(offer, &[before]) else { return self.ignore_offer(offer) };
        let Offer { call, agent, slot, queue, since, .. } = self.offers[leg];
        let call = self.calls[call].id;
        if held {
            self.set_stage(leg, OfferStage::Held);
            let rules = &self.plan.queues()[queue.index()].rules;
            let (limit, reminder) = (rules.hold_limit, rules.hold_reminder);
            self.offers[leg].limit = limit.and_then(|span| self.set_offer_timer(leg, span, Kind::HoldLimit));
            self.offers[leg].reminder = reminder.and_then(|span| self.set_offer_timer(leg, span, Kind::HoldReminder));
            self.set_slot(slot, SlotState::Holding, Some(leg));
            self.fact(Fact::HoldStarted { call, agent });
        } else {
            self.set_stage(leg, OfferStage::Talking);
            self.set_slot(slot, SlotState::Talking, Some(leg));
            self.fact(Fact::HoldEnded { call, agent, held: self.now - since });
        }
    }

    pub(super) fn hold_reminder_due(&mut self, leg: u32) {
        let Offer { call, agent, queue, since, .. } = self.offers[leg];
        let reminder = self.plan.queues()[queue.index()].rules.hold_reminder;
        self.offers[leg].reminder = reminder.and_then(|span| self.set_offer_timer(leg, span, Kind::HoldReminder));
        self.fact(Fact::HoldReminder { call: self.calls[call].id, agent, held: self.now - since });
    }

    pub(super) fn hold_limit_due(&mut self, leg: u32) {
        self.offers[leg].limit = None;
        let Offer { call, agent, .. } = self.offers[leg];
        let id = self.calls[call].id;
        self.fact(Fact::HoldLimitPassed { call: id, agent });
        self.command(Command::Unhold { call: id, offer: self.offer_id(leg) });
    }

    pub(super) fn lease_renewed(&mut self, id: CallId) {
        let talking = |leg: &u32| matches!(self.offers[*leg].stage, OfferStage::Talking | OfferStage::Held);
        let Some(leg) = self.leg_of(id).filter(talking) else {
            return self.fact(Fact::Ignored { subject: Subject::Call(id) });
        };
        let armed = self.offers[leg].lease.take();
        self.timers.cancel(armed);
        let lease = self.plan.queues()[self.offers[leg].queue.index()].rules.lease;
        self.offers[leg].lease = self.set_offer_timer(leg, lease, Kind::Lease);
    }

    pub(super) fn lease_due(&mut self, leg: u32) {
        self.offers[leg].lease = None;
        let Offer { call, agent, .. } = self.offers[leg];
        self.fact(Fact::LeaseExpired { call: self.calls[call].id, agent });
        self.end_leg(leg, EndedBy::Switch, Outcome::Lost);
    }

    // --- the end ---

    pub(super) fn leg_ended(&mut self, id: OfferId, by: EndedBy) {
        let Some(leg) = self.live_offer(id) else { return self.ignore_offer(id) };
        let call = self.calls[self.offers[leg].call].id;
        match self.offers[leg].stage {
            OfferStage::Made | OfferStage::Ringing => self.offer_failed(id, OfferFailure::Gone),
            OfferStage::Accepted if by == EndedBy::Caller => self.caller_gone(call),
            OfferStage::Accepted => self.joining_failed(leg, ConnectFailure::AgentGone),
            OfferStage::Talking | OfferStage::Held => self.end_connected(leg, by, Outcome::Completed(by), false),
        }
    }

    /// Ends a conversation; the agent's leg is told to end.
    pub(super) fn end_leg(&mut self, leg: u32, by: EndedBy, outcome: Outcome) {
        self.end_connected(leg, by, outcome, true);
    }

    /// Ends a conversation: both legs, the call, and the agent's turn to wrap up.
    fn end_connected(&mut self, leg: u32, by: EndedBy, outcome: Outcome, leg_stands: bool) {
        let call = self.offers[leg].call;
        let (id, call_id) = (self.offer_id(leg), self.calls[call].id);
        if leg_stands {
            self.command(Command::EndLeg { offer: id });
        }
        if by != EndedBy::Caller {
            self.command(Command::EndCall { call: call_id, outcome, reason: None });
        }
        // The time of the last stage is added as it ends.
        self.set_stage(leg, OfferStage::Talking);
        let ended = self.offers.remove(leg);
        for timer in [ended.limit, ended.reminder, ended.lease] {
            self.timers.cancel(timer);
        }
        let Offer { queue, agent, slot, talk, hold, .. } = ended;
        self.calls[call].leg = None;
        self.fact(Fact::LegEnded { offer: id, call: call_id, queue, agent, by, talk, hold });
        self.end_call(call, outcome);
        self.start_wrap_up(agent, slot, call_id, queue);
        self.settle(agent);
    }

    fn start_wrap_up(&mut self, agent: AgentId, slot: u32, call: CallId, queue: QueueId) {
        let wrap_up = self.plan.queues()[queue.index()].rules.wrap_up;
        if wrap_up == WrapUpPlan::None {
            self.set_slot(slot, SlotState::Free, None);
            self.agents[agent.index()].able_since = self.now;
            return;
        }
        self.set_slot(slot, SlotState::WrapUp, None);
        self.slots[slot as usize].wrapping = Some((call, queue));
        if let WrapUpPlan::Timed(span) = wrap_up {
            self.slots[slot as usize].wrap_up = self.timers.set(self.now, span, Kind::WrapUp, call, agent, slot);
        }
    }

    // --- requests ---

    /// The agent asks for hold, or for the caller back; the switch reports when it is so.
    pub(super) fn request_hold(&mut self, id: CallId, actor: Actor, hold: bool) -> Result<(), Refusal> {
        let expected = if hold { CallState::Talking } else { CallState::Held };
        let offer = self.offer_id(self.leg_for_request(id, actor, &[expected])?);
        self.command(if hold { Command::Hold { call: id, offer } } else { Command::Unhold { call: id, offer } });
        Ok(())
    }

    /// The agent ends the call.
    pub(super) fn request_hang_up(&mut self, id: CallId, actor: Actor) -> Result<(), Refusal> {
        let leg = self.leg_for_request(id, actor, &[CallState::Talking, CallState::Held])?;
        self.end_leg(leg, EndedBy::Agent, Outcome::Completed(EndedBy::Agent));
        Ok(())
    }

    /// The leg of a call that is in one of these states, if the actor may ask for something about it.
    fn leg_for_request(&self, id: CallId, actor: Actor, expected: &[CallState]) -> Result<u32, Refusal> {
        let call = &self.calls[self.index.get(id).ok_or(Refusal::UnknownCall { got: id })?];
        let got = self.call_state(call);
        let leg = call.leg.filter(|_| expected.contains(&got));
        let leg = leg.ok_or(Refusal::CallNotIn { call: id, expected: expected[0], got })?;
        match actor {
            Actor::Agent(actor) if actor != self.offers[leg].agent => {
                Err(Refusal::NotYours { actor, agent: self.offers[leg].agent })
            }
            _ => Ok(leg),
        }
    }

    // --- small things ---

    pub(super) fn offer_id(&self, offer: u32) -> OfferId {
        OfferId::new(offer, self.offers.generation(offer))
    }

    pub(super) fn live_offer(&self, id: OfferId) -> Option<u32> {
        self.offers.holds(id.slot(), id.generation()).then(|| id.slot())
    }

    pub(super) fn offer_in(&self, id: OfferId, stages: &[OfferStage]) -> Option<u32> {
        self.live_offer(id).filter(|offer| stages.contains(&self.offers[*offer].stage))
    }

    fn leg_of(&self, call: CallId) -> Option<u32> {
        self.index.get(call).and_then(|call| self.calls[call].leg)
    }

    pub(super) fn ignore_offer(&mut self, id: OfferId) {
        self.fact(Fact::Ignored { subject: Subject::Offer(id) });
    }

    fn say_cancelled(&mut self, offer: u32, why: CancelReason) {
        let Offer { call, agent, .. } = self.offers[offer];
        let (offer, call) = (self.offer_id(offer), self.calls[call].id);
        self.command(Command::CancelOffer { offer, agent, call, why });
    }

    fn rang_for(&self, offer: u32) -> Span {
        let Offer { rang, stage, answered, .. } = self.offers[offer];
        let until = if stage == OfferStage::Accepted { answered } else { self.now };
        rang.map_or(Span::ZERO, |rang| until - rang)
    }

    /// Ends one stage, its time and its limits, and begins another.
    fn set_stage(&mut self, offer: u32, stage: OfferStage) {
        let now = self.now;
        let offer = &mut self.offers[offer];
        let lasted = now - offer.since;
        match offer.stage {
            OfferStage::Talking => offer.talk += lasted,
            OfferStage::Held => offer.hold += lasted,
            OfferStage::Made | OfferStage::Ringing | OfferStage::Accepted => {}
        }
        offer.stage = stage;
        offer.since = now;
        let (limit, reminder) = (offer.limit.take(), offer.reminder.take());
        self.timers.cancel(limit);
        self.timers.cancel(reminder);
    }

    fn set_offer_timer(&mut self, offer: u32, span: Span, kind: Kind) -> Option<Armed> {
        let Offer { call, agent, .. } = self.offers[offer];
        self.timers.set(self.now, span, kind, self.calls[call].id, agent, offer)
    }

    /// Takes an offer out of its visit's list.
    fn unlink(&mut self, visit: u32, offer: u32) {
        let next = self.offers[offer].next.take();
        if self.visits[visit].offers == Some(offer) {
            self.visits[visit].offers = next;
        } else {
            self.unlink_after_removal(visit, offer, next);
        }
    }

    fn unlink_after_removal(&mut self, visit: u32, offer: u32, next: Option<u32>) {
        let mut before = self.visits[visit].offers;
        while let Some(link) = before {
            before = self.offers[link].next;
            if before == Some(offer) {
                self.offers[link].next = next;
                return;
            }
        }
    }
}
