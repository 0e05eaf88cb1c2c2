//! A visit: one stay of a call in one queue, from joining to its one exit (G4). Somebody is sought for the call, who may
//! have an agent already: one who consults, or who stays until somebody takes over.

use serde::{Deserialize, Serialize};

use super::Engine;
use super::deadlines::{Deadline, Deadlines};
use super::slab::Link;
use super::waiting::{Place, Rank};
use super::{CancelReason, Command, EndedBy, Fact, Outcome, VisitCause, VisitExit};
use crate::floor::{EscalationPlan, LadderId};
use crate::ids::{AgentId, ClassId, NeedId, QueueId, TierId, VisitId};
use crate::time::{Span, Time};

#[derive(Clone, Copy, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Visit {
    pub(super) id: VisitId,
    pub(super) call: u32,
    pub(super) queue: QueueId,
    pub(super) cause: VisitCause,
    pub(super) started: Time,
    /// When the call came to this queue: before `started` if the visit was another one then.
    entered: Time,
    /// The switch has been told that the caller waits here.
    pub(super) told: bool,
    /// Since when the call counts as waiting, credit apart.
    pub(super) aged_from: Time,
    pub(super) sequence: u64,
    pub(super) class: ClassId,
    pub(super) credit: Span,
    /// Has waited beyond its class's starvation bound.
    pub(super) starving: bool,
    pub(super) need: NeedId,
    pub(super) ladder: LadderId,
    /// It stands before its ladder or on it; not yet while it waits for one agent alone who was named.
    pub(super) on_ladder: bool,
    /// The next rung.
    pub(super) rung: u16,
    /// The one agent it waits for.
    pub(super) awaits: Option<AgentId>,
    /// It looks for an agent. It does not while enough phones ring for it, while it is being joined, and while it is not
    /// time yet.
    pub(super) looks: bool,
    /// Where it stands, while it looks: in the awaited agent's line, or else, from the end of the step in which it began,
    /// in the need's.
    pub(super) stands: Link,
    /// The first of the offers that ring for it.
    pub(super) offers: Link,
    /// The offer that was accepted and is being joined.
    pub(super) joining: Link,
    /// What waits for the ringing or joining to end.
    pub(super) deferred: Option<Deferred>,
    /// The answer target has passed while the call was being joined.
    pub(super) target_passed_unsaid: bool,
    pub(super) deadlines: Deadlines,
}

/// What waits for the ringing or joining to end; a later one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Deferred {
    /// The next rung.
    Rung,
    /// The wait limit.
    WaitLimit,
}

/// How a visit begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stay {
    pub(super) queue: QueueId,
    /// Now, or before if it comes from another queue and keeps its age.
    pub(super) aged_from: Time,
    pub(super) cause: VisitCause,
    /// The one agent it waits for, and for how long.
    pub(super) awaits: Option<(AgentId, Span)>,
    /// What it needs and climbs, if not what calls of this queue do.
    pub(super) way: Option<EscalationPlan>,
}

impl Stay {
    pub(super) fn new(queue: QueueId, aged_from: Time, cause: VisitCause) -> Self {
        Self { queue, aged_from, cause, awaits: None, way: None }
    }
}

impl Visit {
    /// Whether the caller waits in the queue and counts there: not while he is on hold and a colleague is consulted.
    pub(super) fn counts(&self) -> bool {
        !matches!(self.cause, VisitCause::Consult { .. })
    }
}

