//! The choice among the idle agents: who of those who meet the need is rung, by the queue's rule.
//!
//! Whoever stands in the best of the queue's groups of preference comes before everybody else; within a group the
//! rule's own key decides, then the longer idle time, then the agent's id. Agents whom a named rule keeps from the call
//! are passed over. With one agent left, he is chosen, whatever the rule.

use super::{By, Idle, Key, Listed, Tournament};
use crate::floor::{Catalogue, Choice};
use crate::ids::{AgentId, NeedId, ProfileId};
use crate::time::Time;

/// For which call somebody is to be chosen, and how.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Request<'a> {
    pub(in crate::engine) choice: Choice,
    /// By profile: the group it is in, 0 for the best; `None` where all are alike.
    pub(in crate::engine) preference: Option<&'a [u8]>,
    pub(in crate::engine) need: NeedId,
    /// Whom the queue has rung last, for those that go round.
    pub(in crate::engine) cursor: Option<AgentId>,
    /// How many are to be rung, where all are rung at once.
    pub(in crate::engine) max: usize,
}

/// The agent chosen for a call, and what decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) struct Chosen {
    pub(in crate::engine) agent: AgentId,
    /// How many met the need, those who are held included.
    pub(in crate::engine) candidates: u32,
    /// The group of preference he is in.
    pub(in crate::engine) preference: u8,
    pub(in crate::engine) key: Key,
    /// Who would have been next, and by which key; nobody where it was by chance.
    pub(in crate::engine) runner_up: Option<(AgentId, Key)>,
}

/// After so many draws without luck, because nearly all whom they met are held, all who are not are counted.
const DRAWS_MAX: usize = 64;

/// An idle agent in the order of choice: the smaller, the earlier chosen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Ranked {
    preference: u8,
    /// The rule's own key.
    key: u64,
    since: Time,
    agent: AgentId,
}

impl Request<'_> {
    fn preference(&self, profile: usize) -> u8 {
        self.preference.and_then(|groups| groups.get(profile)).copied().unwrap_or(0)
    }

    fn chosen(&self, first: Ranked, runner_up: Option<Ranked>, candidates: u32) -> Chosen {
        let Ranked { preference, agent, .. } = first;
        let runner_up = runner_up.map(|next| (next.agent, self.key(&next)));
        Chosen { agent, candidates, preference, key: self.key(&first), runner_up }
    }

    /// The key as it is told.
    fn key(&self, ranked: &Ranked) -> Key {
        let Ranked { key, since: idle_since, agent, .. } = *ranked;
        match self.choice {
            Choice::LongestIdle | Choice::RingAll => Key::IdleSince(idle_since),
            Choice::BestSkilled => Key::Skill { score: score_of(key), idle_since },
            Choice::LeastSkilled => Key::Skill { score: key as u32, idle_since },
            Choice::FewestCalls => Key::Calls { calls: key, idle_since },
            Choice::LeastOccupied => Key::Occupancy { millionths: key, idle_since },
            Choice::Linear | Choice::RoundRobin => Key::Place(agent.0),
            Choice::Random | Choice::WeightedRandom => Key::Chance,
        }
    }
}

/// The greatest score has the smallest key.
fn key_of(score: u32) -> u64 {
    u64::from(u32::MAX - score)
}

fn score_of(key: u64) -> u32 {
    u32::MAX - key as u32
}

