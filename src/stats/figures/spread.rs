//! How evenly work is spread over agents (A7).

use serde::{Deserialize, Serialize};

use super::{Measured, Unit};

/// How evenly something is spread over agents (A7): one value for each agent who was signed in at all; all `null` where
/// there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Spread {
    /// The least.
    pub min: Option<f64>,
    /// The middle one; the mean of the two middle ones of an even number.
    pub median: Option<f64>,
    /// The most.
    pub max: Option<f64>,
    /// The mean over agents.
    pub mean: Option<f64>,
    /// Coefficient of variation: standard deviation (of all agents, not of a sample) over mean. 0 where all have the
    /// same; `null` where nobody has anything.
    pub variation: Option<f64>,
    /// Jain's index: the squared sum over the number of agents times the sum of squares. From 1/n, one agent has it
    /// all, to 1, all have the same; `null` where nobody has anything. It equals 1 / (1 + variation²).
    pub jain: Option<f64>,
}

impl Spread {
    pub(in crate::stats) fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_unstable_by(f64::total_cmp);
        let middle = values.get(values.len() / 2).copied();
        let below = values.len().checked_sub(1).and_then(|last| values.get(last / 2)).copied();
        let median = middle.zip(below).map(|(upper, lower)| (lower + upper) / 2.0);
        let count = values.len() as f64;
        let mean = (count > 0.0).then(|| values.iter().sum::<f64>() / count);
        let of_mean = mean.filter(|mean| *mean > 0.0).map(|mean| {
            // Deviations are relative to the mean, so that equal values give exactly 0 and 1.
            let variance = values.iter().map(|value| (value / mean - 1.0).powi(2)).sum::<f64>() / count;
            (variance.sqrt(), 1.0 / (1.0 + variance))
        });
        let (variation, jain) = of_mean.unzip();
        Self { min: values.first().copied(), median, max: values.last().copied(), mean, variation, jain }
    }

    /// Every figure with its name, in order; of something that is counted in this unit.
    pub(super) fn measured(&self, unit: Unit) -> impl Iterator<Item = Measured> + use<> {
        let Self { min, median, max, mean, variation, jain } = *self;
        let named = [("min", min), ("median", median), ("max", max), ("mean", mean)];
        let named = named.into_iter().map(move |(name, value)| (name, unit, value));
        named.chain([("variation", Unit::Ratio, variation), ("jain", Unit::Ratio, jain)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> Spread {
        Spread::of(values.iter().copied())
    }

    #[test]
    fn the_median_of_an_even_number_is_between_the_two_middle_ones() {
        let spread = of(&[4.0, 1.0, 3.0, 10.0]);
        assert_eq!((spread.min, spread.median, spread.max), (Some(1.0), Some(3.5), Some(10.0)));
        assert_eq!(of(&[2.0]).median, Some(2.0));
        assert_eq!(of(&[]), Spread::default());
    }

    #[test]
    fn jains_index_is_1_for_equal_loads_and_one_nth_if_one_agent_bears_it_all() {
        let even = of(&[6.0, 6.0, 6.0]);
        assert_eq!((even.mean, even.variation, even.jain), (Some(6.0), Some(0.0), Some(1.0)));
        let one = of(&[0.0, 0.0, 0.0, 8.0]);
        assert_eq!((one.mean, one.variation, one.jain), (Some(2.0), Some(3f64.sqrt()), Some(0.25)));
        // (1 + 2 + 3)² / (3 · (1 + 4 + 9)) = 36 / 42.
        assert!((of(&[1.0, 2.0, 3.0]).jain.unwrap() - 36.0 / 42.0).abs() < 1e-12);
        let none = of(&[0.0, 0.0]);
        assert_eq!((none.mean, none.variation, none.jain), (Some(0.0), None, None));
    }
}
