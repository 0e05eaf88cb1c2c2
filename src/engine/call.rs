//! A call: from its arrival to its one outcome (A2, G4).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Engine;
use super::offer::{Offer, OfferStage};
use super::{Arrival, ConnectFailure, EndedBy};
use super::{Attributes, CallState, CancelReason, Command, Fact, OfferEnd, Outcome, RefusedCall, Subject, VisitExit};
use crate::floor::{Masked, Need};
use crate::ids::{CallId, ClassId, EntryId, OfferId, QueueId, TierId, VisitId};
use crate::time::{Span, Time};

#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Call {
    pub(super) id: CallId,
    pub(super) arrived: Time,
    /// In order of coming; decides between equals.
    pub(super) sequence: u64,
    /// The queue it is in, or was served from.
    pub(super) queue: QueueId,
    /// Its visit, until it is connected.
    pub(super) visit: Option<u32>,
    /// The offer that was accepted: the agent's leg.
    pub(super) leg: Option<u32>,
    pub(super) entry: Option<EntryId>,
    pub(super) tier: Option<TierId>,
    /// The first of the agents it is not to be offered to for now.
    pub(super) cooling: Option<u32>,
    /// The class and the age advantage that rungs have given it.
    pub(super) raised_class: Option<ClassId>,
    pub(super) raised_credit: Span,
    /// How many times it has been moved to another queue.
    pub(super) moves: u16,
    pub(super) from: Option<Masked>,
    pub(super) to: Option<Masked>,
    pub(super) attributes: Option<Attributes>,
    pub(super) own_need: Option<Arc<Need>>,
}

impl Engine {
    pub(super) fn call_arrived(&mut self, arrival: Arrival) {
        let id = arrival.call;
        if self.index.get(id).is_some() {
            return self.fact(Fact::Ignored { subject: Subject::DuplicateCall(id) });
        }
        let entry = arrival.from.as_ref().and_then(|from| self.plan.entry(from));
        let tier = entry.and_then(|entry| self.plan.directory()[entry.index()].tier);
        self.fact(Fact::CallArrived { call: id, entry, tier, prior_call: arrival.prior_call });
        let Some(queue) = self.plan.queues().get(arrival.queue.index()) else {
            return self.refuse_call(id, tier, None, RefusedCall::UnknownQueue);
        };
        let full = queue.rules.length_limit.is_some_and(|limit| self.lengths[arrival.queue.index()] >= limit);
        let own = arrival.need.as_deref();
        let base = queue.need;
        if self.calls.len() >= self.plan.floor().limits.calls() as usize {
            self.refuse_call(id, tier, Some(arrival.queue), RefusedCall::FloorFull);
        } else if full {
            self.refuse_call(id, tier, Some(arrival.queue), RefusedCall::QueueFull);
        } else if own.is_some_and(|own| !own.within_limits()) || self.needs.both(base, own).is_err() {
            self.refuse_call(id, tier, Some(arrival.queue), RefusedCall::NeedsFull);
        } else {
            self.sequence += 1;
            let call = self.calls.insert(Call {
                id,
                arrived: self.now,
                sequence: self.sequence,
                queue: arrival.queue,
                visit: None,
                leg: None,
                entry,
                tier,
                cooling: None,
                raised_class: None,
                raised_credit: Span::ZERO,
                moves: 0,
                from: arrival.from,
                to: arrival.to,
                attributes: arrival.attributes,
                own_need: arrival.need,
            });
            self.index.insert(id, call);
            let visit = self.start_visit(call, arrival.queue, self.now);
            self.await_next_rung(visit);
        }
    }

