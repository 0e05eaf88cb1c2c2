//! `cordboard top`: a running simulation, watched in the terminal.
//!
//! [`watch`] runs the simulation, [`board`] is what is shown of it as data, [`draw`] puts that into a buffer, and only
//! [`screen`] knows of the terminal and of real time. So the same pictures can be printed as text, and are tested so.

mod board;
mod controls;
mod draw;
mod news;
mod screen;
#[cfg(test)]
mod tests;
mod text;
mod watch;

use core::time::Duration;
use std::io::{self, ErrorKind, IsTerminal as _, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use cordboard::floor::Problems;
use cordboard::sim::{Failure, Scenario};
use cordboard::{Plan, Span, Time};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use board::Board;
use controls::{Controls, SPEED_MAX};
use watch::Watch;

/// From one printed frame to the next at speed 1.
const FRAME: Duration = Duration::from_secs(1);
/// What is printed is as large as the terminals of old.
const PRINTED: Rect = Rect::new(0, 0, 80, 24);

/// Shows a running simulation in the terminal: queues, agents, calls that wait and why, the last events. The same
/// floor, scenario and seed always show the same day.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Keys: q, Esc or Ctrl-C quit; space pauses; + and - change the speed; up, down and Tab look at one queue, a at all.

Stderr: warnings about what is allowed in the floor or the scenario and looks unintended.

Exit status: 0 after quitting, 1 if the floor, the scenario, the simulation or the terminal failed, 2 for a wrong
command line, or if standard output is no terminal and --frames was not asked for.")]
pub(crate) struct Args {
    /// The floor file.
    floor: PathBuf,
    /// The scenario file: who calls when, and how people behave.
    scenario: PathBuf,
    /// Simulated seconds in a second, at first.
    #[arg(
        long, default_value_t = 60, value_name = "N",
        allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=i64::from(SPEED_MAX))
    )]
    speed: u32,
    /// Chance, as a number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Begin to show at this time of the first day; 32:00 is 08:00 of the second.
    #[arg(long, default_value = "00:00", value_name = "HH:MM", value_parser = time_of_day)]
    from: Time,
    /// Print so many frames as text, 80 columns by 24 lines, instead of showing them: one for every second that they
    /// would have been shown, without waiting for it.
    #[arg(long, value_name = "N")]
    frames: Option<u32>,
}

/// Why nothing is shown any more.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("standard output is no terminal: expected one to show the floor in, or --frames N to print it as text")]
    NoTerminal,
    #[error("`--from` should be before the scenario's end after {} h, got {:.2} h", hours(*.end), hours(*.got))]
    FromAfterEnd { end: Time, got: Time },
    #[error("`{}` is a floor: the floor comes first, then the scenario", .0.display())]
    FloorComesFirst(PathBuf),
    #[error(transparent)]
    Problems(#[from] Problems),
    #[error(transparent)]
    Simulation(#[from] Failure),
    #[error("the terminal failed: {0}")]
    Terminal(#[source] io::Error),
    #[error("cannot print the frames: {0}")]
    Printing(#[source] io::Error),
}

impl Error {
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::NoTerminal | Self::FromAfterEnd { .. } => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}

fn hours(time: Time) -> f64 {
    time.as_secs_f64() / 3600.0
}

fn time_of_day(text: &str) -> Result<Time, String> {
    let wrong = || "hours and minutes, as 08:30".to_owned();
    let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
    let number = |digits: &str| digits.parse::<u32>().map_err(|_| wrong());
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let minute_fits = minutes < 60;
    minute_fits.then(|| Time::from_secs(u64::from(hours) * 3600 + u64::from(minutes) * 60)).ok_or_else(wrong)
}

pub(crate) fn run(args: &Args) -> ExitCode {
    match top(args) {
        Ok(()) => ExitCode::SUCCESS,
        // A reader who has seen enough and closes the pipe is no failure.
        Err(Error::Printing(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // Without anybody to read it, it is lost; the code still tells.
            let _ = writeln!(io::stderr(), "{}", error.to_string().trim_end());
            error.exit_code()
        }
    }
}

fn top(args: &Args) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    if args.frames.is_none() && !out.is_terminal() {
        return Err(Error::NoTerminal);
    }
    let mut watch = open(args)?;
    if args.from >= watch.horizon() {
        return Err(Error::FromAfterEnd { end: watch.horizon(), got: args.from });
    }
    let controls = Controls::new(args.speed, args.from);
    match args.frames {
        Some(frames) => print(&mut watch, controls, frames, &mut out),
        None => {
            // The terminal writes by itself.
            drop(out);
            screen::show(&mut watch, controls)
        }
    }
}

/// Reads both files and warns of what looks unintended.
fn open(args: &Args) -> Result<Watch, Error> {
    let plan = Plan::load(&args.floor).map_err(|problems| match Plan::load(&args.scenario) {
        Ok(_) => Error::FloorComesFirst(args.scenario.clone()),
        Err(_) => problems.into(),
    })?;
    let scenario = Scenario::load(&args.scenario, &plan)?;
    let (of_floor, of_scenario) = (plan.describe().warnings, scenario.warnings(&plan));
    let warnings = of_floor.iter().map(ToString::to_string).chain(of_scenario.iter().map(ToString::to_string));
    warnings.for_each(|warning| crate::say(format_args!("warning: {warning}")));
    Ok(Watch::new(Arc::new(plan), &scenario, args.seed)?)
}

/// Prints frames, each with an empty line behind it, until there are so many or the simulation has ended.
fn print(watch: &mut Watch, mut controls: Controls, frames: u32, out: &mut impl Write) -> Result<(), Error> {
    watch.go_on(controls.forward_to.unwrap_or_default(), &mut || false)?;
    controls.reached(watch.now());
    for _ in 0..frames {
        let text = picture(&Board::of(watch, &controls, None, PRINTED.height.into()), PRINTED);
        writeln!(out, "{text}").map_err(Error::Printing)?;
        if watch.ended() {
            break;
        }
        let next = watch.now() + Span::from(FRAME).times(controls.speed.into());
        watch.go_on(next, &mut || false)?;
    }
    out.flush().map_err(Error::Printing)
}

/// The board as text: the lines of a screen of this size.
fn picture(board: &Board<'_>, area: Rect) -> String {
    let mut buffer = Buffer::empty(area);
    draw::draw(board, area, &mut buffer);
    let mut text = String::new();
    for y in area.y..area.bottom() {
        let mut line = String::new();
        let mut x = area.x;
        while let Some(cell) = buffer.cell((x, y)).filter(|_| x < area.right()) {
            line += cell.symbol();
            // A wide character stands in one cell and leaves the next one blank.
            x += u16::try_from(text::width(cell.symbol()).max(1)).unwrap_or(1);
        }
        text += line.trim_end();
        text += "\n";
    }
    text
}
