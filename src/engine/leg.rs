//! An agent's leg in a call: he talks with the caller, is consulted by a colleague, or listens in. It has grown out of
//! an offer; talk, hold, the host's signs of life, and its end with the work that follows.

use super::Engine;
use super::offer::{Offer, OfferStage};
use super::slab::Link;
use super::timer::Kind;
use super::{
    Actor, Command, ConnectFailure, EndedBy, Fact, LegRole, OfferEnd, OfferFailure, Outcome, Presence, Refusal,
    SlotState, Subject, VisitExit,
};
use super::{CallState, NotReady};
use crate::floor::WrapUpPlan;
use crate::ids::{AgentId, CallId, OfferId, QueueId};

impl Engine {
    // --- who is in a call ---

    /// The legs in a call, in the order in which they came.
    #[inline]
    pub(super) fn legs_in(&self, call: u32) -> impl Iterator<Item = u32> + '_ {
        core::iter::successors(self.calls[call].legs.get(), |leg| self.offers[*leg].next)
    }

    /// The first agent's leg with the caller.
    #[inline]
    pub(super) fn serving(&self, call: u32) -> Option<u32> {
        self.leg_with_role(call, LegRole::Serve)
    }

    /// Another agent's leg with the caller.
    #[inline]
    pub(super) fn serving_beside(&self, call: u32, leg: u32) -> Option<u32> {
        self.legs_in(call).find(|other| *other != leg && self.offers[*other].role == LegRole::Serve)
    }

    #[inline]
    pub(super) fn leg_with_role(&self, call: u32, role: LegRole) -> Option<u32> {
        self.legs_in(call).find(|leg| self.offers[*leg].role == role)
    }

    #[inline]
    pub(super) fn leg_of_agent(&self, call: u32, agent: AgentId) -> Option<u32> {
        self.legs_in(call).find(|leg| self.offers[*leg].agent == agent)
    }

    pub(super) fn add_leg(&mut self, call: u32, leg: u32) {
        self.offers[leg].next = None;
        match self.legs_in(call).last() {
            Some(last) => self.offers[last].next = Some(leg),
            None => self.calls[call].legs = Link::to(leg),
        }
    }

    pub(super) fn remove_leg(&mut self, call: u32, leg: u32) {
        let next = self.offers[leg].next.take();
        if self.calls[call].legs.get() == Some(leg) {
            self.calls[call].legs = next.into();
            return;
        }
        let before = self.legs_in(call).find(|before| self.offers[*before].next == Some(leg));
        if let Some(before) = before {
            self.offers[before].next = next;
        }
    }

    // --- talk and hold ---

    /// The leg of somebody who has just joined the call begins.
    pub(super) fn start_talking(&mut self, leg: u32, role: LegRole) {
        let Offer { call, agent, slot, queue, .. } = self.offers[leg];
        self.set_stage(leg, OfferStage::Talking);
        self.offers[leg].role = role;
        let lease = self.plan.queues()[queue.index()].rules.lease;
        self.offers[leg].lease = self.set_offer_timer(leg, lease, Kind::Lease);
        self.set_slot(slot, SlotState::Talking, Some(leg));
        let (call, offer) = (self.calls[call].id, self.offer_id(leg));
        self.fact(|| Fact::Connected { offer, call, queue, agent, role });
        if role == LegRole::Serve {
            self.has_caller(leg);
        }
    }

    /// Who was consulted talks with the caller from now on.
    pub(super) fn promote(&mut self, leg: u32) {
        let Offer { call, agent, queue, stage, .. } = self.offers[leg];
        self.set_stage(leg, stage);
        self.offers[leg].role = LegRole::Serve;
        let (offer, call_id) = (self.offer_id(leg), self.calls[call].id);
        self.fact(|| Fact::Connected { offer, call: call_id, queue, agent, role: LegRole::Serve });
        self.end_cooling(call);
        self.has_caller(leg);
    }

    /// What it means for everybody that this agent has got the caller.
    fn has_caller(&mut self, leg: u32) {
        let Offer { call, agent, queue, .. } = self.offers[leg];
        // Whatever he was to be put through to.
        self.forget_extension(call);
        let rules = &self.plan.queues()[queue.index()].rules;
        let after = rules.after_call.map(|reason| Presence::NotReady(NotReady::Reason(reason)));
        if rules.sticky.is_some()
            && let Some(from) = self.calls[call].from.clone()
        {
            self.remembered.remember(from, agent, self.now, self.plan.floor().limits.remembered());
        }
        self.follow_ups_answered(call, agent);
        let state = &mut self.agents[agent.index()];
        state.calls = state.calls.saturating_add(1);
        self.refresh(agent);
        let state = &mut self.agents[agent.index()];
        if let Some(to) = state.once.take().or(after)
            && state.pending.is_none()
            && state.presence == Presence::Ready
        {
            self.set_or_pend(agent, to);
        }
    }

    pub(super) fn hold_changed(&mut self, offer: OfferId, held: bool) {
        let before = if held { OfferStage::Talking } else { OfferStage::Held };
        let leg = self.offer_in(offer, &[before]).filter(|leg| self.offers[*leg].role == LegRole::Serve);
        let Some(leg) = leg else { return self.ignore_offer(offer) };
        let Offer { call, agent, slot, queue, since, .. } = self.offers[leg];
        let call = self.calls[call].id;
        if held {
            self.set_stage(leg, OfferStage::Held);
            let rules = &self.plan.queues()[queue.index()].rules;
            let (limit, reminder) = (rules.hold_limit, rules.hold_reminder);
            self.offers[leg].limit = limit.and_then(|span| self.set_offer_timer(leg, span, Kind::HoldLimit));
            self.offers[leg].reminder = reminder.and_then(|span| self.set_offer_timer(leg, span, Kind::HoldReminder));
            self.set_slot(slot, SlotState::Holding, Some(leg));
            self.fact(|| Fact::HoldStarted { call, agent });
        } else {
            self.set_stage(leg, OfferStage::Talking);
            self.set_slot(slot, SlotState::Talking, Some(leg));
            let fact = Fact::HoldEnded { call, agent, held: self.now - since };
            self.fact(|| fact);
        }
    }

    pub(super) fn hold_reminder_due(&mut self, leg: u32) {
        let Offer { call, agent, queue, since, .. } = self.offers[leg];
        let reminder = self.plan.queues()[queue.index()].rules.hold_reminder;
        self.offers[leg].reminder = reminder.and_then(|span| self.set_offer_timer(leg, span, Kind::HoldReminder));
        let fact = Fact::HoldReminder { call: self.calls[call].id, agent, held: self.now - since };
        self.fact(|| fact);
    }

    pub(super) fn hold_limit_due(&mut self, leg: u32) {
        self.offers[leg].limit = None;
        let Offer { call, agent, .. } = self.offers[leg];
        let id = self.calls[call].id;
        self.fact(|| Fact::HoldLimitPassed { call: id, agent });
        if !self.is_consulting(call) {
            let command = Command::Unhold { call: id, offer: self.offer_id(leg) };
            self.command(|| command);
        }
    }

    // --- signs of life ---

    pub(super) fn lease_renewed(&mut self, id: CallId) {
        let ignored = Fact::Ignored { subject: Subject::Call(id) };
        let Some(call) = self.calls.find(id) else { return self.fact(|| ignored) };
        let mut renewed = self.renew_dial(call);
        let mut next = self.calls[call].legs.get();
        while let Some(leg) = next {
            let state = &mut self.offers[leg];
            next = state.next;
            if state.lease.is_some() {
                self.timers.cancel(&mut state.lease);
                let lease = self.plan.queues()[state.queue.index()].rules.lease;
                state.lease = self.timers.set(self.now, lease, Kind::Lease, leg);
                renewed = true;
            }
        }
        if !renewed {
            self.fact(|| ignored);
        }
    }

    pub(super) fn lease_due(&mut self, leg: u32) {
        self.offers[leg].lease = None;
        let Offer { call, agent, .. } = self.offers[leg];
        let fact = Fact::LeaseExpired { call: self.calls[call].id, agent };
        self.fact(|| fact);
        self.leave_call(leg, EndedBy::Switch, Outcome::Lost, true);
    }

    // --- the end ---

    pub(super) fn leg_ended(&mut self, id: OfferId, by: EndedBy) {
        let Some(leg) = self.live_offer(id) else { return self.ignore_offer(id) };
        let Offer { call, stage, role, .. } = self.offers[leg];
        match (stage, role) {
            (_, LegRole::Monitor) => self.release_leg(leg, by, false),
            (OfferStage::Made | OfferStage::Ringing, _) => self.offer_failed(id, OfferFailure::Gone),
            (OfferStage::Accepted, _)
                if by == EndedBy::Caller && self.serving(call).is_none() && !self.is_caller_away(call) =>
            {
                self.caller_gone(self.calls[call].id);
            }
            (OfferStage::Accepted, _) => self.joining_failed(leg, ConnectFailure::AgentGone),
            (_, LegRole::Serve) if by == EndedBy::Caller => {
                // Whoever else is in the call has lost the caller too.
                self.release_leg(leg, by, false);
                self.call_off(call, VisitExit::Abandoned, super::CancelReason::CallerGone);
                self.end_call(call, by, Outcome::Completed(by));
            }
            _ => self.leave_call(leg, by, Outcome::Completed(by), false),
        }
    }

    /// An agent leaves a call. The caller stays with whoever else is in it, goes to whoever was consulted or asked to
    /// take over, or waits for them; if there is nobody, the call is over.
    pub(super) fn leave_call(&mut self, leg: u32, by: EndedBy, outcome: Outcome, leg_stands: bool) {
        let Offer { call, agent, role, .. } = self.offers[leg];
        self.release_leg(leg, by, leg_stands);
        if role != LegRole::Serve {
            return;
        }
        let others = self.serving(call).is_some();
        if self.is_consulting(call) && (!others || self.calls.particulars(call).consulted_by == Some(agent)) {
            return self.consulter_left(call, agent);
        }
        if others {
            return;
        }
        self.end_listening(call);
        match self.calls[call].visit.get() {
            // He waits for whoever was to take over, and must leave where nobody is there.
            Some(visit) => {
                self.begin_waiting(visit);
                self.dirty_visits.push(visit);
            }
            None if self.calls[call].dial.is_some() => self.hand_to_dialled(call, agent),
            None => self.end_call(call, by, outcome),
        }
    }

    /// No agent has the caller any more: there is nothing to listen to.
    pub(super) fn end_listening(&mut self, call: u32) {
        while self.serving(call).is_none()
            && let Some(monitor) = self.leg_with_role(call, LegRole::Monitor)
        {
            self.release_leg(monitor, EndedBy::Transfer, true);
        }
    }

    /// Ends a leg in a call, and nothing else: the agent has his work after it, if he had the caller.
    pub(super) fn release_leg(&mut self, leg: u32, by: EndedBy, leg_stands: bool) {
        let Offer { call, stage, .. } = self.offers[leg];
        let (id, call_id) = (self.offer_id(leg), self.calls[call].id);
        if leg_stands {
            self.command(|| Command::EndLeg { offer: id });
        }
        let lasted = self.now - self.offers[leg].since;
        // The time of the last stage is added as it ends.
        self.set_stage(leg, stage);
        self.remove_leg(call, leg);
        let mut ended = self.offers.remove(leg);
        for timer in [&mut ended.limit, &mut ended.reminder, &mut ended.lease] {
            self.timers.cancel(timer);
        }
        if let Some(visit) = self.calls[call].visit.get()
            && self.visits[visit].looks
        {
            // He is in the call no more, so he may be rung for it.
            self.dirty_visits.push(visit);
        }
        let Offer { queue, agent, slot, role, talk, hold, consult, .. } = ended;
        match role {
            LegRole::Monitor => {
                let lasted = if stage == OfferStage::Talking { lasted } else { Default::default() };
                self.fact(|| Fact::MonitorEnded { offer: id, call: call_id, supervisor: agent, lasted });
            }
            LegRole::Serve | LegRole::Consult => {
                self.fact(|| Fact::LegEnded { offer: id, call: call_id, queue, agent, by, talk, hold, consult });
            }
        }
        if role == LegRole::Serve {
            self.start_wrap_up(agent, slot, call_id, queue);
        } else {
            self.set_slot(slot, SlotState::Free, None);
            self.agents[agent.index()].able_since = self.now;
        }
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
        if let Some(span) = wrap_up.limit() {
            self.slots[slot as usize].wrap_up = self.timers.set(self.now, span, Kind::WrapUp, slot);
        }
    }

    // --- requests ---

    /// The agent asks for hold, or for the caller back; the switch reports when it is so.
    pub(super) fn request_hold(&mut self, id: CallId, actor: Actor, hold: bool) -> Result<(), Refusal> {
        let (expected, stage) =
            if hold { (CallState::Talking, OfferStage::Talking) } else { (CallState::Held, OfferStage::Held) };
        let (call, leg) = self.own_leg(id, actor, expected)?;
        if self.offers[leg].stage != stage {
            let got = self.call_state(call);
            return Err(Refusal::CallNotIn { call: id, expected, got });
        }
        let offer = self.offer_id(leg);
        self.command(|| if hold { Command::Hold { call: id, offer } } else { Command::Unhold { call: id, offer } });
        Ok(())
    }

    /// The agent leaves the call.
    pub(super) fn request_hang_up(&mut self, id: CallId, actor: Actor) -> Result<(), Refusal> {
        let consulted = |agent| {
            let call = self.calls.find(id)?;
            self.leg_of_agent(call, agent).filter(|leg| self.offers[*leg].role == LegRole::Consult)
        };
        let leg = match actor {
            Actor::Agent(agent) => consulted(agent),
            Actor::Host | Actor::Switch => None,
        };
        let leg = leg.map_or_else(|| self.own_leg(id, actor, CallState::Talking).map(|(_, leg)| leg), Ok)?;
        self.leave_call(leg, EndedBy::Agent, Outcome::Completed(EndedBy::Agent), true);
        Ok(())
    }

    /// How an offer that has been answered and not joined is given up.
    pub(super) fn let_go(&mut self, leg: u32) {
        let command = Command::EndLeg { offer: self.offer_id(leg) };
        self.command(|| command);
        self.end_offer(leg, OfferEnd::ConnectFailed);
    }
}
