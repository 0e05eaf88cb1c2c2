//! The log: every input in its one order, beside each the decision that was made.
//!
//! Positions are cut into *segments* of equal length, found through a ring of *places*: segment `i` stands at place
//! `i % places`. A segment is opened by the first who needs it, filled from its start, and *retired* once a checkpoint
//! stands behind it and no reader holds it: a *gravestone* of the same index takes its place until segment
//! `i + places` does. So a place never goes back to what it was, and a thread that was asleep for a whole round cannot
//! open a segment that is over.
//!
//! **Claiming.** Who submits looks for the first free slot and fills it by one compare-and-swap, which is at once the
//! order, the publication and the stamp: the entry before is there for all to see, so the new one is stamped no earlier
//! before the swap. If the swap fails, somebody else has gone ahead, and the next slot is tried. There is no state
//! between free and filled, so there are no holes. The filled slots of a log are always a prefix, and so are the decided
//! ones: both ends can be found by bisection.
//!
//! **Reclamation.** Threads hold segments by `Arc`, never a chain of them: one that sleeps pins one segment, no matter
//! how long. Who gives up a segment last takes its boxes and pages out for use again, and the segment too.

use super::entry::{Decided, Decision, Entry, Work};
use super::machine::Machine;
use super::stash::Stash;
use super::sync::{Arc, AtomicU64, Once, Ordering, Page, Pen, Root, Shelf, prefetch};
use crate::time::Time;

/// By which an executor writes its decisions.
pub(super) type DecisionPen<M> = Pen<Decision<M>, <M as Machine>::Output>;

/// A piece of the log.
pub(super) struct Segment<M: Machine> {
    pub(super) index: u64,
    /// The stamp of the last entry before it.
    after: Time,
    /// Apart from the decisions, so that those who submit and the one who decides touch different cache lines. Empty for
    /// a gravestone, as the decisions are.
    entries: Box<[Once<Entry<M>>]>,
    decisions: Shelf<Decision<M>, M::Output>,
    /// How many segments there are, with this one.
    alive: Arc<AtomicU64>,
}

