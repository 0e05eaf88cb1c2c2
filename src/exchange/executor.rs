//! The executor: a machine with its place in the log. Whoever owns it applies the entries from there on.
//!
//! It may be one of several. All of them go through the same entries in the same order, and a position's decision is
//! published once, so a second executor wastes work and changes nothing.

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use super::checkpoint::Checkpoint;
use super::counters::add;
use super::dispatch::Core;
use super::entry::{Decision, Entry, Work};
use super::log::{DecisionPen, Lookup, Segment};
use super::machine::Machine;
use super::probe::{Probe, Step};
use super::sync::Arc;
use crate::time::Time;

/// So often at least the progress is published during a long run.
const PROGRESS_EVERY: u64 = 64;

/// What a checkpoint has left behind it is retired by and by, with each segment that is done: two of them, so that it is
/// more than what comes new.
const RETIRED_AT_ONCE: u64 = 2;

/// A machine with its place in the log.
pub(super) struct Executor<M: Machine> {
    /// `None` after a step that panicked, or for a take-over that has just begun: it is built from the checkpoint.
    pub(super) machine: Option<M>,
    /// The next entry.
    pub(super) position: u64,
    /// The stamp of the one before.
    at: Time,
    /// The segment of the next entry, once it has been looked up.
    segment: Option<Arc<Segment<M>>>,
    /// Up to here it goes through entries that have been decided before.
    redo_until: u64,
    next_checkpoint: u64,
    /// When the machine wanted to be told the time after the entry before.
    next_timeout: Option<Time>,
    /// When the take-over began, until it has succeeded.
    pub(super) taken_over: Option<Time>,
    pen: DecisionPen<M>,
    /// Where outputs go first; those of what is redone no further.
    outputs: Vec<M::Output>,
}

/// How a run has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ran {
    /// There is nothing more in the log.
    Idle,
    /// One call helps no further.
    Enough,
    /// A step has panicked. The machine is gone.
    Broken,
    /// Somebody else is further: this executor is not needed.
    Behind,
}

impl<M: Machine> Executor<M> {
    /// The one an exchange begins with.
    pub(super) fn first(machine: M, interval: u64) -> Self {
        let next_timeout = machine.next_timeout();
        Self { machine: Some(machine), next_checkpoint: interval, next_timeout, ..Self::vacant(0, 0) }
    }

    /// One without a machine, to be built from the last checkpoint; the entries before `redo_until` have been decided.
    pub(super) fn vacant(position: u64, redo_until: u64) -> Self {
        Self {
            machine: None,
            position,
            at: Time::ZERO,
            segment: None,
            redo_until,
            next_checkpoint: 0,
            next_timeout: None,
            taken_over: None,
            pen: DecisionPen::<M>::new(),
            outputs: Vec::new(),
        }
    }

    /// Which of two is to stay where they meet: the further, though it may have to redo what has been decided, or be built
    /// again; of two as far, one that need not be built.
    pub(super) fn rank(&self) -> (u64, bool) {
        (self.position.max(self.redo_until), self.machine.is_some())
    }

    /// Whether what was to be redone has been.
    pub(super) fn has_caught_up(&self) -> bool {
        self.machine.is_some() && self.position >= self.redo_until
    }

    /// Gives up its segment.
    pub(super) fn let_go<P: Probe>(&mut self, core: &Core<M, P>) {
        if let Some(segment) = self.segment.take() {
            core.log.let_go(segment);
        }
    }

    /// If it has redone what it had to, whoever took over has succeeded. Asked when it has decided something, or found
    /// that nothing is left; where it finds that the one it replaces went on meanwhile, it was in vain.
    #[cold]
    fn notice_success<P: Probe>(&mut self, core: &Core<M, P>) {
        if let (Some(since), true) = (self.taken_over, self.has_caught_up()) {
            self.taken_over = None;
            core.patience.succeeded();
            add(&core.counters.redo_time, (core.log.last_stamp().max(since) - since).as_nanos());
        }
    }

    /// Applies what is in the log, but no more than `left`, which it counts down.
    pub(super) fn run<P: Probe>(&mut self, core: &Core<M, P>, left: &mut u64) -> Ran {
        if self.machine.is_none() && !self.rebuild(core) {
            return Ran::Behind;
        }
        let begun = self.position;
        let mut published = begun;
        let ran = loop {
            if *left == 0 {
                break Ran::Enough;
            }
            if self.position >= self.next_checkpoint && self.has_caught_up() {
                self.checkpoint(core);
            }
            if self.segment.is_none() {
                match core.log.segment(core.log.index(self.position)) {
                    Lookup::Found(segment) => self.segment = Some(segment),
                    Lookup::NotYet => break Ran::Idle,
                    Lookup::Retired => break Ran::Behind,
                }
            }
            match self.step(core) {
                Ok(true) => {}
                Ok(false) => break Ran::Idle,
                Err(ran) => break ran,
            }
            *left -= 1;
            if self.position - published >= PROGRESS_EVERY {
                published = self.position;
                core.show_progress(published);
            }
        };
        if ran == Ran::Idle && self.taken_over.is_some() {
            self.notice_success(core);
        }
        if self.position > published {
            core.show_progress(self.position);
        }
        if self.position > begun {
            core.probe.reached(Step::Progressed);
        }
        ran
    }

