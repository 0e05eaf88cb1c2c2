//! An agent: presence, contact slots, and whether he can be rung.

use serde::{Deserialize, Serialize};

use super::Engine;
use super::idle::Standing;
use super::offer::OfferStage;
use super::timer::{Kind, TimerId};
use super::{Actor, Endpoint};
use super::{ExpectedPresence, Fact, NotReady, OfferEnd, Presence, Refusal, SlotState, Subject};
use crate::floor::WrapUpPlan;
use crate::ids::{AgentId, CallId, DispositionId, ProfileId, QueueId, ReasonId};
use crate::time::{Span, Time};

#[derive(Clone, Copy, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Agent {
    pub(super) presence: Presence,
    pub(super) since: Time,
    /// What the presence will be once no contact is in hand.
    pub(super) pending: Option<Presence>,
    /// What it will be after the next call.
    pub(super) once: Option<Presence>,
    /// The break for which he has asked and awaits approval.
    pub(super) asked: Option<ReasonId>,
    pub(super) endpoint: Endpoint,
    /// While this is set, nothing is offered.
    pub(super) delay: Option<TimerId>,
    /// In a row.
    pub(super) misses: u16,
    /// When the present idle time began, or would have begun were there a free slot.
    pub(super) able_since: Time,
    pub(super) profile: ProfileId,
    pub(super) first_slot: u32,
    pub(super) capacity: u8,
    /// How many slots are in use.
    pub(super) busy: u8,
    /// Since when he is signed in, how many calls he has had since then, and for how long any slot was in use.
    pub(super) signed_in: Time,
    pub(super) calls: u32,
    pub(super) busy_for: Span,
    /// Since when a slot is in use, if one is.
    pub(super) busy_since: Time,
    /// Under which sets of absences he counts as there; a bit each.
    pub(super) there: u8,
}

/// A contact slot.
#[derive(Clone, Copy, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Slot {
    pub(super) agent: AgentId,
    pub(super) state: SlotState,
    pub(super) since: Time,
    pub(super) offer: Option<u32>,
    /// The call and queue of the work after a call.
    pub(super) wrapping: Option<(CallId, QueueId)>,
    pub(super) wrap_up: Option<TimerId>,
}

impl Slot {
    pub(super) fn new(agent: AgentId) -> Self {
        Self { agent, state: SlotState::Free, since: Time::ZERO, offer: None, wrapping: None, wrap_up: None }
    }
}

impl Agent {
    pub(super) fn new(profile: ProfileId, first_slot: u32, capacity: u8) -> Self {
        Self {
            presence: Presence::SignedOut,
            since: Time::ZERO,
            pending: None,
            once: None,
            asked: None,
            endpoint: Endpoint::Registered,
            delay: None,
            misses: 0,
            able_since: Time::ZERO,
            profile,
            first_slot,
            capacity,
            busy: 0,
            signed_in: Time::ZERO,
            calls: 0,
            busy_for: Span::ZERO,
            busy_since: Time::ZERO,
            there: 0,
        }
    }

    pub(super) fn slots(&self) -> core::ops::Range<u32> {
        self.first_slot..self.first_slot + u32::from(self.capacity)
    }

    /// Whether he can be rung.
    pub(super) fn is_able(&self) -> bool {
        self.would_be_able() && self.busy < self.capacity
    }

    /// Whether he could be rung if a slot were free.
    pub(super) fn would_be_able(&self) -> bool {
        self.presence == Presence::Ready
            && self.pending.is_none()
            && self.endpoint == Endpoint::Registered
            && self.delay.is_none()
    }
}

impl Engine {
    // --- requests ---

    pub(super) fn sign_in(&mut self, agent: AgentId) -> Result<(), Refusal> {
        self.expect_presence(agent, ExpectedPresence::SignedOut)?;
        self.set_presence(agent, Presence::NotReady(NotReady::SignedIn));
        Ok(())
    }

