//! A thread that stops at any marked step, for good, stops nobody else (G14); when it goes on, it does nothing twice.
//!
//! Time is virtual: each call is a tenth of a millisecond after the one before.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use cordboard::exchange::{Exchange, Handle, Keep, Options, Probe, Reader, Step};
use cordboard::{Span, Time};

use crate::tally::{Say, Sum, Tally};

thread_local! {
    /// Where this thread is to stop, if anywhere.
    static STOP_AT: Cell<Option<Step>> = const { Cell::new(None) };
}

/// Stops each thread where it is told to stop, until all are let go.
#[derive(Default)]
struct Ice {
    frozen: AtomicU64,
    thawed: AtomicBool,
}

#[derive(Clone)]
struct Cold(Arc<Ice>);

impl Probe for Cold {
    fn reached(&self, step: Step) {
        if STOP_AT.get() == Some(step) {
            STOP_AT.set(None);
            self.0.frozen.fetch_add(1, Ordering::SeqCst);
            while !self.0.thawed.load(Ordering::SeqCst) {
                thread::park();
            }
        }
    }
}

/// An exchange whose threads can be frozen, and a reader that checks the stream.
struct House {
    ice: Arc<Ice>,
    clock: Arc<AtomicU64>,
    numbers: Arc<AtomicU64>,
    exchange: Exchange<Tally, Cold>,
    reader: Reader<Tally, Cold>,
    tally: Tally,
    seen: Vec<u64>,
    victims: Vec<JoinHandle<()>>,
}

const SEGMENT: usize = 8;

fn options() -> Options {
    Options {
        log_max: 32 * SEGMENT,
        segment: SEGMENT,
        checkpoint_every: 12,
        patience: Span::from_millis(1),
        patience_max: Span::from_millis(16),
        patience_calls: u32::MAX,
        redo_per_second: 1_000_000_000,
        ..Options::default()
    }
}

fn tell(handle: &mut Handle<Tally, Cold>, clock: &AtomicU64, numbers: &AtomicU64) -> bool {
    let at = Time::from_nanos(clock.fetch_add(100_000, Ordering::SeqCst));
    let number = numbers.fetch_add(1, Ordering::SeqCst);
    let mut say = Say { at, number };
    // The bound is never reached but by a bug: what is full now has room once the patience is over.
    for _ in 0..10_000 {
        match handle.submit(say) {
            Ok(_) => return true,
            Err(refused) => {
                say = Say { at: Time::from_nanos(clock.fetch_add(100_000, Ordering::SeqCst)), ..*refused.input }
            }
        }
    }
    false
}

impl House {
    fn new() -> Self {
        let ice = Arc::new(Ice::default());
        let exchange = Exchange::of(Tally::default(), Cold(Arc::clone(&ice)), options());
        let reader = exchange.reader(Keep::WhileItKeepsUp).unwrap();
        Self {
            ice,
            clock: Arc::default(),
            numbers: Arc::new(AtomicU64::new(1)),
            exchange,
            reader,
            tally: Tally::default(),
            seen: Vec::new(),
            victims: Vec::new(),
        }
    }

    /// A thread submits until it stops at this step. It does so in time, or the test fails.
    fn freeze(&mut self, step: Step) {
        let before = self.ice.frozen.load(Ordering::SeqCst);
        let mut handle = self.exchange.handle().unwrap();
        let (ice, clock, numbers) = (Arc::clone(&self.ice), Arc::clone(&self.clock), Arc::clone(&self.numbers));
        self.victims.push(thread::spawn(move || {
            STOP_AT.set(Some(step));
            while STOP_AT.get().is_some() && ice.frozen.load(Ordering::SeqCst) == before {
                assert!(tell(&mut handle, &clock, &numbers), "{step:?}");
            }
        }));
        while self.ice.frozen.load(Ordering::SeqCst) == before {
            assert!(!self.victims.iter().any(JoinHandle::is_finished), "{step:?} is never reached");
            self.read();
            thread::yield_now();
        }
    }

    /// Others submit so much, each from a thread of his own, and all of it is decided while the frozen stay frozen.
    fn others(&mut self, threads: usize, each: u64) {
        let others: Vec<_> = (0..threads)
            .map(|_| {
                let mut handle = self.exchange.handle().unwrap();
                let (clock, numbers) = (Arc::clone(&self.clock), Arc::clone(&self.numbers));
                thread::spawn(move || (0..each).all(|_| tell(&mut handle, &clock, &numbers)))
            })
            .collect();
        while others.iter().any(|other| !other.is_finished()) {
            self.read();
            thread::yield_now();
        }
        assert!(others.into_iter().all(|other| other.join().unwrap()), "nobody was kept from submitting");
        let mut handle = self.exchange.handle().unwrap();
        let mut polls = 0;
        while handle.poll(Time::from_nanos(self.clock.fetch_add(100_000, Ordering::SeqCst))) {
            polls += 1;
            assert!(polls < 10_000, "everything is decided while some are frozen: {:?}", self.exchange);
        }
        self.read();
    }

