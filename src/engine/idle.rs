//! The idle agents: whoever can be rung now, by profile and in every order that some queue chooses by.
//!
//! The keys of the orders are taken when an agent is listed, so an order changes only with events. The order of idle
//! time is always kept; any other only where a queue of the plan chooses by it. How one of them is chosen for a call
//! stands in `idle/choice.rs`: a new way of choosing is a new arm there, and here an order of its own if it needs one.

mod choice;
#[cfg(test)]
mod tests;
mod tournament;

use serde::{Deserialize, Serialize};

pub(super) use self::choice::{Chosen, Request};
use self::tournament::Tournament;
use super::copies::copies;
use super::{
    Key,
    heads::{Heads, NOBODY},
    line::Line,
};
use crate::floor::{Choice, Plan};
use crate::ids::{AgentId, ProfileId};
use crate::time::Time;

/// The keys an agent is listed under.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Standing {
    /// Idle since.
    pub(super) since: Time,
    /// Calls taken since signing in.
    pub(super) calls: u32,
    /// The share of the time since signing in spent with contacts, in millionths.
    pub(super) occupancy: u32,
}

/// Under which keys an agent is listed, if he is, and where he stood in the line when he entered.
#[derive(Clone, Copy, Debug, Default, Hash, Serialize, Deserialize)]
struct Listed {
    standing: Standing,
    stood: u32,
    is_listed: bool,
}

#[derive(Debug, Hash, Serialize, Deserialize)]
pub(super) struct Idle {
    /// By profile, in order of idle time; the holders are the agents.
    lines: Vec<Line<Time>>,
    /// By profile: the first in order of idle time.
    heads: Heads,
    /// The other orders.
    orders: Vec<Order>,
    /// By agent.
    listed: Vec<Listed>,
}

copies!(Idle { lines, heads, orders, listed });

/// An order that is neither that of time nor nearly so: whoever is listed may come to stand anywhere in it.
#[derive(Debug, Hash, Serialize, Deserialize)]
struct Order {
    by: By,
    /// By profile.
    tournaments: Vec<Tournament>,
    /// By profile: the winner and his key.
    heads: Heads,
}

copies!(Order { by, tournaments, heads });

/// What comes first in an order; ties end in the agent's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum By {
    /// The floor's order of agents.
    Place,
    /// The fewest calls, then the longest idle.
    Calls,
    /// The smallest occupancy, then the longest idle.
    Occupancy,
}

impl By {
    /// The order by which this choice is made, if it is not that of idle time.
    fn of(choice: Choice) -> Option<Self> {
        match choice {
            Choice::Linear | Choice::RoundRobin => Some(Self::Place),
            Choice::FewestCalls => Some(Self::Calls),
            Choice::LeastOccupied => Some(Self::Occupancy),
            Choice::LongestIdle
            | Choice::BestSkilled
            | Choice::LeastSkilled
            | Choice::Random
            | Choice::WeightedRandom
            | Choice::RingAll => None,
        }
    }

    fn key(self, standing: &Standing) -> (u32, Time) {
        match self {
            Self::Place => (0, Time::ZERO),
            Self::Calls => (standing.calls, standing.since),
            Self::Occupancy => (standing.occupancy, standing.since),
        }
    }
}

impl Idle {
    /// Nobody is idle; room for the agents of this plan, in the orders its queues choose by.
    pub(super) fn new(plan: &Plan) -> Self {
        let profiles = plan.catalogue.profiles();
        let mut members = vec![Vec::new(); profiles];
        for (agent, of) in plan.agents().iter().zip(0..).map(|(agent, id)| (AgentId(id), agent.profile)) {
            members[of.index()].push(agent);
        }
        let used = |by: &By| plan.queues().iter().any(|queue| By::of(queue.rules.choice) == Some(*by));
        let order = |by| Order {
            by,
            tournaments: members.iter().cloned().map(Tournament::new).collect(),
            heads: Heads::new(profiles),
        };
        Self {
            lines: vec![Line::default(); profiles],
            heads: Heads::new(profiles),
            orders: [By::Place, By::Calls, By::Occupancy].into_iter().filter(used).map(order).collect(),
            listed: vec![Listed::default(); plan.agents().len()],
        }
    }

    /// Whether anybody is chosen by occupancy: it takes a long division, which is then not made for each change of a slot.
    pub(super) fn asks_for_occupancy(&self) -> bool {
        self.orders.iter().any(|order| order.by == By::Occupancy)
    }

