//! `cordboard compare`: floors, scenarios and rosters side by side, by the same calls.

use core::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use cordboard::Plan;
use cordboard::sim::compare::{Compared, Figure, Row};
use cordboard::sim::{Alternative, Comparison, Ended, Runs, Scenario};
use cordboard::stats::{Estimate, Unit};

use super::bars::{NARROW, Style, WIDTH, scale};
use super::grid::Grid;
use super::output::{self, concluded, in_words};
use super::runs::{HtmlArgs, RunArgs, left_out, replicated, warn};
use super::{csv, html, progress};

/// So many alternatives there are letters for.
const ALTERNATIVES_MAX: usize = 26;
/// What is said of chance where more calls come to one than to another.
pub(super) const OTHER_CALLS: &str = "chance is the same, the number of calls is not";
/// What is said where calls arrive at one for longer than at another.
pub(super) const OTHER_SPANS: &str =
    "not all are simulated equally long: their rates can be compared, what is counted cannot\n";
/// The figure that is drawn.
const LEVEL: &str = "service level";

/// Runs every floor under every scenario, with each of its rosters, and prints figures and differences with 95 %
/// intervals. The same calls come to all of them: streams of chance belong to the names of queues and agents.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{ALTERNATIVES}\n\n{}\n\n{STATUS}", csv::compared_help("alternative")))]
pub(crate) struct Args {
    /// The floor file.
    floor: PathBuf,
    /// Scenario files, each with its alternatives.
    #[arg(required = true)]
    scenarios: Vec<PathBuf>,
    /// Another floor for the same scenarios; may be given several times.
    #[arg(long = "floor", value_name = "FLOOR")]
    more_floors: Vec<PathBuf>,
    /// Run each alternative so many times (2 to 10000), each time with other calls. Default 10.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    replications: Option<u32>,
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    html: HtmlArgs,
}

const ALTERNATIVES: &str = "\
Alternatives are the scenario as it is, then its `[[alternatives]]`, for each scenario and each floor in the order given.
Differences are from the first, replication by replication. With --until, a share (`1%`) must be reached by the figures
of every alternative, anything else (`service level 0.5pp`) by their differences from the first, if there are others.

JSON: the fields of `cordboard::sim::Comparison`; their documentation is the schema. Lengths of time are in seconds, desk
hours in hours, rates go from 0 to 1, null is undefined.";
const STATUS: &str = "\
Ctrl-C shows what is known by then: the replications that all alternatives have ended. A second one ends at once.

Exit status: 0 if all simulations ran, 1 if a floor, a scenario, a simulation or an output failed, 2 for a wrong command
line, 130 if Ctrl-C ended it.";

pub(crate) fn run(args: &Args) -> ExitCode {
    concluded(comparison(args))
}

fn comparison(args: &Args) -> Result<ExitCode, String> {
    let figures = &args.run.figures;
    let runs = args.run.runs(args.replications, 10);
    let progress = figures.progress();
    let alternatives = alternatives(args)?;
    if alternatives.len() > ALTERNATIVES_MAX {
        return Err(format!("{} alternatives, expected at most {ALTERNATIVES_MAX}", alternatives.len()));
    }
    let floors = core::iter::once(&args.floor).chain(&args.more_floors);
    let read: Vec<&Path> = floors.chain(&args.scenarios).map(PathBuf::as_path).collect();
    let mut outputs = args.html.open(figures, &read)?;
    let progress = progress.of(alternatives.len());
    let comparison = runs.compare(&alternatives, figures.seed(), &|moment| progress.goes_on(moment));
    progress.finish();
    let comparison = comparison.map_err(in_words)?;
    if comparison.replications == 0 {
        return Ok(nothing_yet());
    }
    outputs.write_other(|| {
        let scenarios: Vec<String> = args.scenarios.iter().map(|file| file.display().to_string()).collect();
        let header = format!("Comparison of {}\n{}", scenarios.join(", "), about(&comparison, &runs));
        html::comparison(&header, &comparison)
    });
    outputs.show(
        || csv::of_comparison(&comparison),
        || output::json(&comparison),
        || text(&comparison, &runs, figures.style()),
    )?;
    Ok(progress::status(comparison.ended))
}

/// Ends a command that was stopped before there was anything to show.
pub(super) fn nothing_yet() -> ExitCode {
    crate::say(format_args!("stopped before all alternatives had ended their first replication"));
    progress::status(Ended::Stopped)
}

