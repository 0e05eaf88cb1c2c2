//! `cordboard staff`: how many people are needed when, and the least shifts that cover it.

use core::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use cordboard::erlang::ServiceLevel;
use cordboard::floor::Length;
use cordboard::planning::{CheckOptions, Pattern, PlannedInterval, PoolStaffing, StaffOptions, Staffing, staff};
use cordboard::sim::{Ended, Moment};
use cordboard::stats::{Estimate, Unit};
use cordboard::{Span, Time};

use super::bars::Style;
use super::compare::value;
use super::csv::{self, Csv};
use super::grid::Grid;
use super::output::{self, Output, concluded, in_words};
use super::progress;
use super::runs::{FigureArgs, given, title, warn};

/// A minute, in nanoseconds.
const MINUTE: u64 = 60_000_000_000;
/// A day, in minutes.
const DAY: u64 = 24 * 60;

/// Works out how many agents each interval of the day needs, finds the shifts that cover it with the fewest paid hours, and
/// runs the floor with them; where an interval still misses the goal, it gets more, and so on. An interval is judged by
/// all calls of all replications in it together, so a quiet day counts less than a busy one.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{STAFFING}\n\n{CSV}\n\n{STATUS}"))]
pub(crate) struct Args {
    /// The floor file.
    floor: PathBuf,
    /// The scenario file: who calls when, and how people behave.
    scenario: PathBuf,
    /// The share of calls to be answered in time: `80%` or `0.8`.
    #[arg(long, default_value = "80%", value_name = "SHARE", value_parser = target)]
    target: f64,
    /// In what time, as `20s`. Default: each queue's answer target.
    #[arg(long, value_name = "TIME", value_parser = length)]
    within: Option<Span>,
    /// Of which calls it is the share.
    #[arg(long, value_enum, default_value_t = Of::Offered)]
    of: Of,
    /// Length of an interval: whole minutes, a whole part of a day.
    #[arg(long, default_value = "30m", value_name = "TIME", value_parser = interval)]
    interval: Span,
    /// The share of the paid time in which people are away: `30%`.
    #[arg(long, default_value = "0%", value_name = "SHARE", value_parser = share)]
    shrinkage: f64,
    /// At least so many agents whenever calls are expected.
    #[arg(long, default_value_t = 1, value_name = "N")]
    minimum: u32,
    /// At least so many agents at the peak: with 90 % of the calls of the busiest interval or more.
    #[arg(long, default_value_t = 1, value_name = "N")]
    peak_minimum: u32,
    /// Lengths of shifts.
    #[arg(long, default_value = "8h", value_name = "TIME,…", value_delimiter = ',', value_parser = minutes)]
    lengths: Vec<u32>,
    /// Shifts begin so often from midnight on.
    #[arg(long, default_value = "1h", value_name = "TIME", value_parser = minutes)]
    starts: u32,
    /// Use the times of the scenario's own shifts instead.
    #[arg(long, conflicts_with_all = ["lengths", "starts"])]
    own_shifts: bool,
    /// Plan only people of this team; may be given several times. Default: everybody who takes calls as they come.
    #[arg(long = "team", value_name = "TEAM")]
    teams: Vec<String>,
    /// Do not run the floor with the roster.
    #[arg(long)]
    no_simulate: bool,
    /// Run each roster so many times (2 to 1000).
    #[arg(
        long, default_value_t = 20, value_name = "N",
        allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(2..=1_000)
    )]
    replications: u32,
    /// Add people and run again at most so often.
    #[arg(
        long, default_value_t = 8, value_name = "N",
        allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(0..=100)
    )]
    rounds: u32,
    /// Write the shifts to this file as TOML, to be put into a scenario, or print them with `-`.
    #[arg(long, value_name = "FILE")]
    write: Option<Output>,
    #[command(flatten)]
    figures: FigureArgs,
}

const STAFFING: &str = "\
The requirement comes from the scenario's expected calls, handle times and patience by the Erlang formulas; queues that
share agents are taken together. Whoever can take calls as they come is planned, everybody else works as the scenario says.
Where more people are needed than the floor has, copies of those who are there stand in for those to be hired.

