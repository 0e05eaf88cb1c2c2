//! A handle: by which one thread submits, ticks and asks.

use core::fmt;

use super::counters::add;
use super::dispatch::{Core, Local};
use super::entry::{Decided, Work};
use super::error::{Full, Lagged, NotTaken};
use super::log::{Lookup, Segment, Tail};
use super::machine::Machine;
use super::patience::Watch;
use super::probe::{Probe, Step};
use super::sync::{Arc, Ordering};
use crate::time::Time;

/// Where an entry stands in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket {
    /// The position.
    pub position: u64,
}

/// By which one thread speaks to the exchange. Cheap; each thread has its own.
///
/// Every call of `submit`, `submit_batch`, `ask`, `poll` and `tick` helps: it decides what is in the log, others' inputs
/// too, if nobody else does; and if somebody does but has not moved for the [patience](super::Options::patience), it
/// takes over.
pub struct Handle<M: Machine, P: Probe = ()> {
    core: Arc<Core<M, P>>,
    local: Local<M>,
    /// A segment that was looked up for an older ticket.
    seen: Option<Arc<Segment<M>>>,
}

impl<M: Machine, P: Probe> Handle<M, P> {
    pub(super) fn new(core: &Arc<Core<M, P>>) -> Result<Self, Full> {
        let most = core.options.handles_max;
        let enter = |handles| (handles < u64::from(most)).then_some(handles + 1);
        if core.handles.fetch_update(Ordering::Relaxed, Ordering::Relaxed, enter).is_err() {
            return Err(Full::Handles { most });
        }
        let local = Local { tail: Tail::new(&core.log), watch: Watch::default(), now: Time::ZERO };
        Ok(Self { core: Arc::clone(core), local, seen: None })
    }

    /// Puts an input into the log, and helps. Its decision is in the stream; [`decided`](Self::decided) has it at once
    /// if it has been made, as a rule by this very call.
    ///
    /// # Errors
    /// The input, if the log is full.
    #[inline]
    pub fn submit(&mut self, input: M::Input) -> Result<Ticket, NotTaken<M::Input>> {
        let at = M::stamp(&input);
        self.local.now = self.local.now.max(at);
        let ticket = self.append(at, Work::Input(input)).map_err(not_taken)?;
        self.core.help(&mut self.local);
        Ok(ticket)
    }

    /// Puts several inputs into the log and helps once. They stand in this order, but others' inputs may come between.
    /// Says where the last stands; takes out what is in the log.
    ///
    /// # Errors
    /// The first that was not taken, if the log is full. Those after it are left in `inputs`.
    pub fn submit_batch(&mut self, inputs: &mut Vec<M::Input>) -> Result<Option<Ticket>, NotTaken<M::Input>> {
        let mut last = Ok(None);
        let mut taken = inputs.drain(..);
        for input in taken.by_ref() {
            let at = M::stamp(&input);
            self.local.now = self.local.now.max(at);
            match self.append(at, Work::Input(input)) {
                Ok(ticket) => last = Ok(Some(ticket)),
                Err(refused) => {
                    let before = last.unwrap_or_default();
                    last = Err(NotTaken { before, ..not_taken(refused) });
                    break;
                }
            }
        }
        let left: Vec<M::Input> = taken.collect();
        inputs.extend(left);
        self.core.help(&mut self.local);
        last
    }

    /// Puts a question into the log: it is answered exactly between the inputs before and after it, and changes
    /// nothing. The answer comes as the [decision](Self::decided).
    ///
    /// # Errors
    /// [`Full`] if the log is full.
    pub fn ask(&mut self, now: Time, query: M::Query) -> Result<Ticket, Full> {
        self.local.now = self.local.now.max(now);
        let ticket = self.append(now, Work::Query(query)).map_err(|(_, why)| why)?;
        self.core.help(&mut self.local);
        Ok(ticket)
    }

    /// Helps. Whether something is left to decide.
    pub fn poll(&mut self, now: Time) -> bool {
        self.local.now = self.local.now.max(now);
        self.core.help(&mut self.local);
        self.core.has(self.core.progress(), &self.local.tail)
    }

