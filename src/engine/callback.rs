//! A callback: the caller is not on the line, but his call keeps its class, place and ladder. When an agent has answered
//! for it, the caller is dialled; from then on it is a call like any other.

use serde::{Deserialize, Serialize};

use super::Engine;
use super::deadlines::Deadline;
use super::dial::DialStage;
use super::slab::Link;
use super::timer::{Kind, TimerId};
use super::visit::Deferred;
use super::{
    Actor, Arrival, CallState, CallbackTerms, CancelReason, Command, DialEnd, DialPurpose, Fact, Outcome, Refusal,
    VisitCause, VisitExit,
};
use crate::floor::Masked;
use crate::ids::{CallId, FollowUpId};
use crate::time::{Span, Time};

#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Callback {
    number: Masked,
    /// Nobody is rung for it before.
    pub(super) not_before: Option<Time>,
    /// What the caller was promised.
    pub(super) due: Option<Time>,
    pub(super) overdue: Option<TimerId>,
    pub(super) attempts: u16,
    /// The caller's own line, once he has answered.
    pub(super) line: Option<u32>,
    pub(super) reached: bool,
}

impl Engine {
    /// Whether the caller is not on the line, but to be called back.
    #[inline]
    pub(super) fn is_caller_away(&self, call: u32) -> bool {
        self.calls.particulars(call).callback.as_ref().is_some_and(|callback| !callback.reached)
    }

    // --- requests ---

    pub(super) fn accept_callback(&mut self, id: CallId, terms: &CallbackTerms, actor: Actor) -> Result<(), Refusal> {
        self.may_supervise(actor)?;
        let (call, visit) = self.waiting_visit(id)?;
        if self.is_caller_away(call) {
            return Err(Refusal::AlreadyAsked { call: id });
        }
        let number = terms.number.clone().or_else(|| self.calls[call].from.clone());
        self.turn_into_callback(call, visit, number.ok_or(Refusal::NoNumber { call: id })?, terms);
        Ok(())
    }

    pub(super) fn cancel_callback(&mut self, id: CallId, actor: Actor) -> Result<(), Refusal> {
        self.may_supervise(actor)?;
        let call = self.calls.find(id).ok_or(Refusal::UnknownCall { got: id })?;
        if !self.is_caller_away(call) {
            return Err(Refusal::NoCallback { call: id });
        }
        self.leave_for_good(call, VisitExit::Withdrawn, Outcome::Withdrawn);
        Ok(())
    }

    /// A call back to somebody on the follow-up list.
    pub(super) fn call_back(
        &mut self,
        entry: FollowUpId,
        call: CallId,
        mut terms: CallbackTerms,
    ) -> Result<(), Refusal> {
        let follow_up = self.follow_ups.get(entry).ok_or(Refusal::UnknownFollowUp { got: entry })?;
        if let Some(calling) = follow_up.calling.filter(|calling| self.calls.find(*calling).is_some()) {
            return Err(Refusal::AlreadyAsked { call: calling });
        }
        if self.calls.find(call).is_some() {
            return Err(Refusal::CallExists { got: call });
        }
        if self.calls.len() >= self.plan.floor().limits.calls() as usize {
            return Err(Refusal::FloorFull { call });
        }
        let queue = follow_up.queue.ok_or(Refusal::NoQueue { follow_up: entry })?;
        if self.no_place_in(queue, false).is_some() {
            return Err(Refusal::CannotMove { call, to: queue });
        }
        let from = follow_up.from.clone();
        terms.number = Some(terms.number.or_else(|| from.clone()).ok_or(Refusal::NoNumber { call })?);
        let prior_call = Some(follow_up.call);
        self.follow_ups.set_calling(entry, call);
        let arrival = Arrival { from, prior_call, callback: Some(Box::new(terms)), ..Arrival::new(call, queue) };
        self.call_arrived(arrival, Some(entry));
        Ok(())
    }

    // --- transitions ---

    /// A waiting caller may hang up: his call waits on in his place.
    pub(super) fn turn_into_callback(&mut self, call: u32, visit: u32, number: Masked, terms: &CallbackTerms) {
        self.cancel_offers(call, CancelReason::Withdrawn);
        let his_time_is_over =
            self.visits[visit].awaits.is_some() && !self.visits[visit].deadlines.is_pending(Deadline::Await);
        let deferred = self.visits[visit].deferred.take();
        let promised =
            self.plan.queues()[self.visits[visit].queue.index()].rules.callback_within.map(|within| self.now + within);
        let terms = &CallbackTerms { due: terms.due.or(promised), ..terms.clone() };
        self.promise_callback(call, number, terms);
        let command = Command::ConfirmCallback { call: self.calls[call].id, due: terms.due };
        self.command(|| command);
        self.turn_visit_into(visit, VisitExit::Callback, VisitCause::Callback);
        if his_time_is_over {
            // The time to wait for him alone was over while his phone rang.
            self.await_anybody(visit);
        }
        let Some(visit) = self.calls.get(call).and_then(|call| call.visit.get()) else { return };
        self.seek_when_it_is_time(visit);
        // A rung that fell due meanwhile has no timer any more, whatever else has waited too.
        if deferred.is_some() && !self.visits[visit].deadlines.is_pending(Deadline::Rung) {
            self.climb(visit);
        }
    }