JSON: the fields of `cordboard::planning::Staffing`: what was asked for (the goal is `share`, `of`, `within_s`), then what
came of it. With --no-simulate `seed`, `replications_asked` and `rounds_asked` are null.";
const CSV: &str = "\
CSV: one line for each figure, with the columns of `cordboard simulate`. Sections are `pools`, `intervals` and `shifts`; the
name is that of the queues that share people; the figures of intervals are those of the JSON; of a shift it is the number of
its agents. half_width and n are empty except of what is simulated.";
const STATUS: &str = "\
Ctrl-C shows what is known by then: the roster so far, and what its replications show that have ended; while shifts are
worked out, the roster before them, or the best there is, or that there is none yet. A second one ends at once.

Exit status: 0 if the goal is met as far as it was checked, 1 if it is not or something failed, 2 for a wrong command line,
130 if Ctrl-C ended it.";

/// Of which calls a service level is the share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Of {
    /// Of all.
    Offered,
    /// Of those that are answered.
    Answered,
    /// Of all but those whose callers hang up in time.
    WithoutShortAbandoned,
    /// Of all, and who hangs up in time counts as answered.
    AnsweredOrAbandoned,
}

impl From<Of> for ServiceLevel {
    fn from(of: Of) -> Self {
        match of {
            Of::Offered => Self::Offered,
            Of::Answered => Self::Answered,
            Of::WithoutShortAbandoned => Self::WithoutShortAbandoned,
            Of::AnsweredOrAbandoned => Self::AnsweredOrAbandoned,
        }
    }
}

fn share(text: &str) -> Result<f64, String> {
    let expected = || "expected a share such as 80% or 0.8, below 100%".to_owned();
    let (number, scale) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 100.0));
    let share = number.trim().parse::<f64>().map_err(|_| expected())? / scale;
    (0.0..1.0).contains(&share).then_some(share).ok_or_else(expected)
}

fn target(text: &str) -> Result<f64, String> {
    let above =
        |share: f64| if share > 0.0 { Ok(share) } else { Err("expected more than 0% and less than 100%".to_owned()) };
    share(text).and_then(above)
}

fn length(text: &str) -> Result<Span, String> {
    match text.parse::<Length>() {
        Ok(Length::Span(span)) if !span.is_zero() => Ok(span),
        _ => Err("expected a length of time such as 30m or 20s".to_owned()),
    }
}

/// Whole minutes, a whole part of a day.
fn interval(text: &str) -> Result<Span, String> {
    let span = length(text)?;
    let fits = span.as_nanos().is_multiple_of(MINUTE) && (DAY * MINUTE).is_multiple_of(span.as_nanos());
    fits.then_some(span).ok_or_else(|| "expected whole minutes, a whole part of a day".to_owned())
}

/// Whole minutes, up to a day.
fn minutes(text: &str) -> Result<u32, String> {
    let nanos = length(text)?.as_nanos();
    let (minutes, rest) = (nanos / MINUTE, nanos % MINUTE);
    let fits = rest == 0 && minutes <= DAY;
    // A day has few of them.
    if fits { Ok(minutes as u32) } else { Err("expected whole minutes, at most 24h".to_owned()) }
}

pub(crate) fn run(args: &Args) -> ExitCode {
    concluded(staffed(args))
}

fn staffed(args: &Args) -> Result<ExitCode, String> {
    let figures = &args.figures;
    let progress = figures.progress();
    let (plan, scenario) = given(&args.floor, &args.scenario)?;
    warn(scenario.warnings(&plan));
    let mut outputs = figures.open_with("--write", args.write.as_ref(), &[&args.floor, &args.scenario])?;
    let grid = || Pattern::grid(&args.lengths, args.starts);
    let patterns = if args.own_shifts { Pattern::of_scenario(&scenario) } else { grid() };
    let check = CheckOptions { seed: figures.seed(), replications: args.replications, rounds: args.rounds };
    let options = StaffOptions {
        interval: args.interval,
        share: args.target,
        within: args.within,
        of: args.of.into(),
        shrinkage: args.shrinkage,
        minimum: args.minimum,
        peak_minimum: args.peak_minimum,
        patterns,
        teams: args.teams.clone(),
        check: (!args.no_simulate).then_some(check),
    };
    let goes_on = |moment: &Moment| match moment.at {
        Time::ZERO => progress.works("working out shifts"),
        _ => progress.goes_on(moment),
    };
    let staffing = staff(&plan, &scenario, &options, &goes_on);
    progress.finish();
    let staffing = staffing.map_err(in_words)?;
    if staffing.ended == Ended::Stopped && staffing.pools.is_empty() {
        crate::say(format_args!("stopped before there was a roster"));
        return Ok(progress::status(staffing.ended));
    }
    outputs.write_other(|| Ok(staffing.shifts_toml()));
    outputs.show(|| csv(&staffing), || output::json(&staffing), || text(&staffing, args))?;
    Ok(match (staffing.ended, staffing.met) {
        (Ended::Count, Some(false)) => ExitCode::FAILURE,
        (ended, _) => progress::status(ended),
    })
}

