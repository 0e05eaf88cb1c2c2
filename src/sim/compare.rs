//! Comparisons: floors, scenarios and rosters side by side, each through the same days.
//!
//! Every alternative runs with the same seeds, and streams belong to names, so the same calls come to each of them
//! (common random numbers). What differs between two alternatives in one replication is therefore not the luck of the
//! day, and [`Figure::difference`] is taken replication by replication (paired, by Student's t): its interval is much
//! narrower than the two figures' own. Each interval holds with 95 % by itself; of twenty that are looked at together,
//! one may be expected not to.
//!
//! ```
//! use std::sync::Arc;
//!
//! use cordboard::Plan;
//! use cordboard::sim::{Alternative, Scenario, compare};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let plan = Arc::new(Plan::from_toml(
//!     r#"
//!     teams = [{ name = "desk" }]
//!     agents = [{ name = "li", team = "desk" }, { name = "wang", team = "desk" }]
//!     queues = [{ name = "line" }]
//! "#,
//! )?);
//! let scenario = Scenario::from_toml(
//!     r#"
//!     name = "one"
//!     calls = { patience = { exponential = "1m" } }
//!     queues = [{ queue = "line", arrivals = { per_hour = 30 } }]
//!     shifts = [{ agents = ["li"], from = "00:00", to = "24:00" }]
//!     [[alternatives]]
//!     name = "two"
//!     shifts = [{ teams = ["desk"], from = "00:00", to = "24:00" }]
//! "#,
//!     &plan,
//! )?;
//! let comparison = compare(&Alternative::rosters(&plan, &scenario), 1, 5, &|| ())?;
//! let two = comparison.get("two").and_then(|two| two.get("answer rate")).ok_or("no answer rate")?;
//! let better = two.difference.ok_or("no difference")?;
//! assert!(better.mean > Some(0.2) && better.half_width < Some(0.1), "{better:?}");
//! # Ok(())
//! # }
//! ```

use core::cmp::Ordering;
use std::sync::Arc;

use serde::Serialize;

use super::{Failure, Scenario, Simulation, replicate};
use crate::floor::{Plan, Problems};
use crate::stats::{Estimate, Figures, Headline, Tally, Unit};

/// Version of the layout of a [`Comparison`] as data.
pub const SCHEMA: u32 = 1;

/// A floor with a scenario, under the name by which it is compared.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// What people call it.
    pub name: String,
    /// The floor.
    pub plan: Arc<Plan>,
    /// What happens on it; its own alternatives are left aside.
    pub scenario: Scenario,
}

/// Alternatives side by side. Differences are from the first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// Version of this layout: [`SCHEMA`].
    pub schema: u32,
    /// The seed of the first replication.
    pub seed: u64,
    /// How many replications of each.
    pub replications: u32,
    /// Probability that an interval holds the true mean: 0.95.
    pub confidence: f64,
    /// In the order in which they were given.
    pub alternatives: Vec<Compared>,
}

/// One alternative.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Compared {
    /// What people call it.
    pub name: String,
    /// For how long calls arrived, in seconds.
    pub simulated_s: f64,
    /// How much of it at the beginning is left out as warm-up, in seconds.
    pub warm_up_s: f64,
    /// The whole centre: the figures of [`Figures::headline`].
    pub total: Vec<Figure>,
    /// The same by hour of day, all days folded together.
    pub hours: Vec<Row>,
    /// The same by queue, in the floor's order.
    pub queues: Vec<Row>,
}

/// The figures of one hour of day, or of one queue.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// When the hour begins, `08:00`, or the queue's name.
    pub name: String,
    /// The figures.
    pub figures: Vec<Figure>,
}

/// One figure of one alternative.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Figure {
    /// Its name.
    pub name: &'static str,
    /// What it is counted in.
    #[serde(skip)]
    pub unit: Unit,
    /// Whether more of it is better, or less; `None` if neither.
    #[serde(skip)]
    pub better: Option<Ordering>,
    /// Its mean over the replications in which it is defined, with the 95 % interval.
    pub value: Estimate,
    /// Its difference from the first alternative: the mean of the differences in each replication in which both are
    /// defined, with the 95 % interval. `None` for the first itself, and where the first has nothing of this name.
    pub difference: Option<Estimate>,
}

