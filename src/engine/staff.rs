//! The staff: by profile, how many agents are there, for each way in which somebody who is signed in may count as absent.

use serde::{Deserialize, Serialize};

use super::Engine;
use super::agent::Agent;
use super::copies::copies;
use super::visit::Visit;
use super::{Endpoint, Outcome, Presence, VisitExit};
use crate::bits::Bits;
use crate::floor::{Absence, Absences, Plan};
use crate::ids::{AgentId, NeedId, ProfileId};

/// The ways to be absent by which agents are counted.
const WAYS: [Absence; 3] = [Absence::NotReady, Absence::Unreachable, Absence::Busy];

#[derive(Debug, Hash, Serialize, Deserialize)]
pub(super) struct Staff {
    /// By set of absences, if the plan asks for it; the first, of no absence but being signed out, always.
    counts: Vec<Option<Count>>,
    /// The sets that are asked for under which an agent is there, by the ways in which he is absent: not ready,
    /// unreachable, busy, a bit each. Looked up at each change of a slot: working it out anew took 150 instructions.
    by_ways: [u8; 8],
    /// The profiles of which the last has gone since calls were last looked at who must leave when all have gone.
    pub(super) gone: Vec<ProfileId>,
    /// The visits that leave; empty between steps, and kept for its room.
    #[serde(skip)]
    leaving: Vec<u32>,
}

copies!(Staff { counts, by_ways, gone, leaving });

#[derive(Debug, Hash, Serialize, Deserialize)]
struct Count {
    /// By profile.
    there: Vec<u32>,
    /// The profiles with somebody there.
    staffed: Bits,
}

copies!(Count { there, staffed });

impl Staff {
    pub(super) fn new(plan: &Plan, profiles: usize) -> Self {
        let rules = plan.queues().iter().map(|queue| &queue.rules);
        let asked = rules.flat_map(|rules| [rules.refuse_when_empty, rules.leave_when_empty]).flatten();
        let mut counts = vec![None; Absences::SETS];
        for set in asked.chain([Absences::default()]) {
            counts[set.index()] = Some(Count { there: vec![0; profiles], staffed: Bits::default() });
        }
        let asked = (0..Absences::SETS).filter(|set| counts[*set].is_some());
        let by_ways = core::array::from_fn(|ways| {
            let absent =
                |set: Absences| WAYS.iter().enumerate().any(|(i, way)| ways >> i & 1 == 1 && set.contains(*way));
            let there = asked.clone().filter(|set| !absent(Absences::from_index(*set)));
            there.fold(0, |sets, set| sets | 1 << set)
        });
        Self { counts, by_ways, gone: Vec::new(), leaving: Vec::new() }
    }

    /// The profiles with somebody there.
    pub(super) fn staffed(&self, absences: Absences) -> &Bits {
        static NOBODY: Bits = Bits::new();
        self.counts[absences.index()].as_ref().map_or(&NOBODY, |count| &count.staffed)
    }

    /// The profiles with somebody signed in.
    pub(super) fn signed_in(&self) -> &Bits {
        self.staffed(Absences::default())
    }

    /// Under which sets, of those that are asked for, this agent is there; a bit each.
    pub(super) fn sets_of(&self, agent: &Agent) -> u8 {
        if agent.presence == Presence::SignedOut {
            return 0;
        }
        let not_ready = agent.presence != Presence::Ready || agent.pending.is_some();
        let unreachable = agent.endpoint == Endpoint::Unregistered;
        let busy = agent.busy >= agent.capacity || agent.endpoint == Endpoint::InUse;
        self.by_ways[usize::from(not_ready) | usize::from(unreachable) << 1 | usize::from(busy) << 2]
    }

    /// Counts an agent of this profile; `leaves_when_empty` are the sets under which it matters that the last has gone.
    fn change(&mut self, profile: ProfileId, before: u8, after: u8, leaves_when_empty: u8) {
        for (set, count) in self.counts.iter_mut().enumerate() {
            let Some(count) = count else { continue };
            let there = &mut count.there[profile.index()];
            match (before >> set & 1, after >> set & 1) {
                (0, 1) => *there += 1,
                (1, 0) => {
                    *there -= 1;
                    if *there == 0 && leaves_when_empty >> set & 1 == 1 && !self.gone.contains(&profile) {
                        self.gone.push(profile);
                    }
                }
                _ => continue,
            }
            count.staffed.set(profile.index(), *there > 0);
        }
    }

