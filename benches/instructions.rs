//! Counts the instructions of the engine's decisions, beside baselines, under `valgrind --tool=callgrind`: figures that
//! do not depend on what else the machine does.
//!
//! ```sh
//! cargo bench --bench instructions                      # everything, a million waiting calls included
//! cargo bench --bench instructions -- --quick           # in a minute
//! cargo bench --bench instructions -- --quick --only "agents=1000 needs=16 fit=25% waiting=1000"
//! cargo bench --bench instructions -- --quick --check   # against the committed figures, as CI does
//! cargo bench --bench instructions -- --accept          # writes them anew
//! ```
//!
//! It runs itself again under callgrind, one process for each site, and counts only inside [`counted_part`]. What is
//! counted: `common/cases.rs`; what happens in each case: `common/drill.rs`; on which floor: `common/site.rs`.
//!
//! Where the instructions of a case go:
//!
//! ```sh
//! valgrind --tool=callgrind --collect-atstart=no --toggle-collect='*counted_part*' \
//!     target/release/deps/instructions-… --profile "full-life agents=1000 needs=16 fit=25% waiting=1000"
//! ```
//!
//! # Against getting worse
//!
//! `benches/instructions.txt` holds the figures that were accepted last: for every case what the engine takes, what the
//! ordered sets take, and the ratio; and whether each aim is met. `--check` fails where the count and the ratio are both
//! worse by more than 5 % or an aim that was met is not, and names it. The ratio, so that a new compiler or machine, which
//! changes both counts, is no alarm.
//!
//! Whoever makes something dearer on purpose runs `--accept`, commits the file together with the change, and says in the
//! commit's message what is worth the price. Who makes something cheaper does the same: or else the gain may be lost
//! again unseen.

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::cases::{Aim, Case, House, Selection, Subject, aims, houses};
use common::committed::{Figure, Judged, Report};
use common::drill::{Measured, Operation, batch};

/// Operations that are counted in each case, at least.
const COUNTED: u32 = 1024;
const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.txt");
/// Batches beforehand.
const WARM_UP: u32 = 32;

type Figures = BTreeMap<(Case, Subject), f64>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let after = |flag: &str| arguments.iter().position(|a| a == flag).and_then(|at| arguments.get(at + 1));
    let selection = if has("--quick") { Selection::Quick } else { Selection::Full };
    if let Some(name) = after("--profile") {
        profile(selection, name);
        return ExitCode::SUCCESS;
    }
    if let Some(chosen) = after("--child") {
        child(selection, chosen);
        return ExitCode::SUCCESS;
    }
    common::baseline::agree();
    let figures = count(selection, after("--only").map_or("", String::as_str));
    print_table(&figures);
    println!();
    let report = report(&figures, &aims(selection));
    report.print_aims();
    println!();
    if report.settle(COMMITTED, &arguments) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

// --- under callgrind ---

/// What callgrind counts, and nothing else. Found by this name.
#[inline(never)]
fn counted_part(house: &mut dyn Measured, operation: Operation) {
    house.run(operation);
}

/// Callgrind writes down what it has counted and begins anew. Found by this name.
#[inline(never)]
fn end_of_case() {
    std::hint::black_box(());
}

/// What is counted in these houses, in this order.
fn counted_in(selection: Selection, houses: &[House]) -> impl Iterator<Item = (Case, Subject)> {
    houses.iter().flat_map(move |house| {
        let subjects = Subject::ALL.into_iter().filter(move |subject| subject.is_measured(*house, selection));
        subjects.flat_map(move |subject| {
            let known = move |case: &Case| subject.knows(case.operation);
            house.cases().filter(known).map(move |case| (case, subject))
        })
    })
}

/// Goes through the chosen houses of one site, given by their places in the list of all.
fn child(selection: Selection, chosen: &str) {
    let all = houses(selection);
    let chosen: Vec<House> =
        chosen.split(',').filter_map(|place| all.get(place.parse::<usize>().ok()?).copied()).collect();
    let Some(first) = chosen.first() else { return };
    let drawn = Rc::new(first.site.draw());
    let mut house = None;
    for (case, subject) in counted_in(selection, &chosen) {
        // One house after another: the large ones do not fit beside each other.
        let mut measured = match house.take() {
            Some((of, measured)) if of == (case.house, subject) => measured,
            _ => subject.house(&drawn, case.house),
        };
        for _ in 0..WARM_UP {
            measured.prepare(case.operation);
            measured.run(case.operation);
        }
        for _ in 0..batches(&*measured) {
            measured.prepare(case.operation);
            counted_part(&mut *measured, case.operation);
        }
        end_of_case();
        house = Some(((case.house, subject), measured));
    }
}

