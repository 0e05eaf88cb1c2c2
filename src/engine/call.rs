//! A call: from its arrival to its one outcome (A2, G4).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Engine;
use super::callback::Callback;
use super::offer::{Offer, OfferStage};
use super::slab::Link;
use super::timer::{Kind, TimerId};
use super::visit::Stay;
use super::{Arrival, ConnectFailure, EndedBy};
use super::{
    Attributes, CallState, CancelReason, Command, Fact, FollowUpCause, LegRole, OfferEnd, Outcome, Subject, VisitCause,
    VisitExit,
};
use crate::floor::{Masked, Need};
use crate::ids::{AgentId, CallId, ClassId, EntryId, ExtensionId, FollowUpId, OfferId, QueueId, TierId, VisitId};
use crate::time::{Span, Time};

#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Call {
    pub(super) id: CallId,
    pub(super) arrived: Time,
    /// In order of coming; decides between equals.
    pub(super) sequence: u64,
    /// Since when it counts as waiting, credit apart.
    pub(super) aged_from: Time,
    pub(super) from: Option<Masked>,
    /// The queue it is in, or was served from.
    pub(super) queue: QueueId,
    /// Its visit, as long as somebody is sought for it.
    pub(super) visit: Link,
    /// The first of the agents' legs in it, in the order in which they came: who talks, is consulted, or listens.
    pub(super) legs: Link,
    /// The telephone outside the desks that is dialled for it, or is in it.
    pub(super) dial: Link,
    /// The first of the agents it is not to be offered to for now.
    pub(super) cooling: Link,
    pub(super) particulars: Link,
    pub(super) entry: Option<EntryId>,
    pub(super) tier: Option<TierId>,
    /// How many times it has been moved to another queue.
    pub(super) moves: u16,
    /// The caller is leaving a message.
    pub(super) at_message: bool,
}

/// What only some calls have.
#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Particulars {
    pub(super) to: Option<Masked>,
    pub(super) attributes: Option<Attributes>,
    pub(super) own_need: Option<Arc<Need>>,
    /// The caller is not on the line, or was not: he is called back.
    pub(super) callback: Option<Callback>,
    /// The latest of the caller's complaints.
    pub(super) complaints: Link,
    /// The class and the age advantage that rungs and supervisors have given it.
    pub(super) raised_class: Option<ClassId>,
    pub(super) raised_credit: Span,
    /// The class and the age advantage that a supervisor has given it since: these stand.
    pub(super) set_class: Option<ClassId>,
    pub(super) set_credit: Option<Span>,
    /// Who consulted somebody last.
    pub(super) consulted_by: Option<AgentId>,
    /// Who sent it to the extension or number that is dialled, and which extension that is.
    pub(super) sent_by: Option<AgentId>,
    pub(super) extension: Option<ExtensionId>,
    /// What it follows up: an earlier call, an entry of the list.
    pub(super) prior_call: Option<CallId>,
    pub(super) follow_up: Option<FollowUpId>,
    pub(super) message_limit: Option<TimerId>,
}

impl Particulars {
    pub(super) const NONE: Self = Self {
        to: None,
        attributes: None,
        own_need: None,
        callback: None,
        complaints: Link::NONE,
        raised_class: None,
        raised_credit: Span::ZERO,
        set_class: None,
        set_credit: None,
        consulted_by: None,
        sent_by: None,
        extension: None,
        prior_call: None,
        follow_up: None,
        message_limit: None,
    };
}

impl Engine {
    pub(super) fn call_arrived(&mut self, arrival: Arrival, follow_up: Option<FollowUpId>) {
        self.call_came(arrival, self.now, follow_up);
    }

