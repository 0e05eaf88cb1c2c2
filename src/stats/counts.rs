//! What is counted: integers only, so that tallies of shards and replications add up exactly.

use core::ops::AddAssign;

use crate::time::Span;

/// Rows of counters that add up field by field.
macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub(super) struct $name {
            $(pub(super) $field: $type,)*
        }

        impl AddAssign<&$name> for $name {
            fn add_assign(&mut self, other: &$name) {
                $(self.$field += other.$field;)*
            }
        }
    )*};
}

counters! {
    /// Visits, and what became of the calls while they were in the queue and with the agents it gave them to.
    VisitCounts {
        offered: u64,
        came_new: u64,
        came_by_overflow: u64,
        came_by_key: u64,
        came_by_move: u64,
        came_by_transfer: u64,
        came_back: u64,
        came_by_escalation: u64,
        came_by_take_over: u64,
        came_as_callback: u64,
        answered: u64,
        abandoned: u64,
        timed_out: u64,
        overflowed: u64,
        diverted: u64,
        disconnected: u64,
        refused: u64,
        nobody_there: u64,
        left_by_key: u64,
        moved: u64,
        withdrawn: u64,
        to_message: u64,
        to_callback: u64,
        not_taken: u64,
        called_off: u64,
        callback_failed: u64,
        callbacks_answered: u64,
        take_overs_answered: u64,
        callbacks_ended: u64,
        answered_in_target: u64,
        abandoned_in_target: u64,
        answer_time: Total,
        answer_time_longest: Longest,
        abandon_time: Total,
        longest_wait: Longest,
        handled: u64,
        talk: Total,
        hold: Total,
        wrap_up: Total,
        offers: u64,
        missed: u64,
        never_rang: u64,
        declined: u64,
        busy: u64,
        unreachable: u64,
        cancelled: u64,
        connect_failed: u64,
        targets_passed: u64,
        notifications: u64,
        relaxations: u64,
        overflows: u64,
        escalations: u64,
        disconnections: u64,
        rungs_passed: u64,
        starvation_bound_used: u64,
        rank_changes: u64,
        agent_awaited: u64,
        agent_awaited_kept: u64,
        agent_awaited_given_up: u64,
        holds: u64,
        hold_reminders: u64,
        hold_limits_passed: u64,
        leases_expired: u64,
    }
    /// Calls and their outcomes.
    CallCounts {
        offered: u64,
        came_as_callback: u64,
        answered: u64,
        completed_by_caller: u64,
        completed_by_agent: u64,
        completed_by_switch: u64,
        transferred_out: u64,
        callback_fulfilled: u64,
        abandoned: u64,
        timed_out: u64,
        nobody_there: u64,
        left_by_key: u64,
        diverted: u64,
        message_taken: u64,
        callback_failed: u64,
        disconnected: u64,
        withdrawn: u64,
        refused_unknown_queue: u64,
        refused_queue_full: u64,
        refused_floor_full: u64,
        refused_trunks_full: u64,
        refused_waiting_full: u64,
        refused_nobody_there: u64,
        refused_needs_full: u64,
        lost: u64,
        lasted: Total,
    }
    /// Callers handed on, colleagues consulted.
    TransferCounts {
        transfers: u64,
        to_agents: u64,
        to_telephones: u64,
        returned: u64,
        consults: u64,
        consults_of_telephones: u64,
        consults_answered: u64,
        consult_legs: u64,
        consult: Total,
        completed: u64,
        conferences: u64,
        handed_out: u64,
    }
    /// Callers who are to be called back.
    CallbackCounts {
        promised: u64,
        attempts: u64,
        kept: u64,
        missed: u64,
        reached: u64,
        fulfilled: u64,
        failed: u64,
        wait: Total,
    }
    /// Complaints, and the follow-up list.
    FollowUpCounts {
        complaints: u64,
        messages: u64,
        unanswered: u64,
        complaints_listed: u64,
        answered: u64,
        dismissed: u64,
        not_listed: u64,
        stood: Total,
        stood_longest: Longest,
    }
    /// Queue length.
    LengthCounts {
        observed: Total,
        waited: Total,
        most: Most,
    }
    /// Visits that ended after a wait of one length.
    WithinCounts {
        answered: u64,
        abandoned: u64,
        left: u64,
    }
    /// Agents' time and what they did in it.
    WorkCounts {
        ready: Total,
        not_ready: Total,
        idle: Total,
        out_of_reach: Total,
        ringing: Total,
        connecting: Total,
        talk: Total,
        hold: Total,
        consult: Total,
        monitor: Total,
        wrap_up: Total,
        calls: u64,
        handled: u64,
        consulted: u64,
        offers: u64,
        missed: u64,
        never_rang: u64,
        declined: u64,
        busy: u64,
        unreachable: u64,
        holds: u64,
        escalated: u64,
        transfers: u64,
        transfers_returned: u64,
        consults: u64,
        transfers_completed: u64,
        conferences: u64,
        complaints: u64,
        breaks_asked: u64,
        breaks_approved: u64,
        breaks_refused: u64,
        monitored: u64,
        take_overs: u64,
        moves: u64,
        withdrawals: u64,
        rank_changes: u64,
    }
}

