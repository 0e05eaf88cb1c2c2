//! What is printed: the figures as they come, and at the end a table of each aim, what was reached, and by how much not.

use core::fmt;
use std::fmt::Write as _;
use std::process::ExitCode;

/// The median of several rounds, and how far they lie apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    low: f64,
    high: f64,
    rounds: usize,
}

impl Spread {
    pub(crate) fn of(figures: impl Iterator<Item = f64>) -> Self {
        let mut figures: Vec<f64> = figures.collect();
        figures.sort_by(f64::total_cmp);
        let at = |part: f64| figures[((figures.len() - 1) as f64 * part).round() as usize];
        Self { median: at(0.5), low: at(0.25), high: at(0.75), rounds: figures.len() }
    }

    /// How far the median may be off: 1.57 times the range of the middle half, by the root of the number of rounds (the
    /// notch of a box plot, some 95 %).
    fn noise(&self) -> f64 {
        1.57 * (self.high - self.low) / (self.rounds as f64).sqrt()
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} ({:.2}-{:.2})", self.median, self.low, self.high)
    }
}

/// An aim and what was reached.
pub(crate) struct Judged {
    what: String,
    aim: String,
    figure: String,
    /// By what part of the aim it was missed; nothing or less if it was met.
    missed: f64,
    /// So much of that may be noise.
    noise: f64,
    /// What is promised instead of the aim, as a part of it: CI fails if more than that is missed, beyond noise. `None`:
    /// it is shown, and CI does not fail.
    allowed: Option<f64>,
}

impl Judged {
    pub(crate) fn at_least(what: &str, aim: f64, spread: Spread) -> Self {
        Self {
            what: what.into(),
            aim: format!("≥ {aim:.2}"),
            figure: spread.to_string(),
            missed: (aim - spread.median) / aim,
            noise: spread.noise() / aim,
            allowed: Some(0.0),
        }
    }

    pub(crate) fn at_most(what: &str, aim: f64, spread: Spread) -> Self {
        Self {
            what: what.into(),
            aim: format!("≤ {aim:.2}"),
            figure: spread.to_string(),
            missed: (spread.median - aim) / aim,
            noise: spread.noise() / aim,
            allowed: Some(0.0),
        }
    }

    /// What depends on the machine as much as on the program: it is shown, and CI does not fail.
    pub(crate) fn only_shown(self) -> Self {
        Self { allowed: None, ..self }
    }

    /// The aim is not reached yet; what must not be lost is so much less, or more.
    pub(crate) fn but_promised(self, allowed: f64) -> Self {
        Self { allowed: Some(allowed), ..self }
    }

    fn verdict(&self) -> String {
        if self.missed <= 0.0 {
            "met".into()
        } else if self.missed <= self.noise {
            format!("missed by {:.0} %, within noise", self.missed * 100.0)
        } else {
            format!("MISSED by {:.0} %", self.missed * 100.0)
        }
    }
}

#[derive(Default)]
pub(crate) struct Report {
    judged: Vec<Judged>,
}

impl Report {
    pub(crate) fn title(&self, title: &str) {
        println!("\n{title}\n{}", "─".repeat(title.chars().count().min(110)));
    }

    pub(crate) fn line(&self, line: &str) {
        println!("{line}");
    }

    pub(crate) fn judge(&mut self, judged: Judged) {
        self.judged.push(judged);
    }

    /// The table; fails if something promised was missed beyond noise.
    pub(crate) fn end(self) -> ExitCode {
        let mut table = String::new();
        for judged in &self.judged {
            let Judged { what, aim, figure, .. } = judged;
            let _ = writeln!(table, "{what:<58}{aim:>10}{figure:>22}  {}", judged.verdict());
        }
        println!("\n{:<58}{:>10}{:>22}\n{}\n{table}", "Aims", "aim", "figure", "─".repeat(110));
        let broken = |judged: &&Judged| judged.allowed.is_some_and(|allowed| judged.missed > allowed + judged.noise);
        let broken = self.judged.iter().filter(broken).count();
        println!("{broken} of what is promised broken beyond noise");
        if broken > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}