    /// A call has come, at an instant before now where that was not known then: so old it is, and stands in its line.
    pub(super) fn call_came(&mut self, arrival: Arrival, came: Time, follow_up: Option<FollowUpId>) {
        let id = arrival.call;
        if self.calls.find(id).is_some() {
            return self.fact(|| Fact::Ignored { subject: Subject::DuplicateCall(id) });
        }
        let entry = arrival.from.as_ref().and_then(|from| self.plan.entry(from));
        let tier = entry.and_then(|entry| self.plan.directory()[entry.index()].tier);
        self.fact(|| Fact::CallArrived { call: id, entry, tier, prior_call: arrival.prior_call });
        let need = match self.check_door(&arrival) {
            Ok(need) => need,
            Err((queue, cause)) => return self.refuse_call(&arrival, came, tier, queue, cause),
        };
        self.sequence += 1;
        let preferred = self.preferred_agent(&arrival, need).filter(|(agent, _)| {
            // Where there is no place to wait, nobody waits for one agent alone.
            self.no_place_in(arrival.queue, true).is_none() || self.idle.is_listed(*agent)
        });
        let call = self.calls.insert(Call {
            id,
            arrived: came,
            sequence: self.sequence,
            aged_from: came,
            from: arrival.from,
            queue: arrival.queue,
            visit: Link::NONE,
            legs: Link::NONE,
            dial: Link::NONE,
            cooling: Link::NONE,
            particulars: Link::NONE,
            entry,
            tier,
            moves: 0,
            at_message: false,
        });
        let Arrival { to, attributes, need: own_need, prior_call, .. } = arrival;
        if to.is_some() || attributes.is_some() || own_need.is_some() || prior_call.is_some() || follow_up.is_some() {
            let known = Particulars { to, attributes, own_need, prior_call, follow_up, ..Particulars::NONE };
            *self.calls.particulars_mut(call) = known;
            // Who calls back somebody who complained should know.
            if let Some(against) = follow_up.and_then(|entry| self.follow_ups.complaint(entry)) {
                self.calls.complain(call, against);
            }
        }
        let mut stay = Stay { awaits: preferred, ..Stay::new(arrival.queue, came, VisitCause::Arrived) };
        if let Some(terms) = arrival.callback {
            // Without a number of its own the host dials whom it likes: it has brought the call.
            let number = terms.number.clone().or_else(|| self.calls[call].from.clone()).unwrap_or_default();
            self.promise_callback(call, number, &terms);
            stay.cause = VisitCause::Callback;
        }
        let visit = self.start_visit(call, stay);
        self.await_next_rung(visit);
    }

    pub(super) fn caller_gone(&mut self, id: CallId) {
        let ignored = Fact::Ignored { subject: Subject::Call(id) };
        let Some(call) = self.calls.find(id) else { return self.fact(|| ignored) };
        if self.is_caller_away(call) {
            return self.fact(|| ignored);
        }
        let joining = self.calls[call].visit.get().and_then(|visit| self.visits[visit].joining.get());
        match (self.serving(call), joining) {
            (None, Some(leg)) => self.joining_failed(leg, ConnectFailure::CallerGone),
            (None, None) => self.abandon(call),
            (Some(_), _) => {
                self.call_off(call, VisitExit::Abandoned, CancelReason::CallerGone);
                self.end_call(call, EndedBy::Caller, Outcome::Completed(EndedBy::Caller));
            }
        }
    }

    /// The caller has hung up while nobody talked with him.
    fn abandon(&mut self, call: u32) {
        self.call_off(call, VisitExit::Abandoned, CancelReason::CallerGone);
        self.end_call(call, EndedBy::Caller, Outcome::Abandoned);
    }

    pub(super) fn connected(&mut self, offer: OfferId) {
        if let Some(ear) = self.live_offer(offer).filter(|offer| self.offers[*offer].role == LegRole::Monitor) {
            return self.monitor_connected(ear);
        }
        let joined = self.offer_in(offer, &[OfferStage::Accepted]).filter(|leg| {
            // Who is to be joined with a caller who is called back waits for that telephone.
            !self.is_caller_away(self.offers[*leg].call)
        });
        let Some(leg) = joined else {
            self.ignore_offer(offer);
            if self.live_offer(offer).is_none() {
                // The two were joined when it was over already: that leg must not stay.
                self.command(|| Command::EndLeg { offer });
            }
            return;
        };
        self.join(leg);
    }

    /// The agent who has answered talks: with the caller, or with the colleague who consults him.
    pub(super) fn join(&mut self, leg: u32) {
        let Offer { call, agent, .. } = self.offers[leg];
        let Some(visit) = self.calls[call].visit.get() else { return };
        let consult = matches!(self.visits[visit].cause, VisitCause::Consult { .. });
        if !consult {
            self.end_cooling(call);
        }
        self.end_visit(call, VisitExit::Served { agent });
        self.add_leg(call, leg);
        if consult {
            return self.start_talking(leg, LegRole::Consult);
        }
        self.start_talking(leg, LegRole::Serve);
        // He has taken over from whoever had stayed with the caller.
        while let Some(before) = self.serving_beside(call, leg) {
            self.release_leg(before, EndedBy::Transfer, true);
        }
    }

    pub(super) fn connect_failed(&mut self, offer: OfferId, why: ConnectFailure) {
        if let Some(monitor) = self.live_offer(offer).filter(|leg| self.offers[*leg].role == LegRole::Monitor) {
            return self.release_leg(monitor, EndedBy::Switch, why != ConnectFailure::AgentGone);
        }
        match self.offer_in(offer, &[OfferStage::Accepted]) {
            Some(leg) => self.joining_failed(leg, why),
            None => self.ignore_offer(offer),
        }
    }

