//! The rules of a queue, checked.

use super::super::{Absences, Choice};
use crate::ids::{ReasonId, RoleId};
use crate::time::Span;

/// [`Rules`](crate::floor::Rules) with nothing left out. `None` means never.
#[derive(Clone, Debug, PartialEq)]
pub struct RulesPlan {
    /// How an agent is chosen.
    pub choice: Choice,
    /// The answer target.
    pub target: Span,
    /// The ring limit.
    pub ring_limit: Span,
    /// The limit for offers that never ring.
    pub no_ring_limit: Span,
    /// The limit for joining an answered call.
    pub connect_limit: Span,
    /// Misses in a row before not ready; `None` for never.
    pub misses: Option<u16>,
    /// How long a pair of call and agent is kept apart after an offer that was not taken.
    pub cool_down: Option<Span>,
    /// How long an agent is left alone after a miss.
    pub delay_missed: Option<Span>,
    /// … after declining.
    pub delay_declined: Option<Span>,
    /// … after the phone was busy.
    pub delay_busy: Option<Span>,
    /// … after the phone was unreachable or did not ring.
    pub delay_unreachable: Option<Span>,
    /// Work after the call.
    pub wrap_up: WrapUpPlan,
    /// Hold reminder.
    pub hold_reminder: Option<Span>,
    /// Hold limit.
    pub hold_limit: Option<Span>,
    /// The lease of a connected call.
    pub lease: Span,
    /// The reason of the break after each call.
    pub after_call: Option<ReasonId>,
    /// How many phones ring-all rings at most, at least 1.
    pub ring_all_max: u16,
    /// Whether ring-all rings those who become free later too.
    pub ring_all_joins: bool,
    /// For how long a caller is remembered with the agent who served him last.
    pub sticky: Option<Span>,
    /// How long a call waits for the agent it should go to.
    pub preferred_wait: Option<Span>,
    /// How long a transferred call may wait and ring before it comes back.
    pub transfer_limit: Span,
    /// How long a call that has come back waits for who sent it.
    pub transfer_return: Option<Span>,
    /// Whether it is then led to leave a message.
    pub transfer_message: bool,
    /// Whether a call that is transferred into this queue counts as one that has just come.
    pub transfer_resets_age: bool,
    /// On the way up the chain of command: how long each role has before the next above may take the call too.
    pub escalation_step: Span,
    /// Whether the agent stays with a caller who goes up the chain of command.
    pub escalation_stays: bool,
    /// The role to which a complaint goes at least; never below the next above the agent's.
    pub complaint_role: RoleId,
    /// How often a callback is tried, at least 1.
    pub callback_attempts: u16,
    /// How long after one attempt the next may come.
    pub callback_gap: Span,
    /// What a caller who presses a key is promised: to be called back within this.
    pub callback_within: Option<Span>,
    /// How long a caller may take to leave a message.
    pub message_limit: Span,
    /// Who counts as absent when a call asks to join; `None`: calls may always join.
    pub refuse_when_empty: Option<Absences>,
    /// Who counts as absent for a call that waits; `None`: it stays.
    pub leave_when_empty: Option<Absences>,
    /// How many calls may wait.
    pub length_limit: Option<u32>,
    /// How long a call may wait.
    pub wait_limit: Option<Span>,
    /// Whether the wait limit lets a ringing phone ring to its end.
    pub wait_limit_spares_ring: bool,
}

/// Work after the call, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrapUpPlan {
    /// None: the agent is free at once.
    None,
    /// At most this long, never zero.
    Timed(Span),
    /// Exactly this long, never zero.
    Fixed(Span),
    /// Until the agent says so.
    UntilDone,
    /// Until the agent says what came of the call.
    Disposition,
}

impl WrapUpPlan {
    /// When it ends by itself, if it does.
    pub fn limit(self) -> Option<Span> {
        match self {
            Self::Timed(span) | Self::Fixed(span) => Some(span),
            Self::None | Self::UntilDone | Self::Disposition => None,
        }
    }
}
