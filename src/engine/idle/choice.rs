//! The choice among the idle agents: who of those who meet the need is rung, by the queue's rule.
//!
//! Whoever stands in the best of the queue's groups of preference comes before everybody else; within a group the
//! rule's own key decides, then the longer idle time, then the agent's id. Agents whom a named rule keeps from the call
//! are passed over. With one agent left, he is chosen, whatever the rule.
//!
//! What a choice costs: by idle time, calls, occupancy and for the first in order, the heads of the few profiles that
//! may hold the best ([`Heads`](crate::engine::heads::Heads)), however many there are. By skill, whose score is the
//! need's own, a look at every profile that fits and has somebody idle; by chance the same, since each has its share; and
//! in turn the same, with a search in each, since whoever comes next depends on who was last.

use super::{By, Idle, Key, NOBODY, number};
use crate::bits::Bits;
use crate::engine::Why;
use crate::floor::{Catalogue, Choice};
use crate::ids::{AgentId, ProfileId, SkillId};
use crate::time::Time;

/// For which call somebody is to be chosen, and how.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Request<'a> {
    pub(in crate::engine) choice: Choice,
    /// By group, the best first, the profiles in it; empty where all are alike.
    pub(in crate::engine) groups: &'a [Bits],
    /// The profiles that meet the call's need.
    pub(in crate::engine) fits: &'a Bits,
    /// The skills that the need names.
    pub(in crate::engine) skills: &'a [SkillId],
    /// Whom the queue has rung last, for those that go round.
    pub(in crate::engine) cursor: Option<AgentId>,
    /// How many are to be rung, where all are rung at once.
    pub(in crate::engine) max: usize,
}

/// The agent chosen for a call, and what decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) struct Chosen {
    pub(in crate::engine) agent: AgentId,
    /// How many met the need, those who are held included; not counted beyond [`Why::CANDIDATES_MAX`].
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
    key: u32,
    since: Time,
    agent: AgentId,
}

impl Request<'_> {
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
            Choice::LeastSkilled => Key::Skill { score: key, idle_since },
            Choice::FewestCalls => Key::Calls { calls: key.into(), idle_since },
            Choice::LeastOccupied => Key::Occupancy { millionths: key.into(), idle_since },
            Choice::Linear | Choice::RoundRobin => Key::Place(agent.0),
            Choice::Random | Choice::WeightedRandom => Key::Chance,
        }
    }
}

/// The greatest score has the smallest key.
fn key_of(score: u32) -> u32 {
    u32::MAX - score
}

