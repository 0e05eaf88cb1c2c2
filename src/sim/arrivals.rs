//! When calls arrive at one queue: a Poisson process whose rate follows the clock, the day of the week and chance; and
//! beside it, bursts and recorded calls.
//!
//! The whole of it is a function of the scenario and the seed. Nothing that happens on the floor has a say in it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution as _, Exp1, Gamma};

use super::check::Check;
use super::distribution::{Sampler, micros};
use super::replay::{Played, Replay, ReplaySetting};
use super::roster::DAYS;
use super::scenario::{self, BurstSize, Rate, Rates, Week};
use super::streams::{Purpose, stream};
use crate::floor::{FieldPath, Length, ProblemKind};
use crate::time::{Span, Time};

/// The highest rate of arrival in one queue, in calls per hour or per minute.
pub const RATE_MAX: f64 = 10_000_000.0;
/// The most bursts per hour in one queue.
pub const BURSTS_MAX: f64 = 10_000.0;
/// The most calls a burst may bring, on average.
pub const BURST_SIZE_MAX: u32 = 100_000;
/// The largest coefficient of variation of the factors on rates.
pub const OVERDISPERSION_MAX: f64 = 10.0;

const MINUTE: Span = Span::from_secs(60);
const HOUR: Span = Span::from_secs(3_600);
const DAY: Span = Span::from_secs(24 * 3_600);

/// When calls arrive at a queue, checked.
#[derive(Clone, Debug)]
pub(crate) struct ArrivalSetting {
    pub(crate) rates: RateSetting,
    pub(crate) overdispersed: Option<OverdispersionSetting>,
    pub(crate) bursts: Option<BurstSetting>,
    pub(crate) replay: Option<Arc<ReplaySetting>>,
}

/// Rates that come again every day or every week.
#[derive(Clone, Debug)]
pub(crate) struct RateSetting {
    /// How long each holds, in nanoseconds; not zero.
    pub(crate) every: u64,
    /// Calls per second, from the scenario's start on; not empty.
    pub(crate) per_second: Arc<[f64]>,
}

/// Factors on all rates, one for each period.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OverdispersionSetting {
    pub(crate) cv: f64,
    /// How long a period is, in nanoseconds; not zero.
    pub(crate) every: u64,
    /// Whether queues share them.
    pub(crate) shared: bool,
    /// Whose they are: a name that queues share, or the queue's own.
    pub(crate) name: Arc<str>,
}

#[derive(Clone, Debug)]
pub(crate) struct BurstSetting {
    /// Bursts per second, not zero.
    pub(crate) per_second: f64,
    pub(crate) size: BurstSize,
    pub(crate) after: Sampler,
}

/// The arrivals at one queue, as they come.
#[derive(Debug)]
pub(crate) struct Arrivals {
    rates: RateSetting,
    /// Whether all rates are zero.
    silent: bool,
    stream: ChaCha8Rng,
    factors: Option<Factors>,
    bursts: Option<Bursts>,
    replay: Option<Replay>,
    /// Whether the last call was a recorded one.
    plays: bool,
    /// The next call of the Poisson process, while others come first.
    ahead: Option<Time>,
}

impl Arrivals {
    /// The arrivals at the queue of this name.
    pub(crate) fn new(setting: &ArrivalSetting, name: &str, seed: u64) -> Self {
        Self {
            silent: setting.rates.per_second.iter().all(|rate| *rate == 0.0),
            rates: setting.rates.clone(),
            stream: stream(seed, Purpose::Arrivals, name),
            factors: setting.overdispersed.as_ref().map(|setting| Factors::new(setting, seed)),
            bursts: setting.bursts.as_ref().map(|setting| Bursts::new(setting, name, seed)),
            replay: setting.replay.clone().map(Replay::new),
            plays: false,
            ahead: None,
        }
    }