    /// Helps, and submits a tick if one is due. Whether something is left to do at this time: then call again. (Nothing
    /// is, if the step of the tick panicked; the time that was to be told stays overdue until an input has another told.)
    ///
    /// # Errors
    /// [`Full`] if a tick is due and the log is full.
    pub fn tick(&mut self, now: Time) -> Result<bool, Full> {
        if self.poll(now) {
            // Nothing is known about the time after inputs that are not decided.
            return Ok(true);
        }
        if self.next_timeout().is_none_or(|due| due > now) {
            return Ok(false);
        }
        let ticket = self.append(now, Work::Input(M::tick(now))).map_err(|(_, why)| why)?;
        let left = self.poll(now);
        if matches!(self.decided(ticket), Ok(Some(decided)) if decided.is_quarantined()) {
            // The next would be, too.
            return Ok(left);
        }
        Ok(left || self.next_timeout().is_some_and(|due| due <= now))
    }

    /// When [`tick`](Self::tick) should be called next, if nothing happens before; as of the last decision.
    pub fn next_timeout(&self) -> Option<Time> {
        let log = &self.core.log;
        let before = self.core.progress().checked_sub(1);
        let found = before.map(|position| (log.segment(log.index(position)), log.offset(position)));
        match found {
            Some((Lookup::Found(segment), offset)) => segment.decision(offset)?.0.next_timeout,
            // Behind the last checkpoint, or nothing decided yet.
            _ => self.core.last.load().machine.next_timeout(),
        }
    }

    /// What has become of an entry, if that is decided: `None` as long as it is not, and for ever where the ticket is not
    /// of this exchange. Right after it was submitted that is not rare: somebody else may be deciding. Call
    /// [`poll`](Self::poll) and ask again, or read it in the stream.
    ///
    /// # Errors
    /// [`Lagged`] if the log has gone on beyond it.
    pub fn decided(&mut self, ticket: Ticket) -> Result<Option<Decided<'_, M>>, Lagged> {
        let log = &self.core.log;
        let Ticket { position } = ticket;
        let index = log.index(position);
        let tail = &self.local.tail.segment;
        let segment = if tail.index == index && !tail.is_retired() {
            tail
        } else {
            if self.seen.as_ref().is_none_or(|seen| seen.index != index) {
                match log.segment(index) {
                    Lookup::Found(segment) => {
                        if let Some(seen) = self.seen.replace(segment) {
                            log.let_go(seen);
                        }
                    }
                    Lookup::NotYet => return Ok(None),
                    Lookup::Retired => return Err(Lagged { position }),
                }
            }
            match &self.seen {
                Some(seen) => seen,
                None => return Ok(None),
            }
        };
        let offset = log.offset(position);
        Ok(segment.decided(position, offset))
    }

    /// The position of a new entry; or the work, and why there is no room.
    #[inline]
    fn append(&mut self, at: Time, work: Work<M>) -> Result<Ticket, (Work<M>, Full)> {
        let Self { core, local, .. } = self;
        let entry = local.tail.write(&core.log, at, work);
        core.probe.reached(Step::Written);
        let position = match local.tail.append(&core.log, entry) {
            Ok(position) => position,
            Err(entry) => {
                // Others' inputs first: what they leave may be retired.
                core.help(local);
                core.reclaim(u64::MAX);
                match local.tail.append(&core.log, entry) {
                    Ok(position) => position,
                    Err(entry) => return Err((local.tail.put_away(entry), core.full())),
                }
            }
        };
        if local.tail.outrun > 0 {
            add(&core.counters.outrun, core::mem::take(&mut local.tail.outrun));
        }
        core.probe.reached(Step::Claimed);
        Ok(Ticket { position })
    }
}

#[cold]
fn not_taken<M: Machine>((work, why): (Work<M>, Full)) -> NotTaken<M::Input> {
    match work {
        Work::Input(input) => NotTaken { input: Box::new(input), why, before: None },
        Work::Query(_) | Work::Spent => unreachable!("it was an input"),
    }
}

impl<M: Machine, P: Probe> Drop for Handle<M, P> {
    fn drop(&mut self) {
        self.core.handles.fetch_sub(1, Ordering::Relaxed);
        if let Some(seen) = self.seen.take() {
            self.core.log.let_go(seen);
        }
    }
}

impl<M: Machine, P: Probe> fmt::Debug for Handle<M, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("now", &self.local.now).finish_non_exhaustive()
    }
}
