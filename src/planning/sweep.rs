//! Sweeps: one change with one value after another, by the same calls.

use core::str::FromStr;
use std::sync::Arc;

use serde::Serialize;

use super::change::{Change, ChangeError};
use crate::floor::{Length, Plan};
use crate::sim::compare::{CompareError, Compared};
use crate::sim::scenario::Scenario;
use crate::sim::{Alternative, Ended, Moment, Runs};
use crate::time::Span;

/// Version of the layout of a [`SweepResult`] as data.
const SCHEMA: u32 = 1;
/// The most values of a sweep.
const VALUES_MAX: usize = 100;

/// A knob and the values it is turned to.
///
/// As text: `volume=0.8..1.2..0.1` (from, to, step; without a step 1), `target=10s..40s..10s` (lengths),
/// `agents.spanish=0..4`, `floor.rules.choice=longest-idle,best-skilled` (a list). Knobs are those of [`Change`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// What is changed: `volume`, `floor.rules.target`.
    pub knob: String,
    /// To what, in order; 1 to 100 values.
    pub values: Vec<String>,
}

/// What a sweep came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SweepResult {
    /// Version of this layout: 1.
    pub schema: u32,
    /// What was changed.
    pub knob: String,
    /// The seed of the first replication.
    pub seed: u64,
    /// How many replications of each value have ended, and are counted.
    pub replications: u32,
    /// Why there are no more.
    pub ended: Ended,
    /// Probability that an interval holds the true mean: 0.95.
    pub confidence: f64,
    /// One for each value, in order.
    pub points: Vec<Point>,
}

/// One value of a sweep.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Point {
    /// The value.
    pub value: String,
    /// The figures; differences are from the first value.
    pub compared: Compared,
}

/// Why there is no sweep.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// A text that is no sweep.
    #[error(
        "`{0}` is no sweep, expected one such as `volume=0.8..1.2..0.1`, `agents.spanish=0..4` or `target=10s,20s`"
    )]
    Malformed(String),
    /// More values than a sweep may have, or none.
    #[error("got {0} values, expected 1 to 100")]
    Values(usize),
    /// One of its changes cannot be made.
    #[error("value `{value}`: {error}")]
    Change {
        /// The value.
        value: String,
        /// Why.
        error: ChangeError,
    },
    /// It could not be run.
    #[error(transparent)]
    Compare(#[from] CompareError),
}

impl Sweep {
    /// Runs each value; replication by replication the same calls come to all. `go_on` hears from every simulation, from
    /// any thread; once it says no, all of them stop, and those replications count that all values have ended by then.
    ///
    /// # Errors
    ///
    /// See [`SweepError`].
    pub fn run(
        &self,
        plan: &Arc<Plan>,
        scenario: &Scenario,
        runs: &Runs,
        seed: u64,
        go_on: &(impl Fn(&Moment) -> bool + Sync),
    ) -> Result<SweepResult, SweepError> {
        if !(1..=VALUES_MAX).contains(&self.values.len()) {
            return Err(SweepError::Values(self.values.len()));
        }
        let alternative = |value: &String| {
            let changed = Change::of(&self.knob, value).and_then(|change| change.apply(plan, scenario));
            let (plan, scenario) = changed.map_err(|error| SweepError::Change { value: value.clone(), error })?;
            Ok(Alternative { name: value.clone(), plan, scenario })
        };
        let alternatives = self.values.iter().map(alternative).collect::<Result<Vec<_>, SweepError>>()?;
        let compared = runs.compare(&alternatives, seed, go_on)?;
        let (replications, ended) = (compared.replications, compared.ended);
        let values = self.values.iter().cloned();
        let points = values.zip(compared.alternatives).map(|(value, compared)| Point { value, compared }).collect();
        let (knob, confidence) = (self.knob.clone(), compared.confidence);
        Ok(SweepResult { schema: SCHEMA, knob, seed, replications, ended, confidence, points })
    }
}

impl FromStr for Sweep {
    type Err = SweepError;

    fn from_str(text: &str) -> Result<Self, SweepError> {
        let malformed = || SweepError::Malformed(text.to_owned());
        let (knob, range) = text.split_once('=').ok_or_else(malformed)?;
        let (knob, range) = (knob.trim().to_owned(), range.trim());
        let values = match range.split("..").map(str::trim).collect::<Vec<_>>()[..] {
            [list] => list.split(',').map(|value| value.trim().to_owned()).collect(),
            [from, to] => values(from, to, "1").ok_or_else(malformed)??,
            [from, to, step] => values(from, to, step).ok_or_else(malformed)??,
            _ => return Err(malformed()),
        };
        match values.len() {
            1..=VALUES_MAX => Ok(Self { knob, values }),
            count => Err(SweepError::Values(count)),
        }
    }
}

/// From the first to the last, both included where the step hits it; `None` if these are no such values.
fn values(from: &str, to: &str, step: &str) -> Option<Result<Vec<String>, SweepError>> {
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    let text: fn(f64) -> String;
    let (from, to, step) = match (number(from), number(to), number(step)) {
        (Some(from), Some(to), Some(step)) => {
            // As people write decimals: 0.1 + 0.2 is 0.3.
            text = |number| ((number * 1e9).round() / 1e9).to_string();
            (from, to, step)
        }
        _ => {
            let secs = |text: &str| match text.parse::<Length>() {
                Ok(Length::Span(span)) => Some(span.as_secs_f64()),
                _ => None,
            };
            text = |secs| Length::Span(Span::from_millis((secs * 1e3).round() as u64)).to_string();
            (secs(from)?, secs(to)?, secs(step)?)
        }
    };
    if step <= 0.0 || to < from {
        return None;
    }
    // `as` saturates.
    let steps = ((to - from) / step + 1e-9).floor() as u32;
    if steps as usize >= VALUES_MAX {
        return Some(Err(SweepError::Values((steps as usize).saturating_add(1))));
    }
    Some(Ok((0..=steps).map(|place| text(from + f64::from(place) * step)).collect()))
}
