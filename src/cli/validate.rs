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
use std::io::Write as _;
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use cases::{Case, Kind};
use status::Status;
use study::Study;
use verdict::{Row, Summary};

/// Runs the reference cases through the engine and prints each figure beside what is known of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A figure passes if it lies within 4 standard errors of the exact one, and its standard error is below 1 % of it, or of
a probability below 0.01 at most 0.0005; five of what hardly ever happens may be rougher. Standard errors come from at
least 20 replications. A printed figure's own uncertainty counts too. A study of which a figure fails is run once more with the next seed, and both are shown.

JSON: `rows`, each with `case`, `metric`, `exact`, `simulated`, `half_width` (of the 95 % interval), `z`, `verdict` and
`seed`; and `summary`.

Exit status: 0 if every figure passes, 1 if one fails, 2 for a wrong command line.")]
pub(crate) struct Args {
    /// Only a short set that takes some seconds.
    #[arg(long)]
    quick: bool,
    /// Only these cases, by the beginning of their names.
    #[arg(long, value_name = "CASE", num_args = 1..)]
    case: Vec<String>,
    /// Chance, as a number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Let so many calls come in each study, instead of as many as its figures need.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(10_000..))]
    calls: Option<u32>,
    /// Print figures as JSON.
    #[arg(long)]
    json: bool,
    /// Say of each case whether it is run, and if not why; run nothing.
    #[arg(long)]
    list: bool,
    /// Print the floor and the scenario of each study; run nothing.
    #[arg(long, conflicts_with = "list")]
    show: bool,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    match validate(args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            crate::say(format_args!("{}", message.trim_end()));
            ExitCode::FAILURE
        }
    }
}

/// Whether everything has passed.
fn validate(args: &Args) -> Result<bool, String> {
    let cases = Case::all()?;
    if args.list {
        print(&list(&cases)?)?;
        return Ok(true);
    }
    let wanted = |case: &Case| args.case.is_empty() || args.case.iter().any(|name| case.id.starts_with(name.as_str()));
    let cases: Vec<Case> = cases.into_iter().filter(wanted).collect();
    let studies = studies(&cases, args.calls.map(f64::from))?;
    let studies: Vec<Study> = studies.into_iter().filter(|of| !args.quick || effort::is_quick(&of.name)).collect();
    if studies.is_empty() {
        return Err("none of these cases is run; `cordboard validate --list` says which are".into());
    }
    if args.show {
        print(&studies.iter().map(show).collect::<String>())?;
        return Ok(true);
    }
    let replications = studies.iter().map(|study| u64::from(study.design.replications)).sum();
    let bar = ProgressBar::new(replications);
    let style = ProgressStyle::with_template("{bar:40} {percent} %, {eta} left  {msg}");
    style.into_iter().for_each(|style| bar.set_style(style));
    let mut rows = Vec::new();
    if !args.json {
        bar.suspend(|| print(&Row::header()))?;
    }
    for study in &studies {
        bar.set_message(study.name.clone());
        for seed in [args.seed, args.seed.wrapping_add(1)] {
            let found = study.run(seed, &|| bar.inc(u64::from(seed == args.seed)))?;
            let new: Vec<Row> =
                study.checks.iter().zip(found).map(|(check, found)| Row::of(check, found, seed)).collect();
            if !args.json {
                bar.suspend(|| print(&new.iter().map(|row| format!("{row}\n")).collect::<String>()))?;
            }
            let passed = new.iter().all(Row::passes);
            rows.extend(new);
            if passed {
                break;
            }
        }
    }
    bar.finish_and_clear();
    let summary = Summary::of(&rows, args.seed, studies.len());
    // Of a part of the cases the share beyond two standard errors says little.
    let whole = args.case.is_empty() && !args.quick;
    match args.json {
        true => print(&json(&rows, &summary)?)?,
        false => print(&format!("\n{summary}"))?,
    }
    Ok(summary.failed == 0 && (!whole || summary.spread_is_right()))
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

fn json(rows: &[Row], summary: &Summary) -> Result<String, String> {
    #[derive(Serialize)]
    struct Report<'a> {
        rows: &'a [Row],
        summary: &'a Summary,
    }
    let text = serde_json::to_string_pretty(&Report { rows, summary }).map_err(|error| error.to_string())?;
    Ok(text + "\n")
}

fn print(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| format!("cannot write: {error}"))
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
