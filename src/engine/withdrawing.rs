//! Withdrawing: a call of a class that may do so, for which nobody is free, takes a phone that rings for a call of a lower
//! class; that call goes back to its place.
//!
//! The phones that ring stand in lists by their agents' profile, in no order: entering and leaving is done for each
//! offer and must be cheap (an order by rank took 250 instructions more for each call), withdrawing is rare and may
//! look at every phone that rings where the call's need is met.

use super::CancelReason;
use super::Engine;
use super::slab::Link;

impl Engine {
    /// Takes the phone that rings for the last in rank of the lower classes, if there is one. The call then looks again.
    pub(super) fn withdraw_for(&mut self, visit: u32) {
        let Some(seeker) = self.visits.get(visit) else { return };
        if !self.plan.classes()[seeker.class.index()].withdraws_ringing || seeker.awaits.is_some() || !seeker.looks {
            return;
        }
        let rank = self.rank(visit);
        let before_orders = self.is_before_orders(&self.place(visit));
        let withdrawn = |ringing: u32| {
            let offer = &self.offers[ringing];
            let of = self.calls[offer.call].visit.get()?;
            let of_rank = self.rank(of);
            // Who starves may stand before the seeker, in whatever class, and would take the phone back at once.
            let lower = self.visits[of].class > seeker.class && of_rank > rank;
            let takes = lower && self.can_be_withdrawn(ringing) && !self.is_held(visit, offer.agent);
            let takes = takes && !self.would_be_kept_from(seeker.queue, offer.agent);
            // Nor would an agent give his phone to a call that his order puts behind the one that rings.
            let level = |queue| self.level(queue, offer.agent);
            let takes = takes && (before_orders || level(seeker.queue) <= level(self.visits[of].queue));
            takes.then_some((of_rank, ringing))
        };
        let ringing = |profile: usize| {
            let first = self.ringing.get(profile).and_then(|first| first.get());
            core::iter::successors(first, |offer| self.offers[*offer].rings_after.get())
        };
        let profiles = self.needs.profiles_of(seeker.need);
        let last = profiles.iter().flat_map(ringing).filter_map(withdrawn).max();
        let Some((_, offer)) = last else { return };
        let call = self.offers[offer].call;
        self.cancel_offer(offer, CancelReason::HigherClass);
        self.return_to_place(call, false);
        self.dirty_visits.push(visit);
    }

    /// Lists an offer among those that may be withdrawn, where the floor has classes that do so.
    pub(super) fn list_ringing(&mut self, offer: u32) {
        let profile = self.agents[self.offers[offer].agent.index()].profile;
        let Some(first) = self.ringing.get_mut(profile.index()) else { return };
        let after = core::mem::replace(first, Link::to(offer));
        self.offers[offer].rings_after = after;
        if let Some(after) = after.get() {
            self.offers[after].rings_before = Link::to(offer);
        }
    }

    /// Takes an offer out of that list, if it is in it.
    pub(super) fn unlist_ringing(&mut self, offer: u32) {
        let of = &mut self.offers[offer];
        let (before, after, agent) = (of.rings_before.take(), of.rings_after.take(), of.agent);
        if let Some(after) = after {
            self.offers[after].rings_before = before.into();
        }
        match before {
            Some(before) => self.offers[before].rings_after = after.into(),
            None => {
                let profile = self.agents[agent.index()].profile;
                if let Some(first) = self.ringing.get_mut(profile.index()).filter(|first| **first == Link::to(offer)) {
                    *first = after.into();
                }
            }
        }
    }
}
