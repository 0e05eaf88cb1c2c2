//! The exchange and its rivals: five ways to share an engine between threads, all of which deliver the same ordered
//! stream of outputs to one reader, who looks for more every half millisecond.
//!
//! Each rival is built as well as it is known how. Under a mutex the outputs go straight into one vector, which the
//! reader swaps for an empty one: nothing is allocated or copied for each input. The dispatcher and the actor take all
//! that has come, 64 inputs at most, at one go.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use cordboard::engine::{Engine, Output};
use cordboard::exchange::{Exchange, Handle, Keep, Options, Probe};

use crate::work::{Floor, Phones, Stamped, Tray, Wall, Work, cpu_nanos};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rival {
    Exchange,
    ParkingLot,
    Std,
    Dispatcher,
    Actor,
}

impl Rival {
    pub(crate) const ALL: [Self; 5] = [Self::Exchange, Self::ParkingLot, Self::Std, Self::Dispatcher, Self::Actor];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Exchange => "exchange",
            Self::ParkingLot => "parking_lot",
            Self::Std => "std mutex",
            Self::Dispatcher => "crossbeam",
            Self::Actor => "tokio mpsc",
        }
    }
}

/// What a run has cost and what came out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Run {
    pub(crate) cpu_nanos: u64,
    pub(crate) wall_nanos: u64,
    pub(crate) read: Read,
}

/// What the reader has read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) inputs: u64,
    pub(crate) outputs: u64,
    /// Of all outputs, in their order.
    pub(crate) sum: u64,
}

impl Read {
    #[inline]
    fn input(&mut self, outputs: &[Output]) {
        self.inputs += 1;
        for output in outputs {
            self.outputs += 1;
            self.sum = self.sum.rotate_left(5) ^ output.key.position ^ u64::from(output.key.index) << 40;
        }
    }
}

pub(crate) const LOOK_EVERY: Duration = Duration::from_micros(500);
const AT_ONE_GO: usize = 64;
const QUEUE_MAX: usize = 1 << 16;

/// Hands all inputs of the work in by so many threads, so many at a time.
pub(crate) fn run(rival: Rival, work: &Work, threads: usize, batch: usize) -> Run {
    match rival {
        Rival::Exchange => exchange(work, threads, batch, Options::default()),
        Rival::ParkingLot => locked(parking_lot::Mutex::new, work, threads, batch),
        Rival::Std => locked(std::sync::Mutex::new, work, threads, batch),
        Rival::Dispatcher => dispatcher(work, threads, batch),
        Rival::Actor => actor(work, threads, batch),
    }
}

/// Where a thread hands in inputs.
pub(crate) trait Desk: Send {
    fn submit(&mut self, input: Stamped);
    fn submit_batch(&mut self, inputs: &mut Vec<Stamped>);
}

/// Hands in what is in the tray, and waits for who does.
fn hand_in<D: Desk>(tray: &Tray<'_>, wall: Wall, desks: Vec<D>, batch: usize) {
    thread::scope(|scope| {
        for mut desk in desks {
            scope.spawn(move || {
                let mut some = Vec::with_capacity(batch);
                loop {
                    let numbers = tray.take(batch);
                    if numbers.is_empty() {
                        return;
                    }
                    let now = wall.now();
                    if batch == 1 {
                        desk.submit(tray.input(numbers.start, now));
                    } else {
                        some.extend(numbers.map(|number| tray.input(number, now)));
                        desk.submit_batch(&mut some);
                    }
                }
            });
        }
    });
}

/// Runs `hand_in` beside a reader, and says what that has cost. `look` reads what there is.
fn measured(inputs: usize, mut look: impl FnMut(&mut Read) + Send, hand_in: impl FnOnce(Wall)) -> Run {
    let over = AtomicBool::new(false);
    let (wall, cpu) = (Wall::begin(), cpu_nanos());
    let read = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut read = Read::default();
            while read.inputs < inputs as u64 {
                look(&mut read);
                if !over.load(Ordering::Relaxed) {
                    thread::sleep(LOOK_EVERY);
                }
            }
            read
        });
        hand_in(wall);
        over.store(true, Ordering::Relaxed);
        reader.join().expect("the reader does not panic")
    });
    assert_eq!(read.inputs, inputs as u64, "each input is decided once");
    Run { cpu_nanos: cpu_nanos() - cpu, wall_nanos: wall.nanos(), read }
}

// --- the exchange ---

pub(crate) fn exchange(work: &Work, threads: usize, batch: usize, options: Options) -> Run {
    let tray = Tray::new(work);
    let exchange = Exchange::of(Floor::new(work, &tray), (), options);
    let mut reader = exchange.reader(Keep::UntilAcknowledged).expect("it is the first");
    let desks = (0..threads).map(|_| exchange.handle().expect("there are few")).collect();
    let look = move |read: &mut Read| {
        while let Some(decided) = reader.next().expect("it acknowledges") {
            read.input(decided.outputs());
        }
        reader.acknowledge(reader.position());
    };
    measured(work.inputs.len(), look, |wall| {
        hand_in(&tray, wall, desks, batch);
        let mut last = exchange.handle().expect("there are few");
        while last.poll(wall.now()) {
            thread::yield_now();
        }
    })
}

impl<P: Probe> Desk for Handle<Floor, P> {
    #[inline]
    fn submit(&mut self, input: Stamped) {
        let mut input = input;
        while let Err(refused) = Handle::submit(self, input) {
            input = *refused.input;
            thread::yield_now();
        }
    }

