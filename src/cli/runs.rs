//! What commands that run simulations are asked in the same words.

use std::path::Path;
use std::sync::Arc;

use clap::error::ErrorKind;
use cordboard::Plan;
use cordboard::floor::Length;
use cordboard::sim::{self, REPLICATIONS_LEAST, Runs, Scenario, Until};

use super::bars::Style;
use super::output::{Opened, Output, in_words, print};
use super::progress::Progress;

/// What every command that runs simulations and prints figures is asked.
#[derive(Debug, clap::Args)]
pub(crate) struct FigureArgs {
    /// Chance, as a number. Default: 1; for `validate` 11.
    #[arg(long, value_name = "N", value_parser = seed, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Print figures as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Write figures as CSV to a file, or print them with `-`.
    #[arg(long, value_name = "FILE")]
    csv: Option<Output>,
    /// Draw bars with signs that every terminal has; so do NO_COLOR and a locale without UTF-8.
    #[arg(long)]
    plain: bool,
    /// Say on standard error how far it has come even where that is no terminal, a line every few seconds.
    #[arg(long)]
    progress: bool,
}

impl FigureArgs {
    /// The seed that was given, or else 1.
    pub(crate) fn seed(&self) -> u64 {
        self.seed_or(1)
    }

    /// The seed that was given, or else this one.
    pub(crate) fn seed_or(&self, usual: u64) -> u64 {
        self.seed.unwrap_or(usual)
    }
}

/// Which runs.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// Run as many replications as it takes until half the width of 95 % intervals is at most so much, at least 10:
    /// `1%` is of the means of the answer rate, the service level, the speed of answer and the occupancy, each;
    /// `"service level 0.5pp"` or `"speed of answer 1%"` is of one figure. Then --replications is the most there are.
    #[arg(long, value_name = "PRECISION")]
    until: Option<Until>,
    /// Simulate so many hours instead of the scenario's.
    #[arg(long, value_name = "H", value_parser = hours, allow_negative_numbers = true)]
    hours: Option<f64>,
    /// Leave so much at the beginning out of the figures, as 30m or 2h, instead of the scenario's warm-up.
    #[arg(long, value_name = "LENGTH")]
    warm_up: Option<Length>,
    #[command(flatten)]
    pub(crate) figures: FigureArgs,
}

/// The page of a command that has one.
#[derive(Debug, clap::Args)]
pub(crate) struct HtmlArgs {
    /// Write a report with plots to this file, or print it with `-`: one page of HTML that needs nothing else.
    #[arg(long, value_name = "FILE")]
    html: Option<Output>,
}

/// Where figures go.
#[derive(Debug)]
pub(crate) struct Outputs {
    csv: Option<Opened>,
    /// What else the command writes, if that is asked for.
    other: Option<Opened>,
    /// What could not be written.
    failed: Vec<String>,
    pub(crate) json: bool,
    /// Whether the tables are not printed, since something else is.
    pub(crate) quiet: bool,
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("expected a whole number from 0 to {}", u64::MAX))
}

pub(crate) fn hours(text: &str) -> Result<f64, String> {
    let hours: f64 = text.parse().map_err(|_| "expected a number of hours, as 24 or 0.5".to_owned())?;
    let fits = hours > 0.0 && hours <= sim::HOURS_MAX;
    fits.then_some(hours).ok_or_else(|| format!("expected more than 0 and at most {} hours", sim::HOURS_MAX))
}

/// Ends the command because of its command line.
pub(crate) fn wrong(message: &str) -> ! {
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

    /// What is read, as this command line changes it.
    pub(crate) fn given(&self, floor: &Path, scenario: &Path) -> Result<(Arc<Plan>, Scenario), String> {
        let (plan, scenario) = given(floor, scenario)?;
        let scenario = self.changed(scenario);
        warn(scenario.warnings(&plan));
        Ok((plan, scenario))
    }
}

impl HtmlArgs {
    /// Opens what is written to, none of these files that are read.
    pub(crate) fn open(&self, figures: &FigureArgs, read: &[&Path]) -> Result<Outputs, String> {
        figures.open_with("--html", self.html.as_ref(), read)
    }
}

impl FigureArgs {
    /// Opens what is written to, before anybody waits for it.
    pub(crate) fn open(&self, read: &[&Path]) -> Result<Outputs, String> {
        self.open_with("", None, read)
    }

