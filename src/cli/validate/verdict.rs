//! Verdicts: whether a simulated figure agrees with the known one, and what all of them come to.

use core::fmt;
use std::collections::BTreeSet;

use cordboard::sim::Ended;
use serde::Serialize;

use super::effort;
use super::study::{Check, Found};

/// A figure may be this many standard errors off.
const Z_MAX: f64 = 4.0;
/// The largest standard error, as a share of the figure.
const ERROR_MAX: f64 = 0.01;
/// A probability below this is known well enough …
const RARE: f64 = 0.01;
/// … with a standard error of at most this.
const ERROR_OF_RARE_MAX: f64 = 0.0005;
/// Beyond this many standard errors …
const FAR: f64 = 2.0;
/// … should lie such a share of all figures: 4.6 % by chance.
const FAR_SHARES: core::ops::RangeInclusive<f64> = 0.03..=0.07;

/// One figure of one case in one run.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    case: String,
    metric: String,
    exact: f64,
    simulated: Option<f64>,
    /// Half the width of the 95 % interval.
    half_width: Option<f64>,
    /// Off by how many standard errors; `null` where there is nothing to vary.
    z: Option<f64>,
    verdict: Verdict,
    seed: u64,
}

/// What a figure comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    /// It agrees.
    Pass,
    /// It agrees as far as it is known, which is as far as it can be: see [`effort::is_rough`].
    Rough,
    /// It is too far off.
    Off,
    /// It is not known well enough.
    Vague,
    /// Nothing of it was seen.
    Unseen,
}

/// What all rows come to.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Summary {
    pub(super) cases: usize,
    /// That have ended.
    pub(super) studies: usize,
    /// Of so many.
    pub(super) studies_in_all: usize,
    /// Whether they were stopped before.
    pub(super) ended: Ended,
    pub(super) metrics: usize,
    /// In the first run.
    pub(super) passed: usize,
    /// In the second run only.
    pub(super) passed_again: usize,
    pub(super) failed: usize,
    /// Of those that passed, in either run: known roughly only.
    pub(super) rough: usize,
    /// Of the first run's figures that vary.
    pub(super) beyond_2: usize,
    pub(super) varying: usize,
    pub(super) largest_z: f64,
}

impl Row {
    /// The columns of a row.
    pub(super) const COLUMNS: [&str; 8] =
        ["case", "metric", "exact", "simulated", "half_width", "z", "verdict", "seed"];

    /// What stands in them; what is not defined is empty.
    pub(super) fn cells(&self) -> [String; 8] {
        let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
        let verdict = match self.verdict {
            Verdict::Pass => "pass",
            Verdict::Rough => "rough",
            Verdict::Off => "off",
            Verdict::Vague => "vague",
            Verdict::Unseen => "unseen",
        };
        let Self { case, metric, exact, simulated, half_width, z, verdict: _, seed } = self;
        let [simulated, half_width, z] = [*simulated, *half_width, *z].map(number);
        [
            case.clone(),
            metric.clone(),
            exact.to_string(),
            simulated,
            half_width,
            z,
            verdict.to_owned(),
            seed.to_string(),
        ]
    }

    pub(super) fn of(check: &Check, found: Found, seed: u64) -> Self {
        let Check { case, metric, exact, spread, share, .. } = check;
        let error = found.map(|found| found.error.hypot(*spread));
        let z = found.zip(error).filter(|(_, error)| *error > 0.0).map(|(found, error)| (found.mean - exact) / error);
        let known =
            |error: f64| error <= ERROR_MAX * exact.abs() || (*share && *exact < RARE && error <= ERROR_OF_RARE_MAX);
        // What is rare enough may not be seen at all.
        let unseen = if *share && *exact < RARE { ERROR_OF_RARE_MAX } else { 1e-9 * exact.abs() };
        let verdict = match (found, z) {
            (None, _) => Verdict::Unseen,
            (Some(_), Some(z)) if z.abs() > Z_MAX => Verdict::Off,
            (Some(found), None) if (found.mean - exact).abs() > unseen => Verdict::Off,
            (Some(found), _) if !known(found.error) => {
                if effort::is_rough(case, metric) {
                    Verdict::Rough
                } else {
                    Verdict::Vague
                }
            }
            _ => Verdict::Pass,
        };
        Self {
            case: case.clone(),
            metric: metric.clone(),
            exact: *exact,
            simulated: found.map(|found| found.mean),
            half_width: found.map(|found| found.half_width),
            z,
            verdict,
            seed,
        }
    }

