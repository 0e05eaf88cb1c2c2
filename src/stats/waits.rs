//! Waiting times of answered visits, for percentiles.

use hdrhistogram::Histogram;

use crate::time::Span;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// A histogram from 1 ms to 24 h with 3 significant digits; longer waits count as 24 h. It takes memory as waits get
/// longer, at most 74 kB, and none before the first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Waits(Option<Histogram<u32>>);

impl Waits {
    pub(super) fn record(&mut self, wait: Span) {
        let millis = (wait.as_nanos().saturating_add(500_000) / 1_000_000).min(DAY_MS);
        if self.0.is_none() {
            self.0 = Histogram::new(3).ok();
        }
        if let Some(histogram) = &mut self.0 {
            // Up to 24 h the histogram grows to hold the value, so this cannot fail.
            let _ = histogram.record(millis);
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        match (&mut self.0, &other.0) {
            // Both grow as needed, so this cannot fail.
            (Some(mine), Some(theirs)) => drop(mine.add(theirs)),
            (None, Some(theirs)) => self.0 = Some(theirs.clone()),
            (_, None) => {}
        }
    }

    /// The smallest recorded wait that at least this share (0 to 1) of all waits do not exceed, to a thousandth of
    /// itself or a millisecond, whichever is more; `None` before the first wait.
    pub(super) fn quantile(&self, share: f64) -> Option<Span> {
        let histogram = self.0.as_ref().filter(|histogram| !histogram.is_empty())?;
        Some(Span::from_millis(histogram.value_at_quantile(share)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_wait_of_days_counts_as_one_day() {
        let mut waits = Waits::default();
        waits.record(Span::MAX);
        let day = Span::from_secs(24 * 60 * 60).as_secs_f64();
        let got = waits.quantile(0.5).unwrap().as_secs_f64();
        assert!((got - day).abs() <= day / 1000.0, "{got}");
        assert_eq!(Waits::default().quantile(0.5), None);
    }

    proptest! {
        #[test]
        fn percentiles_are_those_of_the_sorted_waits(
            waits in proptest::collection::vec(0u64..86_400_000, 1..300),
            split in 0usize..300,
            percent in 1u32..=100,
        ) {
            let share = f64::from(percent) / 100.0;
            let mut sorted = waits.clone();
            sorted.sort_unstable();
            let rank = ((share * sorted.len() as f64).ceil() as usize).clamp(1, sorted.len());
            let exact = sorted[rank - 1] as f64;

            let (mut a, mut b) = (Waits::default(), Waits::default());
            for (index, &wait) in waits.iter().enumerate() {
                let half = if index < split { &mut a } else { &mut b };
                half.record(Span::from_millis(wait));
            }
            a.add(&b);
            let got = a.quantile(share).unwrap().as_secs_f64() * 1000.0;
            prop_assert!((got - exact).abs() <= exact / 1000.0 + 1.0, "{got} for {exact}");
        }
    }
}
