//! Estimates over replications: ratios of sums, with controls where they help.
//!
//! A figure is a ratio of sums (calls abandoned over calls offered), and is estimated by the ratio of the sums over all
//! replications; its standard error comes from how far each replication lies off that ratio (the delta method), so no
//! replication has to be long for the estimate to be free of bias.
//!
//! In a queue without bounds waits vary so slowly that plain averages would need hundreds of millions of calls. Two
//! things are known of every gap between arrivals and every talk: its mean, and that it owes nothing to what was before
//! it. So the sums of (talk − mean) and (gap − mean), weighed by how many wait just then, are zero in the mean, and
//! linear regression on them leaves an estimate where it is and takes most of its noise away: martingale control
//! variates (Henderson and Glynn, "Approximating martingales for variance reduction in Markov process simulation",
//! Mathematics of Operations Research 27, 2002).

use cordboard::stats;

use super::ledger::CONTROLS;

/// A ratio of two sums in one replication.
pub(super) type Ratio = (f64, f64);

/// An estimate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Estimate {
    pub(super) mean: f64,
    /// Its standard error.
    pub(super) error: f64,
    /// Half the width of its 95 % interval.
    pub(super) half_width: f64,
}

/// The estimate from these replications, each with its controls; `None` where the ratio is not defined.
pub(super) fn estimate(ratios: &[Ratio], controls: Option<&[[f64; CONTROLS]]>) -> Option<Estimate> {
    let count = ratios.len() as f64;
    let (above, below) = ratios.iter().fold((0.0, 0.0), |sum, ratio| (sum.0 + ratio.0, sum.1 + ratio.1));
    if below == 0.0 || ratios.len() < 2 {
        return None;
    }
    let ratio = above / below;
    let off: Vec<f64> = ratios.iter().map(|(a, b)| (a - ratio * b) / (below / count)).collect();
    let (shift, error, freedom) = match controls {
        None => {
            let squares: f64 = off.iter().map(|off| off * off).sum();
            (0.0, (squares / (count - 1.0) / count).sqrt(), ratios.len() - 1)
        }
        Some(controls) => regress(&off, controls)?,
    };
    let half_width = stats::Estimate::with_error(ratio + shift, error, freedom).half_width?;
    Some(Estimate { mean: ratio + shift, error, half_width })
}

/// The value where every control is at its mean, zero; its standard error, and the degrees of freedom.
fn regress(values: &[f64], controls: &[[f64; CONTROLS]]) -> Option<(f64, f64, usize)> {
    const N: usize = CONTROLS + 1;
    let freedom = values.len().checked_sub(N)?;
    // Each control by its size: how large sums are is nobody's business.
    let size: [f64; CONTROLS] = core::array::from_fn(|control| {
        let squares: f64 = controls.iter().map(|of| of[control].powi(2)).sum();
        (squares / controls.len() as f64).sqrt()
    });
    let row = |of: &[f64; CONTROLS]| -> [f64; N] {
        let scaled = |control: usize| if size[control] > 0.0 { of[control] / size[control] } else { 0.0 };
        core::array::from_fn(|index| if index == 0 { 1.0 } else { scaled(index - 1) })
    };
    let rows: Vec<[f64; N]> = controls.iter().map(row).collect();
    let squares = core::array::from_fn(|i| core::array::from_fn(|j| rows.iter().map(|row| row[i] * row[j]).sum()));
    let inverse = inverse::<N>(squares);
    let moments: [f64; N] = core::array::from_fn(|i| rows.iter().zip(values).map(|(row, value)| row[i] * value).sum());
    let weights = inverse.map(|row| dot(&row, &moments));
    let noise: f64 = rows.iter().zip(values).map(|(row, value)| (value - dot(row, &weights)).powi(2)).sum();
    Some((weights[0], (noise / freedom as f64 * inverse[0][0]).sqrt(), freedom))
}