    /// The sets of absences that are asked for.
    pub(super) fn sets(&self) -> impl Iterator<Item = Absences> {
        let asked = self.counts.iter().enumerate().filter(|(_, count)| count.is_some());
        asked.map(|(set, _)| Absences::from_index(set))
    }

    /// How many agents of this profile are there.
    pub(super) fn there(&self, absences: Absences, profile: usize) -> Option<u32> {
        self.counts[absences.index()].as_ref().map(|count| count.there[profile])
    }
}

impl Engine {
    /// Counts the agent as he is now.
    pub(super) fn count_staff(&mut self, agent: AgentId) {
        let state = &self.agents[agent.index()];
        let (before, after) = (state.there, self.staff.sets_of(state));
        if before != after {
            self.staff.change(state.profile, before, after, self.leaves_when_empty);
            self.agents[agent.index()].there = after;
        }
    }

    /// Whether anybody who meets this need is there.
    pub(super) fn is_somebody_there(&self, need: NeedId, absences: Absences) -> bool {
        self.needs.profiles_of(need).both(self.staff.staffed(absences)).next().is_some()
    }

    /// Whether a visit that looks for an agent must leave, for nobody is there any more.
    fn must_leave(&self, visit: u32) -> bool {
        let Visit { call, queue, need, looks, offers, awaits, .. } = self.visits[visit];
        let rule = self.plan.queues()[queue.index()].rules.leave_when_empty;
        let waits = looks && offers.is_none() && awaits.is_none();
        let counts = self.visits[visit].counts() && !self.is_caller_away(call) && self.serving(call).is_none();
        waits && counts && rule.is_some_and(|absences| !self.is_somebody_there(need, absences))
    }

    /// A visit has found nobody: where nobody is there at all, it may have to leave. Whether it has.
    pub(super) fn leave_if_nobody_is_there(&mut self, visit: u32) -> bool {
        let leaves = self.visits.get(visit).is_some() && self.must_leave(visit);
        if leaves {
            self.leave_for_good(self.visits[visit].call, VisitExit::NobodyThere, Outcome::NobodyThere);
        }
        leaves
    }

    /// Somebody has gone: calls for which nobody is there any more leave, where their queue says so, as many as `left`
    /// allows; whether it is done.
    #[inline]
    pub(super) fn leave_where_nobody_is_there(&mut self, left: &mut u32) -> bool {
        self.staff.gone.is_empty() || self.leave_where_they_have_gone(left)
    }

    fn leave_where_they_have_gone(&mut self, left: &mut u32) -> bool {
        let mut leaving = core::mem::take(&mut self.staff.leaving);
        let leaves = |set: &Absences| self.leaves_when_empty >> set.index() & 1 == 1;
        let nobody = |need: &NeedId| self.staff.sets().filter(leaves).any(|set| !self.is_somebody_there(*need, set));
        // Only needs that have lost somebody.
        let gone = self.staff.gone.iter().map(|profile| self.needs.needs_of(*profile));
        let needs = self.waiting.among(|group| gone.clone().fold(0, |needs, of| needs | of(group))).filter(nobody);
        let places = needs.flat_map(|need| self.waiting.of(need)).map(|place| place.visit);
        leaving.extend(places.filter(|visit| self.must_leave(*visit)).take(*left as usize));
        // Those who have just begun to look stand in no line yet, and leave in one order with the others.
        let looks = |visit: &u32| self.visits.get(*visit).is_some_and(|visit| visit.looks && visit.stands.is_none());
        leaving.extend(self.dirty_visits.iter().copied().filter(|visit| looks(visit) && self.must_leave(*visit)));
        leaving.sort_unstable_by_key(|visit| (self.visits[*visit].need, self.place(*visit)));
        leaving.dedup();
        leaving.truncate(*left as usize);
        for visit in leaving.drain(..) {
            *left -= 1;
            self.leave_if_nobody_is_there(visit);
        }
        self.staff.leaving = leaving;
        if *left > 0 {
            self.staff.gone.clear();
        }
        *left > 0
    }
}
