//! The idle agents, by profile: whoever can be rung now, and the choice among them.
//!
//! Each way of choosing is one arm of [`Idle::choose`] over orders kept here; the keys are taken when an agent is
//! listed, so the order changes only with events. A new way of choosing is a new arm, and an order of its own if it
//! needs one.

use serde::{Deserialize, Serialize};

use super::Key;
use super::line::Line;
use crate::bits::Bits;
use crate::floor::{Catalogue, Choice};
use crate::ids::{AgentId, NeedId, ProfileId};
use crate::time::Time;

/// An idle agent in the order of idle time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Listed {
    since: Time,
    agent: AgentId,
}

#[derive(Clone, Debug, Default, Hash, Serialize, Deserialize)]
pub(super) struct Idle {
    /// By profile, in order of idle time.
    lines: Vec<Line<Listed>>,
    /// By profile, in order of agents; kept only where a queue chooses linearly.
    places: Option<Vec<Line<AgentId>>>,
    /// The profiles with somebody idle.
    somebody: Bits,
}

/// The agent chosen for a call, and what decided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chosen {
    pub(super) agent: AgentId,
    pub(super) candidates: u32,
    pub(super) key: Key,
    pub(super) runner_up: Option<(AgentId, Key)>,
}

impl Idle {
    pub(super) fn new(profiles: usize, linear: bool) -> Self {
        Self {
            lines: (0..profiles).map(|_| Line::default()).collect(),
            places: linear.then(|| vec![Line::default(); profiles]),
            somebody: Bits::default(),
        }
    }

    pub(super) fn insert(&mut self, profile: ProfileId, since: Time, agent: AgentId) {
        self.lines[profile.index()].insert(Listed { since, agent });
        self.somebody.insert(profile.index());
        if let Some(places) = &mut self.places {
            places[profile.index()].insert(agent);
        }
    }

    pub(super) fn remove(&mut self, profile: ProfileId, since: Time, agent: AgentId) {
        let line = &mut self.lines[profile.index()];
        line.remove(&Listed { since, agent });
        if line.is_empty() {
            self.somebody.remove(profile.index());
        }
        if let Some(places) = &mut self.places {
            places[profile.index()].remove(&agent);
        }
    }

    pub(super) fn is_empty(&self, profile: ProfileId) -> bool {
        self.lines[profile.index()].is_empty()
    }

    /// Chooses an agent who meets the need and whom `held` does not keep from this call. `draw` gives a number below
    /// its argument, for choices by chance.
    pub(super) fn choose(
        &self,
        choice: Choice,
        catalogue: &Catalogue,
        need: NeedId,
        held: impl Fn(AgentId) -> bool + Copy,
        draw: impl FnMut(u64) -> u64,
    ) -> Option<Chosen> {
        let profiles = || self.somebody.both(catalogue.profiles_of(need));
        match choice {
            Choice::LongestIdle => {
                let best = self.best(profiles(), held, |_| 0);
                best.chosen(|(_, listed)| (listed.agent, Key::IdleSince(listed.since)))
            }
            Choice::BestSkilled => {
                // The greatest score first, so the smallest complement.
                let best = self.best(profiles(), held, |profile| u32::MAX - catalogue.score(need, profile));
                best.chosen(|(key, Listed { since: idle_since, agent })| {
                    (agent, Key::Skill { score: u32::MAX - key, idle_since })
                })
            }
            Choice::Linear => self.in_order(profiles(), held).chosen(|agent| (agent, Key::Place(agent.0))),
            Choice::Random => self.by_chance(profiles, held, draw),
        }
    }

    /// The best two by key of the profile, idle time and agent.
    fn best(
        &self,
        profiles: impl Iterator<Item = usize>,
        held: impl Fn(AgentId) -> bool + Copy,
        key: impl Fn(ProfileId) -> u32,
    ) -> BestTwo<(u32, Listed)> {
        let mut best = BestTwo::default();
        for profile in profiles {
            let line = &self.lines[profile];
            let key = key(ProfileId(profile as u16));
            best.candidates += line.len();
            for listed in line.iter().filter(|listed| !held(listed.agent)).take(2) {
                best.enter((key, *listed));
            }
        }
        best
    }