    pub(super) fn sign_out(&mut self, agent: AgentId) -> Result<(), Refusal> {
        self.expect_presence(agent, ExpectedPresence::SignedIn)?;
        self.ask_no_more(agent);
        self.set_or_pend(agent, Presence::SignedOut);
        Ok(())
    }

    /// The agent takes calls; with `once`, one, and is then what that says.
    pub(super) fn ready(&mut self, agent: AgentId, once: Option<Presence>) -> Result<(), Refusal> {
        self.expect_presence(agent, ExpectedPresence::SignedIn)?;
        self.ask_no_more(agent);
        let state = &mut self.agents[agent.index()];
        if state.presence != Presence::Ready || state.pending.is_some() {
            // Who says so has come back; who was ready all the time has not shown anything.
            state.misses = 0;
        }
        state.once = once;
        if state.pending.take().is_some() {
            // Taken back before it took effect.
            self.fact(|| Fact::PresencePending { agent, to: Presence::Ready });
        }
        self.set_presence(agent, Presence::Ready);
        Ok(())
    }

    /// The presence that a reason of the floor's stands for.
    pub(super) fn off(&self, reason: ReasonId) -> Result<Presence, Refusal> {
        let known = reason.index() < self.plan.floor().reasons.len();
        if known {
            Ok(Presence::NotReady(NotReady::Reason(reason)))
        } else {
            Err(Refusal::UnknownReason { got: reason })
        }
    }

    pub(super) fn not_ready(&mut self, agent: AgentId, reason: ReasonId, actor: Actor) -> Result<(), Refusal> {
        let to = self.off(reason)?;
        self.expect_presence(agent, ExpectedPresence::SignedIn)?;
        let state = &self.agents[agent.index()];
        let is_so = state.presence == to || state.pending == Some(to);
        if actor == Actor::Agent(agent) && self.plan.needs_approval(reason) && !is_so {
            if state.asked != Some(reason) {
                self.ask_no_more(agent);
                self.agents[agent.index()].asked = Some(reason);
                self.fact(|| Fact::ApprovalAsked { agent, reason });
            }
            return Ok(());
        }
        self.ask_no_more(agent);
        self.set_or_pend(agent, to);
        Ok(())
    }

    pub(super) fn wrap_up_done(
        &mut self,
        agent: AgentId,
        call: Option<CallId>,
        disposition: Option<DispositionId>,
    ) -> Result<(), Refusal> {
        if let Some(got) = disposition.filter(|got| got.index() >= self.plan.floor().dispositions.len()) {
            return Err(Refusal::UnknownDisposition { got });
        }
        let slots = self.agents[agent.index()].slots();
        let wrapping = slots.filter_map(|slot| {
            let (of, queue) = self.slots[slot as usize].wrapping?;
            call.is_none_or(|call| call == of).then_some((slot, queue))
        });
        let first = wrapping.min_by_key(|(slot, _)| self.slots[*slot as usize].since);
        let (slot, queue) = first.ok_or(Refusal::NoWrapUp { agent })?;
        match self.plan.queues()[queue.index()].rules.wrap_up {
            WrapUpPlan::Fixed(_) => Err(Refusal::WrapUpFixed { agent }),
            WrapUpPlan::Disposition if disposition.is_none() => Err(Refusal::DispositionExpected { agent }),
            _ => {
                self.end_wrap_up(slot, disposition);
                Ok(())
            }
        }
    }

    fn expect_presence(&self, agent: AgentId, expected: ExpectedPresence) -> Result<(), Refusal> {
        let got = self.agents[agent.index()].presence;
        if (got == Presence::SignedOut) == (expected == ExpectedPresence::SignedOut) {
            return Ok(());
        }
        Err(Refusal::AgentNotIn { agent, expected, got })
    }

    // --- facts ---

    pub(super) fn endpoint_state(&mut self, agent: AgentId, state: Endpoint) {
        let Some(known) = self.agents.get_mut(agent.index()) else {
            return self.fact(|| Fact::Ignored { subject: Subject::Agent(agent) });
        };
        if known.endpoint == state {
            return;
        }
        known.endpoint = state;
        if state == Endpoint::Registered {
            known.able_since = self.now;
        }
        self.fact(|| Fact::EndpointChanged { agent, state });
        if state == Endpoint::Unregistered {
            self.fail_ringing_offers_of(agent);
        }
        self.refresh(agent);
    }

