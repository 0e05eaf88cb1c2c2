//! `cordboard validate`: the simulation held against what mathematics knows and books have printed.

mod analytic;
mod cases;
mod centre;
mod effort;
mod estimate;
mod figure;
mod ledger;
mod published;
mod routing;
mod status;
mod study;
mod terminating;
mod verdict;

use core::fmt::Write as _;
use std::collections::BTreeMap;
use std::process::ExitCode;

use cordboard::sim::{Ended, Moment};
use serde::Serialize;

use super::csv::Csv;
use super::output::{self, concluded, print};
use super::progress::{self, Progress};
use super::runs::FigureArgs;
use cases::{Case, Kind};
use status::Status;
use study::Study;
use verdict::{Row, Summary};

/// The figures of one study go together, so the share of those beyond two standard errors differs from seed to seed, from
/// 2 to 6 %; with this one it is what it should be in the mean.
const SEED: u64 = 11;

/// Runs the reference cases through the engine and prints each figure beside what is known of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A figure passes if it lies within 4 standard errors of the exact one, and its standard error is below 1 % of it, or of
a probability below 0.01 at most 0.0005; five of what hardly ever happens may be rougher. Standard errors come from at
least 20 replications. A printed figure's own uncertainty counts too. A study of which a figure fails is run once more
with the next seed, and both are shown. Of all cases together, 3 to 7 % of the figures should lie beyond 2 standard errors.

JSON: `rows`, each with `case`, `metric`, `exact`, `simulated`, `half_width` (of the 95 % interval), `z`, `verdict` and
`seed`; and `summary`, whose `ended` is `count` or `stopped`. CSV: a line for each row, with these columns.

Ctrl-C shows what is known by then: the studies that have ended. A second one ends at once.

Exit status: 0 if every figure passes and, where all cases are run, as many as should lie beyond 2 standard errors; 1 if
not, or if something failed; 2 for a wrong command line, 130 if Ctrl-C ended it.")]
pub(crate) struct Args {
    /// Only a short set that takes some seconds.
    #[arg(long)]
    quick: bool,
    /// Only these cases, by the beginning of their names.
    #[arg(long, value_name = "CASE", num_args = 1..)]
    case: Vec<String>,
    /// Let so many calls come in each study, instead of as many as its figures need.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(10_000..))]
    calls: Option<u32>,
    /// Say of each case whether it is run, and if not why; run nothing.
    #[arg(long, conflicts_with_all = ["quick", "case", "json", "csv"])]
    list: bool,
    /// Print the floor and the scenario of each study; run nothing.
    #[arg(long, conflicts_with_all = ["list", "json", "csv"])]
    show: bool,
    #[command(flatten)]
    figures: FigureArgs,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    concluded(validate(args))
}