impl Idle {
    /// Chooses agents who meet the need and whom `held` does not keep from this call: the first in `chosen`, which is
    /// emptied before, is rung; where all are rung at once, so are those behind him, of the same group of preference.
    /// `draw` gives a number below its argument, for choices by chance.
    pub(in crate::engine) fn choose(
        &self,
        request: &Request<'_>,
        catalogue: &Catalogue,
        held: impl Fn(AgentId) -> bool + Copy,
        draw: impl FnMut(u64) -> u64,
        chosen: &mut Vec<Chosen>,
    ) {
        chosen.clear();
        let profiles = || self.somebody.both(catalogue.profiles_of(request.need));
        let score = |profile| catalogue.score(request.need, ProfileId(profile as u16));
        let best = match request.choice {
            Choice::LongestIdle => self.by_time(request, profiles(), held, |_| 0),
            Choice::BestSkilled => self.by_time(request, profiles(), held, |profile| key_of(score(profile))),
            Choice::LeastSkilled => self.by_time(request, profiles(), held, |profile| u64::from(score(profile))),
            Choice::FewestCalls => self.by_order(request, By::Calls, profiles(), held),
            Choice::LeastOccupied => self.by_order(request, By::Occupancy, profiles(), held),
            Choice::Linear => self.by_order(request, By::Place, profiles(), held),
            Choice::RoundRobin => self.by_turns(request, profiles(), held),
            Choice::Random => return chosen.extend(self.by_chance(request, profiles, held, |_| 1, draw)),
            Choice::WeightedRandom => {
                let weight = |profile| u64::from(catalogue.weight(ProfileId(profile as u16)));
                return chosen.extend(self.by_chance(request, profiles, held, weight, draw));
            }
            Choice::RingAll => return self.all_at_once(request, profiles(), held, chosen),
        };
        chosen.extend(best.first.map(|first| request.chosen(first, best.second, best.candidates)));
    }

    /// The best two by a key of the profile, then idle time.
    fn by_time(
        &self,
        request: &Request<'_>,
        profiles: impl Iterator<Item = usize>,
        held: impl Fn(AgentId) -> bool + Copy,
        key: impl Fn(usize) -> u64,
    ) -> BestTwo {
        let mut best = BestTwo::default();
        for profile in profiles {
            let line = &self.lines[profile];
            let (preference, key) = (request.preference(profile), key(profile));
            best.candidates += line.len();
            for Listed { since, agent } in line.iter().copied().filter(|listed| !held(listed.agent)).take(2) {
                best.enter(Ranked { preference, key, since, agent });
            }
        }
        best
    }

    /// The best two of another order.
    fn by_order(
        &self,
        request: &Request<'_>,
        by: By,
        profiles: impl Iterator<Item = usize>,
        held: impl Fn(AgentId) -> bool + Copy,
    ) -> BestTwo {
        let key = |agent: AgentId| by.key(&self.standings[agent.index()]);
        self.two_of(request, by, profiles, held, key, |tournament, held| tournament.first(held, key))
    }

    /// The next two behind the one whom the queue has rung last, going round.
    fn by_turns(
        &self,
        request: &Request<'_>,
        profiles: impl Iterator<Item = usize>,
        held: impl Fn(AgentId) -> bool + Copy,
    ) -> BestTwo {
        let Some(cursor) = request.cursor else { return self.by_order(request, By::Place, profiles, held) };
        // How far behind the cursor.
        let key = |agent: AgentId| (u64::from(agent.0.wrapping_sub(cursor.0).wrapping_sub(1)), Time::ZERO);
        self.two_of(request, By::Place, profiles, held, key, |tournament, held| tournament.first_behind(cursor, held))
    }

    /// The best two by a key that is asked for whoever comes first in each profile, and for the next there only where the
    /// first of all is of that profile.
    fn two_of(
        &self,
        request: &Request<'_>,
        by: By,
        profiles: impl Iterator<Item = usize>,
        held: impl Fn(AgentId) -> bool + Copy,
        key: impl Fn(AgentId) -> (u64, Time),
        first: impl Fn(&Tournament, &dyn Fn(AgentId) -> bool) -> Option<AgentId>,
    ) -> BestTwo {
        let mut best = BestTwo::default();
        let Some(order) = self.orders.iter().find(|order| order.by == by) else { return best };
        for profile in profiles {
            let (tournament, preference) = (&order.tournaments[profile], request.preference(profile));
            best.candidates += self.lines[profile].len();
            let ranked = |agent: AgentId| {
                let (key, since) = key(agent);
                Ranked { preference, key, since, agent }
            };
            if let Some(winner) = first(tournament, &held)
                && best.enter(ranked(winner))
                && let Some(next) = first(tournament, &|agent| agent == winner || held(agent))
            {
                best.enter(ranked(next));
            }
        }
        best
    }

