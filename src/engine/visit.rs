//! A visit: one stay of a call in one queue, from joining to its one exit (G4).

use serde::{Deserialize, Serialize};

use super::Engine;
use super::timer::{Armed, Kind, Timer};
use super::waiting::{Place, Rank};
use super::{CancelReason, Command, Fact, Outcome, VisitExit};
use crate::floor::LadderId;
use crate::ids::{ClassId, NeedId, QueueId, TierId, VisitId};
use crate::time::{Span, Time};

#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Visit {
    pub(super) id: VisitId,
    pub(super) call: u32,
    pub(super) queue: QueueId,
    pub(super) started: Time,
    /// Since when the call counts as waiting, credit apart.
    pub(super) aged_from: Time,
    pub(super) sequence: u64,
    pub(super) class: ClassId,
    pub(super) credit: Span,
    /// Has waited beyond its class's starvation bound.
    pub(super) starving: bool,
    pub(super) need: NeedId,
    pub(super) ladder: LadderId,
    /// The next rung.
    pub(super) rung: u16,
    /// The need's line in which it stands, looking for an agent; `None` while enough phones ring for it.
    pub(super) seeking: Option<Place>,
    /// The first of the offers that ring for it.
    pub(super) offers: Option<u32>,
    /// What waits for the ringing or joining to end.
    pub(super) deferred: Option<Deferred>,
    /// The answer target has passed while the call was being joined.
    pub(super) target_passed_unsaid: bool,
    pub(super) target: Option<Armed>,
    pub(super) starvation: Option<Armed>,
    pub(super) next_rung: Option<Armed>,
    pub(super) wait_limit: Option<Armed>,
}

/// What waits for the ringing or joining to end; a later one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Deferred {
    /// The next rung.
    Rung,
    /// The wait limit.
    WaitLimit,
}

impl Engine {
    /// A call joins a queue, and stands before the first rung of its ladder there. `aged_from` is now, or before if it
    /// comes from another queue and keeps its age.
    pub(super) fn start_visit(&mut self, call: u32, queue: QueueId, aged_from: Time) -> u32 {
        let plan = self.plan.clone();
        let queue_plan = &plan.queues()[queue.index()];
        let (tier, id) = (self.calls[call].tier, self.calls[call].id);
        // What a rung has raised stays raised.
        let (class, credit) = (self.class_at_door(queue, tier), self.credit_at_door(queue, tier));
        let class = self.calls[call].raised_class.map_or(class, |raised| raised.min(class));
        let credit = credit.max(self.calls[call].raised_credit);
        let ladder = tier.map_or(queue_plan.ladder, |tier| queue_plan.tier_ladders[tier.index()]);
        let own_need = self.calls[call].own_need.clone();
        // On arrival this has been tried; a call that is moved goes without its own need rather than nowhere.
        let need = self.needs.both(queue_plan.need, own_need.as_deref()).unwrap_or(queue_plan.need);
        self.needs.hold(need);
        let visit_id = self.next_visit_id();
        let visit = self.visits.insert(Visit {
            id: visit_id,
            call,
            queue,
            started: self.now,
            aged_from,
            sequence: self.calls[call].sequence,
            class,
            credit,
            starving: false,
            need,
            ladder,
            rung: 0,
            seeking: None,
            offers: None,
            deferred: None,
            target_passed_unsaid: false,
            target: None,
            starvation: None,
            next_rung: None,
            wait_limit: None,
        });
        self.calls[call].queue = queue;
        self.calls[call].visit = Some(visit);
        self.lengths[queue.index()] += 1;
        self.fact(Fact::VisitStarted { visit: visit_id, call: id, queue, class, tier, aged_from });
        self.command(Command::Queue { call: id, queue });

        let rules = &queue_plan.rules;
        // Answered at the very target is in target; so it has passed a nanosecond later.
        let after_target = rules.target + Span::from_nanos(1);
        self.visits[visit].target = self.set_visit_timer(visit, after_target, Kind::Target);
        self.visits[visit].wait_limit =
            rules.wait_limit.and_then(|limit| self.set_visit_timer(visit, limit, Kind::WaitLimit));
        self.arm_starvation(visit);
        self.seek(visit);
        visit
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

    /// The visit looks for an agent.
    pub(super) fn seek(&mut self, visit: u32) {
        if self.visits[visit].seeking.is_none() {
            let place = Place { rank: self.rank(visit), visit };
            self.waiting.insert(self.visits[visit].need, place);
            self.visits[visit].seeking = Some(place);
        }
        self.dirty_visits.push(visit);
    }

    /// The visit stops looking.
    pub(super) fn stop_seeking(&mut self, visit: u32) {
        if let Some(place) = self.visits[visit].seeking.take() {
            self.waiting.remove(self.visits[visit].need, &place);
        }
    }

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
        let seeking = self.visits[visit].seeking.is_some();
        self.stop_seeking(visit);
        let before = self.visits[visit].need;
        change(&mut self.visits[visit]);
        let after = self.visits[visit].need;
        self.needs.hold(after);
        self.needs.release(before);
        if seeking {
            self.seek(visit);
        }
    }

