//! `cordboard what-if`: what a change to floor or scenario would come to.

use core::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use cordboard::Plan;
use cordboard::planning::{Change, what_if};
use cordboard::sim::compare::{Compared, Figure};
use cordboard::sim::{Comparison, Runs, Scenario};

use super::compare::{OTHER_CALLS, OTHER_SPANS, as_many_calls, difference, ended, nothing_yet, span_h, value};
use super::grid::Grid;
use super::output::{self, concluded, in_words};
use super::runs::{HtmlArgs, RunArgs, replicated, title, wrong};
use super::{csv, html, progress};

/// Runs a scenario as it is and with a change, with the same calls for both, and prints the figures side by side with
/// 95 % intervals.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{CHANGES}\n\n{}\n\n{STATUS}", csv::compared_help("alternative")))]
pub(crate) struct Args {
    /// The floor file.
    floor: PathBuf,
    /// The scenario file.
    scenario: PathBuf,
    /// More agents, or fewer: `2 spanish`; may be given several times.
    #[arg(long, value_name = "N WHOM", allow_hyphen_values = true)]
    add: Vec<Change>,
    /// Another value: `volume=1.2`; may be given several times.
    #[arg(long, value_name = "KNOB=VALUE")]
    set: Vec<Change>,
    /// Run each so many times (2 to 10000), each time with other calls. Default 20.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    replications: Option<u32>,
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    html: HtmlArgs,
}

const CHANGES: &str = "\
Changes, all of them together:
  --add \"2 spanish\"                 two more agents of a team, with a skill or like an agent of this name; they work
                                    when those do whom they are like. \"-2 desk\" sends two of them home
  --set volume=1.2                  so many times the calls; volume.QUEUE=1.2 in one queue
  --set handle_time=0.9             talk, hold and wrap-up so many times as long; also with .QUEUE
  --set patience=2                  patience so many times as long; also with .QUEUE
  --set target=20s                  another answer target for all queues
  --set floor.PATH=VALUE            any field of the floor: floor.queues.guests.rules.choice=best-skilled
  --set scenario.PATH=VALUE         any field of the scenario: scenario.agents.missed=0.05

JSON: the fields of `cordboard::sim::Comparison`: first the plan as it is, then the changed one.";
const STATUS: &str = "\
Ctrl-C shows what is known by then: the replications that both have ended. A second one ends at once.

Exit status: 0 if all simulations ran, 1 if a floor, a scenario, a change, a simulation or an output failed, 2 for a wrong
command line, 130 if Ctrl-C ended it.";

pub(crate) fn run(args: &Args) -> ExitCode {
    concluded(tried(args))
}

fn tried(args: &Args) -> Result<ExitCode, String> {
    let figures = &args.run.figures;
    let changes: Vec<Change> = args.add.iter().chain(&args.set).cloned().collect();
    if changes.is_empty() {
        wrong("no change was given, expected --add or --set");
    }
    let runs = args.run.runs(args.replications, 20);
    let progress = figures.progress().of(2);
    let (plan, scenario) = args.run.given(&args.floor, &args.scenario)?;
    let mut outputs = args.html.open(figures, &[&args.floor, &args.scenario])?;
    let comparison = what_if(&plan, &scenario, &changes, &runs, figures.seed(), &|moment| progress.goes_on(moment));
    progress.finish();
    let comparison = comparison.map_err(in_words)?;
    if comparison.replications == 0 {
        return Ok(nothing_yet());
    }
    let header = header(&plan, &scenario, &comparison, &runs);
    outputs.write_other(|| html::comparison(&header, &comparison));
    outputs.show(|| csv::of_comparison(&comparison), || output::json(&comparison), || header + &tables(&comparison))?;
    Ok(progress::status(comparison.ended))
}

/// What was simulated, in lines.
fn header(plan: &Plan, scenario: &Scenario, comparison: &Comparison, runs: &Runs) -> String {
    let changed = comparison.alternatives.last().map_or("", |then| &then.name);
    let Comparison { replications, seed, .. } = comparison;
    let same = if as_many_calls(&comparison.alternatives) { "the same calls come to both" } else { OTHER_CALLS };
    let each = format!("{} of each from seed {seed}", replicated(*replications));
    let simulated = match (span_h(&comparison.alternatives), &comparison.alternatives[..]) {
        (None, [now, then]) => {
            let [now, then] = [now, then].map(|of| of.simulated_s / 3600.0);
            format!("{each}; {same}\n{now} h simulated as it is, {then} h with the change; {OTHER_SPANS}")
        }
        (span, _) => format!("{each}, {} h simulated; {same}\n", span.unwrap_or(0.0)),
    };
    let what = format!("What if: {changed}\n{simulated}");
    title(&plan.floor().name, &scenario.name) + &what + &ended(comparison, runs)
}

fn tables(comparison: &Comparison) -> String {
    let [now, then] = comparison.alternatives.as_slice() else { return String::new() };
    let mut text = String::new();
    let level = |compared: &Compared| compared.get("service level").map(|figure| value(figure.value, figure.unit));
    if let (Some(then), Some(now)) = (level(then), level(now)) {
        let _ = writeln!(text, "Service level: {then} instead of {now}.");
    }
    let heading = |label: &str| [label, "with the change", "instead of", "difference"].map(str::to_owned).to_vec();
    let mut whole = Grid::new("The whole centre", heading(""));
    for figure in &then.total {
        whole.push(row(figure.name, Some(figure), now.get(figure.name)));
    }
    let mut queues = Grid::new("Service level by queue", heading("queue"));
    for queue in &then.queues {
        let before = now.queues.iter().find(|other| other.name == queue.name);
        let before = before.and_then(|before| before.get("service level"));
        queues.push(row(&queue.name, queue.get("service level"), before));
    }
    let _ = write!(text, "\n{whole}");
    if then.queues.len() > 1 {
        let _ = write!(text, "\n{queues}");
    }
    text.push_str("\nMeans ± half the width of their 95 % intervals; a difference in brackets may as well be none.\n");
    text
}

fn row(name: &str, then: Option<&Figure>, now: Option<&Figure>) -> Vec<String> {
    let undefined = || "–".to_owned();
    let shown = |figure: Option<&Figure>| figure.map_or_else(undefined, |figure| value(figure.value, figure.unit));
    let change = then.and_then(|figure| Some(difference(figure.difference?, figure.unit)));
    vec![name.to_owned(), shown(then), shown(now), change.unwrap_or_else(undefined)]
}
