//! Supervision (E8): listening in and taking over, moving, withdrawing and reordering waiting calls, deciding about
//! breaks (D2, D3).

use super::Engine;
use super::idle::Chosen;
use super::offer::{Offer, OfferStage};
use super::timer::Kind;
use super::visit::{Stay, Visit};
use super::{
    Actor, CallState, Command, EndedBy, ExpectedPresence, Fact, Key, LegRole, MonitorMode, NotReady, Outcome, Presence,
    Refusal, SlotState, VisitCause, VisitExit, Why,
};
use crate::ids::{AgentId, CallId, ClassId, QueueId};
use crate::time::Span;

impl Engine {
    // --- listening in ---

    pub(super) fn monitor(
        &mut self,
        supervisor: AgentId,
        id: CallId,
        mode: MonitorMode,
        actor: Actor,
    ) -> Result<(), Refusal> {
        let call = self.supervised_call(supervisor, id, actor)?;
        let ear = match self.leg_of_agent(call, supervisor) {
            Some(ear) if self.offers[ear].role == LegRole::Monitor => ear,
            Some(_) => return Err(Refusal::AlreadyInCall { agent: supervisor, call: id }),
            None => {
                let slot = self.free_slot(supervisor).ok_or(Refusal::NoSlotFree { agent: supervisor })?;
                let queue = self.calls[call].queue;
                let ear = self.new_offer(call, queue, supervisor, slot, LegRole::Monitor);
                let limit = self.plan.queues()[queue.index()].rules.no_ring_limit;
                self.offers[ear].limit = self.set_offer_timer(ear, limit, Kind::NoRing);
                self.add_leg(call, ear);
                self.set_slot(slot, SlotState::Monitoring, Some(ear));
                self.refresh(supervisor);
                ear
            }
        };
        self.offers[ear].mode = mode;
        let endpoint = self.plan.agents()[supervisor.index()].endpoint.clone();
        let offer = self.offer_id(ear);
        self.command(|| Command::Monitor { offer, call: id, supervisor, endpoint, mode });
        if self.offers[ear].stage == OfferStage::Talking {
            self.fact(|| Fact::MonitorStarted { offer, call: id, supervisor, mode });
        }
        Ok(())
    }

    /// The supervisor's telephone has been answered; the switch connects it to the call.
    pub(super) fn monitor_accepted(&mut self, ear: u32) {
        let limit = self.plan.queues()[self.offers[ear].queue.index()].rules.connect_limit;
        self.set_stage(ear, OfferStage::Accepted);
        self.offers[ear].limit = self.set_offer_timer(ear, limit, Kind::Connect);
    }

    pub(super) fn monitor_connected(&mut self, ear: u32) {
        let Offer { call, agent: supervisor, queue, stage, mode, .. } = self.offers[ear];
        let offer = self.offer_id(ear);
        if stage == OfferStage::Talking {
            return self.ignore_offer(offer);
        }
        self.set_stage(ear, OfferStage::Talking);
        let lease = self.plan.queues()[queue.index()].rules.lease;
        self.offers[ear].lease = self.set_offer_timer(ear, lease, Kind::Lease);
        let fact = Fact::MonitorStarted { offer, call: self.calls[call].id, supervisor, mode };
        self.fact(|| fact);
    }

    pub(super) fn end_monitor(&mut self, supervisor: AgentId, id: CallId, actor: Actor) -> Result<(), Refusal> {
        self.may_listen(supervisor, actor)?;
        let call = self.calls.find(id).ok_or(Refusal::UnknownCall { got: id })?;
        let ear = self.leg_of_agent(call, supervisor).filter(|ear| self.offers[*ear].role == LegRole::Monitor);
        let ear = ear.ok_or(Refusal::NotInCall { agent: supervisor, call: id })?;
        self.release_leg(ear, EndedBy::Agent, true);
        Ok(())
    }

