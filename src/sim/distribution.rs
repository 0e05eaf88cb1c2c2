//! Distributions as data, and how they are drawn from.
//!
//! Draws are rounded to the microsecond: mathematical libraries differ in the last bit of a logarithm, and no figure
//! should depend on which of them a build happens to contain.

use std::sync::Arc;

use rand::{Rng, RngExt};
use rand_distr::{Distribution as _, Exp, LogNormal, Uniform};
use serde::{Deserialize, Serialize};

use super::check::number;
use crate::floor::Length;
use crate::time::Span;

/// The most phases an Erlang distribution may have.
pub const ERLANG_PHASES_MAX: u32 = 1_000;
/// The largest coefficient of variation a distribution may have.
pub const CV_MAX: f64 = 100.0;
/// The least and the largest shape a Weibull distribution may have.
pub const SHAPES: core::ops::RangeInclusive<f64> = 0.1..=100.0;
/// The most lengths an empirical distribution may have.
pub const EMPIRICAL_MAX: usize = 100_000;

/// How a length of time is drawn.
///
/// In TOML: `"never"`, `{ fixed = "20s" }`, `{ exponential = "3m" }`, `{ uniform = ["5s", "15s"] }`,
/// `{ lognormal = { mean = "3m", cv = 1.2 } }`, `{ gamma = { mean = "3m", cv = 0.6 } }`,
/// `{ weibull = { mean = "2m", shape = 0.7 } }`, `{ erlang = { mean = "3m", k = 4 } }`,
/// `{ hyperexponential = { mean = "3m", cv = 2 } }`, `{ empirical = ["50s", "3m", "1m12s"] }`. Lengths are written as
/// floors write them, rings included.
///
/// A scenario that is read from a file may name a file of lengths, `{ empirical = "talks.txt" }`: one on each line,
/// either as floors write them or as a number of seconds, with empty lines and lines that begin with `#` passed over.
/// Its place is taken from the scenario's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Distribution {
    /// It never happens: infinite patience. Only where a scenario says that this is allowed.
    Never,
    /// Always this long.
    Fixed(Length),
    /// Memoryless, with this mean, which is not zero.
    Exponential(Length),
    /// Equally likely from the first to the second, which is not shorter.
    Uniform(Length, Length),
    /// Skewed, as talk and work after calls are.
    Lognormal(Lognormal),
    /// Skewed too, with a lighter tail than the lognormal of the same mean and spread.
    Gamma(Gamma),
    /// As patience often is: a shape below 1 means that who has waited long goes on waiting, above 1 the contrary.
    Weibull(Weibull),
    /// The sum of `k` equal exponential phases: the larger `k`, the more regular.
    Erlang(Erlang),
    /// A mixture of two exponential distributions: most are short, a few very long.
    Hyperexponential(Hyperexponential),
    /// One of these, all alike, 1 to 100,000 of them: what was measured.
    Empirical(Arc<[Length]>),
}

/// A lognormal distribution by its mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lognormal {
    /// The mean (not the median), not zero.
    pub mean: Length,
    /// Coefficient of variation: standard deviation over mean, 0 to 100.
    pub cv: f64,
}

/// A gamma distribution by its mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gamma {
    /// The mean, not zero.
    pub mean: Length,
    /// Coefficient of variation, 0 to 100; its square is one over the shape.
    pub cv: f64,
}

/// A Weibull distribution by its mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weibull {
    /// The mean (not the scale), not zero.
    pub mean: Length,
    /// The shape, 0.1 to 100; 1 is exponential.
    pub shape: f64,
}

/// A hyperexponential distribution of two phases with balanced means: each phase brings half of the mean (Whitt,
/// "Approximating a point process by a renewal process, I", Operations Research 30, 1982).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hyperexponential {
    /// The mean of the whole, not zero.
    pub mean: Length,
    /// Coefficient of variation, 1 to 100; 1 is exponential.
    pub cv: f64,
}

/// An Erlang distribution by its mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erlang {
    /// The mean of the whole, not zero.
    pub mean: Length,
    /// How many phases, 1 to 1,000.
    pub k: u32,
}

/// What is wrong with a distribution: what was expected and what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unusable {
    pub(crate) expected: &'static str,
    pub(crate) got: String,
}

