//! When an executor counts as stalled: the one place where time decides something here, and it is the callers' time.
//!
//! Each handle *watches*: as long as what it can see of the executor does not change, it waits and counts. A *take-over*
//! is allowed once it has waited for the patience. The patience is never less than half as much again as copying the
//! machine was seen to take, for so long one who takes over shows no sign of life, and take-overs would feed on themselves.
//! (What he redoes is seen, entry by entry.) It doubles with each take-over that was in vain, and what it was doubled by
//! wears off again. And a budget of entries redone per second spaces those that a busy machine provokes by taking the
//! processor from the executor now and then.
//!
//! Where the stamps stand still (virtual time), calls are counted instead, and more of them are asked for the more there
//! is to redo: whoever redoes has called in vain as often.

use super::options::Options;
use super::sync::{AtomicU64, Ordering};
use crate::time::{Span, Time};

/// What can be seen of the executor. Any change is a sign of life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pulse {
    pub(super) progress: u64,
    pub(super) epoch: u64,
    pub(super) redone: u64,
}

/// What one handle has seen, since when, and how often it has looked.
#[derive(Debug, Default)]
pub(super) struct Watch {
    pub(super) seen: Pulse,
    since: Time,
    calls: u64,
}

impl Watch {
    /// Looks again. Whether nothing has changed.
    pub(super) fn look(&mut self, pulse: Pulse, now: Time) -> bool {
        if self.calls == 0 || self.seen != pulse {
            *self = Self { seen: pulse, since: now, calls: 1 };
            return false;
        }
        self.calls += 1;
        true
    }

    /// Begins anew.
    pub(super) fn forget(&mut self) {
        self.calls = 0;
    }
}

/// What all handles share of it.
pub(super) struct Patience {
    least: u64,
    most: u64,
    calls: u64,
    /// What redoing one entry takes out of the budget.
    redo_cost: u64,
    /// How long copying the machine takes; a moving average.
    copying: AtomicU64,
    /// Take-overs in a row that were in vain, or of which nothing has been heard yet.
    in_vain: AtomicU64,
    /// The stamp of the last of them.
    in_vain_at: AtomicU64,
    /// Before this stamp the budget allows no take-over.
    budget: AtomicU64,
}

/// The budget saves up so much at most.
const SAVED: u64 = 1_000_000_000;
/// It is never honestly spent for so long ahead.
const FAR_AHEAD: u64 = 600 * SAVED;

impl Patience {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            least: options.patience.as_nanos(),
            most: options.patience_max.as_nanos(),
            calls: u64::from(options.patience_calls),
            redo_cost: 1_000_000_000 / u64::from(options.redo_per_second),
            copying: AtomicU64::new(0),
            in_vain: AtomicU64::new(0),
            in_vain_at: AtomicU64::new(0),
            budget: AtomicU64::new(0),
        }
    }

    /// How long that is at this stamp.
    pub(super) fn at(&self, now: Time) -> Span {
        let floor = self.floor();
        Span::from_nanos(floor.saturating_mul(1 << self.doublings(now)).min(self.most.max(floor)))
    }

    fn floor(&self) -> u64 {
        let copying = self.copying.load(Ordering::Relaxed);
        self.least.max(copying.saturating_add(copying / 2))
    }

    fn doublings(&self, now: Time) -> u64 {
        // Either way: somebody with another clock may have been here. One wears off in the time of the longest patience.
        let since = now.as_nanos().abs_diff(self.in_vain_at.load(Ordering::Relaxed));
        self.in_vain.load(Ordering::Relaxed).saturating_sub(since / self.most.max(1)).min(20)
    }

    /// Whether who watches has waited, or called, for long enough.
    pub(super) fn is_over(&self, watch: &Watch, now: Time) -> bool {
        now - watch.since >= self.at(now) || watch.calls >= self.calls
    }

    /// Whether who watches may take over, if that means to redo so many entries. Takes it out of the budget.
    pub(super) fn allows(&self, watch: &Watch, now: Time, redo: impl FnOnce() -> u64) -> bool {
        if !self.is_over(watch, now) {
            return false;
        }
        let redo = redo();
        if watch.calls >= self.calls.saturating_add(redo).saturating_mul(1 << self.doublings(now)) {
            return true;
        }
        if now - watch.since < self.at(now) {
            return false;
        }
        let found = self.budget.load(Ordering::Relaxed);
        let now = now.as_nanos();
        // Somebody with another clock has been here.
        let budget = if found.saturating_sub(now) > FAR_AHEAD { now } else { found };
        let spent = budget.max(now.saturating_sub(SAVED)).saturating_add(redo.saturating_mul(self.redo_cost));
        budget <= now && self.budget.compare_exchange(found, spent, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// A take-over begins. Until something is heard of it, it counts as in vain. Whether the one before does.
    pub(super) fn taken_over(&self, now: Time) -> bool {
        let before = self.doublings(now);
        self.in_vain_at.store(now.as_nanos(), Ordering::Relaxed);
        self.in_vain.store(before + 1, Ordering::Relaxed);
        before > 0
    }

    /// The machine was copied, for a checkpoint or by who takes over, which took so long.
    pub(super) fn copied(&self, lasted: Span) {
        let before = self.copying.load(Ordering::Relaxed);
        // Whoever was suspended while he copied knows nothing about copying.
        let lasted = lasted.as_nanos().min(self.floor().saturating_mul(4)).min(self.most);
        self.copying.store(if before == 0 { lasted } else { before - before / 4 + lasted / 4 }, Ordering::Relaxed);
    }

    /// He has redone what there was to redo, and goes on.
    pub(super) fn succeeded(&self) {
        self.in_vain.store(0, Ordering::Relaxed);
    }
}
