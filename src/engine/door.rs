//! The door: whether a call may come in, and whether there is a place for it to wait in (G12).
//!
//! Three limits turn calls away, and each counts something else. The floor's trunks are the lines on which callers are,
//! whatever is done with them. A queue's length limit and the floor's waiting limit count callers who are not served
//! yet: a call that can be rung at somebody's telephone at once needs no such place.

use super::Engine;
use super::{Arrival, Command, Fact, FollowUpCause, Outcome, Passed, RefusedCall, VisitCause, VisitExit};
use crate::floor::Need;
use crate::ids::{NeedId, ProfileId, QueueId, TierId};
use crate::time::{Span, Time};

impl Engine {
    /// What the call needs in the queue it asks for, or why it may not join: with the queue, where there is one.
    pub(super) fn check_door(&mut self, arrival: &Arrival) -> Result<NeedId, (Option<QueueId>, RefusedCall)> {
        let id = arrival.queue;
        let plan = &self.plan;
        let Some(queue) = plan.queues().get(id.index()) else { return Err((None, RefusedCall::UnknownQueue)) };
        let refused = |cause| Err((Some(id), cause));
        if self.calls.len() >= plan.floor().limits.calls() as usize {
            return refused(RefusedCall::FloorFull);
        }
        // A caller who is to be called back is not on a line.
        let on_a_line = arrival.callback.is_none();
        if on_a_line && plan.floor().trunks.is_some_and(|trunks| self.on_a_line() >= trunks) {
            return refused(RefusedCall::TrunksFull);
        }
        let own = arrival.need.as_deref();
        if own.is_some_and(|own| !own.within_limits()) {
            return refused(RefusedCall::NeedsFull);
        }
        if let Some(cause) = self.no_place_in(id, on_a_line)
            && !(on_a_line && self.is_somebody_free(id, own, None))
        {
            return refused(cause);
        }
        let Ok(need) = self.needs.both(queue.need, own) else { return refused(RefusedCall::NeedsFull) };
        match queue.rules.refuse_when_empty {
            Some(absences) if on_a_line && !self.is_somebody_there(need, absences) => refused(RefusedCall::NobodyThere),
            _ => Ok(need),
        }
    }

    /// Turns a call away at the door. Where it named a queue, that queue's figures know of it: a visit of no length.
    pub(super) fn refuse_call(
        &mut self,
        arrival: &Arrival,
        came: Time,
        tier: Option<TierId>,
        queue: Option<QueueId>,
        cause: RefusedCall,
    ) {
        let call = arrival.call;
        self.command(|| Command::RejectCall { call, cause });
        if let Some(queue) = queue {
            let visit = self.next_visit_id();
            let (class, now) = (self.class_at_door(queue, tier), self.now);
            let brought = VisitCause::Arrived;
            self.fact(|| Fact::VisitStarted { visit, call, queue, class, tier, aged_from: came, cause: brought });
            self.fact(|| Fact::VisitEnded {
                visit,
                call,
                queue,
                class,
                tier,
                exit: VisitExit::Refused(cause),
                wait: Span::ZERO,
                in_target: false,
                started: now,
                cause: brought,
            });
        }
        let (outcome, lasted) = (Outcome::Refused(cause), self.now - came);
        self.fact(|| Fact::CallEnded { call, tier, outcome, queue, lasted });
        self.follow_up(call, queue, arrival.from.clone(), FollowUpCause::Unanswered(outcome));
    }

    /// Whether a call that is in already may go on to another queue.
    pub(super) fn check_move(&self, call: u32, to: QueueId) -> Result<(), Passed> {
        if self.calls[call].moves >= self.plan.floor().limits.moves() {
            return Err(Passed::MovesLimit);
        }
        let waits = self.calls[call].visit.get().is_some_and(|visit| self.visits[visit].counts());
        let own = self.calls.particulars(call).own_need.as_deref();
        let is_free = || !self.is_caller_away(call) && self.is_somebody_free(to, own, Some(call));
        if self.no_place_in(to, !waits).is_some() && !is_free() {
            return Err(Passed::QueueFull);
        }
        Ok(())
    }

    /// Why a further call has no place to wait in this queue, if it has none. One that waits in another has its place
    /// on the floor already.
    pub(super) fn no_place_in(&self, queue: QueueId, comes_to_wait: bool) -> Option<RefusedCall> {
        let full = |limit: Option<u32>, waiting: u32| limit.is_some_and(|limit| waiting >= limit);
        if full(self.plan.queues()[queue.index()].rules.length_limit, self.lengths[queue.index()]) {
            Some(RefusedCall::QueueFull)
        } else if comes_to_wait && full(self.plan.floor().waiting_limit, self.in_queues.saturating_sub(self.away)) {
            Some(RefusedCall::WaitingFull)
        } else {
            None
        }
    }

    /// How many callers are on a line: all but those who are to be called back.
    fn on_a_line(&self) -> u32 {
        (self.calls.len() as u32).saturating_sub(self.away)
    }

    /// Whether somebody is free who can be rung at once for a call that comes to this queue, and needs this itself.
    fn is_somebody_free(&self, queue: QueueId, own: Option<&Need>, call: Option<u32>) -> bool {
        let profiles = self.needs.profiles_of(self.plan.queues()[queue.index()].need).iter();
        let meets_own = |profile: &ProfileId| own.is_none_or(|own| own.met_by(self.needs.profile(*profile)));
        let fits = profiles.map(|profile| ProfileId(profile as u16)).filter(meets_own);
        let held = |agent| call.is_some_and(|call| self.is_held_from_call(call, agent));
        let mut idle = fits.flat_map(|profile| self.idle.of(profile));
        idle.any(|agent| !held(agent) && !self.is_kept_from(queue, agent))
    }
}
