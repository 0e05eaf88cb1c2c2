//! The promises that can be seen in a state, checked the slow and plain way.

use super::Engine;
use super::agent::Agent;
use super::call::Call;
use super::deadlines::Deadline;
use super::offer::{Offer, OfferStage};
use super::visit::Visit;
use super::{LegRole, SlotState};
use crate::ids::AgentId;
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
            let offer = slot.offer.map(|offer| &self.offers[offer]);
            let expected = match offer.map(|offer| (offer.role, offer.stage)) {
                Some((LegRole::Monitor, _)) => SlotState::Monitoring,
                Some((_, OfferStage::Made | OfferStage::Ringing)) => SlotState::Ringing,
                Some((_, OfferStage::Accepted)) => SlotState::Connecting,
                Some((_, OfferStage::Talking)) => SlotState::Talking,
                Some((_, OfferStage::Held)) => SlotState::Holding,
                None if slot.wrapping.is_some() => SlotState::WrapUp,
                None => SlotState::Free,
            };
            self.ensure(slot.state == expected, "G1", || format!("slot {number} is {:?} with {offer:?}", slot.state))?;
            if let Some(offer) = offer {
                let points_back = offer.slot as usize == number && offer.agent == slot.agent;
                self.ensure(points_back, "G1", || format!("slot {number} holds an offer of another slot"))?;
            }
            if let Some((_, queue)) = slot.wrapping {
                let wrap_up = self.plan.queues()[queue.index()].rules.wrap_up;
                let ends = wrap_up.limit().is_none() || slot.wrap_up.is_some() || self.near_end_of_time();
                self.ensure(ends, "G5", || format!("nothing ends the wrap-up in slot {number}"))?;
            }
        }
        for (offer, state) in self.offers.iter() {
            let has_slot = self.slots[state.slot as usize].offer == Some(offer);
            self.ensure(has_slot, "G1", || format!("offer {offer} has lost its slot"))?;
            let watched = match state.stage {
                OfferStage::Made | OfferStage::Ringing => state.limit.is_some(),
                // Who is to be joined with a caller who is called back is watched by that telephone's limit.
                OfferStage::Accepted => state.limit.is_some() || self.is_caller_away(state.call),
                OfferStage::Talking | OfferStage::Held => state.lease.is_some(),
            };
            self.ensure(watched || self.near_end_of_time(), "G5", || format!("nothing ends offer {offer}"))?;
            let call = &self.calls[state.call];
            let visit = call.visit.get().map(|visit| &self.visits[visit]);
            let in_call = self.legs_in(state.call).filter(|leg| *leg == offer).count();
            let rings = visit.map_or(0, |visit| self.ringing(visit).filter(|ringing| *ringing == offer).count());
            let joining = usize::from(visit.is_some_and(|visit| visit.joining == Some(offer)));
            let places = in_call + rings + joining;
            self.ensure(places == 1, "G1", || format!("offer {offer} stands in {places} places of its call"))?;
        }
        for (dial, state) in self.dials.iter() {
            let call = &self.calls[state.call];
            let line = self.calls.particulars(state.call).callback.as_ref().and_then(|callback| callback.line);
            let its = call.dial == Some(dial) || line == Some(dial);
            self.ensure(its, "G1", || format!("telephone {dial} is not its call's"))?;
            let watched = state.limit.is_some() || state.lease.is_some() || line == Some(dial);
            self.ensure(watched || self.near_end_of_time(), "G5", || format!("nothing ends telephone {dial}"))?;
        }
        Ok(())
    }

    fn ringing(&self, visit: &Visit) -> impl Iterator<Item = u32> {
        core::iter::successors(visit.offers.get(), |offer| self.offers[*offer].next)
    }

    fn check_calls(&self) -> Result<(), Violation> {
        for (slot, call) in self.calls.iter() {
            let name = || format!("call {}", call.id);
            self.ensure(self.calls.find(call.id) == Some(slot), "G4", || format!("{} is not in the index", name()))?;
            let serving = self.serving(slot).is_some();
            let somewhere = call.visit.is_some() || serving || call.dial.is_some() || call.at_message;
            self.ensure(somewhere, "G5", || format!("{} is nowhere", name()))?;
            let ends =
                !call.at_message || self.calls.particulars(slot).message_limit.is_some() || self.near_end_of_time();
            self.ensure(ends, "G5", || format!("nothing ends the message of {}", name()))?;
            for leg in self.legs_in(slot) {
                let Offer { call: of, stage, role, .. } = self.offers[leg];
                self.ensure(of == slot, "G1", || format!("{} has another call's leg", name()))?;
                let joined = role == LegRole::Monitor || matches!(stage, OfferStage::Talking | OfferStage::Held);
                self.ensure(joined, "G1", || format!("{} has a leg nobody joined", name()))?;
            }
            let consulted = self.leg_with_role(slot, LegRole::Consult).is_some();
            self.ensure(!consulted || serving, "G5", || format!("{} has somebody consulted by nobody", name()))?;
            let Some(visit) = call.visit.get() else { continue };
            let state = &self.visits[visit];
            self.ensure(state.call == slot, "G4", || format!("{} has another call's visit", name()))?;
            self.ensure(state.counts() || serving, "G5", || format!("{} is consulted about by nobody", name()))?;
            // It looks for an agent, or a phone rings, or it is being joined, or it is not time yet: nothing else.
            let alive = state.looks || state.offers.is_some() || state.joining.is_some();
            let alive = alive || self.looks_not_before(visit).is_some() || self.near_end_of_time();
            self.ensure(alive, "G9", || format!("{} has lost its place", name()))?;
            let awaited =
                state.deadlines.is_pending(Deadline::Await) || state.awaits.is_none() || state.offers.is_some();
            let awaited = awaited || state.joining.is_some() || self.near_end_of_time();
            self.ensure(awaited, "G5", || format!("{} waits for one agent for ever", name()))?;
            for offer in self.ringing(state) {
                let rings = matches!(self.offers[offer].stage, OfferStage::Made | OfferStage::Ringing);
                let own = self.offers[offer].call == slot;
                self.ensure(rings && own, "G1", || format!("{} lists an offer that does not ring for it", name()))?;
            }
            if let Some(leg) = state.joining.get() {
                let joining = self.offers[leg].stage == OfferStage::Accepted && self.offers[leg].call == slot;
                self.ensure(joining, "G1", || format!("{} is joined with nobody who answered", name()))?;
                self.ensure(state.offers.is_none(), "G1", || format!("{} is answered and rung", name()))?;
            }
        }
        Ok(())
    }

    fn check_waiting(&self) -> Result<(), Violation> {
        let mut in_lines = 0;
        for (need, place) in self.waiting.iter() {
            in_lines += 1;
            let visit = self.visits.get(place.visit);
            let agrees = visit.is_some_and(|visit| visit.looks && visit.need == need && visit.awaits.is_none());
            self.ensure(agrees, "G9", || format!("a place in the line of need {need} is nobody's"))?;
            self.ensure(place.rank == self.rank(place.visit), "G3", || format!("visit {} is misplaced", place.visit))?;
            if self.unfinished {
                continue;
            }
            for (agent, _) in self.idle.iter() {
                let fits = self.needs.fits(need, self.agents[agent.index()].profile);
                let enough = self.phones_to_ring(place.visit) == 0;
                let kept = visit.is_some_and(|visit| self.is_kept_from(visit.queue, agent));
                let pair = fits && !enough && !kept && !self.is_held(place.visit, agent);
                self.ensure(!pair, "G2", || format!("visit {} waits beside idle agent {agent}", place.visit))?;
            }
        }
        for (agent, place) in self.awaited.iter() {
            in_lines += 1;
            let visit = self.visits.get(place.visit);
            let agrees = visit.is_some_and(|visit| visit.looks && visit.awaits == Some(agent));
            self.ensure(agrees, "G9", || format!("a place in the line for agent {agent} is nobody's"))?;
            self.ensure(place.rank == self.rank(place.visit), "G3", || format!("visit {} is misplaced", place.visit))?;
            let idle = self.idle.is_listed(agent) && !self.unfinished;
            let pair = idle && !self.is_held_by_name(place.visit, agent);
            self.ensure(!pair, "G2", || format!("visit {} waits beside agent {agent}, who is idle", place.visit))?;
        }
        for (slot, visit) in self.visits.iter() {
            let agrees = self.needs.lane_of(visit.need) == self.plan.lanes.of(visit.queue);
            self.ensure(agrees, "G3", || format!("visit {slot} needs what calls of other queues do"))?;
        }
        let standing = self.visits.iter().filter(|(_, visit)| visit.stands.is_some()).count();
        self.ensure(standing == in_lines, "G9", || format!("{standing} visits stand, {in_lines} places are held"))?;
        let agree = |visit: &Visit| visit.looks == visit.stands.is_some() || (self.unfinished && visit.looks);
        let agree = self.visits.iter().all(|(_, visit)| agree(visit));
        self.ensure(agree, "G9", || "a visit looks for an agent and stands nowhere".into())
    }

    fn check_idle(&self) -> Result<(), Violation> {
        for (agent, state) in self.agents.iter().enumerate() {
            let used = state.slots().filter(|slot| self.slots[*slot as usize].state != SlotState::Free).count();
            self.ensure(used == usize::from(state.busy), "G1", || format!("agent {agent} miscounts his slots"))?;
            let listed = self.idle.is_listed(AgentId(agent as u32));
            self.ensure(listed == state.is_able(), "G2", || format!("agent {agent} is listed idle: {listed}"))?;
            let settled = state.pending.is_none() || state.busy > 0;
            self.ensure(settled, "G5", || format!("agent {agent} has a break pending and nothing in hand"))?;
        }
        let agrees = self.waiting.heads_agree();
        self.ensure(agrees, "G3", || "the heads of the lines are others".into())?;
        let agrees = self.idle.orders_agree();
        self.ensure(agrees, "G2", || "the orders of idle agents hold different people".into())?;
        if self.ringing.is_empty() {
            return Ok(());
        }
        let after = |offer: &u32| self.offers[*offer].rings_after.get();
        let listed = self.ringing.iter().map(|first| core::iter::successors(first.get(), after).count()).sum::<usize>();
        let rings = self.visits.iter().map(|(_, visit)| self.ringing(visit).count()).sum::<usize>();
        self.ensure(listed == rings, "G2", || format!("{rings} phones ring, {listed} are listed"))?;
        Ok(())
    }

    fn check_counts(&self) -> Result<(), Violation> {
        self.ensure(self.calls.indexed() == self.calls.len(), "G4", || "the index has calls that are over".into())?;
        for (queue, length) in self.lengths.iter().enumerate() {
            let counts = |visit: &Visit| visit.queue.index() == queue && visit.counts();
            let visits = self.visits.iter().filter(|(_, visit)| counts(visit)).count();
            self.ensure(visits == *length as usize, "G4", || format!("queue {queue} miscounts its visits"))?;
        }
        let in_queues = self.lengths.iter().sum::<u32>();
        self.ensure(in_queues == self.in_queues, "G4", || format!("{in_queues} visits, {} counted", self.in_queues))?;
        let away = |slot: u32, call: &Call| {
            let in_queue = call.visit.get().is_some_and(|visit| self.visits[visit].counts());
            self.is_caller_away(slot).then_some(in_queue)
        };
        let away: Vec<bool> = self.calls.iter().filter_map(|(slot, call)| away(slot, call)).collect();
        let agrees = away.len() == self.away as usize && away.iter().all(|in_queue| *in_queue);
        self.ensure(agrees, "G12", || format!("{} callers are away, {} counted", away.len(), self.away))?;
        for (team, idle) in self.idle_of_teams.iter().enumerate() {
            let of_team = |agent: &AgentId| self.plan.agents()[agent.index()].team.index() == team;
            let count = self.idle.iter().filter(|(agent, _)| of_team(agent)).count();
            self.ensure(count == *idle as usize, "G2", || format!("{count} of team {team} are idle, {idle} counted"))?;
        }
        for (agent, state) in self.agents.iter().enumerate() {
            let agrees = state.there == self.staff.sets_of(state);
            self.ensure(agrees, "G2", || format!("agent {agent} is counted as there, or is not"))?;
        }
        for profile in 0..self.plan.catalogue.profiles() {
            for set in self.staff.sets() {
                let there = |agent: &&Agent| agent.profile.index() == profile && agent.there >> set.index() & 1 == 1;
                let people = self.agents.iter().filter(there).count() as u32;
                let agrees = self.staff.there(set, profile) == Some(people);
                self.ensure(agrees, "G2", || format!("profile {profile} miscounts its people"))?;
                let staffed = self.staff.staffed(set).contains(profile) == (people > 0);
                self.ensure(staffed, "G2", || format!("profile {profile} is staffed, or is not"))?;
            }
        }
        for (need, users) in self.needs.users() {
            let visits = self.visits.iter().filter(|(_, visit)| visit.need == need).count();
            self.ensure(visits == users as usize, "G12", || format!("need {need} miscounts its visits"))?;
        }
        for (slot, visit) in self.visits.iter() {
            let timer = visit.deadlines.timer();
            let set = timer.map(|timer| (self.timers.due(timer), self.timers.of(timer)));
            let earliest = visit.deadlines.earliest().map(|(due, kind)| (due, (kind, slot)));
            self.ensure(set == earliest, "G8", || format!("visit {slot} is timed for {set:?}, not {earliest:?}"))?;
        }
        let visits = self.visits.iter().map(|(_, visit)| usize::from(visit.deadlines.timer().is_some()));
        let dials = self.dials.iter().map(|(_, dial)| [dial.limit, dial.lease].iter().flatten().count());
        let calls = self.calls.iter().map(|(slot, _)| {
            let call = self.calls.particulars(slot);
            let overdue = call.callback.as_ref().and_then(|callback| callback.overdue);
            [call.message_limit, overdue].iter().flatten().count()
        });
        let offers =
            self.offers.iter().map(|(_, offer)| [offer.limit, offer.reminder, offer.lease].iter().flatten().count());
        let cooling = self.cooling.iter().map(|(_, cooling)| usize::from(cooling.timer.is_some()));
        let agents = self.agents.iter().map(|agent| usize::from(agent.delay.is_some()));
        let slots = self.slots.iter().map(|slot| usize::from(slot.wrap_up.is_some()));
        let owned: usize =
            visits.chain(dials).chain(calls).chain(offers).chain(cooling).chain(agents).chain(slots).sum();
        let set = self.timers.len();
        self.ensure(owned == set, "G8", || format!("{set} timers are set, {owned} are somebody's"))?;
        let late = self.timers.next_due().is_some_and(|due| due < self.now);
        self.ensure(!late, "G8", || "a timer should have fired".into())
    }

    /// Timers that would fall due at the end of time are not set.
    fn near_end_of_time(&self) -> bool {
        self.now.as_nanos() > Time::MAX.as_nanos() / 2
    }
}