impl Engine {
    /// A call joins a queue, and stands before the first rung of its ladder there.
    pub(super) fn start_visit(&mut self, call: u32, stay: Stay) -> u32 {
        let Stay { queue, aged_from, cause, awaits, way } = stay;
        let queue_plan = &self.plan.queues()[queue.index()];
        let (tier, id) = (self.calls[call].tier, self.calls[call].id);
        // What has been raised stays raised.
        let (class, credit) = (self.class_at_door(queue, tier), self.credit_at_door(queue, tier));
        let class = self.calls.particulars(call).raised_class.map_or(class, |raised| raised.min(class));
        let credit = credit.max(self.calls.particulars(call).raised_credit);
        // Unless a supervisor has said otherwise since.
        let class = self.calls.particulars(call).set_class.unwrap_or(class);
        let credit = self.calls.particulars(call).set_credit.unwrap_or(credit);
        let own_ladder = tier.map_or(queue_plan.ladder, |tier| queue_plan.tier_ladders[tier.index()]);
        let (base, ladder) = way.map_or((queue_plan.need, own_ladder), |way| (way.need, way.ladder));
        let own_need = self.calls.particulars(call).own_need.clone();
        // On arrival this has been tried; a call that is moved goes without its own need rather than nowhere.
        let need = self.needs.both(base, own_need.as_deref()).unwrap_or(base);
        self.needs.hold(need);
        let visit_id = self.next_visit_id();
        let visit = self.visits.insert(Visit {
            id: visit_id,
            call,
            queue,
            cause,
            started: self.now,
            entered: self.now,
            told: false,
            aged_from,
            sequence: self.calls[call].sequence,
            class,
            credit,
            starving: false,
            need,
            ladder,
            on_ladder: false,
            rung: 0,
            awaits: awaits.map(|(agent, _)| agent),
            looks: false,
            stands: Link::NONE,
            offers: Link::NONE,
            joining: Link::NONE,
            deferred: None,
            target_passed_unsaid: false,
            deadlines: Deadlines::default(),
        });
        let of_call = &mut self.calls[call];
        of_call.visit = Link::to(visit);
        of_call.at_message = false;
        if !matches!(cause, VisitCause::Consult { .. }) {
            of_call.queue = queue;
            of_call.aged_from = aged_from;
        }
        self.fact(|| Fact::VisitStarted { visit: visit_id, call: id, queue, class, tier, aged_from, cause });
        self.enter_queue(visit);
        self.arm_starvation(visit);
        if let Some((agent, span)) = awaits {
            self.fact(|| Fact::AwaitsAgent { visit: visit_id, call: id, queue, agent });
            self.set_deadline(visit, Deadline::Await, self.now + span);
        }
        self.seek_when_it_is_time(visit);
        visit
    }

    /// A caller in a queue counts there, which one who is on hold for a consultation does not.
    fn enter_queue(&mut self, visit: u32) {
        if self.visits[visit].counts() {
            self.lengths[self.visits[visit].queue.index()] += 1;
            self.in_queues += 1;
            self.begin_waiting(visit);
        }
    }

    /// A caller who waits on the line, with nobody, has music, a target and a limit. It may begin later than the visit,
    /// when an agent who has stayed with him leaves.
    pub(super) fn begin_waiting(&mut self, visit: u32) {
        let Visit { call, queue, .. } = self.visits[visit];
        if self.is_caller_away(call) || self.serving(call).is_some() {
            return;
        }
        self.tell_to_wait(visit);
        let rules = &self.plan.queues()[queue.index()].rules;
        // Answered at the very target is in target; so it has passed a nanosecond later.
        let (after_target, limit) = (rules.target + Span::from_nanos(1), rules.wait_limit);
        self.set_deadline(visit, Deadline::Target, self.now + after_target);
        if let Some(limit) = limit {
            self.set_deadline(visit, Deadline::WaitLimit, self.now + limit);
        }
    }

    /// The caller waits on the line, with nobody: the switch is told, once.
    pub(super) fn tell_to_wait(&mut self, visit: u32) {
        let Visit { call, queue, joining, told, .. } = self.visits[visit];
        if !told && joining.is_none() && self.serving(call).is_none() && !self.is_caller_away(call) {
            self.visits[visit].told = true;
            let call = self.calls[call].id;
            self.command(|| Command::Queue { call, queue });
        }
    }

    /// A visit becomes another in the same place: the same need, rank and rung, with an exit and a start of its own.
    pub(super) fn turn_visit_into(&mut self, visit: u32, exit: VisitExit, cause: VisitCause) {
        self.clear_deadline(visit, Deadline::Target);
        self.clear_deadline(visit, Deadline::WaitLimit);
        if self.visits[visit].counts() {
            self.lengths[self.visits[visit].queue.index()] -= 1;
            self.in_queues -= 1;
        }
        self.say_visit_ended(visit, exit, None);
        let id = self.next_visit_id();
        let now = self.now;
        let state = &mut self.visits[visit];
        (state.id, state.cause, state.started) = (id, cause, now);
        state.target_passed_unsaid = false;
        let Visit { call, queue, class, aged_from, .. } = *state;
        self.calls[call].queue = queue;
        let (call, tier) = (self.calls[call].id, self.calls[call].tier);
        self.fact(|| Fact::VisitStarted { visit: id, call, queue, class, tier, aged_from, cause });
        self.enter_queue(visit);
        if let Some(agent) = self.visits[visit].awaits {
            self.fact(|| Fact::AwaitsAgent { visit: id, call, queue, agent });
        }
    }

    /// The class in which a call of this tier joins this queue: the earlier of the queue's and the tier's.
    pub(super) fn class_at_door(&self, queue: QueueId, tier: Option<TierId>) -> ClassId {
        let class = self.plan.queues()[queue.index()].class;
        tier.and_then(|tier| self.plan.tiers()[tier.index()].class).map_or(class, |of_tier| of_tier.min(class))
    }

