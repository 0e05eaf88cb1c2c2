//! How far a command's simulations have come, and Ctrl-C.
//!
//! Whoever runs simulations makes a [`Progress`] before anything else, hands [`Progress::goes_on`] to them, and ends with
//! [`Progress::finish`]. The first Ctrl-C lets what has ended by then be shown; the second ends the program at once. So it
//! is for every command that runs simulations and does not show them as they run.

use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use core::time::Duration;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::Arc;

use cordboard::sim::{Ended, Moment};
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::bars::Style;

/// What takes longer than this shows how far it has come.
const SHOWN_AFTER: Duration = Duration::from_secs(1);
/// From one line of progress to the next, where lines are asked for.
const LINE_EVERY: Duration = Duration::from_secs(5);
/// A simulation is so many parts of the bar.
const PARTS: u128 = 1000;
/// The exit status of a program that was interrupted, as shells have it: 128 and the number of the signal.
const INTERRUPTED: u8 = 130;

/// How far simulations have come.
pub(crate) struct Progress {
    bar: ProgressBar,
    /// How many alternatives are run side by side.
    width: u64,
    /// Lines instead of a bar, and how many there have been: of simulations, and of what is worked out.
    lines: Option<[AtomicU64; 2]>,
    stopped: Arc<AtomicBool>,
    /// How it looks while something is simulated, and while something is worked out.
    looks: [ProgressStyle; 2],
    /// Something is worked out.
    works: AtomicBool,
}

impl Progress {
    /// Nothing has been run yet; from now on Ctrl-C is heard. With `lines`, progress is said line by line even where no
    /// terminal shows it.
    pub(crate) fn new(lines: bool, style: Style) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let signs = match style {
            Style::Blocks => "█▉▊▋▌▍▎▏░",
            Style::Plain => "##.",
        };
        let looks = ["{bar:40} {percent} %, {eta} left{msg}{prefix}", "{bar:40} {msg}{prefix}"].map(|template| {
            let look = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            look.progress_chars(signs)
        });
        let (lines, works) = (lines.then(Default::default), AtomicBool::new(false));
        let progress = Self { bar, width: 1, lines, stopped: listen(), looks, works };
        progress.look_as(false);
        progress
    }

    /// So many alternatives are run side by side.
    pub(crate) fn of(self, alternatives: usize) -> Self {
        Self { width: alternatives.max(1) as u64, ..self }
    }

    /// Hears how far a simulation has come, and says whether it is to go on.
    pub(crate) fn goes_on(&self, moment: &Moment) -> bool {
        let part = |at: cordboard::Time| {
            let (at, horizon) = (u128::from(at.as_nanos()), u128::from(moment.horizon.as_nanos().max(1)));
            (at * PARTS / horizon) as u64
        };
        let length = u64::from(moment.expected) * self.width * PARTS as u64;
        let worked = self.works.swap(false, Ordering::Relaxed);
        if worked {
            self.look_as(false);
            self.bar.set_message("");
        }
        if worked || self.bar.length() != Some(length) {
            self.bar.set_length(length);
            if moment.expected > 1 {
                self.bar.set_message(format!(" of {} replications", moment.expected));
            }
        }
        self.bar.inc(part(moment.at).saturating_sub(part(moment.since)));
        self.show(None);
        !self.stopped.load(Ordering::Relaxed)
    }

    /// Hears that something is worked out of which nobody knows how long it takes, and says whether it is to go on.
    pub(crate) fn works(&self, what: &str) -> bool {
        self.show(Some(what));
        !self.stopped.load(Ordering::Relaxed)
    }

    /// Says what is run from now on.
    pub(crate) fn turn_to(&self, what: &str) {
        self.bar.set_prefix(format!(", {what}"));
    }

    /// Prints something while the bar is out of the way.
    pub(crate) fn beside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    /// Shows how far it has come, or what is worked out now.
    fn show(&self, what: Option<&str>) {
        let elapsed = self.bar.elapsed();
        if let Some([simulated, worked_out]) = &self.lines {
            let lines = if what.is_some() { worked_out } else { simulated };
            let due = 1 + (elapsed.as_nanos() / LINE_EVERY.as_nanos()) as u64;
            // Only one thread says each line.
            if lines.fetch_max(due, Ordering::Relaxed) >= due {
                return;
            }
            if let Some(what) = what {
                crate::say(format_args!("progress: {what}"));
                return;
            }
            let percent = self.bar.position() * 100 / self.bar.length().unwrap_or(0).max(1);
            let (left, of, what) = (HumanDuration(self.bar.eta()), self.bar.message(), self.bar.prefix());
            crate::say(format_args!("progress: {percent} %, about {left} left{of}{what}"));
            return;
        }
        if let Some(what) = what
            && !self.works.swap(true, Ordering::Relaxed)
        {
            self.look_as(true);
            self.bar.set_message(what.to_owned());
        }
        if self.bar.is_hidden() && elapsed > SHOWN_AFTER && std::io::stderr().is_terminal() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// Looks as where something is worked out, of which nobody knows how long it takes, or else as where it is known.
    fn look_as(&self, works: bool) {
        let [simulates, worked_out] = &self.looks;
        self.bar.set_style(if works { worked_out } else { simulates }.clone());
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Whether somebody has pressed Ctrl-C. The second time ends the program.
fn listen() -> Arc<AtomicBool> {
    let stopped = Arc::new(AtomicBool::new(false));
    let interrupt = signal_hook::consts::SIGINT;
    // In this order: the first time it is not set yet when the program would end.
    let heard = signal_hook::flag::register_conditional_shutdown(interrupt, INTERRUPTED.into(), stopped.clone())
        .and_then(|_| signal_hook::flag::register(interrupt, stopped.clone()));
    if let Err(error) = heard {
        crate::say(format_args!("warning: Ctrl-C will show nothing: {error}"));
    }
    stopped
}

/// The exit status of a command whose figures are shown.
pub(crate) fn status(ended: Ended) -> ExitCode {
    match ended {
        Ended::Stopped => ExitCode::from(INTERRUPTED),
        _ => ExitCode::SUCCESS,
    }
}

/// How replications have ended, where there is more to say than their number: a line.
pub(crate) fn in_words(ended: Ended, replications: u32, most: u32, until: Option<&str>) -> String {
    let until = until.unwrap_or_default();
    match ended {
        Ended::Precise => format!("precise to {until} after {replications} replications\n"),
        Ended::NotPrecise => format!("not precise to {until} after {replications} replications, as many as may be\n"),
        Ended::Stopped if replications > 0 => format!("stopped after {replications} of at most {most} replications\n"),
        _ => String::new(),
    }
}
