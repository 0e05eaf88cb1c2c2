//! The deadlines of a visit. Up to six may be pending; a timer is set for the earliest only, and for the next when that
//! one has passed. Most calls are answered first, and their other deadlines have cost nothing but being written down,
//! in 56 bytes together.

use serde::{Deserialize, Serialize};

use super::Engine;
use super::timer::{Kind, TimerId};
use crate::time::Time;

/// What may be due for a visit. At one instant, earlier ones come first, as their [`Kind`]s do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Deadline {
    /// The answer target passes.
    Target,
    /// It goes before other classes.
    Starvation,
    /// It has waited long enough for one agent alone.
    Await,
    /// Agents may be rung for it: not before.
    NotBefore,
    /// The next rung.
    Rung,
    /// It has waited for as long as it may.
    WaitLimit,
}

impl Deadline {
    const ALL: [Self; 6] = [Self::Target, Self::Starvation, Self::Await, Self::NotBefore, Self::Rung, Self::WaitLimit];

    fn kind(self) -> Kind {
        match self {
            Self::Target => Kind::Target,
            Self::Starvation => Kind::Starvation,
            Self::Await => Kind::Await,
            Self::NotBefore => Kind::NotBefore,
            Self::Rung => Kind::Rung,
            Self::WaitLimit => Kind::WaitLimit,
        }
    }
}

#[derive(Clone, Copy, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Deadlines {
    /// By deadline. At the end of time nothing falls due any more, so that stands for none.
    due: [Time; Deadline::ALL.len()],
    /// The earliest of them, for which the timer is set.
    first: Deadline,
    timer: Option<TimerId>,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { due: [Time::MAX; Deadline::ALL.len()], first: Deadline::Target, timer: None }
    }
}

impl Deadlines {
    /// When it is due, if it is pending.
    pub(super) fn get(&self, deadline: Deadline) -> Option<Time> {
        Some(self.at(deadline)).filter(|due| *due < Time::MAX)
    }

    pub(super) fn is_pending(&self, deadline: Deadline) -> bool {
        self.at(deadline) < Time::MAX
    }

    pub(super) fn timer(&self) -> Option<TimerId> {
        self.timer
    }

    /// What the timer should be set for: when, and what fires.
    pub(super) fn earliest(&self) -> Option<(Time, Kind)> {
        let first = self.find_first();
        self.get(first).map(|due| (due, first.kind()))
    }

    fn at(&self, deadline: Deadline) -> Time {
        self.due[deadline as usize]
    }

    fn find_first(&self) -> Deadline {
        // Of several at one instant, this is the first.
        Deadline::ALL.into_iter().min_by_key(|deadline| self.at(*deadline)).unwrap_or(Deadline::Target)
    }
}

impl Engine {
    /// Sets a deadline of a visit, in place of the one before.
    pub(super) fn set_deadline(&mut self, visit: u32, deadline: Deadline, due: Time) {
        let deadlines = &mut self.visits[visit].deadlines;
        let first = deadlines.first;
        deadlines.due[deadline as usize] = due;
        if (due, deadline) < (deadlines.at(first), first) {
            deadlines.first = deadline;
            self.time_first_deadline(visit);
        } else if deadline == first {
            deadlines.first = deadlines.find_first();
            self.time_first_deadline(visit);
        }
    }

    /// Takes back a deadline of a visit.
    pub(super) fn clear_deadline(&mut self, visit: u32, deadline: Deadline) {
        self.set_deadline(visit, deadline, Time::MAX);
    }

    /// The visit is over.
    pub(super) fn drop_deadlines(&mut self, visit: u32) {
        self.timers.cancel(&mut self.visits[visit].deadlines.timer);
    }

    /// The deadline has passed whose timer has fired.
    pub(super) fn deadline_passed(&mut self, visit: u32, deadline: Deadline) {
        let deadlines = &mut self.visits[visit].deadlines;
        debug_assert_eq!(deadlines.first, deadline);
        deadlines.timer = None;
        deadlines.due[deadline as usize] = Time::MAX;
        deadlines.first = deadlines.find_first();
        self.time_first_deadline(visit);
    }

    // Most deadlines are only written down, and that is done in place as long as this is not: 60 instructions less for
    // each call.
    #[inline(never)]
    fn time_first_deadline(&mut self, visit: u32) {
        let deadlines = &mut self.visits[visit].deadlines;
        self.timers.cancel(&mut deadlines.timer);
        let (due, kind) = (deadlines.at(deadlines.first), deadlines.first.kind());
        if due < Time::MAX {
            deadlines.timer = self.timers.set(self.now, due - self.now, kind, visit);
        }
    }
}
