//! What can be chosen about an exchange. Every bound is one of these.

use crate::time::Span;

/// How an exchange is to work. `Options::default()` does for one floor on one server; [`Options::small`] for one of
/// thousands in a process. Values out of range are lifted or lowered into it.
#[derive(Clone, Debug)]
pub struct Options {
    /// Feeds the engine's choices that are drawn by chance.
    pub seed: u64,
    /// How many inputs the log holds: those not decided yet, those since the last checkpoint, those a reader holds.
    /// Memory is at worst proportional to it: 450 to 850 bytes each, and as much again that is kept to be used again. Rounded
    /// up to whole segments, of which there are 65,536 at most.
    pub log_max: usize,
    /// How many inputs one segment of the log holds; rounded up to a power of two. An idle exchange has one segment, at
    /// 16 bytes each.
    pub segment: usize,
    /// How many inputs one call may decide, redo or leave out, its own and those of others; what is left over is for the
    /// next caller. Nobody has to decide so many: this is for the worst case. Where it is smaller than what one call brings,
    /// somebody has to [poll](super::Handle::poll).
    pub help_max: u64,
    /// A checkpoint is made each time so many inputs have been decided, or later where the state is large: so many that
    /// copying costs a sixteenth of deciding, but not more than a quarter of the log. A take-over redoes about that at
    /// most.
    pub checkpoint_every: u64,
    /// So long, by the stamps of those who call, must the executor have made no progress before somebody takes over. It
    /// is never less than half as much again as copying the machine was seen to take; it doubles with each take-over that
    /// was in vain, and one doubling wears off in the time of `patience_max`.
    pub patience: Span,
    /// It does not double beyond this.
    pub patience_max: Span,
    /// Where the stamps stand still, a caller that has called so often while nothing moved takes over.
    pub patience_calls: u32,
    /// So many inputs may be redone per second by the stamps; a take-over that would be beyond it has to wait.
    pub redo_per_second: u32,
    /// How many handles there may be.
    pub handles_max: u32,
    /// How many readers there may be.
    pub readers_max: u32,
    /// A reader that acknowledges nothing may be so many inputs behind the last checkpoint before it has to resync; at
    /// most half of what the log holds.
    pub lag_max: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 0,
            log_max: 1 << 16,
            segment: 256,
            help_max: 8192,
            checkpoint_every: 1024,
            patience: Span::from_nanos(250_000),
            patience_max: Span::from_secs(1),
            patience_calls: 1 << 14,
            redo_per_second: 200_000,
            handles_max: 256,
            readers_max: 64,
            lag_max: 1 << 14,
        }
    }
}

impl Options {
    /// For one of thousands of exchanges in a process: little memory while idle, and a small bound on what it can grow
    /// to.
    pub fn small() -> Self {
        Self {
            log_max: 1 << 10,
            segment: 32,
            help_max: 1024,
            checkpoint_every: 32,
            handles_max: 16,
            readers_max: 4,
            lag_max: 256,
            ..Self::default()
        }
    }

    /// The same, with everything in range.
    pub(super) fn in_range(mut self) -> Self {
        self.segment = self.segment.clamp(2, 1 << 16).next_power_of_two();
        // A pointer for each segment there may be: half a megabyte of them at most.
        self.log_max =
            self.log_max.clamp(self.segment * 4, (self.segment << 16).min(1 << 28)).next_multiple_of(self.segment);
        let capacity = self.log_max as u64;
        self.help_max = self.help_max.max(1);
        // Two checkpoints and what lies before the older fit in the log.
        self.checkpoint_every = self.checkpoint_every.clamp(1, capacity / 4);
        self.lag_max = self.lag_max.min(capacity / 2);
        self.patience_max = self.patience_max.max(self.patience);
        self.patience_calls = self.patience_calls.max(1);
        self.redo_per_second = self.redo_per_second.max(1);
        self.handles_max = self.handles_max.max(1);
        self.readers_max = self.readers_max.clamp(1, 1 << 16);
        self
    }
}