    pub(super) fn joining_failed(&mut self, leg: u32, why: ConnectFailure) {
        let call = self.offers[leg].call;
        if why != ConnectFailure::AgentGone {
            let command = Command::EndLeg { offer: self.offer_id(leg) };
            self.command(|| command);
        }
        let how = match why {
            ConnectFailure::CallerGone | ConnectFailure::Failed => OfferEnd::ConnectFailed,
            ConnectFailure::AgentGone => OfferEnd::Unreachable,
        };
        self.end_offer(leg, how);
        if self.is_caller_away(call) {
            return self.callback_not_reached(call);
        }
        match why {
            // Answered, but there was nobody any more: taken back to abandoned.
            ConnectFailure::CallerGone if self.serving(call).is_none() => {
                self.say_target_passed_if_unsaid(call);
                self.abandon(call);
            }
            _ => self.return_to_place(call, true),
        }
    }

    /// Ends a call for which nobody is sought any more: the telephone that was dialled, every leg that is left, and the
    /// caller's line unless he has hung up or was never on it.
    pub(super) fn end_call(&mut self, call: u32, by: EndedBy, outcome: Outcome) {
        self.drop_dial(call);
        let caller_away = self.is_caller_away(call);
        while let Some(leg) = self.calls[call].legs.get() {
            self.release_leg(leg, by, true);
        }
        self.end_cooling(call);
        let outcome = match outcome {
            Outcome::Completed(_) if self.calls.particulars(call).callback.is_some() => Outcome::CallbackFulfilled,
            outcome => outcome,
        };
        let handed_on = matches!(outcome, Outcome::TransferredOut | Outcome::Diverted);
        // Who ends it for a reason says so.
        let said_already = matches!(outcome, Outcome::Disconnected | Outcome::LeftByKey);
        if by != EndedBy::Caller && !caller_away && !handed_on && !said_already {
            let command = Command::EndCall { call: self.calls[call].id, outcome, reason: None };
            self.command(|| command);
        }
        self.end_callback(call);
        let (ended, mut particulars) = self.calls.remove(call);
        self.away -= u32::from(caller_away);
        self.timers.cancel(&mut particulars.message_limit);
        let (call, tier, queue) = (ended.id, ended.tier, Some(ended.queue));
        let lasted = self.now - ended.arrived;
        self.fact(|| Fact::CallEnded { call, tier, outcome, queue, lasted });
        // Who was to be called back from the list stands there still.
        let stands = particulars.follow_up.is_some_and(|entry| self.follow_ups.get(entry).is_some());
        if outcome.is_unanswered() && !stands {
            self.follow_up(call, queue, ended.from, FollowUpCause::Unanswered(outcome));
        }
    }

    pub(super) fn call_state(&self, slot: u32) -> CallState {
        let call = &self.calls[slot];
        if let Some(leg) = self.serving(slot) {
            return if self.offers[leg].stage == OfferStage::Held { CallState::Held } else { CallState::Talking };
        }
        let Some(visit) = call.visit.get().map(|visit| &self.visits[visit]) else {
            return if call.at_message { CallState::AtMessage } else { CallState::Dialled };
        };
        match (visit.joining.get(), visit.offers.get()) {
            (Some(_), _) => CallState::Connecting,
            (None, Some(_)) => CallState::Ringing,
            (None, None) => CallState::Waiting,
        }
    }

    pub(super) fn next_visit_id(&mut self) -> VisitId {
        self.visits_started += 1;
        VisitId(self.visits_started)
    }

    // --- messages (A3) ---

    /// The caller, who waits nowhere any more, is led to leave a message.
    pub(super) fn start_message(&mut self, call: u32) {
        let Call { id, queue, .. } = self.calls[call];
        let extension = self.calls.particulars(call).extension;
        let limit = self.plan.queues()[queue.index()].rules.message_limit;
        self.calls[call].at_message = true;
        self.calls.particulars_mut(call).message_limit = self.timers.set(self.now, limit, Kind::Message, call);
        self.fact(|| Fact::MessageStarted { call: id, queue });
        self.command(|| Command::TakeMessage { call: id, queue, extension });
    }

    pub(super) fn message_taken(&mut self, id: CallId) {
        match self.calls.find(id).filter(|call| self.calls[*call].at_message) {
            Some(call) => self.end_call(call, EndedBy::Switch, Outcome::MessageTaken),
            None => self.fact(|| Fact::Ignored { subject: Subject::Call(id) }),
        }
    }

    pub(super) fn message_limit_due(&mut self, call: u32) {
        self.calls.particulars_mut(call).message_limit = None;
        self.end_call(call, EndedBy::Switch, Outcome::TimedOut);
    }
}
