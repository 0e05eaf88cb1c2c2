//! Timers: every deadline the engine can have, and the order in which those of one instant fire (G8).
//!
//! A floor knows few different lengths, and time only goes forward; so the timers of one length fall due in the order
//! in which they were set. They form a [run](runs), a list in which a timer is appended when it is set and from which
//! it is unlinked when it is taken back, whatever their number. Which run has the next timer is found in a small
//! [heap], and looked for again only when that timer goes. Timers of a length unlike any other stand in a heap of their
//! own.
//!
//! When an instant begins to fire, its timers are taken over into a batch, in order of kind, call and agent. Whose they
//! are is looked up only then, and only if there are several, so that a timer takes 24 bytes and its owner keeps 4.
//!
//! A full call life, with six timers set, five taken back and one fired, spends 1,130 instructions here; a sorted queue
//! for each length, searched to take a timer back, and a timer for each deadline of a visit took 4,380.
//!
//! The slots of the timers, and with them the [state hash](super::Engine::state_hash), depend on what was set and taken
//! back before, as those of calls and visits do.

mod heap;
mod runs;
#[cfg(test)]
mod tests;

use core::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use self::heap::Heap;
use self::runs::Runs;
use super::Engine;
use super::copies::copies;
use crate::ids::{AgentId, CallId};
use crate::time::{Span, Time};

/// What falls due. At one instant, earlier kinds fire first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Kind {
    /// When an offered phone should have rung by now.
    NoRing,
    /// When a ringing phone should have been answered by now.
    Ring,
    /// When an answered call should have been connected by now.
    Connect,
    /// When a telephone outside the desks should have been answered by now.
    Dial,
    /// When a caller has taken too long to leave a message.
    Message,
    /// When the agent is to be reminded of a caller on hold.
    HoldReminder,
    /// When a caller has been on hold for too long.
    HoldLimit,
    /// When the work after a call is over.
    WrapUp,
    /// When an agent who was left alone after a decline or the like may be rung again.
    Delay,
    /// When a call may be offered again to an agent who did not take it.
    CoolDown,
    /// When a connected call without a sign of life is lost.
    Lease,
    /// The same for a telephone outside the desks; fires in one order with the legs'.
    DialLease,
    /// When the answer target has passed.
    Target,
    /// When a promised callback is overdue.
    Overdue,
    /// When a call has waited so long that it goes before other classes.
    Starvation,
    /// When a call has waited long enough for one agent alone.
    Await,
    /// When an agent may be rung for a call that was not to come before.
    NotBefore,
    /// When the next rung of the ladder is due.
    Rung,
    /// When a call has waited for as long as it may.
    WaitLimit,
}

/// Where a timer stands among those of its instant. The order of the fields is the order of firing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Turn {
    kind: Kind,
    call: CallId,
    agent: AgentId,
    slot: u32,
}

/// Whom a timer is about: the greatest id where it is about no call, or about no agent.
pub(super) type Whom = (CallId, AgentId);

const NO_CALL: CallId = CallId(u64::MAX);
const NO_AGENT: AgentId = AgentId(u32::MAX);

/// A timer that is set, as its owner remembers it to take it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct TimerId(NonZeroU32);

/// A timer, or a free place for one.
#[derive(Clone, Copy, Debug, Hash, Serialize, Deserialize)]
struct Node {
    due: Time,
    /// Where the engine keeps what falls due: a slot of the kind's own slab or list.
    slot: u32,
    /// The timer before it in its run, 0 if there is none; for one in no run, its place among those or in the batch.
    before: u32,
    /// The timer behind it in its run; for a free place, the next free one. 0 if there is none.
    after: u32,
    run: u16,
    kind: Kind,
}

const _: () = assert!(size_of::<Node>() == 24 && size_of::<Option<TimerId>>() == 4);

/// No run: it stands alone.
const ALONE: u16 = u16::MAX;
/// No run any more, but the batch of the instant that fires.
const BATCH: u16 = u16::MAX - 1;
/// Not set.
const FREE: u16 = u16::MAX - 2;

#[derive(Debug, Hash, Serialize, Deserialize)]
pub(super) struct Timers {
    /// The first is nobody's, so that 0 can mean none.
    nodes: Vec<Node>,
    /// The first free place.
    free: u32,
    live: u32,
    runs: Runs,
    /// The runs, each by when its first timer falls due, or earlier: what stands first here is exact. So a run whose first
    /// timer is taken back, as most are, need not be moved before it is its turn.
    next_runs: Heap<Time>,
    /// The timers that are in no run.
    alone: Heap<Time>,
    /// When the next of these falls due, in a run or alone; the end of time if there is none. Asked at every input.
    soonest: Time,
    /// What is left of the instant that fires.
    batch: Heap<Turn>,
}

