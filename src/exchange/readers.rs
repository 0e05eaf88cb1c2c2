//! Readers: the one ordered stream of decisions, each read by its own cursor. No reader waits, and none is waited for.
//!
//! A reader holds an `Arc` of the segment it reads, so what it looks at stays; what it may come to read later stays as
//! long as its *hold* says so. A reader that acknowledges holds everything from the last position it has acknowledged,
//! and so can fill the log; one that does not is left behind when it is too slow, and told so.
//!
//! **Coming in while segments are retired.** Who retires raises the *floor* to what he may retire, then looks at the
//! holds; who comes in sets his hold, then looks at the floor, and begins at a checkpoint that is not before it. All four
//! are sequentially consistent, so either he who retires sees the hold or he who comes in sees the floor.

use core::fmt;

use super::checkpoint::Checkpoint;
use super::dispatch::Core;
use super::entry::Decided;
use super::error::{Full, Lagged};
use super::log::{Lookup, Segment};
use super::machine::Machine;
use super::probe::Probe;
use super::sync::{Arc, AtomicU64, Ordering};

/// What each reader still needs; one cell each.
pub(super) struct Holds {
    cells: Box<[AtomicU64]>,
    /// Nothing before this position can be relied on by who comes in now.
    floor: AtomicU64,
}

/// A cell that is nobody's.
const FREE: u64 = u64::MAX;
/// Set in the cell of a reader that acknowledges.
const ACKNOWLEDGES: u64 = 1 << 63;

impl Holds {
    pub(super) fn new(most: u32) -> Self {
        Self { cells: (0..most).map(|_| AtomicU64::new(FREE)).collect(), floor: AtomicU64::new(0) }
    }

    /// Up to where everything may be retired, if the last checkpoint is at this position.
    pub(super) fn limit(&self, checkpoint: u64, lag_max: u64) -> u64 {
        self.floor.fetch_max(checkpoint, Ordering::SeqCst);
        let hold = |cell: &AtomicU64| match cell.load(Ordering::SeqCst) {
            FREE => checkpoint,
            held if held & ACKNOWLEDGES > 0 => held & !ACKNOWLEDGES,
            held => held.max(checkpoint.saturating_sub(lag_max)),
        };
        self.cells.iter().map(hold).fold(checkpoint, u64::min)
    }

    /// The earliest position that a reader has not acknowledged, if any reader acknowledges.
    pub(super) fn unacknowledged(&self) -> Option<u64> {
        let held = self.cells.iter().map(|cell| cell.load(Ordering::SeqCst));
        held.filter(|held| *held != FREE && held & ACKNOWLEDGES > 0).map(|held| held & !ACKNOWLEDGES).min()
    }

    fn enter(&self, hold: u64) -> Result<usize, Full> {
        let free = |cell: &AtomicU64| cell.compare_exchange(FREE, hold, Ordering::SeqCst, Ordering::SeqCst).is_ok();
        self.cells.iter().position(free).ok_or(Full::Readers { most: self.cells.len() as u32 })
    }
}

/// What becomes of what a slow reader has not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// It is kept until the reader has acknowledged it: for commands to a switch. A reader that never does fills the log
    /// ([`Full::Reader`]); nothing but its bound is taken from anybody else.
    UntilAcknowledged,
    /// It is given up when the reader lags too far behind the last checkpoint, and the reader resyncs from that: for
    /// boards and records.
    WhileItKeepsUp,
}

/// A cursor in the stream of decisions. Dropped, it holds nothing any more, and the next begins at the last checkpoint: keep
/// the one that carries commands to the switch where it outlives whoever may panic.
pub struct Reader<M: Machine, P: Probe = ()> {
    core: Arc<Core<M, P>>,
    cell: usize,
    keep: Keep,
    /// What is read next.
    position: u64,
    acknowledged: u64,
    segment: Option<Arc<Segment<M>>>,
    /// The position after what was delivered last.
    #[cfg(feature = "crossbeam")]
    delivered: u64,
}

impl<M: Machine, P: Probe> Reader<M, P> {
    /// A reader that begins at the last checkpoint.
    pub(super) fn new(core: &Arc<Core<M, P>>, keep: Keep) -> Result<Self, Full> {
        let mark = if keep == Keep::UntilAcknowledged { ACKNOWLEDGES } else { 0 };
        let cell = core.holds.enter(core.last.load().position | mark)?;
        let core = Arc::clone(core);
        let mut reader = Self {
            core,
            cell,
            keep,
            position: 0,
            acknowledged: 0,
            segment: None,
            #[cfg(feature = "crossbeam")]
            delivered: 0,
        };
        reader.resync();
        Ok(reader)
    }

