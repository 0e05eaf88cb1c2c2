//! Endurance: a hundred million inputs through one exchange, by two threads, with a reader who acknowledges and one who
//! does not keep up. Memory must be at the end what it was after the first hundredth.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use cordboard::engine::{Actor, Engine, Envelope, Input};
use cordboard::exchange::{Exchange, Keep, Options};
use cordboard::{AgentId, Time};

use crate::report::{Judged, Report, Spread};
use crate::rivals::LOOK_EVERY;
use crate::work::{Wall, plan, resident_bytes};

const THREADS: u64 = 2;
const AGENTS: u64 = 10;

/// The agents come, are ready and go, one after another.
fn input(number: u64, at: Time) -> Envelope {
    let agent = AgentId((number / 3 % AGENTS) as u32);
    let input = match number % 3 {
        0 => Input::SignIn { agent },
        1 => Input::Ready { agent },
        _ => Input::SignOut { agent },
    };
    Envelope { at, actor: Actor::Host, input }
}

pub(crate) fn measure(report: &mut Report, quick: bool) {
    let inputs: u64 = if quick { 3_000_000 } else { 100_000_000 };
    report.title(&format!("Endurance: {inputs} inputs by {THREADS} threads"));
    report.line(&format!("{:>12}{:>12}{:>12}{:>12}{:>12}", "decided", "KiB", "segments", "log", "take-overs"));
    let exchange: Exchange<Engine> = Exchange::new(plan(AGENTS as u32), Options::default());
    let mut reader = exchange.reader(Keep::UntilAcknowledged).expect("it is the first");
    let mut slow = exchange.reader(Keep::WhileItKeepsUp).expect("it is the second");
    let over = AtomicBool::new(false);
    let wall = Wall::begin();
    let mut memory = Vec::new();
    let (read, lagged) = thread::scope(|scope| {
        let submitters: Vec<_> = (0..THREADS)
            .map(|thread| {
                let mut handle = exchange.handle().expect("there are few");
                scope.spawn(move || {
                    for number in (thread..inputs).step_by(THREADS as usize) {
                        let mut next = input(number, wall.now());
                        while let Err(refused) = handle.submit(next) {
                            next = *refused.input;
                            thread::yield_now();
                        }
                    }
                })
            })
            .collect();
        let reading = scope.spawn(|| {
            let mut lagged = 0_u64;
            while reader.position() < inputs {
                while reader.next().expect("it acknowledges").is_some() {}
                reader.acknowledge(reader.position());
                if slow.next().is_err() {
                    slow.resync();
                    lagged += 1;
                }
                if !over.load(Ordering::Relaxed) {
                    thread::sleep(LOOK_EVERY);
                }
            }
            (reader.position(), lagged)
        });
        for part in [0.01, 0.1, 0.25, 0.5, 0.75, 1.0] {
            while (exchange.decided() as f64) < inputs as f64 * part {
                thread::sleep(Duration::from_millis(1));
                if submitters.iter().all(|submitter| submitter.is_finished()) {
                    exchange.handle().expect("there are few").poll(wall.now());
                }
            }
            let figures = exchange.figures();
            let kib = resident_bytes() / 1024;
            memory.push(kib as f64);
            report.line(&format!(
                "{:>12}{kib:>12}{:>12}{:>12}{:>12}",
                figures.decided, figures.segments, figures.log_length, figures.take_overs
            ));
        }
        submitters.into_iter().for_each(|submitter| submitter.join().expect("no submitter panics"));
        over.store(true, Ordering::Relaxed);
        reading.join().expect("the reader does not panic")
    });
    assert_eq!((read, exchange.decided()), (inputs, inputs), "each input is decided once");
    report.line(&format!("the slow reader had to resync {lagged} times; {:.1} s", wall.nanos() as f64 / 1e9));
    // The log may have had to hold more for a moment than in the first hundredth; a leak would be many times as much.
    let grown = memory.iter().copied().fold(0.0, f64::max) / memory[1];
    report.judge(Judged::at_most(
        "endurance: most memory, to that after a tenth",
        1.5,
        Spread::of([grown].into_iter()),
    ));
}