    /// The supervisor is rung for the caller whatever his presence, or talks at once if he listens already. When he has
    /// the caller, whoever had him is free.
    pub(super) fn take_over(&mut self, supervisor: AgentId, id: CallId, actor: Actor) -> Result<(), Refusal> {
        let call = self.supervised_call(supervisor, id, actor)?;
        self.check_unconcerned(id, Actor::Agent(supervisor))?;
        let own = self.leg_of_agent(call, supervisor);
        let ear = own.filter(|ear| self.offers[*ear].role == LegRole::Monitor);
        if own.is_some() && ear.is_none() {
            return Err(Refusal::AlreadyInCall { agent: supervisor, call: id });
        }
        if ear.is_none() && self.free_slot(supervisor).is_none() {
            return Err(Refusal::NoSlotFree { agent: supervisor });
        }
        self.call_off_consultation(call);
        let listens = ear.filter(|ear| self.offers[*ear].stage == OfferStage::Talking);
        if let (Some(ear), None) = (ear, listens) {
            self.release_leg(ear, EndedBy::Transfer, true);
        }
        let (queue, aged_from) = (self.calls[call].queue, self.calls[call].aged_from);
        let limit = self.plan.queues()[queue.index()].rules.transfer_limit;
        let cause = VisitCause::TakenOver { by: supervisor };
        let stay = Stay { awaits: Some((supervisor, limit)), ..Stay::new(queue, aged_from, cause) };
        let visit = self.start_visit(call, stay);
        match listens {
            Some(ear) => self.answer_from_ear(visit, ear),
            None => {
                let chosen =
                    Chosen { agent: supervisor, candidates: 1, preference: 0, key: Key::ByName, runner_up: None };
                self.make_offer(visit, chosen);
            }
        }
        Ok(())
    }

    /// His line is there already: the leg with which he has listened is to be joined with the caller.
    fn answer_from_ear(&mut self, visit: u32, ear: u32) {
        let Offer { call, agent, since, .. } = self.offers[ear];
        let (offer, call_id, lasted) = (self.offer_id(ear), self.calls[call].id, self.now - since);
        self.fact(|| Fact::MonitorEnded { offer, call: call_id, supervisor: agent, lasted });
        self.remove_leg(call, ear);
        let (now, queue) = (self.now, self.visits[visit].queue);
        let leg = &mut self.offers[ear];
        (leg.role, leg.stage, leg.queue, leg.made, leg.since) = (LegRole::Serve, OfferStage::Made, queue, now, now);
        leg.rang = None;
        self.timers.cancel(&mut leg.lease);
        let rank_since = self.rank(visit).since;
        let Visit { id, class, .. } = self.visits[visit];
        let level = self.level(queue, agent);
        let key = Key::ByName;
        let why = Why { class, rank_since, candidates: 1, preference: 0, level, key, runner_up: None };
        self.fact(|| Fact::Offered { offer, visit: id, call: call_id, queue, agent, why });
        self.answer(visit, ear);
    }

    fn supervised_call(&self, supervisor: AgentId, id: CallId, actor: Actor) -> Result<u32, Refusal> {
        self.may_listen(supervisor, actor)?;
        let state = &self.agents[supervisor.index()];
        let got = state.pending.unwrap_or(state.presence);
        if got == Presence::SignedOut {
            return Err(Refusal::AgentNotIn { agent: supervisor, expected: ExpectedPresence::SignedIn, got });
        }
        let call = self.calls.find(id).ok_or(Refusal::UnknownCall { got: id })?;
        match self.serving(call) {
            Some(_) => Ok(call),
            None => Err(Refusal::CallNotIn { call: id, expected: CallState::Talking, got: self.call_state(call) }),
        }
    }

    // --- waiting calls ---

