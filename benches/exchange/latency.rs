//! Latency under an open load: what comes when is fixed beforehand, and the time from then to the decision is counted, so
//! a pause cannot hide behind the inputs that it holds up. Four threads, 40,000 inputs a second; who is awake when an input
//! is due takes it.
//!
//! Then the same while somebody is suspended who holds the lock, or has the role: at random moments, at one of the steps
//! at which he has it, seeded.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use cordboard::exchange::{Exchange, Figures, Keep, Options, Probe, Step};
use hdrhistogram::Histogram;

use crate::report::{Judged, Report, Spread};
use crate::rivals::{Desk, Shared};
use crate::work::{APPLIED, Floor, Stamped, Tray, Wall, Work};

const THREADS: usize = 4;
/// 40,000 inputs a second.
const GAP: u64 = 25_000;

/// How often who is at it is suspended, about, and for how long.
#[derive(Clone, Copy)]
struct Stalls {
    every: u64,
    lasting: u64,
}

const MILLI: u64 = 1_000_000;

/// What all threads of a run share: the clock, when each input was decided, and whom to suspend.
struct Watched {
    wall: Wall,
    decided: Box<[AtomicU64]>,
    /// The step at which the next to come by is suspended.
    trap: AtomicU64,
    lasting: Duration,
    suspended: AtomicU64,
    longest_redo: AtomicU64,
}

/// The steps at which a thread has the role.
const STEPS: [Step; 6] =
    [Step::RoleTaken, Step::Applying, Step::Applied, Step::Published, Step::Progressed, Step::PuttingBack];
const NO_TRAP: u64 = u64::MAX;

impl Watched {
    fn new(inputs: usize, stalls: Option<Stalls>) -> Self {
        Self {
            wall: Wall::begin(),
            decided: (0..inputs).map(|_| AtomicU64::new(u64::MAX)).collect(),
            trap: AtomicU64::new(NO_TRAP),
            lasting: Duration::from_nanos(stalls.map_or(0, |stalls| stalls.lasting)),
            suspended: AtomicU64::new(0),
            longest_redo: AtomicU64::new(0),
        }
    }

    fn decided(&self, number: u32) {
        // A tick has no number.
        if let Some(decided) = self.decided.get(number as usize) {
            decided.fetch_min(self.wall.nanos(), Ordering::Relaxed);
        }
    }

    #[inline]
    fn pass(&self, step: Step) {
        if self.trap.load(Ordering::Relaxed) == step as u64
            && self.trap.compare_exchange(step as u64, NO_TRAP, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            self.suspended.fetch_add(1, Ordering::Relaxed);
            thread::sleep(self.lasting);
        }
    }

    /// Sets traps at random moments.
    fn set_traps(&self, stalls: Stalls, steps: &[Step], over: &AtomicBool) {
        let mut random = 1_u64;
        let mut draw = |below: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % below
        };
        while !over.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_nanos(stalls.every / 2 + draw(stalls.every)));
            let step = steps[draw(steps.len() as u64) as usize];
            self.trap.store(step as u64, Ordering::Relaxed);
        }
    }
}

thread_local! {
    /// When this thread's take-over began, until it has decided something.
    static TAKEN_OVER: Cell<Option<u64>> = const { Cell::new(None) };
}

struct Watcher(std::sync::Arc<Watched>);

impl Probe for Watcher {
    #[inline]
    fn reached(&self, step: Step) {
        match step {
            Step::Published => {
                self.0.decided(APPLIED.get());
                if let Some(begun) = TAKEN_OVER.take() {
                    self.0.longest_redo.fetch_max(self.0.wall.nanos() - begun, Ordering::Relaxed);
                }
            }
            Step::TakeOverBegun => TAKEN_OVER.set(Some(self.0.wall.nanos())),
            _ => {}
        }
        self.0.pass(step);
    }
}

struct Outcome {
    latency: Histogram<u64>,
    suspended: u64,
    longest_redo: u64,
    figures: Option<Figures>,
}

