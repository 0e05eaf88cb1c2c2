//! Averages: means of values that come one by one, with their 95 % intervals.

use std::collections::BTreeMap;

use super::figures::Headline;
use super::interval::Estimate;

/// The mean of values that come one by one, and how far they lie apart (Welford).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Average {
    n: u32,
    sum: f64,
    mean: f64,
    /// Sum of the squared differences from the mean.
    squares: f64,
}

/// The means of headline figures over replications that come one by one.
#[derive(Clone, Debug, Default)]
pub struct Averages(Vec<(&'static str, Average)>);

impl Average {
    /// Adds a value.
    pub fn push(&mut self, value: f64) {
        self.n = self.n.saturating_add(1);
        self.sum += value;
        let before = value - self.mean;
        self.mean += before / f64::from(self.n);
        self.squares += before * (value - self.mean);
    }

    /// Adds so many zeros.
    pub(super) fn push_zeros(&mut self, count: u32) {
        let n = self.n.saturating_add(count);
        if count > 0 {
            let share = f64::from(self.n) / f64::from(n);
            self.squares += self.mean * self.mean * share * f64::from(count);
            self.mean *= share;
            self.n = n;
        }
    }

    /// How many values there are.
    pub(super) fn len(&self) -> u32 {
        self.n
    }

    /// The mean so far and its 95 % interval.
    pub fn estimate(&self) -> Estimate {
        Quantiles::default().estimate(self)
    }
}

impl Averages {
    /// Adds the headline figures of one replication.
    pub fn push(&mut self, figures: &[Headline]) {
        if self.0.is_empty() {
            self.0 = figures.iter().map(|figure| (figure.name, Average::default())).collect();
        }
        for ((_, average), figure) in self.0.iter_mut().zip(figures) {
            figure.value.into_iter().for_each(|value| average.push(value));
        }
    }

    /// Each figure's name and mean so far.
    pub fn estimates(&self) -> Vec<(&'static str, Estimate)> {
        let mut quantiles = Quantiles::default();
        self.0.iter().map(|(name, average)| (*name, quantiles.estimate(average))).collect()
    }
}

/// The quantiles of Student's t already worked out, by degrees of freedom.
#[derive(Default)]
pub(super) struct Quantiles(BTreeMap<u32, f64>);

impl Quantiles {
    pub(super) fn estimate(&mut self, average: &Average) -> Estimate {
        let &Average { n, sum, squares, .. } = average;
        let half_width = (n > 1).then(|| {
            let error = (squares / f64::from(n - 1) / f64::from(n)).sqrt();
            error * *self.0.entry(n - 1).or_insert_with(|| student_t_975(n - 1))
        });
        Estimate { mean: (n > 0).then(|| sum / f64::from(n)), half_width, n }
    }
}

/// The 97.5 % quantile of Student's t with this many degrees of freedom, at least 1; good to 1e-9, beyond 10,000
/// degrees to 3e-4.
pub(super) fn student_t_975(freedom: u32) -> f64 {
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
fn within(t: f64, freedom: u32) -> f64 {
    let freedom = freedom.clamp(1, 10_000);
    let angle = (t / f64::from(freedom).sqrt()).atan();
    let (sin, cos) = angle.sin_cos();
    let odd = freedom % 2 == 1;
    // sin·(cos + 2/3·cos³ + …) for odd, sin·(1 + 1/2·cos² + …) for even freedom; the last power is freedom - 2.
    let mut term = if odd { cos } else { 1.0 };
    let mut sum = 0.0;
    for power in ((if odd { 1 } else { 0 })..=freedom.saturating_sub(2)).step_by(2) {
        sum += term;
        term *= cos * cos * f64::from(power + 1) / f64::from(power + 2);
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
    fn zeros_count_as_if_they_had_come_one_by_one() {
        for (values, zeros) in [(&[3.0, 5.0, 4.0][..], 4), (&[], 3), (&[2.0], 0)] {
            let (mut at_once, mut one_by_one) = (Average::default(), Average::default());
            for value in values {
                at_once.push(*value);
                one_by_one.push(*value);
            }
            at_once.push_zeros(zeros);
            (0..zeros).for_each(|_| one_by_one.push(0.0));
            let (at_once, one_by_one) = (at_once.estimate(), one_by_one.estimate());
            assert_eq!((at_once.mean, at_once.n), (one_by_one.mean, one_by_one.n));
            let half = |estimate: Estimate| estimate.half_width.unwrap_or(-1.0);
            assert!((half(at_once) - half(one_by_one)).abs() < 1e-12, "{at_once:?}, {one_by_one:?}");
        }
    }

    #[test]
    fn small_differences_between_large_values_are_not_lost() {
        let mut average = Average::default();
        [1e9 + 1.0, 1e9 + 2.0, 1e9 + 3.0].iter().for_each(|value| average.push(*value));
        // s = 1, √(1/3) times t(2).
        assert!((average.estimate().half_width.unwrap() - (1.0f64 / 3.0).sqrt() * 4.302_652_729_7).abs() < 1e-6);
    }
}
