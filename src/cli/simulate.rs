//! `cordboard simulate`: a floor under a scenario, and its figures.

use std::path::PathBuf;
use std::process::ExitCode;

use cordboard::Plan;
use cordboard::sim::{Ended, Replicated, Runs, RunsError, Scenario};
use serde::Serialize;

use super::output::{self, concluded, in_words};
use super::runs::{HtmlArgs, RunArgs, left_out, title};
use super::{bars, csv, html, progress, report};

/// Prints what happened to calls, queues, VIPs and agents, in total and by hour of day. The same floor, scenario and
/// seed print the same figures.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{JSON}\n\n{}\n\n{STATUS}", csv::HELP))]
pub(crate) struct Args {
    /// The floor file.
    floor: PathBuf,
    /// The scenario file: who calls when, and how people behave.
    scenario: PathBuf,
    /// Run it so many times (at most 10000), each with a seed of its own, and print means with 95 % intervals. Default 1.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    replications: Option<u32>,
    /// Tell so many days apart in figures by hour (1 to 7): 1 folds all days into one, 7 all weeks into one.
    #[arg(
        long, default_value_t = 1, value_name = "N",
        allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=7)
    )]
    days: u32,
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    html: HtmlArgs,
}

const JSON: &str = "\
JSON: one object. `run` says what was simulated: `scenario`, `seed`, `replications` (that have ended), `simulated_s`,
`warm_up_s`, `ended` (`count`, `precise`, `not_precise` or `stopped`), and `until` if it was asked for. The rest are the
fields of `cordboard::stats::Figures`, or with several replications of `cordboard::stats::Summary`; their documentation is
the schema and `schema` its version. Names ending in `_s` are seconds, rates go from 0 to 1, null is undefined.";
const STATUS: &str = "\
Stderr: warnings about what is allowed in the floor or the scenario and looks unintended; progress.

Ctrl-C shows what is known by then: the replications that have ended, or the first one so far. A second one ends at once.

Exit status: 0 if the simulation ran, 1 if the floor, the scenario, the simulation or an output failed, 2 for a wrong
command line, 130 if Ctrl-C ended it.";

pub(crate) fn run(args: &Args) -> ExitCode {
    concluded(simulate(args))
}

fn simulate(args: &Args) -> Result<ExitCode, String> {
    let (figures, seed) = (&args.run.figures, args.run.figures.seed());
    let runs = args.run.runs(args.replications, 1).days(args.days);
    let progress = figures.progress();
    let (plan, scenario) = args.run.given(&args.floor, &args.scenario)?;
    let mut outputs = args.html.open(figures, &[&args.floor, &args.scenario])?;

    let replicated = runs.simulate(&plan, &scenario, seed, &|moment| progress.goes_on(moment));
    progress.finish();
    let replicated = replicated.map_err(|error| match error {
        RunsError::Failed { failure, .. } if runs.most() == 1 => in_words(failure),
        error => in_words(error),
    })?;
    if replicated.ended == Ended::Stopped && replicated.horizon == cordboard::Time::ZERO {
        crate::say(format_args!("stopped before the first call"));
        return Ok(progress::status(replicated.ended));
    }

    let about = About::of(&scenario, seed, &runs, &replicated);
    let header = header(&plan, &about, &replicated);
    let Replicated { summary, first, ended, .. } = &replicated;
    outputs.write_other(|| {
        let several = (runs.most() > 1).then_some(summary);
        html::simulation(&plan, &header, &about, first, several)
    });
    outputs.show(
        || csv::of_summary(summary, first),
        || json(about, &replicated),
        || header + &report::tables(summary, first) + &bars::sections(summary, first, figures.style()),
    )?;
    Ok(progress::status(*ended))
}

/// What was simulated.
#[derive(Serialize)]
struct About<'a> {
    scenario: &'a str,
    seed: u64,
    /// How many replications have ended.
    replications: u32,
    /// For how long calls arrived.
    simulated_s: f64,
    /// How much of it at the beginning is left out.
    warm_up_s: f64,
    /// Why there are no more replications.
    ended: Ended,
    /// The precision that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// How many replications there might have been.
    #[serde(skip)]
    most: u32,
}

impl<'a> About<'a> {
    fn of(scenario: &'a Scenario, seed: u64, runs: &Runs, replicated: &Replicated) -> Self {
        Self {
            scenario: &scenario.name,
            seed,
            replications: replicated.replications,
            simulated_s: replicated.horizon.as_secs_f64(),
            warm_up_s: replicated.first.from_s,
            ended: replicated.ended,
            until: runs.precision().map(ToString::to_string),
            most: runs.most(),
        }
    }
}

#[derive(Serialize)]
struct Report<'a, T> {
    run: About<'a>,
    #[serde(flatten)]
    figures: &'a T,
}

/// The figures of one replication, or means with intervals where several were asked for.
fn json(run: About<'_>, replicated: &Replicated) -> Result<String, String> {
    if run.most == 1 {
        output::json(&Report { run, figures: &replicated.first })
    } else {
        output::json(&Report { run, figures: &replicated.summary })
    }
}

fn header(plan: &Plan, about: &About<'_>, replicated: &Replicated) -> String {
    let &Replicated { replications, calls, ended_at, .. } = replicated;
    let hours = about.simulated_s / 3600.0;
    let (floor, scenario, seed) = (&plan.floor().name, about.scenario, about.seed);
    let what = if replications == 0 {
        format!("seed {seed}, stopped after {hours:.2} h of the first replication, {calls} calls so far\n")
    } else if about.most == 1 {
        let ended = ended_at.as_secs_f64() / 3600.0;
        format!("seed {seed}, {hours} h simulated, {calls} calls, the last ended after {ended:.2} h\n")
    } else {
        format!("{replications} replications from seed {seed}, {hours} h each, {calls} calls in all\n")
    };
    let ended = progress::in_words(about.ended, replications, about.most, about.until.as_deref());
    let intervals = if replications > 1 { "means ± half the width of their 95 % intervals\n" } else { "" };
    title(floor, scenario) + &what + &ended + intervals + &left_out(about.warm_up_s)
}
