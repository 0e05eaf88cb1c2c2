//! When an executor counts as stalled: the one place where time decides something here, and it is the callers' time.
//!
//! Each handle *watches*: as long as what it can see of the executor does not change, it waits and counts. A *take-over*
//! is allowed once it has waited for the patience. The patience is never less than a take-over was seen to need, or
//! take-overs would feed on themselves; it doubles with each that was in vain; and a budget of entries redone per second
//! spaces those that a busy machine provokes by taking the processor from the executor now and then.
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
    /// How long a take-over takes; a moving average.
    rebuild: AtomicU64,
    /// Take-overs in a row that were in vain, or of which nothing has been heard yet.
    in_vain: AtomicU64,
    /// Before this stamp the budget allows no take-over.
    budget: AtomicU64,
}

/// The budget saves up so much at most.
const SAVED: u64 = 1_000_000_000;

impl Patience {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            least: options.patience.as_nanos(),
            most: options.patience_max.as_nanos(),
            calls: u64::from(options.patience_calls),
            redo_cost: 1_000_000_000 / u64::from(options.redo_per_second),
            rebuild: AtomicU64::new(0),
            in_vain: AtomicU64::new(0),
            budget: AtomicU64::new(0),
        }
    }

    pub(super) fn now(&self) -> Span {
        let floor = self.least.max(self.rebuild.load(Ordering::Relaxed));
        let doublings = self.in_vain.load(Ordering::Relaxed).min(20);
        Span::from_nanos(floor.saturating_mul(1 << doublings).min(self.most.max(floor)))
    }

    /// Whether who watches may take over, if that means to redo so many entries. Takes it out of the budget.
    pub(super) fn allows(&self, watch: &Watch, now: Time, redo: impl FnOnce() -> u64) -> bool {
        let waited = now - watch.since >= self.now();
        if !waited && watch.calls < self.calls {
            return false;
        }
        let redo = redo();
        let doublings = self.in_vain.load(Ordering::Relaxed).min(20);
        if watch.calls >= self.calls.saturating_add(redo).saturating_mul(1 << doublings) {
            return true;
        }
        if !waited {
            return false;
        }
        let budget = self.budget.load(Ordering::Relaxed);
        let now = now.as_nanos();
        let spent = budget.max(now.saturating_sub(SAVED)).saturating_add(redo.saturating_mul(self.redo_cost));
        budget <= now && self.budget.compare_exchange(budget, spent, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// A take-over begins. Until something is heard of it, it counts as in vain. Says how many in a row before it do.
    pub(super) fn taken_over(&self) -> u64 {
        self.in_vain.fetch_add(1, Ordering::Relaxed)
    }

    /// It has succeeded, and lasted so long.
    pub(super) fn succeeded(&self, lasted: Span) {
        self.in_vain.store(0, Ordering::Relaxed);
        let before = self.rebuild.load(Ordering::Relaxed);
        // Doubled, for the next one may have more to redo.
        let lasted = lasted.as_nanos().saturating_mul(2).min(self.most);
        let mean = if before == 0 { lasted } else { before - before / 4 + lasted / 4 };
        self.rebuild.store(mean, Ordering::Relaxed);
    }
}