    /// The age advantage with which a call of this tier joins this queue.
    fn credit_at_door(&self, queue: QueueId, tier: Option<TierId>) -> Span {
        let of_tier = tier.and_then(|tier| self.plan.tiers()[tier.index()].credit);
        of_tier.unwrap_or(self.plan.queues()[queue.index()].credit)
    }

    // --- looking for an agent ---

    /// The visit looks for an agent.
    pub(super) fn seek(&mut self, visit: u32) {
        if self.too_early_until(visit).is_some() {
            return;
        }
        self.look_on(visit);
        self.dirty_visits.push(visit);
    }

    /// The visit may have agents who can be rung again.
    pub(super) fn look_on(&mut self, visit: u32) {
        let Visit { looks, awaits, offers, .. } = self.visits[visit];
        // While the one it waits for is rung, it looks for nobody.
        if looks || (awaits.is_some() && offers.is_some()) {
            return;
        }
        self.visits[visit].looks = true;
        if let Some(agent) = awaits {
            let place = self.place(visit);
            self.visits[visit].stands = Link::to(self.awaited.insert(agent, place));
        }
    }

    /// The visit has found nobody at once: it takes its place in the line of its need. Most calls that come while
    /// somebody is idle never stand in it, which saves them a tenth of their instructions.
    pub(super) fn stand_in_line(&mut self, visit: u32) {
        let Visit { looks, stands, need, .. } = self.visits[visit];
        if looks && stands.is_none() {
            let place = self.place(visit);
            self.visits[visit].stands = Link::to(self.waiting.insert(need, place));
        }
    }

    /// The visit stops looking.
    #[inline]
    pub(super) fn stop_seeking(&mut self, visit: u32) {
        self.visits[visit].looks = false;
        if let Some(stood) = self.visits[visit].stands.take() {
            let place = self.place(visit);
            match self.visits[visit].awaits {
                Some(agent) => self.awaited.remove(agent, &place, stood),
                None => self.waiting.remove(self.visits[visit].need, &place, stood),
            }
        }
    }

    /// Where a visit stands among those who look for an agent. It never changes while it looks.
    #[inline]
    pub(super) fn place(&self, visit: u32) -> Place {
        Place { rank: self.rank(visit), visit }
    }

    #[inline]
    pub(super) fn rank(&self, visit: u32) -> Rank {
        let visit = &self.visits[visit];
        let classes = self.plan.classes();
        let clamp = |nanos: u64| i64::try_from(nanos).unwrap_or(i64::MAX);
        let of_class = 2 * u16::from(visit.class.0) + 1;
        Rank {
            // Who has used a starvation bound stands before every class but those that may withdraw ringing phones, so
            // an alarm stays first; and never behind where its own class stands.
            precedence: if visit.starving {
                let first_below = classes.iter().position(|class| !class.withdraws_ringing);
                of_class.min(2 * first_below.unwrap_or(classes.len()) as u16)
            } else {
                of_class
            },
            since: clamp(visit.aged_from.as_nanos()) - clamp(visit.credit.as_nanos()),
            sequence: visit.sequence,
        }
    }

    /// Gives a visit what a rung changes, in the line and out of it.
    pub(super) fn change_rank_or_need(&mut self, visit: u32, change: impl FnOnce(&mut Visit)) {
        let looked = self.visits[visit].looks;
        self.stop_seeking(visit);
        let before = self.visits[visit].need;
        change(&mut self.visits[visit]);
        let after = self.visits[visit].need;
        self.needs.hold(after);
        self.needs.release(before);
        if looked {
            self.seek(visit);
        }
    }

    // --- times ---

    pub(super) fn arm_starvation(&mut self, visit: u32) {
        let Visit { class, entered, starving, .. } = self.visits[visit];
        let bound = self.plan.classes()[class.index()].starvation_bound.filter(|_| !starving);
        if bound.is_none() && !self.visits[visit].deadlines.is_pending(Deadline::Starvation) {
            return;
        }
        let due = bound.map_or(Time::MAX, |bound| (entered + bound).max(self.now));
        self.set_deadline(visit, Deadline::Starvation, due);
    }

    pub(super) fn target_due(&mut self, visit: u32) {
        self.deadline_passed(visit, Deadline::Target);
        if self.visits[visit].joining.is_some() {
            self.visits[visit].target_passed_unsaid = true;
        } else {
            self.say_target_passed(visit);
        }
    }

    /// The target passed while the two were being joined, which then failed.
    pub(super) fn say_target_passed_if_unsaid(&mut self, call: u32) {
        if let Some(visit) = self.calls[call].visit.get()
            && self.visits[visit].target_passed_unsaid
        {
            self.say_target_passed(visit);
        }
    }

    fn say_target_passed(&mut self, visit: u32) {
        let Visit { id, call, queue, .. } = self.visits[visit];
        self.visits[visit].target_passed_unsaid = false;
        let fact = Fact::TargetPassed { visit: id, call: self.calls[call].id, queue };
        self.fact(|| fact);
    }

