//! A cool-down: a call and an agent who did not take it are kept apart for a while, in whatever queue the call waits.

use serde::{Deserialize, Serialize};

use super::Engine;
use super::timer::{Armed, Kind};
use crate::ids::{AgentId, QueueId};

/// An agent to whom a call is not to be offered for now.
#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Cooling {
    agent: AgentId,
    call: u32,
    pub(super) timer: Option<Armed>,
    /// The next of the call's.
    next: Option<u32>,
}

impl Engine {
    /// Keeps the call from this agent for as long as the queue of the offer says.
    pub(super) fn cool_down(&mut self, call: u32, agent: AgentId, queue: QueueId) {
        let Some(span) = self.plan.queues()[queue.index()].rules.cool_down else { return };
        let next = self.calls[call].cooling;
        let slot = self.cooling.insert(Cooling { agent, call, timer: None, next });
        let timer = self.timers.set(self.now, span, Kind::CoolDown, self.calls[call].id, agent, slot);
        self.cooling[slot].timer = timer;
        self.calls[call].cooling = Some(slot);
    }

    pub(super) fn cool_down_due(&mut self, slot: u32) {
        let Cooling { call, next, .. } = self.cooling.remove(slot);
        if self.calls[call].cooling == Some(slot) {
            self.calls[call].cooling = next;
        } else {
            let mut link = self.calls[call].cooling;
            while let Some(before) = link {
                link = self.cooling[before].next;
                if link == Some(slot) {
                    self.cooling[before].next = next;
                    break;
                }
            }
        }
        if let Some(visit) = self.calls[call].visit
            && self.visits[visit].seeking.is_some()
        {
            self.dirty_visits.push(visit);
        }
    }

    /// The call is over, or has found its agent.
    pub(super) fn end_cooling(&mut self, call: u32) {
        let mut link = self.calls[call].cooling.take();
        while let Some(slot) = link {
            let cooling = self.cooling.remove(slot);
            self.timers.cancel(cooling.timer);
            link = cooling.next;
        }
    }

    /// Whether a named rule keeps this call from this agent: the pair cools down, or the agent is being rung for it.
    pub(super) fn is_held(&self, visit: u32, agent: AgentId) -> bool {
        self.agents_held_from(visit).any(|held| held == agent)
    }

    /// All agents from whom a named rule keeps this call, in order of id; the list is to be given back to `self.held`.
    pub(super) fn held_from(&mut self, visit: u32) -> Vec<AgentId> {
        let mut held = core::mem::take(&mut self.held);
        held.clear();
        held.extend(self.agents_held_from(visit));
        held.sort_unstable();
        held
    }

    fn agents_held_from(&self, visit: u32) -> impl Iterator<Item = AgentId> {
        let visit = &self.visits[visit];
        let cooling = core::iter::successors(self.calls[visit.call].cooling, |slot| self.cooling[*slot].next);
        let ringing = core::iter::successors(visit.offers, |offer| self.offers[*offer].next);
        cooling.map(|slot| self.cooling[slot].agent).chain(ringing.map(|offer| self.offers[offer].agent))
    }
}