    /// When the next call arrives after the last one, which was at `after`; `None` if none does before `horizon`.
    pub(crate) fn next(&mut self, after: Time, horizon: Time) -> Option<Time> {
        if self.bursts.is_none() && self.replay.is_none() {
            return self.next_single(after, horizon);
        }
        let single = self.ahead.take().or_else(|| self.next_single(after, horizon)).unwrap_or(Time::MAX);
        let recorded = self.replay.as_ref().and_then(Replay::next).unwrap_or(Time::MAX);
        let first = single.min(recorded);
        let burst = self.bursts.as_mut().and_then(|bursts| bursts.next(first.min(horizon)));
        self.plays = burst.is_none() && recorded <= single;
        if self.plays {
            self.replay.iter_mut().for_each(Replay::play);
        }
        if self.plays || burst.is_some() {
            // The process must not be asked again about what it has drawn.
            self.ahead = Some(single);
        }
        Some(burst.unwrap_or(first)).filter(|at| *at < horizon)
    }

    /// The recorded call that the last one was, if it was one.
    pub(crate) fn played(&self) -> Option<Played<'_>> {
        self.replay.as_ref().filter(|_| self.plays).and_then(Replay::last)
    }

    /// By inversion: a unit of exponential time is used up at the speed of the rate. So one draw makes one arrival
    /// whatever the rates are.
    fn next_single(&mut self, after: Time, horizon: Time) -> Option<Time> {
        if self.silent {
            return None;
        }
        let RateSetting { every, per_second } = &self.rates;
        let mut left: f64 = Exp1.sample(&mut self.stream);
        let mut at = after;
        while at < horizon {
            let interval = at.as_nanos() / every;
            let mut rate = per_second[(interval % per_second.len() as u64) as usize];
            let mut end = Time::from_nanos((interval + 1).saturating_mul(*every));
            if let Some(factors) = &mut self.factors {
                rate *= factors.at(at);
                end = end.min(factors.end());
            }
            let room = (end - at).as_secs_f64() * rate;
            if left < room {
                return Some(at + micros(left / rate)).filter(|at| *at < horizon);
            }
            left -= room;
            at = end;
        }
        None
    }
}

/// The factors of one period after another.
#[derive(Debug)]
struct Factors {
    stream: ChaCha8Rng,
    /// `None` where all factors are 1.
    gamma: Option<Gamma<f64>>,
    every: u64,
    /// How many were drawn; the last is that of the period now.
    drawn: u64,
    now: f64,
}

impl Factors {
    fn new(setting: &OverdispersionSetting, seed: u64) -> Self {
        let variance = setting.cv * setting.cv;
        Self {
            stream: stream(seed, if setting.shared { Purpose::SharedFactors } else { Purpose::Factors }, &setting.name),
            // Below the least of normal numbers, one over it is infinite.
            gamma: Gamma::new(1.0 / variance, variance).ok().filter(|_| variance >= f64::MIN_POSITIVE),
            every: setting.every,
            drawn: 0,
            now: 1.0,
        }
    }

    /// The factor at this time, not before that of the last question.
    fn at(&mut self, at: Time) -> f64 {
        let period = at.as_nanos() / self.every;
        while self.drawn <= period {
            self.now = self.gamma.map_or(1.0, |gamma| gamma.sample(&mut self.stream));
            self.drawn += 1;
        }
        self.now
    }

    /// When the period now ends.
    fn end(&self) -> Time {
        Time::from_nanos(self.drawn.saturating_mul(self.every))
    }
}

/// Bursts, and the calls of those that have begun.
#[derive(Debug)]
struct Bursts {
    setting: BurstSetting,
    stream: ChaCha8Rng,
    /// When the next begins.
    begins: Time,
    calls: BinaryHeap<Reverse<Time>>,
}

impl Bursts {
    fn new(setting: &BurstSetting, name: &str, seed: u64) -> Self {
        let mut bursts = Self {
            setting: setting.clone(),
            stream: stream(seed, Purpose::Bursts, name),
            begins: Time::ZERO,
            calls: BinaryHeap::new(),
        };
        bursts.begins = bursts.next_begin();
        bursts
    }

