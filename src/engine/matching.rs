//! Matching: once at the end of each step, every waiting call that can be offered is offered (G2).
//!
//! Before a step no call waits beside an agent who could be rung for it. So only what the step has touched can make a
//! pair: visits that began to look for an agent or may be rung at more of them (*dirty visits*), and agents who can be
//! rung again (*dirty profiles*). Calls are taken in order of rank (G3), or as the agents' orders of queues say; the call's
//! queue says how its agent is chosen.

use core::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::Engine;
use super::Key;
use super::idle::{Chosen, Request};
use super::order::Stage;
use super::visit::Visit;
use super::waiting::Place;
use crate::bits::Bits;
use crate::floor::Choice;
use crate::ids::{AgentId, ProfileId};
use crate::mix::mix;

/// The profiles of agents who can be rung again, each once.
#[derive(Clone, Debug, Default, Hash, Serialize, Deserialize)]
pub(super) struct Dirty {
    list: Vec<ProfileId>,
    /// Which are in the list.
    listed: Bits,
}

impl Dirty {
    pub(super) fn insert(&mut self, profile: ProfileId) {
        if !self.listed.contains(profile.index()) {
            self.listed.insert(profile.index());
            self.list.push(profile);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn retain(&mut self, mut keep: impl FnMut(ProfileId) -> bool) {
        let Self { list, listed } = self;
        list.retain(|profile| {
            let keeps = keep(*profile);
            if !keeps {
                listed.remove(profile.index());
            }
            keeps
        });
    }
}

impl Engine {
    /// Makes offers until no pair is left, or as many as `left` allows; whether it is done. What is left over is the
    /// next piece's.
    #[inline]
    pub(super) fn match_all(&mut self, left: &mut u32) -> bool {
        // Most inputs leave nothing to match.
        (self.is_nothing_dirty() && self.staff.gone.is_empty()) || self.match_what_is_dirty(left)
    }

    fn match_what_is_dirty(&mut self, left: &mut u32) -> bool {
        if !self.leave_where_nobody_is_there(left) {
            return false;
        }
        self.sort_dirty_visits();
        let mut lined_up = self.line_up();
        while *left > 0 {
            *left -= 1;
            if self.is_nothing_dirty() {
                return self.have_matched(left);
            }
            let by_profile = self.first_for_dirty_profiles();
            let by_name = self.first_for_awaited_agents();
            let by_agent = match (by_profile, by_name) {
                (Some((place, ..)), Some(by_name)) if by_name < place => Some((by_name, None)),
                (Some((place, stage, profile)), _) => Some((place, Some((stage, profile)))),
                (None, by_name) => by_name.map(|place| (place, None)),
            };
            let by_visit = self.dirty_visits.last().and_then(|visit| self.seeking_at(*visit));
            let (visit, by) = match (by_visit, by_agent) {
                (None, None) if self.dirty_visits.pop().is_none() => return self.have_matched(left),
                // It has found an agent, or is gone.
                (None, None) => continue,
                (None, Some((place, profile))) => (place.visit, Some(profile)),
                // Who has lined up is found there if anybody can take it.
                (Some(place), Some((earlier, profile))) if lined_up || earlier < place => {
                    (earlier.visit, Some(profile))
                }
                (Some(place), _) => (place.visit, None),
            };
            if by.is_none() {
                self.dirty_visits.pop();
            }
            let dirty = self.dirty_visits.len();
            let mut chosen = core::mem::take(&mut self.chosen);
            self.choose(visit, &mut chosen);
            if !chosen.is_empty() {
                self.make_offers(visit, &chosen);
            } else if let (Some(Some((stage, profile))), Some(place)) = (by, self.seeking_at(visit)) {
                self.held_back.retain(|(of, ..)| *of != profile);
                self.held_back.push((profile, stage, place));
            } else if self.phones_to_ring(visit) == 0 {
                self.stop_seeking(visit);
            } else if !self.leave_if_nobody_is_there(visit) {
                self.withdraw_for(visit);
                self.stand_in_line(visit);
            }
            self.chosen = chosen;
            if self.dirty_visits.len() > dirty {
                // A phone was taken: it may be right for those who could not have the others.
                self.held_back.clear();
                self.sort_dirty_visits();
                lined_up |= self.line_up();
            }
        }
        false
    }

    fn is_nothing_dirty(&self) -> bool {
        self.dirty_visits.is_empty() && self.dirty_profiles.is_empty() && self.dirty_awaited.is_empty()
    }

    /// No pair is left. Whether that is all.
    fn have_matched(&mut self, left: &mut u32) -> bool {
        self.held_back.clear();
        // Who has just been rung may have been the last who was there for others.
        self.leave_where_nobody_is_there(left)
    }

    /// Offers the call to those chosen. Where ring-all lets others join later, it looks on.
    fn make_offers(&mut self, visit: u32, chosen: &[Chosen]) {
        for chosen in chosen {
            self.make_offer(visit, *chosen);
        }
        if self.rings_on(visit) {
            self.seek(visit);
        }
    }

    /// Whether further phones are to be rung for a call for which some ring: where ring-all lets others join.
    #[inline]
    pub(super) fn rings_on(&self, visit: u32) -> bool {
        let Visit { queue, awaits, deferred, .. } = self.visits[visit];
        let rules = &self.plan.queues()[queue.index()].rules;
        let joins = rules.choice == Choice::RingAll && rules.ring_all_joins && awaits.is_none();
        joins && deferred.is_none() && self.phones_to_ring(visit) > 0
    }

    /// How many phones may be rung for this visit now.
    #[inline]
    pub(super) fn phones_to_ring(&self, visit: u32) -> usize {
        let Visit { queue, offers, .. } = self.visits[visit];
        let rules = &self.plan.queues()[queue.index()].rules;
        match rules.choice {
            Choice::RingAll => {
                let ringing = core::iter::successors(offers.get(), |offer| self.offers[*offer].next).count();
                usize::from(rules.ring_all_max).saturating_sub(ringing)
            }
            _ => 1,
        }
    }

    fn choose(&mut self, visit: u32, chosen: &mut Vec<Chosen>) {
        chosen.clear();
        let Visit { queue, need, awaits, .. } = self.visits[visit];
        if let Some(agent) = awaits {
            if self.idle.is_listed(agent) && !self.is_held_by_name(visit, agent) {
                chosen.push(Chosen { agent, candidates: 1, preference: 0, key: Key::ByName, runner_up: None });
            }
            return;
        }
        let max = self.phones_to_ring(visit);
        if max == 0 {
            return;
        }
        let mut random = self.random;
        let mut draw = |below: u64| {
            random = random.wrapping_add(0x9e37_79b9_7f4a_7c15);
            // The high half of the product: as even as 64 bits allow (Lemire, 2019, without the rejection step).
            ((u128::from(mix(random)) * u128::from(below)) >> 64) as u64
        };
        let mut held = self.held_from(visit);
        let mut open = core::mem::take(&mut self.open);
        let fits = self.needs.profiles_of(need);
        let is_partly_closed = self.open_to(queue, fits, &mut open);
        let queue_plan = &self.plan.queues()[queue.index()];
        let request = Request {
            choice: queue_plan.rules.choice,
            groups: &queue_plan.groups,
            fits: if is_partly_closed { &open } else { fits },
            skills: self.needs.skills_of(need),
            cursor: self.cursors[queue.index()],
            max,
        };
        loop {
            let is_held = |agent: AgentId| held.binary_search(&agent).is_ok();
            self.idle.choose(&request, self.needs.catalogue(), is_held, &mut draw, chosen);
            let all_at_once = request.choice == Choice::RingAll && !queue_plan.reserve.is_empty();
            if !all_at_once || !self.hold_too_many(queue, chosen, &mut held) {
                break;
            }
        }
        self.random = random;
        self.held = held;
        self.open = open;
    }

    fn seeking_at(&self, visit: u32) -> Option<Place> {
        let seeks = self.visits.get(visit).is_some_and(|visit| visit.looks);
        seeks.then(|| self.place(visit))
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
    fn first_for_dirty_profiles(&mut self) -> Option<(Place, Stage, ProfileId)> {
        if self.dirty_profiles.is_empty() {
            return None;
        }
        let mut best = None;
        let mut dirty = core::mem::take(&mut self.dirty_profiles);
        dirty.retain(|profile| {
            if self.idle.is_empty(profile) {
                return false;
            }
            let behind = self.held_back.iter().find(|(of, ..)| *of == profile);
            let first = self.first_takeable(profile, behind.map(|(_, stage, place)| (*stage, *place)));
            if let Some((stage, place)) = first
                && best.is_none_or(|(of, _, other)| (place, profile) < (of, other))
            {
                best = Some((place, stage, profile));
            }
            first.is_some()
        });
        self.dirty_profiles = dirty;
        best
    }

    /// The first call that waits for an agent alone who can be rung again.
    fn first_for_awaited_agents(&mut self) -> Option<Place> {
        if self.dirty_awaited.is_empty() {
            return None;
        }
        let mut agents = core::mem::take(&mut self.dirty_awaited);
        let first = |agent: &AgentId| {
            let mut places = self.awaited.of(*agent).filter(|_| self.idle.is_listed(*agent));
            places.find(|place| !self.is_held_by_name(place.visit, *agent))
        };
        agents.retain(|agent| first(agent).is_some());
        let earliest = agents.iter().filter_map(first).min();
        self.dirty_awaited = agents;
        earliest
    }
}
