//! Who is let in, and who may go on to another queue.

use super::*;

impl Model {
    /// A call has come, and either waits as this visit from now on or was turned away.
    pub(super) fn check_door(&mut self, cause: Cause<'_>, visit: &Visit) {
        let floor = self.plan.floor();
        let arrival = hear::arrival_of(cause, visit.call);
        // From the follow-up list somebody is called back too.
        let callback = arrival.is_none_or(|arrival| arrival.callback.is_some());
        let others = || self.calls.iter().filter(|(id, _)| **id != visit.call);
        let on_a_line = others().filter(|(_, call)| !call.away).count();
        let own = arrival.and_then(|arrival| arrival.need.as_ref());
        let no_place = self.no_place(visit.queue, !callback);
        let nobody_free = callback
            || !self
                .all_agents()
                .any(|agent| self.is_able(agent) && self.fits(visit, agent) && !self.is_kept_from(visit.queue, agent));
        let expected = if others().count() >= floor.limits.calls() as usize {
            Some(RefusedCall::FloorFull)
        } else if !callback && floor.trunks.is_some_and(|trunks| on_a_line >= trunks as usize) {
            Some(RefusedCall::TrunksFull)
        } else if own.is_some_and(|own| !own.within_limits()) {
            Some(RefusedCall::NeedsFull)
        } else {
            no_place.filter(|_| nobody_free)
        };
        let said = self.turned_away.get(&visit.call).copied();
        // What else there is is told when it is said.
        let said_here = said.filter(|why| !matches!(why, RefusedCall::NeedsFull | RefusedCall::NobodyThere));
        assert!(said == expected || (expected.is_none() && said_here.is_none()), "{said:?}, not {expected:?}");
        self.calls.get_mut(&visit.call).expect("it came").has_no_place = no_place.is_some();
    }

    /// Somebody has asked that a call goes on to this queue.
    pub(super) fn check_asked_move(&self, call: CallId, to: QueueId, outputs: &[Output]) {
        if to.index() >= self.plan.queues().len() {
            return;
        }
        let may = self.cannot_move(call, to).is_none();
        for output in outputs {
            match output.event {
                Event::Fact(Fact::Refused(Refusal::CannotMove { .. })) => assert!(!may, "call {call} could move"),
                Event::Fact(Fact::Refused(_)) => {}
                _ => assert!(may, "call {call} cannot move"),
            }
        }
    }

    /// What keeps a call that is in already from going on to this queue.
    pub(super) fn cannot_move(&self, id: CallId, to: QueueId) -> Option<Passed> {
        let call = &self.calls[&id];
        if call.moves >= self.plan.floor().limits.moves() {
            return Some(Passed::MovesLimit);
        }
        let visit = self.visits.values().find(|visit| visit.call == id);
        let waits = visit.is_some_and(|visit| !matches!(visit.cause, VisitCause::Consult { .. }));
        let need = self.plan.need(self.plan.queues()[to.index()].need).expect("the plan knows its needs");
        let needs = self.with_own(id, need.clone());
        let rung =
            |agent| visit.is_some_and(|visit| visit.ringing.iter().any(|offer| self.offers[offer].agent == agent));
        let free = self.all_agents().any(|agent| {
            let held = call.cooling.iter().any(|(cooling, _)| *cooling == agent) || call.inside.contains(&agent);
            let fits = needs.iter().all(|need| need.met_by(&self.profiles[agent.index()]));
            self.is_able(agent) && fits && !held && !rung(agent) && !self.is_kept_from(to, agent)
        });
        let full = self.no_place(to, !waits).is_some() && (call.away || !free);
        full.then_some(Passed::QueueFull)
    }

    /// Why one more has no place to wait in this queue.
    fn no_place(&self, queue: QueueId, comes_to_wait: bool) -> Option<RefusedCall> {
        let waiting = || self.visits.values().filter(|visit| !matches!(visit.cause, VisitCause::Consult { .. }));
        let in_queue = waiting().filter(|visit| visit.queue == queue).count();
        let on_a_line = waiting().filter(|visit| !self.calls[&visit.call].away).count();
        let full = |limit: Option<u32>, count: usize| limit.is_some_and(|limit| count >= limit as usize);
        if full(self.plan.queues()[queue.index()].rules.length_limit, in_queue) {
            Some(RefusedCall::QueueFull)
        } else if comes_to_wait && full(self.plan.floor().waiting_limit, on_a_line) {
            Some(RefusedCall::WaitingFull)
        } else {
            None
        }
    }
}