    /// What is read next.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next decision, if it is made: each position once, in order. Never waits.
    ///
    /// # Errors
    /// [`Lagged`] if the reader was too slow and does not acknowledge. It stays so until it resyncs.
    #[expect(clippy::should_implement_trait, reason = "what it gives lives as long as the reader is not asked again")]
    pub fn next(&mut self) -> Result<Option<Decided<'_, M>>, Lagged> {
        let log = &self.core.log;
        let index = log.index(self.position);
        if self.segment.as_ref().is_none_or(|segment| segment.index != index) {
            if let Some(segment) = self.segment.take() {
                log.let_go(segment);
            }
            match log.segment(index) {
                Lookup::Found(segment) => self.segment = Some(segment),
                Lookup::NotYet => return Ok(None),
                Lookup::Retired => return Err(Lagged { position: self.position }),
            }
            if self.keep == Keep::WhileItKeepsUp {
                self.hold(self.position);
            }
        }
        let offset = log.offset(self.position);
        let Some(segment) = &self.segment else { return Ok(None) };
        let decided = segment.decided(self.position, offset);
        self.position += u64::from(decided.is_some());
        Ok(decided)
    }

    /// What was read last is delivered, and no more than that is outstanding.
    #[cfg(feature = "crossbeam")]
    pub(super) fn note_delivered(&mut self) {
        self.delivered = self.position;
    }

    /// Acknowledges what was read and not delivered, for there was nothing to deliver, once all that was is acknowledged.
    #[cfg(feature = "crossbeam")]
    pub(super) fn acknowledge_silence(&mut self) {
        if self.acknowledged >= self.delivered {
            self.acknowledge(self.position);
        }
    }

    /// Reads what was read last once more.
    #[cfg(feature = "crossbeam")]
    pub(super) fn step_back(&mut self) {
        // Still in the segment that is held: the next is looked up only when something is read from it.
        self.position -= 1;
    }

    /// Everything before this position has been dealt with and need not be kept for this reader: as a rule
    /// [`position`](Self::position). Never goes back, nor beyond what was read.
    pub fn acknowledge(&mut self, position: u64) {
        self.acknowledged = self.acknowledged.max(position.min(self.position));
        if self.keep == Keep::UntilAcknowledged {
            self.hold(self.acknowledged);
        }
    }

    /// Goes back to what has not been acknowledged: it is all read again. Does nothing where the reader does not
    /// acknowledge.
    pub fn rewind(&mut self) {
        if self.keep == Keep::UntilAcknowledged {
            self.position = self.acknowledged;
        }
    }

    /// Goes on from the last checkpoint, and gives it: together with what is read from now on it says everything.
    ///
    /// A reader that acknowledges has no need of it: what it has not acknowledged stays, and is given up here, commands
    /// too; and what lies between the checkpoint and what it has acknowledged is read again.
    pub fn resync(&mut self) -> Arc<Checkpoint<M>> {
        loop {
            let last = self.core.last.load();
            // First the hold, then the look at the floor: see above. It is raised to checkpoints only, so this ends as soon
            // as none is published between.
            self.hold(last.position);
            if last.position >= self.core.holds.floor.load(Ordering::SeqCst) {
                self.position = last.position;
                self.acknowledged = last.position;
                return last;
            }
        }
    }

    fn hold(&self, position: u64) {
        let mark = if self.keep == Keep::UntilAcknowledged { ACKNOWLEDGES } else { 0 };
        self.core.holds.cells[self.cell].store(position | mark, Ordering::SeqCst);
    }
}

impl<M: Machine, P: Probe> Drop for Reader<M, P> {
    fn drop(&mut self) {
        self.core.holds.cells[self.cell].store(FREE, Ordering::SeqCst);
        if let Some(segment) = self.segment.take() {
            self.core.log.let_go(segment);
        }
    }
}

impl<M: Machine, P: Probe> fmt::Debug for Reader<M, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("position", &self.position).field("keep", &self.keep).finish_non_exhaustive()
    }
}
