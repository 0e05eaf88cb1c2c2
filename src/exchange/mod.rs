//! The exchange: an engine shared by any number of threads without a lock (G14).
//!
//! *Any thread submits; decisions come out as one ordered stream; a thread that stops, wherever it stops, stops nobody
//! else.* There is one log. Its order decides everything: the log through a plain [`Engine`] gives the same outputs,
//! position by position.
//!
#![cfg_attr(feature = "toml", doc = "```")]
#![cfg_attr(not(feature = "toml"), doc = "```ignore")]
//! use cordboard::engine::{Actor, Envelope, Input};
//! use cordboard::exchange::{Exchange, Keep, Options};
//! # use cordboard::{Plan, Time};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let plan = Plan::load("examples/floors/hotel.toml")?;
//! # let (li, at) = (plan.agent("li").ok_or("no li")?, Time::ZERO);
//! let exchange = Exchange::new(plan.into(), Options::default());
//! let mut switch = exchange.reader(Keep::UntilAcknowledged)?;
//! let mut desk = exchange.handle()?; // each thread has its own
//! let ticket = desk.submit(Envelope { at, actor: Actor::Agent(li), input: Input::SignIn { agent: li } })?;
//! while let Some(decided) = switch.next()? {
//!     println!("{}: {:?}", decided.position(), decided.outputs()); // carry out the commands among them
//! }
//! switch.acknowledge(switch.position());
//! # assert_eq!(switch.position(), ticket.position + 1);
//! # Ok(())
//! # }
//! ```
//!
//! # In a server
//!
//! `examples/threads.rs` is one to start from.
//!
//! - **One clock.** All threads stamp their inputs by the same monotonic clock. A stamp far ahead is not refused: it takes
//!   the floor's time there, and every later stamp is lifted to it.
//! - **Each thread its own handle.** A handle is `Send`, and not shared.
//! - **The time.** Somebody calls [`Handle::tick`] every few milliseconds, or at [`Handle::next_timeout`]; another's input
//!   may bring that forward.
//! - **One's own decision.** `submit` says where the input stands. It may be decided by another a moment later:
//!   [`Handle::decided`] is `None` until then, and [`Handle::poll`] helps. It stays to be had until its segment is retired
//!   (then [`Lagged`]).
//! - **Commands** are read by one [`Reader`] with [`Keep::UntilAcknowledged`]. It is kept where it outlives whoever may
//!   panic, and acknowledges what the switch has taken; where it stops doing so, the log fills and everybody is told
//!   ([`Full::Reader`]), ticks too.
//!
//! # The algorithm
//!
//! 1. **Intake.** [`Handle::submit`] writes its entry into a box of its own and puts it into the first free slot of the
//!    log by one compare-and-swap (`log.rs`).
//! 2. **Dispatch by whoever is there.** Then it swaps nothing for what is in the *role's* cell (`dispatch.rs`). Whoever
//!    gets the executor out is it: he applies what is in the log, publishes each decision beside its entry, puts the
//!    executor back, and looks at the log once more. Who finds the cell empty leaves; his input will be decided by him who
//!    has the role.
//! 3. **A stalled executor is replaced.** Who finds the cell empty looks whether the executor moves. If he has not moved
//!    for the patience (`patience.rs`), one of those who see it copies the machine of the last checkpoint, goes through
//!    the log from there, and carries on. The engine is deterministic, so what he decides is what the other would have
//!    decided; and a decision is published once, so what the other still publishes is dropped.
//! 4. **Checkpoints.** The executor publishes his machine now and then (`checkpoint.rs`). What is behind the last
//!    checkpoint is retired and used again (`log.rs`, `readers.rs`).
//!
//! This is a universal construction (Herlihy 1991) whose consensus objects are the slots of the log, with the combining
//! of Hendler et al. (2010) as its fast path: as long as nobody stalls, one thread at a time does the work of all, which
//! is in its cache.
//!
//! **Safety comes from three things only:** the log's order is fixed by the slots' compare-and-swaps; decisions are
//! published once by position, and every machine makes the same; checkpoints never go back. The role, the epoch and the
//! patience merely drive progress: two executors at once waste work and harm nothing.
//!
//! # Linearization points
//!
//! | what | where |
//! | --- | --- |
//! | `submit` | the compare-and-swap that fills the slot; it fixes order and stamp at once |
//! | a decision | the compare-and-swap that fills the decision's slot |
//! | a checkpoint | the compare-and-swap of the last checkpoint |
//! | to become the executor | the swap that takes it out of the role's cell |
//! | a take-over | the compare-and-swap of the epoch: one for each stall that is seen |
//! | the end of a segment | the compare-and-swap that sets its gravestone |
//!
//! # Memory orderings
//!
//! Every cell is used for one purpose, with acquire on what is read and release on what is written:
//!
//! - *Slots* (`Once`, `Shelf`): release to fill, acquire to read: who sees an entry or a decision sees what is in it, and what its
//!   author had seen. So the filled slots anybody sees are a prefix.
//! - *The role's cell* (`Swap`): every access is a swap with acquire and release. **No input is lost between releasing
//!   the role and leaving:** B fills a slot, then swaps the cell and finds nothing; A, who has the role, swaps his executor
//!   in, then looks at the log. All swaps of one cell are in one order. If B's comes before A's, A's reads what B's (or one
//!   after it, itself a swap, so the release sequence is not broken) has written; B's slot was filled before, so A's look
//!   sees it. If B's comes after A's, B finds the executor, unless C has taken it meanwhile, and then C stands where A
//!   stood. No sequential consistency is needed, but both sides must *swap*: with a store instead of A's swap B's input
//!   can be lost, which is planted in `models.rs`, and loom finds it.
//! - *Progress, newest and retired segment*: `fetch_max`, so that who is late takes nothing back.
//! - *The last checkpoint, the places of the log* (`Root`): arc-swap's own, sequentially consistent.
//! - *A reader's hold and the floor*: sequentially consistent, for two threads each write one and read the other; the
//!   argument is in `readers.rs`.
//! - *Figures and patience*: relaxed. They decide nothing but when somebody takes over.
//!
//! # Where two executors meet
//!
//! An executor that finds its next entry decided is behind: somebody else is further, and it is dropped, unless it
//! is still redoing what had been decided when its take-over began. Where two meet in the role's cell, the further stays;
//! who puts one back looks at the log from where *that* one stands. The furthest of all can never find its next entry
//! decided, so it is not dropped. If its owner has stopped for good, the next take-over begins where it stood.
//!
//! # Reclamation
//!
//! Threads hold segments and checkpoints by reference counts, one each, never a chain: a thread that sleeps pins the
//! segment it was in and, if it was the executor, one machine, wherever it was stopped: a checkpoint is published by
//! giving the machine itself away and going on with a copy, so one stopped there has, instead of the machine, the
//! checkpoint and the memory of the one before. [`Figures::pinned`] counts who has one. It holds up neither checkpoints nor
//! the retirement of segments, for those are made by whoever has the role now.
//!
//! Decisions stand one after another in *pages* that belong to their segment, entries in boxes. Both are used again, with
//! their segment; what stood in them is dropped then. A copy of the machine goes into the memory of one that nobody needs
//! any more: that of the checkpoint before, or of an executor that was dropped (one such is kept). So after warm-up the module itself
//! allocates nothing but what goes with a segment or a checkpoint (a gravestone, a list of boxes, a box), however many
//! inputs that holds.
//!
//! A retired segment's place is never what it was before, so a thread that sleeps for a whole round of the log cannot
//! mistake it (no ABA).
//!
//! # Bounds
//!
//! Each is an [option](Options) and has its answer: entries in the log ([`Full::Log`]), what a reader has not acknowledged
//! ([`Full::Reader`]), how far a reader may lag ([`Lagged`]), handles and readers ([`Full::Handles`], [`Full::Readers`]),
//! what one call decides and redoes for others ([`Options::help_max`]), entries redone per second
//! ([`Options::redo_per_second`]).
//!
//! # What is not promised
//!
//! - **No progress while nobody calls.** There is no thread in here. A driver calls [`Handle::tick`] at
//!   [`Handle::next_timeout`], and [`Handle::poll`] as long as it says that something is left.
//! - Lock-free, not wait-free: an appending thread can be outrun again and again, each time by another's success.
//! - A thread's input is decided by whoever has the role, not always before its `submit` returns. Its place and its
//!   stamp are fixed then.
//! - While a stalled executor is not replaced yet, nothing is decided: for the patience and what the take-over takes.
//! - The allocator, and whatever else the machine itself calls, may lock. The engine allocates when it grows.
//! - **A step that panics** is a bug in the machine. The entry is published as
//!   [quarantined](Decided::is_quarantined): it changes nothing, the machine is built again from the checkpoint, and every
//!   later replay leaves it out. With `panic = "abort"` there is no such rescue: the process ends.
//! - A copy of a large machine takes its time, in which nothing is decided: see [`Options::checkpoint_every`].
//!
//! # Literature
//!
//! - M. Herlihy, *Wait-Free Synchronization*, ACM TOPLAS 13(1), 1991: the universal construction.
//! - D. Hendler, I. Incze, N. Shavit, M. Tzafrir, *Flat Combining and the Synchronization-Parallelism Tradeoff*, SPAA 2010:
//!   one thread does the work of all who wait. Theirs holds a lock meanwhile; here the one can be replaced.
//! - P. Fatourou, N. Kallimanis, *A Highly-Efficient Wait-Free Universal Construction*, SPAA 2011 (P-Sim): helpers work on
//!   copies of the state, and one copy is chosen. Here there is one copy as long as nobody stalls.
//! - M. Michael, M. Scott, *Simple, Fast, and Practical Non-Blocking and Blocking Concurrent Queue Algorithms*, PODC 1996:
//!   the order of a queue by compare-and-swap at its end.
//! - F. Schneider, *Implementing Fault-Tolerant Services Using the State Machine Approach*, ACM Computing Surveys 22(4),
//!   1990: a deterministic machine and an ordered log make replicas; a stalled thread is a failed replica.

