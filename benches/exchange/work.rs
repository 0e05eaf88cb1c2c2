//! What is handed in: full call lives, recorded, and an engine in the midst of them.
//!
//! The recorded day passes some thousand times faster than the clock on the wall. The engine is told the day's time; the
//! exchange, which measures its patience by the stamps, is told the wall's, as it would be by a host.
//!
//! Where several threads hand the inputs in, some change places, and offers come to have other ids than in the recording.
//! A switch knows from the commands which phone rings for which call, and so does this one ([`Phones`]): an input about a
//! phone is about the one that rings when its turn comes. Else ever more calls would never be answered, and the floor grow
//! full of them.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use cordboard::engine::{Command, Engine, Envelope, Event, Input, Output, WhyWaiting};
use cordboard::exchange::Machine;
use cordboard::{CallId, OfferId, Plan, Time};

#[path = "../../tests/exchange/day.rs"]
mod day;

/// The plan of a floor of so many agents with 16 skills, and VIPs in the directory.
pub(crate) fn plan(agents: u32) -> Arc<Plan> {
    day::plan(agents)
}

/// So many of a hundred agents are busy. With more, a call that changed places with another may wait where it did not in
/// the recording; then nobody answers, for the recording did earlier, and one such makes others.
const BUSY: u64 = 70;

/// An engine in the midst of a day, and what comes next.
pub(crate) struct Work {
    pub(crate) engine: Engine,
    pub(crate) inputs: Vec<Envelope>,
    /// By input: the call whose phone it is about, if it is about a phone.
    calls: Vec<Option<CallId>>,
    /// By call: the phone that rings for it when this begins.
    phones: Vec<u64>,
}

impl Work {
    /// So many agents; `warm` calls are over or under way, and the inputs of `calls` more are to come.
    pub(crate) fn new(plan: &Arc<Plan>, warm: u64, calls: u64) -> Self {
        let mut inputs = day::record(plan, 1, warm + calls, BUSY);
        let begun = 2 * plan.agents().len();
        let calm = begun + (inputs.len() - begun) * warm as usize / (warm + calls) as usize;
        let rest = inputs.split_off(calm);
        let mut engine = Engine::new(Arc::clone(plan), 1);
        let phones = Phones::new(vec![0; (warm + calls) as usize]);
        let mut out = Vec::new();
        // As they ring in the recording.
        let mut rings = std::collections::BTreeMap::new();
        let mut tell = |engine: &mut Engine, input| {
            engine.handle(input, &mut out);
            phones.listen(&out);
            rings.extend(out.iter().filter_map(rung));
            out.clear();
        };
        inputs.into_iter().for_each(|input| tell(&mut engine, input));
        let before = phones.0.iter().map(|phone| phone.load(Ordering::Relaxed)).collect();
        let mut ahead = engine.clone();
        rest.iter().for_each(|input| tell(&mut ahead, input.clone()));
        let mut rest = rest;
        let calls = rest.iter_mut().map(|input| phone_of(&mut input.input).map(|offer| rings[offer])).collect();
        Self { engine, inputs: rest, calls, phones: before }
    }

    /// The floor that is measured for throughput and latency.
    pub(crate) fn of_a_thousand(calls: u64) -> Self {
        Self::new(&plan(1_000), 3_000, calls)
    }
}

/// The phone an input is about.
fn phone_of(input: &mut Input) -> Option<&mut OfferId> {
    match input {
        Input::LegRinging { offer }
        | Input::OfferAccepted { offer }
        | Input::OfferFailed { offer, .. }
        | Input::Connected { offer }
        | Input::HoldChanged { offer, .. }
        | Input::LegEnded { offer, .. } => Some(offer),
        _ => None,
    }
}

fn rung(output: &Output) -> Option<(OfferId, CallId)> {
    match &output.event {
        Event::Command(Command::OfferCall(offer)) => Some((offer.offer, offer.call)),
        _ => None,
    }
}

/// By call: the phone that has been rung for it last.
pub(crate) struct Phones(Box<[AtomicU64]>);

impl Phones {
    fn new(phones: Vec<u64>) -> Self {
        Self(phones.into_iter().map(AtomicU64::new).collect())
    }

    #[inline]
    fn of(&self, call: CallId) -> OfferId {
        OfferId::from_bits(self.0[call.index()].load(Ordering::Relaxed))
    }