    fn next_begin(&mut self) -> Time {
        let unit: f64 = Exp1.sample(&mut self.stream);
        self.begins + micros(unit / self.setting.per_second)
    }

    /// The next call before `before`.
    fn next(&mut self, before: Time) -> Option<Time> {
        while self.begins < before && self.calls.peek().is_none_or(|Reverse(at)| self.begins <= *at) {
            self.begin();
        }
        if self.calls.peek().is_none_or(|Reverse(at)| *at >= before) {
            return None;
        }
        self.calls.pop().map(|Reverse(at)| at)
    }

    fn begin(&mut self) {
        let size = match self.setting.size {
            BurstSize::Fixed(size) => size,
            BurstSize::Geometric(mean) => geometric(mean, &mut self.stream),
        };
        for _ in 0..size {
            let after = self.setting.after.draw(&mut self.stream).unwrap_or(Span::ZERO);
            self.calls.push(Reverse(self.begins + after));
        }
        self.begins = self.next_begin();
    }
}

/// At least one, with this mean; by inversion.
fn geometric(mean: f64, rng: &mut ChaCha8Rng) -> u32 {
    let share: f64 = rng.random();
    // `as` saturates; a mean of 1 divides by minus infinity and gives 1.
    let more = (-share).ln_1p() / (-1.0 / mean).ln_1p();
    (more as u32).saturating_add(1)
}

