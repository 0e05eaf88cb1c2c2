//! The exchange's own figures.

use super::sync::{AtomicU64, Ordering};
use crate::time::Span;

/// Counts, each exact by itself; read one after another, so no more than about of one moment.
#[derive(Default)]
pub(super) struct Counters {
    /// How often the role was taken and at least one entry decided.
    pub(super) batches: AtomicU64,
    pub(super) take_overs: AtomicU64,
    pub(super) in_vain: AtomicU64,
    pub(super) redone: AtomicU64,
    pub(super) redo_time: AtomicU64,
    pub(super) dropped: AtomicU64,
    pub(super) outrun: AtomicU64,
    pub(super) quarantined: AtomicU64,
    pub(super) checkpoints: AtomicU64,
    /// Engines that are in the role's cell or in somebody's hands.
    pub(super) engines: AtomicU64,
}

/// The exchange's own figures, at about one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Figures {
    /// Entries whose decision is published.
    pub decided: u64,
    /// How often somebody was executor and decided something.
    pub batches: u64,
    /// Times that a stalled executor was replaced.
    pub take_overs: u64,
    /// Those of them that changed nothing, because the one that was replaced, or somebody else, went on.
    pub take_overs_in_vain: u64,
    /// Entries that were applied again, for a take-over or after a step that panicked.
    pub redone: u64,
    /// How long the take-overs have lasted, by the stamps that came in meanwhile.
    pub redo_time: Span,
    /// Engines that were dropped because another was further.
    pub dropped: u64,
    /// How often an appending thread found that another had gone ahead, and tried the next slot. There are no slots
    /// without an entry, so none is ever voided.
    pub outrun: u64,
    /// Entries whose step panicked.
    pub quarantined: u64,
    /// Checkpoints that were published.
    pub checkpoints: u64,
    /// How many positions of the log are in use, from the last checkpoint to the last decided entry and beyond it.
    pub log_length: u64,
    /// Segments of the log in memory.
    pub segments: u64,
    /// Engines in the hands of a thread that is not known to be the executor: one for each that is frozen while it has
    /// one.
    pub pinned: u64,
    /// How long an executor may stand still before somebody takes over.
    pub patience: Span,
    /// How many handles there are.
    pub handles: u64,
}

/// Adds to a count that hardly ever has two writers at once.
#[inline]
pub(super) fn add(count: &AtomicU64, more: u64) {
    count.fetch_add(more, Ordering::Relaxed);
}