    pub(super) fn starvation_due(&mut self, visit: u32) {
        self.deadline_passed(visit, Deadline::Starvation);
        let Visit { id, call, queue, .. } = self.visits[visit];
        let fact = Fact::StarvationBoundUsed { visit: id, call: self.calls[call].id, queue };
        self.fact(|| fact);
        self.change_rank_or_need(visit, |visit| visit.starving = true);
    }

    pub(super) fn wait_limit_due(&mut self, visit: u32) {
        self.deadline_passed(visit, Deadline::WaitLimit);
        let Visit { call, queue, offers, joining, .. } = self.visits[visit];
        let spares_ring = self.plan.queues()[queue.index()].rules.wait_limit_spares_ring;
        if joining.is_some() || (offers.is_some() && spares_ring) {
            self.visits[visit].deferred = Some(Deferred::WaitLimit);
            self.stop_seeking(visit);
        } else {
            self.time_out(call);
        }
    }

    fn time_out(&mut self, call: u32) {
        self.leave_for_good(call, VisitExit::TimedOut, Outcome::TimedOut);
    }

    // --- the end ---

    /// Ends the visit of a call that nobody has answered, its ringing phones included.
    pub(super) fn leave(&mut self, call: u32, exit: VisitExit) {
        self.call_off(call, exit, CancelReason::Withdrawn);
    }

    /// Nobody is sought any more for this call, if anybody was: phones stop ringing, whoever was being joined is let go,
    /// the visit ends.
    pub(super) fn call_off(&mut self, call: u32, exit: VisitExit, why: CancelReason) {
        self.cancel_offers(call, why);
        let Some(visit) = self.calls[call].visit.get() else { return };
        if let Some(leg) = self.visits[visit].joining.get() {
            if self.is_caller_away(call) {
                self.drop_dial(call);
            }
            self.let_go(leg);
        }
        self.end_visit(call, exit);
    }

    /// Ends the visit of a call that nobody has answered, and the call with it unless an agent has the caller.
    pub(super) fn leave_for_good(&mut self, call: u32, exit: VisitExit, outcome: Outcome) {
        self.leave(call, exit);
        if self.serving(call).is_none() {
            self.end_call(call, EndedBy::Switch, outcome);
        }
    }

    /// An offer was not taken, or was taken back, or the two could not be joined: the call goes back to its place (G9),
    /// unless another phone still rings for it, or something has waited for this moment.
    pub(super) fn return_to_place(&mut self, call: u32, not_taken: bool) {
        let Some(visit) = self.calls[call].visit.get() else { return };
        if self.visits[visit].offers.is_some() {
            if self.rings_on(visit) {
                self.seek(visit);
            }
            return;
        }
        self.tell_to_wait(visit);
        self.say_target_passed_if_unsaid(call);
        let id = self.visits[visit].id;
        let deferred = self.visits[visit].deferred.take();
        if deferred == Some(Deferred::WaitLimit) {
            return self.time_out(call);
        }
        let Visit { awaits, deadlines, .. } = &self.visits[visit];
        // Also where the wait for him was over while his phone rang.
        if awaits.is_some() && (not_taken || !deadlines.is_pending(Deadline::Await)) {
            self.not_taken(visit);
        } else {
            self.seek(visit);
        }
        if deferred == Some(Deferred::Rung) && self.visits.get(visit).is_some_and(|visit| visit.id == id) {
            self.climb(visit);
        }
    }

    /// Ends the visit of a call for which no phone rings any more.
    pub(super) fn end_visit(&mut self, call: u32, exit: VisitExit) {
        let Some(slot) = self.calls[call].visit.get() else { return };
        self.stop_seeking(slot);
        let answered = self.visits[slot].joining.get().map(|leg| self.offers[leg].answered);
        self.say_visit_ended(slot, exit, answered);
        self.calls[call].visit = Link::NONE;
        self.drop_deadlines(slot);
        let visit = self.visits.remove(slot);
        self.needs.release(visit.need);
        if visit.counts() {
            self.lengths[visit.queue.index()] -= 1;
            self.in_queues -= 1;
        }
    }

    fn say_visit_ended(&mut self, visit: u32, exit: VisitExit, answered: Option<Time>) {
        let Visit { id, call, queue, class, cause, started, .. } = self.visits[visit];
        let wait = answered.unwrap_or(self.now) - started;
        let target = self.plan.queues()[queue.index()].rules.target;
        let in_target = answered.is_some() && wait <= target;
        let (call, tier, visit) = (self.calls[call].id, self.calls[call].tier, id);
        self.fact(|| Fact::VisitEnded { visit, call, queue, class, tier, exit, wait, in_target, started, cause });
    }
}
