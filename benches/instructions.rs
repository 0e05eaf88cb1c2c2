//! Counts the instructions of the engine's decisions, beside baselines, under `valgrind --tool=callgrind`: figures that
//! do not depend on what else the machine does.
//!
//! ```sh
//! cargo bench --bench instructions             # everything, the million waiting calls included
//! cargo bench --bench instructions -- --quick  # in a few minutes
//! cargo bench --bench instructions -- --quick --only "agents=1000   needs=16   fit=25  waiting=1000"  # one house
//! ```
//!
//! It runs itself again under callgrind, one process for each site, and counts only inside [`counted_part`].

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::cases::{Aim, Case, House, Selection, Subject, aims, houses};
use common::drill::{Measured, Operation, batch};

/// Operations that are counted in each case, at least.
const COUNTED: u32 = 1024;
/// Ratios are told to two decimals.
const ROUNDED: f64 = 0.005;
/// Batches beforehand.
const WARM_UP: u32 = 32;

type Figures = BTreeMap<(Case, Subject), f64>;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let after = |flag: &str| arguments.iter().position(|a| a == flag).and_then(|at| arguments.get(at + 1));
    let selection = if has("--quick") { Selection::Quick } else { Selection::Full };
    if let Some(chosen) = after("--child") {
        return child(selection, chosen);
    }
    let only = after("--only").cloned().unwrap_or_default();
    let figures = count(selection, &only);
    print_table(&figures);
    print_aims(&aims(selection), &figures);
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
fn counted_in(houses: &[House]) -> impl Iterator<Item = (Case, Subject)> {
    houses.iter().flat_map(|house| {
        house.subjects().flat_map(move |subject| {
            let operations = house.operations().filter(move |operation| subject.knows(*operation));
            operations.map(move |operation| (house.case(operation), subject))
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
    for (case, subject) in counted_in(&chosen) {
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

fn batches(measured: &dyn Measured) -> u32 {
    COUNTED.div_ceil(measured.batch())
}

// --- the parent ---

/// Counts every house one of whose cases is named by a text that contains `only`.
fn count(selection: Selection, only: &str) -> Figures {
    let all = houses(selection);
    let mut sites: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (place, house) in all.iter().enumerate() {
        if house.operations().any(|operation| house.case(operation).to_string().contains(only)) {
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
    for ((case, subject), dump) in counted_in(&chosen).zip(1..) {
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

fn print_table(figures: &Figures) {
    print!("{:<65}", "instructions");
    Subject::ALL.iter().for_each(|subject| print!("{:>14}", subject.name()));
    println!("{:>8}", "ratio");
    let mut cases: Vec<Case> = figures.keys().map(|(case, _)| *case).collect();
    cases.dedup();
    for case in cases {
        print!("{:<65}", case.to_string());
        for subject in Subject::ALL {
            match figures.get(&(case, subject)) {
                Some(figure) => print!("{figure:>14.0}"),
                None => print!("{:>14}", ""),
            }
        }
        match ratio(figures, case) {
            Some(ratio) => println!("{ratio:>8.2}"),
            None => println!(),
        }
    }
}

/// The engine's figure by that of the baseline.
fn ratio(figures: &Figures, case: Case) -> Option<f64> {
    Some(figures.get(&(case, Subject::Engine))? / figures.get(&(case, Subject::OrderedSets))?)
}

fn print_aims(aims: &[Aim], figures: &Figures) {
    println!();
    for Aim { name, case, by, bound } in aims {
        let figure = figures.get(&(*case, Subject::Engine));
        let by_figure = by.map_or(Some(1.0), |by| figures.get(&by).copied());
        let (Some(figure), Some(by_figure)) = (figure, by_figure) else { continue };
        let is = figure / by_figure;
        let verdict = if is <= *bound + ROUNDED { "met" } else { "NOT MET" };
        print!("{name:<8} {verdict:<8} {is:>8.2} of {bound:<8.2} {case}");
        match by {
            Some((of, Subject::Engine)) => println!(" by {of}"),
            Some((_, subject)) => println!(" by {}", subject.name()),
            None => println!(),
        }
    }
}
