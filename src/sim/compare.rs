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
use core::ops::ControlFlow;
use std::sync::Arc;

use serde::Serialize;

use super::in_order::{cores, in_order};
use super::runs::{Course, Day};
use super::setting::Setting;
use super::streams::replication_seed;
use super::{Ended, Failure, Moment, Runs, Scenario, Simulation, Until};
use crate::floor::{Plan, Problems};
use crate::stats::{Average, Estimate, Headline, Unit};

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
    /// How many replications of each have ended, and are counted.
    pub replications: u32,
    /// Why there are no more.
    pub ended: Ended,
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
    /// The whole centre: the figures of [`Figures::headline`](crate::stats::Figures::headline).
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
    Runs::new(replications).compare(alternatives, seed, &|moment| {
        if moment.at == moment.horizon {
            progress();
        }
        true
    })
}

impl Runs {
    /// Runs each alternative, on all cores; replication by replication they get the same calls. The result depends on the
    /// seed and not on the number of cores. `go_on` hears from every simulation, from any thread; once it says no, all of
    /// them stop, and those replications count that all alternatives have ended by then.
    ///
    /// A precision that is asked for as a share of figures must be reached by the figures of every alternative; one that
    /// is asked for in what they are counted in, by their differences from the first, or where there is but one
    /// alternative by its figure.
    ///
    /// # Errors
    ///
    /// What is wrong with the first alternative that cannot be run.
    pub fn compare(
        &self,
        alternatives: &[Alternative],
        seed: u64,
        go_on: &(impl Fn(&Moment) -> bool + Sync),
    ) -> Result<Comparison, CompareError> {
        let settings: Vec<Arc<Setting>> = alternatives.iter().map(Alternative::setting).collect::<Result<_, _>>()?;
        let course = Course::new(self);
        // One job for each alternative of each replication in turn.
        let width = alternatives.len().max(1) as u64;
        let job = |number: u64| {
            let (place, replication) = ((number % width) as usize, (number / width) as u32);
            let (plan, setting) = (&alternatives[place].plan, &settings[place]);
            let simulation = Simulation::of(plan.clone(), setting.clone(), replication_seed(seed, replication));
            course.run(simulation, plan, (place as u32, replication), go_on)
        };
        let mut sides: Vec<Side> =
            alternatives.iter().zip(&settings).map(|(of, setting)| Side::new(of, setting)).collect();
        let mut samples: Vec<Sample> = Vec::new();
        let (mut replications, mut failed) = (0, None);
        // One alone differs from nothing: its own figures are watched.
        let differences = alternatives.len() > 1 && self.precision().is_some_and(Until::of_differences);
        let take = |number: u64, day: Result<Day, Failure>| {
            let replication = (number / width) as u32;
            match day {
                Ok(day) if day.stopped => return ControlFlow::Break(()),
                Ok(day) => samples.push(Sample::of(&day)),
                Err(failure) => {
                    let name = sides[samples.len()].name.clone();
                    failed = Some(CompareError::Failed { name, replication, failure });
                    return ControlFlow::Break(());
                }
            }
            if samples.len() < sides.len() {
                return ControlFlow::Continue(());
            }
            for (place, (side, sample)) in sides.iter_mut().zip(&samples).enumerate() {
                side.push(sample, samples.first().filter(|_| place > 0));
            }
            samples.clear();
            replications += 1;
            course.goes_on(replications, || {
                sides
                    .iter()
                    .flat_map(|side| &side.total)
                    .filter_map(|track| track.watched(differences))
                    .collect::<Vec<_>>()
            })
        };
        let count = if alternatives.is_empty() { 0 } else { width * u64::from(self.most()) };
        in_order((cores(), count), &course.over, &job, take);
        if let Some(error) = failed {
            return Err(error);
        }
        let alternatives = sides.iter().map(Side::compared).collect();
        let ended = course.ended(replications);
        Ok(Comparison { schema: SCHEMA, seed, replications, ended, confidence: 0.95, alternatives })
    }
}

impl Alternative {
    /// A scenario with each of its rosters ([`Scenario::each_roster`]) on this floor.
    pub fn rosters(plan: &Arc<Plan>, scenario: &Scenario) -> Vec<Self> {
        let with = |scenario: Scenario| Self { name: scenario.name.clone(), plan: plan.clone(), scenario };
        scenario.each_roster().map(with).collect()
    }

    fn setting(&self) -> Result<Arc<Setting>, CompareError> {
        let problems = |problems| CompareError::Problems { name: self.name.clone(), problems };
        Setting::new(&self.plan, &self.scenario).map(Arc::new).map_err(problems)
    }
}

impl Comparison {
    /// The alternative of this name; the first of several.
    pub fn get(&self, name: &str) -> Option<&Compared> {
        self.alternatives.iter().find(|alternative| alternative.name == name)
    }
}

impl Compared {
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

/// An alternative, while its replications come in.
struct Side {
    name: String,
    simulated_s: f64,
    warm_up_s: f64,
    total: Vec<Track>,
    hours: Vec<(String, Vec<Track>)>,
    queues: Vec<(String, Vec<Track>)>,
}

/// A figure of an alternative, while its replications come in.
#[derive(Clone, Copy)]
struct Track {
    name: &'static str,
    unit: Unit,
    better: Option<Ordering>,
    value: Average,
    difference: Option<Average>,
}

/// What one replication came to.
struct Sample {
    total: Vec<Headline>,
    hours: Vec<(String, Vec<Headline>)>,
    queues: Vec<(String, Vec<Headline>)>,
}

impl Side {
    fn new(alternative: &Alternative, setting: &Setting) -> Self {
        Self {
            name: alternative.name.clone(),
            simulated_s: setting.horizon.as_secs_f64(),
            warm_up_s: setting.count_from.as_secs_f64(),
            total: Vec::new(),
            hours: Vec::new(),
            queues: Vec::new(),
        }
    }