    #[inline]
    fn submit_batch(&mut self, inputs: &mut Vec<Stamped>) {
        while let Err(refused) = Handle::submit_batch(self, inputs) {
            inputs.insert(0, *refused.input);
            thread::yield_now();
        }
    }
}

// --- an engine under a lock ---

/// What is under the lock: the engine and the stream.
pub(crate) struct Shared {
    engine: Engine,
    phones: Arc<Phones>,
    stream: Stream,
}

/// The outputs of inputs, in order, and where each one's end.
#[derive(Default)]
struct Stream {
    outputs: Vec<Output>,
    ends: Vec<usize>,
}

impl Stream {
    fn read(&mut self, read: &mut Read) {
        let mut begin = 0;
        for end in self.ends.drain(..) {
            read.input(&self.outputs[begin..end]);
            begin = end;
        }
        self.outputs.clear();
    }
}

impl Shared {
    pub(crate) fn new(work: &Work, tray: &Tray<'_>) -> Self {
        Self { engine: work.engine.clone(), phones: Arc::clone(&tray.phones), stream: Stream::default() }
    }

    #[inline]
    pub(crate) fn handle(&mut self, input: Stamped) {
        let before = self.stream.outputs.len();
        self.engine.handle(input.about(&self.phones), &mut self.stream.outputs);
        self.phones.listen(&self.stream.outputs[before..]);
        self.stream.ends.push(self.stream.outputs.len());
    }

    pub(crate) fn forget_stream(&mut self) {
        self.stream.outputs.clear();
        self.stream.ends.clear();
    }
}

pub(crate) trait Lock: Sync {
    fn locked<R>(&self, act: impl FnOnce(&mut Shared) -> R) -> R;
}

impl Lock for parking_lot::Mutex<Shared> {
    #[inline]
    fn locked<R>(&self, act: impl FnOnce(&mut Shared) -> R) -> R {
        act(&mut self.lock())
    }
}

impl Lock for std::sync::Mutex<Shared> {
    #[inline]
    fn locked<R>(&self, act: impl FnOnce(&mut Shared) -> R) -> R {
        act(&mut self.lock().expect("nobody panics"))
    }
}

impl<L: Lock> Desk for &L {
    #[inline]
    fn submit(&mut self, input: Stamped) {
        self.locked(|shared| shared.handle(input));
    }

    #[inline]
    fn submit_batch(&mut self, inputs: &mut Vec<Stamped>) {
        self.locked(|shared| inputs.drain(..).for_each(|input| shared.handle(input)));
    }
}

/// Takes the stream away under the lock, and reads it outside.
fn swapped<L: Lock>(lock: &L) -> impl FnMut(&mut Read) {
    let mut spare = Stream::default();
    move |read| {
        lock.locked(|shared| core::mem::swap(&mut shared.stream, &mut spare));
        spare.read(read);
    }
}

fn locked<L: Lock>(lock: fn(Shared) -> L, work: &Work, threads: usize, batch: usize) -> Run {
    let tray = Tray::new(work);
    let lock = lock(Shared::new(work, &tray));
    measured(work.inputs.len(), swapped(&lock), |wall| hand_in(&tray, wall, vec![&lock; threads], batch))
}

// --- a thread of its own, fed by a channel ---

struct Sender<S>(S);

impl Desk for Sender<crossbeam_channel::Sender<Stamped>> {
    fn submit(&mut self, input: Stamped) {
        self.0.send(input).expect("the dispatcher is there");
    }

    fn submit_batch(&mut self, inputs: &mut Vec<Stamped>) {
        inputs.drain(..).for_each(|input| self.submit(input));
    }
}

fn dispatcher(work: &Work, threads: usize, batch: usize) -> Run {
    let tray = Tray::new(work);
    let shared = parking_lot::Mutex::new(Shared::new(work, &tray));
    measured(work.inputs.len(), swapped(&shared), |wall| {
        let (sender, receiver) = crossbeam_channel::bounded(QUEUE_MAX);
        thread::scope(|scope| {
            scope.spawn(|| {
                // Ends when all senders are gone.
                while let Ok(first) = receiver.recv() {
                    let mut shared = shared.lock();
                    shared.handle(first);
                    receiver.try_iter().take(AT_ONE_GO - 1).for_each(|input| shared.handle(input));
                }
            });
            let desks = (0..threads).map(|_| Sender(sender.clone())).collect();
            drop(sender);
            hand_in(&tray, wall, desks, batch);
        });
    })
}

impl Desk for Sender<tokio::sync::mpsc::Sender<Stamped>> {
    fn submit(&mut self, input: Stamped) {
        self.0.blocking_send(input).expect("the actor is there");
    }

    fn submit_batch(&mut self, inputs: &mut Vec<Stamped>) {
        inputs.drain(..).for_each(|input| self.submit(input));
    }
}

fn actor(work: &Work, threads: usize, batch: usize) -> Run {
    let tray = Tray::new(work);
    let shared = parking_lot::Mutex::new(Shared::new(work, &tray));
    measured(work.inputs.len(), swapped(&shared), |wall| {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(QUEUE_MAX);
        thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
                runtime.block_on(async {
                    let mut some = Vec::with_capacity(AT_ONE_GO);
                    while receiver.recv_many(&mut some, AT_ONE_GO).await > 0 {
                        let mut shared = shared.lock();
                        some.drain(..).for_each(|input| shared.handle(input));
                    }
                });
            });
            let desks = (0..threads).map(|_| Sender(sender.clone())).collect();
            drop(sender);
            hand_in(&tray, wall, desks, batch);
        });
    })
}
