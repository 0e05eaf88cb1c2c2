//! The promises that can be seen in a state, checked the slow and plain way.

use super::Engine;
use super::SlotState;
use super::offer::OfferStage;
use crate::floor::WrapUpPlan;
use crate::time::Time;

/// A broken promise: a bug in the engine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{promise} is broken at {at}: {what}")]
pub struct Violation {
    /// Which promise.
    pub promise: &'static str,
    /// When.
    pub at: Time,
    /// How.
    pub what: String,
}

impl Engine {
    /// Checks every promise that can be seen in a state (G1, G2, G4, G5, G12), and that what is kept twice agrees.
    /// Walks all calls and agents: for tests and simulations.
    ///
    /// # Errors
    /// A [`Violation`] is a bug in this crate.
    pub fn check_invariants(&self) -> Result<(), Violation> {
        self.check_slots()?;
        self.check_calls()?;
        self.check_waiting()?;
        self.check_idle()?;
        self.check_counts()
    }

    fn ensure(&self, holds: bool, promise: &'static str, what: impl FnOnce() -> String) -> Result<(), Violation> {
        if holds { Ok(()) } else { Err(Violation { promise, at: self.now, what: what() }) }
    }

    fn check_slots(&self) -> Result<(), Violation> {
        for (number, slot) in self.slots.iter().enumerate() {
            let stage = slot.offer.map(|offer| self.offers[offer].stage);
            let expected = match stage {
                Some(OfferStage::Made | OfferStage::Ringing) => SlotState::Ringing,
                Some(OfferStage::Accepted) => SlotState::Connecting,
                Some(OfferStage::Talking) => SlotState::Talking,
                Some(OfferStage::Held) => SlotState::Holding,
                None if slot.wrapping.is_some() => SlotState::WrapUp,
                None => SlotState::Free,
            };
            self.ensure(slot.state == expected, "G1", || format!("slot {number} is {:?} with {stage:?}", slot.state))?;
            if let Some(offer) = slot.offer {
                let points_back = self.offers[offer].slot as usize == number && self.offers[offer].agent == slot.agent;
                self.ensure(points_back, "G1", || format!("slot {number} holds an offer of another slot"))?;
            }
            if let Some((_, queue)) = slot.wrapping {
                let until_done = self.plan.queues()[queue.index()].rules.wrap_up == WrapUpPlan::UntilDone;
                let ends = until_done || slot.wrap_up.is_some() || self.near_end_of_time();
                self.ensure(ends, "G5", || format!("nothing ends the wrap-up in slot {number}"))?;
            }
        }
        for (offer, state) in self.offers.iter() {
            let has_slot = self.slots[state.slot as usize].offer == Some(offer);
            self.ensure(has_slot, "G1", || format!("offer {offer} has lost its slot"))?;
            let watched = match state.stage {
                OfferStage::Made | OfferStage::Ringing | OfferStage::Accepted => state.limit.is_some(),
                OfferStage::Talking | OfferStage::Held => state.lease.is_some(),
            };
            self.ensure(watched || self.near_end_of_time(), "G5", || format!("nothing ends offer {offer}"))?;
        }
        Ok(())
    }

    fn check_calls(&self) -> Result<(), Violation> {
        for (slot, call) in self.calls.iter() {
            let name = || format!("call {}", call.id);
            self.ensure(self.index.get(call.id) == Some(slot), "G4", || format!("{} is not in the index", name()))?;
            self.ensure(call.visit.is_some() || call.leg.is_some(), "G5", || format!("{} is nowhere", name()))?;
            if let Some(visit) = call.visit {
                let state = &self.visits[visit];
                self.ensure(state.call == slot, "G4", || format!("{} has another call's visit", name()))?;
                // It looks for an agent, or a phone rings, or it is being joined: nothing else.
                let alive = state.seeking.is_some() || state.offers.is_some() || call.leg.is_some();
                self.ensure(alive, "G9", || format!("{} has lost its place", name()))?;
            }
            if let Some(leg) = call.leg {
                let offer = &self.offers[leg];
                self.ensure(offer.call == slot, "G1", || format!("{} has another call's leg", name()))?;
                let accepted = !matches!(offer.stage, OfferStage::Made | OfferStage::Ringing);
                self.ensure(accepted, "G1", || format!("{} has a leg nobody answered", name()))?;
            }
            let mut offers = call.visit.and_then(|visit| self.visits[visit].offers);
            self.ensure(offers.is_none() || call.leg.is_none(), "G1", || format!("{} is answered and rung", name()))?;
            while let Some(offer) = offers {
                let rings = matches!(self.offers[offer].stage, OfferStage::Made | OfferStage::Ringing);
                let own = self.offers[offer].call == slot;
                self.ensure(rings && own, "G1", || format!("{} lists an offer that does not ring for it", name()))?;
                offers = self.offers[offer].next;
            }
        }
        Ok(())
    }