    /// Adds a replication, and its differences from that of the first alternative.
    fn push(&mut self, own: &Sample, first: Option<&Sample>) {
        push(&mut self.total, &own.total, first.map(|first| &*first.total));
        push_rows(&mut self.hours, &own.hours, first.map(|first| &*first.hours));
        push_rows(&mut self.queues, &own.queues, first.map(|first| &*first.queues));
    }

    fn compared(&self) -> Compared {
        let figures = |tracks: &[Track]| tracks.iter().map(Track::figure).collect();
        let row = |(name, tracks): &(String, Vec<Track>)| Row { name: name.clone(), figures: figures(tracks) };
        Compared {
            name: self.name.clone(),
            simulated_s: self.simulated_s,
            warm_up_s: self.warm_up_s,
            total: figures(&self.total),
            hours: self.hours.iter().map(row).collect(),
            queues: self.queues.iter().map(row).collect(),
        }
    }
}

/// Adds the rows of a replication. All replications have the same, the first alternative perhaps others.
fn push_rows(
    rows: &mut Vec<(String, Vec<Track>)>,
    own: &[(String, Vec<Headline>)],
    first: Option<&[(String, Vec<Headline>)]>,
) {
    rows.extend(own.iter().skip(rows.len()).map(|(name, _)| (name.clone(), Vec::new())));
    for ((name, tracks), (_, own)) in rows.iter_mut().zip(own) {
        let same = first.and_then(|first| first.iter().find(|(other, _)| other == name));
        push(tracks, own, same.map(|(_, figures)| &**figures));
    }
}

/// Adds the figures of a replication: their values, and their differences where both are defined.
fn push(tracks: &mut Vec<Track>, own: &[Headline], first: Option<&[Headline]>) {
    let find = |name: &str| first.and_then(|first| first.iter().find(|figure| figure.name == name));
    tracks.extend(own.iter().skip(tracks.len()).map(|figure| Track {
        name: figure.name,
        unit: figure.unit,
        better: figure.better,
        value: Average::default(),
        difference: find(figure.name).map(|_| Average::default()),
    }));
    for (track, figure) in tracks.iter_mut().zip(own) {
        let Some(value) = figure.value else { continue };
        track.value.push(value);
        let first = find(track.name).and_then(|first| first.value);
        if let (Some(difference), Some(first)) = (&mut track.difference, first) {
            difference.push(value - first);
        }
    }
}

impl Track {
    fn figure(&self) -> Figure {
        let &Self { name, unit, better, value, difference } = self;
        let difference = difference.map(|difference| difference.estimate());
        Figure { name, unit, better, value: value.estimate(), difference }
    }

    /// What a precision is asked of.
    fn watched(&self, difference: bool) -> Option<(&'static str, Estimate)> {
        let average = if difference { self.difference? } else { self.value };
        Some((self.name, average.estimate()))
    }
}

impl Sample {
    fn of(day: &Day) -> Self {
        let rows = |rows: Vec<(&str, Vec<Headline>)>| {
            rows.into_iter().map(|(name, figures)| (name.to_owned(), figures)).collect()
        };
        let figures = &day.figures;
        Self {
            total: figures.headline(),
            hours: rows(figures.headline_by_hour()),
            queues: rows(figures.headline_by_queue()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The figures of these values, one for each replication, beside those of the first alternative.
    fn figures(own: &[Option<f64>], first: Option<&[Option<f64>]>) -> Vec<Figure> {
        let one = |value| [Headline { name: "answered", unit: Unit::Count, better: Some(Ordering::Greater), value }];
        let mut tracks = Vec::new();
        for (place, own) in own.iter().enumerate() {
            let first = first.map(|first| one(first[place]));
            push(&mut tracks, &one(*own), first.as_ref().map(|first| &first[..]));
        }
        tracks.iter().map(Track::figure).collect()
    }

    #[test]
    fn a_paired_difference_has_the_interval_of_the_textbook() {
        let first = [9.0, 10.0, 9.0, 9.0, 10.0].map(Some);
        let other = [10.0, 12.0, 9.0, 11.0, 13.0].map(Some);
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
        let first = [Some(1.0), None, Some(3.0), Some(5.0)];
        let other = [Some(2.0), Some(9.0), None, Some(8.0)];
        let figures = figures(&other, Some(&first));
        let difference = figures[0].difference.unwrap();
        assert_eq!((difference.mean, difference.n), (Some(2.0), 2));
        assert_eq!(figures[0].value.n, 3);
    }

    #[test]
    fn the_first_has_no_difference_and_neither_has_what_the_first_does_not_know() {
        let values = [Some(1.0), Some(2.0)];
        assert_eq!(figures(&values, None)[0].difference, None);
        let mut rows = Vec::new();
        let of = |name: &str| {
            (name.to_owned(), vec![Headline { name: "answered", unit: Unit::Count, better: None, value: None }])
        };
        push_rows(&mut rows, &[of("line"), of("complaints")], Some(&[of("line")]));
        let differences: Vec<bool> = rows.iter().map(|(_, tracks)| tracks[0].difference.is_some()).collect();
        assert_eq!(differences, [true, false]);
    }
}
