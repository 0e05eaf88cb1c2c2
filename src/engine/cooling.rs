//! A cool-down: a call and an agent who did not take it are kept apart for a while, in whatever queue the call waits.

use serde::{Deserialize, Serialize};

use super::Engine;
use super::VisitCause;
use super::slab::Link;
use super::timer::{Kind, TimerId};
use crate::ids::{AgentId, QueueId};
use crate::time::Time;

/// An agent to whom a call is not to be offered for now.
#[derive(Clone, Copy, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Cooling {
    pub(super) agent: AgentId,
    pub(super) call: u32,
    pub(super) timer: Option<TimerId>,
    /// The next of the call's.
    next: Option<u32>,
}

impl Engine {
    /// Keeps the call from this agent for as long as the queue of the offer says.
    pub(super) fn cool_down(&mut self, call: u32, agent: AgentId, queue: QueueId) {
        let Some(span) = self.plan.queues()[queue.index()].rules.cool_down else { return };
        let next = self.calls[call].cooling.get();
        let slot = self.cooling.insert(Cooling { agent, call, timer: None, next });
        self.cooling[slot].timer = self.timers.set(self.now, span, Kind::CoolDown, slot);
        self.calls[call].cooling = Link::to(slot);
    }

    pub(super) fn cool_down_due(&mut self, slot: u32) {
        let Cooling { call, next, .. } = self.cooling.remove(slot);
        if self.calls[call].cooling.get() == Some(slot) {
            self.calls[call].cooling = next.into();
        } else {
            let mut link = self.calls[call].cooling.get();
            while let Some(before) = link {
                link = self.cooling[before].next;
                if link == Some(slot) {
                    self.cooling[before].next = next;
                    break;
                }
            }
        }
        if let Some(visit) = self.calls[call].visit.get()
            && self.visits[visit].looks
        {
            self.dirty_visits.push(visit);
        }
    }

    /// The call is over, or has found its agent.
    pub(super) fn end_cooling(&mut self, call: u32) {
        let mut link = self.calls[call].cooling.take();
        while let Some(slot) = link {
            let mut cooling = self.cooling.remove(slot);
            self.timers.cancel(&mut cooling.timer);
            link = cooling.next;
        }
    }

    /// Whether a named rule keeps this call from this agent: the pair cools down, or the agent is being rung for it or in
    /// it already.
    pub(super) fn is_held(&self, visit: u32, agent: AgentId) -> bool {
        self.agents_held_from(visit).any(|held| held == agent)
    }

    /// The same where the call waits for this agent alone: whoever is asked by name is asked again at once.
    pub(super) fn is_held_by_name(&self, visit: u32, agent: AgentId) -> bool {
        let cause = self.visits[visit].cause;
        let by_name = !matches!(cause, VisitCause::Arrived | VisitCause::Callback | VisitCause::Key);
        if by_name { self.agents_at(visit).any(|held| held == agent) } else { self.is_held(visit, agent) }
    }

    /// Until when the call is not to be offered to this agent, who did not take it.
    pub(super) fn cools_until(&self, call: u32, agent: AgentId) -> Option<Time> {
        let cooling = core::iter::successors(self.calls[call].cooling.get(), |slot| self.cooling[*slot].next);
        let timers = cooling.filter(|slot| self.cooling[*slot].agent == agent).map(|slot| self.cooling[slot].timer);
        timers.map(|timer| timer.map_or(Time::MAX, |timer| self.timers.due(timer))).max()
    }

    /// All agents from whom a named rule keeps this call, in order of id; the list is to be given back to `self.held`.
    pub(super) fn held_from(&mut self, visit: u32) -> Vec<AgentId> {
        let mut held = core::mem::take(&mut self.held);
        held.clear();
        held.extend(self.agents_held_from(visit));
        held.sort_unstable();
        held
    }

    /// The same of a call that may be in no queue yet.
    pub(super) fn is_held_from_call(&self, call: u32, agent: AgentId) -> bool {
        let legs = || self.legs_in(call).map(|offer| self.offers[offer].agent);
        match self.calls[call].visit.get() {
            Some(visit) => self.is_held(visit, agent),
            None => self.agents_cooling(call).chain(legs()).any(|held| held == agent),
        }
    }

    fn agents_held_from(&self, visit: u32) -> impl Iterator<Item = AgentId> {
        self.agents_cooling(self.visits[visit].call).chain(self.agents_at(visit))
    }

    fn agents_cooling(&self, call: u32) -> impl Iterator<Item = AgentId> {
        let cooling = core::iter::successors(self.calls[call].cooling.get(), |slot| self.cooling[*slot].next);
        cooling.map(|slot| self.cooling[slot].agent)
    }

    /// The agents who are rung for this call or in it.
    fn agents_at(&self, visit: u32) -> impl Iterator<Item = AgentId> {
        let visit = &self.visits[visit];
        let ringing = core::iter::successors(visit.offers.get(), |offer| self.offers[*offer].next);
        ringing.chain(self.legs_in(visit.call)).map(|offer| self.offers[offer].agent)
    }
}