/// How replications of alternatives have ended, and what is left out: lines, where there is something to say.
pub(super) fn ended(comparison: &Comparison, runs: &Runs) -> String {
    let until = runs.precision().map(ToString::to_string);
    let warm_up = comparison.alternatives.iter().map(|alternative| alternative.warm_up_s).fold(0.0, f64::max);
    progress::in_words(comparison.ended, comparison.replications, runs.most(), until.as_deref()) + &left_out(warm_up)
}

/// Every roster of every scenario on every floor.
fn alternatives(args: &Args) -> Result<Vec<Alternative>, String> {
    let mut all = Vec::new();
    for floor in core::iter::once(&args.floor).chain(&args.more_floors) {
        let plan = Arc::new(Plan::load(floor).map_err(in_words)?);
        warn(plan.describe().warnings.iter().map(|warning| format!("{}: {warning}", floor.display())));
        for file in &args.scenarios {
            let scenario = args.run.changed(Scenario::load(file, &plan).map_err(in_words)?);
            for mut alternative in Alternative::rosters(&plan, &scenario) {
                if alternative.name.is_empty() {
                    alternative.name = file.display().to_string();
                }
                if !args.more_floors.is_empty() {
                    alternative.name = format!("{}: {}", floor.display(), alternative.name);
                }
                let warnings = alternative.scenario.warnings(&plan);
                warn(warnings.iter().map(|warning| format!("{}: {warning}", alternative.name)));
                all.push(alternative);
            }
        }
    }
    Ok(all)
}

/// What was simulated, in lines.
fn about(comparison: &Comparison, runs: &Runs) -> String {
    let Comparison { alternatives, replications, seed, .. } = comparison;
    let mut text = format!("{} of each from seed {seed}", replicated(*replications));
    let span = span_h(alternatives);
    if let Some(hours) = span {
        let _ = write!(text, ", {hours} h simulated");
    }
    let same = if as_many_calls(alternatives) { "the same calls come to all" } else { OTHER_CALLS };
    let _ = writeln!(text, "; {same}");
    if span.is_none() {
        text.push_str(OTHER_SPANS);
    }
    text + &ended(comparison, runs)
}

/// Whether as many calls came to each of them in every replication: then what differs is not the calls.
pub(super) fn as_many_calls<'a>(all: impl IntoIterator<Item = &'a Compared>) -> bool {
    let none =
        |difference: Estimate| difference.mean == Some(0.0) && difference.half_width.is_none_or(|half| half == 0.0);
    all.into_iter().all(|of| of.get("calls").and_then(|calls| calls.difference).is_none_or(none))
}

/// For how many hours calls arrive at each of them; `None` if at one for longer than at another.
pub(super) fn span_h<'a>(all: impl IntoIterator<Item = &'a Compared>) -> Option<f64> {
    let mut spans = all.into_iter().map(|of| of.simulated_s);
    let first = spans.next()?;
    spans.all(|span| span == first).then_some(first / 3600.0)
}

fn text(comparison: &Comparison, runs: &Runs, style: Style) -> String {
    let alternatives = &comparison.alternatives;
    let same = span_h(alternatives).is_some();
    let mut text = about(comparison, runs);
    for (letter, alternative) in letters().zip(alternatives) {
        let _ = write!(text, "{letter}  {}", alternative.name);
        if !same {
            let _ = write!(text, ", {} h simulated", alternative.simulated_s / 3600.0);
        }
        text.push('\n');
    }
    text.push_str(
        "\nMeans ± half the width of their 95 % intervals. Differences are taken replication by replication;\n\
         one in brackets may as well be none. pp: percentage points. – is a figure that is not defined.\n",
    );
    for grid in grids(alternatives, style) {
        let _ = write!(text, "\n{grid}");
    }
    text
}

fn grids(alternatives: &[Compared], style: Style) -> Vec<Grid> {
    let mut grids = Vec::from(totals(alternatives));
    grids.push(desks(alternatives));
    for (title, figure) in [
        ("Answer rate by hour of day: answered of the calls that arrived in it", "answer rate"),
        ("Service level by hour of day: answered within the target of the visits that began in it", "service level"),
    ] {
        grids.push(rows(title, "from", alternatives, |alternative| &alternative.hours, figure));
    }
    if alternatives.iter().any(|alternative| alternative.queues.len() > 1) {
        let title = "Service level by queue";
        grids.push(rows(title, "queue", alternatives, |alternative| &alternative.queues, "service level"));
    }
    grids.push(levels(alternatives, style));
    grids.push(levels_by_hour(alternatives, style));
    grids.retain(|grid| !grid.is_empty());
    grids
}