    /// Whoever is complained of has no say in what becomes of the call.
    fn check_unconcerned(&self, id: CallId, actor: Actor) -> Result<(), Refusal> {
        let Some(call) = self.calls.find(id) else { return Err(Refusal::UnknownCall { got: id }) };
        match actor {
            Actor::Agent(agent) if self.calls.is_complained_of(call, Some(agent)) => {
                Err(Refusal::ComplaintStands { call: id })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn move_call(&mut self, id: CallId, to: QueueId, actor: Actor) -> Result<(), Refusal> {
        self.may_supervise(actor)?;
        if to.index() >= self.plan.queues().len() {
            return Err(Refusal::UnknownQueue { got: to });
        }
        self.check_unconcerned(id, actor)?;
        let (call, visit) = self.waiting_visit(id)?;
        self.check_move(call, to).map_err(|_| Refusal::CannotMove { call: id, to })?;
        let aged_from = self.visits[visit].aged_from;
        self.leave(call, VisitExit::Moved { to });
        self.calls[call].moves += 1;
        let visit = self.start_visit(call, Stay::new(to, aged_from, VisitCause::Moved));
        self.await_next_rung(visit);
        Ok(())
    }

    pub(super) fn withdraw_call(&mut self, id: CallId, actor: Actor) -> Result<(), Refusal> {
        self.may_supervise(actor)?;
        self.check_unconcerned(id, actor)?;
        let (call, _) = self.waiting_visit(id)?;
        self.leave_for_good(call, VisitExit::Withdrawn, Outcome::Withdrawn);
        Ok(())
    }

    pub(super) fn change_rank(
        &mut self,
        id: CallId,
        class: Option<ClassId>,
        credit: Option<Span>,
        actor: Actor,
    ) -> Result<(), Refusal> {
        self.may_supervise(actor)?;
        if let Some(got) = class.filter(|class| class.index() >= self.plan.classes().len()) {
            return Err(Refusal::UnknownClass { got });
        }
        let (call, visit) = self.waiting_visit(id)?;
        self.raise(visit, class, credit);
        let of_call = self.calls.particulars_mut(call);
        of_call.set_class = class.or(of_call.set_class);
        of_call.set_credit = credit.or(of_call.set_credit);
        let state = &self.visits[visit];
        let fact = Fact::RankChanged {
            visit: state.id,
            call: self.calls[call].id,
            queue: state.queue,
            class: state.class,
            credit: state.credit,
        };
        self.fact(|| fact);
        Ok(())
    }

    /// Gives a call another class or age advantage, which it keeps wherever it goes.
    pub(super) fn raise(&mut self, visit: u32, class: Option<ClassId>, credit: Option<Span>) {
        if class.is_none() && credit.is_none() {
            return;
        }
        self.change_rank_or_need(visit, |visit| {
            visit.class = class.unwrap_or(visit.class);
            visit.credit = credit.unwrap_or(visit.credit);
        });
        let call = self.calls.particulars_mut(self.visits[visit].call);
        if class.is_some() {
            call.set_class = None;
        }
        if credit.is_some() {
            call.set_credit = None;
        }
        call.raised_class = class.or(call.raised_class);
        call.raised_credit = credit.unwrap_or(call.raised_credit);
        if class.is_some() {
            self.arm_starvation(visit);
        }
    }

    // --- breaks (D2, D3) ---

    pub(super) fn decide_break(&mut self, agent: AgentId, approved: bool, actor: Actor) -> Result<(), Refusal> {
        self.may_decide(agent, actor)?;
        let reason = self.agents[agent.index()].asked.take().ok_or(Refusal::NoApprovalAsked { agent })?;
        self.fact(|| Fact::ApprovalEnded { agent, reason, approved: Some(approved) });
        if approved {
            self.set_or_pend(agent, Presence::NotReady(NotReady::Reason(reason)));
        }
        Ok(())
    }

    /// The agent no longer asks for a break.
    pub(super) fn ask_no_more(&mut self, agent: AgentId) {
        if let Some(reason) = self.agents[agent.index()].asked.take() {
            self.fact(|| Fact::ApprovalEnded { agent, reason, approved: None });
        }
    }
}
