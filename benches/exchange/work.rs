//! What is handed in: full call lives, recorded, and an engine in the midst of them.
//!
//! The recorded day passes some thousand times faster than the clock on the wall. The engine is told the day's time; the
//! exchange, which measures its patience by the stamps, is told the wall's, as it would be by a host.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use cordboard::engine::{Engine, Envelope, Output, WhyWaiting};
use cordboard::exchange::Machine;
use cordboard::{CallId, Plan, Time};

#[path = "../../tests/exchange/day.rs"]
mod day;

/// The plan of a floor of so many agents with 16 skills, and VIPs in the directory.
pub(crate) fn plan(agents: u32) -> Arc<Plan> {
    day::plan(agents)
}

/// An engine in the midst of a day, and what comes next.
pub(crate) struct Work {
    pub(crate) engine: Engine,
    pub(crate) inputs: Vec<Envelope>,
}

impl Work {
    /// So many agents; `warm` calls are over or under way, and the inputs of `calls` more are to come.
    pub(crate) fn new(plan: &Arc<Plan>, warm: u64, calls: u64) -> Self {
        let mut inputs = day::record(plan, 1, warm + calls);
        let begun = 2 * plan.agents().len();
        let calm = begun + (inputs.len() - begun) * warm as usize / (warm + calls) as usize;
        let rest = inputs.split_off(calm);
        let mut engine = Engine::new(Arc::clone(plan), 1);
        let mut out = Vec::new();
        for input in inputs {
            engine.handle(input, &mut out);
            out.clear();
        }
        Self { engine, inputs: rest }
    }

    /// The floor that is measured for throughput and latency.
    pub(crate) fn of_a_thousand(calls: u64) -> Self {
        Self::new(&plan(1_000), 3_000, calls)
    }
}

/// Hands the inputs out to threads, each to who is first: so the day's order is kept but for as many inputs as there are
/// threads.
pub(crate) struct Tray<'a> {
    inputs: &'a [Envelope],
    next: AtomicUsize,
}

impl<'a> Tray<'a> {
    pub(crate) fn new(inputs: &'a [Envelope]) -> Self {
        Self { inputs, next: AtomicUsize::new(0) }
    }

    /// The number of the next of so many inputs that are this thread's.
    pub(crate) fn take(&self, many: usize) -> core::ops::Range<usize> {
        let first = self.next.fetch_add(many, Ordering::Relaxed).min(self.inputs.len());
        first..(first + many).min(self.inputs.len())
    }

    pub(crate) fn input(&self, number: usize, at: Time) -> Stamped {
        Stamped { at, number: number as u32, envelope: self.inputs[number].clone() }
    }
}

/// An input with the wall's time and its number.
#[derive(Clone, Debug)]
pub(crate) struct Stamped {
    pub(crate) at: Time,
    pub(crate) number: u32,
    pub(crate) envelope: Envelope,
}

thread_local! {
    /// The number of the input that this thread has applied last.
    pub(crate) static APPLIED: Cell<u32> = const { Cell::new(0) };
}

/// The engine, told the day's time by inputs that are stamped with the wall's.
#[derive(Clone)]
pub(crate) struct Floor(pub(crate) Engine);

impl Machine for Floor {
    type Input = Stamped;
    type Output = Output;
    type Query = CallId;
    type Answer = Option<WhyWaiting>;

    fn stamp(input: &Stamped) -> Time {
        input.at
    }

    #[inline]
    fn apply(&mut self, _: Time, input: &Stamped, out: &mut Vec<Output>) {
        APPLIED.set(input.number);
        <Engine as Machine>::apply(&mut self.0, input.envelope.at, &input.envelope, out);
    }

    fn answer(&self, call: &CallId) -> Option<WhyWaiting> {
        self.0.answer(call)
    }

    fn tick(at: Time) -> Stamped {
        Stamped { at, number: u32::MAX, envelope: <Engine as Machine>::tick(Time::ZERO) }
    }

    fn next_timeout(&self) -> Option<Time> {
        self.0.next_timeout()
    }

    fn copy_cost(&self) -> u64 {
        Machine::copy_cost(&self.0)
    }
}

/// The wall's clock since a run began.
#[derive(Clone, Copy)]
pub(crate) struct Wall(Instant);

impl Wall {
    pub(crate) fn begin() -> Self {
        Self(Instant::now())
    }

    #[inline]
    pub(crate) fn nanos(&self) -> u64 {
        self.0.elapsed().as_nanos() as u64
    }

    #[inline]
    pub(crate) fn now(&self) -> Time {
        Time::from_nanos(self.nanos())
    }
}

/// How much processor time this process has used, in nanoseconds.
pub(crate) fn cpu_nanos() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// How many bytes of memory this process holds.
pub(crate) fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = statm.split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * rustix::param::page_size() as u64
}

/// What this program prints, numbers all, when a process of its own is asked.
pub(crate) fn asked(argument: &str) -> Vec<u64> {
    let program = std::env::current_exe().expect("this program has a name");
    let output = std::process::Command::new(program).arg(argument).output().expect("it runs");
    String::from_utf8_lossy(&output.stdout).split_whitespace().filter_map(|number| number.parse().ok()).collect()
}