fn text(staffing: &Staffing, args: &Args) -> String {
    let within = args.within.map_or_else(|| "its queue's target".to_owned(), |within| within.to_string());
    let of = match args.of {
        Of::Offered => "of calls answered",
        Of::Answered => "of the calls that are answered, answered",
        Of::WithoutShortAbandoned => "of calls, but those whose callers hang up in time, answered",
        Of::AnsweredOrAbandoned => "of calls answered or hung up",
    };
    let mut text = title(&staffing.floor, &staffing.scenario);
    let (share, minutes) = (per_cent(staffing.share), staffing.interval_s / 60.0);
    let _ = write!(text, "Goal: {share} % {of} within {within}, in every {minutes} min");
    if staffing.shrinkage > 0.0 {
        let _ = write!(text, "; {} % of the paid time away", per_cent(staffing.shrinkage));
    }
    text.push('\n');
    if staffing.days_differ {
        text.push_str(
            "Days differ: each interval is that of the day on which most calls come in it, also where simulated.\n",
        );
    }
    let mut legend = String::new();
    for pool in &staffing.pools {
        let intervals = intervals(pool, staffing, args.figures.style());
        if intervals.shows_bars() {
            legend = args.figures.style().legend();
        }
        let _ = write!(text, "\n{}\n{intervals}\n{}", headline(pool), shifts(pool));
        if !pool.hired.is_empty() {
            let count = pool.hired.len();
            let _ = writeln!(text, "{count} of them to be hired, here copies: {}", pool.hired.join(", "));
        }
    }
    text.push('\n');
    text + &verdict(staffing, args) + &legend
}

/// As it was asked for: without what multiplying by a hundred has added.
fn per_cent(share: f64) -> f64 {
    (share * 1e11).round() / 1e9
}

/// What the check has come to, in lines.
fn verdict(staffing: &Staffing, args: &Args) -> String {
    let &Staffing { rounds, replications, ended, met, .. } = staffing;
    let times = if rounds == 1 { "once".to_owned() } else { format!("{rounds} times") };
    let (run, all) = (format!("the roster was run {times}"), args.replications);
    let each = format!("{all} replications each from seed {}", args.figures.seed());
    let searched = staffing.pools.iter().any(|pool| !pool.proven_least);
    let mut text = match (ended, met) {
        (Ended::Stopped, Some(_)) => format!(
            "Stopped while more people were planned. The goal is missed where an interval is marked with !; {run}, with \
             {each}.\n"
        ),
        (Ended::Stopped, _) if args.no_simulate || (rounds == 0 && searched) => {
            "Stopped while the least shifts were looked for.\n".to_owned()
        }
        (Ended::Stopped, _) if rounds == 0 => "Stopped before the first replication had ended.\n".to_owned(),
        (Ended::Stopped, _) => {
            format!("Stopped after {replications} of {all} replications with this roster; {run}.\n")
        }
        (_, None) => "Not checked by simulation.\n".to_owned(),
        (_, Some(true)) if staffing.pools.is_empty() => "No calls are expected: nobody needs to be on shift.\n".into(),
        (_, Some(true)) => format!("No interval is known to miss the goal; {run}, with {each}.\n"),
        (_, Some(false)) => {
            format!("The goal is missed where an interval is marked with !; {run}, with {each}.\n")
        }
    };
    if replications > 0 {
        text.push_str("Simulated: ± half the width of the 95 % interval; ~ may be below the goal, ! is below it.\n");
    }
    text
}

fn headline(pool: &PoolStaffing) -> String {
    let least = if pool.proven_least {
        "proven the least for these shifts".to_owned()
    } else {
        format!("at least {:.1} are needed", pool.least_hours)
    };
    let people = if pool.people == 1 { "person" } else { "people" };
    format!("{}: {} {people} a day, {} paid hours ({least})", pool.queues.join(", "), pool.people, pool.paid_hours)
}