/// A distribution, checked and ready to be drawn from.
#[derive(Clone, Debug)]
pub(crate) enum Sampler {
    Never,
    Fixed(Span),
    Exponential(Exp<f64>),
    Uniform(Uniform<f64>),
    Lognormal(LogNormal<f64>),
    Gamma(rand_distr::Gamma<f64>),
    Weibull(rand_distr::Weibull<f64>),
    /// The probability of the first phase, and both.
    Hyperexponential(f64, [Exp<f64>; 2]),
    Empirical(Arc<[Span]>),
}

impl Distribution {
    /// Checks it and makes it ready; `ring` is the length of one ring.
    pub(crate) fn sampler(&self, ring: Span) -> Result<Sampler, Unusable> {
        let unusable = |expected, got: String| Unusable { expected, got };
        let no_mean = || unusable("a mean longer than no time", "no time".into());
        let mean = |length: Length| match length.to_span(ring).as_secs_f64() {
            0.0 => Err(no_mean()),
            secs => Ok(secs),
        };
        let within = |value: f64, range: core::ops::RangeInclusive<f64>, expected| {
            if range.contains(&value) { Ok(value) } else { Err(unusable(expected, number(value))) }
        };
        Ok(match self {
            Self::Never => Sampler::Never,
            Self::Fixed(length) => Sampler::Fixed(length.to_span(ring)),
            Self::Exponential(length) => Sampler::Exponential(exponential(mean(*length)?).map_err(|_| no_mean())?),
            Self::Uniform(from, to) => {
                let (from, to) = (from.to_span(ring), to.to_span(ring));
                let uniform = Uniform::new_inclusive(from.as_secs_f64(), to.as_secs_f64());
                Sampler::Uniform(uniform.map_err(|_| unusable("the shorter length first", format!("{from} and {to}")))?)
            }
            Self::Lognormal(Lognormal { mean: length, cv }) => {
                let cv = within(*cv, 0.0..=CV_MAX, "a coefficient of variation from 0 to 100")?;
                Sampler::Lognormal(LogNormal::from_mean_cv(mean(*length)?, cv).map_err(|_| no_mean())?)
            }
            Self::Gamma(Gamma { mean: length, cv }) => {
                let cv = within(*cv, 0.0..=CV_MAX, "a coefficient of variation from 0 to 100")?;
                let (mean, variance) = (mean(*length)?, cv * cv);
                match rand_distr::Gamma::new(1.0 / variance, mean * variance) {
                    // Below the least of normal numbers, one over it is infinite.
                    Ok(gamma) if variance >= f64::MIN_POSITIVE => Sampler::Gamma(gamma),
                    // So regular that it is no distribution any more.
                    _ => Sampler::Fixed(length.to_span(ring)),
                }
            }
            Self::Weibull(Weibull { mean: length, shape }) => {
                let shape = within(*shape, SHAPES, "a shape from 0.1 to 100")?;
                let scale = mean(*length)? / libm::tgamma(1.0 + 1.0 / shape);
                Sampler::Weibull(rand_distr::Weibull::new(scale, shape).map_err(|_| no_mean())?)
            }
            Self::Erlang(Erlang { mean: length, k }) => {
                if !(1..=ERLANG_PHASES_MAX).contains(k) {
                    return Err(unusable("1 to 1,000 phases", k.to_string()));
                }
                let k = f64::from(*k);
                Sampler::Gamma(rand_distr::Gamma::new(k, mean(*length)? / k).map_err(|_| no_mean())?)
            }
            Self::Hyperexponential(Hyperexponential { mean: length, cv }) => {
                let cv = within(*cv, 1.0..=CV_MAX, "a coefficient of variation from 1 to 100")?;
                let mean = mean(*length)?;
                let first = 0.5 * (1.0 + ((cv * cv - 1.0) / (cv * cv + 1.0)).sqrt());
                let phase = |share: f64| exponential(mean / (2.0 * share)).map_err(|_| no_mean());
                Sampler::Hyperexponential(first, [phase(first)?, phase(1.0 - first)?])
            }
            Self::Empirical(lengths) => {
                if !(1..=EMPIRICAL_MAX).contains(&lengths.len()) {
                    return Err(unusable("1 to 100,000 lengths", format!("{} lengths", lengths.len())));
                }
                Sampler::Empirical(lengths.iter().map(|length| length.to_span(ring)).collect())
            }
        })
    }
}