/// The service level of each alternative, drawn.
fn levels(alternatives: &[Compared], style: Style) -> Grid {
    let header = ["", LEVEL, &scale(WIDTH)].map(str::to_owned);
    let title = "Service level of the whole centre: answered within the target, of all";
    let mut grid = Grid::new(title, header.into()).drawn(&[2]);
    for (letter, alternative) in letters().zip(alternatives) {
        let Some(level) = alternative.get(LEVEL) else { continue };
        let bar = style.bar(WIDTH, level.value.mean.unwrap_or(0.0));
        grid.push(vec![letter.to_string(), value(level.value, level.unit), bar]);
    }
    grid
}

/// The same by hour of day, the alternatives beside each other.
fn levels_by_hour(alternatives: &[Compared], style: Style) -> Grid {
    let scales = letters().zip(alternatives).map(|(letter, _)| format!("{letter:<NARROW$}\n{}", scale(NARROW)));
    let header = core::iter::once("from".to_owned()).chain(scales);
    let bars: Vec<usize> = (1..=alternatives.len()).collect();
    let mut grid = Grid::new("Service level by hour of day, drawn", header.collect()).drawn(&bars);
    for (_, name) in busy_hours(alternatives) {
        let level = |of: &Compared| of.hours.iter().find(|row| row.name == name)?.get(LEVEL)?.value.mean;
        let bar = |of| level(of).map_or_else(|| format!("{:NARROW$}", "–"), |level| style.bar(NARROW, level));
        let bars = alternatives.iter().map(bar);
        grid.push(core::iter::once(name.to_owned()).chain(bars).collect());
    }
    grid
}

/// The whole centre: a row for each figure; values, then differences.
fn totals(alternatives: &[Compared]) -> [Grid; 2] {
    let [label, values, differences] = header("", alternatives);
    let mut of_each = Grid::new("The whole centre", [label.clone(), values].concat());
    let mut from_first = Grid::new("The whole centre, differences", [label, differences].concat());
    for figure in alternatives.first().map_or(&[][..], |first| &first.total) {
        let all: Vec<Option<&Figure>> = alternatives.iter().map(|other| other.get(figure.name)).collect();
        let [name, values, differences] = line(figure.name, &all);
        of_each.push([name.clone(), values].concat());
        from_first.push([name, differences].concat());
    }
    [of_each, from_first]
}

/// How many desks are signed in, by hour of day.
fn desks(alternatives: &[Compared]) -> Grid {
    let letters = letters().zip(alternatives).map(|(letter, _)| letter.to_string());
    let heading = ["from".to_owned(), "calls\na day".to_owned()];
    let mut grid = Grid::new("Desks signed in, by hour of day", heading.into_iter().chain(letters).collect());
    for (place, name) in busy_hours(alternatives) {
        let hour = |alternative: &Compared, figure: &str| {
            let mean = alternative.hours.iter().find(|row| row.name == name)?.get(figure)?.value.mean?;
            let Compared { simulated_s, warm_up_s, .. } = *alternative;
            let times = times_of_hour(simulated_s, place) - times_of_hour(warm_up_s, place);
            (times > 0.0).then(|| format!("{:.1}", mean / times))
        };
        let cell = |alternative: &Compared, figure| hour(alternative, figure).unwrap_or_else(|| "–".to_owned());
        let calls = alternatives.first().map(|first| cell(first, "calls"));
        let desks = alternatives.iter().map(|alternative| cell(alternative, "desk hours"));
        grid.push(core::iter::once(name.to_owned()).chain(calls).chain(desks).collect());
    }
    grid
}