/// Why alternatives could not be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompareError {
    /// The scenario does not fit its floor.
    #[error("{name}: {problems}")]
    Problems {
        /// Which alternative.
        name: String,
        /// Everything that is wrong.
        problems: Problems,
    },
    /// A simulation could not be brought to its end.
    #[error("{name}, replication {replication}: {failure}")]
    Failed {
        /// Which alternative.
        name: String,
        /// Which replication, from 0.
        replication: u32,
        /// Why.
        failure: Failure,
    },
}

/// Runs each alternative `replications` times, on all cores; replication by replication they get the same calls.
/// `progress` is called after each simulation, from any thread.
///
/// # Errors
///
/// What is wrong with the first alternative that cannot be run.
pub fn compare(
    alternatives: &[Alternative],
    seed: u64,
    replications: u32,
    progress: &(impl Fn() + Sync),
) -> Result<Comparison, CompareError> {
    let mut compared: Vec<Compared> = Vec::with_capacity(alternatives.len());
    let mut first: Option<Vec<Sample>> = None;
    for alternative in alternatives {
        let samples = alternative.run(seed, replications, progress)?;
        compared.push(Compared::of(alternative, &samples, first.as_deref()));
        first.get_or_insert(samples);
    }
    Ok(Comparison { schema: SCHEMA, seed, replications, confidence: 0.95, alternatives: compared })
}

impl Alternative {
    /// A scenario with each of its rosters ([`Scenario::each_roster`]) on this floor.
    pub fn rosters(plan: &Arc<Plan>, scenario: &Scenario) -> Vec<Self> {
        let with = |scenario: Scenario| Self { name: scenario.name.clone(), plan: plan.clone(), scenario };
        scenario.each_roster().map(with).collect()
    }

    fn run(&self, seed: u64, count: u32, progress: &(impl Fn() + Sync)) -> Result<Vec<Sample>, CompareError> {
        let name = || self.name.clone();
        let one = |_, simulation| {
            let sample = Sample::of(simulation, &self.plan);
            progress();
            sample
        };
        let samples = replicate(&self.plan, &self.scenario, seed, count, one)
            .map_err(|problems| CompareError::Problems { name: name(), problems })?;
        let numbered = samples.into_iter().zip(0..);
        let failed = |replication| move |failure| CompareError::Failed { name: name(), replication, failure };
        numbered.map(|(sample, replication)| sample.map_err(failed(replication))).collect()
    }
}

impl Comparison {
    /// The alternative of this name; the first of several.
    pub fn get(&self, name: &str) -> Option<&Compared> {
        self.alternatives.iter().find(|alternative| alternative.name == name)
    }
}

impl Compared {
    fn of(alternative: &Alternative, samples: &[Sample], first: Option<&[Sample]>) -> Self {
        let names = |rows: fn(&Sample) -> &[SampleRow]| -> Vec<String> {
            samples.first().map_or_else(Vec::new, |sample| rows(sample).iter().map(|row| row.name.clone()).collect())
        };
        let rows = |rows: fn(&Sample) -> &[SampleRow]| -> Vec<Row> {
            let row = |name: String| {
                let of = |samples: &[Sample]| -> Vec<Vec<Headline>> {
                    let find = |sample| rows(sample).iter().find(|row| row.name == name);
                    samples.iter().map(|sample| find(sample).map_or_else(Vec::new, |row| row.figures.clone())).collect()
                };
                Row { figures: figures(&of(samples), first.map(of).as_deref()), name }
            };
            names(rows).into_iter().map(row).collect()
        };
        let total =
            |samples: &[Sample]| -> Vec<Vec<Headline>> { samples.iter().map(|sample| sample.total.clone()).collect() };
        Self {
            name: alternative.name.clone(),
            simulated_s: samples.first().map_or(0.0, |sample| sample.simulated_s),
            warm_up_s: samples.first().map_or(0.0, |sample| sample.warm_up_s),
            total: figures(&total(samples), first.map(total).as_deref()),
            hours: rows(|sample| &sample.hours),
            queues: rows(|sample| &sample.queues),
        }
    }

    /// A figure of the whole centre, by name.
    pub fn get(&self, figure: &str) -> Option<&Figure> {
        self.total.iter().find(|candidate| candidate.name == figure)
    }
}