fn score_of(key: u32) -> u32 {
    u32::MAX - key
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
        let fits = request.fits;
        let score = |profile| catalogue.score(request.skills, ProfileId(profile as u16));
        let best = match request.choice {
            Choice::LongestIdle => self.by_time(request, fits, held),
            Choice::BestSkilled => self.by_skill(request, fits, held, |profile| key_of(score(profile))),
            Choice::LeastSkilled => self.by_skill(request, fits, held, score),
            Choice::FewestCalls => self.by_order(request, By::Calls, fits, held),
            Choice::LeastOccupied => self.by_order(request, By::Occupancy, fits, held),
            Choice::Linear => self.by_order(request, By::Place, fits, held),
            Choice::RoundRobin => self.by_turns(request, fits, held),
            Choice::Random => return chosen.extend(self.by_chance(request, fits, held, |_| 1, draw)),
            Choice::WeightedRandom => {
                let weight = |profile| u64::from(catalogue.weight(ProfileId(profile as u16)));
                return chosen.extend(self.by_chance(request, fits, held, weight, draw));
            }
            Choice::RingAll => return self.all_at_once(request, fits, held, chosen),
        };
        if let Some(first) = best.first {
            chosen.push(request.chosen(first, best.second, self.candidates(fits)));
        }
    }

    /// How many meet the need, as far as they are counted.
    fn candidates(&self, fits: &Bits) -> u32 {
        let mut candidates = 0;
        for profile in self.heads.among(|group| fits.word(group)) {
            candidates += self.lines[profile].len();
            if candidates >= Why::CANDIDATES_MAX {
                return Why::CANDIDATES_MAX;
            }
        }
        candidates
    }

    /// The best two by idle time.
    fn by_time(&self, request: &Request<'_>, fits: &Bits, held: impl Fn(AgentId) -> bool + Copy) -> BestTwo {
        self.group_by_group(request, |preference, group, best| {
            self.heads.search(
                |word| fits.word(word) & group(word),
                |profile| {
                    self.enter_first_of(profile, held, best, |since, agent| Ranked {
                        preference,
                        key: 0,
                        since,
                        agent,
                    });
                    best.second.map_or(NOBODY, |second| number((0, second.since), second.agent))
                },
            );
        })
    }

    /// The best two by a key of the profile, then idle time.
    fn by_skill(
        &self,
        request: &Request<'_>,
        fits: &Bits,
        held: impl Fn(AgentId) -> bool + Copy,
        key: impl Fn(usize) -> u32,
    ) -> BestTwo {
        self.group_by_group(request, |preference, group, best| {
            for profile in self.heads.among(|word| fits.word(word) & group(word)) {
                let key = key(profile);
                if best.second.is_some_and(|second| key > second.key) {
                    continue;
                }
                self.enter_first_of(profile, held, best, |since, agent| Ranked { preference, key, since, agent });
            }
        })
    }

    /// The best two of another order.
    fn by_order(&self, request: &Request<'_>, by: By, fits: &Bits, held: impl Fn(AgentId) -> bool + Copy) -> BestTwo {
        let Some(order) = self.orders.iter().find(|order| order.by == by) else { return BestTwo::default() };
        let key = |agent: AgentId| by.key(&self.listed[agent.index()].standing);
        self.group_by_group(request, |preference, group, best| {
            order.heads.search(
                |word| fits.word(word) & group(word),
                |profile| {
                    let tournament = &order.tournaments[profile];
                    best.enter_winners(preference, key, |passed| {
                        tournament.first(|agent| Some(agent) == passed || held(agent), key)
                    });
                    best.second.map_or(NOBODY, |second| number((second.key, second.since), second.agent))
                },
            );
        })
    }

    /// The next two behind the one whom the queue has rung last, going round.
    fn by_turns(&self, request: &Request<'_>, fits: &Bits, held: impl Fn(AgentId) -> bool + Copy) -> BestTwo {
        let Some(cursor) = request.cursor else { return self.by_order(request, By::Place, fits, held) };
        let Some(order) = self.orders.iter().find(|order| order.by == By::Place) else { return BestTwo::default() };
        // How far behind the cursor.
        let key = |agent: AgentId| (agent.0.wrapping_sub(cursor.0).wrapping_sub(1), Time::ZERO);
        self.group_by_group(request, |preference, group, best| {
            for profile in self.heads.among(|word| fits.word(word) & group(word)) {
                let tournament = &order.tournaments[profile];
                best.enter_winners(preference, key, |passed| {
                    tournament.first_behind(cursor, |agent| Some(agent) == passed || held(agent))
                });
            }
        })
    }

    /// The best two, looked for in one group of preference after the other until both are found; the search of a group
    /// is told its number and a mask of its profiles, and never finds a second one in an earlier group.
    fn group_by_group(
        &self,
        request: &Request<'_>,
        search: impl Fn(u8, &dyn Fn(usize) -> u64, &mut BestTwo),
    ) -> BestTwo {
        let mut best = BestTwo::default();
        if request.groups.is_empty() {
            search(0, &|_| u64::MAX, &mut best);
        }
        for (preference, group) in (0..).zip(request.groups) {
            search(preference, &|word| group.word(word), &mut best);
            if best.second.is_some() {
                break;
            }
        }
        best
    }

    /// Enters the longest idle of a profile, and the next there only where he is the first of all.
    #[inline]
    fn enter_first_of(
        &self,
        profile: usize,
        held: impl Fn(AgentId) -> bool + Copy,
        best: &mut BestTwo,
        ranked: impl Fn(Time, AgentId) -> Ranked,
    ) {
        // Hardly anybody is held, and the first of a line is at hand.
        let first = self.lines[profile].first().map(|(since, agent)| (since, AgentId(agent)));
        let first = first.filter(|(_, agent)| !held(*agent)).or_else(|| self.free_in(profile, held).next());
        if let Some((since, agent)) = first
            && best.enter(ranked(since, agent))
            && let Some((since, agent)) = self.free_in(profile, held).nth(1)
        {
            best.enter(ranked(since, agent));
        }
    }

    /// Those of a profile who are not held, the longest idle first.
    fn free_in(&self, profile: usize, held: impl Fn(AgentId) -> bool) -> impl Iterator<Item = (Time, AgentId)> {
        let listed = self.lines[profile].iter().map(|(since, agent)| (since, AgentId(agent)));
        listed.filter(move |(_, agent)| !held(*agent))
    }

    /// Draws a place among all of the best group, each place as often as its agent's weight says, and again while nobody
    /// stands there whom the call may have.
    fn by_chance(
        &self,
        request: &Request<'_>,
        fits: &Bits,
        held: impl Fn(AgentId) -> bool + Copy,
        weight: impl Fn(usize) -> u64,
        mut draw: impl FnMut(u64) -> u64,
    ) -> Option<Chosen> {
        let Ranked { preference, .. } = self.by_time(request, fits, held).first?;
        let of_group = |word| request.groups.get(usize::from(preference)).map_or(u64::MAX, |group| group.word(word));
        let group = || self.heads.ascending(move |word| fits.word(word) & of_group(word));
        let free = |profile: usize| self.free_in(profile, held).map(|(_, agent)| agent);

        let places = |profile: usize| self.lines[profile].places() as u64;
        let total = group().map(|profile| weight(profile) * places(profile)).sum();
        let lucky = (0..DRAWS_MAX).find_map(|_| {
            let (profile, place) = drawn(draw(total), group(), &weight, places)?;
            self.lines[profile].at(place).map(|(_, agent)| AgentId(agent)).filter(|agent| !held(*agent))
        });
        let agent = lucky.or_else(|| {
            let count = |profile| free(profile).count() as u64;
            let total = group().map(|profile| weight(profile) * count(profile)).sum();
            let (profile, place) = drawn(draw(total), group(), &weight, count)?;
            free(profile).nth(place)
        })?;
        Some(Chosen { agent, candidates: self.candidates(fits), preference, key: Key::Chance, runner_up: None })
    }

    /// The longest idle of the best group, as many as are to be rung.
    fn all_at_once(
        &self,
        request: &Request<'_>,
        fits: &Bits,
        held: impl Fn(AgentId) -> bool + Copy,
        chosen: &mut Vec<Chosen>,
    ) {
        if request.max == 0 {
            return;
        }
        let whole = [Bits::default()];
        let all_alike = request.groups.is_empty();
        let groups = if all_alike { &whole } else { request.groups };
        // In order, one more than are to be rung: the one who would be next.
        let ranked = |chosen: &Chosen| match chosen.key {
            Key::IdleSince(since) => (chosen.preference, since, chosen.agent),
            _ => (chosen.preference, Time::ZERO, chosen.agent),
        };
        for (preference, group) in (0..).zip(groups) {
            self.heads.search(
                |word| fits.word(word) & if all_alike { u64::MAX } else { group.word(word) },
                |profile| {
                    for (since, agent) in self.free_in(profile, held) {
                        let place = chosen.partition_point(|other| ranked(other) < (preference, since, agent));
                        if place > request.max {
                            break;
                        }
                        chosen.truncate(request.max);
                        let key = Key::IdleSince(since);
                        chosen.insert(place, Chosen { agent, candidates: 0, preference, key, runner_up: None });
                    }
                    let last = chosen.get(request.max).map(ranked);
                    let last = last.filter(|(of, ..)| *of == preference);
                    last.map_or(NOBODY, |(_, since, agent)| number((0, since), agent))
                },
            );
            if chosen.len() > request.max {
                break;
            }
        }
        let Some(&Chosen { preference: group, .. }) = chosen.first() else { return };
        let rung = chosen.partition_point(|chosen| chosen.preference == group).min(request.max);
        let runner_up = chosen.get(rung).map(|next| (next.agent, next.key));
        chosen.truncate(rung);
        let candidates = self.candidates(fits);
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

/// The two smallest of what was entered.
#[derive(Default)]
struct BestTwo {
    first: Option<Ranked>,
    second: Option<Ranked>,
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

    /// Enters who comes first in a profile, and the next there only where he is the first of all: `first` finds the
    /// first but for one.
    fn enter_winners(
        &mut self,
        preference: u8,
        key: impl Fn(AgentId) -> (u32, Time),
        first: impl Fn(Option<AgentId>) -> Option<AgentId>,
    ) {
        let ranked = |agent: AgentId| {
            let (key, since) = key(agent);
            Ranked { preference, key, since, agent }
        };
        if let Some(winner) = first(None)
            && self.enter(ranked(winner))
            && let Some(next) = first(Some(winner))
        {
            self.enter(ranked(next));
        }
    }
}
