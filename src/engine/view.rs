//! Questions to an engine that change nothing.

use std::sync::Arc;

use super::Endpoint;
use super::Engine;
use super::offer::{Offer, OfferStage};
use super::{CallState, FollowUpCause, LegRole, MonitorMode, Presence, SlotState};
use crate::floor::Plan;
use crate::ids::{AgentId, CallId, DialId, FollowUpId, OfferId, QueueId, ReasonId, VisitId};
use crate::time::Time;

/// What can be asked about a live call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallView {
    /// Its state.
    pub state: CallState,
    /// The queue it is in or was served from.
    pub queue: QueueId,
    /// Its visit, as long as somebody is sought for it.
    pub visit: Option<VisitId>,
    /// The agent it is connected to or being joined with; the first, if there are several.
    pub agent: Option<AgentId>,
    /// The one agent it waits for.
    pub awaits: Option<AgentId>,
    /// The telephone outside the desks that is dialled for it, or is in it.
    pub dial: Option<DialId>,
    /// Whether the caller is not on the line, but to be called back.
    pub caller_away: bool,
    /// Whether the caller has complained.
    pub complaint: bool,
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

/// An agent's leg in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LegView {
    /// The offer it grew from.
    pub offer: OfferId,
    /// Whose.
    pub agent: AgentId,
    /// What he does in the call.
    pub role: LegRole,
    /// How he listens; `None` unless he does.
    pub mode: Option<MonitorMode>,
}

/// A callback that is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallbackView {
    /// The call.
    pub call: CallId,
    /// The queue in which it waits.
    pub queue: QueueId,
    /// Nobody is rung for it before.
    pub not_before: Option<Time>,
    /// What the caller was promised.
    pub due: Option<Time>,
    /// How often it has been tried.
    pub attempts: u16,
}

/// An entry of the follow-up list (A2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FollowUpView {
    /// The entry.
    pub follow_up: FollowUpId,
    /// Which call it is about.
    pub call: CallId,
    /// From which queue.
    pub queue: Option<QueueId>,
    /// Why it stands there.
    pub cause: FollowUpCause,
    /// Since when.
    pub since: Time,
    /// The call in which the caller is called back.
    pub calling: Option<CallId>,
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
    /// The break he has asked for, which nobody has approved or refused yet.
    pub asked: Option<ReasonId>,
    /// What the presence will be after the next call, where he takes but one.
    pub once: Option<Presence>,
    /// How many calls he has had since signing in.
    pub calls: u64,
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
pub struct InProgress {
    /// Calls.
    pub calls: usize,
    /// Visits.
    pub visits: usize,
    /// Offers, connected legs included.
    pub offers: usize,
    /// Telephones outside the desks that are dialled, or in a call.
    pub dials: usize,
    /// Timers that are set: one for each visit with a deadline, however many it has.
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
        let slot = self.calls.find(call)?;
        let call = &self.calls[slot];
        let visit = call.visit.get().map(|visit| &self.visits[visit]);
        let leg = self.serving(slot).or(visit.and_then(|visit| visit.joining.get()));
        Some(CallView {
            state: self.call_state(slot),
            queue: call.queue,
            visit: visit.map(|visit| visit.id),
            agent: leg.map(|leg| self.offers[leg].agent),
            awaits: visit.and_then(|visit| visit.awaits),
            dial: call.dial.get().map(|dial| self.dial_id(dial)),
            caller_away: self.is_caller_away(slot),
            complaint: self.calls.particulars(slot).complaints.is_some(),
            arrived: call.arrived,
        })
    }

    /// The offers of a live call: the one that is being joined, or those that ring, the latest first. Whose were joined
    /// are its [`legs`](Self::legs).
    pub fn offers(&self, call: CallId) -> impl Iterator<Item = OfferView> + '_ {
        let visit =
            self.calls.find(call).and_then(|call| self.calls[call].visit.get()).map(|visit| &self.visits[visit]);
        let first = visit.and_then(|visit| visit.joining.get().or(visit.offers.get()));
        core::iter::successors(first, |offer| self.offers[*offer].next).map(|offer| {
            let Offer { call, agent, stage, rang, .. } = self.offers[offer];
            let ringing_since = rang.filter(|_| stage == OfferStage::Ringing);
            OfferView { offer: self.offer_id(offer), call: self.calls[call].id, agent, ringing_since }
        })
    }

    /// The agents' legs in a live call, in the order in which they came.
    pub fn legs(&self, call: CallId) -> impl Iterator<Item = LegView> + '_ {
        self.calls.find(call).into_iter().flat_map(|call| self.legs_in(call)).map(|leg| {
            let Offer { agent, role, mode, .. } = self.offers[leg];
            LegView { offer: self.offer_id(leg), agent, role, mode: (role == LegRole::Monitor).then_some(mode) }
        })
    }

    /// The callbacks that are owed: callers who are not on the line and wait to be called back.
    pub fn callbacks(&self) -> impl Iterator<Item = CallbackView> + '_ {
        self.calls.iter().filter(|(slot, _)| self.is_caller_away(*slot)).filter_map(|(slot, call)| {
            let callback = self.calls.particulars(slot).callback.as_ref()?;
            let (not_before, due, attempts) = (callback.not_before, callback.due, callback.attempts);
            Some(CallbackView { call: call.id, queue: call.queue, not_before, due, attempts })
        })
    }

    /// The follow-up list, oldest entry first.
    pub fn follow_ups(&self) -> impl Iterator<Item = FollowUpView> + '_ {
        self.follow_ups.iter().map(|(follow_up, entry)| FollowUpView {
            follow_up,
            call: entry.call,
            queue: entry.queue,
            cause: entry.cause,
            since: entry.since,
            calling: entry.calling,
        })
    }

    /// The agents whose break awaits approval, with its reason.
    pub fn approvals_asked(&self) -> impl Iterator<Item = (AgentId, ReasonId)> + '_ {
        let asked = self.agents.iter().enumerate();
        asked.filter_map(|(agent, state)| Some((AgentId(agent as u32), state.asked?)))
    }

    /// An agent; `None` if the floor has no such agent.
    pub fn agent(&self, agent: AgentId) -> Option<AgentView> {
        let agent = self.agents.get(agent.index())?;
        Some(AgentView {
            presence: agent.presence,
            since: agent.since,
            pending: agent.pending,
            endpoint: agent.endpoint,
            delayed_until: agent.delay.map(|delay| self.timers.due(delay)),
            misses: agent.misses,
            asked: agent.asked,
            once: agent.once,
            calls: agent.calls.into(),
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
    pub fn in_progress(&self) -> InProgress {
        InProgress {
            calls: self.calls.len(),
            visits: self.visits.len(),
            offers: self.offers.len(),
            dials: self.dials.len(),
            timers: self.timers.len(),
        }
    }
}
