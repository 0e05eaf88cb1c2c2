//! Pools: queues that share agents, directly or through others, and the agents who serve them as calls come in.

use crate::floor::Plan;
use crate::ids::{AgentId, QueueId};

/// Queues that must be staffed together.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    /// In the order in which they were given.
    pub(super) queues: Vec<QueueId>,
    /// Who can take calls of any of them before a ladder has changed what they need, in the floor's order.
    pub(super) agents: Vec<AgentId>,
}

/// Puts these queues into pools; only agents of these teams count, or all where none is named.
pub(super) fn pools(plan: &Plan, queues: &[QueueId], teams: &[String]) -> Vec<Pool> {
    let counts = |agent: AgentId| {
        let team = plan.agents().get(agent.index()).and_then(|agent| plan.floor().teams.get(agent.team.index()));
        teams.is_empty() || team.is_some_and(|team| teams.contains(&team.name))
    };
    let everybody: Vec<AgentId> = (0..plan.agents().len() as u32).map(AgentId).filter(|agent| counts(*agent)).collect();
    let mut pools: Vec<Pool> = Vec::new();
    for queue in queues {
        let Some(of) = plan.queues().get(queue.index()) else { continue };
        let agents: Vec<AgentId> = everybody.iter().copied().filter(|agent| plan.fits(*agent, of.need)).collect();
        let mut joined = Pool { queues: vec![*queue], agents };
        let shares = |pool: &Pool| pool.agents.iter().any(|agent| joined.agents.contains(agent));
        let (together, apart): (Vec<Pool>, Vec<Pool>) = pools.into_iter().partition(shares);
        for pool in together.into_iter().rev() {
            joined.queues.splice(0..0, pool.queues);
            joined.agents.extend(pool.agents);
        }
        joined.agents.sort_unstable();
        joined.agents.dedup();
        pools = apart;
        pools.push(joined);
    }
    pools
}