/// Hands all inputs in when they are due.
fn hand_in<D: Desk>(watched: &Watched, tray: &Tray<'_>, desks: Vec<D>, stalls: Option<(Stalls, &[Step])>) {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let submitters: Vec<_> = desks
            .into_iter()
            .zip(0..)
            .map(|(mut desk, place)| {
                scope.spawn(move || {
                    // Where that is not to be had sleepers wake some 50 microseconds later, all alike.
                    let _ = rustix::thread::set_current_timer_slack(core::num::NonZeroU64::new(1_000));
                    while let Some(number) = tray.next() {
                        let due = number as u64 * GAP;
                        let now = watched.wall.nanos();
                        if due > now {
                            // One wakes for the next, another for the one after it.
                            thread::sleep(Duration::from_nanos(due + place * GAP - now));
                        } else if tray.take_this(number) {
                            desk.submit(tray.input(number, watched.wall.now()));
                        }
                    }
                })
            })
            .collect();
        if let Some((stalls, steps)) = stalls {
            let over = &over;
            scope.spawn(move || watched.set_traps(stalls, steps, over));
        }
        submitters.into_iter().for_each(|submitter| submitter.join().expect("no submitter panics"));
        over.store(true, Ordering::Relaxed);
    });
}

impl Outcome {
    fn of(watched: &Watched, figures: Option<Figures>) -> Self {
        let mut latency = Histogram::new_with_bounds(1, 60_000 * MILLI, 3).expect("the bounds are right");
        for (number, decided) in watched.decided.iter().enumerate() {
            let decided = decided.load(Ordering::Relaxed);
            assert!(decided < u64::MAX, "each input is decided");
            latency.saturating_record(decided.saturating_sub(number as u64 * GAP).max(1));
        }
        Self {
            latency,
            suspended: watched.suspended.load(Ordering::Relaxed),
            longest_redo: watched.longest_redo.load(Ordering::Relaxed),
            figures,
        }
    }

    fn millis(&self, part: f64) -> f64 {
        self.latency.value_at_quantile(part) as f64 / MILLI as f64
    }
}

fn exchange(work: &Work, stalls: Option<Stalls>) -> Outcome {
    let watched = std::sync::Arc::new(Watched::new(work.inputs.len(), stalls));
    let options = Options::default();
    let tray = Tray::new(work);
    let exchange = Exchange::of(Floor::new(work, &tray), Watcher(std::sync::Arc::clone(&watched)), options);
    let mut reader = exchange.reader(Keep::UntilAcknowledged).expect("it is the first");
    let desks = (0..THREADS).map(|_| exchange.handle().expect("there are few")).collect();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let over = &over;
        scope.spawn(move || {
            while !over.load(Ordering::Relaxed) {
                while let Ok(Some(decided)) = reader.next() {
                    std::hint::black_box(decided.outputs());
                }
                reader.acknowledge(reader.position());
                thread::sleep(Duration::from_millis(1));
            }
        });
        hand_in(&watched, &tray, desks, stalls.map(|stalls| (stalls, &STEPS[..])));
        let mut last = exchange.handle().expect("there are few");
        while last.poll(watched.wall.now()) {
            thread::yield_now();
        }
        over.store(true, Ordering::Relaxed);
    });
    Outcome::of(&watched, Some(exchange.figures()))
}

/// Who locks, decides, and may be suspended before he unlocks.
struct Locker<'a> {
    lock: &'a parking_lot::Mutex<Shared>,
    watched: &'a Watched,
}

impl Desk for Locker<'_> {
    fn submit(&mut self, input: Stamped) {
        let number = input.number;
        let mut shared = self.lock.lock();
        shared.handle(input);
        self.watched.decided(number);
        self.watched.pass(Step::Applied);
    }

    fn submit_batch(&mut self, inputs: &mut Vec<Stamped>) {
        inputs.drain(..).for_each(|input| self.submit(input));
    }
}

fn mutex(work: &Work, stalls: Option<Stalls>) -> Outcome {
    let watched = Watched::new(work.inputs.len(), stalls);
    let tray = Tray::new(work);
    let lock = parking_lot::Mutex::new(Shared::new(work, &tray));
    let desks = (0..THREADS).map(|_| Locker { lock: &lock, watched: &watched }).collect();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                lock.lock().forget_stream();
                thread::sleep(Duration::from_millis(1));
            }
        });
        hand_in(&watched, &tray, desks, stalls.map(|stalls| (stalls, &[Step::Applied][..])));
        over.store(true, Ordering::Relaxed);
    });
    Outcome::of(&watched, None)
}