fn dot<const N: usize>(a: &[f64; N], b: &[f64; N]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The inverse of a matrix that is nowhere negative, by Gauss and Jordan; a row that the others make superfluous has
/// none, and is left out.
fn inverse<const N: usize>(mut matrix: [[f64; N]; N]) -> [[f64; N]; N] {
    let mut inverse: [[f64; N]; N] = core::array::from_fn(|i| core::array::from_fn(|j| f64::from(i == j)));
    let first: [f64; N] = core::array::from_fn(|i| matrix[i][i]);
    for pivot in 0..N {
        let scale = matrix[pivot][pivot];
        if scale <= 1e-12 * first[pivot] {
            matrix.iter_mut().for_each(|row| row[pivot] = 0.0);
            matrix[pivot] = [0.0; N];
            inverse.iter_mut().for_each(|row| row[pivot] = 0.0);
            inverse[pivot] = [0.0; N];
            continue;
        }
        matrix[pivot] = matrix[pivot].map(|value| value / scale);
        inverse[pivot] = inverse[pivot].map(|value| value / scale);
        for row in (0..N).filter(|row| *row != pivot) {
            let factor = matrix[row][pivot];
            for column in 0..N {
                matrix[row][column] -= factor * matrix[pivot][column];
                inverse[row][column] -= factor * inverse[pivot][column];
            }
        }
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that are all over the place, from -1 to 1.
    fn noise(seed: u64) -> impl Iterator<Item = f64> {
        let next =
            |state: &u64| Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
        core::iter::successors(next(&seed), next).map(|state| (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0)
    }

    #[test]
    fn a_ratio_is_that_of_the_sums_and_its_error_that_of_a_mean_where_all_are_alike() {
        let ratios = [(10.0, 1.0), (12.0, 1.0), (9.0, 1.0), (11.0, 1.0), (13.0, 1.0)];
        let estimate = estimate(&ratios, None).unwrap();
        assert_eq!(estimate.mean, 11.0);
        assert!((estimate.error - 0.5f64.sqrt()).abs() < 1e-12);
        assert!((estimate.half_width - estimate.error * 2.776_445_105_2).abs() < 1e-8);
        assert!(super::estimate(&[(0.0, 0.0), (0.0, 0.0)], None).is_none());
    }

    #[test]
    fn controls_take_away_what_they_explain_and_leave_the_rest() {
        let mut noise = noise(7);
        let mut next = || noise.next().unwrap();
        let controls: Vec<[f64; CONTROLS]> = (0..60).map(|_| core::array::from_fn(|_| next())).collect();
        let value = |of: &[f64; CONTROLS], rest: f64| (5.0 + 3.0 * of[0] - 40.0 * of[5] + 0.01 * rest, 1.0);
        let ratios: Vec<Ratio> = controls.iter().map(|of| value(of, next())).collect();
        let (plain, controlled) = (estimate(&ratios, None).unwrap(), estimate(&ratios, Some(&controls)).unwrap());
        assert!(plain.error > 1.0, "{plain:?}");
        assert!((controlled.mean - 5.0).abs() < 4.0 * controlled.error, "{controlled:?}");
        assert!(controlled.error < 0.002, "{controlled:?}");
    }

    #[test]
    fn controls_that_say_the_same_or_nothing_do_no_harm() {
        let mut noise = noise(8);
        let mut next = || noise.next().unwrap();
        let twice =
            |x: f64| core::array::from_fn(|control| [x, x, 0.0, 0.0, 2.0 * x].get(control).copied().unwrap_or(0.0));
        let controls: Vec<[f64; CONTROLS]> = (0..60).map(|_| twice(next())).collect();
        let ratios: Vec<Ratio> = controls.iter().map(|of| (1.0 + of[0] + 0.01 * next(), 1.0)).collect();
        let estimate = estimate(&ratios, Some(&controls)).unwrap();
        assert!((estimate.mean - 1.0).abs() < 4.0 * estimate.error && estimate.error < 0.002, "{estimate:?}");
    }
}
