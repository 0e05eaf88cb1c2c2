//! The day, cut into buckets: figures by hour of day fold all days together, so their number is bounded (G12).

use crate::time::{Span, Time};

const MINUTE: u64 = 60_000_000_000;
const DAY: u64 = 24 * 60 * MINUTE;

/// How a day is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    /// Length of a bucket, a minute to a day; the last of a day may be shorter.
    bucket: u64,
    /// Time of day at the engine's start.
    start: u64,
    /// How many they are; worked out once, for a division takes long.
    buckets: usize,
}

impl Day {
    pub(super) fn new(bucket: Span, start: Span) -> Self {
        let bucket = bucket.as_nanos().clamp(MINUTE, DAY);
        Self { bucket, start: start.as_nanos() % DAY, buckets: DAY.div_ceil(bucket) as usize }
    }

    pub(super) fn buckets(&self) -> usize {
        self.buckets
    }

    /// The time of day at which a bucket begins, as `08:00`.
    pub(super) fn name(&self, bucket: usize) -> String {
        let minutes = bucket as u64 * self.bucket / MINUTE;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// The bucket this instant falls in.
    pub(super) fn bucket_of(&self, at: Time) -> usize {
        (self.time_of_day(at) / self.bucket) as usize
    }

    /// When the bucket ends that this instant falls in.
    pub(super) fn end_of(&self, at: Time) -> Time {
        let clock = self.time_of_day(at);
        let edge = ((clock / self.bucket + 1) * self.bucket).min(DAY);
        at + Span::from_nanos(edge - clock)
    }

    /// Cuts the time between two instants at the buckets' edges: gives each bucket its nanoseconds, all of which add
    /// up to the whole. However long the time, the number of pieces is bounded.
    pub(super) fn split(&self, from: Time, until: Time, mut piece: impl FnMut(usize, u64)) {
        let whole = until.since(from).as_nanos();
        let days = whole / DAY;
        if days > 0 {
            for bucket in 0..self.buckets() {
                let starts = bucket as u64 * self.bucket;
                piece(bucket, days * self.bucket.min(DAY - starts));
            }
        }
        let mut left = whole % DAY;
        let mut clock = self.time_of_day(from);
        while left > 0 {
            let bucket = clock / self.bucket;
            let edge = ((bucket + 1) * self.bucket).min(DAY);
            let nanos = left.min(edge - clock);
            piece(bucket as usize, nanos);
            left -= nanos;
            clock = (clock + nanos) % DAY;
        }
    }

    fn time_of_day(&self, at: Time) -> u64 {
        (at.as_nanos() % DAY + self.start) % DAY
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pieces(day: Day, from: u64, until: u64) -> Vec<(usize, u64)> {
        let mut pieces = Vec::new();
        day.split(Time::from_secs(from), Time::from_secs(until), |bucket, nanos| {
            pieces.push((bucket, nanos / 1_000_000_000));
        });
        pieces
    }

    #[test]
    fn time_across_midnight_goes_to_the_hours_it_was_spent_in() {
        let day = Day::new(Span::from_secs(3600), Span::from_secs(23 * 3600));
        assert_eq!(pieces(day, 3000, 4000), [(23, 600), (0, 400)]);
        assert_eq!(pieces(day, 3600, 7200), [(0, 3600)]);
        assert_eq!(day.name(9), "09:00");
    }

    #[test]
    fn an_instant_on_the_edge_belongs_to_the_hour_that_begins() {
        let day = Day::new(Span::from_secs(3600), Span::ZERO);
        assert_eq!(day.bucket_of(Time::from_nanos(3_600_000_000_000 - 1)), 0);
        assert_eq!(day.bucket_of(Time::from_secs(3600)), 1);
        assert_eq!(day.bucket_of(Time::from_secs(24 * 3600)), 0);
        assert_eq!(day.end_of(Time::from_nanos(3_600_000_000_000 - 1)), Time::from_secs(3600));
        assert_eq!(day.end_of(Time::from_secs(3600)), Time::from_secs(7200));
    }

    #[test]
    fn the_end_of_time_is_cut_in_few_pieces() {
        let day = Day::new(Span::ZERO, Span::MAX);
        let mut count = 0;
        day.split(Time::ZERO, Time::MAX, |_, _| count += 1);
        assert!(count <= 2 * day.buckets() + 1, "{count}");
    }

    proptest! {
        #[test]
        fn pieces_add_up_to_the_whole(bucket in 0u64..100_000, start: u64, from: u64, len: u64) {
            let day = Day::new(Span::from_secs(bucket), Span::from_nanos(start));
            let (from, until) = (Time::from_nanos(from), Time::from_nanos(from) + Span::from_nanos(len));
            let mut sum = 0u128;
            day.split(from, until, |bucket, nanos| {
                assert!(bucket < day.buckets());
                sum += u128::from(nanos);
            });
            prop_assert_eq!(sum, u128::from(until.since(from).as_nanos()));
        }
    }
}
