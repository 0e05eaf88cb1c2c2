//! The ladder: what happens to a call, rung by rung, while nobody answers it. One mechanism for relaxation, overflow
//! (E2), escalation (E1) and VIP treatment (E3).

use super::Engine;
use super::deadlines::Deadline;
use super::visit::Stay;
use super::visit::{Deferred, Visit};
use super::{CancelReason, Command, EndedBy, Fact, Outcome, Passed, VisitCause, VisitExit};
use crate::floor::{CatalogueFull, ConditionPlan, Exit, RungPlan};
use crate::ids::NeedId;
use crate::time::Span;

/// What has become of a visit that was to take a rung.
enum Climbed {
    /// The next rung is due at once.
    On,
    /// The call has been moved and stands before the first rung of another queue.
    Moved(u32),
    /// The next rung has its time, or there is none, or it waits for the ringing to end, or the call is over.
    Done,
}

impl Engine {
    pub(super) fn rung_due(&mut self, visit: u32) {
        self.deadline_passed(visit, Deadline::Rung);
        self.climb(visit);
    }

    /// The visit stands before its next rung: one that is due at once is taken in this very step, so that nobody is
    /// rung for zero seconds; any other gets its timer.
    pub(super) fn await_next_rung(&mut self, visit: u32) {
        if self.next_rung_is_at_once(visit) {
            self.climb(visit);
        }
    }

    /// Takes the next rung, and those after it that are due at once or follow one that brought nobody; in the queue a
    /// rung moves the call to, the first rungs of its ladder likewise.
    pub(super) fn climb(&mut self, visit: u32) {
        let mut climbing = Some(visit);
        while let Some(visit) = climbing {
            climbing = match self.take_next_rung(visit) {
                Climbed::On => Some(visit),
                Climbed::Moved(to) => self.next_rung_is_at_once(to).then_some(to),
                Climbed::Done => None,
            };
        }
    }

    /// Whether the next rung is due at once; if it is not, and there is one, it gets its timer.
    fn next_rung_is_at_once(&mut self, visit: u32) -> bool {
        self.visits[visit].on_ladder = true;
        let Visit { ladder, rung, .. } = self.visits[visit];
        match self.plan.ladders[ladder.0 as usize].rungs.get(usize::from(rung)).map(|rung| rung.after) {
            Some(Span::ZERO) => return true,
            Some(after) => self.set_deadline(visit, Deadline::Rung, self.now + after),
            None => {}
        }
        false
    }

    fn take_next_rung(&mut self, visit: u32) -> Climbed {
        let Visit { id, call, queue, ladder, rung: number, offers, deferred, .. } = self.visits[visit];
        let plan = self.plan.clone();
        let Some(rung) = plan.ladders[ladder.0 as usize].rungs.get(usize::from(number)) else { return Climbed::Done };
        let replaces = rung.exit.is_some() || (rung.need.is_some() && !rung.widens);
        let joining = self.visits[visit].joining.is_some();
        if deferred == Some(Deferred::WaitLimit) {
            // It is about to leave.
            return Climbed::Done;
        }
        if joining || (offers.is_some() && replaces && !rung.now) {
            self.visits[visit].deferred = Some(Deferred::Rung);
            // Nobody more is rung for what is about to change.
            self.stop_seeking(visit);
            let call = self.calls[call].id;
            self.fact(|| Fact::RungDeferred { visit: id, call, queue, rung: number });
            return Climbed::Done;
        }
        self.visits[visit].rung += 1;
        let holds = |condition: &ConditionPlan| self.condition_holds(visit, condition);
        if !rung.only_if.as_ref().is_none_or(holds) || rung.unless.as_ref().is_some_and(holds) {
            // What follows does not include what this rung would have done.
            self.visits[visit].ladder = rung.otherwise.unwrap_or(ladder);
            self.say_passed(visit, number, Passed::Condition);
            return if self.next_rung_is_at_once(visit) { Climbed::On } else { Climbed::Done };
        }
        if let Some(exit) = &rung.exit {
            return self.take_exit(visit, number, rung, exit);
        }
        let (need, passed) = self.need_at(visit, rung);
        match passed {
            Some(why) => self.say_passed(visit, number, why),
            None => self.say_reached(visit, number, rung),
        }
        self.take_rung(visit, rung, need, passed.is_none());
        if passed.is_some() || self.next_rung_is_at_once(visit) { Climbed::On } else { Climbed::Done }
    }

    /// What the call needs from this rung on, if the rung changes that, and why the rung is passed, if it is.
    fn need_at(&mut self, visit: u32, rung: &RungPlan) -> (Option<NeedId>, Option<Passed>) {
        let Some(planned) = rung.need else { return (None, None) };
        let own = self.calls.particulars(self.visits[visit].call).own_need.clone();
        match self.needs.both(planned, own.as_deref()) {
            Ok(need) if self.has_people(self.visits[visit].need, need, rung.widens) => (Some(need), None),
            // They may yet sign in, so the need changes all the same.
            Ok(need) => (Some(need), Some(Passed::NobodySignedIn)),
            Err(CatalogueFull) => (None, Some(Passed::NeedsFull)),
        }
    }