/// One figure by hour or by queue.
fn rows(
    title: &str,
    label: &str,
    alternatives: &[Compared],
    rows: fn(&Compared) -> &[Row],
    figure: &'static str,
) -> Grid {
    let mut grid = Grid::new(title, header(label, alternatives).concat());
    let busy = busy_hours(alternatives);
    let mut names: Vec<&str> = Vec::new();
    for row in alternatives.iter().flat_map(rows) {
        let quiet = label == "from" && !busy.iter().any(|(_, name)| *name == row.name);
        if !quiet && !names.contains(&row.name.as_str()) {
            names.push(&row.name);
        }
    }
    for name in names {
        let find = |other| rows(other).iter().find(|row| row.name == name)?.get(figure);
        let all: Vec<Option<&Figure>> = alternatives.iter().map(find).collect();
        grid.push(line(name, &all).concat());
    }
    grid
}

/// The hours of day in which calls come or anybody works, with their places.
fn busy_hours(alternatives: &[Compared]) -> Vec<(usize, &str)> {
    let busy = |name: &str| {
        let rows = alternatives.iter().flat_map(|other| &other.hours).filter(|row| row.name == name);
        rows.flat_map(|row| [row.get("calls"), row.get("desk hours")]).flatten().any(|f| f.value.mean > Some(0.0))
    };
    let hours = alternatives.first().map_or(&[][..], |first| &first.hours).iter().map(|row| row.name.as_str());
    hours.enumerate().filter(|(_, name)| busy(name)).collect()
}

/// How many times this hour of day comes in a span that begins at midnight.
fn times_of_hour(simulated_s: f64, hour: usize) -> f64 {
    const HOUR: f64 = 3600.0;
    let days = (simulated_s / (24.0 * HOUR)).floor();
    let rest = simulated_s - days * 24.0 * HOUR - hour as f64 * HOUR;
    days + (rest / HOUR).clamp(0.0, 1.0)
}

fn letters() -> impl Iterator<Item = char> {
    'A'..='Z'
}

/// The label, a heading for each alternative, and one for each difference.
fn header(label: &str, alternatives: &[Compared]) -> [Vec<String>; 3] {
    let letters = || letters().zip(alternatives).map(|(letter, _)| letter);
    let values = letters().map(|letter| letter.to_string());
    let differences = letters().skip(1).map(|letter| format!("{letter} − A"));
    [vec![label.to_owned()], values.collect(), differences.collect()]
}

/// The label, a cell for each alternative, and one for each difference.
fn line(label: &str, figures: &[Option<&Figure>]) -> [Vec<String>; 3] {
    let undefined = || "–".to_owned();
    let value = |figure: &Option<&Figure>| figure.map_or_else(undefined, |figure| value(figure.value, figure.unit));
    let of = |figure: &Figure| figure.difference.map(|estimate| difference(estimate, figure.unit));
    let difference = |figure: &Option<&Figure>| figure.and_then(of).unwrap_or_else(undefined);
    let differences = figures.iter().skip(1).map(difference);
    [vec![label.to_owned()], figures.iter().map(value).collect(), differences.collect()]
}

pub(super) fn value(estimate: Estimate, unit: Unit) -> String {
    let Some(mean) = estimate.mean else { return "–".to_owned() };
    let (scale, suffix) = shown(unit, " %");
    let mean = mean * scale;
    let decimals = decimals(mean);
    format!("{mean:.decimals$}{}{suffix}", plus_or_minus(estimate, scale, decimals))
}

pub(super) fn difference(estimate: Estimate, unit: Unit) -> String {
    let Some(mean) = estimate.mean else { return "–".to_owned() };
    let (scale, suffix) = shown(unit, " pp");
    let mean = mean * scale;
    let decimals = decimals(mean);
    // What is shown as none has no sign.
    let shown = if mean.abs() < 0.05 { "0.0".to_owned() } else { format!("{mean:+.decimals$}") };
    let text = format!("{shown}{}{suffix}", plus_or_minus(estimate, scale, decimals));
    let none = estimate.half_width.is_none_or(|half| mean.abs() <= half * scale);
    if none { format!("({text})") } else { text }
}

/// Thousands are shown without a part after the point.
fn decimals(mean: f64) -> usize {
    usize::from(mean.abs() < 1000.0)
}

fn plus_or_minus(estimate: Estimate, scale: f64, decimals: usize) -> String {
    estimate.half_width.map_or_else(String::new, |half| format!(" ± {:.decimals$}", half * scale))
}

fn shown(unit: Unit, share: &'static str) -> (f64, &'static str) {
    match unit {
        Unit::Share => (100.0, share),
        Unit::Seconds => (1.0, " s"),
        Unit::Hours => (1.0, " h"),
        _ => (1.0, ""),
    }
}
