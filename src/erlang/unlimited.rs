//! M/M/c+G without a limit of lines: the law of the virtual wait, in closed form up to an integral (F. Baccelli and G.
//! Hebuterne, "On queues with impatient customers", Performance 1981; S. Zeltyn and A. Mandelbaum, "Call centers with
//! impatient customers: many-server asymptotics of the M/M/n+G queue", Queueing Systems 51, 2005, section 4).
//!
//! The virtual wait is 0 with the chance of finding an agent free; beyond it has the density ∝ exp(λ·H(x) − cμ·x), where
//! H(x) is the mean of the shorter of patience and x. The exponent is concave, so it has one peak, and everything is
//! integrated over where it is within [`DEPTH`] of it.

use super::integral::integral;
use super::loss::erlang_b;
use super::{Patience, Queue};

/// e^−80 of the peak is nothing beside it.
const DEPTH: f64 = 80.0;

/// The law of the virtual wait.
#[derive(Clone, Debug)]
pub(super) struct Unlimited {
    patience: Patience,
    /// Calls per second, λ.
    rate: f64,
    /// Calls that the agents finish per second, cμ.
    capacity: f64,
    /// The chance of having to wait.
    pub(super) waits: f64,
    /// Where the density is highest, and its exponent there.
    peak: (f64, f64),
    /// From where to where there is anything of it.
    reach: (f64, f64),
    /// The integral of the density before it is scaled, relative to its peak.
    mass: f64,
}

impl Unlimited {
    pub(super) fn of(queue: &Queue) -> Self {
        let load = queue.traffic.load();
        let (rate, capacity) = (queue.traffic.rate(), f64::from(queue.agents) / queue.traffic.handle_s());
        let mut law = Self {
            patience: queue.patience,
            rate,
            capacity,
            waits: 0.0,
            peak: (0.0, 0.0),
            reach: (0.0, 0.0),
            mass: 0.0,
        };
        let top = law.top();
        law.peak = (top, law.exponent(top));
        law.reach = (law.left_end(), law.right_end(top, law.peak.1));
        law.mass = law.over(law.reach.0, law.reach.1, law.peak.1, &|_| 1.0);
        let blocked = erlang_b(load, queue.agents - 1);
        // The odds of waiting, as a logarithm: either of the two may be beyond all numbers.
        let odds = (rate * law.mass).ln() + blocked.ln() + law.peak.1;
        law.waits = 1.0 / (1.0 + (-odds).exp());
        law
    }

    /// The chance that the virtual wait is longer than `t`.
    pub(super) fn longer(&self, t: f64) -> f64 {
        if t <= 0.0 {
            return self.waits;
        }
        // Beyond the peak everything is relative to where it begins, so that the far tail keeps its digits.
        let base = if t > self.peak.0 { self.exponent(t) } else { self.peak.1 };
        let end = if t > self.peak.0 { self.right_end(t, base) } else { self.reach.1 };
        let tail = self.over(t.max(self.reach.0), end, base, &|_| 1.0);
        self.waits * tail / self.mass * (base - self.peak.1).exp()
    }

    /// The mean of `g` over virtual waits from just above 0 to `t`, the others counting nothing.
    pub(super) fn mean_up_to(&self, t: f64, g: &impl Fn(f64) -> f64) -> f64 {
        let (from, to) = (self.reach.0, self.reach.1.min(t));
        self.waits * self.over(from, to, self.peak.1, g) / self.mass
    }

    /// The integral of the density, relative to e^`base`, times `g`.
    fn over(&self, from: f64, to: f64, base: f64, g: &impl Fn(f64) -> f64) -> f64 {
        if to <= from {
            return 0.0;
        }
        let mut ends = vec![from, to];
        let inner = self.patience.kinks().into_iter().flatten().chain([self.peak.0]);
        ends.extend(inner.filter(|at| *at > from && *at < to));
        ends.sort_by(f64::total_cmp);
        integral(&ends, &|x| (self.exponent(x) - base).exp() * g(x))
    }

    fn exponent(&self, x: f64) -> f64 {
        let waited = match self.patience {
            Patience::Never => x,
            Patience::Exponential { mean_s } => -mean_s * (-x / mean_s).exp_m1(),
            _ => self.patience.after(x).waited(x),
        };
        self.rate * waited - self.capacity * x
    }

    /// Where as many hang up as the agents are short of.
    fn top(&self) -> f64 {
        let rising = |x: f64| self.rate * self.patience.after(x).left > self.capacity;
        if !rising(0.0) {
            return 0.0;
        }
        let high = doubled(self.patience.mean_s(), &|x| !rising(x));
        bisect(0.0, high, &|x| !rising(x))
    }

    fn left_end(&self) -> f64 {
        let (top, highest) = self.peak;
        let near = |x: f64| self.exponent(x) > highest - DEPTH;
        if near(0.0) { 0.0 } else { bisect(0.0, top, &near) }
    }

    /// From here on there is nothing more, seen from `from`.
    fn right_end(&self, from: f64, base: f64) -> f64 {
        let far = |x: f64| self.exponent(from + x) < base - DEPTH;
        from + doubled(1.0 / self.capacity, &far)
    }
}

/// The first of `x`, 2x, 4x, … for which this holds.
fn doubled(mut x: f64, holds: &impl Fn(f64) -> bool) -> f64 {
    while !holds(x) && x < f64::MAX / 4.0 {
        x *= 2.0;
    }
    x
}

/// Where it begins to hold, between a place where it does not and one where it does; roughly enough for integrals.
fn bisect(mut low: f64, mut high: f64, holds: &impl Fn(f64) -> bool) -> f64 {
    for _ in 0..60 {
        let middle = low + (high - low) / 2.0;
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}
