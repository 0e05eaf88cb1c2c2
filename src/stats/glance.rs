//! A glance: what a wallboard shows at this moment.

use super::counts::VisitCounts;
use super::tally::{QueueRow, Tally};
use super::work::AgentNow;
use crate::engine::{NotReady, Presence, SlotState};
use crate::time::{Span, Time};

/// What a wallboard shows at a moment, by [`Tally::glance`].
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Glance {
    /// By queue, in the floor's order.
    pub queues: Vec<QueueGlance>,
    /// All queues.
    pub total: QueueGlance,
    /// By agent, in the floor's order.
    pub agents: Vec<AgentGlance>,
    /// Open entries of the follow-up list.
    pub follow_ups: u64,
}

/// A queue at a moment. What is said of visits so far means the same as in [`VisitFigures`](super::VisitFigures).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct QueueGlance {
    /// Callers who wait on the line, ringing ones included.
    pub waiting: u64,
    /// How long the one has waited who has waited longest.
    pub longest_wait: Option<Span>,
    /// Callers who wait to be called back.
    pub callbacks: u64,
    /// Visits so far.
    pub offered: u64,
    /// … answered.
    pub answered: u64,
    /// … abandoned.
    pub abandoned: u64,
    /// … answered within the target.
    pub answered_in_target: u64,
    /// Share of visits so far that were answered within the target, those that still wait included:
    /// `in_target_of_offered`, from 0 to 1.
    pub service_level: Option<f64>,
    /// Speed of answer so far, mean.
    pub speed_of_answer: Option<Span>,
}

/// An agent at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AgentGlance {
    /// What the agent does: of several contacts, the one that stands last in [`AgentState`].
    pub state: AgentState,
    /// Since when.
    pub since: Time,
}

/// What an agent does, as boards show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AgentState {
    /// Not at work.
    SignedOut,
    /// At work, takes no calls.
    NotReady(NotReady),
    /// Ready, nothing in hand.
    Idle,
    /// In work after a call.
    WrapUp,
    /// Listening to somebody else's call.
    Monitoring,
    /// Rung.
    Ringing,
    /// Being joined.
    Connecting,
    /// With the caller on hold.
    Holding,
    /// Talking.
    Talking,
}

impl AgentState {
    /// Every name, in the order of the states.
    const NAMES: [&str; 9] =
        ["signed out", "not ready", "idle", "wrap-up", "monitoring", "ringing", "connecting", "holding", "talking"];

    /// The state in words, whatever the reason of not being ready.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self.place()]
    }

    const fn place(self) -> usize {
        match self {
            Self::SignedOut => 0,
            Self::NotReady(_) => 1,
            Self::Idle => 2,
            Self::WrapUp => 3,
            Self::Monitoring => 4,
            Self::Ringing => 5,
            Self::Connecting => 6,
            Self::Holding => 7,
            Self::Talking => 8,
        }
    }
}

impl Glance {
    /// How many agents are in each state, in the order of [`AgentState`], all not-ready reasons as one; states in which
    /// nobody is are there too.
    pub fn agents_by_state(&self) -> impl Iterator<Item = (&'static str, usize)> + use<> {
        let mut counts = [0; AgentState::NAMES.len()];
        self.agents.iter().for_each(|agent| counts[agent.state.place()] += 1);
        AgentState::NAMES.into_iter().zip(counts)
    }
}

impl Tally {
    /// What a wallboard shows at `now`, or at the latest instant folded if that is later. Its cost grows with the floor,
    /// not with the calls; nothing is changed.
    pub fn glance(&self, now: Time) -> Glance {
        let now = now.max(self.latest);
        let mut total = Sum::default();
        let queue = |row: &QueueRow| {
            let sum = Sum::of(row, now);
            total.add(&sum);
            sum.glance()
        };
        Glance {
            queues: self.queues.iter().map(queue).collect(),
            total: total.glance(),
            agents: self.work.now.iter().map(AgentNow::glance).collect(),
            follow_ups: self.follow_ups.len() as u64,
        }
    }
}

#[derive(Default)]
struct Sum {
    waiting: u64,
    longest_wait: Option<Span>,
    callbacks: u64,
    visits: VisitCounts,
}

impl Sum {
    fn of(QueueRow { hours, live, .. }: &QueueRow, now: Time) -> Self {
        let mut visits = VisitCounts::default();
        hours.iter().for_each(|hour| visits += hour);
        Self {
            waiting: live.waiting(),
            longest_wait: live.longest_waiting().map(|since| now.since(since)),
            callbacks: live.callbacks,
            visits,
        }
    }

    fn add(&mut self, other: &Self) {
        self.waiting += other.waiting;
        self.longest_wait = self.longest_wait.max(other.longest_wait);
        self.callbacks += other.callbacks;
        self.visits += &other.visits;
    }

    fn glance(&self) -> QueueGlance {
        let figures = super::VisitFigures::of(&self.visits, None, None);
        QueueGlance {
            waiting: self.waiting,
            longest_wait: self.longest_wait,
            callbacks: self.callbacks,
            offered: figures.offered,
            answered: figures.answered,
            abandoned: figures.abandoned,
            answered_in_target: figures.answered_in_target,
            service_level: figures.in_target_of_offered,
            speed_of_answer: figures.speed_of_answer_mean_s.map(Span::from_secs_f64),
        }
    }
}

impl AgentNow {
    fn glance(&self) -> AgentGlance {
        let presence = match self.presence {
            Presence::SignedOut => AgentState::SignedOut,
            Presence::NotReady(why) => AgentState::NotReady(why),
            Presence::Ready => AgentState::Idle,
        };
        let slots = self.slots.iter().filter_map(|slot| {
            let state = match slot.state {
                SlotState::Free => return None,
                SlotState::Ringing => AgentState::Ringing,
                SlotState::Connecting => AgentState::Connecting,
                SlotState::Talking => AgentState::Talking,
                SlotState::Holding => AgentState::Holding,
                SlotState::Monitoring => AgentState::Monitoring,
                SlotState::WrapUp => AgentState::WrapUp,
            };
            Some(AgentGlance { state, since: slot.since })
        });
        // Nothing in hand: since the presence began, or since the last contact ended.
        let freed = self.slots.iter().map(|slot| slot.since).fold(self.since, Time::max);
        slots.max_by_key(|slot| slot.state).unwrap_or(AgentGlance { state: presence, since: freed })
    }
}
