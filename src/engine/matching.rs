//! Matching: once at the end of each step, every waiting call that can be offered is offered (G2).
//!
//! Before a step no call waits beside an agent who could be rung for it. So only what the step has touched can make a
//! pair: visits that began to look for an agent or may be rung at more of them (*dirty visits*), and agents who can be
//! rung again (*dirty profiles*). Calls are taken in order of rank (G3); the call's queue says how its agent is chosen.

use core::cmp::Reverse;

use super::CancelReason;
use super::Engine;
use super::idle::Chosen;
use super::visit::Visit;
use super::waiting::Place;
use crate::ids::{AgentId, ProfileId};
use crate::mix::mix;

impl Engine {
    /// Makes offers until no pair is left, or as many as `left` allows; whether it is done. What is left over is the
    /// next piece's.
    pub(super) fn match_all(&mut self, left: &mut u32) -> bool {
        self.sort_dirty_visits();
        while *left > 0 {
            *left -= 1;
            let by_visit = self.dirty_visits.last().and_then(|visit| self.seeking_at(*visit));
            let by_agent = self.first_for_dirty_agents();
            let (visit, profile) = match (by_visit, by_agent) {
                (None, None) if self.dirty_visits.pop().is_none() => {
                    self.held_back.clear();
                    return true;
                }
                // It has found an agent, or is gone.
                (None, None) => continue,
                (None, Some((place, profile))) => (place.visit, Some(profile)),
                (Some(place), Some((earlier, profile))) if earlier < place => (earlier.visit, Some(profile)),
                (Some(place), _) => (place.visit, None),
            };
            if profile.is_none() {
                self.dirty_visits.pop();
            }
            let dirty = self.dirty_visits.len();
            match (self.choose(visit), profile, self.seeking_at(visit)) {
                (Some(chosen), _, _) => self.make_offer(visit, chosen),
                (None, Some(profile), Some(place)) => {
                    self.held_back.retain(|(of, _)| *of != profile);
                    self.held_back.push((profile, place));
                }
                (None, _, _) => self.withdraw_for(visit),
            }
            if self.dirty_visits.len() > dirty {
                // A phone was taken: it may be right for those who could not have the others.
                self.held_back.clear();
                self.sort_dirty_visits();
            }
        }
        false
    }

    fn choose(&mut self, visit: u32) -> Option<Chosen> {
        let Visit { queue, need, .. } = self.visits[visit];
        let choice = self.plan.queues()[queue.index()].rules.choice;
        let mut random = self.random;
        let draw = |below: u64| {
            random = random.wrapping_add(0x9e37_79b9_7f4a_7c15);
            // The high half of the product: as even as 64 bits allow (Lemire, 2019, without the rejection step).
            ((u128::from(mix(random)) * u128::from(below)) >> 64) as u64
        };
        let held = self.held_from(visit);
        let is_held = |agent: AgentId| held.binary_search(&agent).is_ok();
        let chosen = self.idle.choose(choice, self.needs.catalogue(), need, is_held, draw);
        self.random = random;
        self.held = held;
        chosen
    }

    fn seeking_at(&self, visit: u32) -> Option<Place> {
        self.visits.get(visit).and_then(|visit| visit.seeking)
    }

    /// Last in the list is first in rank.
    fn sort_dirty_visits(&mut self) {
        let mut dirty = core::mem::take(&mut self.dirty_visits);
        if dirty.len() > 1 {
            dirty.retain(|visit| self.seeking_at(*visit).is_some());
            dirty.sort_unstable_by_key(|visit| Reverse(self.seeking_at(*visit)));
            dirty.dedup();
        }
        self.dirty_visits = dirty;
    }

    /// The first call that an agent who can be rung again could take.
    fn first_for_dirty_agents(&mut self) -> Option<(Place, ProfileId)> {
        let mut best = None;
        let mut from = 0;
        while let Some(index) = self.dirty_profiles.next_from(from) {
            from = index + 1;
            let profile = ProfileId(index as u16);
            let behind = self.held_back.iter().find(|(of, _)| *of == profile).map(|(_, place)| place);
            let first = if self.idle.is_empty(profile) {
                None
            } else {
                self.waiting.first(self.needs.catalogue().needs_of(profile), behind)
            };
            match first {
                None => self.dirty_profiles.remove(index),
                Some(place) => best = best.into_iter().chain([(place, profile)]).min(),
            }
        }
        best
    }

    // --- withdrawing ringing phones ---

    /// A call of a class that may do so, for which nobody is free, takes the phone that rings for the last in rank of
    /// the lower classes; that call goes back to its place. The call then looks again.
    fn withdraw_for(&mut self, visit: u32) {
        let Some(seeker) = self.visits.get(visit) else { return };
        let Some(Place { rank, .. }) = seeker.seeking else { return };
        if !self.plan.classes()[seeker.class.index()].withdraws_ringing {
            return;
        }
        let profiles = self.needs.catalogue().profiles_of(seeker.need);
        let lower = |place: &&Place| {
            let offer = &self.offers[place.visit];
            self.calls[offer.call].visit.is_some_and(|visit| self.visits[visit].class > seeker.class)
                && self.can_be_withdrawn(place.visit)
                && !self.is_held(visit, offer.agent)
        };
        // Who starves may stand before the seeker, in whatever class, and would take the phone back at once.
        let last_of = |profile: usize| {
            let behind = self.withdrawable.get(profile)?.iter().rev().take_while(|place| place.rank > rank);
            { behind }.find(lower)
        };
        let last = profiles.iter().filter_map(last_of).max();
        let Some(&Place { visit: offer, .. }) = last else { return };
        let call = self.offers[offer].call;
        self.cancel_offer(offer, CancelReason::HigherClass);
        self.return_to_place(call);
        self.dirty_visits.push(visit);
    }

    /// Lists an offer among those that an earlier class may withdraw, where the floor has such classes.
    pub(super) fn list_withdrawable(&mut self, offer: u32) {
        if self.withdrawable.is_empty() {
            return;
        }
        let (call, agent) = (self.offers[offer].call, self.offers[offer].agent);
        let Some(visit) = self.calls[call].visit else { return };
        let place = Place { rank: self.rank(visit), visit: offer };
        let profile = self.agents[agent.index()].profile;
        self.withdrawable[profile.index()].insert(place);
        self.offers[offer].withdrawable = Some(place);
    }

    pub(super) fn unlist_withdrawable(&mut self, offer: u32) {
        if let Some(place) = self.offers[offer].withdrawable.take() {
            let profile = self.agents[self.offers[offer].agent.index()].profile;
            self.withdrawable[profile.index()].remove(&place);
        }
    }

    /// The rank of a call has changed while phones ring for it.
    pub(super) fn relist_withdrawable(&mut self, visit: u32) {
        let mut offers = self.visits[visit].offers;
        while let Some(offer) = offers {
            offers = self.offers[offer].next;
            self.unlist_withdrawable(offer);
            self.list_withdrawable(offer);
        }
    }
}