#[cfg(feature = "crossbeam")]
mod channel;
mod checkpoint;
mod counters;
mod dispatch;
mod entry;
mod error;
mod executor;
mod handle;
mod log;
mod machine;
#[cfg(all(test, any(cordboard_loom, cordboard_shuttle)))]
mod models;
mod options;
mod patience;
mod probe;
mod readers;
mod stash;
mod sync;

use core::fmt;
use std::sync::Arc;

#[cfg(feature = "crossbeam")]
pub use channel::{Delivered, Delivery};
pub use checkpoint::Checkpoint;
pub use counters::Figures;
pub use entry::Decided;
pub use error::{Full, Lagged, NotTaken};
pub use handle::{Handle, Ticket};
pub use machine::Machine;
pub use options::Options;
pub use probe::{Probe, Step};
pub use readers::{Keep, Reader};
#[cfg(feature = "live")]
pub(crate) use stash::Stash;

use crate::engine::Engine;
use crate::floor::Plan;
use dispatch::Core;

/// An engine shared by any number of threads without a lock. See the [module](self).
///
/// It is a reference: a clone is the same exchange.
pub struct Exchange<M: Machine = Engine, P: Probe = ()>(Arc<Core<M, P>>);

impl Exchange {
    /// An exchange for this plan: everybody signed out, no call.
    pub fn new(plan: Arc<Plan>, options: Options) -> Self {
        let engine = Engine::new(plan, options.seed);
        Self::of(engine, (), options)
    }
}