    /// The first two in the floor's order.
    fn in_order(
        &self,
        profiles: impl Iterator<Item = usize>,
        held: impl Fn(AgentId) -> bool + Copy,
    ) -> BestTwo<AgentId> {
        let mut best = BestTwo::default();
        let Some(places) = &self.places else { return best };
        for profile in profiles {
            best.candidates += self.lines[profile].len();
            for agent in places[profile].iter().filter(|agent| !held(**agent)).take(2) {
                best.enter(*agent);
            }
        }
        best
    }

    /// Draws a place among all, and again while nobody stands there whom the call may have; so every candidate is as
    /// likely as any other. After many draws without luck, when nearly all are held, the longest idle is taken.
    fn by_chance<I: Iterator<Item = usize>>(
        &self,
        profiles: impl Fn() -> I,
        held: impl Fn(AgentId) -> bool + Copy,
        mut draw: impl FnMut(u64) -> u64,
    ) -> Option<Chosen> {
        const DRAWS_MAX: usize = 64;
        let BestTwo { first, candidates, .. } = self.best(profiles(), held, |_| 0);
        let (_, longest_idle) = first?;
        let places: usize = profiles().map(|profile| self.lines[profile].places()).sum();
        let drawn = (0..DRAWS_MAX).find_map(|_| {
            let mut place = draw(places as u64) as usize;
            let line = profiles().find_map(|profile| {
                let line = &self.lines[profile];
                if place < line.places() {
                    return Some(line);
                }
                place -= line.places();
                None
            })?;
            line.at(place).filter(|listed| !held(listed.agent)).map(|listed| listed.agent)
        });
        let agent = drawn.unwrap_or(longest_idle.agent);
        Some(Chosen { agent, candidates, key: Key::Chance, runner_up: None })
    }

    /// Whether all orders hold the same agents.
    pub(super) fn orders_agree(&self) -> bool {
        let somebody = |(profile, line): (usize, &Line<Listed>)| self.somebody.contains(profile) != line.is_empty();
        let same = |places: &Vec<Line<AgentId>>| {
            places.iter().zip(&self.lines).all(|(places, line)| {
                let mut agents: Vec<AgentId> = line.iter().map(|listed| listed.agent).collect();
                agents.sort_unstable();
                places.iter().eq(&agents)
            })
        };
        self.lines.iter().enumerate().all(somebody) && self.places.as_ref().is_none_or(same)
    }

    /// All idle agents with the instant they are listed under.
    pub(super) fn iter(&self) -> impl Iterator<Item = (AgentId, Time)> {
        self.lines.iter().flat_map(|line| line.iter().map(|listed| (listed.agent, listed.since)))
    }
}

/// The two smallest of what was entered, out of so many candidates.
struct BestTwo<T> {
    first: Option<T>,
    second: Option<T>,
    candidates: u32,
}

impl<T> Default for BestTwo<T> {
    fn default() -> Self {
        Self { first: None, second: None, candidates: 0 }
    }
}

impl<T: Ord + Copy> BestTwo<T> {
    fn enter(&mut self, item: T) {
        if self.first.is_none_or(|first| item < first) {
            self.second = self.first.replace(item);
        } else if self.second.is_none_or(|second| item < second) {
            self.second = Some(item);
        }
    }

    fn chosen(self, agent_and_key: impl Fn(T) -> (AgentId, Key)) -> Option<Chosen> {
        let (agent, key) = agent_and_key(self.first?);
        let runner_up = self.second.map(agent_and_key);
        Some(Chosen { agent, candidates: self.candidates, key, runner_up })
    }
}
