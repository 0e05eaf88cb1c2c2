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
use super::{Key, line::Line};
use crate::bits::Bits;
use crate::floor::{Choice, Plan};
use crate::ids::{AgentId, ProfileId};
use crate::time::Time;

/// The keys an agent is listed under.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Standing {
    /// Idle since.
    pub(super) since: Time,
    /// Calls taken since signing in.
    pub(super) calls: u64,
    /// The share of the time since signing in spent with contacts, in millionths.
    pub(super) occupancy: u64,
}

/// An idle agent in the order of idle time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Listed {
    since: Time,
    agent: AgentId,
}

#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Idle {
    /// By profile, in order of idle time.
    lines: Vec<Line<Listed>>,
    /// The other orders.
    orders: Vec<Order>,
    /// By agent, the keys of those who are listed.
    standings: Vec<Standing>,
    /// The profiles with somebody idle.
    somebody: Bits,
}

/// An order that is neither that of time nor nearly so: whoever is listed may come to stand anywhere in it.
#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
struct Order {
    by: By,
    /// By profile.
    tournaments: Vec<Tournament>,
}

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

    fn key(self, standing: &Standing) -> (u64, Time) {
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
        let order = |by| Order { by, tournaments: members.iter().cloned().map(Tournament::new).collect() };
        Self {
            lines: vec![Line::default(); profiles],
            orders: [By::Place, By::Calls, By::Occupancy].into_iter().filter(used).map(order).collect(),
            standings: vec![Standing::default(); plan.agents().len()],
            somebody: Bits::default(),
        }
    }

    /// Lists an agent who is not listed.
    pub(super) fn insert(&mut self, profile: ProfileId, standing: Standing, agent: AgentId) {
        self.lines[profile.index()].insert(Listed { since: standing.since, agent });
        self.somebody.insert(profile.index());
        self.standings[agent.index()] = standing;
        for Order { by, tournaments } in &mut self.orders {
            tournaments[profile.index()].enter(agent, |agent| by.key(&self.standings[agent.index()]));
        }
    }

    /// Takes off the list an agent who is listed under these keys.
    pub(super) fn remove(&mut self, profile: ProfileId, standing: Standing, agent: AgentId) {
        let line = &mut self.lines[profile.index()];
        line.remove(&Listed { since: standing.since, agent });
        if line.is_empty() {
            self.somebody.remove(profile.index());
        }
        for Order { by, tournaments } in &mut self.orders {
            tournaments[profile.index()].leave(agent, |agent| by.key(&self.standings[agent.index()]));
        }
        self.standings[agent.index()] = Standing::default();
    }

    pub(super) fn is_empty(&self, profile: ProfileId) -> bool {
        self.lines[profile.index()].is_empty()
    }

    /// All idle agents with the keys they are listed under.
    pub(super) fn iter(&self) -> impl Iterator<Item = (AgentId, Standing)> {
        let listed = self.lines.iter().flat_map(Line::iter);
        listed.map(|listed| (listed.agent, self.standings[listed.agent.index()]))
    }

    /// Whether all orders hold the same agents, each in its place.
    pub(super) fn orders_agree(&self) -> bool {
        let somebody = |(profile, line): (usize, &Line<Listed>)| self.somebody.contains(profile) != line.is_empty();
        let same_time = |listed: &Listed| self.standings[listed.agent.index()].since == listed.since;
        let same = |Order { by, tournaments }: &Order| {
            tournaments.iter().zip(&self.lines).all(|(tournament, line)| {
                let mut agents: Vec<AgentId> = line.iter().map(|listed| listed.agent).collect();
                agents.sort_unstable();
                tournament.agrees(&agents, |agent| by.key(&self.standings[agent.index()]))
            })
        };
        self.lines.iter().enumerate().all(somebody)
            && self.lines.iter().flat_map(Line::iter).all(same_time)
            && self.orders.iter().all(same)
    }
}
