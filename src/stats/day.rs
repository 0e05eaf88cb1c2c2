//! The day, cut into buckets: figures by hour of day fold all days together, or all weeks, so their number is bounded
//! (G12).

use crate::time::{Span, Time};

const MINUTE: u64 = 60_000_000_000;
const DAY: u64 = 24 * 60 * MINUTE;
/// No more days than this are told apart.
const DAYS_MAX: u32 = 7;

/// How a day is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    /// Length of a bucket, a minute to a day; the last of a day may be shorter.
    bucket: u64,
    /// Time of day at the engine's start.
    start: u64,
    /// How many a day has, and how many there are; worked out once, for a division takes long.
    of_a_day: u64,
    buckets: usize,
    /// After so long the buckets come round again: whole days.
    round: u64,
}

impl Day {
    pub(super) fn new(bucket: Span, start: Span, days: u32) -> Self {
        let bucket = bucket.as_nanos().clamp(MINUTE, DAY);
        let days = u64::from(days.clamp(1, DAYS_MAX));
        let of_a_day = DAY.div_ceil(bucket);
        let buckets = (days * of_a_day) as usize;
        Self { bucket, start: start.as_nanos() % DAY, of_a_day, buckets, round: DAY * days }
    }

    pub(super) fn buckets(&self) -> usize {
        self.buckets
    }

    /// The time of day at which a bucket begins, as `08:00`; with the number of the day before it where there are
    /// several, as `2 08:00`.
    pub(super) fn name(&self, bucket: usize) -> String {
        let (day, bucket) = (bucket as u64 / self.of_a_day, bucket as u64 % self.of_a_day);
        let minutes = bucket * self.bucket / MINUTE;
        let time = format!("{:02}:{:02}", minutes / 60, minutes % 60);
        if self.round > DAY { format!("{} {time}", day + 1) } else { time }
    }

    /// The bucket this instant falls in.
    pub(super) fn bucket_of(&self, at: Time) -> usize {
        self.place(self.clock(at)).0
    }

    /// When the bucket ends that this instant falls in.
    fn end_of(&self, at: Time) -> Time {
        at + Span::from_nanos(self.place(self.clock(at)).1)
    }

    /// Cuts the time between two instants at the buckets' edges: gives each bucket its nanoseconds, all of which add
    /// up to the whole. However long the time, the number of pieces is bounded.
    pub(super) fn split(&self, from: Time, until: Time, mut piece: impl FnMut(usize, u64)) {
        let whole = until.since(from).as_nanos();
        let rounds = whole / self.round;
        if rounds > 0 {
            for bucket in 0..self.buckets() {
                let starts = bucket as u64 % self.of_a_day * self.bucket;
                piece(bucket, rounds * self.bucket.min(DAY - starts));
            }
        }
        let mut left = whole % self.round;
        let mut clock = self.clock(from);
        while left > 0 {
            let (bucket, rest) = self.place(clock);
            let nanos = left.min(rest);
            piece(bucket, nanos);
            left -= nanos;
            clock = (clock + nanos) % self.round;
        }
    }

    /// How long it is at this instant since the buckets began anew.
    fn clock(&self, at: Time) -> u64 {
        if self.round == DAY {
            // A division by what is known beforehand is none.
            return (at.as_nanos() % DAY + self.start) % DAY;
        }
        (at.as_nanos() % self.round + self.start) % self.round
    }

    /// The bucket in which that is, and how long it still lasts.
    fn place(&self, clock: u64) -> (usize, u64) {
        let (day, time) = (clock / DAY, clock % DAY);
        let bucket = time / self.bucket;
        let edge = ((bucket + 1) * self.bucket).min(DAY);
        ((day * self.of_a_day + bucket) as usize, edge - time)
    }
}

/// The day, and the bucket that the present instant falls in, which nearly everything that is asked is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    day: Day,
    bucket: usize,
    /// From when on it is known to be that bucket, and when it ends.
    since: Time,
    ends: Time,
}

impl Clock {
    pub(super) fn new(day: Day) -> Self {
        Self { day, bucket: day.bucket_of(Time::ZERO), since: Time::ZERO, ends: day.end_of(Time::ZERO) }
    }

    pub(super) fn buckets(&self) -> usize {
        self.day.buckets()
    }

    /// It is this instant, none before the last.
    #[inline]
    pub(super) fn turn_to(&mut self, now: Time) {
        if now >= self.ends {
            *self = Self { day: self.day, bucket: self.day.bucket_of(now), since: now, ends: self.day.end_of(now) };
        }
    }