    // --- timers ---

    pub(super) fn wrap_up_due(&mut self, slot: u32) {
        self.slots[slot as usize].wrap_up = None;
        self.end_wrap_up(slot, None);
    }

    pub(super) fn delay_due(&mut self, agent: AgentId) {
        let state = &mut self.agents[agent.index()];
        state.delay = None;
        state.able_since = self.now;
        self.refresh(agent);
    }

    // --- transitions ---

    pub(super) fn set_or_pend(&mut self, agent: AgentId, to: Presence) {
        let state = &mut self.agents[agent.index()];
        if state.busy == 0 {
            return self.set_presence(agent, to);
        }
        if state.pending != Some(to) {
            state.pending = Some(to);
            self.fact(|| Fact::PresencePending { agent, to });
            self.refresh(agent);
            self.end_waiting_for(agent);
        }
    }

    fn set_presence(&mut self, agent: AgentId, to: Presence) {
        let state = &mut self.agents[agent.index()];
        let (from, lasted) = (state.presence, self.now - state.since);
        state.pending = None;
        if from != to {
            state.presence = to;
            state.since = self.now;
            if to == Presence::Ready {
                state.able_since = self.now;
            }
            if from == Presence::SignedOut {
                (state.signed_in, state.calls, state.busy_for) = (self.now, 0, Span::ZERO);
            }
            if to != Presence::Ready {
                state.once = None;
            }
            self.fact(|| Fact::PresenceChanged { agent, from, to, lasted });
        }
        self.refresh(agent);
        if to != Presence::Ready {
            if to == Presence::SignedOut {
                self.ask_no_more(agent);
            }
            self.end_waiting_for(agent);
        }
    }

    /// Gives a slot another state.
    pub(super) fn set_slot(&mut self, slot: u32, to: SlotState, offer: Option<u32>) {
        let now = self.now;
        let state = &mut self.slots[slot as usize];
        let (from, lasted, agent) = (state.state, now - state.since, state.agent);
        state.state = to;
        state.since = now;
        state.offer = offer;
        state.wrapping = None;
        let agent_state = &mut self.agents[agent.index()];
        match (from, to) {
            (SlotState::Free, SlotState::Free) => {}
            (SlotState::Free, _) => {
                if agent_state.busy == 0 {
                    agent_state.busy_since = now;
                }
                agent_state.busy += 1;
            }
            (_, SlotState::Free) => {
                agent_state.busy -= 1;
                if agent_state.busy == 0 {
                    agent_state.busy_for += now - agent_state.busy_since;
                }
            }
            _ => {}
        }
        let number = (slot - agent_state.first_slot) as u8;
        self.fact(|| Fact::SlotChanged { agent, slot: number, from, to, lasted });
    }

    pub(super) fn free_slot(&self, agent: AgentId) -> Option<u32> {
        self.agents[agent.index()].slots().find(|slot| self.slots[*slot as usize].state == SlotState::Free)
    }

    fn end_wrap_up(&mut self, slot: u32, disposition: Option<DispositionId>) {
        let state = &mut self.slots[slot as usize];
        let (agent, lasted) = (state.agent, self.now - state.since);
        self.timers.cancel(&mut state.wrap_up);
        let wrapping = state.wrapping.take();
        if let Some((call, queue)) = wrapping {
            self.fact(|| Fact::WrapUpEnded { agent, call, queue, lasted, disposition });
        }
        self.set_slot(slot, SlotState::Free, None);
        self.agents[agent.index()].able_since = self.now;
        self.settle(agent);
    }

