//! Ten thousand small exchanges in one process: how much memory each takes, idle and after traffic, and what an input
//! costs when the traffic is spread over all of them, so that each is cold when its turn comes. Beside them as many
//! engines, each under a `parking_lot` mutex. All share one plan, of ten agents.

use cordboard::exchange::{Exchange, Handle, Options};

use crate::report::{Judged, Report, Spread};
use crate::rivals::Shared;
use crate::work::{Floor, Tray, Wall, Work, asked, cpu_nanos, plan, resident_bytes};

const INPUTS: usize = 150;

/// Ten agents, and some calls for them.
fn small() -> Work {
    let mut work = Work::new(&plan(10), 0, 100);
    work.inputs.truncate(INPUTS);
    work
}

fn desks(work: &Work, tray: &Tray<'_>, many: usize) -> Vec<Handle<Floor>> {
    let one = || Exchange::of(Floor::new(work, tray), (), Options::small());
    (0..many).map(|_| one().handle().expect("it is the first")).collect()
}

/// Each input to all, before the next.
fn spread(tray: &Tray<'_>, wall: Wall, desks: &mut [Handle<Floor>]) {
    for number in 0..INPUTS {
        for desk in desks.iter_mut() {
            desk.submit(tray.input(number, wall.now())).expect("there is room");
        }
    }
}

/// Prints how many bytes so many small exchanges take together, idle and after traffic.
pub(crate) fn print_memory(many: u32) {
    let work = small();
    let before = resident_bytes();
    let tray = Tray::new(&work);
    let mut desks = desks(&work, &tray, many as usize);
    let idle = resident_bytes().saturating_sub(before);
    spread(&tray, Wall::begin(), &mut desks);
    println!("{idle} {}", resident_bytes().saturating_sub(before));
}

pub(crate) fn measure(report: &mut Report, quick: bool) {
    let many: usize = if quick { 2_000 } else { 10_000 };
    let rounds = if quick { 3 } else { 5 };
    let work = small();
    let inputs = work.inputs.len();
    let tray = Tray::new(&work);
    report.title(&format!("{many} small exchanges in one process, ten agents each, {inputs} inputs to each in turn"));
    let mut ratios = Vec::new();
    let (mut of_exchange, mut of_mutex) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let mut desks = desks(&work, &tray, many);
        let (wall, cpu) = (Wall::begin(), cpu_nanos());
        spread(&tray, wall, &mut desks);
        let exchange = (cpu_nanos() - cpu) as f64 / (many * inputs) as f64;
        drop(desks);
        let desks: Vec<_> = (0..many).map(|_| parking_lot::Mutex::new(Shared::new(&work, &tray))).collect();
        let (wall, cpu) = (Wall::begin(), cpu_nanos());
        for number in 0..inputs {
            for desk in &desks {
                let input = tray.input(number, wall.now());
                let mut shared = desk.lock();
                shared.handle(input);
                shared.forget_stream();
            }
        }
        let mutex = (cpu_nanos() - cpu) as f64 / (many * inputs) as f64;
        ratios.push(mutex / exchange);
        of_exchange.push(exchange);
        of_mutex.push(mutex);
    }
    let memory = asked(&format!("--memory-of={many}"));
    let (idle, busy) = (memory[0] / many as u64 / 1024, memory[1] / many as u64 / 1024);
    let cost = |of: Vec<f64>| Spread::of(of.into_iter()).median;
    report.line(&format!("{:<24}{:>14}{:>18}{:>16}", "", "KiB idle", "KiB after traffic", "CPU ns/input"));
    report.line(&format!("  {:<22}{idle:>14}{busy:>18}{:>16.0}", "exchange", cost(of_exchange)));
    report.line(&format!("  {:<22}{:>14}{:>18}{:>16.0}", "parking_lot", "", "", cost(of_mutex)));
    let ratio = Spread::of(ratios.into_iter());
    report.line(&format!("  ratio {ratio}"));
    let kib = Spread::of([idle as f64].into_iter());
    report.judge(Judged::at_most("small exchanges: KiB each, idle", 64.0, kib));
}
