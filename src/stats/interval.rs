//! Means over replications with 95 % intervals.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::average::{Average, Quantiles, student_t_975};
use super::figures::{Figures, FlowFigures, SCHEMA, VisitFigures};

/// Every figure over several replications. Its JSON:
///
/// ```json
/// { "schema": 1, "replications": 10, "confidence": 0.95,
///   "sections": [ { "name": "calls", "figures": { "offered": { "mean": 1034.2, "half_width": 12.9, "n": 10 } } } ],
///   "flows": [ { "queue": "guests", "tier": null, "rung": 1, "exit": "answered", "team": "foremen", "to": null,
///     "visits": { "mean": 71.3, "half_width": 4.0, "n": 10 } } ] }
/// ```
///
/// Sections and figures are those of [`Figures::metrics`], in its order; flows are those that any replication has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Version of this layout: [`SCHEMA`].
    pub schema: u32,
    /// How many replications.
    pub replications: u32,
    /// Probability that an interval holds the true mean: 0.95.
    pub confidence: f64,
    /// The figures, section by section.
    pub sections: Vec<SummarySection>,
    /// The ways visits took.
    #[serde(default)]
    pub flows: Vec<FlowSummary>,
}

/// One section of figures over several replications.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SummarySection {
    /// What the figures are about: `calls`, `queues/NAME`, …
    pub name: String,
    /// Each figure by name.
    pub figures: BTreeMap<String, Estimate>,
}

/// A way that visits took, over several replications: the fields of [`FlowFigures`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FlowSummary {
    /// The queue.
    pub queue: String,
    /// The caller's VIP tier.
    pub tier: Option<String>,
    /// The last rung reached, counted from 1; 0 if none was.
    pub rung: u16,
    /// How the visit ended.
    pub exit: String,
    /// The team of whoever took the call.
    pub team: Option<String>,
    /// The queue it went on to.
    pub to: Option<String>,
    /// How many; a replication that has no such visit counts with 0.
    pub visits: Estimate,
}

/// The mean of one figure over replications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The mean over the replications in which the figure is defined; `null` if in none.
    pub mean: Option<f64>,
    /// Half the width of the 95 % interval by Student's t; `null` with fewer than two values.
    pub half_width: Option<f64>,
    /// In how many replications the figure is defined.
    pub n: u32,
}

impl Summary {
    /// Sums up replications of one floor; figures that not all replications have (by section and name) count where
    /// they are.
    pub fn of(replications: &[Figures]) -> Self {
        let mut means = Means::default();
        replications.iter().for_each(|figures| means.push(figures));
        means.summary()
    }

    /// One figure; `None` if there is no such section or figure.
    pub fn get(&self, section: &str, figure: &str) -> Option<Estimate> {
        self.sections.iter().find(|candidate| candidate.name == section)?.figures.get(figure).copied()
    }
}

/// A summary that grows replication by replication; its memory does not.
#[derive(Clone, Debug, Default)]
pub struct Means {
    replications: u32,
    /// By section, in the order in which they came.
    sections: Vec<(String, BTreeMap<&'static str, Average>)>,
    places: BTreeMap<String, usize>,
    floor: Floor,
    flows: BTreeMap<FlowPlace, (FlowFigures, Average)>,
}

/// Names in the floor's order, by the first replication.
#[derive(Clone, Debug, Default)]
struct Floor {
    queues: Vec<String>,
    tiers: Vec<String>,
    teams: Vec<String>,
}

/// Where a flow stands among others: by queue, tier, rung, exit, team and queue it went on to, in the order in which each
/// replication has its own.
type FlowPlace =
    (Option<usize>, Option<Option<usize>>, u16, Option<usize>, Option<Option<usize>>, Option<Option<usize>>);

impl Means {
    /// Adds one replication.
    pub fn push(&mut self, figures: &Figures) {
        if self.replications == 0 {
            self.floor = Floor {
                queues: figures.queues.iter().map(|queue| queue.name.clone()).collect(),
                tiers: figures.tiers.iter().map(|tier| tier.name.clone()).collect(),
                teams: figures.teams.iter().map(|team| team.name.clone()).collect(),
            };
        }
        for (name, value) in figures.metrics() {
            let place = self.places.get(&name.section).copied().unwrap_or_else(|| {
                self.sections.push((name.section.clone(), BTreeMap::new()));
                self.places.insert(name.section, self.sections.len() - 1);
                self.sections.len() - 1
            });
            let average = self.sections[place].1.entry(name.figure).or_default();
            value.into_iter().for_each(|value| average.push(value));
        }
        for flow in &figures.flows {
            let (_, visits) = self.flows.entry(self.floor.place(flow)).or_insert_with(|| {
                let mut visits = Average::default();
                visits.push_zeros(self.replications);
                (flow.clone(), visits)
            });
            visits.push_zeros(self.replications.saturating_sub(visits.len()));
            visits.push(flow.visits as f64);
        }
        self.replications = self.replications.saturating_add(1);
    }