impl VisitCounts {
    /// Those whose callers waited on the line: for a callback, or while a supervisor takes over, nobody does.
    pub(super) fn waited(&self) -> u64 {
        self.offered.saturating_sub(self.came_as_callback + self.came_by_take_over)
    }

    pub(super) fn ended(&self) -> u64 {
        self.answered
            + self.abandoned
            + self.timed_out
            + self.overflowed
            + self.diverted
            + self.disconnected
            + self.refused
            + self.nobody_there
            + self.left_by_key
            + self.moved
            + self.withdrawn
            + self.to_message
            + self.to_callback
            + self.not_taken
            + self.called_off
            + self.callback_failed
    }
}

impl CallCounts {
    pub(super) fn ended(&self) -> u64 {
        self.completed_by_caller
            + self.completed_by_agent
            + self.completed_by_switch
            + self.transferred_out
            + self.callback_fulfilled
            + self.abandoned
            + self.timed_out
            + self.nobody_there
            + self.left_by_key
            + self.diverted
            + self.message_taken
            + self.callback_failed
            + self.disconnected
            + self.withdrawn
            + self.refused()
            + self.lost
    }

    pub(super) fn refused(&self) -> u64 {
        self.refused_unknown_queue
            + self.refused_queue_full
            + self.refused_floor_full
            + self.refused_trunks_full
            + self.refused_waiting_full
            + self.refused_nobody_there
            + self.refused_needs_full
    }
}

impl WorkCounts {
    pub(super) fn staffed(&self) -> Total {
        Total(self.ready.0 + self.not_ready.0)
    }

    /// Monitoring apart: who listens in is at work, but not with a call of his own.
    pub(super) fn handling(&self) -> Total {
        let Self { ringing, connecting, talk, hold, consult, wrap_up, .. } = self;
        Total(ringing.0 + connecting.0 + talk.0 + hold.0 + consult.0 + wrap_up.0)
    }
}

/// A sum of spans in nanoseconds; wide enough for any number of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Total(pub(super) u128);

impl Total {
    pub(super) fn secs(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// Seconds per one of `count`; `None` of none.
    pub(super) fn mean(self, count: u64) -> Option<f64> {
        (count > 0).then(|| self.secs() / count as f64)
    }

    /// This as a share of `whole`; `None` of nothing.
    pub(super) fn share_of(self, whole: Self) -> Option<f64> {
        (whole.0 > 0).then(|| self.0 as f64 / whole.0 as f64)
    }
}

impl AddAssign for Total {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl AddAssign<Span> for Total {
    fn add_assign(&mut self, span: Span) {
        self.0 += u128::from(span.as_nanos());
    }
}

/// The longest of several spans; adding one keeps the longer. `None` before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Longest(pub(super) Option<Span>);

impl AddAssign for Longest {
    fn add_assign(&mut self, other: Self) {
        self.0 = self.0.max(other.0);
    }
}

impl AddAssign<Span> for Longest {
    fn add_assign(&mut self, span: Span) {
        *self += Self(Some(span));
    }
}

/// The most of several numbers; adding one keeps the larger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Most(pub(super) u64);

impl AddAssign for Most {
    fn add_assign(&mut self, other: Self) {
        self.0 = self.0.max(other.0);
    }
}