    pub(super) fn arm_starvation(&mut self, visit: u32) {
        let Visit { class, started, starving, .. } = self.visits[visit];
        let armed = self.visits[visit].starvation.take();
        self.timers.cancel(armed);
        let bound = self.plan.classes()[class.index()].starvation_bound;
        if let (Some(bound), false) = (bound, starving) {
            let waited = self.now - started;
            let left = Span::from_nanos(bound.as_nanos().saturating_sub(waited.as_nanos()));
            self.visits[visit].starvation = if waited.is_zero() {
                self.set_visit_timer(visit, left, Kind::Starvation)
            } else {
                // What is left of a bound may be of any length.
                let call = self.calls[self.visits[visit].call].id;
                let due = self.now + left;
                self.timers.set_once(Timer { due, kind: Kind::Starvation, call, agent: Timer::NO_AGENT, slot: visit })
            };
        }
    }

    pub(super) fn set_visit_timer(&mut self, visit: u32, span: Span, kind: Kind) -> Option<Armed> {
        let call = self.calls[self.visits[visit].call].id;
        self.timers.set(self.now, span, kind, call, Timer::NO_AGENT, visit)
    }

    pub(super) fn target_due(&mut self, visit: u32) {
        self.visits[visit].target = None;
        let call = self.visits[visit].call;
        if self.calls[call].leg.is_some() {
            self.visits[visit].target_passed_unsaid = true;
        } else {
            self.say_target_passed(visit);
        }
    }

    /// The target passed while the two were being joined, which then failed.
    pub(super) fn say_target_passed_if_unsaid(&mut self, call: u32) {
        if let Some(visit) = self.calls[call].visit
            && self.visits[visit].target_passed_unsaid
        {
            self.say_target_passed(visit);
        }
    }

    fn say_target_passed(&mut self, visit: u32) {
        let Visit { id, call, queue, .. } = self.visits[visit];
        self.visits[visit].target_passed_unsaid = false;
        self.fact(Fact::TargetPassed { visit: id, call: self.calls[call].id, queue });
    }

    pub(super) fn starvation_due(&mut self, visit: u32) {
        self.visits[visit].starvation = None;
        let Visit { id, call, queue, .. } = self.visits[visit];
        self.fact(Fact::StarvationBoundUsed { visit: id, call: self.calls[call].id, queue });
        self.change_rank_or_need(visit, |visit| visit.starving = true);
        self.relist_withdrawable(visit);
    }

    pub(super) fn wait_limit_due(&mut self, visit: u32) {
        self.visits[visit].wait_limit = None;
        let Visit { call, queue, offers, .. } = self.visits[visit];
        let spares_ring = self.plan.queues()[queue.index()].rules.wait_limit_spares_ring;
        if self.calls[call].leg.is_some() || (offers.is_some() && spares_ring) {
            self.visits[visit].deferred = Some(Deferred::WaitLimit);
            self.stop_seeking(visit);
        } else {
            self.time_out(call);
        }
    }

    fn time_out(&mut self, call: u32) {
        self.leave(call, VisitExit::TimedOut);
        let id = self.calls[call].id;
        self.command(Command::EndCall { call: id, outcome: Outcome::TimedOut, reason: None });
        self.end_call(call, Outcome::TimedOut);
    }

    /// Ends the visit of a call that nobody has answered, its ringing phones included.
    pub(super) fn leave(&mut self, call: u32, exit: VisitExit) {
        self.cancel_offers(call, CancelReason::Withdrawn);
        self.end_visit(call, exit);
    }

    /// An offer was not taken, or the two could not be joined: the call goes back to its place (G9), unless another
    /// phone still rings for it, or something has waited for this moment.
    pub(super) fn return_to_place(&mut self, call: u32) {
        let Some(visit) = self.calls[call].visit else { return };
        if self.visits[visit].offers.is_some() {
            return;
        }
        self.say_target_passed_if_unsaid(call);
        match self.visits[visit].deferred.take() {
            None => self.seek(visit),
            Some(Deferred::WaitLimit) => self.time_out(call),
            Some(Deferred::Rung) => {
                self.seek(visit);
                self.climb(visit);
            }
        }
    }

    /// Ends the visit of a call for which no phone rings any more.
    pub(super) fn end_visit(&mut self, call: u32, exit: VisitExit) {
        let Some(slot) = self.calls[call].visit.take() else { return };
        self.stop_seeking(slot);
        let visit = self.visits.remove(slot);
        for timer in [visit.target, visit.starvation, visit.next_rung, visit.wait_limit] {
            self.timers.cancel(timer);
        }
        self.needs.release(visit.need);
        self.lengths[visit.queue.index()] -= 1;
        let answered = self.calls[call].leg.map(|leg| self.offers[leg].answered);
        let wait = answered.unwrap_or(self.now) - visit.started;
        let target = self.plan.queues()[visit.queue.index()].rules.target;
        self.fact(Fact::VisitEnded {
            visit: visit.id,
            call: self.calls[call].id,
            queue: visit.queue,
            class: visit.class,
            tier: self.calls[call].tier,
            exit,
            wait,
            in_target: answered.is_some() && wait <= target,
            started: visit.started,
        });
    }
}