impl<M: Machine, P: Probe> Exchange<M, P> {
    /// An exchange around any deterministic machine, as it is now, that tells a probe where its threads are.
    pub fn of(machine: M, probe: P, options: Options) -> Self {
        Self(Arc::new(Core::new(machine, probe, options)))
    }

    /// A handle, by which one thread submits.
    ///
    /// # Errors
    /// [`Full::Handles`].
    pub fn handle(&self) -> Result<Handle<M, P>, Full> {
        Handle::new(&self.0)
    }

    /// A reader of the stream of decisions, from the last checkpoint on.
    ///
    /// # Errors
    /// [`Full::Readers`].
    pub fn reader(&self, keep: Keep) -> Result<Reader<M, P>, Full> {
        Reader::new(&self.0, keep)
    }

    /// The machine as it was at the last checkpoint, with its position: for boards, and for whatever may be a little
    /// old. How old: [`decided`](Self::decided) less its position.
    pub fn checkpoint(&self) -> Arc<Checkpoint<M>> {
        self.0.last.load()
    }

    /// Everything before this position is decided. Never goes back.
    pub fn decided(&self) -> u64 {
        self.0.progress()
    }

    /// Takes back what nobody needs any more, and says for how many inputs there is room then, or about so many.
    #[cfg(feature = "live")]
    pub(crate) fn make_room(&self) -> u64 {
        self.0.reclaim(u64::MAX);
        self.0.log.room()
    }

    /// The exchange's own figures.
    pub fn figures(&self) -> Figures {
        self.0.figures()
    }
}

impl<M: Machine, P: Probe> Clone for Exchange<M, P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<M: Machine, P: Probe> fmt::Debug for Exchange<M, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("figures", &self.figures()).finish_non_exhaustive()
    }
}
