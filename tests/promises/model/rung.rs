//! What the model makes of a rung of the ladder: whether it was to be taken, and what it changes.

use super::*;

impl Model {
    pub(super) fn rung(&mut self, id: VisitId, number: u16, passed: Option<Passed>, at: Time) {
        let plan = self.plan.clone();
        let seen = &self.visits[&id];
        let taken = seen.way.rung(&plan, number).expect("there is such a rung");
        self.check_condition(id, taken.planned(), passed == Some(Passed::Condition), at);
        if passed == Some(Passed::Condition) {
            let seen = self.visit(id);
            seen.way = seen.way.without(&plan, number);
            return;
        }
        if let Some(exit) = taken.planned().and_then(|rung| rung.exit.as_ref()) {
            if let Exit::ToQueue { queue, .. } = exit
                && passed != Some(Passed::CallerAway)
            {
                let expected = self.cannot_move(seen.call, *queue);
                // A rung that has waited for a phone to stop ringing comes before the ends of delays of the same instant.
                let not_free_yet = self.frees_now && passed == Some(Passed::QueueFull);
                assert!(expected == passed || not_free_yet, "to queue {queue}: {passed:?}, not {expected:?}");
            }
            self.visit(id).reset = matches!(exit, Exit::ToQueue { reset_age: true, .. });
            return;
        }
        let widens = taken.planned().is_none_or(|rung| rung.widens);
        let need = taken.need(&plan).filter(|_| passed != Some(Passed::NeedsFull));
        if let Some(need) = need.clone() {
            let needs = self.with_own(seen.call, need);
            let before = core::mem::replace(&mut self.visit(id).needs, needs);
            let after = &self.visits[&id].needs;
            let fits = |needs: &[Need], agent: usize| needs.iter().all(|need| need.met_by(&self.profiles[agent]));
            let signed_in = |agent: &usize| self.agents[*agent].presence != Presence::SignedOut;
            let mut people = (0..self.agents.len()).filter(signed_in);
            let brings = people.any(|agent| fits(after, agent) && !(widens && fits(&before, agent)));
            assert_eq!(brings, passed.is_none(), "rung {number} brings somebody: {brings}");
        }
        // Whoever is consulted, the caller's own rank stays as it is.
        let ranked = taken.planned().filter(|_| !matches!(self.visits[&id].cause, VisitCause::Consult { .. }));
        let (class, credit) = (ranked.and_then(|rung| rung.class), ranked.and_then(|rung| rung.credit));
        let seen = self.visit(id);
        seen.seeking |= seen.ringing.is_empty() || (need.is_some() && passed.is_none());
        seen.class = class.unwrap_or(seen.class);
        seen.credit = credit.unwrap_or(seen.credit);
        seen.looks_anew = true;
        seen.stops_ringing |= need.is_some() && !widens;
        assert!(!seen.over, "a call whose wait limit has passed does not climb");
        let call = seen.call;
        let call = self.calls.get_mut(&call).expect("it came");
        call.class = class.or(call.class);
        call.credit = credit.unwrap_or(call.credit);
        call.set_class = call.set_class.filter(|_| class.is_none());
        call.set_credit = call.set_credit.filter(|_| credit.is_none());
    }

    /// A rung whose condition holds is taken, and no other; what hangs on the time of day is not known here.
    fn check_condition(&self, id: VisitId, rung: Option<&RungPlan>, failed: bool, at: Time) {
        let Some(rung) = rung else { return assert!(!failed, "there is no condition") };
        let visit = &self.visits[&id];
        let counts = |other: &&Visit| other.queue == visit.queue && !matches!(other.cause, VisitCause::Consult { .. });
        let length = self.visits.values().filter(counts).count() as u32;
        let signed_in = |agent: &AgentId| self.agents[agent.index()].presence != Presence::SignedOut;
        let nobody = !self.all_agents().filter(signed_in).any(|agent| self.fits(visit, agent));
        let holds = |condition: &ConditionPlan| {
            let known = condition.length.is_none_or(|least| length >= least)
                && condition.waited.is_none_or(|least| at - visit.aged_from >= least)
                && (!condition.nobody_signed_in || nobody);
            let hangs_on_the_hour = condition.hours.is_some() || condition.days.is_some();
            Some(known).filter(|known| !(*known && hangs_on_the_hour))
        };
        let only_if = rung.only_if.as_ref().map_or(Some(true), holds);
        let unless = rung.unless.as_ref().map_or(Some(false), holds);
        match (only_if, unless) {
            (Some(false), _) | (_, Some(true)) => assert!(failed, "its condition does not hold"),
            (Some(true), Some(false)) => assert!(!failed, "its condition holds"),
            _ => {}
        }
    }
}
