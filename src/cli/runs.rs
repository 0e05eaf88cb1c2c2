//! What commands that run simulations are asked in the same words.

use std::path::Path;

use clap::error::ErrorKind;
use cordboard::floor::Length;
use cordboard::sim::{self, REPLICATIONS_LEAST, Runs, Scenario, Until};

use super::bars::Style;
use super::output::{Opened, Output};
use super::progress::Progress;

/// Which runs, and where their figures go.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// Chance, as a number.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Run as many replications as it takes until half the width of 95 % intervals is at most so much, at least 10:
    /// `1%` is of the means of the answer rate, the service level, the speed of answer and the occupancy, each;
    /// `"service level 0.5pp"` or `"speed of answer 1%"` is of one figure. Then --replications is the most there are.
    #[arg(long, value_name = "PRECISION")]
    until: Option<Until>,
    /// Simulate so many hours instead of the scenario's.
    #[arg(long, value_name = "H", value_parser = hours)]
    hours: Option<f64>,
    /// Leave so much at the beginning out of the figures, as 30m or 2h, instead of the scenario's warm-up.
    #[arg(long, value_name = "LENGTH")]
    warm_up: Option<Length>,
    /// Print figures as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Write figures as CSV to a file, or print them with `-`.
    #[arg(long, value_name = "FILE")]
    csv: Option<Output>,
    /// Write a report with plots to this file, or print it with `-`: one page of HTML that needs nothing else.
    #[arg(long, value_name = "FILE")]
    html: Option<Output>,
    /// Draw bars with signs that every terminal has; so do NO_COLOR and a locale without UTF-8.
    #[arg(long)]
    plain: bool,
    /// Say on standard error how far it has come even where that is no terminal, a line every few seconds.
    #[arg(long)]
    progress: bool,
}

/// Where figures go beside the tables.
#[derive(Debug)]
pub(crate) struct Outputs {
    pub(crate) csv: Option<Opened>,
    pub(crate) html: Option<Opened>,
    /// Whether nothing else is printed, since what is asked for is.
    pub(crate) quiet: bool,
}

pub(crate) fn hours(text: &str) -> Result<f64, String> {
    let hours: f64 = text.parse().map_err(|_| "a number of hours, as 24 or 0.5".to_owned())?;
    let fits = hours > 0.0 && hours <= sim::HOURS_MAX;
    fits.then_some(hours).ok_or_else(|| format!("more than 0 and at most {} hours", sim::HOURS_MAX))
}

/// Ends the command because of its command line.
fn wrong(message: &str) -> ! {
    clap::Error::raw(ErrorKind::ValueValidation, format!("{message}\n")).exit()
}

impl RunArgs {
    /// How many replications: those asked for, or so many.
    pub(crate) fn runs(&self, replications: Option<u32>, default: u32) -> Runs {
        let Some(until) = self.until.clone() else { return Runs::new(replications.unwrap_or(default)) };
        match replications {
            Some(most) if most < REPLICATIONS_LEAST => wrong(&format!(
                "`--replications {most}` with `--until`: expected at least {REPLICATIONS_LEAST}, fewer tell no precision"
            )),
            Some(most) => Runs::until(until).at_most(most),
            None => Runs::until(until),
        }
    }

    /// The scenario of a file, as this command line changes it.
    pub(crate) fn changed(&self, scenario: Scenario) -> Scenario {
        Scenario { hours: self.hours.or(scenario.hours), warm_up: self.warm_up.or(scenario.warm_up), ..scenario }
    }

    /// Opens what is written to, before anybody waits for it.
    pub(crate) fn open(&self) -> Result<Outputs, String> {
        let printed = [&self.csv, &self.html].map(|output| *output == Some(Output::Stdout));
        let [csv, html] = printed;
        if u8::from(self.json) + u8::from(csv) + u8::from(html) > 1 {
            wrong("of `--json`, `--csv -` and `--html -` only one can print to standard output");
        }
        let open = |output: &Option<Output>| output.as_ref().map(Output::open).transpose();
        Ok(Outputs { csv: open(&self.csv)?, html: open(&self.html)?, quiet: csv || html })
    }

    /// Progress, and Ctrl-C from now on.
    pub(crate) fn progress(&self) -> Progress {
        Progress::new(self.progress)
    }

    pub(crate) fn style(&self) -> Style {
        Style::of(self.plain)
    }
}

/// Says what is allowed and looks unintended.
pub(crate) fn warn(warnings: impl IntoIterator<Item = impl core::fmt::Display>) {
    warnings.into_iter().for_each(|warning| crate::say(format_args!("warning: {warning}")));
}

/// How a file that is not what it should be is called.
pub(crate) fn is_a_floor(path: &Path) -> String {
    format!("`{}` is a floor: the floor comes first, then the scenario", path.display())
}

/// What is said of a warm-up, if there is one.
pub(crate) fn left_out(warm_up_s: f64) -> String {
    if warm_up_s == 0.0 {
        return String::new();
    }
    format!("the first {} h are warm-up: calls that came in them are left out\n", warm_up_s / 3600.0)
}