    /// Turns a call away at the door. Where it named a queue, that queue's figures know of it: a visit of no length.
    fn refuse_call(&mut self, call: CallId, tier: Option<TierId>, queue: Option<QueueId>, cause: RefusedCall) {
        self.command(Command::RejectCall { call, cause });
        if let Some(queue) = queue {
            let visit = self.next_visit_id();
            let (class, now) = (self.class_at_door(queue, tier), self.now);
            self.fact(Fact::VisitStarted { visit, call, queue, class, tier, aged_from: now });
            let exit = VisitExit::Refused(cause);
            let wait = Span::ZERO;
            self.fact(Fact::VisitEnded { visit, call, queue, class, tier, exit, wait, in_target: false, started: now });
        }
        let outcome = Outcome::Refused(cause);
        self.fact(Fact::CallEnded { call, tier, outcome, queue, lasted: Span::ZERO });
    }

    pub(super) fn caller_gone(&mut self, id: CallId) {
        let Some(call) = self.index.get(id) else {
            return self.fact(Fact::Ignored { subject: Subject::Call(id) });
        };
        match (self.calls[call].visit, self.calls[call].leg) {
            (_, None) => self.abandon(call),
            (Some(_), Some(leg)) => self.joining_failed(leg, ConnectFailure::CallerGone),
            (None, Some(leg)) => self.end_leg(leg, EndedBy::Caller, Outcome::Completed(EndedBy::Caller)),
        }
    }

    /// The caller has hung up before anybody took the call.
    pub(super) fn abandon(&mut self, call: u32) {
        self.cancel_offers(call, CancelReason::CallerGone);
        self.end_visit(call, VisitExit::Abandoned);
        self.end_call(call, Outcome::Abandoned);
    }

    pub(super) fn connected(&mut self, offer: OfferId) {
        let Some(leg) = self.offer_in(offer, &[OfferStage::Accepted]) else {
            self.ignore_offer(offer);
            if self.live_offer(offer).is_none() {
                // The two were joined when it was over already: that leg must not stay.
                self.command(Command::EndLeg { offer });
            }
            return;
        };
        let Offer { call, agent, .. } = self.offers[leg];
        self.end_cooling(call);
        self.end_visit(call, VisitExit::Served { agent });
        self.start_talking(leg);
    }

    pub(super) fn connect_failed(&mut self, offer: OfferId, why: ConnectFailure) {
        match self.offer_in(offer, &[OfferStage::Accepted]) {
            Some(leg) => self.joining_failed(leg, why),
            None => self.ignore_offer(offer),
        }
    }

    pub(super) fn joining_failed(&mut self, leg: u32, why: ConnectFailure) {
        let call = self.offers[leg].call;
        if why != ConnectFailure::AgentGone {
            self.command(Command::EndLeg { offer: self.offer_id(leg) });
        }
        self.calls[call].leg = None;
        let how = match why {
            ConnectFailure::CallerGone | ConnectFailure::Failed => OfferEnd::ConnectFailed,
            ConnectFailure::AgentGone => OfferEnd::Unreachable,
        };
        self.end_offer(leg, how);
        match why {
            // Answered, but there was nobody any more: taken back to abandoned.
            ConnectFailure::CallerGone => {
                self.say_target_passed_if_unsaid(call);
                self.abandon(call);
            }
            ConnectFailure::AgentGone | ConnectFailure::Failed => self.return_to_place(call),
        }
    }

    /// Ends a call that is in no queue and with no agent any more.
    pub(super) fn end_call(&mut self, call: u32, outcome: Outcome) {
        self.end_cooling(call);
        let call = self.calls.remove(call);
        self.index.remove(call.id);
        self.fact(Fact::CallEnded {
            call: call.id,
            tier: call.tier,
            outcome,
            queue: Some(call.queue),
            lasted: self.now - call.arrived,
        });
    }

    pub(super) fn call_state(&self, call: &Call) -> CallState {
        match (call.visit, call.leg) {
            (Some(_), Some(_)) => CallState::Connecting,
            (None, Some(leg)) if self.offers[leg].stage == OfferStage::Held => CallState::Held,
            (None, _) => CallState::Talking,
            (Some(visit), None) if self.visits[visit].offers.is_some() => CallState::Ringing,
            (Some(_), None) => CallState::Waiting,
        }
    }

    pub(super) fn next_visit_id(&mut self) -> VisitId {
        self.visits_started += 1;
        VisitId(self.visits_started)
    }
}
