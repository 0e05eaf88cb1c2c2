//! What a tally must know of the plan: how many of everything there are, their names, and the answer targets.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::day::Day;
use super::work::OWN_REASONS;
use crate::bits::Bits;
use crate::floor::Plan;
use crate::ids::{AgentId, ProfileId, RoleId, TeamId};
use crate::time::{Span, Time};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) floor: String,
    pub(super) day: Day,
    /// The end of the warm-up.
    pub(super) count_from: Time,
    pub(super) queues: Vec<QueueShape>,
    pub(super) tiers: Vec<Arc<str>>,
    pub(super) teams: Vec<String>,
    pub(super) roles: Vec<String>,
    /// The engine's own not-ready reasons, then the floor's.
    pub(super) reasons: Vec<String>,
    pub(super) dispositions: Vec<String>,
    pub(super) agents: Vec<AgentShape>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct QueueShape {
    pub(super) name: Arc<str>,
    pub(super) target: Span,
    /// The profiles of those who can take its calls as they come.
    pub(super) profiles: Bits,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AgentShape {
    pub(super) name: Arc<str>,
    pub(super) team: TeamId,
    pub(super) role: RoleId,
    pub(super) profile: ProfileId,
    pub(super) capacity: u8,
}

impl Shape {
    pub(super) fn of(plan: &Plan, day: Day, count_from: Time) -> Self {
        let mut reasons = vec!["signed in".to_owned(), "missed".to_owned()];
        debug_assert_eq!(reasons.len(), OWN_REASONS);
        reasons.extend(plan.floor().reasons.iter().cloned());
        Self {
            floor: plan.floor().name.clone(),
            day,
            count_from,
            queues: plan
                .queues()
                .iter()
                .map(|queue| QueueShape {
                    name: queue.name.clone(),
                    target: queue.rules.target,
                    profiles: plan.catalogue.profiles_of(queue.need).clone(),
                })
                .collect(),
            tiers: plan.tiers().iter().map(|tier| tier.name.clone()).collect(),
            teams: in_order(&plan.names.teams),
            roles: in_order(&plan.names.roles),
            reasons,
            dispositions: in_order(&plan.names.dispositions),
            agents: plan
                .agents()
                .iter()
                .map(|agent| AgentShape {
                    name: agent.name.clone(),
                    team: agent.team,
                    role: agent.role,
                    profile: agent.profile,
                    capacity: agent.capacity,
                })
                .collect(),
        }
    }

    /// Whether a call that arrived at this instant counts.
    pub(super) fn counts(&self, arrived: Time) -> bool {
        arrived >= self.count_from
    }

    /// Where an agent's team keeps what it did in an hour; beyond every place if there is no such agent.
    pub(super) fn team_hour(&self, agent: AgentId, hour: usize) -> usize {
        self.agents
            .get(agent.index())
            .map_or(usize::MAX - self.day.buckets(), |agent| agent.team.index() * self.day.buckets() + hour)
    }
}

/// Names in the order of their ids.
fn in_order<Id: Ord>(names: &BTreeMap<String, Id>) -> Vec<String> {
    let mut names: Vec<_> = names.iter().map(|(name, id)| (id, name.clone())).collect();
    names.sort();
    names.into_iter().map(|(_, name)| name).collect()
}
