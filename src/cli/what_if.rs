//! `cordboard what-if`: what a change to floor or scenario would come to.

use core::fmt::Write as _;
use core::time::Duration;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use cordboard::Plan;
use cordboard::planning::{Change, what_if};
use cordboard::sim::Comparison;
use cordboard::sim::Scenario;
use cordboard::sim::compare::{Compared, Figure};
use indicatif::{ProgressBar, ProgressStyle};

use super::compare::{difference, value};
use super::grid::Grid;
use super::output::{concluded, in_words};
use super::runs::hours;

/// Progress is shown so often, even while no simulation ends.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

/// Runs a scenario as it is and with a change, with the same calls for both, and prints the figures side by side with
/// 95 % intervals.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes, all of them together:
  --add \"2 spanish\"                 two more agents of a team, with a skill or like an agent of this name; they work
                                    when those do whom they are like. \"-2 desk\" sends two of them home
  --set volume=1.2                  so many times the calls; volume.QUEUE=1.2 in one queue
  --set handle_time=0.9             talk, hold and wrap-up so many times as long; also with .QUEUE
  --set patience=2                  patience so many times as long; also with .QUEUE
  --set target=20s                  another answer target for all queues
  --set floor.PATH=VALUE            any field of the floor: floor.queues.guests.rules.choice=best-skilled
  --set scenario.PATH=VALUE         any field of the scenario: scenario.agents.missed=0.05

JSON: the fields of `cordboard::sim::Comparison`: first the plan as it is, then the changed one.

Exit status: 0 if all simulations ran, 1 if a floor, a scenario, a change or a simulation failed, 2 for a wrong command
line.")]
pub(crate) struct Args {
    /// The floor file.
    floor: PathBuf,
    /// The scenario file.
    scenario: PathBuf,
    /// More agents, or fewer: `2 spanish`; may be given several times.
    #[arg(long, value_name = "N WHOM", allow_hyphen_values = true)]
    add: Vec<String>,
    /// Another value: `volume=1.2`; may be given several times.
    #[arg(long, value_name = "KNOB=VALUE")]
    set: Vec<String>,
    /// Chance, as a number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Run each so many times (2 to 1000), each time with other calls.
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1_000))]
    replications: u32,
    /// Simulate so many hours instead of the scenario's.
    #[arg(long, value_name = "H", value_parser = hours)]
    hours: Option<f64>,
    /// Print the comparison as JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    concluded(tried(args))
}

fn tried(args: &Args) -> Result<String, String> {
    let changes = args.add.iter().chain(&args.set).map(|text| text.parse::<Change>());
    let changes = changes.collect::<Result<Vec<_>, _>>().map_err(in_words)?;
    if changes.is_empty() {
        return Err("no change was given, expected --add or --set".to_owned());
    }
    let (plan, scenario) = given(&args.floor, &args.scenario, args.hours)?;
    let bar = bar(2 * u64::from(args.replications));
    let comparison = what_if(&plan, &scenario, &changes, args.seed, args.replications, &|| bar.inc(1));
    bar.finish_and_clear();
    let comparison = comparison.map_err(in_words)?;
    if args.json {
        return serde_json::to_string_pretty(&comparison).map(|text| text + "\n").map_err(in_words);
    }
    Ok(text(&plan, &scenario, &comparison))
}

/// Reads a floor and a scenario, and says what looks unintended.
pub(super) fn given(floor: &PathBuf, scenario: &PathBuf, hours: Option<f64>) -> Result<(Arc<Plan>, Scenario), String> {
    let plan = Arc::new(Plan::load(floor).map_err(in_words)?);
    let mut scenario = Scenario::load(scenario, &plan).map_err(in_words)?;
    scenario.hours = hours.or(scenario.hours);
    for warning in scenario.warnings(&plan) {
        crate::say(format_args!("warning: {warning}"));
    }
    Ok((plan, scenario))
}

/// A bar for so many simulations.
pub(super) fn bar(simulations: u64) -> ProgressBar {
    let bar = ProgressBar::new(simulations);
    let style = ProgressStyle::with_template("{bar:40} {percent} %, {eta} left");
    style.into_iter().for_each(|style| bar.set_style(style));
    bar.enable_steady_tick(PROGRESS_EVERY);
    bar
}

fn text(plan: &Plan, scenario: &Scenario, comparison: &Comparison) -> String {
    let [now, then] = comparison.alternatives.as_slice() else { return String::new() };
    let mut text = format!(
        "{}: {}\nWhat if: {}\n{} replications of each from seed {}; the same calls come to both\n",
        plan.floor().name,
        scenario.name,
        then.name,
        comparison.replications,
        comparison.seed
    );
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
