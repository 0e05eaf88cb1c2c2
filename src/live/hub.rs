//! What all parts of a running centre share: the exchange, the clock, handles to borrow, and who is woken when.
//!
//! # Who is woken
//!
//! After each call into the exchange whoever called wakes those who wait for *news*: streams, and requests whose
//! decision somebody else makes. Everybody does so after his own call, whether or not others have: so a thread that
//! stops between a decision and the waking keeps nobody asleep. The *driver* is woken when the next timer has come
//! forward, and when an input is left undecided behind somebody who has stopped: he looks after it until it is decided.
//! Who waits for *room* in a full log is told by him (`room.rs`).
//!
//! **The driver never oversleeps.** He says until when he will sleep, then looks at the next timer once more; who
//! submits has his decision published, then looks until when the driver sleeps. Both are sequentially consistent, so
//! one of the two sees the other.

use core::future::{Future, pending};
use core::sync::atomic::{AtomicU8, AtomicU64, Ordering, fence};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime;
use tokio::sync::Notify;
use tokio::time::{Timeout, timeout};

use super::clock::Clock;
use super::commands::Kept;
use super::error::NotTaken;
use super::health::Vitals;
use super::meters::Meters;
use super::options::Options;
use super::request::Done;
use super::room::Room;
use crate::engine::{Actor, Engine, Envelope, Input};
use crate::exchange::{Exchange, Full, Handle, Stash, Ticket};
use crate::floor::Plan;
use crate::time::Time;

/// What all parts share.
pub(super) struct Hub {
    /// Where the centre runs. Those who wait for it may do so anywhere.
    pub(super) runtime: runtime::Handle,
    pub(super) exchange: Exchange,
    pub(super) clock: Clock,
    pub(super) options: Options,
    pub(super) meters: Meters,
    pub(super) vitals: Arc<Vitals>,
    /// Handles that nobody uses at the moment.
    handles: Stash<Handle<Engine>>,
    /// The reader of commands, while nobody has it.
    pub(super) commands: Stash<Kept>,
    stage: AtomicU8,
    /// How many bring a call in just now.
    entering: AtomicU64,
    /// Until when the driver sleeps, in nanoseconds; 0 while he is awake.
    pub(super) asleep_until: AtomicU64,
    pub(super) driver: Notify,
    /// Something has been decided, or the centre is closed.
    pub(super) news: Notify,
    /// Calls are not let in any more.
    door: Notify,
    /// Those who wait for room in the log.
    pub(super) room: Room,
}

/// How far a centre is on its way from the first call to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Stage {
    Open,
    Draining,
    Closed,
}

/// Somebody brings a call in, as long as this is there.
struct Enters<'a>(&'a AtomicU64);

impl<'a> Enters<'a> {
    fn new(entering: &'a AtomicU64) -> Self {
        entering.fetch_add(1, Ordering::SeqCst);
        Self(entering)
    }
}

impl Drop for Enters<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Hub {
    pub(super) fn new(runtime: runtime::Handle, plan: Arc<Plan>, options: Options) -> Self {
        let vitals = Arc::new(Vitals::default());
        Self {
            runtime,
            meters: Meters::new(&plan, vitals.panics()),
            vitals,
            exchange: Exchange::new(plan, options.exchange.clone()),
            clock: Clock::start(),
            options,
            handles: Stash::new(),
            commands: Stash::new(),
            stage: AtomicU8::new(Stage::Open as u8),
            entering: AtomicU64::new(0),
            asleep_until: AtomicU64::new(0),
            driver: Notify::new(),
            news: Notify::new(),
            door: Notify::new(),
            room: Room::new(),
        }
    }

    // --- submitting ---