    /// Hears what is decided.
    #[inline]
    pub(crate) fn listen(&self, outputs: &[Output]) {
        for (offer, call) in outputs.iter().filter_map(rung) {
            self.0[call.index()].store(offer.to_bits(), Ordering::Relaxed);
        }
    }
}

/// Hands the inputs out to threads, each to who is first: so the day's order is kept but for as many inputs as there are
/// threads.
pub(crate) struct Tray<'a> {
    work: &'a Work,
    pub(crate) phones: Arc<Phones>,
    next: AtomicUsize,
}

impl<'a> Tray<'a> {
    pub(crate) fn new(work: &'a Work) -> Self {
        let phones = Arc::new(Phones::new(work.phones.clone()));
        Self { work, phones, next: AtomicUsize::new(0) }
    }

    /// The number of the next of so many inputs that are this thread's.
    pub(crate) fn take(&self, many: usize) -> core::ops::Range<usize> {
        let inputs = self.work.inputs.len();
        let first = self.next.fetch_add(many, Ordering::Relaxed).min(inputs);
        first..(first + many).min(inputs)
    }

    /// The number of the next input, not taken yet.
    pub(crate) fn next(&self) -> Option<usize> {
        Some(self.next.load(Ordering::Relaxed)).filter(|number| *number < self.work.inputs.len())
    }

    /// Takes that one, if nobody has meanwhile.
    pub(crate) fn take_this(&self, number: usize) -> bool {
        self.next.compare_exchange(number, number + 1, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    #[inline]
    pub(crate) fn input(&self, number: usize, at: Time) -> Stamped {
        let call = self.work.calls[number];
        Stamped {
            at,
            number: number as u32,
            envelope: self.work.inputs[number].clone(),
            call,
            phone: AtomicU64::new(0),
        }
    }
}

/// An input with the wall's time and its number.
#[derive(Debug)]
pub(crate) struct Stamped {
    pub(crate) at: Time,
    pub(crate) number: u32,
    pub(crate) envelope: Envelope,
    /// Whose phone it is about.
    call: Option<CallId>,
    /// The phone, once that is known: who takes over has to apply the very same.
    phone: AtomicU64,
}

impl Stamped {
    /// Puts in what phone this is about, as it rings now: to be handed in without coming back to it.
    #[inline]
    pub(crate) fn about(mut self, phones: &Phones) -> Envelope {
        if let Some(call) = self.call
            && let Some(offer) = phone_of(&mut self.envelope.input)
        {
            *offer = phones.of(call);
        }
        self.envelope
    }

    /// The same as a copy; it stays the same phone.
    #[inline]
    fn noted(&self, phones: &Phones) -> Envelope {
        let mut envelope = self.envelope.clone();
        if let Some(call) = self.call
            && let Some(offer) = phone_of(&mut envelope.input)
        {
            let now = phones.of(call);
            let noted = self.phone.compare_exchange(0, now.to_bits() + 1, Ordering::AcqRel, Ordering::Acquire);
            *offer = noted.map_or_else(|noted| OfferId::from_bits(noted - 1), |_| now);
        }
        envelope
    }
}

thread_local! {
    /// The number of the input that this thread has applied last.
    pub(crate) static APPLIED: Cell<u32> = const { Cell::new(0) };
}

/// The engine, told the day's time by inputs that are stamped with the wall's.
#[derive(Clone)]
pub(crate) struct Floor {
    engine: Engine,
    phones: Arc<Phones>,
}

impl Floor {
    pub(crate) fn new(work: &Work, tray: &Tray<'_>) -> Self {
        Self { engine: work.engine.clone(), phones: Arc::clone(&tray.phones) }
    }
}

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
        let before = out.len();
        self.engine.handle(input.noted(&self.phones), out);
        self.phones.listen(&out[before..]);
    }

    fn answer(&self, call: &CallId) -> Option<WhyWaiting> {
        self.engine.answer(call)
    }

    fn tick(at: Time) -> Stamped {
        let envelope = <Engine as Machine>::tick(Time::ZERO);
        Stamped { at, number: u32::MAX, envelope, call: None, phone: AtomicU64::new(0) }
    }

    fn next_timeout(&self) -> Option<Time> {
        self.engine.next_timeout()
    }

    fn copy_cost(&self) -> u64 {
        Machine::copy_cost(&self.engine)
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
