//! Throughput: inputs per second of processor time, of all threads together, against the `parking_lot` mutex at the same
//! number of threads. The rivals take turns, round by round; the median of the rounds' ratios counts.

use crate::report::{Judged, Report, Spread};
use crate::rivals::{Rival, Run, run};
use crate::work::Work;

pub(crate) fn measure(report: &mut Report, quick: bool) {
    let work = Work::of_a_thousand(if quick { 8_000 } else { 20_000 });
    let (rounds, setups): (usize, &[(usize, usize)]) = if quick {
        (9, &[(1, 1), (1, 8), (2, 1), (4, 1)])
    } else {
        (15, &[(1, 1), (1, 8), (2, 1), (2, 8), (4, 1), (8, 1), (16, 1)])
    };
    let rivals: &[Rival] = if quick { &Rival::ALL[..2] } else { &Rival::ALL };
    report.title(&format!(
        "Throughput: {} inputs of full call lives, 1,000 agents, 16 skills, {rounds} alternating rounds",
        work.inputs.len()
    ));
    report.line(&format!(
        "{:<24}{:>14}{:>14}{:>14}{:>12}{:>22}",
        "", "CPU ns/input", "wall ns/input", "inputs/CPU s", "outputs", "ratio to parking_lot"
    ));
    for (threads, batch) in setups.iter().copied() {
        let mut runs: Vec<Vec<Run>> = vec![Vec::new(); rivals.len()];
        for round in 0..rounds {
            // Each begins as often as the others.
            for turn in 0..rivals.len() {
                let turn = (turn + round) % rivals.len();
                runs[turn].push(run(rivals[turn], &work, threads, batch));
            }
        }
        if threads == 1 {
            let read = runs[0][0].read;
            assert!(runs.iter().flatten().all(|run| run.read == read), "all rivals deliver the same stream");
        }
        let inputs = work.inputs.len() as f64;
        let name = format!("{threads} thread{}, {}", if threads > 1 { "s" } else { "" }, by(batch));
        report.line(&name);
        for (rival, of_rival) in rivals.iter().zip(&runs) {
            let ratio = Spread::of(of_rival.iter().zip(&runs[1]).map(|(a, b)| b.cpu_nanos as f64 / a.cpu_nanos as f64));
            let cpu = Spread::of(of_rival.iter().map(|run| run.cpu_nanos as f64 / inputs)).median;
            let wall = Spread::of(of_rival.iter().map(|run| run.wall_nanos as f64 / inputs)).median;
            let outputs = Spread::of(of_rival.iter().map(|run| run.read.outputs as f64 / inputs)).median;
            report.line(&format!(
                "  {:<22}{cpu:>14.0}{wall:>14.0}{:>14.0}{outputs:>12.3}{:>22}",
                rival.name(),
                1e9 / cpu,
                ratio.to_string()
            ));
            if *rival == Rival::Exchange {
                let aim = match (threads, batch) {
                    // Beside each aim how much of it may be missing before CI fails.
                    (1, 1) => Some((0.85, 0.3)),
                    (1, 8) => Some((0.95, 0.4)),
                    (_, 1) => Some((1.5, 0.2)),
                    _ => None,
                };
                if let Some((aim, allowed)) = aim {
                    let judged = Judged::at_least(&format!("throughput, {name}: ratio"), aim, ratio);
                    // Where a neighbour has the other processor nobody contends for the lock, and nothing is shown.
                    let processors = |run: &Run| run.cpu_nanos as f64 / run.wall_nanos as f64;
                    let alone = threads > 1 && Spread::of(runs[1].iter().map(processors)).median < 1.3;
                    if alone {
                        report.line("  (there was one processor for all threads: no contention)");
                    }
                    report.judge(if alone { judged.only_shown() } else { judged.but_promised(allowed) });
                }
            }
        }
    }
}

/// One rival alone, for a profiler: its name, threads and batch.
pub(crate) fn alone(which: &str) {
    let mut parts = which.split(':');
    let named = parts.next().unwrap_or_default();
    let mut number = || parts.next().and_then(|part| part.parse().ok()).unwrap_or(1);
    let (threads, batch) = (number(), number());
    let work = Work::of_a_thousand(20_000);
    for rival in Rival::ALL.into_iter().filter(|rival| rival.name() == named) {
        let runs: Vec<Run> = (0..10).map(|_| run(rival, &work, threads, batch)).collect();
        let cpu = Spread::of(runs.iter().map(|run| run.cpu_nanos as f64 / work.inputs.len() as f64));
        println!("{named}, {threads} threads, batches of {batch}: {cpu} ns of processor time for each input");
    }
}

fn by(batch: usize) -> String {
    if batch == 1 { "single".into() } else { format!("batches of {batch}") }
}