    pub(super) fn passes(&self) -> bool {
        matches!(self.verdict, Verdict::Pass | Verdict::Rough)
    }

    pub(super) fn header() -> String {
        let row = |cells: [&str; 7]| line(cells);
        row(["case", "metric", "exact", "simulated", "± 95 %", "z", "verdict"]) + "\n"
    }
}

fn line([case, metric, exact, simulated, half_width, z, verdict]: [&str; 7]) -> String {
    format!("{case:<22}{metric:<31}{exact:>11}{simulated:>11}{half_width:>10}{z:>7}  {verdict}")
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_none = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), digits);
        let z = self.z.map_or_else(|| "–".to_owned(), |z| format!("{z:+.2}"));
        let verdict = match self.verdict {
            Verdict::Pass => "pass",
            Verdict::Rough => "rough",
            Verdict::Off => "OFF",
            Verdict::Vague => "VAGUE",
            Verdict::Unseen => "UNSEEN",
        };
        let (exact, simulated, half_width) = (digits(self.exact), or_none(self.simulated), or_none(self.half_width));
        f.write_str(&line([&self.case, &self.metric, &exact, &simulated, &half_width, &z, verdict]))
    }
}

/// A number to five digits or so.
fn digits(value: f64) -> String {
    let whole = value.abs().max(1e-9).log10().floor() as i32 + 1;
    let places = usize::try_from(5 - whole.clamp(-2, 5)).unwrap_or_default();
    format!("{value:.places$}")
}

impl Summary {
    /// What rows come to, of which those with the first seed are the first run's; they are of so many studies of so many.
    pub(super) fn of(rows: &[Row], seed: u64, (studies, studies_in_all): (usize, usize)) -> Self {
        let first: Vec<&Row> = rows.iter().filter(|row| row.seed == seed).collect();
        let again: Vec<&Row> = rows.iter().filter(|row| row.seed != seed).collect();
        let key = |row: &Row| (row.case.clone(), row.metric.clone());
        let repeated: BTreeSet<_> = again.iter().map(|row| key(row)).collect();
        // Where a study was run again, its second run counts.
        let only_first = |row: &&&Row| !repeated.contains(&key(row));
        let failed = first.iter().filter(only_first).chain(&again).filter(|row| !row.passes()).count();
        let counted = first.iter().filter(only_first).chain(&again);
        let rough = counted.filter(|row| row.verdict == Verdict::Rough).count();
        let passed = first.iter().filter(|row| row.passes()).count();
        let far = |row: &&&Row| row.z.is_some_and(|z| z.abs() > FAR);
        Self {
            cases: first.iter().map(|row| &row.case).collect::<BTreeSet<_>>().len(),
            studies,
            studies_in_all,
            ended: if studies < studies_in_all { Ended::Stopped } else { Ended::Count },
            metrics: first.len(),
            passed,
            passed_again: (first.len() - failed).saturating_sub(passed),
            failed,
            rough,
            beyond_2: first.iter().filter(far).count(),
            varying: first.iter().filter(|row| row.z.is_some()).count(),
            largest_z: first.iter().filter_map(|row| row.z).map(f64::abs).fold(0.0, f64::max),
        }
    }

    fn far_share(&self) -> f64 {
        if self.varying == 0 { 0.0 } else { self.beyond_2 as f64 / self.varying as f64 }
    }

    /// Whether as many figures lie beyond two standard errors as should.
    pub(super) fn spread_is_right(&self) -> bool {
        FAR_SHARES.contains(&self.far_share())
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cases, studies, metrics, passed, passed_again, failed, rough, .. } = self;
        let Self { beyond_2, varying, largest_z, .. } = self;
        if self.ended == Ended::Stopped {
            writeln!(f, "stopped after {studies} of {} studies", self.studies_in_all)?;
        }
        writeln!(
            f,
            "{metrics} metrics of {cases} cases in {studies} studies: {passed} pass, {passed_again} more in a second run \
             with the next seed, {failed} fail"
        )?;
        if *rough > 0 {
            writeln!(f, "{rough} of those that pass are too rare to be known to one per cent")?;
        }
        let share = 100.0 * self.far_share();
        writeln!(
            f,
            "beyond 2 standard errors: {beyond_2} of {varying}, {share:.1} % (3 to 7 % expected of all cases together); \
             the farthest is {largest_z:.2} off"
        )
    }
}
