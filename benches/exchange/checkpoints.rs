//! Checkpoints by the size of the floor: how large the state is, what a copy costs, how many inputs lie between two, what
//! that makes for each input, and how long a take-over lasts that has to redo nearly all.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use cordboard::Time;
use cordboard::exchange::{Exchange, Options, Probe, Step};

use crate::report::{Judged, Report, Spread};
use crate::rivals::exchange;
use crate::work::{Floor, Tray, Work, asked, plan, resident_bytes};

pub(crate) fn measure(report: &mut Report, quick: bool) {
    let sizes: &[u32] = if quick { &[1_000, 10_000] } else { &[1_000, 10_000, 100_000] };
    let rounds = if quick { 5 } else { 9 };
    report.title("Checkpoints, one thread, single submits");
    report.line(&format!(
        "{:>8}{:>9}{:>12}{:>12}{:>14}{:>18}{:>16}{:>14}",
        "agents", "calls", "state KiB", "copy µs", "inputs apart", "ns/input of copy", "share measured", "take-over ms"
    ));
    for agents in sizes.iter().copied() {
        // Until as many calls are under way as the agents can take.
        let work = busy(agents, 20_000);
        let live = work.engine.in_progress();
        let bytes = asked(&format!("--state-of={agents}"))[0];
        let copy = copy_nanos(&work);
        let mut shares = Vec::new();
        let mut apart = Vec::new();
        for round in 0..rounds {
            // As large a log for both, or the one would be in the caches and the other not.
            let with = || exchange(&work, 1, 1, Options { log_max: 1 << 20, ..Options::default() });
            let without = || {
                let options = Options { log_max: 1 << 20, checkpoint_every: 1 << 18, ..Options::default() };
                exchange(&work, 1, 1, options)
            };
            let (a, b) = if round % 2 == 0 {
                let a = with();
                (a, without())
            } else {
                let b = without();
                (with(), b)
            };
            shares.push(a.cpu_nanos as f64 / b.cpu_nanos as f64 - 1.0);
        }
        let mut take_overs = Vec::new();
        for _ in 0..rounds {
            let (interval, lasted) = take_over(&work);
            apart.push(interval as f64);
            take_overs.push(lasted);
        }
        let apart = Spread::of(apart.into_iter()).median;
        let take_over = Spread::of(take_overs.into_iter()).median;
        let share = Spread::of(shares.into_iter());
        report.line(&format!(
            "{agents:>8}{:>9}{:>12}{:>12.1}{apart:>14.0}{:>18.1}{:>14.1} %{take_over:>14.2}",
            live.calls,
            bytes / 1024,
            copy / 1e3,
            copy / apart,
            share.median * 100.0
        ));
        report.judge(
            Judged::at_most(&format!("checkpoints, {agents} agents: share of the cost"), 0.1, share).only_shown(),
        );
    }
}

fn busy(agents: u32, calls: u64) -> Work {
    Work::new(&plan(agents), u64::from(agents) * 2, calls)
}

/// Prints how many bytes a copy of an engine with so many agents takes.
pub(crate) fn print_state(agents: u32) {
    let work = busy(agents, 1);
    let copies = 40;
    // What is free already is used up first.
    let first: Vec<_> = (0..copies).map(|_| work.engine.clone()).collect();
    let before = resident_bytes();
    let kept: Vec<_> = (0..copies).map(|_| work.engine.clone()).collect();
    println!("{}", resident_bytes().saturating_sub(before) / copies);
    drop(black_box((first, kept)));
}

fn copy_nanos(work: &Work) -> f64 {
    let once = || {
        let begun = Instant::now();
        drop(black_box(work.engine.clone()));
        begun.elapsed().as_nanos() as f64
    };
    Spread::of((0..15).map(|_| once())).median
}

/// Suspends who is about to apply an input, once it is told to.
struct Trap(Arc<[AtomicBool; 3]>);

const SET: usize = 0;
const CAUGHT: usize = 1;
const OVER: usize = 2;

impl Probe for Trap {
    fn reached(&self, step: Step) {
        if step == Step::Applying && self.0[SET].swap(false, Ordering::AcqRel) {
            self.0[CAUGHT].store(true, Ordering::Release);
            while !self.0[OVER].load(Ordering::Acquire) {
                thread::sleep(Duration::from_micros(100));
            }
        }
    }
}

/// How many inputs lie between two checkpoints, and how many milliseconds a take-over lasts that has to redo nine
/// tenths of them.
fn take_over(work: &Work) -> (u64, f64) {
    let flags: Arc<[AtomicBool; 3]> = Arc::default();
    let options = Options { help_max: u64::MAX, ..Options::default() };
    let tray = Tray::new(work);
    let exchange = Exchange::of(Floor::new(work, &tray), Trap(Arc::clone(&flags)), options);
    let mut handle = exchange.handle().expect("there are few");
    let mut number = 0;
    let mut next = |exchange: &Exchange<Floor, Trap>| {
        let input = tray.input(number, Time::ZERO);
        number += 1;
        handle.submit(input).expect("there is room");
        exchange.checkpoint().position
    };
    while next(&exchange) == 0 {}
    let first = exchange.checkpoint().position;
    while next(&exchange) == first {}
    let second = exchange.checkpoint().position;
    let interval = second - first;
    // The interval changes with the state, so the last tenth may have the next checkpoint in it.
    while exchange.decided() < second + interval * 9 / 10 {
        next(&exchange);
    }
    let last = tray.input(number, Time::ZERO);
    let total = exchange.decided() + 1;
    thread::scope(|scope| {
        flags[SET].store(true, Ordering::Release);
        let mut stalled = exchange.handle().expect("there are few");
        scope.spawn(move || stalled.submit(last).expect("there is room"));
        while !flags[CAUGHT].load(Ordering::Acquire) {
            thread::yield_now();
        }
        let mut rescuer = exchange.handle().expect("there are few");
        let mut now = Time::from_secs(1);
        let mut lasted = 0.0;
        while exchange.decided() < total {
            now = now + cordboard::Span::from_secs(10);
            let begun = Instant::now();
            rescuer.poll(now);
            lasted = begun.elapsed().as_nanos() as f64 / 1e6;
        }
        flags[OVER].store(true, Ordering::Release);
        (interval, lasted)
    })
}
