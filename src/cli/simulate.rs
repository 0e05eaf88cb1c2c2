//! `cordboard simulate`: a floor under a scenario, and its figures.

use core::fmt::Display;
use core::time::Duration;
use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use cordboard::floor::Length;
use cordboard::sim::{self, Failure, Scenario, Simulation};
use cordboard::stats::{Figures, Summary, Tally, TallyOptions};
use cordboard::{Plan, Time};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::{html, report};

/// A run that takes longer than this shows how far it has come.
const PROGRESS_AFTER: Duration = Duration::from_secs(1);
/// A simulation says so often how far it has come.
const PARTS: u64 = 100;

/// Prints what happened to calls, queues, VIPs and agents, in total and by hour of day. The same floor, scenario and
/// seed print the same figures.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
JSON: one object. `run` says what was simulated: `scenario`, `seed`, `replications`, `simulated_s`, `warm_up_s`. The rest are
the fields of `cordboard::stats::Figures`, or with several replications of `cordboard::stats::Summary`; their documentation
is the schema and `schema` its version. Names ending in `_s` are seconds, rates go from 0 to 1, null is undefined.

Stderr: warnings about what is allowed in the floor or the scenario and looks unintended.

Exit status: 0 if the simulation ran, 1 if the floor, the scenario or the simulation failed, 2 for a wrong command line.")]
pub(crate) struct Args {
    /// The floor file.
    floor: PathBuf,
    /// The scenario file: who calls when, and how people behave.
    scenario: PathBuf,
    /// Chance, as a number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Run it so many times (at most 1000), each with a seed of its own, and print means with 95 % intervals.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    replications: u32,
    /// Simulate so many hours instead of the scenario's.
    #[arg(long, value_name = "H", value_parser = hours)]
    hours: Option<f64>,
    /// Leave so much at the beginning out of the figures, as 30m or 2h, instead of the scenario's warm-up.
    #[arg(long, value_name = "LENGTH")]
    warm_up: Option<Length>,
    /// Tell so many days apart in figures by hour (1 to 7): 1 folds all days into one, 7 all weeks into one.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=7))]
    days: u32,
    /// Print figures as JSON.
    #[arg(long)]
    json: bool,
    /// Write a report with plots to this file, too: one page of HTML that needs nothing else.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

pub(super) fn hours(text: &str) -> Result<f64, String> {
    let hours: f64 = text.parse().map_err(|_| "a number of hours, as 24 or 0.5".to_owned())?;
    let fits = hours > 0.0 && hours <= sim::HOURS_MAX;
    fits.then_some(hours).ok_or_else(|| format!("more than 0 and at most {} hours", sim::HOURS_MAX))
}

pub(crate) fn run(args: &Args) -> ExitCode {
    match simulate(args) {
        Ok(text) => print(&text),
        Err(message) => {
            crate::say(format_args!("{}", message.trim_end()));
            ExitCode::FAILURE
        }
    }
}

/// Prints to stdout. A reader who has seen enough and closes the pipe is no failure.
pub(super) fn print(text: &str) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            crate::say(format_args!("cannot write the figures: {error}"));
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

/// What one simulation came to.
struct Day {
    figures: Figures,
    run: sim::Run,
}

fn simulate(args: &Args) -> Result<String, String> {
    let plan = Plan::load(&args.floor).map_err(|problems| match Plan::load(&args.scenario) {
        Ok(_) => format!("`{}` is a floor: the floor comes first, then the scenario", args.scenario.display()),
        Err(_) => in_words(problems),
    })?;
    let plan = Arc::new(plan);
    let mut scenario = Scenario::load(&args.scenario, &plan).map_err(in_words)?;
    scenario.hours = args.hours.or(scenario.hours);
    scenario.warm_up = args.warm_up.or(scenario.warm_up);
    let (of_floor, of_scenario) = (plan.describe().warnings, scenario.warnings(&plan));
    let warnings = of_floor.iter().map(in_words).chain(of_scenario.iter().map(in_words));
    warnings.for_each(|warning| crate::say(format_args!("warning: {warning}")));

    let bar = ProgressBar::with_draw_target(Some(PARTS * u64::from(args.replications)), ProgressDrawTarget::hidden());
    let style = ProgressStyle::with_template("{bar:40} {percent} %, {eta} left");
    style.into_iter().for_each(|style| bar.set_style(style));
    let one = |_, simulation| one(simulation, &plan, args.days, &bar);
    let days = sim::replicate(&plan, &scenario, args.seed, args.replications, one).map_err(in_words)?;
    bar.finish_and_clear();
    let days: Vec<Day> = days.into_iter().collect::<Result<_, Failure>>().map_err(in_words)?;

    let horizon = days.first().map_or(Time::ZERO, |day| day.run.horizon);
    let about = About {
        scenario: &scenario.name,
        seed: args.seed,
        replications: args.replications,
        simulated_s: horizon.as_secs_f64(),
        warm_up_s: days.first().map_or(0.0, |day| day.figures.from_s),
    };
    let header = header(&plan, &about, &days);
    let figures: Vec<Figures> = days.into_iter().map(|day| day.figures).collect();
    if let Some(file) = &args.html {
        html::simulation(file, &plan, &header, &about, &figures)?;
    }
    match figures.as_slice() {
        [one] if args.json => json(about, one),
        all if args.json => json(about, &Summary::of(all)),
        all => Ok(header + &report::tables(&Summary::of(all), all.first().ok_or("nothing was simulated")?)),
    }
}

fn one(mut simulation: Simulation, plan: &Plan, days: u32, bar: &ProgressBar) -> Result<Day, Failure> {
    let options = TallyOptions { days, ..simulation.tally_options() };
    let mut tally = Tally::new(plan, options);
    let run = simulation.run_watched(&mut |output| tally.fold(output), &mut |_| {
        bar.inc(1);
        if bar.is_hidden() && bar.elapsed() > PROGRESS_AFTER && std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    })?;
    Ok(Day { figures: tally.figures(run.ended), run })
}

/// What was simulated.
#[derive(Serialize)]
struct About<'a> {
    scenario: &'a str,
    seed: u64,
    replications: u32,
    /// For how long calls arrived.
    simulated_s: f64,
    /// How much of it at the beginning is left out.
    warm_up_s: f64,
}