    /// The keys an agent is listed under, if he is.
    pub(super) fn standing(&self, agent: AgentId) -> Option<Standing> {
        let Listed { standing, is_listed, .. } = self.listed[agent.index()];
        is_listed.then_some(standing)
    }

    pub(super) fn is_listed(&self, agent: AgentId) -> bool {
        self.listed[agent.index()].is_listed
    }

    /// Lists an agent who is not listed.
    pub(super) fn insert(&mut self, profile: ProfileId, standing: Standing, agent: AgentId) {
        let stood = self.lines[profile.index()].insert(standing.since, agent.0);
        self.listed[agent.index()] = Listed { standing, stood, is_listed: true };
        self.note_first(profile);
        self.note_in_orders(profile, |tournament, key| tournament.enter(agent, key));
    }

    /// Takes off the list an agent who is listed.
    pub(super) fn remove(&mut self, profile: ProfileId, agent: AgentId) {
        let Listed { standing, stood, .. } = self.listed[agent.index()];
        self.lines[profile.index()].remove(standing.since, agent.0, stood);
        self.note_first(profile);
        self.note_in_orders(profile, |tournament, key| tournament.leave(agent, key));
        self.listed[agent.index()].is_listed = false;
    }

    /// Somebody has come to the line of this profile, or gone.
    fn note_first(&mut self, profile: ProfileId) {
        let first = self.first_by_time(profile.index());
        if self.heads.get(profile.index()) != first {
            self.heads.set(profile.index(), first);
        }
    }

    /// Somebody comes or goes in the other orders.
    fn note_in_orders(
        &mut self,
        profile: ProfileId,
        change: impl Fn(&mut Tournament, &dyn Fn(AgentId) -> (u32, Time)),
    ) {
        for Order { by, tournaments, heads } in &mut self.orders {
            let key = |agent: AgentId| by.key(&self.listed[agent.index()].standing);
            let tournament = &mut tournaments[profile.index()];
            change(tournament, &key);
            let first = tournament.winner().map_or(NOBODY, |agent| number(key(agent), agent));
            if heads.get(profile.index()) != first {
                heads.set(profile.index(), first);
            }
        }
    }

    fn first_by_time(&self, profile: usize) -> u128 {
        self.lines[profile].first().map_or(NOBODY, |(since, agent)| number((0, since), AgentId(agent)))
    }

    pub(super) fn is_empty(&self, profile: ProfileId) -> bool {
        self.lines[profile.index()].is_empty()
    }

    /// The idle agents of a profile, the longest idle first.
    pub(super) fn of(&self, profile: ProfileId) -> impl Iterator<Item = AgentId> {
        self.lines[profile.index()].iter().map(|(_, agent)| AgentId(agent))
    }

    /// All idle agents with the keys they are listed under.
    pub(super) fn iter(&self) -> impl Iterator<Item = (AgentId, Standing)> {
        let listed = self.lines.iter().flat_map(Line::iter);
        listed.map(|(_, agent)| (AgentId(agent), self.listed[agent as usize].standing))
    }

    /// Whether all orders hold the same agents, each in its place.
    pub(super) fn orders_agree(&self) -> bool {
        let same_time = |(since, agent): (Time, u32)| self.listed[agent as usize].standing.since == since;
        let is_listed = |(_, agent): (Time, u32)| self.listed[agent as usize].is_listed;
        let same = |Order { by, tournaments, heads }: &Order| {
            let key = |agent: AgentId| by.key(&self.listed[agent.index()].standing);
            let winners = tournaments.iter().map(Tournament::winner);
            heads.agree(winners.map(|winner| winner.map_or(NOBODY, |agent| number(key(agent), agent))))
                && tournaments.iter().zip(&self.lines).all(|(tournament, line)| {
                    let mut agents: Vec<AgentId> = line.iter().map(|(_, agent)| AgentId(agent)).collect();
                    agents.sort_unstable();
                    tournament.agrees(&agents, key)
                })
        };
        let count = self.listed.iter().filter(|listed| listed.is_listed).count();
        self.heads.agree((0..self.lines.len()).map(|profile| self.first_by_time(profile)))
            && self.lines.iter().flat_map(Line::iter).all(|listed| same_time(listed) && is_listed(listed))
            && count == self.iter().count()
            && self.orders.iter().all(same)
    }
}

/// A number in the order of keys, for the heads of the lines and orders; ties end in the agent's id.
fn number((key, since): (u32, Time), agent: AgentId) -> u128 {
    u128::from(key) << 96 | u128::from(since.as_nanos()) << 32 | u128::from(agent.0)
}