    /// The same, with what else the command writes, under its option's name.
    pub(crate) fn open_with(&self, option: &str, other: Option<&Output>, read: &[&Path]) -> Result<Outputs, String> {
        let [csv, also] = [self.csv.as_ref(), other].map(|output| output == Some(&Output::Stdout));
        if u8::from(self.json) + u8::from(csv) + u8::from(also) > 1 {
            let all = match option {
                "" => "`--json` and `--csv -`".to_owned(),
                option => format!("`--json`, `--csv -` and `{option} -`"),
            };
            wrong(&format!("of {all} only one can print to standard output"));
        }
        let file = self.csv.as_ref().and_then(Output::file);
        if let Some(path) = file
            && file == other.and_then(Output::file)
        {
            wrong(&format!("`--csv` and `{option}` would both write to `{}`, expected two files", path.display()));
        }
        for (option, output) in [("--csv", self.csv.as_ref()), (option, other)] {
            let Some(path) = output.and_then(Output::file) else { continue };
            if read.iter().any(|read| same(read, path)) {
                wrong(&format!(
                    "`{option}` would write over `{}`, which is read; expected another file",
                    path.display()
                ));
            }
        }
        let open = |output: Option<&Output>| output.map(Output::open).transpose();
        let (csv_file, other) = (open(self.csv.as_ref())?, open(other)?);
        Ok(Outputs { csv: csv_file, other, failed: Vec::new(), json: self.json, quiet: self.json || csv || also })
    }

    /// Progress, and Ctrl-C from now on.
    pub(crate) fn progress(&self) -> Progress {
        Progress::new(self.progress, self.style())
    }

    pub(crate) fn style(&self) -> Style {
        Style::of(self.plain)
    }
}

impl Outputs {
    /// Writes what else was asked for.
    pub(crate) fn write_other(&mut self, text: impl FnOnce() -> Result<String, String>) {
        let other = self.other.take();
        self.failed.extend(other.and_then(|other| text().and_then(|text| other.write(&text)).err()));
    }

    /// Writes and prints figures as it was asked for: as CSV, and as JSON or in tables. What cannot be written is said
    /// after everything that can be is, so that the work of hours is not lost for a full disk.
    pub(crate) fn show(
        mut self,
        csv: impl FnOnce() -> String,
        json: impl FnOnce() -> Result<String, String>,
        tables: impl FnOnce() -> String,
    ) -> Result<(), String> {
        self.failed.extend(self.csv.and_then(|file| file.write(&csv()).err()));
        let printed = if self.json {
            json().and_then(|json| print(&json))
        } else if self.quiet {
            Ok(())
        } else {
            print(&tables())
        };
        self.failed.extend(printed.err());
        if self.failed.is_empty() { Ok(()) } else { Err(self.failed.join("\n")) }
    }
}

/// The floor and the scenario of these files; what is allowed in the floor and looks unintended is said.
pub(crate) fn given(floor: &Path, scenario: &Path) -> Result<(Arc<Plan>, Scenario), String> {
    let plan = Plan::load(floor).map_err(|problems| match Plan::load(scenario) {
        Ok(_) => is_a_floor(scenario),
        Err(_) => in_words(problems),
    })?;
    let plan = Arc::new(plan);
    let scenario = Scenario::load(scenario, &plan).map_err(in_words)?;
    warn(plan.describe().warnings);
    Ok((plan, scenario))
}

/// Whether these are one file.
fn same(one: &Path, other: &Path) -> bool {
    let [one, other] = [one, other].map(|path| path.canonicalize().ok());
    one.is_some() && one == other
}

/// Says what is allowed and looks unintended.
pub(crate) fn warn(warnings: impl IntoIterator<Item = impl core::fmt::Display>) {
    warnings.into_iter().for_each(|warning| crate::say(format_args!("warning: {warning}")));
}

/// How a file that is not what it should be is called.
fn is_a_floor(path: &Path) -> String {
    format!("`{}` is a floor: the floor comes first, then the scenario", path.display())
}

/// The line that says what was simulated: the names of floor and scenario.
pub(crate) fn title(floor: &str, scenario: &str) -> String {
    let named = |name: &str, unnamed: &str| if name.is_empty() { unnamed.to_owned() } else { name.to_owned() };
    format!("{}: {}\n", named(floor, "A floor without a name"), named(scenario, "a scenario without a name"))
}

/// How many replications there are, in words.
pub(crate) fn replicated(replications: u32) -> String {
    if replications == 1 { "1 replication".to_owned() } else { format!("{replications} replications") }
}

/// What is said of a warm-up, if there is one.
pub(crate) fn left_out(warm_up_s: f64) -> String {
    if warm_up_s == 0.0 {
        return String::new();
    }
    format!("the first {} h are warm-up: calls that came in them are left out\n", warm_up_s / 3600.0)
}