impl Row {
    /// A figure by name.
    pub fn get(&self, figure: &str) -> Option<&Figure> {
        self.figures.iter().find(|candidate| candidate.name == figure)
    }
}

/// Each figure of these replications, and its differences from those of the first alternative.
fn figures(samples: &[Vec<Headline>], first: Option<&[Vec<Headline>]>) -> Vec<Figure> {
    let value = |sample: &[Headline], name: &str| sample.iter().find(|figure| figure.name == name)?.value;
    let figure = |headline: &Headline| {
        let name = headline.name;
        let values: Vec<f64> = samples.iter().filter_map(|sample| value(sample, name)).collect();
        let known = |first: &&[Vec<Headline>]| first.iter().flatten().any(|figure| figure.name == name);
        let difference = first.filter(known).map(|first| {
            let pairs = samples.iter().zip(first);
            let differences = pairs.filter_map(|(own, first)| Some(value(own, name)? - value(first, name)?));
            Estimate::of(&differences.collect::<Vec<f64>>())
        });
        Figure { name, unit: headline.unit, better: headline.better, value: Estimate::of(&values), difference }
    };
    samples.first().map_or_else(Vec::new, |sample| sample.iter().map(figure).collect())
}

/// What one replication came to.
struct Sample {
    simulated_s: f64,
    warm_up_s: f64,
    total: Vec<Headline>,
    hours: Vec<SampleRow>,
    queues: Vec<SampleRow>,
}

struct SampleRow {
    name: String,
    figures: Vec<Headline>,
}

impl Sample {
    fn of(mut simulation: Simulation, plan: &Plan) -> Result<Self, Failure> {
        let mut tally = Tally::new(plan, simulation.tally_options());
        let run = simulation.run(&mut |output| tally.fold(output))?;
        let figures: Figures = tally.figures(run.ended);
        let rows = |rows: Vec<(&str, Vec<Headline>)>| {
            rows.into_iter().map(|(name, figures)| SampleRow { name: name.to_owned(), figures }).collect()
        };
        Ok(Self {
            simulated_s: run.horizon.as_secs_f64(),
            warm_up_s: simulation.count_from().as_secs_f64(),
            total: figures.headline(),
            hours: rows(figures.headline_by_hour()),
            queues: rows(figures.headline_by_queue()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(values: &[Option<f64>]) -> Vec<Vec<Headline>> {
        let one = |value| Headline { name: "answered", unit: Unit::Count, better: Some(Ordering::Greater), value };
        values.iter().map(|value| vec![one(*value)]).collect()
    }

    #[test]
    fn a_paired_difference_has_the_interval_of_the_textbook() {
        let first = samples(&[9.0, 10.0, 9.0, 9.0, 10.0].map(Some));
        let other = samples(&[10.0, 12.0, 9.0, 11.0, 13.0].map(Some));
        let figures = figures(&other, Some(&first));
        assert_eq!(figures[0].value.mean, Some(11.0));
        // 1, 2, 0, 2, 3: mean 1.6, s² = 1.3, √(1.3/5) times t(4). Unpaired it would be twice as wide.
        let difference = figures[0].difference.unwrap();
        assert!((difference.mean.unwrap() - 1.6).abs() < 1e-12);
        assert!((difference.half_width.unwrap() - 0.26f64.sqrt() * 2.776_445_105_2).abs() < 1e-8);
        assert_eq!(difference.n, 5);
    }

    #[test]
    fn only_replications_in_which_both_are_defined_make_a_difference() {
        let first = samples(&[Some(1.0), None, Some(3.0), Some(5.0)]);
        let other = samples(&[Some(2.0), Some(9.0), None, Some(8.0)]);
        let figures = figures(&other, Some(&first));
        let difference = figures[0].difference.unwrap();
        assert_eq!((difference.mean, difference.n), (Some(2.0), 2));
        assert_eq!(figures[0].value.n, 3);
    }

    #[test]
    fn the_first_has_no_difference_and_neither_has_what_the_first_does_not_know() {
        let values = samples(&[Some(1.0), Some(2.0)]);
        assert_eq!(figures(&values, None)[0].difference, None);
        assert_eq!(figures(&values, Some(&[Vec::new(), Vec::new()]))[0].difference, None);
    }
}