copies!(Timers { nodes, free, live, runs, next_runs, alone, soonest, batch });

impl Default for Timers {
    fn default() -> Self {
        let nobody = Node { due: Time::MAX, slot: 0, before: 0, after: 0, run: FREE, kind: Kind::NoRing };
        Self {
            nodes: vec![nobody],
            free: 0,
            live: 0,
            runs: Runs::default(),
            next_runs: Heap::default(),
            alone: Heap::default(),
            soonest: Time::MAX,
            batch: Heap::default(),
        }
    }
}

impl Timers {
    /// Sets a timer `span` from now. At the end of time nothing falls due any more, so nothing is set.
    pub(super) fn set(&mut self, now: Time, span: Span, kind: Kind, slot: u32) -> Option<TimerId> {
        let due = now + span;
        if due == Time::MAX {
            return None;
        }
        let run = self.runs.of(span);
        let timer = self.occupy(Node { due, slot, before: 0, after: 0, run, kind });
        self.live += 1;
        self.soonest = self.soonest.min(due);
        if run == ALONE {
            self.alone.push(due, timer, keep_place(&mut self.nodes));
        } else {
            self.append(run, timer, due);
        }
        NonZeroU32::new(timer).map(TimerId)
    }

    /// Takes a timer back, if there is one.
    pub(super) fn cancel(&mut self, timer: &mut Option<TimerId>) {
        if let Some(TimerId(timer)) = timer.take() {
            self.unlink(timer.get());
            self.vacate(timer.get());
        }
    }

    /// When a timer that is set falls due.
    pub(super) fn due(&self, timer: TimerId) -> Time {
        self.nodes[timer.0.get() as usize].due
    }

    /// Kind and slot of a timer that is set.
    pub(super) fn of(&self, timer: TimerId) -> (Kind, u32) {
        let Node { kind, slot, .. } = self.nodes[timer.0.get() as usize];
        (kind, slot)
    }

    pub(super) fn len(&self) -> usize {
        self.live as usize
    }

    /// When the next timer falls due.
    pub(super) fn next_due(&self) -> Option<Time> {
        // What is left of an instant stands before everything else.
        let due = self.batch.first().map_or(self.soonest, |(_, timer)| self.nodes[timer as usize].due);
        (due < Time::MAX).then_some(due)
    }

    /// Takes out the timer that fires next, if it is due: its kind and slot. `whom` says whom a timer is about.
    pub(super) fn pop(&mut self, now: Time, whom: impl Fn(Kind, u32) -> Whom) -> Option<(Kind, u32)> {
        if self.batch.is_empty() {
            let timer = self.take_next(now)?;
            if self.soonest > now {
                // Most are alone at their instant.
                return Some(self.vacate(timer));
            }
            self.enter_batch(timer, &whom);
        }
        // Also what has been set for this very instant since it began.
        while let Some(timer) = self.take_next(now) {
            self.enter_batch(timer, &whom);
        }
        let (_, timer) = self.batch.first()?;
        self.batch.remove(0, keep_place(&mut self.nodes));
        Some(self.vacate(timer))
    }

    // --- the instant that fires ---

    fn enter_batch(&mut self, timer: u32, whom: impl Fn(Kind, u32) -> Whom) {
        let node = &mut self.nodes[timer as usize];
        node.run = BATCH;
        let Node { kind, slot, .. } = *node;
        let (call, agent) = whom(kind, slot);
        let kind = if kind == Kind::DialLease { Kind::Lease } else { kind };
        self.batch.push(Turn { kind, call, agent, slot }, timer, keep_place(&mut self.nodes));
    }

    // --- what is to come ---

    /// Takes out the next timer that is not in the batch, if it is due.
    fn take_next(&mut self, now: Time) -> Option<u32> {
        if self.soonest > now {
            return None;
        }
        let alone = self.alone.first().filter(|(due, _)| *due == self.soonest);
        let in_run = || self.next_runs.first().map(|(_, run)| self.runs[run as u16].first);
        let timer = alone.map(|(_, timer)| timer).or_else(in_run)?;
        self.unlink(timer);
        Some(timer)
    }