fn exponential(mean: f64) -> Result<Exp<f64>, rand_distr::ExpError> {
    Exp::new(1.0 / mean)
}

impl Sampler {
    /// No time at all.
    pub(crate) const ZERO: Self = Self::Fixed(Span::ZERO);

    /// The next length; `None` for never.
    pub(crate) fn draw(&self, rng: &mut impl Rng) -> Option<Span> {
        let secs = match self {
            Self::Never => return None,
            Self::Fixed(span) => return Some(*span),
            Self::Exponential(distribution) => distribution.sample(rng),
            Self::Uniform(distribution) => distribution.sample(rng),
            Self::Lognormal(distribution) => distribution.sample(rng),
            Self::Gamma(distribution) => distribution.sample(rng),
            Self::Weibull(distribution) => distribution.sample(rng),
            Self::Hyperexponential(first, [one, other]) => {
                let phase = if rng.random::<f64>() < *first { one } else { other };
                phase.sample(rng)
            }
            Self::Empirical(lengths) => {
                let place = rng.random::<f64>() * lengths.len() as f64;
                return Some(lengths.get(place as usize).copied().unwrap_or_default());
            }
        };
        Some(micros(secs))
    }
}

/// So many seconds, rounded to the microsecond.
pub(crate) fn micros(secs: f64) -> Span {
    // `as` saturates and takes not-a-number for zero.
    Span::from_nanos(((secs * 1e6).round() as u64).saturating_mul(1_000))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    use super::*;

    const RING: Span = Span::from_secs(6);

    fn seconds(secs: u64) -> Length {
        Length::Span(Span::from_secs(secs))
    }

    /// Mean and coefficient of variation of many draws.
    fn figures(distribution: Distribution) -> (f64, f64) {
        let sampler = distribution.sampler(RING).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let draws: Vec<f64> = (0..200_000).map(|_| sampler.draw(&mut rng).unwrap().as_secs_f64()).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let variance = draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / draws.len() as f64;
        (mean, variance.sqrt() / mean)
    }

    #[test]
    fn draws_have_the_mean_and_the_spread_that_were_asked_for() {
        let close = |(mean, cv): (f64, f64), (mean_expected, cv_expected): (f64, f64)| {
            assert!((mean / mean_expected - 1.0).abs() < 0.01, "mean {mean}, expected {mean_expected}");
            assert!((cv - cv_expected).abs() < 0.03, "cv {cv}, expected {cv_expected}");
        };
        close(figures(Distribution::Fixed(seconds(20))), (20.0, 0.0));
        close(figures(Distribution::Exponential(seconds(180))), (180.0, 1.0));
        close(figures(Distribution::Uniform(seconds(5), seconds(15))), (10.0, 10.0 / 12f64.sqrt() / 10.0));
        close(figures(Distribution::Lognormal(Lognormal { mean: seconds(180), cv: 0.7 })), (180.0, 0.7));
        close(figures(Distribution::Erlang(Erlang { mean: seconds(180), k: 4 })), (180.0, 0.5));
        for cv in [0.0, 1e-160, 0.4, 1.0, 2.0] {
            close(figures(Distribution::Gamma(Gamma { mean: seconds(180), cv })), (180.0, cv));
        }
        for cv in [1.0, 1.5, 3.0] {
            let mean = seconds(180);
            close(figures(Distribution::Hyperexponential(Hyperexponential { mean, cv })), (180.0, cv));
        }
        // Γ(1 + 2/k) / Γ(1 + 1/k)² − 1 is the square of the coefficient of variation: 5 for k = 1/2, 4/π − 1 for k = 2.
        for (shape, cv) in [(0.5, 5f64.sqrt()), (1.0, 1.0), (2.0, (4.0 / core::f64::consts::PI - 1.0).sqrt())] {
            close(figures(Distribution::Weibull(Weibull { mean: seconds(180), shape })), (180.0, cv));
        }
        let lengths = [10, 20, 20, 50].map(seconds);
        close(figures(Distribution::Empirical(lengths.into())), (25.0, 0.6));
    }

    #[test]
    fn a_distribution_that_cannot_be_drawn_from_is_named_and_never_a_panic() {
        let unusable = [
            Distribution::Exponential(seconds(0)),
            Distribution::Uniform(seconds(15), seconds(5)),
            Distribution::Lognormal(Lognormal { mean: seconds(0), cv: 1.0 }),
            Distribution::Lognormal(Lognormal { mean: seconds(1), cv: f64::NAN }),
            Distribution::Lognormal(Lognormal { mean: seconds(1), cv: -1.0 }),
            Distribution::Erlang(Erlang { mean: seconds(1), k: 0 }),
            Distribution::Erlang(Erlang { mean: seconds(0), k: 2 }),
            Distribution::Gamma(Gamma { mean: seconds(0), cv: 1.0 }),
            Distribution::Gamma(Gamma { mean: seconds(1), cv: 101.0 }),
            Distribution::Weibull(Weibull { mean: seconds(1), shape: 0.0 }),
            Distribution::Weibull(Weibull { mean: seconds(0), shape: 1.0 }),
            Distribution::Hyperexponential(Hyperexponential { mean: seconds(1), cv: 0.9 }),
            Distribution::Hyperexponential(Hyperexponential { mean: seconds(1), cv: f64::INFINITY }),
            Distribution::Empirical(Arc::new([])),
        ];
        for distribution in unusable {
            assert!(distribution.sampler(RING).is_err(), "{distribution:?}");
        }
    }

    /// The largest distance of a sorted sample from a distribution function; below 1.95 / √n with probability 0.999
    /// (Kolmogorov and Smirnov).
    fn distance(distribution: Distribution, function: impl Fn(f64) -> f64) -> f64 {
        let sampler = distribution.sampler(RING).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut draws: Vec<f64> = (0..20_000).map(|_| sampler.draw(&mut rng).unwrap().as_secs_f64()).collect();
        draws.sort_unstable_by(f64::total_cmp);
        let n = draws.len() as f64;
        let steps = draws.iter().zip(0..).map(|(draw, place)| (function(*draw) - (f64::from(place) + 0.5) / n).abs());
        steps.fold(0.0, f64::max)
    }

    #[test]
    fn weibull_and_hyperexponential_draws_follow_their_distribution_functions() {
        let limit = 1.95 / 20_000f64.sqrt();
        // Γ(3) = 2: a mean of 180 s has a scale of 90 s.
        let weibull = Distribution::Weibull(Weibull { mean: seconds(180), shape: 0.5 });
        assert!(distance(weibull, |x| 1.0 - (-(x / 90.0).sqrt()).exp()) < limit);
        // cv² = 4: the first phase has the share (1 + √0.6) / 2.
        let first = f64::midpoint(1.0, 0.6f64.sqrt());
        let tail = |share: f64, x: f64| share * (-x * 2.0 * share / 180.0).exp();
        let mixture = Distribution::Hyperexponential(Hyperexponential { mean: seconds(180), cv: 2.0 });
        assert!(distance(mixture, |x| 1.0 - tail(first, x) - tail(1.0 - first, x)) < limit);
        // A gamma distribution with a cv of 1/√2 is the sum of two phases.
        let gamma = Distribution::Gamma(Gamma { mean: seconds(180), cv: 0.5f64.sqrt() });
        assert!(distance(gamma, |x| 1.0 - (-x / 90.0).exp() * (1.0 + x / 90.0)) < limit);
    }

    #[test]
    fn an_empirical_distribution_has_no_other_lengths_than_those_measured_each_as_often_as_it_stands_there() {
        let lengths: Arc<[Length]> = [seconds(10), Length::rings(2), seconds(50), seconds(10)].into();
        let sampler = Distribution::Empirical(lengths).sampler(RING).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let mut seen = std::collections::BTreeMap::new();
        for _ in 0..40_000 {
            *seen.entry(sampler.draw(&mut rng).unwrap()).or_insert(0) += 1;
        }
        assert_eq!(seen.keys().map(|span| span.as_secs_f64()).collect::<Vec<_>>(), [10.0, 12.0, 50.0]);
        assert!(
            seen.values().zip([20_000i32, 10_000, 10_000]).all(|(seen, right)| (seen - right).abs() < 400),
            "{seen:?}"
        );
    }

    #[test]
    fn draws_end_on_a_microsecond() {
        let sampler = Distribution::Exponential(seconds(1)).sampler(RING).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        assert!((0..1_000).all(|_| sampler.draw(&mut rng).unwrap().as_nanos().is_multiple_of(1_000)));
    }
}
