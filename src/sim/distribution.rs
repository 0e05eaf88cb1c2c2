//! Distributions as data, and how they are drawn from.
//!
//! Draws are rounded to the microsecond: mathematical libraries differ in the last bit of a logarithm, and no figure
//! should depend on which of them a build happens to contain.

use rand::Rng;
use rand_distr::{Distribution as _, Exp, Gamma, LogNormal, Uniform};
use serde::{Deserialize, Serialize};

use crate::floor::Length;
use crate::time::Span;

/// The most phases an Erlang distribution may have.
pub const ERLANG_PHASES_MAX: u32 = 1_000;
/// The largest coefficient of variation a lognormal distribution may have.
pub const CV_MAX: f64 = 100.0;

/// How a length of time is drawn.
///
/// In TOML: `"never"`, `{ fixed = "20s" }`, `{ exponential = "3m" }`, `{ uniform = ["5s", "15s"] }`,
/// `{ lognormal = { mean = "3m", cv = 1.2 } }`, `{ erlang = { mean = "3m", k = 4 } }`. Lengths are written as floors
/// write them, rings included.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
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
    /// The sum of `k` equal exponential phases: the larger `k`, the more regular.
    Erlang(Erlang),
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
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sampler {
    Never,
    Fixed(Span),
    Exponential(Exp<f64>),
    Uniform(Uniform<f64>),
    Lognormal(LogNormal<f64>),
    Erlang(Gamma<f64>),
}

impl Distribution {
    /// Checks it and makes it ready; `ring` is the length of one ring.
    pub(crate) fn sampler(&self, ring: Span) -> Result<Sampler, Unusable> {
        let secs = |length: Length| length.to_span(ring).as_secs_f64();
        let unusable = |expected, got: String| Unusable { expected, got };
        let no_mean = || unusable("a mean longer than no time", "no time".into());
        Ok(match *self {
            Self::Never => Sampler::Never,
            Self::Fixed(length) => Sampler::Fixed(length.to_span(ring)),
            Self::Exponential(mean) => {
                if secs(mean) == 0.0 {
                    return Err(no_mean());
                }
                Sampler::Exponential(Exp::new(1.0 / secs(mean)).map_err(|_| no_mean())?)
            }
            Self::Uniform(from, to) => {
                let wrong =
                    || unusable("the shorter length first", format!("{} and {}", from.to_span(ring), to.to_span(ring)));
                Sampler::Uniform(Uniform::new_inclusive(secs(from), secs(to)).map_err(|_| wrong())?)
            }
            Self::Lognormal(Lognormal { mean, cv }) => {
                if !(0.0..=CV_MAX).contains(&cv) {
                    return Err(unusable("a coefficient of variation from 0 to 100", cv.to_string()));
                }
                if secs(mean) == 0.0 {
                    return Err(no_mean());
                }
                Sampler::Lognormal(LogNormal::from_mean_cv(secs(mean), cv).map_err(|_| no_mean())?)
            }
            Self::Erlang(Erlang { mean, k }) => {
                if !(1..=ERLANG_PHASES_MAX).contains(&k) {
                    return Err(unusable("1 to 1,000 phases", k.to_string()));
                }
                if secs(mean) == 0.0 {
                    return Err(no_mean());
                }
                Sampler::Erlang(Gamma::new(f64::from(k), secs(mean) / f64::from(k)).map_err(|_| no_mean())?)
            }
        })
    }
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
            Self::Erlang(distribution) => distribution.sample(rng),
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
        ];
        for distribution in unusable {
            assert!(distribution.sampler(RING).is_err(), "{distribution:?}");
        }
    }

    #[test]
    fn draws_end_on_a_microsecond() {
        let sampler = Distribution::Exponential(seconds(1)).sampler(RING).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        assert!((0..1_000).all(|_| sampler.draw(&mut rng).unwrap().as_nanos().is_multiple_of(1_000)));
    }
}
