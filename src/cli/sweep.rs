//! `cordboard sweep`: one knob turned from value to value, by the same calls.

use std::path::PathBuf;
use std::process::ExitCode;

use cordboard::planning::{Point, Sweep, SweepResult};
use cordboard::stats::{Estimate, Figures, Unit};

use super::bars::{NARROW, Style};
use super::compare::{OTHER_CALLS, OTHER_SPANS, as_many_calls, nothing_yet, span_h, value};
use super::grid::Grid;
use super::output::{self, concluded, in_words};
use super::runs::{RunArgs, left_out, replicated, title};
use super::{csv, progress};

/// The figures in the table beside the one that is drawn.
const FIGURES: [&str; 5] = ["service level", "abandonment", "speed of answer", "occupancy", "desk hours"];

/// Runs a scenario with one value after another in one place, with the same calls for all, and prints figures with 95 %
/// intervals.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{SWEEPS}\n\n{}\n\n{STATUS}", csv::compared_help("value")))]
pub(crate) struct Args {
    /// The floor file.
    floor: PathBuf,
    /// The scenario file.
    scenario: PathBuf,
    /// What takes which values: `volume=0.8..1.2..0.1`.
    #[arg(long, value_name = "KNOB=VALUES")]
    set: Sweep,
    /// The figure that is drawn.
    #[arg(long, default_value = "service level", value_parser = figure)]
    figure: &'static str,
    /// Run each value so many times (2 to 10000), each time with other calls. Default 20.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    replications: Option<u32>,
    #[command(flatten)]
    run: RunArgs,
}

const SWEEPS: &str = "\
Sweeps:
  --set volume=0.8..1.2..0.1                 from, to, step; also handle_time and patience, and .QUEUE for one queue
  --set agents.spanish=0..4                  more agents of a team, with a skill or like an agent; the step is 1
  --set target=10s..40s..10s                 the answer target of all queues
  --set floor.rules.choice=longest-idle,best-skilled     any field of the floor, as a list
  --set scenario.agents.missed=0..0.1..0.02  any field of the scenario

Differences are from the first value.

JSON: the fields of `cordboard::planning::SweepResult`.";
const STATUS: &str = "\
Ctrl-C shows what is known by then: the replications that all values have ended. A second one ends at once.

Exit status: 0 if all simulations ran, 1 if a floor, a scenario, a value, a simulation or an output failed, 2 for a wrong
command line, 130 if Ctrl-C ended it.";

pub(crate) fn run(args: &Args) -> ExitCode {
    concluded(swept(args))
}

fn swept(args: &Args) -> Result<ExitCode, String> {
    let (sweep, figures) = (&args.set, &args.run.figures);
    let runs = args.run.runs(args.replications, 20);
    let progress = figures.progress().of(sweep.values.len());
    let (plan, scenario) = args.run.given(&args.floor, &args.scenario)?;
    let outputs = figures.open(&[&args.floor, &args.scenario])?;
    let result = sweep.run(&plan, &scenario, &runs, figures.seed(), &|moment| progress.goes_on(moment));
    progress.finish();
    let result = result.map_err(in_words)?;
    let SweepResult { replications, seed, ended, points, .. } = &result;
    if *replications == 0 {
        return Ok(nothing_yet());
    }
    let header = || {
        let until = runs.precision().map(ToString::to_string);
        let ended = progress::in_words(*ended, *replications, runs.most(), until.as_deref());
        let warm_up = points.iter().map(|point| point.compared.warm_up_s).fold(0.0, f64::max);
        let same = as_many_calls(points.iter().map(|point| &point.compared));
        let same = if same { "the same calls come to all" } else { OTHER_CALLS };
        let what = format!("{} of each value from seed {seed}", replicated(*replications));
        let what = match span_h(points.iter().map(|point| &point.compared)) {
            Some(hours) => format!("{what}, {hours} h simulated; {same}\n"),
            None => format!("{what}; {same}\n{OTHER_SPANS}"),
        };
        title(&plan.floor().name, &scenario.name) + &what + &ended + &left_out(warm_up) + "\n"
    };
    let note = "\nMeans ± half the width of their 95 % intervals.\n";
    outputs.show(
        || csv::of_each("value", points.iter().map(|point| (point.value.as_str(), &point.compared))),
        || output::json(&result),
        || header() + &table(&result, args.figure, figures.style()).to_string() + note,
    )?;
    Ok(progress::status(*ended))
}

/// A figure by its name.
fn figure(name: &str) -> Result<&'static str, String> {
    let known: Vec<&str> = Figures::default().headline().iter().map(|figure| figure.name).collect();
    let figure = known.iter().find(|figure| **figure == name).copied();
    figure.ok_or_else(|| format!("no figure `{name}`, expected one of {}", known.join(", ")))
}

fn table(result: &SweepResult, drawn: &str, style: Style) -> Grid {
    let others = FIGURES.iter().filter(|name| **name != drawn);
    let names: Vec<&str> = core::iter::once(drawn).chain(others.copied()).collect();
    let figure = |point: &Point, name: &str| point.compared.get(name).map(|figure| (figure.value, figure.unit));
    let shares = figures_of(result, drawn).all(|(_, unit)| unit == Unit::Share);
    let most = if shares { 1.0 } else { figures_of(result, drawn).filter_map(|(of, _)| of.mean).fold(0.0, f64::max) };
    let mut header = vec![result.knob.clone(), drawn.to_owned(), String::new()];
    header.extend(names.iter().skip(1).map(|name| name.replace(" of ", " of\n")));
    let mut grid = Grid::new(&format!("{drawn} and others by {}", result.knob), header).drawn(&[2]);
    for point in &result.points {
        let shown = |name: &&str| figure(point, name).map_or_else(|| "–".to_owned(), |(of, unit)| value(of, unit));
        let mean = figure(point, drawn).and_then(|(of, _)| of.mean).unwrap_or(0.0);
        let mut row =
            vec![point.value.clone(), shown(&drawn), style.bar(NARROW, if most > 0.0 { mean / most } else { 0.0 })];
        row.extend(names.iter().skip(1).map(shown));
        grid.push(row);
    }
    grid
}

fn figures_of<'a>(result: &'a SweepResult, name: &'a str) -> impl Iterator<Item = (Estimate, Unit)> + 'a {
    result.points.iter().filter_map(move |point| point.compared.get(name)).map(|figure| (figure.value, figure.unit))
}
