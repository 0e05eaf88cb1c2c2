//! Agents' time, counted exactly: at every change, the time since the last goes to the state the agent was in (G10).

use super::counts::{Total, WorkCounts};
use super::day::Clock;
use super::shape::{AgentShape, Shape};
use super::tally::Origin;
use crate::engine::{Endpoint, NotReady, Presence, SlotState};
use crate::ids::AgentId;
use crate::time::{Span, Time};

/// Not-ready time is kept by reason: these two first, then the floor's own.
const SIGNED_IN: usize = 0;
const MISSED: usize = 1;
pub(super) const OWN_REASONS: usize = 2;

#[derive(Clone, Debug)]
pub(super) struct Work {
    /// By agent.
    pub(super) totals: Vec<WorkCounts>,
    /// By agent, then reason.
    pub(super) not_ready: Vec<Total>,
    /// By team, then hour of day.
    pub(super) hours: Vec<WorkCounts>,
    pub(super) now: Vec<AgentNow>,
    /// Nothing before this is counted,
    from: Time,
    /// and nothing after this.
    until: Time,
}

/// What an agent does at present.
#[derive(Clone, Debug)]
pub(super) struct AgentNow {
    pub(super) presence: Presence,
    /// Since when.
    pub(super) since: Time,
    /// Up to when the time is counted.
    counted: Time,
    pub(super) slots: Box<[SlotNow]>,
    /// The phone can be rung.
    in_reach: bool,
    /// The slot that changed last.
    last_slot: Option<u8>,
    /// Where the leg that just ended came from, for the wrap-up that may follow.
    left: Option<Origin>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SlotNow {
    pub(super) state: SlotState,
    /// Since when.
    pub(super) since: Time,
    /// Talking, but with a colleague who consults him.
    consulted: bool,
    /// In wrap-up: where the call came from.
    origin: Option<Origin>,
}

impl Work {
    /// Everybody signed out, nothing counted; nothing after `until` ever will be.
    pub(super) fn new(shape: &Shape, until: Time) -> Self {
        let signed_out = |agent: &AgentShape| AgentNow {
            presence: Presence::SignedOut,
            since: Time::ZERO,
            in_reach: true,
            last_slot: None,
            // What comes before the end of the warm-up is as good as counted.
            counted: shape.count_from,
            slots: vec![SlotNow::default(); usize::from(agent.capacity)].into(),
            left: None,
        };
        Self {
            totals: vec![WorkCounts::default(); shape.agents.len()],
            not_ready: vec![Total::default(); shape.agents.len() * shape.reasons.len()],
            hours: vec![WorkCounts::default(); shape.teams.len() * shape.day.buckets()],
            now: shape.agents.iter().map(signed_out).collect(),
            from: shape.count_from,
            until,
        }
    }

    /// Whether what agents do at this instant is counted.
    pub(super) fn counts(&self, at: Time) -> bool {
        (self.from..=self.until).contains(&at)
    }

    /// This instant, or the last that is counted if that is earlier.
    pub(super) fn end_of(&self, at: Time) -> Time {
        at.min(self.until)
    }

    /// Counts something an agent did at an instant.
    pub(super) fn count(
        &mut self,
        shape: &Shape,
        clock: &Clock,
        agent: AgentId,
        at: Time,
        count: impl Fn(&mut WorkCounts),
    ) {
        if !self.counts(at) {
            return;
        }
        if let Some(total) = self.totals.get_mut(agent.index()) {
            count(total);
            if let Some(hour) = self.hours.get_mut(shape.team_hour(agent, clock.bucket_of(at))) {
                count(hour);
            }
        }
    }

    /// Remembers where an agent's leg came from that has just ended: the wrap-up that the slot's next change begins
    /// belongs there too.
    pub(super) fn leg_ended(&mut self, agent: AgentId, origin: Origin) {
        if let Some(now) = self.now.get_mut(agent.index()) {
            now.left = Some(origin);
        }
    }

    /// Where the call came from after which an agent works.
    pub(super) fn wraps_up(&self, agent: AgentId) -> Option<Origin> {
        let mut slots = self.now.get(agent.index())?.slots.iter();
        slots.find(|slot| slot.state == SlotState::WrapUp)?.origin
    }

    /// A slot changed. Gives the origin of the call whose wrap-up this ended, if it did.
    pub(super) fn slot_changed(
        &mut self,
        shape: &Shape,
        clock: &Clock,
        agent: AgentId,
        slot: u8,
        (from, to): (SlotState, SlotState),
        at: Time,
    ) -> Option<Origin> {
        let now = self.now.get_mut(agent.index())?;
        now.slots.get_mut(usize::from(slot))?.state = from;
        self.advance_one(shape, clock, agent.index(), at);
        let now = self.now.get_mut(agent.index())?;
        now.last_slot = Some(slot);
        let slot = now.slots.get_mut(usize::from(slot))?;
        (slot.state, slot.since, slot.consulted) = (to, at, false);
        let left = now.left.take().filter(|_| to == SlotState::WrapUp);
        core::mem::replace(&mut slot.origin, left)
    }