    /// The bucket this instant falls in.
    #[inline]
    pub(super) fn bucket_of(&self, at: Time) -> usize {
        if self.since <= at && at < self.ends { self.bucket } else { self.day.bucket_of(at) }
    }

    /// Cuts the time between two instants as [`Day::split`] does.
    #[inline]
    pub(super) fn split(&self, from: Time, until: Time, mut piece: impl FnMut(usize, u64)) {
        if self.since <= from && until <= self.ends {
            piece(self.bucket, until.since(from).as_nanos());
        } else {
            self.day.split(from, until, piece);
        }
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
        let day = Day::new(Span::from_secs(3600), Span::from_secs(23 * 3600), 1);
        assert_eq!(pieces(day, 3000, 4000), [(23, 600), (0, 400)]);
        assert_eq!(pieces(day, 3600, 7200), [(0, 3600)]);
        assert_eq!(day.name(9), "09:00");
    }

    #[test]
    fn an_instant_on_the_edge_belongs_to_the_hour_that_begins() {
        let day = Day::new(Span::from_secs(3600), Span::ZERO, 1);
        assert_eq!(day.bucket_of(Time::from_nanos(3_600_000_000_000 - 1)), 0);
        assert_eq!(day.bucket_of(Time::from_secs(3600)), 1);
        assert_eq!(day.bucket_of(Time::from_secs(24 * 3600)), 0);
        assert_eq!(day.end_of(Time::from_nanos(3_600_000_000_000 - 1)), Time::from_secs(3600));
        assert_eq!(day.end_of(Time::from_secs(3600)), Time::from_secs(7200));
    }

    #[test]
    fn days_of_a_week_are_told_apart_and_weeks_are_not() {
        let week = Day::new(Span::from_secs(7 * 3600), Span::ZERO, 7);
        const DAY_S: u64 = 24 * 3600;
        assert_eq!(week.buckets(), 28);
        assert_eq!([0, 3, 4, 27].map(|bucket| week.name(bucket)), ["1 00:00", "1 21:00", "2 00:00", "7 21:00"]);
        let at = |secs| week.bucket_of(Time::from_secs(secs));
        assert_eq!([at(DAY_S - 1), at(DAY_S), at(7 * DAY_S), at(9 * DAY_S + 8 * 3600)], [3, 4, 0, 9]);
        assert_eq!(pieces(week, DAY_S - 60, DAY_S + 60), [(3, 60), (4, 60)]);
        let whole = pieces(week, 0, 14 * DAY_S);
        assert_eq!((whole[0], whole[3], whole.len()), ((0, 2 * 7 * 3600), (3, 2 * 3 * 3600), 28));
    }

    #[test]
    fn the_end_of_time_is_cut_in_few_pieces() {
        let day = Day::new(Span::ZERO, Span::MAX, 7);
        let mut count = 0;
        day.split(Time::ZERO, Time::MAX, |_, _| count += 1);
        assert!(count <= 2 * day.buckets() + 1, "{count}");
    }

    proptest! {
        #[test]
        fn a_clock_says_what_the_day_says(
            bucket in 0u64..100_000,
            days in 0u32..9,
            start: u64,
            turns in proptest::collection::vec(0u64..1 << 46, 1..20),
            asked in proptest::collection::vec((0u64..1 << 47, 0u64..1 << 44), 1..20),
        ) {
            let day = Day::new(Span::from_secs(bucket), Span::from_nanos(start), days);
            let (mut clock, mut now) = (Clock::new(day), Time::ZERO);
            for after in turns {
                now = now + Span::from_nanos(after);
                clock.turn_to(now);
                let around = [0, 1].map(|before| (now.as_nanos().saturating_sub(before), 1));
                for (from, len) in around.into_iter().chain(asked.iter().copied()) {
                    let (from, until) = (Time::from_nanos(from), Time::from_nanos(from) + Span::from_nanos(len));
                    prop_assert_eq!(clock.bucket_of(from), day.bucket_of(from));
                    let (mut told, mut expected) = (vec![0; day.buckets()], vec![0; day.buckets()]);
                    clock.split(from, until, |bucket, nanos| told[bucket] += nanos);
                    day.split(from, until, |bucket, nanos| expected[bucket] += nanos);
                    prop_assert_eq!(told, expected);
                }
            }
        }

        #[test]
        fn pieces_add_up_to_the_whole(bucket in 0u64..100_000, days in 0u32..9, start: u64, from: u64, len: u64) {
            let day = Day::new(Span::from_secs(bucket), Span::from_nanos(start), days);
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