    /// What an offer that was not taken means for the agent.
    pub(super) fn blame(&mut self, agent: AgentId, queue: QueueId, how: OfferEnd) {
        let rules = &self.plan.queues()[queue.index()].rules;
        let state = &mut self.agents[agent.index()];
        let delay = match how {
            OfferEnd::Cancelled(_) | OfferEnd::ConnectFailed => return,
            OfferEnd::Missed => {
                state.misses = state.misses.saturating_add(1);
                if rules.misses.is_some_and(|limit| state.misses >= limit) {
                    state.able_since = self.now;
                    if state.presence == Presence::Ready && state.pending.is_none() {
                        self.set_or_pend(agent, Presence::NotReady(NotReady::Missed));
                    }
                    return;
                }
                rules.delay_missed
            }
            OfferEnd::Declined => rules.delay_declined,
            OfferEnd::Busy => rules.delay_busy,
            OfferEnd::Unreachable | OfferEnd::NeverRang => rules.delay_unreachable,
        };
        state.able_since = self.now;
        // A longer delay that runs already stands.
        let until = state.delay.map(|running| self.timers.due(running));
        if let Some(span) = delay.filter(|span| until.is_none_or(|until| until < self.now + *span)) {
            let state = &mut self.agents[agent.index()];
            self.timers.cancel(&mut state.delay);
            state.delay = self.timers.set(self.now, span, Kind::Delay, agent.0);
        }
    }

    /// A slot has changed: what was pending takes effect once none is in use, and the agent may be rung again.
    pub(super) fn settle(&mut self, agent: AgentId) {
        let state = &self.agents[agent.index()];
        match state.pending {
            Some(to) if state.busy == 0 => self.set_presence(agent, to),
            _ => self.refresh(agent),
        }
    }

    /// Lists the agent as idle, or not, as he now is. While another of his slots is in use he counts as idle since
    /// his latest contact began, so that one agent with many slots is not filled first.
    pub(super) fn refresh(&mut self, agent: AgentId) {
        self.count_staff(agent);
        let state = &self.agents[agent.index()];
        // Most changes are of an agent who is busy and stays so.
        if !state.is_able() && !self.idle.is_listed(agent) {
            return;
        }
        let latest = |state: &Agent| {
            let offers = state.slots().filter_map(|slot| self.slots[slot as usize].offer);
            offers.map(|offer| self.offers[offer].made).max()
        };
        let listed = state.is_able().then(|| match state.busy {
            0 => state.able_since,
            _ => latest(state).map_or(state.able_since, |latest| latest.max(state.able_since)),
        });
        let occupancy = |state| if self.idle.asks_for_occupancy() { self.occupancy(state) } else { 0 };
        let listed = listed.map(|since| Standing { since, calls: state.calls, occupancy: occupancy(state) });
        let (before, profile) = (self.idle.standing(agent), state.profile);
        if listed == before {
            return;
        }
        if before.is_some() {
            self.idle.remove(profile, agent);
        }
        if let Some(standing) = listed {
            self.idle.insert(profile, standing, agent);
            if before.is_none() {
                self.dirty_profiles.insert(profile);
                if self.awaited.first(agent).is_some() {
                    self.dirty_awaited.push(agent);
                }
            }
        }
        if !self.idle_of_teams.is_empty() && before.is_some() != listed.is_some() {
            self.count_idle(agent, listed.is_some());
        }
    }

    /// The share of the time since signing in with any slot in use, in millionths.
    fn occupancy(&self, agent: &Agent) -> u32 {
        let staffed = (self.now - agent.signed_in).as_nanos();
        let running = if agent.busy > 0 { self.now - agent.busy_since } else { Span::ZERO };
        let busy = (agent.busy_for + running).as_nanos();
        let millionths = u128::from(busy.min(staffed)) * 1_000_000 / u128::from(staffed.max(1));
        millionths as u32
    }

    /// Whether the phone that rings for this offer would be free for another call at once.
    pub(super) fn can_be_withdrawn(&self, offer: u32) -> bool {
        let offer = &self.offers[offer];
        matches!(offer.stage, OfferStage::Made | OfferStage::Ringing)
            && self.agents[offer.agent.index()].would_be_able()
    }
}
