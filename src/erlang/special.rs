//! Special functions that patience needs, with the precision that the calculator promises.

use core::f64::consts::FRAC_1_SQRT_2;

/// The standard normal distribution: the share below `x`.
pub(super) fn normal(x: f64) -> f64 {
    0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
}

/// The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 − P, for `a` above 0: by the series where it
/// converges fast, else by the continued fraction (Abramowitz and Stegun 6.5.29 and 6.5.31), each of them good to its
/// own last digits where it is the smaller.
pub(super) fn gamma_shares(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x == f64::INFINITY {
        return (1.0, 0.0);
    }
    let front = (a * x.ln() - x - libm::lgamma(a)).exp();
    if x < a + 1.0 {
        let (mut sum, mut term, mut n) = (1.0 / a, 1.0 / a, a);
        while term > sum * 1e-17 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        let below = (front * sum).min(1.0);
        (below, 1.0 - below)
    } else {
        let above = (front * fraction(a, x)).min(1.0);
        (1.0 - above, above)
    }
}

/// The continued fraction of Q(a, x), by Lentz's method.
fn fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / away(b);
    let mut h = d;
    for i in 1..100_000 {
        let i = f64::from(i);
        let an = -i * (i - a);
        b += 2.0;
        d = 1.0 / away(an * d + b);
        c = away(b + an / c);
        let delta = d * c;
        h *= delta;
        if (delta - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}
