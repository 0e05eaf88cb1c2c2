//! A tournament among the agents of one profile: who of those entered comes first by a key.
//!
//! For orders in which anybody may come to stand anywhere. Every agent of the profile has a leaf of his own, so
//! entering and leaving cost the logarithm of how many there are, and need no room beside what is taken at the start.

use core::ops::Range;

use serde::{Deserialize, Serialize};

use crate::engine::copies::copies;
use crate::ids::AgentId;

/// Nobody: a leaf whose agent has not entered, or that is no agent's.
const NOBODY: AgentId = AgentId(u32::MAX);

/// The keys are the caller's; for one tournament they are always the same until an agent leaves. Ties end in the
/// agent's id.
#[derive(Debug, Hash, Serialize, Deserialize)]
pub(super) struct Tournament {
    /// Whose the leaves are, in order of agents.
    members: Vec<AgentId>,
    /// Node `n` holds the winner of nodes `2n` and `2n + 1`; the leaves are the last half.
    winners: Vec<AgentId>,
}

copies!(Tournament { members, winners });

impl Tournament {
    /// A tournament of these members, in ascending order, of whom none has entered.
    pub(super) fn new(members: Vec<AgentId>) -> Self {
        let winners = vec![NOBODY; 2 * members.len().next_power_of_two()];
        Self { members, winners }
    }

    pub(super) fn enter<K: Ord>(&mut self, agent: AgentId, key: impl Fn(AgentId) -> K) {
        self.set(agent, agent, key);
    }

    pub(super) fn leave<K: Ord>(&mut self, agent: AgentId, key: impl Fn(AgentId) -> K) {
        self.set(agent, NOBODY, key);
    }

    /// The first of all.
    pub(super) fn winner(&self) -> Option<AgentId> {
        self.winners.get(1).copied().filter(|winner| *winner != NOBODY)
    }

    /// The first by key who is not held.
    pub(super) fn first<K: Ord>(
        &self,
        held: impl Fn(AgentId) -> bool,
        key: impl Fn(AgentId) -> K + Copy,
    ) -> Option<AgentId> {
        self.best(1, &held, key)
    }

    /// The first who is not held in the floor's order of agents, beginning with the next behind this one and going round.
    pub(super) fn first_behind(&self, cursor: AgentId, held: impl Fn(AgentId) -> bool) -> Option<AgentId> {
        let from = self.members.partition_point(|agent| *agent <= cursor);
        let leaves = 0..self.winners.len() / 2;
        self.next(1, leaves.clone(), from, &held).or_else(|| self.next(1, leaves, 0, &held))
    }

    /// The winner among those below this node who are not held: looks only where somebody held stands in front.
    fn best<K: Ord>(
        &self,
        node: usize,
        held: &dyn Fn(AgentId) -> bool,
        key: impl Fn(AgentId) -> K + Copy,
    ) -> Option<AgentId> {
        let winner = *self.winners.get(node).filter(|winner| **winner != NOBODY)?;
        if !held(winner) {
            return Some(winner);
        }
        match (self.best(2 * node, held, key), self.best(2 * node + 1, held, key)) {
            (Some(a), Some(b)) => Some(if key(b) < key(a) { b } else { a }),
            (a, b) => a.or(b),
        }
    }

    /// The first leaf from `from` on of somebody who has entered and is not held, below this node, which spans these
    /// leaves.
    fn next(&self, node: usize, leaves: Range<usize>, from: usize, held: &dyn Fn(AgentId) -> bool) -> Option<AgentId> {
        let winner = *self.winners.get(node).filter(|winner| **winner != NOBODY)?;
        if leaves.end <= from {
            return None;
        }
        if leaves.len() == 1 {
            return Some(winner).filter(|winner| !held(*winner));
        }
        let middle = leaves.start + leaves.len() / 2;
        self.next(2 * node, leaves.start..middle, from, held)
            .or_else(|| self.next(2 * node + 1, middle..leaves.end, from, held))
    }

    /// Gives the leaf of a member to somebody, himself or nobody, and plays the matches above it again.
    fn set<K: Ord>(&mut self, member: AgentId, to: AgentId, key: impl Fn(AgentId) -> K) {
        let Ok(leaf) = self.members.binary_search(&member) else { return };
        let mut node = self.winners.len() / 2 + leaf;
        self.winners[node] = to;
        while node > 1 {
            node /= 2;
            let winner = better(self.winners[2 * node], self.winners[2 * node + 1], &key);
            if winner == self.winners[node] {
                // The one who has come or gone does not matter from here up.
                return;
            }
            self.winners[node] = winner;
        }
    }

    /// Whether exactly these have entered, given in ascending order, and every match has the right winner.
    pub(super) fn agrees<K: Ord>(&self, entered: &[AgentId], key: impl Fn(AgentId) -> K) -> bool {
        let leaves = self.winners.len() / 2;
        let in_leaves = self.winners[leaves..].iter().filter(|agent| **agent != NOBODY);
        let won = |node: usize| self.winners[node] == better(self.winners[2 * node], self.winners[2 * node + 1], &key);
        in_leaves.eq(entered) && (1..leaves).all(won)
    }
}

/// The winner of a match; the one on the left has the smaller id.
fn better<K: Ord>(left: AgentId, right: AgentId, key: impl Fn(AgentId) -> K) -> AgentId {
    match (left, right) {
        (NOBODY, right) => right,
        (left, NOBODY) => left,
        (left, right) if key(right) < key(left) => right,
        (left, _) => left,
    }
}
