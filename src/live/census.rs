//! The census: who and what is alive, counted from the facts; for gauges.

use std::collections::BTreeMap;

use super::kinds;
use crate::engine::{Engine, Fact};
use crate::ids::{QueueId, VisitId};
use crate::time::{Span, Time};

/// Who and what is alive.
#[derive(Debug, Default)]
pub(super) struct Census {
    pub(super) calls: usize,
    queues: Vec<Waiting>,
    /// By [`kinds::presence`].
    pub(super) presences: [usize; 3],
    /// By [`kinds::slot`].
    pub(super) slots: [usize; 7],
}

/// Who waits in one queue, rung and being joined included.
#[derive(Clone, Debug, Default)]
struct Waiting {
    /// Since when, by visit; visits are numbered in order of their start.
    since: BTreeMap<VisitId, Time>,
    /// Visits whose beginning was not heard.
    unheard: usize,
    /// They have waited at least since then.
    unheard_since: Time,
}

impl Census {
    /// As things stand in an engine. How long those wait who wait already it does not say: they count from its present.
    pub(super) fn of(engine: &Engine) -> Self {
        let plan = engine.plan();
        let waiting = |queue: usize| Waiting {
            since: BTreeMap::new(),
            unheard: engine.queue_length(QueueId(queue as u32)) as usize,
            unheard_since: engine.now(),
        };
        let mut census = Self {
            calls: engine.in_progress().calls,
            queues: (0..plan.queues().len()).map(waiting).collect(),
            ..Self::default()
        };
        for index in 0..plan.agents().len() as u32 {
            let agent = crate::ids::AgentId(index);
            if let Some(view) = engine.agent(agent) {
                census.presences[kinds::presence(view.presence)] += 1;
            }
            engine.slots(agent).for_each(|slot| census.slots[kinds::slot(slot.state)] += 1);
        }
        census
    }

    pub(super) fn count(&mut self, at: Time, fact: &Fact) {
        match *fact {
            Fact::CallArrived { .. } => self.calls += 1,
            Fact::CallEnded { .. } => self.calls = self.calls.saturating_sub(1),
            Fact::VisitStarted { visit, queue, .. } => {
                if let Some(waiting) = self.queues.get_mut(queue.index()) {
                    waiting.since.insert(visit, at);
                }
            }
            Fact::VisitEnded { visit, queue, .. } => {
                if let Some(waiting) = self.queues.get_mut(queue.index())
                    && waiting.since.remove(&visit).is_none()
                {
                    waiting.unheard = waiting.unheard.saturating_sub(1);
                }
            }
            Fact::PresenceChanged { from, to, .. } => {
                let (from, to) = (kinds::presence(from), kinds::presence(to));
                self.presences[from] = self.presences[from].saturating_sub(1);
                self.presences[to] += 1;
            }
            Fact::SlotChanged { from, to, .. } => {
                let (from, to) = (kinds::slot(from), kinds::slot(to));
                self.slots[from] = self.slots[from].saturating_sub(1);
                self.slots[to] += 1;
            }
            _ => {}
        }
    }

    /// How many wait in a queue.
    pub(super) fn waiting(&self, queue: QueueId) -> usize {
        self.queues.get(queue.index()).map_or(0, |waiting| waiting.since.len() + waiting.unheard)
    }

    /// How long whoever has waited longest in a queue has waited.
    pub(super) fn longest_wait(&self, queue: QueueId, now: Time) -> Span {
        let Some(waiting) = self.queues.get(queue.index()) else { return Span::ZERO };
        let unheard = (waiting.unheard > 0).then_some(waiting.unheard_since);
        let first = waiting.since.first_key_value().map(|(_, since)| *since);
        unheard.or(first).map_or(Span::ZERO, |since| now - since)
    }

    /// Whether anybody waits anywhere.
    pub(super) fn is_anybody_waiting(&self) -> bool {
        self.queues.iter().any(|waiting| waiting.unheard > 0 || !waiting.since.is_empty())
    }
}