    pub(super) fn presence_changed(
        &mut self,
        shape: &Shape,
        clock: &Clock,
        agent: AgentId,
        (from, to): (Presence, Presence),
        at: Time,
    ) {
        let Some(now) = self.now.get_mut(agent.index()) else { return };
        now.presence = from;
        self.advance_one(shape, clock, agent.index(), at);
        if let Some(now) = self.now.get_mut(agent.index()) {
            (now.presence, now.since) = (to, at);
        }
    }

    pub(super) fn endpoint_changed(&mut self, shape: &Shape, clock: &Clock, agent: AgentId, state: Endpoint, at: Time) {
        self.advance_one(shape, clock, agent.index(), at);
        if let Some(now) = self.now.get_mut(agent.index()) {
            now.in_reach = state == Endpoint::Registered;
        }
    }

    /// The slot of an agent that changed last: that of a leg, when it is said to be connected.
    pub(super) fn last_slot(&self, agent: AgentId) -> Option<u8> {
        self.now.get(agent.index())?.last_slot
    }

    /// From now on, an agent who talks in this slot is consulted, or no longer is and talks with the caller.
    pub(super) fn set_consulted(
        &mut self,
        shape: &Shape,
        clock: &Clock,
        agent: AgentId,
        slot: Option<u8>,
        consulted: bool,
        at: Time,
    ) {
        self.advance_one(shape, clock, agent.index(), at);
        let now = self.now.get_mut(agent.index());
        if let Some(slot) = now.zip(slot).and_then(|(now, slot)| now.slots.get_mut(usize::from(slot))) {
            slot.consulted = consulted;
        }
    }

    /// Counts everybody's time up to `until`.
    pub(super) fn advance(&mut self, shape: &Shape, clock: &Clock, until: Time) {
        for agent in 0..self.now.len() {
            self.advance_one(shape, clock, agent, until);
        }
    }

    fn advance_one(&mut self, shape: &Shape, clock: &Clock, agent: usize, until: Time) {
        let until = until.min(self.until);
        let (Some(now), Some(total)) = (self.now.get_mut(agent), self.totals.get_mut(agent)) else { return };
        let from = now.counted;
        let whole = until.since(from);
        now.counted = from.max(until);
        let in_use = |now: &AgentNow| now.slots.iter().any(|slot| slot.state != SlotState::Free);
        if whole.is_zero() || (now.presence == Presence::SignedOut && !in_use(now)) {
            return;
        }
        now.spend(total, whole);
        if let Some(reason) = reason(now.presence)
            && let Some(time) = self.not_ready.get_mut(agent * shape.reasons.len() + reason)
        {
            *time += whole;
        }
        let first = shape.team_hour(AgentId(agent as u32), 0);
        clock.split(from, until, |hour, nanos| {
            if let Some(counts) = self.hours.get_mut(first + hour) {
                now.spend(counts, Span::from_nanos(nanos));
            }
        });
    }

    /// Adds what another has counted; what its agents do at present stays its own.
    pub(super) fn add(&mut self, other: &Self) {
        self.totals.iter_mut().zip(&other.totals).for_each(|(mine, theirs)| *mine += theirs);
        self.not_ready.iter_mut().zip(&other.not_ready).for_each(|(mine, theirs)| *mine += *theirs);
        self.hours.iter_mut().zip(&other.hours).for_each(|(mine, theirs)| *mine += theirs);
    }
}

impl AgentNow {
    /// Counts a span spent in the present state.
    fn spend(&self, counts: &mut WorkCounts, span: Span) {
        match self.presence {
            Presence::SignedOut => {}
            Presence::NotReady(_) => counts.not_ready += span,
            Presence::Ready => counts.ready += span,
        }
        for slot in &self.slots {
            match slot.state {
                SlotState::Free if self.presence == Presence::Ready && self.in_reach => counts.idle += span,
                SlotState::Free if self.presence == Presence::Ready => counts.out_of_reach += span,
                SlotState::Free => {}
                SlotState::Ringing => counts.ringing += span,
                SlotState::Connecting => counts.connecting += span,
                SlotState::Talking if slot.consulted => counts.consult += span,
                SlotState::Talking => counts.talk += span,
                SlotState::Holding => counts.hold += span,
                SlotState::Monitoring => counts.monitor += span,
                SlotState::WrapUp => counts.wrap_up += span,
            }
        }
    }
}

fn reason(presence: Presence) -> Option<usize> {
    match presence {
        Presence::NotReady(NotReady::SignedIn) => Some(SIGNED_IN),
        Presence::NotReady(NotReady::Missed) => Some(MISSED),
        Presence::NotReady(NotReady::Reason(reason)) => Some(OWN_REASONS + reason.index()),
        Presence::SignedOut | Presence::Ready => None,
    }
}