    fn check_waiting(&self) -> Result<(), Violation> {
        let mut in_lines = 0;
        for (need, place) in self.waiting.iter() {
            in_lines += 1;
            let visit = self.visits.get(place.visit);
            let agrees = visit.is_some_and(|visit| visit.seeking == Some(*place) && visit.need == need);
            self.ensure(agrees, "G9", || format!("a place in the line of need {need} is nobody's"))?;
            self.ensure(place.rank == self.rank(place.visit), "G3", || format!("visit {} is misplaced", place.visit))?;
            if self.unfinished {
                continue;
            }
            for (agent, _) in self.idle.iter() {
                let fits = self.needs.catalogue().fits(need, self.agents[agent.index()].profile);
                let pair = fits && !self.is_held(place.visit, agent);
                self.ensure(!pair, "G2", || format!("visit {} waits beside idle agent {agent}", place.visit))?;
            }
        }
        let seeking = self.visits.iter().filter(|(_, visit)| visit.seeking.is_some()).count();
        self.ensure(seeking == in_lines, "G9", || format!("{seeking} visits look, {in_lines} places are held"))
    }

    fn check_idle(&self) -> Result<(), Violation> {
        for (agent, state) in self.agents.iter().enumerate() {
            let used = state.slots().filter(|slot| self.slots[*slot as usize].state != SlotState::Free).count();
            self.ensure(used == usize::from(state.busy), "G1", || format!("agent {agent} miscounts his slots"))?;
            let listed = state.listed.is_some();
            self.ensure(listed == state.is_able(), "G2", || format!("agent {agent} is listed idle: {listed}"))?;
            let settled = state.pending.is_none() || state.busy > 0;
            self.ensure(settled, "G5", || format!("agent {agent} has a break pending and nothing in hand"))?;
        }
        let listed = self.agents.iter().filter(|agent| agent.listed.is_some()).count();
        let idle = self.idle.iter().count();
        self.ensure(listed == idle, "G2", || format!("{listed} agents are listed, {idle} are idle"))?;
        for (agent, since) in self.idle.iter() {
            let agrees = self.agents[agent.index()].listed == Some(since);
            self.ensure(agrees, "G2", || format!("agent {agent} is idle since another time"))?;
        }
        let agrees = self.idle.orders_agree();
        self.ensure(agrees, "G2", || "the orders of idle agents hold different people".into())?;
        let listed = self.offers.iter().filter(|(_, offer)| offer.withdrawable.is_some()).count();
        let in_lines = self.withdrawable.iter().map(|line| line.len() as usize).sum::<usize>();
        self.ensure(listed == in_lines, "G2", || format!("{listed} offers may be withdrawn, {in_lines} are listed"))?;
        for (offer, state) in self.offers.iter() {
            let Some(place) = state.withdrawable else { continue };
            let ranked = self.calls[state.call].visit.is_some_and(|visit| self.rank(visit) == place.rank);
            self.ensure(ranked, "G2", || format!("offer {offer} is listed under another rank"))?;
        }
        Ok(())
    }

    fn check_counts(&self) -> Result<(), Violation> {
        self.ensure(self.index.len() == self.calls.len(), "G4", || "the index has calls that are over".into())?;
        for (queue, length) in self.lengths.iter().enumerate() {
            let visits = self.visits.iter().filter(|(_, visit)| visit.queue.index() == queue).count();
            self.ensure(visits == *length as usize, "G4", || format!("queue {queue} miscounts its visits"))?;
        }
        for (profile, count) in self.signed_in.iter().enumerate() {
            let of_profile = |agent: &&super::agent::Agent| agent.profile.index() == profile;
            let signed_in = |agent: &&super::agent::Agent| agent.presence != super::Presence::SignedOut;
            let people = self.agents.iter().filter(of_profile).filter(signed_in).count();
            self.ensure(people == *count as usize, "G2", || format!("profile {profile} miscounts its people"))?;
            let staffed = self.staffed.contains(profile) == (people > 0);
            self.ensure(staffed, "G2", || format!("profile {profile} is staffed, or is not"))?;
        }
        for (need, users) in self.needs.users() {
            let visits = self.visits.iter().filter(|(_, visit)| visit.need == need).count();
            self.ensure(visits == users as usize, "G12", || format!("need {need} miscounts its visits"))?;
        }
        let visits = self.visits.iter().map(|(_, visit)| {
            [visit.target, visit.starvation, visit.next_rung, visit.wait_limit].iter().flatten().count()
        });
        let offers =
            self.offers.iter().map(|(_, offer)| [offer.limit, offer.reminder, offer.lease].iter().flatten().count());
        let cooling = self.cooling.iter().map(|(_, cooling)| usize::from(cooling.timer.is_some()));
        let agents = self.agents.iter().map(|agent| usize::from(agent.delay.is_some()));
        let slots = self.slots.iter().map(|slot| usize::from(slot.wrap_up.is_some()));
        let owned: usize = visits.chain(offers).chain(cooling).chain(agents).chain(slots).sum();
        let set = self.timers.len();
        self.ensure(owned == set, "G8", || format!("{set} timers are set, {owned} are somebody's"))?;
        let late = self.timers.first().is_some_and(|timer| timer.due < self.now);
        self.ensure(!late, "G8", || "a timer should have fired".into())
    }

    /// Timers that would fall due at the end of time are not set.
    fn near_end_of_time(&self) -> bool {
        self.now.as_nanos() > Time::MAX.as_nanos() / 2
    }
}