/// Does what is counted in one case of the engine's, and nothing else, for a profiler to look at.
fn profile(selection: Selection, name: &str) {
    for case in houses(selection).into_iter().flat_map(House::cases).filter(|case| case.to_string() == name) {
        let mut measured = Subject::Engine.house(&Rc::new(case.house.site.draw()), case.house);
        for _ in 0..WARM_UP + batches(&*measured) {
            measured.prepare(case.operation);
            counted_part(&mut *measured, case.operation);
        }
    }
}

fn batches(measured: &dyn Measured) -> u32 {
    COUNTED.div_ceil(measured.batch())
}

// --- the parent ---

/// Counts every house with a case whose name contains `only`.
fn count(selection: Selection, only: &str) -> Figures {
    let all = houses(selection);
    let mut sites: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (place, house) in all.iter().enumerate() {
        if house.cases().any(|case| case.to_string().contains(only)) {
            sites.entry(house.site).or_default().push(place);
        }
    }
    // The largest first, so that no core is left alone with it at the end.
    let sites: Vec<Vec<usize>> = sites.into_values().rev().collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut figures = Vec::new();
        while let Some(places) = sites.get(next.fetch_add(1, Ordering::Relaxed)) {
            figures.extend(count_site(selection, &all, places));
        }
        figures
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(sites.len());
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker does not panic")).collect()
    })
}

/// Counts the houses of one site in a process of its own.
fn count_site(selection: Selection, all: &[House], places: &[usize]) -> Vec<((Case, Subject), f64)> {
    let chosen: Vec<House> = places.iter().map(|place| all[*place]).collect();
    let list = places.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("callgrind.{}.{}", std::process::id(), places[0]));
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--collect-atstart=no", "--toggle-collect=*counted_part*"]);
    command.args(["--dump-before=*end_of_case*", "--quiet"]);
    command.arg(format!("--callgrind-out-file={}", out.display()));
    command.arg(std::env::current_exe().expect("this program has a path"));
    command.args(if selection == Selection::Quick { &["--quick"][..] } else { &[] });
    command.args(["--child", &list]).stdout(Stdio::null());
    let status = command.status().unwrap_or_else(|error| panic!("valgrind should be installed: {error}"));
    assert!(status.success(), "the child of {chosen:?} failed");
    let mut figures = Vec::new();
    for ((case, subject), dump) in counted_in(selection, &chosen).zip(1..) {
        let path = out.with_extension(format!("{}.{dump}", places[0]));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let total =
            text.lines().find_map(|line| line.strip_prefix("totals: ")).and_then(|total| total.trim().parse().ok());
        let total: f64 = total.expect("callgrind says what it has counted");
        assert!(total > 0.0, "nothing was counted in {case}");
        let batch = batch(case.house.site.agents - 1) as u32;
        figures.push(((case, subject), total / f64::from(COUNTED.div_ceil(batch) * batch)));
        // Not needed any more, and there are many.
        let _ = std::fs::remove_file(&path);
    }
    let _ = std::fs::remove_file(&out);
    figures
}

// --- what is printed ---

/// A row for everybody in each setting, a column for each operation.
fn print_table(figures: &Figures) {
    const COLUMNS: [Operation; 6] = [
        Operation::ReadyOffer,
        Operation::ArriveOffer,
        Operation::ArriveWait,
        Operation::Abandon,
        Operation::RungDue,
        Operation::FullLife,
    ];
    print!("{:<60}", "instructions");
    COLUMNS.iter().for_each(|operation| print!("{:>13}", operation.name()));
    println!();
    let mut settings: Vec<_> = figures.keys().map(|(case, _)| (case.house.site, case.house.waiting)).collect();
    settings.dedup();
    for (site, waiting) in settings {
        for subject in Subject::ALL {
            let figure = |operation: Operation| {
                let house = House { site, waiting, state: operation.state() };
                figures.get(&(house.case(operation), subject))
            };
            if COLUMNS.iter().all(|operation| figure(*operation).is_none()) {
                continue;
            }
            print!("{:<60}", format!("{site} waiting={waiting}  {}", subject.name()));
            for operation in COLUMNS {
                print!("{:>13}", figure(operation).map(|figure| format!("{figure:.0}")).unwrap_or_default());
            }
            println!();
        }
    }
}

/// The engine's figures by those of their baselines, and the aims.
fn report(figures: &Figures, aims: &[Aim]) -> Report {
    let engine = figures.iter().filter(|((_, subject), _)| *subject == Subject::Engine);
    let ratios = engine.filter_map(|((case, _), figure)| {
        let baseline = figures.get(&case.baseline())?;
        Some(Figure::beside(case.to_string(), *figure, *baseline))
    });
    let judged = aims.iter().filter_map(|aim| {
        let by = aim.by.map_or(Some(1.0), |by| figures.get(&by).copied())?;
        let is = figures.get(&(aim.case, Subject::Engine))? / by;
        Some(Judged { name: aim.to_string(), is, at_most: aim.bound })
    });
    Report { figures: ratios.collect(), aims: judged.collect() }
}