    /// Draws a place among all of the best group, each place as often as its agent's weight says, and again while nobody
    /// stands there whom the call may have.
    fn by_chance<I: Iterator<Item = usize>>(
        &self,
        request: &Request<'_>,
        profiles: impl Fn() -> I,
        held: impl Fn(AgentId) -> bool + Copy,
        weight: impl Fn(usize) -> u64,
        mut draw: impl FnMut(u64) -> u64,
    ) -> Option<Chosen> {
        let BestTwo { first, candidates, .. } = self.by_time(request, profiles(), held, |_| 0);
        let Ranked { preference, .. } = first?;
        let group = || profiles().filter(|profile| request.preference(*profile) == preference);
        let free = |profile: usize| self.lines[profile].iter().map(|listed| listed.agent).filter(|agent| !held(*agent));

        let places = |profile: usize| self.lines[profile].places() as u64;
        let total = group().map(|profile| weight(profile) * places(profile)).sum();
        let lucky = (0..DRAWS_MAX).find_map(|_| {
            let (profile, place) = drawn(draw(total), group(), &weight, places)?;
            self.lines[profile].at(place).map(|listed| listed.agent).filter(|agent| !held(*agent))
        });
        let agent = lucky.or_else(|| {
            let count = |profile| free(profile).count() as u64;
            let total = group().map(|profile| weight(profile) * count(profile)).sum();
            let (profile, place) = drawn(draw(total), group(), &weight, count)?;
            free(profile).nth(place)
        })?;
        Some(Chosen { agent, candidates, preference, key: Key::Chance, runner_up: None })
    }

    /// The longest idle of the best group, as many as are to be rung.
    fn all_at_once(
        &self,
        request: &Request<'_>,
        profiles: impl Iterator<Item = usize>,
        held: impl Fn(AgentId) -> bool + Copy,
        chosen: &mut Vec<Chosen>,
    ) {
        if request.max == 0 {
            return;
        }
        let mut candidates = 0;
        // In order, one more than are to be rung: the one who would be next.
        let ranked = |chosen: &Chosen| match chosen.key {
            Key::IdleSince(since) => (chosen.preference, since, chosen.agent),
            _ => (chosen.preference, Time::ZERO, chosen.agent),
        };
        for profile in profiles {
            let (line, preference) = (&self.lines[profile], request.preference(profile));
            candidates += line.len();
            for Listed { since, agent } in line.iter().copied().filter(|listed| !held(listed.agent)) {
                let place = chosen.partition_point(|other| ranked(other) < (preference, since, agent));
                if place > request.max {
                    break;
                }
                chosen.truncate(request.max);
                let key = Key::IdleSince(since);
                chosen.insert(place, Chosen { agent, candidates: 0, preference, key, runner_up: None });
            }
        }
        let Some(&Chosen { preference: group, .. }) = chosen.first() else { return };
        let rung = chosen.partition_point(|chosen| chosen.preference == group).min(request.max);
        let runner_up = chosen.get(rung).map(|next| (next.agent, next.key));
        chosen.truncate(rung);
        for chosen in chosen {
            (chosen.candidates, chosen.runner_up) = (candidates, runner_up);
        }
    }
}

/// To whom a number below the sum of weights leads, and to which place there: each of the `places` of a profile takes as
/// many numbers as its weight says.
fn drawn(
    mut number: u64,
    profiles: impl Iterator<Item = usize>,
    weight: impl Fn(usize) -> u64,
    places: impl Fn(usize) -> u64,
) -> Option<(usize, usize)> {
    for profile in profiles {
        let weight = weight(profile);
        let numbers = weight * places(profile);
        if number < numbers {
            return Some((profile, (number / weight) as usize));
        }
        number -= numbers;
    }
    None
}

/// The two smallest of what was entered, out of so many candidates.
#[derive(Default)]
struct BestTwo {
    first: Option<Ranked>,
    second: Option<Ranked>,
    candidates: u32,
}

impl BestTwo {
    /// Whether it is the first now.
    fn enter(&mut self, item: Ranked) -> bool {
        let is_first = self.first.is_none_or(|first| item < first);
        if is_first {
            self.second = self.first.replace(item);
        } else if self.second.is_none_or(|second| item < second) {
            self.second = Some(item);
        }
        is_first
    }
}
