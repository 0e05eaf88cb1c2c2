//! Dispatch: who takes the role, what he does with it, and how a stalled one is replaced. What all handles share.

use super::checkpoint::{Checkpoint, Last};
use super::counters::{Counters, Figures, add};
use super::error::Full;
use super::executor::{Executor, Ran};
use super::log::{Log, Lookup, Tail};
use super::machine::Machine;
use super::options::Options;
use super::patience::{Patience, Pulse, Watch};
use super::probe::{Probe, Step};
use super::readers::Holds;
use super::sync::{Arc, AtomicU64, Ordering, Padded, Swap};
use crate::time::{Span, Time};

/// What all handles share.
pub(super) struct Core<M: Machine, P> {
    pub(super) log: Log<M>,
    /// The role: who takes the executor out is it.
    role: Padded<Swap<Executor<M>>>,
    /// Everything before this position is decided. Never goes back.
    progress: Padded<AtomicU64>,
    /// Counts take-overs. Whoever raises it makes the next.
    epoch: AtomicU64,
    pub(super) last: Last<M>,
    /// A machine that nobody needs any more, for its memory.
    spare: Swap<M>,
    pub(super) holds: Holds,
    pub(super) handles: AtomicU64,
    pub(super) counters: Counters,
    pub(super) patience: Patience,
    pub(super) options: Options,
    pub(super) probe: P,
}

/// What one handle knows by itself.
pub(super) struct Local<M: Machine> {
    pub(super) tail: Tail<M>,
    pub(super) watch: Watch,
    /// The latest stamp it was given.
    pub(super) now: Time,
}

impl<M: Machine, P: Probe> Core<M, P> {
    pub(super) fn new(machine: M, probe: P, options: Options) -> Self {
        let options = options.in_range();
        let first = Checkpoint { position: 0, at: Time::ZERO, machine: machine.clone() };
        let core = Self {
            log: Log::new(options.log_max / options.segment, options.segment),
            role: Padded::new(Swap::new(None)),
            progress: Padded::new(AtomicU64::new(0)),
            epoch: AtomicU64::new(0),
            last: Last::new(first),
            spare: Swap::new(None),
            holds: Holds::new(options.readers_max),
            handles: AtomicU64::new(0),
            counters: Counters::default(),
            patience: Patience::new(&options),
            options,
            probe,
        };
        let interval = core.interval(&machine);
        core.counters.engines.store(1, Ordering::Relaxed);
        core.role.swap(Some(Box::new(Executor::first(machine, interval))));
        core
    }

    /// How many entries lie between two checkpoints: so many that copying costs a sixteenth of deciding.
    pub(super) fn interval(&self, machine: &M) -> u64 {
        machine.copy_cost().saturating_mul(16).max(self.options.checkpoint_every).min(self.log.capacity() / 4).max(1)
    }

    // --- the role ---

    /// Decides what is in the log, if nobody else does; else looks whether he who does still moves. Every call of a
    /// handle comes here.
    #[inline]
    pub(super) fn help(&self, local: &mut Local<M>) {
        let mut left = self.options.help_max;
        match self.role.swap(None) {
            Some(executor) => {
                self.probe.reached(Step::RoleTaken);
                self.drive(executor, &local.tail, &mut left);
            }
            None => self.look_after(local, &mut left),
        }
    }

    /// Is the executor until nothing is left to do.
    fn drive(&self, executor: Box<Executor<M>>, tail: &Tail<M>, left: &mut u64) {
        let mut executor = executor;
        loop {
            let begun = executor.position;
            let ran = executor.run(self, left);
            if ran == Ran::Behind {
                return self.drop_executor(executor);
            }
            if executor.position > begun {
                // No two write it at once but during a take-over; then it may miss one.
                let batches = self.counters.batches.load(Ordering::Relaxed);
                self.counters.batches.store(batches + 1, Ordering::Relaxed);
            }
            self.probe.reached(Step::PuttingBack);
            let position = self.put_back(executor);
            self.probe.reached(Step::PutBack);
            #[cfg(any(cordboard_loom, cordboard_shuttle))]
            if super::sync::planted::is_planted(super::sync::planted::Bug::LooksNotAgain) {
                return;
            }
            // Whoever has appended since and found the role taken relies on this look: his swap of the role's cell
            // came before that of `put_back`, so what he had appended is seen here.
            if *left == 0 || !self.has(position, tail) {
                return;
            }
            match self.role.swap(None) {
                Some(next) => executor = next,
                None => return,
            }
        }
    }

    /// Puts an executor back. If there is another, which a take-over has made, the further stays. Says where that one
    /// is: who puts it back looks after it.
    fn put_back(&self, executor: Box<Executor<M>>) -> u64 {
        let mut mine = executor;
        loop {
            let (rank, position) = (mine.rank(), mine.position);
            match self.role.swap(Some(mine)) {
                None => return position,
                // Each turn but the last makes one executor less.
                Some(other) if other.rank() > rank => mine = other,
                Some(other) => {
                    self.drop_executor(other);
                    return position;
                }
            }
        }
    }

    fn drop_executor(&self, mut executor: Box<Executor<M>>) {
        executor.let_go(self);
        if let Some(machine) = executor.machine.take() {
            self.spare.swap(Some(Box::new(machine)));
        }
        drop(executor);
        self.counters.engines.fetch_sub(1, Ordering::Relaxed);
        add(&self.counters.dropped, 1);
    }