#[derive(Serialize)]
struct Report<'a, T> {
    run: About<'a>,
    #[serde(flatten)]
    figures: &'a T,
}

fn json<T: Serialize>(run: About<'_>, figures: &T) -> Result<String, String> {
    let text = serde_json::to_string_pretty(&Report { run, figures }).map_err(in_words)?;
    Ok(text + "\n")
}

fn header(plan: &Plan, about: &About<'_>, days: &[Day]) -> String {
    let calls: u64 = days.iter().map(|day| day.run.calls).sum();
    let hours = about.simulated_s / 3600.0;
    let (floor, scenario, seed) = (&plan.floor().name, about.scenario, about.seed);
    let left_out = left_out(about.warm_up_s);
    match days {
        [day] => {
            let ended = day.run.ended.as_secs_f64() / 3600.0;
            format!(
                "{floor}: {scenario}\nseed {seed}, {hours} h simulated, {calls} calls, the last ended after {ended:.2} h\n{left_out}"
            )
        }
        _ => format!(
            "{floor}: {scenario}\n{count} replications from seed {seed}, {hours} h each, {calls} calls in all\n\
             means ± half the width of their 95 % intervals\n{left_out}",
            count = days.len(),
        ),
    }
}

/// What is said of a warm-up, if there is one.
pub(super) fn left_out(warm_up_s: f64) -> String {
    if warm_up_s == 0.0 {
        return String::new();
    }
    format!("the first {} h are warm-up: calls that came in them are left out\n", warm_up_s / 3600.0)
}

pub(super) fn in_words(error: impl Display) -> String {
    error.to_string()
}
