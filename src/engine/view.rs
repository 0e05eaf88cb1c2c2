//! Questions to an engine that change nothing.

use std::sync::Arc;

use super::Endpoint;
use super::Engine;
use super::offer::{Offer, OfferStage};
use super::{CallState, Presence, SlotState};
use crate::floor::Plan;
use crate::ids::{AgentId, CallId, OfferId, QueueId, VisitId};
use crate::time::Time;

/// What can be asked about a live call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallView {
    /// Its state.
    pub state: CallState,
    /// The queue it is in or was served from.
    pub queue: QueueId,
    /// Its visit, until it is connected.
    pub visit: Option<VisitId>,
    /// The agent it is connected to or being joined with.
    pub agent: Option<AgentId>,
    /// When it arrived.
    pub arrived: Time,
}

/// What can be asked about a live offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OfferView {
    /// Its id.
    pub offer: OfferId,
    /// Of which call.
    pub call: CallId,
    /// To whom.
    pub agent: AgentId,
    /// Since when the phone rings, if it does.
    pub ringing_since: Option<Time>,
}

/// What can be asked about an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AgentView {
    /// Presence.
    pub presence: Presence,
    /// Since when.
    pub since: Time,
    /// What the presence will be once no contact is in hand.
    pub pending: Option<Presence>,
    /// State of the phone.
    pub endpoint: Endpoint,
    /// Until when nothing is offered, after a decline or the like.
    pub delayed_until: Option<Time>,
    /// Misses in a row.
    pub misses: u16,
}

/// What can be asked about a contact slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SlotView {
    /// Its state.
    pub state: SlotState,
    /// Since when.
    pub since: Time,
    /// The call in it; for wrap-up, the call that has ended.
    pub call: Option<CallId>,
    /// The offer or leg in it.
    pub offer: Option<OfferId>,
}

/// How much is alive in an engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Live {
    /// Calls.
    pub calls: usize,
    /// Visits.
    pub visits: usize,
    /// Offers, connected legs included.
    pub offers: usize,
    /// Timers.
    pub timers: usize,
}

impl Engine {
    /// The plan it runs from.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The latest instant it has seen.
    pub fn now(&self) -> Time {
        self.now
    }

    /// How many inputs and time-outs it has taken: the position of the next one's outputs.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// A live call; `None` once it has ended.
    pub fn call(&self, call: CallId) -> Option<CallView> {
        let call = &self.calls[self.index.get(call)?];
        Some(CallView {
            state: self.call_state(call),
            queue: call.queue,
            visit: call.visit.map(|visit| self.visits[visit].id),
            agent: call.leg.map(|leg| self.offers[leg].agent),
            arrived: call.arrived,
        })
    }

    /// The offers of a live call: the accepted one, or those that ring, the latest first.
    pub fn offers(&self, call: CallId) -> impl Iterator<Item = OfferView> + '_ {
        let call = self.index.get(call).map(|call| &self.calls[call]);
        let first = call.and_then(|call| call.leg.or_else(|| self.visits[call.visit?].offers));
        core::iter::successors(first, |offer| self.offers[*offer].next).map(|offer| {
            let Offer { call, agent, stage, rang, .. } = self.offers[offer];
            let ringing_since = rang.filter(|_| stage == OfferStage::Ringing);
            OfferView { offer: self.offer_id(offer), call: self.calls[call].id, agent, ringing_since }
        })
    }

    /// An agent; `None` if the floor has no such agent.
    pub fn agent(&self, agent: AgentId) -> Option<AgentView> {
        let agent = self.agents.get(agent.index())?;
        Some(AgentView {
            presence: agent.presence,
            since: agent.since,
            pending: agent.pending,
            endpoint: agent.endpoint,
            delayed_until: agent.delay.map(|delay| delay.timer.due),
            misses: agent.misses,
        })
    }

    /// The contact slots of an agent, in order; none if the floor has no such agent.
    pub fn slots(&self, agent: AgentId) -> impl Iterator<Item = SlotView> + '_ {
        let slots = self.agents.get(agent.index()).map_or(0..0, |agent| agent.slots());
        slots.map(|slot| {
            let slot = &self.slots[slot as usize];
            let call = slot.offer.map(|offer| self.calls[self.offers[offer].call].id);
            SlotView {
                state: slot.state,
                since: slot.since,
                call: call.or(slot.wrapping.map(|(call, _)| call)),
                offer: slot.offer.map(|offer| self.offer_id(offer)),
            }
        })
    }

    /// How many calls are in this queue, waiting or rung or being joined; 0 if the floor has no such queue.
    pub fn queue_length(&self, queue: QueueId) -> u32 {
        self.lengths.get(queue.index()).copied().unwrap_or(0)
    }

    /// How much is alive.
    pub fn live(&self) -> Live {
        Live {
            calls: self.calls.len(),
            visits: self.visits.len(),
            offers: self.offers.len(),
            timers: self.timers.len(),
        }
    }
}