    /// Whether there is an entry at this position. (If the segment is retired there was one, and it is long decided.)
    pub(super) fn has(&self, position: u64, tail: &Tail<M>) -> bool {
        let index = self.log.index(position);
        let offset = self.log.offset(position);
        match tail.segment.index.cmp(&index) {
            core::cmp::Ordering::Equal => tail.segment.is_retired() || tail.segment.entry(offset).is_some(),
            // A segment is opened when the one before is full.
            core::cmp::Ordering::Greater => true,
            core::cmp::Ordering::Less => match self.log.segment(index) {
                Lookup::Found(segment) => segment.entry(offset).is_some(),
                Lookup::Retired => true,
                Lookup::NotYet => false,
            },
        }
    }

    /// The machine of a checkpoint, to go on with. A copy goes into the memory of a machine that nobody needs, where there
    /// is one: that of the checkpoint before, or of an executor that was dropped.
    pub(super) fn copy(&self, checkpoint: Arc<Checkpoint<M>>, before: Option<Arc<Checkpoint<M>>>) -> M {
        let shared = match Arc::try_unwrap(checkpoint) {
            Ok(ours) => return ours.machine,
            Err(shared) => shared,
        };
        // Nobody has a clock here; but those who go on submitting bring the time.
        let begun = self.log.last_stamp();
        let before = before.and_then(Arc::into_inner).map(|before| before.machine);
        let machine = match before.or_else(|| self.spare.swap(None).map(|spare| *spare)) {
            Some(mut machine) => {
                machine.clone_from(&shared.machine);
                machine
            }
            None => shared.machine.clone(),
        };
        self.patience.copied(self.log.last_stamp().max(begun) - begun);
        machine
    }

    // --- taking over ---

    /// What can be seen of the executor.
    pub(super) fn pulse(&self) -> Pulse {
        Pulse {
            progress: self.progress(),
            epoch: self.epoch.load(Ordering::Acquire),
            redone: self.counters.redone.load(Ordering::Relaxed),
        }
    }

    /// Somebody else is the executor: takes over if he has not moved for too long.
    fn look_after(&self, local: &mut Local<M>, left: &mut u64) {
        let pulse = self.pulse();
        if !self.has(pulse.progress, &local.tail) {
            return local.watch.forget();
        }
        if !local.watch.look(pulse, local.now) {
            return;
        }
        if !self.patience.is_over(&local.watch, local.now) {
            return;
        }
        // He shows his progress now and then only.
        let undecided = self.first_undecided(pulse.progress);
        if undecided > pulse.progress {
            return self.show_progress(undecided);
        }
        let redo = || {
            let last = self.last.load();
            pulse.progress.saturating_sub(last.position).saturating_add(last.machine.copy_cost())
        };
        if !self.patience.allows(&local.watch, local.now, redo) {
            return;
        }
        self.take_over(pulse, local, left);
    }

    /// Takes over from an executor who was seen like this, unless somebody else does.
    pub(super) fn take_over(&self, pulse: Pulse, local: &mut Local<M>, left: &mut u64) {
        local.watch.forget();
        if self.epoch.compare_exchange(pulse.epoch, pulse.epoch + 1, Ordering::AcqRel, Ordering::Acquire).is_err() {
            return;
        }
        if self.patience.taken_over(local.now) {
            add(&self.counters.in_vain, 1);
        }
        add(&self.counters.take_overs, 1);
        self.counters.engines.fetch_add(1, Ordering::Relaxed);
        self.probe.reached(Step::TakeOverBegun);
        let undecided = self.first_undecided(pulse.progress);
        let mut executor = Box::new(Executor::vacant(undecided, undecided));
        executor.taken_over = Some(local.now);
        self.drive(executor, &local.tail, left);
    }

    /// The first position at or after this one that has no decision.
    fn first_undecided(&self, from: u64) -> u64 {
        let mut position = from;
        while let Lookup::Found(segment) = self.log.segment(self.log.index(position)) {
            let offset = segment.first_undecided(self.log.offset(position));
            position = self.log.position(segment.index, offset);
            self.log.let_go(segment);
            if offset < self.log.length() {
                break;
            }
        }
        position
    }

    // --- what is published ---

    /// Everything before this position is decided.
    pub(super) fn progress(&self) -> u64 {
        self.progress.load(Ordering::Acquire)
    }

    #[inline]
    pub(super) fn show_progress(&self, position: u64) {
        // The greatest counts: one that is late takes nothing back.
        self.progress.fetch_max(position, Ordering::AcqRel);
    }

    /// Retires what is behind the last checkpoint and what no reader holds: so many segments at most.
    pub(super) fn reclaim(&self, most: u64) {
        let last = self.last.load().position;
        // See `Holds`: a reader that comes now either is seen here, or sees this.
        self.log.retire_before(self.holds.limit(last, self.options.lag_max), most);
    }

    /// Why the log has no room.
    #[cold]
    pub(super) fn full(&self) -> Full {
        let last = self.last.load().position;
        match self.holds.unacknowledged() {
            Some(acknowledged) if last.saturating_sub(acknowledged) > self.log.capacity() / 2 => {
                Full::Reader { acknowledged }
            }
            _ => Full::Log,
        }
    }

    pub(super) fn figures(&self) -> Figures {
        let Counters {
            batches,
            take_overs,
            in_vain,
            redone,
            redo_time,
            dropped,
            outrun,
            quarantined,
            checkpoints,
            engines,
        } = &self.counters;
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let decided = self.progress();
        Figures {
            decided,
            batches: count(batches),
            take_overs: count(take_overs),
            take_overs_in_vain: count(in_vain),
            redone: count(redone),
            redo_time: Span::from_nanos(count(redo_time)),
            dropped: count(dropped),
            outrun: count(outrun),
            quarantined: count(quarantined),
            checkpoints: count(checkpoints),
            log_length: self.log.in_use(),
            segments: self.log.segments(),
            pinned: count(engines).saturating_sub(1),
            patience: self.patience.at(self.log.last_stamp()),
            handles: count(&self.handles),
        }
    }
}