    /// Puts an input into the log; gives it back where it is not taken.
    pub(super) fn submit(&self, at: Time, actor: Actor, input: Input) -> Result<Ticket, (Input, NotTaken)> {
        let opens = opens(&input);
        // First the sign that somebody comes in, then the look at the door; whoever closes it does it the other way round.
        let _enters = opens.then(|| Enters::new(&self.entering));
        match self.stage() {
            Stage::Closed => return Err((input, NotTaken::Closed)),
            Stage::Draining if opens => return Err((input, NotTaken::Draining)),
            _ => {}
        }
        let mut handle = match self.handle() {
            Ok(handle) => handle,
            Err(full) => return Err((input, full.into())),
        };
        let taken = handle.submit(Envelope { at, actor, input });
        let left = matches!(&taken, Ok(ticket) if self.exchange.decided() <= ticket.position);
        self.give_back(handle, left);
        taken.map_err(|refused| (refused.input.input, refused.why.into()))
    }

    /// What has become of an entry, once that is decided; helps.
    pub(super) fn decided(&self, ticket: Ticket) -> Result<Option<Done>, Undecided> {
        let mut handle = self.handle().map_err(|_| Undecided::NoHandle)?;
        if self.exchange.decided() <= ticket.position {
            handle.poll(self.clock.now());
        }
        let done = handle.decided(ticket).map(|decided| decided.map(|decided| Done::of(&decided)));
        let left = matches!(done, Ok(None));
        self.give_back(handle, left);
        done.map_err(|_| Undecided::Passed)
    }

    fn handle(&self) -> Result<Box<Handle<Engine>>, Full> {
        match self.handles.take() {
            Some(handle) => Ok(handle),
            None => self.exchange.handle().map(Box::new),
        }
    }

    /// Gives a handle back, and wakes whom it concerns; the driver too, if something is left undecided.
    fn give_back(&self, handle: Box<Handle<Engine>>, left: bool) {
        let next = handle.next_timeout();
        self.handles.put(handle);
        // See above: the decision comes before the look.
        fence(Ordering::SeqCst);
        let asleep_until = self.asleep_until.load(Ordering::SeqCst);
        if left || next.is_some_and(|next| next.as_nanos() < asleep_until) {
            self.driver.notify_one();
        }
        self.news.notify_waiters();
    }

    /// Waits for something, for so long at most, in whatever executor.
    pub(super) fn within<F: Future>(&self, most: Duration, awaited: F) -> Timeout<F> {
        // A timer is made where there is a runtime, and then goes anywhere.
        let _in = self.runtime.enter();
        timeout(most, awaited)
    }

    /// Tells the embedder's subscriber to the logs something; a panic of it ends nothing.
    pub(super) fn log(&self, tell: impl FnOnce()) {
        self.vitals.panics().guard("subscriber", tell);
    }

    // --- stages ---

    /// Whether somebody is on his way in, who may have found the door open.
    pub(super) fn is_anybody_entering(&self) -> bool {
        self.entering.load(Ordering::SeqCst) > 0
    }

    pub(super) fn stage(&self) -> Stage {
        match self.stage.load(Ordering::SeqCst) {
            0 => Stage::Open,
            1 => Stage::Draining,
            _ => Stage::Closed,
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.stage() == Stage::Closed
    }

    /// Waits until the door is closed to this input: for ever, if it goes through no door.
    pub(super) fn shut_to(&self, input: &Input) -> impl Future<Output = ()> + Send + '_ {
        let opens = opens(input);
        async move {
            let shut = self.door.notified();
            match self.stage() {
                _ if !opens => pending().await,
                Stage::Open => shut.await,
                Stage::Draining | Stage::Closed => {}
            }
        }
    }

    /// Goes on to a stage, if it is not there or beyond.
    pub(super) fn enter(&self, stage: Stage) {
        self.stage.fetch_max(stage as u8, Ordering::SeqCst);
        self.driver.notify_one();
        self.news.notify_waiters();
        self.door.notify_waiters();
        if stage == Stage::Closed {
            self.room.close();
        }
    }
}

/// Whether a call begins with this input.
fn opens(input: &Input) -> bool {
    matches!(input, Input::CallArrived(_) | Input::CallBack { .. } | Input::AcceptCallback { .. })
}

/// Why it cannot be said what has become of an entry.
pub(super) enum Undecided {
    /// There is no handle to look with; there will be.
    NoHandle,
    /// The log has gone on beyond it.
    Passed,
}
