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
        answered: u64,
        abandoned: u64,
        timed_out: u64,
        overflowed: u64,
        diverted: u64,
        disconnected: u64,
        refused: u64,
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
        holds: u64,
        hold_reminders: u64,
        hold_limits_passed: u64,
        leases_expired: u64,
    }
    /// Calls and their outcomes.
    CallCounts {
        offered: u64,
        answered: u64,
        completed_by_caller: u64,
        completed_by_agent: u64,
        completed_by_switch: u64,
        abandoned: u64,
        timed_out: u64,
        diverted: u64,
        disconnected: u64,
        refused_unknown_queue: u64,
        refused_queue_full: u64,
        refused_floor_full: u64,
        refused_needs_full: u64,
        lost: u64,
        lasted: Total,
    }
    /// Agents' time and what they did in it.
    WorkCounts {
        ready: Total,
        not_ready: Total,
        idle: Total,
        ringing: Total,
        connecting: Total,
        talk: Total,
        hold: Total,
        wrap_up: Total,
        calls: u64,
        handled: u64,
        offers: u64,
        missed: u64,
        never_rang: u64,
        declined: u64,
        busy: u64,
        unreachable: u64,
        holds: u64,
    }
}

impl VisitCounts {
    pub(super) fn ended(&self) -> u64 {
        self.answered
            + self.abandoned
            + self.timed_out
            + self.overflowed
            + self.diverted
            + self.disconnected
            + self.refused
    }
}

impl CallCounts {
    pub(super) fn ended(&self) -> u64 {
        self.completed_by_caller
            + self.completed_by_agent
            + self.completed_by_switch
            + self.abandoned
            + self.timed_out
            + self.diverted
            + self.disconnected
            + self.refused()
            + self.lost
    }

    pub(super) fn refused(&self) -> u64 {
        self.refused_unknown_queue + self.refused_queue_full + self.refused_floor_full + self.refused_needs_full
    }
}

impl WorkCounts {
    pub(super) fn staffed(&self) -> Total {
        Total(self.ready.0 + self.not_ready.0)
    }

    pub(super) fn handling(&self) -> Total {
        Total(self.ringing.0 + self.connecting.0 + self.talk.0 + self.hold.0 + self.wrap_up.0)
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