pub(crate) fn measure(report: &mut Report, quick: bool) {
    let (rounds, seconds) = if quick { (5, 2) } else { (5, 5) };
    let mut work = Work::of_a_thousand(11_000 * seconds);
    work.inputs.truncate(40_000 * seconds as usize);
    let every = |millis: u64, lasting: u64| Some(Stalls { every: millis * MILLI, lasting: lasting * MILLI });
    report.title(&format!(
        "Latency: from the time an input is due to its decision, {THREADS} threads, {} inputs/s, {rounds} alternating \
         rounds of {:.1} s; milliseconds, medians of rounds",
        1_000_000_000 / GAP,
        work.inputs.len() as f64 * GAP as f64 / 1e9
    ));
    for (name, stalls) in [
        ("no stalls", None),
        ("suspended 20 ms, ten times a second", every(100, 20)),
        ("suspended 100 ms, twice a second", every(500, 100)),
    ] {
        let (mut of_exchange, mut of_mutex) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            if round % 2 == 0 {
                of_exchange.push(exchange(&work, stalls));
                of_mutex.push(mutex(&work, stalls));
            } else {
                of_mutex.push(mutex(&work, stalls));
                of_exchange.push(exchange(&work, stalls));
            }
        }
        report.line(&format!(
            "{name:<36}{:>10}{:>10}{:>10}{:>10}{:>10}{:>12}",
            "p50", "p99", "p99.9", "p99.99", "max", "suspended"
        ));
        for (rival, outcomes) in [("exchange", &of_exchange), ("parking_lot", &of_mutex)] {
            let at = |part| Spread::of(outcomes.iter().map(|outcome| outcome.millis(part))).median;
            let suspended: u64 = outcomes.iter().map(|outcome| outcome.suspended).sum();
            report.line(&format!(
                "  {rival:<34}{:>10.3}{:>10.3}{:>10.3}{:>10.3}{:>10.3}{suspended:>12}",
                at(0.5),
                at(0.99),
                at(0.999),
                at(0.9999),
                at(1.0)
            ));
        }
        let spread = |part| Spread::of(of_exchange.iter().map(|outcome| outcome.millis(part)));
        let figure =
            |of: fn(&Figures) -> f64| Spread::of(of_exchange.iter().filter_map(|o| o.figures.as_ref()).map(of));
        let redo = Spread::of(of_exchange.iter().map(|outcome| outcome.longest_redo as f64 / MILLI as f64)).median;
        let patience = figure(|figures| figures.patience.as_nanos() as f64 / MILLI as f64).median;
        report.line(&format!(
            "  take-overs {:.0}, in vain {:.0}, redone {:.0}, longest take-over {redo:.3} ms, patience at the end {patience:.3} ms",
            figure(|figures| figures.take_overs as f64).median,
            figure(|figures| figures.take_overs_in_vain as f64).median,
            figure(|figures| figures.redone as f64).median,
        ));
        match stalls.map(|stalls| stalls.lasting / MILLI) {
            None => {
                let rounds = of_exchange.iter().zip(&of_mutex);
                let ratio = Spread::of(rounds.map(|(exchange, mutex)| exchange.millis(0.99) / mutex.millis(0.99)));
                let judged = Judged::at_most("latency without stalls: p99, ratio to the mutex's", 2.0, ratio);
                // On a busy machine it is the processor that is waited for, and which of the two waits longer is chance.
                report.judge(judged.but_promised(1.5));
            }
            Some(20) => {
                report.judge(Judged::at_most("suspended 20 ms: p99, ms", 0.5, spread(0.99)).only_shown());
                report.judge(Judged::at_most("suspended 20 ms: p99.9, ms", 2.0, spread(0.999)).only_shown());
                let rounds = of_exchange.iter().zip(&of_mutex);
                let ratio = Spread::of(rounds.map(|(exchange, mutex)| exchange.millis(0.99) / mutex.millis(0.99)));
                report.judge(Judged::at_most("suspended 20 ms: p99, ratio to the mutex's", 0.25, ratio));
            }
            Some(_) => {
                let what = "suspended 100 ms: p99.9, ms, to patience + redo";
                report.judge(Judged::at_most(what, patience + redo, spread(0.999)).only_shown());
            }
        }
    }
}
