//! Means over replications with 95 % intervals.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
        let mut order: Vec<String> = Vec::new();
        let mut values: BTreeMap<String, BTreeMap<String, Vec<f64>>> = BTreeMap::new();
        for figures in replications {
            for (name, value) in figures.metrics() {
                if !values.contains_key(&name.section) {
                    order.push(name.section.clone());
                }
                let section = values.entry(name.section).or_default();
                section.entry(name.figure.to_owned()).or_default().extend(value);
            }
        }
        let mut quantiles = Quantiles::default();
        let mut section = |name: String| {
            let figures = values.remove(&name).unwrap_or_default();
            let figures = figures.into_iter().map(|(figure, values)| (figure, quantiles.estimate(&values))).collect();
            SummarySection { name, figures }
        };
        let sections = order.into_iter().map(&mut section).collect();
        let flows = flows(replications, &mut quantiles);
        let replications = u32::try_from(replications.len()).unwrap_or(u32::MAX);
        Self { schema: SCHEMA, replications, confidence: 0.95, sections, flows }
    }

    /// One figure; `None` if there is no such section or figure.
    pub fn get(&self, section: &str, figure: &str) -> Option<Estimate> {
        self.sections.iter().find(|candidate| candidate.name == section)?.figures.get(figure).copied()
    }
}

/// The flows of all replications, in the order in which each of them has its own: by the floor's queues and tiers, then
/// by rung and end.
fn flows(replications: &[Figures], quantiles: &mut Quantiles) -> Vec<FlowSummary> {
    let Some(floor) = replications.first() else { return Vec::new() };
    let place = |flow: &FlowFigures| {
        let exit = VisitFigures::default().each().position(|(name, _)| name == flow.exit);
        let queue = |name: &String| floor.queues.iter().position(|queue| queue.name == *name);
        let tier = flow.tier.as_ref().map(|name| floor.tiers.iter().position(|tier| tier.name == *name));
        let team = flow.team.as_ref().map(|name| floor.teams.iter().position(|team| team.name == *name));
        (queue(&flow.queue), tier, flow.rung, exit, team, flow.to.as_ref().map(queue))
    };
    let mut counts: BTreeMap<_, (&FlowFigures, Vec<f64>)> = BTreeMap::new();
    for (number, figures) in replications.iter().enumerate() {
        for flow in &figures.flows {
            let none_yet = || (flow, vec![0.0; replications.len()]);
            let (_, visits) = counts.entry(place(flow)).or_insert_with(none_yet);
            visits.get_mut(number).into_iter().for_each(|visits| *visits += flow.visits as f64);
        }
    }
    let summary = |(flow, visits): (&FlowFigures, Vec<f64>)| {
        let FlowFigures { queue, tier, rung, exit, team, to, .. } = flow.clone();
        FlowSummary { queue, tier, rung, exit, team, to, visits: quantiles.estimate(&visits) }
    };
    counts.into_values().map(summary).collect()
}

impl Estimate {
    /// The mean of these values and its 95 % interval.
    pub fn of(values: &[f64]) -> Self {
        Quantiles::default().estimate(values)
    }

    /// The estimate of this mean, whose standard error is known with so many degrees of freedom, at least 1: what of
    /// several values remains after something else was estimated from them, a regression for example. It counts as one
    /// of `freedom + 1` replications.
    pub fn with_error(mean: f64, error: f64, freedom: usize) -> Self {
        let half_width = (freedom > 0).then(|| error * student_t_975(freedom));
        Self { mean: Some(mean), half_width, n: u32::try_from(freedom.saturating_add(1)).unwrap_or(u32::MAX) }
    }
}

/// The quantiles of Student's t already worked out, by degrees of freedom.
#[derive(Default)]
struct Quantiles(BTreeMap<usize, f64>);

impl Quantiles {
    fn estimate(&mut self, values: &[f64]) -> Estimate {
        let n = values.len();
        if n == 0 {
            return Estimate::default();
        }
        let mean = values.iter().sum::<f64>() / n as f64;
        let half_width = (n > 1).then(|| {
            let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
            let error = (squares / (n - 1) as f64 / n as f64).sqrt();
            error * *self.0.entry(n - 1).or_insert_with(|| student_t_975(n - 1))
        });
        Estimate { mean: Some(mean), half_width, n: u32::try_from(n).unwrap_or(u32::MAX) }
    }
}

/// The 97.5 % quantile of Student's t with this many degrees of freedom, at least 1; good to 1e-9.
fn student_t_975(freedom: usize) -> f64 {
    let (mut low, mut high) = (1.9, 13.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if within(middle, freedom) < 0.95 {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// The probability that Student's t lies between -t and t: the closed form for whole degrees of freedom (Abramowitz
/// and Stegun, 26.7.3 and 26.7.4). Beyond 10,000 degrees t is scaled as if there were 10,000, which changes a quantile
/// by less than 3e-4.
fn within(t: f64, freedom: usize) -> f64 {
    let freedom = freedom.clamp(1, 10_000);
    let angle = (t / (freedom as f64).sqrt()).atan();
    let (sin, cos) = angle.sin_cos();
    let odd = freedom % 2 == 1;
    // sin·(cos + 2/3·cos³ + …) for odd, sin·(1 + 1/2·cos² + …) for even freedom; the last power is freedom - 2.
    let mut term = if odd { cos } else { 1.0 };
    let mut sum = 0.0;
    for power in ((if odd { 1 } else { 0 })..=freedom.saturating_sub(2)).step_by(2) {
        sum += term;
        term *= cos * cos * (power + 1) as f64 / (power + 2) as f64;
    }
    if odd { (angle + sin * sum) * core::f64::consts::FRAC_2_PI } else { sin * sum }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_printed_tables() {
        let table = [
            (1, 12.706_204_736_4),
            (2, 4.302_652_729_7),
            (3, 3.182_446_305_3),
            (4, 2.776_445_105_2),
            (5, 2.570_581_835_6),
            (9, 2.262_157_162_8),
            (10, 2.228_138_852_0),
            (19, 2.093_024_054_4),
            (29, 2.045_229_642_1),
            (30, 2.042_272_456_3),
            (100, 1.983_971_518_5),
            (1000, 1.962_339_080_8),
        ];
        for (freedom, quantile) in table {
            let got = student_t_975(freedom);
            assert!((got - quantile).abs() < 1e-8, "{freedom}: {got} instead of {quantile}");
        }
    }

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
        assert_eq!(Estimate::with_error(11.0, error, 4), Estimate::of(&[10.0, 12.0, 9.0, 11.0, 13.0]));
        assert_eq!(Estimate::with_error(11.0, error, 0).half_width, None);
    }

    #[test]
    fn one_value_has_no_interval_and_none_has_no_mean() {
        assert_eq!(Estimate::of(&[3.0]), Estimate { mean: Some(3.0), half_width: None, n: 1 });
        assert_eq!(Estimate::of(&[]), Estimate::default());
        assert_eq!(Estimate::of(&[7.0, 7.0]).half_width, Some(0.0));
    }
}