impl Check<'_> {
    /// What a scenario says of the arrivals at the queue of this name.
    pub(crate) fn arrivals(&mut self, at: &FieldPath, arrivals: &scenario::Arrivals, queue: &str) -> ArrivalSetting {
        let scenario::Arrivals { per_hour, per_minute, every, overdispersed, bursts, recorded: _ } = arrivals;
        if per_hour.is_some() && per_minute.is_some() {
            let at = at.field("per_minute");
            self.report(ProblemKind::Duplicate, &at, "rates per minute beside rates per hour".into(), "one of the two");
        }
        let every = self.interval(&at.field("every"), every.unwrap_or(Length::secs(3_600)));
        let none = Rates::from(0.0);
        let (at_rates, rates, secs) = match (per_hour, per_minute) {
            (_, Some(rates)) => (at.field("per_minute"), rates, 60.0),
            (rates, None) => (at.field("per_hour"), rates.as_ref().unwrap_or(&none), 3_600.0),
        };
        ArrivalSetting {
            rates: self.rates(&at_rates, rates, every, secs),
            overdispersed: overdispersed.as_ref().map(|it| self.overdispersed(&at.field("overdispersed"), it, queue)),
            bursts: bursts.as_ref().and_then(|bursts| self.bursts(&at.field("bursts"), bursts)),
            // Recorded calls wait for what tiers bring.
            replay: None,
        }
    }

    /// How long a rate of a list holds.
    fn interval(&mut self, at: &FieldPath, every: Length) -> Span {
        let span = every.to_span(self.plan.ring());
        if span >= MINUTE && DAY.as_nanos().is_multiple_of(span.as_nanos()) {
            return span;
        }
        self.report(ProblemKind::OutOfRange, at, format!("`{every}`"), "from 1m to 24h, a whole part of a day");
        HOUR
    }

    fn rates(&mut self, at: &FieldPath, rates: &Rates, every: Span, secs: f64) -> RateSetting {
        let each_day = (DAY.as_nanos() / every.as_nanos()) as usize;
        let mut per_second = match rates {
            Rates::EveryDay(rate) => self.day(at, rate, each_day),
            Rates::ByDay(Week { weekdays, weekend, mon, tue, wed, thu, fri, sat, sun }) => {
                let mut day =
                    |name, rate: &Option<Rate>| rate.as_ref().map(|rate| self.day(&at.field(name), rate, each_day));
                let (weekdays, weekend) = (day("weekdays", weekdays), day("weekend", weekend));
                let own = [mon, tue, wed, thu, fri, sat, sun].into_iter().zip(DAYS);
                let own: Vec<_> = own.map(|(rate, name)| day(name, rate)).collect();
                let wider = [&weekdays; 5].into_iter().chain([&weekend; 2]);
                let days = own.iter().zip(wider).map(|(own, wider)| own.as_ref().or(wider.as_ref()));
                let mut week = days.fold(Vec::new(), |mut week, day| {
                    match day {
                        Some(rates) => week.extend(rates),
                        None => week.resize(week.len() + each_day, 0.0),
                    }
                    week
                });
                week.rotate_left(self.first_day as usize * each_day);
                week
            }
        };
        per_second.iter_mut().for_each(|rate| *rate /= secs);
        RateSetting { every: every.as_nanos(), per_second: per_second.into() }
    }

    /// The rates of one day, as many as it has intervals.
    fn day(&mut self, at: &FieldPath, rate: &Rate, each_day: usize) -> Vec<f64> {
        match rate {
            Rate::Constant(rate) => vec![self.rate(at, *rate); each_day],
            Rate::ByInterval(list) => {
                if list.len() != each_day {
                    let expected = format!("{each_day} rates, one for each interval of the day");
                    self.report(ProblemKind::OutOfRange, at, format!("{} rates", list.len()), &expected);
                }
                let rates = list.iter().enumerate().map(|(index, rate)| self.rate(&at.index(index), *rate));
                let mut rates: Vec<f64> = rates.collect();
                rates.resize(each_day, 0.0);
                rates
            }
        }
    }

    pub(crate) fn rate(&mut self, at: &FieldPath, rate: f64) -> f64 {
        if !(0.0..=RATE_MAX).contains(&rate) {
            self.out_of_range(at, rate, "a rate from 0 to 10,000,000");
        }
        rate
    }

    fn overdispersed(
        &mut self,
        at: &FieldPath,
        overdispersed: &scenario::Overdispersion,
        queue: &str,
    ) -> OverdispersionSetting {
        let scenario::Overdispersion { cv, every, shared } = overdispersed;
        if !(0.0..=OVERDISPERSION_MAX).contains(cv) {
            self.out_of_range(&at.field("cv"), *cv, "a coefficient of variation from 0 to 10");
        }
        let mut period = every.map_or(DAY, |every| every.to_span(self.plan.ring()));
        if period < MINUTE {
            self.report(ProblemKind::OutOfRange, &at.field("every"), format!("`{period}`"), "at least 1m");
            period = DAY;
        }
        let name = shared.as_deref().unwrap_or(queue);
        OverdispersionSetting { cv: *cv, every: period.as_nanos(), shared: shared.is_some(), name: name.into() }
    }

    fn bursts(&mut self, at: &FieldPath, bursts: &scenario::Bursts) -> Option<BurstSetting> {
        let scenario::Bursts { per_hour, calls, after } = bursts;
        if !(0.0..=BURSTS_MAX).contains(per_hour) {
            self.out_of_range(&at.field("per_hour"), *per_hour, "a rate from 0 to 10,000");
        }
        let (field, mean) = match *calls {
            BurstSize::Fixed(size) => ("fixed", f64::from(size)),
            BurstSize::Geometric(mean) => ("geometric", mean),
        };
        if !(1.0..=f64::from(BURST_SIZE_MAX)).contains(&mean) {
            self.out_of_range(&at.field("calls").field(field), mean, "1 to 100,000 calls");
        }
        let after = self.optional(&at.field("after"), after.as_ref(), Sampler::ZERO);
        let per_second = per_hour / HOUR.as_secs_f64();
        (per_second > 0.0).then_some(BurstSetting { per_second, size: *calls, after })
    }
}