    /// Applies the next entry, if there is one.
    #[inline]
    fn step<P: Probe>(&mut self, core: &Core<M, P>) -> Result<bool, Ran> {
        let (Some(machine), Some(segment)) = (&mut self.machine, &self.segment) else { return Ok(false) };
        let offset = core.log.offset(self.position);
        let Some(entry) = segment.entry(offset) else { return Ok(false) };
        let at = entry.at;
        core.probe.reached(Step::Applying);
        if let Some((decision, _)) = segment.decision(offset) {
            // Somebody else has been here. That is as expected up to where the take-over began; beyond it he is ahead.
            let overtaken = self.position >= self.redo_until
                || (self.position.is_multiple_of(PROGRESS_EVERY) && core.progress() > self.redo_until);
            if overtaken {
                return Err(Ran::Behind);
            }
            if !decision.quarantined {
                let redone = catch_unwind(AssertUnwindSafe(|| redo(machine, entry, &mut self.outputs)));
                forget(&mut self.outputs);
                if redone.is_err() {
                    // It did not panic when it was decided: nothing here can be relied upon.
                    self.machine = None;
                    return Err(Ran::Behind);
                }
            }
            add(&core.counters.redone, 1);
            core.probe.reached(Step::Redone);
            self.next_timeout = decision.next_timeout;
            self.advance(core, offset, at);
            return Ok(true);
        }
        let applied = catch_unwind(AssertUnwindSafe(|| apply(machine, entry, &mut self.outputs)));
        let broken = applied.is_err();
        let decision = applied.unwrap_or_else(|_| {
            forget(&mut self.outputs);
            Decision::quarantined(self.next_timeout)
        });
        self.next_timeout = decision.next_timeout;
        if broken {
            self.machine = None;
        }
        core.probe.reached(Step::Applied);
        if !segment.decide(&core.log, offset, decision, &mut self.outputs, &mut self.pen) {
            // Somebody was faster, with the same: unless one of the two panicked, and then that counts which was
            // published.
            let theirs = segment.decision(offset).is_some_and(|(decision, _)| decision.quarantined);
            if broken || theirs {
                return Err(Ran::Behind);
            }
        } else if broken {
            add(&core.counters.quarantined, 1);
        } else if self.taken_over.is_some() {
            self.notice_success(core);
        }
        core.probe.reached(Step::Published);
        if broken {
            self.redo_until = self.position + 1;
            self.advance(core, offset, at);
            return Err(Ran::Broken);
        }
        self.advance(core, offset, at);
        Ok(true)
    }

    #[inline]
    fn advance<P: Probe>(&mut self, core: &Core<M, P>, offset: usize, at: Time) {
        self.position += 1;
        self.at = at;
        if offset + 1 == core.log.length() {
            self.let_go(core);
            core.probe.reached(Step::Retiring);
            core.reclaim(RETIRED_AT_ONCE);
        }
    }

    /// Begins again at the last checkpoint. Whether it could.
    fn rebuild<P: Probe>(&mut self, core: &Core<M, P>) -> bool {
        let last = core.last.load();
        let Checkpoint { position, at, .. } = *last;
        // Somebody may have gone on meanwhile, further than this one was to go.
        self.redo_until = self.redo_until.max(self.position).max(position);
        self.let_go(core);
        let machine = core.copy(last, None);
        // Soon after it has caught up, so that the next to take over has less to redo; not at once, for there are others'
        // inputs to decide that have waited long enough. But never later than if nobody had taken over.
        let interval = core.interval(&machine);
        self.next_checkpoint = (self.redo_until + interval / 4 + 1).min(position + interval);
        self.next_timeout = machine.next_timeout();
        self.machine = Some(machine);
        self.position = position;
        self.at = at;
        core.probe.reached(Step::TakeOverLoaded);
        true
    }

    /// Publishes the machine as it is, and goes on with a copy: so who is stopped here has one machine at most.
    fn checkpoint<P: Probe>(&mut self, core: &Core<M, P>) {
        let Some(machine) = self.machine.take() else { return };
        core.probe.reached(Step::CheckpointDue);
        core.show_progress(self.position);
        let checkpoint = Arc::new(Checkpoint { position: self.position, at: self.at, machine });
        let before = core.last.publish(&checkpoint);
        let published = before.is_some();
        core.probe.reached(Step::CheckpointPublished);
        let machine = core.copy(checkpoint, before);
        self.next_checkpoint = self.position + core.interval(&machine);
        self.machine = Some(machine);
        core.probe.reached(Step::CheckpointCopied);
        if published {
            add(&core.counters.checkpoints, 1);
        }
    }
}

#[inline]
fn apply<M: Machine>(machine: &mut M, entry: &Entry<M>, outputs: &mut Vec<M::Output>) -> Decision<M> {
    let mut answer = None;
    match &entry.work {
        Work::Input(input) => machine.apply(entry.at, input, outputs),
        Work::Query(query) => answer = Some(Box::new(machine.answer(query))),
        Work::Spent => {}
    }
    Decision { answer, next_timeout: machine.next_timeout(), quarantined: false }
}

fn redo<M: Machine>(machine: &mut M, entry: &Entry<M>, scratch: &mut Vec<M::Output>) {
    if let Work::Input(input) = &entry.work {
        machine.apply(entry.at, input, scratch);
    }
}

/// Drops outputs that nobody is to see, whatever becomes of that.
fn forget<O>(outputs: &mut Vec<O>) {
    let _ = catch_unwind(AssertUnwindSafe(|| outputs.clear()));
}
