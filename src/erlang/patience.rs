//! Patience: how long callers wait before they hang up, as the calculator knows it.

use super::special::{gamma_shares, normal};
use super::{Error, seconds};

/// How long callers wait before they hang up. Means are in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Patience {
    /// Nobody hangs up.
    Never,
    /// Memoryless, with this mean.
    Exponential {
        /// The mean.
        mean_s: f64,
    },
    /// Everybody waits exactly this long.
    Fixed {
        /// How long.
        secs: f64,
    },
    /// Equally likely from the first to the second, which is longer.
    Uniform {
        /// The shortest, from 0.
        from_s: f64,
        /// The longest.
        to_s: f64,
    },
    /// Gamma with this mean and coefficient of variation (0.01 to 10); Erlang with k phases has cv 1/√k.
    Gamma {
        /// The mean.
        mean_s: f64,
        /// Standard deviation over mean.
        cv: f64,
    },
    /// Lognormal with this mean and coefficient of variation (0.01 to 100).
    Lognormal {
        /// The mean.
        mean_s: f64,
        /// Standard deviation over mean.
        cv: f64,
    },
    /// Weibull with this mean and shape (0.1 to 20); below 1 many hang up at once.
    Weibull {
        /// The mean.
        mean_s: f64,
        /// The shape.
        shape: f64,
    },
}

impl Patience {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let within = |what, value: f64, low: f64, high: f64, expected| {
            let out = Error::OutOfRange { what, expected, got: value };
            if (low..=high).contains(&value) { Ok(()) } else { Err(out) }
        };
        match *self {
            Self::Never => Ok(()),
            Self::Exponential { mean_s: secs } | Self::Fixed { secs } => seconds("the patience", secs).map(drop),
            Self::Uniform { from_s, to_s } => {
                within("the longest patience", to_s, 1e-9, super::SECONDS_MAX, "above 0, at most 1,000,000,000 s")?;
                let expected = "from 0 to less than the longest";
                let out = Error::OutOfRange { what: "the shortest patience", expected, got: from_s };
                if from_s >= 0.0 && from_s < to_s { Ok(()) } else { Err(out) }
            }
            Self::Gamma { mean_s, cv } => {
                seconds("the patience", mean_s)?;
                within("the coefficient of variation", cv, 0.01, 10.0, "0.01 to 10")
            }
            Self::Lognormal { mean_s, cv } => {
                seconds("the patience", mean_s)?;
                within("the coefficient of variation", cv, 0.01, 100.0, "0.01 to 100")
            }
            Self::Weibull { mean_s, shape } => {
                seconds("the patience", mean_s)?;
                within("the shape", shape, 0.1, 20.0, "0.1 to 20")
            }
        }
    }

    /// The mean, in seconds; infinite where nobody hangs up.
    pub fn mean_s(&self) -> f64 {
        match *self {
            Self::Never => f64::INFINITY,
            Self::Fixed { secs } => secs,
            Self::Uniform { from_s, to_s } => (from_s + to_s) / 2.0,
            Self::Exponential { mean_s }
            | Self::Gamma { mean_s, .. }
            | Self::Lognormal { mean_s, .. }
            | Self::Weibull { mean_s, .. } => mean_s,
        }
    }

    /// Where its law has a kink.
    pub(super) fn kinks(&self) -> [Option<f64>; 2] {
        match *self {
            Self::Fixed { secs } => [Some(secs), None],
            Self::Uniform { from_s, to_s } => [Some(from_s), Some(to_s)],
            _ => [None, None],
        }
    }

    /// How it stands after a wait of `x` seconds.
    pub(super) fn after(&self, x: f64) -> After {
        match *self {
            Self::Never => After { gone: 0.0, left: 1.0, lost: 0.0 },
            Self::Fixed { secs } if x < secs => After { gone: 0.0, left: 1.0, lost: 0.0 },
            Self::Fixed { secs } => After { gone: 1.0, left: 0.0, lost: secs },
            Self::Exponential { mean_s } => {
                let u = x / mean_s;
                After { gone: -(-u).exp_m1(), left: (-u).exp(), lost: mean_s * gamma_two(u) }
            }
            Self::Uniform { from_s, to_s } => {
                let at = x.clamp(from_s, to_s);
                let width = to_s - from_s;
                let lost = (at - from_s) * (at + from_s) / 2.0 / width;
                After { gone: (at - from_s) / width, left: (to_s - at) / width, lost }
            }
            Self::Gamma { mean_s, cv } => {
                let shape = 1.0 / (cv * cv);
                let u = x * shape / mean_s;
                let (gone, left) = gamma_shares(shape, u);
                After { gone, left, lost: mean_s * gamma_shares(shape + 1.0, u).0 }
            }
            Self::Lognormal { mean_s, cv } => {
                let variance = (cv * cv).ln_1p();
                let z = ((x / mean_s).ln() + variance / 2.0) / variance.sqrt();
                After { gone: normal(z), left: normal(-z), lost: mean_s * normal(z - variance.sqrt()) }
            }
            Self::Weibull { mean_s, shape } => {
                let scale = mean_s / libm::tgamma(1.0 + 1.0 / shape);
                let u = (x / scale).powf(shape);
                let lost = mean_s * gamma_shares(1.0 + 1.0 / shape, u).0;
                After { gone: -(-u).exp_m1(), left: (-u).exp(), lost }
            }
        }
    }
}

/// What a wait has done to callers.
#[derive(Clone, Copy, Debug)]
pub(super) struct After {
    /// Share who have hung up.
    pub(super) gone: f64,
    /// Share who have not.
    pub(super) left: f64,
    /// Patience of those who have hung up, per caller, in seconds.
    pub(super) lost: f64,
}

impl After {
    /// The mean of the shorter of patience and the wait `x`.
    pub(super) fn waited(self, x: f64) -> f64 {
        x * self.left + self.lost
    }
}

/// P(2, u) = 1 − (1 + u)·e^−u, by its series where that would cancel.
fn gamma_two(u: f64) -> f64 {
    if u < 0.1 { gamma_shares(2.0, u).0 } else { -(-u).exp_m1() - u * (-u).exp() }
}