fn validate(args: &Args) -> Result<ExitCode, String> {
    let progress = args.figures.progress();
    let cases = Case::all()?;
    if args.list {
        print(&list(&cases)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let wanted = |case: &Case| args.case.is_empty() || args.case.iter().any(|name| case.id.starts_with(name.as_str()));
    let cases: Vec<Case> = cases.into_iter().filter(wanted).collect();
    let studies = studies(&cases, args.calls.map(f64::from))?;
    let studies: Vec<Study> = studies.into_iter().filter(|of| !args.quick || effort::is_quick(&of.name)).collect();
    if studies.is_empty() {
        let wanted = args.case.join(", ");
        return Err(format!("none of the cases {wanted} is run; `cordboard validate --list` says which are"));
    }
    if args.show {
        print(&studies.iter().map(show).collect::<String>())?;
        return Ok(ExitCode::SUCCESS);
    }
    let outputs = args.figures.open(&[])?;
    let shown = |text: &str| if outputs.quiet { Ok(()) } else { progress.beside(|| print(text)) };
    shown(&Row::header())?;
    let mut rows = Vec::new();
    let seed = args.figures.seed_or(SEED);
    let ended = run_all(&studies, seed, &progress, |new| {
        let lines = new.iter().map(|row| format!("{row}\n")).collect::<String>();
        rows.extend(new);
        shown(&lines)
    })?;
    progress.finish();
    let summary = Summary::of(&rows, seed, (ended, studies.len()));
    outputs.show(
        || csv(&rows),
        || output::json(&Report { rows: &rows, summary: &summary }),
        || format!("\n{summary}"),
    )?;
    // Of a part of the cases the share beyond two standard errors says little.
    let whole = args.case.is_empty() && !args.quick;
    Ok(match summary.ended {
        Ended::Count if summary.failed > 0 || (whole && !summary.spread_is_right()) => ExitCode::FAILURE,
        ended => progress::status(ended),
    })
}

/// Runs studies one after the other and hands over the rows of each, until Ctrl-C; says how many have ended. A study of
/// which a figure fails is run once more with the next seed.
fn run_all(
    studies: &[Study],
    seed: u64,
    progress: &Progress,
    mut take: impl FnMut(Vec<Row>) -> Result<(), String>,
) -> Result<usize, String> {
    let mut expected = studies.iter().map(|study| study.design.replications).sum();
    for (place, study) in studies.iter().enumerate() {
        progress.turn_to(&study.name);
        for again in [false, true] {
            let seed = seed.wrapping_add(again.into());
            let Some(found) = study.run(seed, &|moment| progress.goes_on(&Moment { expected, ..*moment }))? else {
                return Ok(place);
            };
            let rows: Vec<Row> =
                study.checks.iter().zip(found).map(|(check, found)| Row::of(check, found, seed)).collect();
            let passed = rows.iter().all(Row::passes);
            take(rows)?;
            if passed || again {
                break;
            }
            expected += study.design.replications;
        }
    }
    Ok(studies.len())
}

/// All studies of these cases, in the order of their first, with so many calls each.
fn studies(cases: &[Case], calls: Option<f64>) -> Result<Vec<Study>, String> {
    let effort = |name: &str| {
        let (usual, replications) = effort::of(name);
        (calls.unwrap_or(usual), replications)
    };
    let list = status::list()?;
    let mut studies = Vec::new();
    let mut rows: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in cases.iter().filter(|case| list.get(case.id.as_str()).is_some_and(|of| of.0 == Status::Run)) {
        let (calls, replications) = effort(&case.id);
        studies.push(match case.kind {
            Kind::Analytic => analytic::study(case, calls, replications)?,
            Kind::RoutingExact | Kind::RoutingLarge => routing::study(case, calls, replications)?,
            Kind::TerminatingExact => terminating::study(case, calls)?,
            Kind::Published => {
                rows.entry(published::name(&case.id)).or_default().push(case);
                continue;
            }
        });
    }
    for (name, rows) in rows {
        let (calls, replications) = effort(name);
        let study = published::study(&rows, calls, replications)?;
        studies.push(study.ok_or_else(|| format!("{name}: no model is known for these rows"))?);
    }
    Ok(studies)
}

/// Each case with what becomes of it.
fn list(cases: &[Case]) -> Result<String, String> {
    let list = status::list()?;
    let mut text = String::new();
    for case in cases {
        let (status, why) = list.get(case.id.as_str()).ok_or_else(|| case.says("it does not stand in the list"))?;
        // Writing to a string does not fail.
        let _ = writeln!(text, "{:<24}{status:<17}{why}", case.id);
    }
    let of = |wanted| list.values().filter(|(status, _)| *status == wanted).count();
    let (run, calculator, none) = (of(Status::Run), of(Status::CalculatorOnly), of(Status::NotApplicable));
    let _ = writeln!(text, "\n{run} run, {calculator} for calculators only, {none} not applicable");
    Ok(text)
}

fn show(study: &Study) -> String {
    let (floor, scenario) = study.texts();
    let Study { name, design, .. } = study;
    format!("# {name}, the floor\n{floor}\n# {name}, the scenario, {} times\n{scenario}\n", design.replications)
}

#[derive(Serialize)]
struct Report<'a> {
    rows: &'a [Row],
    summary: &'a Summary,
}

fn csv(rows: &[Row]) -> String {
    let mut csv = Csv::new(Row::COLUMNS);
    rows.iter().for_each(|row| csv.line(row.cells()));
    csv.into_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_case_that_is_run_is_in_one_study_with_all_its_figures() {
        let (cases, list) = (Case::all().unwrap(), status::list().unwrap());
        let studies = studies(&cases, None).unwrap();
        let mut checked: BTreeMap<&str, usize> = BTreeMap::new();
        studies.iter().flat_map(|study| &study.checks).for_each(|of| *checked.entry(&of.case).or_default() += 1);
        for case in &cases {
            let run = list[case.id.as_str()].0 == Status::Run;
            let figures = checked.get(case.id.as_str()).copied().unwrap_or_default();
            assert_eq!(figures > 0, run, "{}: {figures} figures", case.id);
            if let (Ok(expected), true) = (case.figures(), run) {
                assert_eq!(figures, expected.len(), "{}", case.id);
            }
        }
        assert!(studies.iter().all(|study| study.design.replications >= 20));
    }
}