    /// Changes what the rung changes.
    fn take_rung(&mut self, visit: u32, rung: &RungPlan, need: Option<NeedId>, adds_people: bool) {
        if need.is_some() && !rung.widens {
            let call = self.visits[visit].call;
            self.cancel_offers(call, CancelReason::Withdrawn);
            let Visit { awaits, cause, .. } = self.visits[visit];
            let in_time = self.visits[visit].deadlines.is_pending(Deadline::Await);
            let will_come = |agent| in_time && self.is_awaitable(agent);
            if awaits.is_some_and(|agent| !will_come(agent)) && !matches!(cause, VisitCause::TakenOver { .. }) {
                // While his phone rang, the time to wait for him alone has passed, or he has asked to go.
                self.await_anybody(visit);
            }
        }
        self.change_rank_or_need(visit, |visit| visit.need = need.unwrap_or(visit.need));
        if self.visits[visit].counts() {
            self.raise(visit, rung.class, rung.credit);
        }
        // A phone that rings is left alone, and another is added.
        if self.visits[visit].offers.is_none() || (need.is_some() && adds_people) {
            self.seek(visit);
        }
        self.tell(visit, rung);
    }

    fn tell(&mut self, visit: u32, rung: &RungPlan) {
        let Visit { call, queue, .. } = self.visits[visit];
        let call = self.calls[call].id;
        // Nobody waits here while a colleague is consulted.
        let notify = if self.visits[visit].counts() { &*rung.notify } else { &[] };
        for whom in notify {
            self.command(|| Command::Notify { whom: whom.clone(), call, queue });
        }
        if self.is_caller_waiting(visit) {
            if rung.offers_message {
                self.command(|| Command::OfferMessage { call, queue });
            }
            if rung.offers_callback {
                self.command(|| Command::OfferCallback { call, queue });
            }
        }
    }

    /// Whether anybody signed in is new to the need, or meets it at all where it replaces the one before.
    fn has_people(&self, before: NeedId, after: NeedId, widens: bool) -> bool {
        let needs = &self.needs;
        let people = needs.profiles_of(after);
        if widens {
            people.without(needs.profiles_of(before)).any(|profile| self.staff.signed_in().contains(profile))
        } else {
            people.both(self.staff.signed_in()).next().is_some()
        }
    }

    fn take_exit(&mut self, visit: u32, number: u16, rung: &RungPlan, exit: &Exit) -> Climbed {
        let Visit { call, aged_from, .. } = self.visits[visit];
        let to_queue = matches!(exit, Exit::ToQueue { .. }) && self.is_caller_away(call);
        if !to_queue && !self.is_caller_waiting(visit) {
            self.say_passed(visit, number, Passed::CallerAway);
            return Climbed::On;
        }
        if let Exit::ToQueue { queue: to, .. } = exit
            && let Err(why) = self.check_move(call, *to)
        {
            self.say_passed(visit, number, why);
            return Climbed::On;
        }
        self.say_reached(visit, number, rung);
        self.tell(visit, rung);
        let id = self.calls[call].id;
        match exit {
            Exit::ToQueue { queue: to, reset_age } => {
                self.leave(call, VisitExit::Overflowed { to: *to });
                self.calls[call].moves += 1;
                if *reset_age {
                    self.sequence += 1;
                    self.calls[call].sequence = self.sequence;
                }
                let aged_from = if *reset_age { self.now } else { aged_from };
                return Climbed::Moved(self.start_visit(call, Stay::new(*to, aged_from, VisitCause::Overflowed)));
            }
            Exit::Message => {
                self.leave(call, VisitExit::Message);
                self.start_message(call);
            }
            Exit::ToNumber(number) => {
                self.leave(call, VisitExit::Diverted);
                self.command(|| Command::Divert { call: id, number: number.clone() });
                self.end_call(call, EndedBy::Switch, Outcome::Diverted);
            }
            Exit::Disconnect(reason) => {
                self.leave(call, VisitExit::Disconnected);
                let (outcome, reason) = (Outcome::Disconnected, Some(reason.clone()));
                self.command(|| Command::EndCall { call: id, outcome, reason });
                self.end_call(call, EndedBy::Switch, outcome);
            }
        }
        Climbed::Done
    }

    /// Whether the caller waits on the line, and nowhere but here: neither with an agent nor to be called back.
    fn is_caller_waiting(&self, visit: u32) -> bool {
        let call = self.visits[visit].call;
        self.serving(call).is_none() && !self.is_caller_away(call)
    }

    /// Whether everything holds that a condition names.
    fn condition_holds(&self, visit: u32, condition: &ConditionPlan) -> bool {
        let Visit { queue, need, aged_from, .. } = self.visits[visit];
        let ConditionPlan { nobody_signed_in, length, waited, hours, days } = condition;
        let moment = || self.plan.calendar().moment(self.utc()?);
        let nobody = || self.needs.profiles_of(need).both(self.staff.signed_in()).next().is_none();
        (!nobody_signed_in || nobody())
            && length.is_none_or(|length| self.lengths[queue.index()] >= length)
            && waited.is_none_or(|waited| self.now - aged_from >= waited)
            && hours.is_none_or(|hours| moment().is_some_and(|moment| hours.contains(moment)))
            && days.is_none_or(|days| moment().is_some_and(|moment| days.contains(moment)))
    }

    fn say_reached(&mut self, visit: u32, number: u16, rung: &RungPlan) {
        let Visit { id, call, queue, .. } = self.visits[visit];
        let call = self.calls[call].id;
        self.fact(|| Fact::RungReached { visit: id, call, queue, rung: number, effect: rung.effect });
    }

    fn say_passed(&mut self, visit: u32, number: u16, why: Passed) {
        let Visit { id, call, queue, .. } = self.visits[visit];
        let call = self.calls[call].id;
        self.fact(|| Fact::RungPassed { visit: id, call, queue, rung: number, why });
    }
}
