//! Times the engine's decisions, beside the baselines, with criterion. How many instructions they take, without noise, is
//! `benches/instructions.rs`' business; the cases are the same.
//!
//! ```sh
//! cargo bench --bench dispatch             # everything, with full samples
//! cargo bench --bench dispatch -- --quick  # in a few minutes, few samples
//! cargo bench --bench dispatch -- 'agents=100000 .* engine'
//! ```
//!
//! Batches of up to eight operations are timed; what each starts from is set up in between, so the caches are about as
//! warm as they are in a host that does other things too. What it takes to read the clock, some 25 ns, is shared by the
//! batch.

mod common;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use common::cases::{Case, Selection, Subject, aims, houses};
use common::drill::{Measured, Operation};
use criterion::Criterion;

/// Nanoseconds per operation, of the least disturbed sample.
type Times = BTreeMap<(Case, Subject), f64>;

/// Smaller samples are not looked at for that: they may hit upon what happens to be warm.
const SAMPLE_MIN: u64 = 1_000;

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let selection = if quick { Selection::Quick } else { Selection::Full };
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    let times = dispatch(&mut criterion, selection);
    criterion.final_summary();
    print_aim(&times);
}

fn dispatch(criterion: &mut Criterion, selection: Selection) -> Times {
    let mut times = Times::new();
    let mut sites: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for house in houses(selection) {
        sites.entry(house.site).or_default().push(house);
    }
    for (site, houses) in sites {
        let mut drawn = None;
        for house in houses {
            for subject in Subject::ALL.into_iter().filter(|subject| subject.is_measured(house, selection)) {
                // Made only once something of it is asked for.
                let mut measured = None;
                for case in house.cases().filter(|case| subject.knows(case.operation)) {
                    let name = format!("{case} {}", subject.name());
                    criterion.bench_function(&name, |bencher| {
                        let drawn = drawn.get_or_insert_with(|| Rc::new(site.draw()));
                        let measured = measured.get_or_insert_with(|| subject.house(drawn, house));
                        bencher.iter_custom(|operations| {
                            let taken = time(&mut **measured, case.operation, operations);
                            if operations >= SAMPLE_MIN {
                                let nanos = taken.as_nanos() as f64 / operations as f64;
                                let least = times.entry((case, subject)).or_insert(nanos);
                                *least = least.min(nanos);
                            }
                            taken
                        });
                    });
                }
            }
        }
    }
    times
}

/// Time for so many operations.
#[expect(clippy::disallowed_methods, reason = "this is what measures real time")]
fn time(measured: &mut dyn Measured, operation: Operation, operations: u64) -> Duration {
    let batches = operations.div_ceil(u64::from(measured.batch()));
    let mut taken = Duration::ZERO;
    for _ in 0..batches {
        measured.prepare(operation);
        let start = Instant::now();
        measured.run(operation);
        taken += start.elapsed();
    }
    taken.mul_f64(operations as f64 / (batches * u64::from(measured.batch())) as f64)
}

/// What many agents cost beside few, in time: the state of many does not fit into the caches.
fn print_aim(times: &Times) {
    const AT_MOST: f64 = 2.5;
    for aim in aims(Selection::Quick).iter().filter(|aim| aim.name == "agents") {
        let many = times.get(&(aim.case, Subject::Engine));
        let few = aim.by.and_then(|by| times.get(&by));
        let (Some(many), Some(few)) = (many, few) else { continue };
        let verdict = if many / few <= AT_MOST { "met" } else { "NOT MET" };
        println!("{verdict:<8} {:>5.2} ({many:.0} ns by {few:.0} ns), at most {AT_MOST}: time of {aim}", many / few);
    }
}