impl<M: Machine> Drop for Segment<M> {
    fn drop(&mut self) {
        if !self.is_retired() {
            self.alive.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl<M: Machine> Segment<M> {
    fn new(length: usize, alive: &Arc<AtomicU64>) -> Self {
        alive.fetch_add(u64::from(length > 0), Ordering::Relaxed);
        Self {
            index: 0,
            after: Time::ZERO,
            alive: Arc::clone(alive),
            entries: (0..length).map(|_| Once::new()).collect(),
            decisions: Shelf::new(length),
        }
    }

    /// What stands for a retired segment: full, with no slots.
    fn gravestone(index: u64, after: Time, alive: &Arc<AtomicU64>) -> Self {
        let mut gravestone = Self::new(0, alive);
        gravestone.index = index;
        gravestone.after = after;
        gravestone
    }

    pub(super) fn is_retired(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn entry(&self, offset: usize) -> Option<&Entry<M>> {
        self.entries.get(offset)?.get()
    }

    /// The decision about an entry, with its outputs.
    #[inline]
    pub(super) fn decision(&self, offset: usize) -> Option<(&Decision<M>, &[M::Output])> {
        self.decisions.get(offset)
    }

    /// An entry with its decision, once that is made.
    #[inline]
    pub(super) fn decided(&self, position: u64, offset: usize) -> Option<Decided<'_, M>> {
        let entry = self.entry(offset)?;
        let (decision, outputs) = self.decision(offset)?;
        Some(Decided { position, entry, decision, outputs })
    }

    /// Publishes a decision with all these outputs, unless one has been published before; whether it has. The
    /// linearization point of the decision.
    #[inline]
    pub(super) fn decide(
        &self,
        log: &Log<M>,
        offset: usize,
        decision: Decision<M>,
        outputs: &mut Vec<M::Output>,
        pen: &mut DecisionPen<M>,
    ) -> bool {
        self.decisions.publish(offset, decision, outputs, pen, || log.decisions.take())
    }

    /// The first free slot, looking from one that has nothing free before it.
    #[inline]
    fn first_free(&self, from: usize) -> usize {
        end_of_prefix(from, self.entries.len(), |offset| self.entries[offset].get().is_some())
    }

    /// The first undecided slot, looking from one that has nothing undecided before it.
    pub(super) fn first_undecided(&self, from: usize) -> usize {
        end_of_prefix(from, self.decisions.len(), |offset| self.decisions.is_filled(offset))
    }

    /// The stamp of the entry before this slot, which must be filled.
    fn stamp_before(&self, offset: usize) -> Time {
        match offset.checked_sub(1) {
            None => self.after,
            Some(before) => self.entry(before).map_or(self.after, |entry| entry.at),
        }
    }
}

/// The end of a prefix for which something holds, at or after `from`: at once if it is there, else by doubling and
/// bisection.
#[inline]
fn end_of_prefix(from: usize, length: usize, holds: impl Fn(usize) -> bool) -> usize {
    if from >= length || !holds(from) {
        return from;
    }
    let (mut inside, mut step) = (from, 1);
    while inside + step < length && holds(inside + step) {
        inside += step;
        step *= 2;
    }
    let mut outside = (inside + step).min(length);
    while outside - inside > 1 {
        let middle = inside + (outside - inside) / 2;
        if holds(middle) { inside = middle } else { outside = middle }
    }
    outside
}

/// What a position's segment is.
pub(super) enum Lookup<M: Machine> {
    /// There.
    Found(Arc<Segment<M>>),
    /// Over: its entries are behind a checkpoint.
    Retired,
    /// Nobody has needed it yet.
    NotYet,
}

/// The log.
pub(super) struct Log<M: Machine> {
    places: Box<[Root<Segment<M>>]>,
    shift: u32,
    /// The newest segment that was opened: a hint for those who come from far behind. Never goes back.
    newest: AtomicU64,
    /// Every segment before this one is retired: a hint for who retires the next. Never goes back.
    retired: AtomicU64,
    segments: Stash<Segment<M>>,
    entries: Stash<Vec<Box<Entry<M>>>>,
    decisions: Stash<Page<Decision<M>, M::Output>>,
    /// How many segments there are: in the log, pinned by somebody, or kept for use again.
    alive: Arc<AtomicU64>,
}

impl<M: Machine> Log<M> {
    /// A log of so many places for segments of so many slots (a power of two).
    pub(super) fn new(places: usize, length: usize) -> Self {
        debug_assert!(length.is_power_of_two() && places >= 2, "see Options");
        let alive = Arc::new(AtomicU64::new(0));
        let nothing = Arc::new(Segment::gravestone(0, Time::ZERO, &alive));
        let first = Arc::new(Segment::new(length, &alive));
        let place = |place| Root::new(Arc::clone(if place == 0 { &first } else { &nothing }));
        Self {
            places: (0..places).map(place).collect(),
            shift: length.trailing_zeros(),
            newest: AtomicU64::new(0),
            retired: AtomicU64::new(0),
            segments: Stash::new(),
            entries: Stash::new(),
            decisions: Stash::new(),
            alive,
        }
    }

    pub(super) fn length(&self) -> usize {
        1 << self.shift
    }

    /// How many positions it can hold.
    pub(super) fn capacity(&self) -> u64 {
        (self.places.len() as u64) << self.shift
    }

    /// The segment of a position.
    pub(super) fn index(&self, position: u64) -> u64 {
        position >> self.shift
    }

    /// The slot of a position in its segment.
    pub(super) fn offset(&self, position: u64) -> usize {
        (position & ((1 << self.shift) - 1)) as usize
    }

    /// The position of a slot.
    pub(super) fn position(&self, index: u64, offset: usize) -> u64 {
        (index << self.shift) + offset as u64
    }

    fn place(&self, index: u64) -> &Root<Segment<M>> {
        &self.places[(index % self.places.len() as u64) as usize]
    }

    pub(super) fn segment(&self, index: u64) -> Lookup<M> {
        let found = self.place(index).load();
        match found.index.cmp(&index) {
            core::cmp::Ordering::Equal if !found.is_retired() => Lookup::Found(found),
            core::cmp::Ordering::Equal | core::cmp::Ordering::Greater => Lookup::Retired,
            core::cmp::Ordering::Less => Lookup::NotYet,
        }
    }

    /// The newest segment, or one a little before it; everything before it is full. It may be its gravestone: one that is
    /// full, with no slots.
    pub(super) fn newest(&self) -> Arc<Segment<M>> {
        self.place(self.newest.load(Ordering::Acquire)).load()
    }

    /// The segment after this one, which must be full; or the newest, if that is further on. Opens it if nobody has;
    /// `None` if the log has no room for it.
    fn after(&self, segment: &Segment<M>) -> Option<Arc<Segment<M>>> {
        let newest = self.newest.load(Ordering::Acquire);
        if newest > segment.index {
            return Some(self.newest());
        }
        let index = segment.index + 1;
        let place = self.place(index);
        let found = place.load();
        if found.index >= index {
            // Opened meanwhile, and perhaps over already.
            self.newest.fetch_max(index, Ordering::AcqRel);
            return Some(self.newest());
        }
        if !found.is_retired() {
            return None;
        }
        let mut fresh = self.segments.take().map_or_else(|| Segment::new(self.length(), &self.alive), |used| *used);
        fresh.index = index;
        fresh.after = segment.stamp_before(segment.entries.len());
        let fresh = Arc::new(fresh);
        let opened = place.replace(&found, Arc::clone(&fresh));
        self.newest.fetch_max(index, Ordering::AcqRel);
        if opened {
            return Some(fresh);
        }
        self.let_go(fresh);
        Some(self.newest())
    }

    /// Retires segments that end at or before this position: the oldest, so many at most.
    pub(super) fn retire_before(&self, position: u64, most: u64) {
        let mut index = self.retired.load(Ordering::Acquire);
        let end = self.index(position).min(index.saturating_add(most));
        while index < end {
            let place = self.place(index);
            let found = place.load();
            if found.index == index && !found.is_retired() {
                let gravestone =
                    Arc::new(Segment::gravestone(index, found.stamp_before(found.entries.len()), &self.alive));
                place.replace(&found, gravestone);
            }
            index += 1;
            self.retired.fetch_max(index, Ordering::AcqRel);
            self.let_go(found);
        }
    }

    /// Gives up a segment; the last who does takes its boxes out for use again.
    pub(super) fn let_go(&self, segment: Arc<Segment<M>>) {
        let Some(mut segment) = Arc::into_inner(segment) else { return };
        if segment.is_retired() {
            return;
        }
        // What is in them is dropped when they are used again: so it is looked at once, not twice. The last comes first,
        // so that they are used in the order of memory.
        let entries: Vec<_> = segment.entries.iter_mut().rev().filter_map(Once::take).collect();
        if !entries.is_empty() {
            self.entries.put(Box::new(entries));
        }
        if let Some(pages) = segment.decisions.empty() {
            self.decisions.put(pages);
        }
        self.segments.put(Box::new(segment));
    }

    /// The latest stamp in the log, or one a little before it.
    pub(super) fn last_stamp(&self) -> Time {
        let newest = self.newest();
        newest.stamp_before(newest.first_free(0))
    }

    /// How many positions are in use, in whole segments.
    pub(super) fn in_use(&self) -> u64 {
        let newest = self.newest.load(Ordering::Acquire);
        (newest + 1).saturating_sub(self.retired.load(Ordering::Acquire)) << self.shift
    }

    /// For how many entries there is room, or for about so many.
    #[cfg(feature = "live")]
    pub(super) fn room(&self) -> u64 {
        let newest = self.newest();
        let free = newest.entries.len() - newest.first_free(0);
        self.capacity().saturating_sub(self.in_use()) + free as u64
    }

    /// How many segments there are: in the log, pinned by somebody, or kept for use again.
    pub(super) fn segments(&self) -> u64 {
        self.alive.load(Ordering::Relaxed)
    }
}

/// Where one handle appends: its segment, and boxes to write in.
pub(super) struct Tail<M: Machine> {
    pub(super) segment: Arc<Segment<M>>,
    offset: usize,
    spare: Vec<Box<Entry<M>>>,
    /// How often somebody else was faster.
    pub(super) outrun: u64,
}

impl<M: Machine> Tail<M> {
    pub(super) fn new(log: &Log<M>) -> Self {
        Self { segment: log.newest(), offset: 0, spare: Vec::new(), outrun: 0 }
    }

    /// A box with an entry to append.
    #[inline]
    pub(super) fn write(&mut self, log: &Log<M>, at: Time, work: Work<M>) -> Box<Entry<M>> {
        if self.spare.is_empty()
            && let Some(boxes) = log.entries.take()
        {
            self.spare = *boxes;
        }
        let mut entry = self.spare.pop().unwrap_or_default();
        entry.at = at;
        entry.work = work;
        if let Some(next) = self.spare.last() {
            prefetch(&raw const **next, 1);
        }
        entry
    }

    /// Appends an entry and says where it stands; or gives it back, if there is no room. Lock-free: whoever has to try
    /// again has seen somebody else succeed.
    #[inline]
    pub(super) fn append(&mut self, log: &Log<M>, mut entry: Box<Entry<M>>) -> Result<u64, Box<Entry<M>>> {
        loop {
            self.offset = self.segment.first_free(self.offset);
            let Some(slot) = self.segment.entries.get(self.offset) else {
                let Some(next) = log.after(&self.segment) else { return Err(entry) };
                log.let_go(core::mem::replace(&mut self.segment, next));
                self.offset = 0;
                continue;
            };
            entry.at = entry.at.max(self.segment.stamp_before(self.offset));
            match slot.set(entry) {
                Ok(()) => {
                    let position = log.position(self.segment.index, self.offset);
                    self.offset += 1;
                    return Ok(position);
                }
                Err(back) => {
                    entry = back;
                    self.outrun += 1;
                }
            }
        }
    }

    /// Passes over a slot without filling it: a bug, to be planted.
    #[cfg(all(test, any(cordboard_loom, cordboard_shuttle)))]
    pub(super) fn leave_hole(&mut self) {
        self.offset += 1;
    }

    /// Puts a box away whose entry was not appended.
    pub(super) fn put_away(&mut self, mut entry: Box<Entry<M>>) -> Work<M> {
        let work = core::mem::replace(&mut entry.work, Work::Spent);
        self.spare.push(entry);
        work
    }
}