    fn find_soonest(&mut self) {
        let (run, alone) = (self.next_runs.first(), self.alone.first());
        let due = |first: Option<(Time, u32)>| first.map_or(Time::MAX, |(due, _)| due);
        self.soonest = due(run).min(due(alone));
    }

    fn append(&mut self, number: u16, timer: u32, due: Time) {
        let run = &mut self.runs[number];
        let last = core::mem::replace(&mut run.last, timer);
        if last != 0 {
            self.nodes[last as usize].after = timer;
            self.nodes[timer as usize].before = last;
            return;
        }
        run.first = timer;
        if !run.listed {
            run.listed = true;
            self.next_runs.push(due, number.into(), |_, _| {});
        }
    }

    fn unlink(&mut self, timer: u32) {
        let Node { before, after, run: number, .. } = self.nodes[timer as usize];
        match number {
            ALONE => {
                self.alone.remove(before, keep_place(&mut self.nodes));
                self.find_soonest();
            }
            BATCH => self.batch.remove(before, keep_place(&mut self.nodes)),
            _ => {
                debug_assert_ne!(number, FREE, "a timer is taken back by its owner, once");
                let run = &mut self.runs[number];
                match after {
                    0 => run.last = before,
                    _ => self.nodes[after as usize].before = before,
                }
                match before {
                    0 => {
                        run.first = after;
                        self.bring_runs_up_to_date(number);
                    }
                    _ => self.nodes[before as usize].after = after,
                }
            }
        }
    }

    /// This run has got another first timer, or none: if it stood first among the runs, whichever does now is exact again.
    fn bring_runs_up_to_date(&mut self, changed: u16) {
        if self.next_runs.first().is_some_and(|(_, run)| run != u32::from(changed)) {
            return;
        }
        while let Some((known, number)) = self.next_runs.first() {
            let run = &mut self.runs[number as u16];
            if run.first == 0 {
                run.listed = false;
                self.next_runs.remove(0, |_, _| {});
                continue;
            }
            let due = self.nodes[run.first as usize].due;
            if due == known {
                break;
            }
            self.next_runs.put_off_first(due, |_, _| {});
        }
        self.find_soonest();
    }

    // --- places ---

    fn occupy(&mut self, node: Node) -> u32 {
        if self.free == 0 {
            self.nodes.push(node);
            return self.nodes.len() as u32 - 1;
        }
        let timer = self.free;
        let place = &mut self.nodes[timer as usize];
        self.free = place.after;
        *place = node;
        timer
    }

    /// The timer is set no more; what it was.
    fn vacate(&mut self, timer: u32) -> (Kind, u32) {
        let node = &mut self.nodes[timer as usize];
        (node.run, node.after) = (FREE, self.free);
        self.free = timer;
        self.live -= 1;
        (node.kind, node.slot)
    }
}

/// Has the timers in a heap know their places there.
fn keep_place(nodes: &mut [Node]) -> impl FnMut(u32, u32) {
    |timer, place| nodes[timer as usize].before = place
}

impl Engine {
    /// Takes out the timer that fires next in this instant: its kind and slot.
    pub(super) fn pop_timer(&mut self) -> Option<(Kind, u32)> {
        let Self { timers, calls, visits, offers, dials, cooling, slots, .. } = self;
        let whom = |kind, slot: u32| match kind {
            Kind::NoRing | Kind::Ring | Kind::Connect | Kind::HoldReminder | Kind::HoldLimit | Kind::Lease => {
                let offer = &offers[slot];
                (calls[offer.call].id, offer.agent)
            }
            Kind::Dial | Kind::DialLease => (calls[dials[slot].call].id, NO_AGENT),
            Kind::Message | Kind::Overdue => (calls[slot].id, NO_AGENT),
            Kind::WrapUp => {
                let slot = &slots[slot as usize];
                (slot.wrapping.map_or(NO_CALL, |(call, _)| call), slot.agent)
            }
            Kind::Delay => (NO_CALL, AgentId(slot)),
            Kind::CoolDown => {
                let cooling = &cooling[slot];
                (calls[cooling.call].id, cooling.agent)
            }
            Kind::Target | Kind::Starvation | Kind::Await | Kind::NotBefore | Kind::Rung | Kind::WaitLimit => {
                (calls[visits[slot].call].id, NO_AGENT)
            }
        };
        timers.pop(self.now, whom)
    }
}