    pub(super) fn promise_callback(&mut self, call: u32, number: Masked, terms: &CallbackTerms) {
        // He may have been called back before: that line has done its part.
        self.end_callback(call);
        let CallbackTerms { not_before, due, .. } = *terms;
        let id = self.calls[call].id;
        let overdue = due.and_then(|due| {
            // Kept at the very time, so overdue a nanosecond later.
            let due = (due + Span::from_nanos(1)).max(self.now);
            self.timers.set(self.now, due - self.now, Kind::Overdue, call)
        });
        self.away += 1;
        let callback = Callback { number, not_before, due, overdue, attempts: 0, line: None, reached: false };
        self.calls.particulars_mut(call).callback = Some(callback);
        self.fact(|| Fact::CallbackPromised { call: id, not_before, due });
    }

    pub(super) fn callback_overdue(&mut self, call: u32) {
        if let Some(callback) = self.calls.callback_mut(call) {
            callback.overdue = None;
        }
        let fact = Fact::CallbackOverdue { call: self.calls[call].id };
        self.fact(|| fact);
    }

    /// An agent has answered: the caller is dialled.
    pub(super) fn dial_caller(&mut self, call: u32) {
        let (id, now) = (self.calls[call].id, self.now);
        let Some(callback) = self.calls.callback_mut(call) else { return };
        callback.attempts = callback.attempts.saturating_add(1);
        let attempt = callback.attempts;
        let kept = callback.due.filter(|_| attempt == 1).map(|due| now <= due);
        let number = callback.number.clone();
        self.timers.cancel(&mut callback.overdue);
        self.fact(|| Fact::CallbackAttempted { call: id, attempt, kept });
        self.dial(call, DialPurpose::CallBack { attempt }, number, None);
    }

    /// The caller has answered: his call is one like any other.
    pub(super) fn caller_reached(&mut self, call: u32, dial: u32) {
        self.calls[call].dial = Link::NONE;
        if let Some(callback) = self.calls.callback_mut(call) {
            (callback.reached, callback.line) = (true, Some(dial));
            self.away -= 1;
        }
        let Some(leg) = self.calls[call].visit.get().and_then(|visit| self.visits[visit].joining.get()) else { return };
        let id = self.calls[call].id;
        let with = Some(self.offer_id(leg));
        let command = Command::ConnectDial { call: id, dial: self.dial_id(dial), with };
        self.command(|| command);
        self.join(leg);
    }

    /// An attempt has failed, and no agent is held for it any more: another one follows later, or none.
    pub(super) fn callback_not_reached(&mut self, call: u32) {
        self.drop_dial(call);
        let Some(visit) = self.calls[call].visit.get() else { return };
        let rules = &self.plan.queues()[self.visits[visit].queue.index()].rules;
        let (limit, next) = (rules.callback_attempts, self.now + rules.callback_gap);
        let Some(callback) = self.calls.callback_mut(call) else { return };
        if callback.attempts >= limit {
            return self.leave_for_good(call, VisitExit::CallbackFailed, Outcome::CallbackFailed);
        }
        callback.not_before = Some(next);
        if self.visits[visit].awaits.is_some() {
            // The next time anybody may call.
            self.await_anybody(visit);
        }
        let Some(visit) = self.calls.get(call).and_then(|call| call.visit.get()) else { return };
        self.seek_when_it_is_time(visit);
        if self.visits[visit].deferred.take() == Some(Deferred::Rung) {
            self.climb(visit);
        }
    }

    /// The call is over, and with it the caller's own line.
    pub(super) fn end_callback(&mut self, call: u32) {
        let Some(callback) = self.calls.callback_mut(call) else { return };
        self.timers.cancel(&mut callback.overdue);
        if let Some(line) = callback.line.take() {
            debug_assert_eq!(self.dials[line].stage, DialStage::Talking);
            self.end_dial(line, DialEnd::Ended);
        }
    }

    /// A call that waits in a queue, nobody having answered it, and its visit.
    pub(super) fn waiting_visit(&self, id: CallId) -> Result<(u32, u32), Refusal> {
        let call = self.calls.find(id).ok_or(Refusal::UnknownCall { got: id })?;
        let got = self.call_state(call);
        let visit = self.calls[call].visit.get().filter(|_| matches!(got, CallState::Waiting | CallState::Ringing));
        let visit = visit.ok_or(Refusal::CallNotIn { call: id, expected: CallState::Waiting, got })?;
        Ok((call, visit))
    }
}
