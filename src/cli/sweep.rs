//! `cordboard sweep`: one knob turned from value to value, by the same calls.

use core::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use cordboard::planning::{Point, Sweep, SweepResult};
use cordboard::stats::{Estimate, Unit};

use super::bar::bar;
use super::compare::value;
use super::grid::Grid;
use super::output::{concluded, in_words};
use super::runs::hours;
use super::what_if::{bar as progress, given};

/// The figures in the table beside the one that is drawn.
const FIGURES: [&str; 5] = ["service level", "abandonment", "speed of answer", "occupancy", "desk hours"];

/// Runs a scenario with one value after another in one place, with the same calls for all, and prints figures with 95 %
/// intervals.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Sweeps:
  --set volume=0.8..1.2..0.1                 from, to, step; also handle_time and patience, and .QUEUE for one queue
  --set agents.spanish=0..4                  more agents of a team, with a skill or like an agent; the step is 1
  --set target=10s..40s..10s                 the answer target of all queues
  --set floor.rules.choice=longest-idle,best-skilled     any field of the floor, as a list
  --set scenario.agents.missed=0..0.1..0.02  any field of the scenario

CSV: a line for each value and figure: value, figure, mean, half_width, n, difference, difference_half_width; differences
are from the first value. JSON: the fields of `cordboard::planning::SweepResult`.

Exit status: 0 if all simulations ran, 1 if a floor, a scenario, a value or a simulation failed, 2 for a wrong command
line.")]
pub(crate) struct Args {
    /// The floor file.
    floor: PathBuf,
    /// The scenario file.
    scenario: PathBuf,
    /// What takes which values: `volume=0.8..1.2..0.1`.
    #[arg(long, value_name = "KNOB=VALUES")]
    set: String,
    /// The figure that is drawn.
    #[arg(long, default_value = "service level")]
    figure: String,
    /// Chance, as a number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Run each value so many times (2 to 1000), each time with other calls.
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1_000))]
    replications: u32,
    /// Simulate so many hours instead of the scenario's.
    #[arg(long, value_name = "H", value_parser = hours)]
    hours: Option<f64>,
    /// Print all figures as CSV.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Print all figures as JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    concluded(swept(args))
}

fn swept(args: &Args) -> Result<String, String> {
    let sweep: Sweep = args.set.parse().map_err(in_words)?;
    let (plan, scenario) = given(&args.floor, &args.scenario, args.hours)?;
    let progress = progress(sweep.values.len() as u64 * u64::from(args.replications));
    let result = sweep.run(&plan, &scenario, args.seed, args.replications, &|| progress.inc(1));
    progress.finish_and_clear();
    let result = result.map_err(in_words)?;
    let drawn = result.points.first().and_then(|point| point.compared.get(&args.figure));
    if drawn.is_none() {
        let known = result.points.first().map_or(&[][..], |point| &point.compared.total);
        let known: Vec<&str> = known.iter().map(|figure| figure.name).collect();
        return Err(format!("no figure `{}`, expected one of {}", args.figure, known.join(", ")));
    }
    if args.json {
        return serde_json::to_string_pretty(&result).map(|text| text + "\n").map_err(in_words);
    }
    if args.csv {
        return Ok(csv(&result));
    }
    let header = format!(
        "{}: {}\n{} replications of each value from seed {}; the same calls come to all\n\n",
        plan.floor().name,
        scenario.name,
        result.replications,
        result.seed
    );
    let note = "\nMeans ± half the width of their 95 % intervals.\n";
    Ok(header + &table(&result, &args.figure).to_string() + note)
}

fn table(result: &SweepResult, drawn: &str) -> Grid {
    let others = FIGURES.iter().filter(|name| **name != drawn);
    let names: Vec<&str> = core::iter::once(drawn).chain(others.copied()).collect();
    let figure = |point: &Point, name: &str| point.compared.get(name).map(|figure| (figure.value, figure.unit));
    let shares = figures_of(result, drawn).all(|(_, unit)| unit == Unit::Share);
    let most = if shares { 1.0 } else { figures_of(result, drawn).filter_map(|(of, _)| of.mean).fold(0.0, f64::max) };
    let mut header = vec![result.knob.clone(), drawn.to_owned(), String::new()];
    header.extend(names.iter().skip(1).map(|name| name.replace(" of ", " of\n")));
    let mut grid = Grid::new(&format!("{drawn} and others by {}", result.knob), header);
    for point in &result.points {
        let shown = |name: &&str| figure(point, name).map_or_else(|| "–".to_owned(), |(of, unit)| value(of, unit));
        let mean = figure(point, drawn).and_then(|(of, _)| of.mean).unwrap_or(0.0);
        let mut row = vec![point.value.clone(), shown(&drawn), bar(if most > 0.0 { mean / most } else { 0.0 })];
        row.extend(names.iter().skip(1).map(shown));
        grid.push(row);
    }
    grid
}

fn figures_of<'a>(result: &'a SweepResult, name: &'a str) -> impl Iterator<Item = (Estimate, Unit)> + 'a {
    result.points.iter().filter_map(move |point| point.compared.get(name)).map(|figure| (figure.value, figure.unit))
}

fn csv(result: &SweepResult) -> String {
    let mut text = "value,figure,mean,half_width,n,difference,difference_half_width\n".to_owned();
    let number = |number: Option<f64>| number.map_or_else(String::new, |number| number.to_string());
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    for Point { value, compared, .. } in &result.points {
        for figure in &compared.total {
            let difference = figure.difference.unwrap_or_default();
            let _ = writeln!(
                text,
                "{},{},{},{},{},{},{}",
                quoted(value),
                quoted(figure.name),
                number(figure.value.mean),
                number(figure.value.half_width),
                figure.value.n,
                number(difference.mean),
                number(difference.half_width)
            );
        }
    }
    text
}