    fn thaw(&mut self) {
        self.ice.thawed.store(true, Ordering::SeqCst);
        for victim in self.victims.drain(..) {
            victim.thread().unpark();
            victim.join().unwrap();
        }
    }

    /// Reads on, and holds each decision against a tally of its own.
    fn read(&mut self) {
        loop {
            let Ok(next) = self.reader.next() else {
                // What was missed is in the checkpoint.
                let checkpoint = self.reader.resync();
                self.tally = checkpoint.machine.clone();
                self.seen.clear();
                continue;
            };
            let Some(decided) = next else { return };
            let Some(Say { number, .. }) = decided.input().copied() else { panic!("only inputs") };
            let mut out = Vec::new();
            cordboard::exchange::Machine::apply(
                &mut self.tally,
                decided.at(),
                &Say { at: decided.at(), number },
                &mut out,
            );
            assert_eq!(out, decided.outputs(), "position {}", decided.position());
            let [Sum { .. }] = out[..] else { panic!("one sum each") };
            self.seen.push(number);
        }
    }

    /// Everything that was submitted has been decided exactly once, and nothing is left lying about.
    fn check(mut self) {
        self.others(1, 3 * SEGMENT as u64 * 32);
        let submitted = self.numbers.load(Ordering::SeqCst) - 1;
        assert_eq!(self.exchange.decided(), submitted, "each input has one place");
        assert_eq!(self.tally.count, submitted, "and was applied once");
        self.seen.sort_unstable();
        assert!(self.seen.windows(2).all(|two| two[0] < two[1]), "no number twice");
        let figures = self.exchange.figures();
        assert_eq!(figures.pinned, 0, "thawed, nobody keeps a machine: {figures:?}");
    }
}

/// Steps that a thread comes to only when it takes over from a stalled one.
fn is_of_a_take_over(step: Step) -> bool {
    matches!(step, Step::TakeOverBegun | Step::TakeOverLoaded | Step::Redone)
}

#[test]
fn whoever_is_frozen_at_any_step_the_others_dispatch_on_and_thawed_he_does_nothing_twice() {
    for step in Step::ALL {
        let mut house = House::new();
        house.others(2, 50);
        if is_of_a_take_over(step) {
            // Somebody to take over from, who has done something since the last checkpoint.
            house.freeze(Step::Published);
        }
        house.freeze(step);
        let before = house.exchange.figures();
        house.others(3, 400);
        let figures = house.exchange.figures();
        assert!(figures.checkpoints > before.checkpoints + 50, "{step:?}: checkpoints go on: {figures:?}");
        assert!(figures.pinned <= 2, "{step:?}: a machine each at most: {figures:?}");
        assert!(figures.segments <= 32 + 16, "{step:?}: the log is used again: {figures:?}");
        house.thaw();
        house.check();
    }
}

#[test]
fn a_checkpoint_is_not_waited_for_that_never_comes() {
    for step in [Step::CheckpointDue, Step::CheckpointPublished, Step::CheckpointCopied, Step::Retiring] {
        let mut house = House::new();
        house.freeze(step);
        house.freeze(step);
        house.freeze(step);
        house.others(2, 1_000);
        let figures = house.exchange.figures();
        assert_eq!(figures.pinned, 3, "{step:?}: {figures:?}");
        assert!(house.exchange.checkpoint().position + 32 * 8 > house.exchange.decided());
        house.thaw();
        house.check();
    }
}

#[test]
fn five_are_frozen_at_once_and_the_sixth_goes_on() {
    let mut house = House::new();
    let steps = [Step::Claimed, Step::Applied, Step::TakeOverLoaded, Step::TakeOverBegun, Step::PuttingBack];
    for step in steps {
        house.freeze(step);
    }
    house.others(2, 1_000);
    let figures = house.exchange.figures();
    assert!(figures.take_overs >= 4, "{figures:?}");
    house.thaw();
    house.check();
}

#[test]
fn all_but_one_may_be_frozen_while_they_append() {
    let mut house = House::new();
    for _ in 0..8 {
        house.freeze(Step::Written);
    }
    house.others(1, 500);
    assert_eq!(house.exchange.figures().take_overs, 0, "whoever has no role keeps nobody waiting");
    house.thaw();
    house.check();
}
