//! After each run, the log through a plain engine gives the same outputs, position by position, and the same state.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use cordboard::engine::{Engine, Envelope, Output};
use cordboard::exchange::{Exchange, Keep, Options, Reader};
use cordboard::{Plan, Time};

use crate::day;

const SEED: u64 = 7;

fn options() -> Options {
    Options { seed: SEED, log_max: 4096, segment: 64, checkpoint_every: 200, ..Options::default() }
}

/// What a reader has seen, applied to an engine of its own.
struct Replay {
    reader: Reader<Engine>,
    engine: Engine,
    out: Vec<Output>,
    last: Time,
    outputs: u64,
}

impl Replay {
    fn new(exchange: &Exchange, plan: &Arc<Plan>) -> Self {
        let reader = exchange.reader(Keep::UntilAcknowledged).unwrap();
        assert_eq!(reader.position(), 0);
        let engine = Engine::new(Arc::clone(plan), SEED);
        Self { reader, engine, out: Vec::new(), last: Time::ZERO, outputs: 0 }
    }

    /// Reads what there is, and applies it as well. Whether there was anything.
    fn follow(&mut self) -> bool {
        let begun = self.reader.position();
        while let Some(decided) = self.reader.next().unwrap() {
            assert!(decided.at() >= self.last, "stamps in the log never go back");
            self.last = decided.at();
            if let Some(input) = decided.input() {
                self.engine.handle(Envelope { at: decided.at(), ..input.clone() }, &mut self.out);
            }
            assert_eq!(self.out, decided.outputs(), "position {}", decided.position());
            assert_eq!(self.engine.next_timeout(), decided.next_timeout());
            self.outputs += self.out.len() as u64;
            self.out.clear();
        }
        self.reader.acknowledge(self.reader.position());
        self.reader.position() > begun
    }
}

fn run(threads: usize, batch: usize) {
    let plan = day::plan(100);
    let record = day::record(&plan, 3, 3_000, 90);
    let exchange = Exchange::new(Arc::clone(&plan), options());
    let mut replay = Replay::new(&exchange, &plan);
    let over = AtomicBool::new(false);
    let total = record.len() as u64;
    thread::scope(|scope| {
        let over = &over;
        let follower = scope.spawn(move || {
            while !over.load(Ordering::Acquire) {
                if !replay.follow() {
                    thread::yield_now();
                }
            }
            replay.follow();
            replay
        });
        let submitters: Vec<_> = (0..threads)
            .map(|thread| {
                let mut inputs: Vec<Envelope> = record.iter().skip(thread).step_by(threads).cloned().collect();
                let mut handle = exchange.handle().unwrap();
                scope.spawn(move || {
                    inputs.reverse();
                    let mut some = Vec::new();
                    while let Some(input) = inputs.pop() {
                        some.push(input);
                        if some.len() < batch && !inputs.is_empty() {
                            continue;
                        }
                        while let Err(refused) = handle.submit_batch(&mut some) {
                            some.insert(0, *refused.input);
                            thread::yield_now();
                        }
                    }
                })
            })
            .collect();
        submitters.into_iter().for_each(|submitter| submitter.join().unwrap());
        let mut handle = exchange.handle().unwrap();
        while exchange.decided() < total {
            handle.poll(Time::from_secs(1 << 30));
            thread::yield_now();
        }
        over.store(true, Ordering::Release);
        let replay = follower.join().unwrap();
        assert_eq!(replay.reader.position(), total, "each input has one place in the log");
        assert!(replay.outputs > total, "something was decided");
        let checkpoint = exchange.checkpoint();
        assert!(checkpoint.position + 1_100 > total, "checkpoints keep up");
    });
}

#[test]
fn one_thread_after_another_or_sixteen_at_once_the_log_gives_the_same_outputs_again() {
    for threads in [1, 2, 3, 4, 8, 16] {
        run(threads, 1);
    }
}

#[test]
fn what_comes_in_batches_stands_in_the_same_one_order() {
    for threads in [1, 2, 4, 16] {
        run(threads, 8);
    }
}