fn intervals(pool: &PoolStaffing, staffing: &Staffing, style: Style) -> Grid {
    let header = ["from", "calls", "handle\ntime", "load", "needed", "raised\nby", "on\nshift", "", "by\nformula"];
    let mut header: Vec<String> = header.map(str::to_owned).to_vec();
    if staffing.replications > 0 {
        header.push("simulated".to_owned());
    }
    let mut grid = Grid::new("Requirement and cover by interval", header).drawn(&[7]);
    let most = pool.intervals.iter().map(|interval| interval.cover.max(interval.scheduled)).max().unwrap_or(0);
    for interval in pool.intervals.iter().filter(|interval| interval.calls > 0.0 || interval.cover > 0) {
        let PlannedInterval { from, calls, handle_s, load, required, raised, scheduled, cover: there, .. } = interval;
        let mut row = vec![
            from.clone(),
            format!("{calls:.1}"),
            format!("{handle_s:.0} s"),
            format!("{load:.2}"),
            required.to_string(),
            if *raised > 0 { format!("+{raised}") } else { String::new() },
            there.to_string(),
            style.cover(*scheduled, *there, most),
            interval.expected_level.map_or_else(|| "–".to_owned(), |level| format!("{:.1} %", level * 100.0)),
        ];
        if let Some(level) = interval.simulated_level {
            let mark = match level.mean {
                Some(mean) if mean + level.half_width.unwrap_or(0.0) < staffing.share => " !",
                Some(mean) if mean < staffing.share => " ~",
                _ => "  ",
            };
            row.push(value(level, Unit::Share) + mark);
        }
        grid.push(row);
    }
    grid
}

fn shifts(pool: &PoolStaffing) -> Grid {
    let header = ["from", "to", "hours", "agents", "who"];
    let mut grid = Grid::new("Shifts", header.map(str::to_owned).to_vec());
    for shift in &pool.shifts {
        let count = shift.agents.len();
        let some: Vec<&str> = shift.agents.iter().take(5).map(String::as_str).collect();
        let more = if count > some.len() { format!(" and {} more", count - some.len()) } else { String::new() };
        let (from, to) = (shift.from.clone(), shift.to.clone());
        grid.push(vec![from, to, shift.hours.to_string(), count.to_string(), some.join(", ") + &more]);
    }
    grid
}

fn csv(staffing: &Staffing) -> String {
    let mut csv = Csv::new(csv::COLUMNS);
    for pool in &staffing.pools {
        let queues = pool.queues.join(", ");
        let mut add = |section: &str, interval: &str, figure: &str, unit: Unit, cells: [String; 3]| {
            let place = [section, &queues, interval, figure, csv::unit(unit)].map(str::to_owned);
            csv.line(place.into_iter().chain(cells));
        };
        let known = |value: f64| [value.to_string(), String::new(), String::new()];
        add("pools", "", "paid_hours", Unit::Hours, known(pool.paid_hours));
        add("pools", "", "least_hours", Unit::Hours, known(pool.least_hours));
        add("pools", "", "people", Unit::Count, known(pool.people.into()));
        add("pools", "", "hired", Unit::Count, known(pool.hired.len() as f64));
        for interval in &pool.intervals {
            let PlannedInterval { from, calls, handle_s, load, required, raised, scheduled, cover, .. } = interval;
            for (figure, unit, value) in [
                ("calls", Unit::Count, Some(*calls)),
                ("handle_s", Unit::Seconds, Some(*handle_s)),
                ("load", Unit::Ratio, Some(*load)),
                ("required", Unit::Count, Some((*required).into())),
                ("raised", Unit::Count, Some((*raised).into())),
                ("scheduled", Unit::Count, Some((*scheduled).into())),
                ("cover", Unit::Count, Some((*cover).into())),
                ("expected_level", Unit::Share, interval.expected_level),
            ] {
                add("intervals", from, figure, unit, value.map_or_else(<[String; 3]>::default, known));
            }
            let simulated =
                interval.simulated_level.map_or_else(<[String; 3]>::default, |level: Estimate| csv::cells(level));
            add("intervals", from, "simulated_level", Unit::Share, simulated);
        }
        for shift in &pool.shifts {
            let times = format!("{}-{}", shift.from, shift.to);
            add("shifts", &times, "agents", Unit::Count, known(shift.agents.len() as f64));
        }
    }
    csv.into_text()
}