    /// What they come to so far.
    pub fn summary(&self) -> Summary {
        let mut quantiles = Quantiles::default();
        let mut section = |(name, figures): &(String, BTreeMap<&'static str, Average>)| {
            let figures = figures.iter().map(|(name, average)| ((*name).to_owned(), quantiles.estimate(average)));
            SummarySection { name: name.clone(), figures: figures.collect() }
        };
        let sections = self.sections.iter().map(&mut section).collect();
        let mut flow = |(flow, visits): &(FlowFigures, Average)| {
            let mut visits = *visits;
            visits.push_zeros(self.replications.saturating_sub(visits.len()));
            let FlowFigures { queue, tier, rung, exit, team, to, .. } = flow.clone();
            FlowSummary { queue, tier, rung, exit, team, to, visits: quantiles.estimate(&visits) }
        };
        let flows = self.flows.values().map(&mut flow).collect();
        Summary { schema: SCHEMA, replications: self.replications, confidence: 0.95, sections, flows }
    }
}

impl Floor {
    fn place(&self, flow: &FlowFigures) -> FlowPlace {
        let find = |names: &[String], name: &String| names.iter().position(|other| other == name);
        let exit = VisitFigures::default().each().position(|(name, _)| name == flow.exit);
        let tier = flow.tier.as_ref().map(|name| find(&self.tiers, name));
        let team = flow.team.as_ref().map(|name| find(&self.teams, name));
        (
            find(&self.queues, &flow.queue),
            tier,
            flow.rung,
            exit,
            team,
            flow.to.as_ref().map(|to| find(&self.queues, to)),
        )
    }
}

impl Estimate {
    /// The mean of these values and its 95 % interval.
    pub fn of(values: &[f64]) -> Self {
        let mut average = Average::default();
        values.iter().for_each(|value| average.push(*value));
        average.estimate()
    }

    /// The estimate of this mean, whose standard error is known with so many degrees of freedom, at least 1: what of
    /// several values remains after something else was estimated from them, a regression for example. It counts as one
    /// of `freedom + 1` replications.
    pub fn with_error(mean: f64, error: f64, freedom: usize) -> Self {
        let freedom = u32::try_from(freedom).unwrap_or(u32::MAX);
        let half_width = (freedom > 0).then(|| error * student_t_975(freedom));
        Self { mean: Some(mean), half_width, n: freedom.saturating_add(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_of_five_has_the_interval_of_the_textbook() {
        let estimate = Estimate::of(&[10.0, 12.0, 9.0, 11.0, 13.0]);
        assert_eq!(estimate.mean, Some(11.0));
        // s = √2.5, s/√5 = √0.5, times t(4).
        assert!((estimate.half_width.unwrap() - 0.5f64.sqrt() * 2.776_445_105_2).abs() < 1e-8);
        assert_eq!(estimate.n, 5);
    }

    #[test]
    fn a_mean_with_a_known_error_has_the_interval_of_its_values() {
        let error = 0.5f64.sqrt();
        let (known, values) = (Estimate::with_error(11.0, error, 4), Estimate::of(&[10.0, 12.0, 9.0, 11.0, 13.0]));
        assert_eq!((known.mean, known.n), (values.mean, values.n));
        assert!((known.half_width.unwrap() - values.half_width.unwrap()).abs() < 1e-12, "{known:?}, {values:?}");
        assert_eq!(Estimate::with_error(11.0, error, 0).half_width, None);
    }

    #[test]
    fn one_value_has_no_interval_and_none_has_no_mean() {
        assert_eq!(Estimate::of(&[3.0]), Estimate { mean: Some(3.0), half_width: None, n: 1 });
        assert_eq!(Estimate::of(&[]), Estimate::default());
        assert_eq!(Estimate::of(&[7.0, 7.0]).half_width, Some(0.0));
    }
}
