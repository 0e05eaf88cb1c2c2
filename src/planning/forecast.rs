//! The forecast: how many calls a scenario expects in each interval of a day, and how long each keeps an agent busy.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::erlang::Patience;
use crate::floor::{Length, Plan, Problems, WrapUpPlan};
use crate::sim::scenario::{Calls, Inflow, Scenario};
use crate::sim::{Distribution, Erlang, Gamma, Hyperexponential, Lognormal, Weibull, expected_calls};
use crate::time::Span;

const DAY: Span = Span::from_secs(24 * 3_600);
/// The days looked at: the first week of the scenario.
pub(super) const DAYS_MAX: usize = 7;

/// What a scenario expects of one day, by interval.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Forecast {
    /// Length of an interval, in seconds; a whole part of a day.
    pub interval_s: f64,
    /// By queue, in the scenario's order.
    pub queues: Vec<QueueForecast>,
    /// The first interval that is simulated and counted: that after the warm-up, unless days come again after a week.
    #[serde(skip)]
    pub(super) counted_from: usize,
}

/// What is expected at one queue.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct QueueForecast {
    /// The queue.
    pub queue: String,
    /// Expected calls in each interval of the day, midnight first. Where days differ, the busiest of the days on which
    /// the scenario's calls arrive, at most its first seven, interval by interval. Recorded calls count as the mean of
    /// the days on which any came.
    pub calls: Vec<f64>,
    /// The same without recorded calls, in the intervals of one day after the other, of at most the first seven.
    #[serde(skip)]
    pub(super) by_day: Vec<f64>,
    /// How long one call keeps an agent busy, in seconds, on average: ringing, answering, talk, hold and wrap-up as far as
    /// the floor allows it.
    pub handle_s: f64,
    /// From the offer to the answer, in seconds, on average: so much sooner must a call be offered than answered.
    pub delay_s: f64,
    /// How long callers wait, in seconds, on average; `None` where nobody hangs up.
    pub patience_s: Option<f64>,
    /// The same as the calculator takes it.
    #[serde(skip)]
    pub patience: Patience,
}

impl Forecast {
    /// The forecast of a scenario on this floor by intervals of this length, lifted to a minute at least; a day should be
    /// a whole number of them, else the last is shorter.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the scenario, at once.
    pub fn of(plan: &Plan, scenario: &Scenario, interval: Span) -> Result<Self, Problems> {
        let interval = interval.max(Span::from_secs(60)).min(DAY);
        let calls = expected_calls(plan, scenario, interval)?;
        let per_day = DAY.as_nanos().div_ceil(interval.as_nanos()) as usize;
        let queue = |(inflow, all): (&Inflow, Vec<f64>)| QueueForecast::of(plan, scenario, inflow, &all, per_day);
        let queues = scenario.queues.iter().zip(calls).map(queue).collect();
        let week = scenario.hours.is_some_and(|hours| hours > 7.0 * 24.0);
        let warm_up = scenario.warm_up.filter(|_| !week).map_or(Span::ZERO, |warm_up| warm_up.to_span(plan.ring()));
        let counted_from = warm_up.as_nanos().div_ceil(interval.as_nanos()) as usize;
        Ok(Self { interval_s: interval.as_secs_f64(), queues, counted_from })
    }

    /// Whether calls come otherwise on one day than on another.
    pub(super) fn days_differ(&self) -> bool {
        self.queues.iter().any(|queue| {
            let mut days = queue.by_day.chunks_exact(queue.calls.len().max(1));
            let alike = |one: &[f64], other: &[f64]| {
                one.iter().zip(other).all(|(one, other)| (one - other).abs() <= 1e-9 * one.max(*other))
            };
            days.next().is_some_and(|first| !days.all(|day| alike(first, day)))
        })
    }
}

impl QueueForecast {
    fn of(plan: &Plan, scenario: &Scenario, inflow: &Inflow, all: &[f64], per_day: usize) -> Self {
        let by_day: Vec<f64> = all.iter().copied().take(per_day * DAYS_MAX).collect();
        let mut calls = vec![0.0; per_day];
        for day in by_day.chunks(per_day) {
            calls.iter_mut().zip(day).for_each(|(most, calls)| *most = f64::max(*most, *calls));
        }
        let recorded = Recorded::of(plan, scenario, inflow, per_day);
        calls.iter_mut().zip(&recorded.calls).for_each(|(sum, calls)| *sum += calls);
        let one = |tier: Option<&Calls>| Handling::of(plan, scenario, inflow, tier);
        let tiers: Vec<(f64, Handling)> =
            inflow.tiers.values().map(|tier| (tier.share, one(Some(&tier.calls)))).collect();
        let others = 1.0 - tiers.iter().map(|(share, _)| share).sum::<f64>();
        let all = tiers.into_iter().chain([(others, one(None))]);
        let (mut handle_s, mut delay_s) = (0.0, 0.0);
        for (share, handling) in all {
            handle_s += share * handling.busy_s;
            delay_s += share * handling.delay_s;
        }
        // What is known of recorded calls stands for as many as it is known of.
        let sum = |calls: &[f64]| calls.iter().sum::<f64>();
        let known = recorded.known * sum(&recorded.calls) / sum(&calls).max(f64::MIN_POSITIVE);
        handle_s += known * (recorded.talk_s - one(None).talk_s);
        let patience = inflow.calls.patience.as_ref().or(scenario.calls.patience.as_ref());
        let patience = patience.map_or(Patience::Never, |patience| as_patience(patience, plan.ring()));
        let patience_s = Some(patience.mean_s()).filter(|mean| mean.is_finite());
        Self { queue: inflow.queue.clone(), calls, by_day, handle_s, delay_s, patience_s, patience }
    }
}

/// What one kind of call asks of an agent.
struct Handling {
    busy_s: f64,
    talk_s: f64,
    delay_s: f64,
}

impl Handling {
    fn of(plan: &Plan, scenario: &Scenario, inflow: &Inflow, tier: Option<&Calls>) -> Self {
        let ring = plan.ring();
        let rules = plan.queue(&inflow.queue).and_then(|queue| plan.queues().get(queue.index())).map(|of| &of.rules);
        // The narrowest place that says something.
        let places = || tier.into_iter().chain([&inflow.calls, &scenario.calls]);
        let mean = |of: &dyn Fn(&Calls) -> Option<Distribution>| places().find_map(of).map(|of| mean_s(&of, ring));
        let talk = mean(&|calls| calls.talk.clone()).unwrap_or(180.0);
        let hold = places().find_map(|calls| calls.hold.as_ref());
        let hold = hold.map_or(0.0, |hold| hold.share * mean_s(&hold.length, ring));
        let wrap_up = mean(&|calls| calls.wrap_up.clone()).unwrap_or(0.0);
        let wrap_up = match rules.map(|rules| rules.wrap_up) {
            Some(WrapUpPlan::None) => 0.0,
            Some(WrapUpPlan::Timed(limit)) => wrap_up.min(limit.as_secs_f64()),
            Some(WrapUpPlan::Fixed(length)) => length.as_secs_f64(),
            _ => wrap_up,
        };
        let switch = |delay: &Option<Distribution>| delay.as_ref().map_or(0.0, |delay| mean_s(delay, ring));
        let answer = mean(&|calls| calls.answer.clone()).unwrap_or(0.0);
        let delay_s = switch(&scenario.switch.ring_delay) + answer;
        let connect = switch(&scenario.switch.connect_delay);
        Self { busy_s: delay_s + connect + talk + hold + wrap_up, talk_s: talk, delay_s }
    }
}

/// What was recorded at a queue.
struct Recorded {
    /// By interval of the day, the mean of the days on which any came.
    calls: Vec<f64>,
    /// Of what share it is known how long they talked, and how long, in seconds, on average.
    known: f64,
    talk_s: f64,
}

impl Recorded {
    fn of(plan: &Plan, scenario: &Scenario, inflow: &Inflow, per_day: usize) -> Self {
        let all = inflow.arrivals.recorded.as_deref().unwrap_or_default();
        let end = scenario.hours.unwrap_or(24.0) * 3_600.0;
        let (day_s, ring) = (DAY.as_secs_f64(), plan.ring());
        let mut calls = vec![0.0; per_day];
        let (mut days, mut count, mut known, mut talk_s) = (BTreeSet::new(), 0.0, 0.0, 0.0);
        for call in all {
            let at = secs(call.at, ring);
            if at >= end {
                continue;
            }
            days.insert((at / day_s) as u64);
            // `as` cuts towards the interval's beginning.
            let place = (at % day_s / day_s * per_day as f64) as usize;
            calls.iter_mut().skip(place).take(1).for_each(|calls| *calls += 1.0);
            count += 1.0;
            if let Some(talk) = call.talk {
                known += 1.0;
                talk_s += secs(talk, ring);
            }
        }
        calls.iter_mut().for_each(|calls| *calls /= (days.len() as f64).max(1.0));
        Self { calls, known: known / f64::max(count, 1.0), talk_s: talk_s / f64::max(known, 1.0) }
    }
}

fn secs(length: Length, ring: Span) -> f64 {
    length.to_span(ring).as_secs_f64()
}

/// The mean, in seconds; infinite for never.
fn mean_s(distribution: &Distribution, ring: Span) -> f64 {
    match distribution {
        Distribution::Never => f64::INFINITY,
        Distribution::Fixed(mean)
        | Distribution::Exponential(mean)
        | Distribution::Lognormal(Lognormal { mean, .. })
        | Distribution::Gamma(Gamma { mean, .. })
        | Distribution::Weibull(Weibull { mean, .. })
        | Distribution::Hyperexponential(Hyperexponential { mean, .. })
        | Distribution::Erlang(Erlang { mean, .. }) => secs(*mean, ring),
        Distribution::Uniform(from, to) => (secs(*from, ring) + secs(*to, ring)) / 2.0,
        Distribution::Empirical(lengths) => {
            lengths.iter().map(|length| secs(*length, ring)).sum::<f64>() / lengths.len().max(1) as f64
        }
    }
}

/// As the calculator takes it; what it does not know becomes exponential.
fn as_patience(distribution: &Distribution, ring: Span) -> Patience {
    let mean_s = mean_s(distribution, ring);
    let patience = match distribution {
        Distribution::Never => Patience::Never,
        Distribution::Fixed(length) => Patience::Fixed { secs: secs(*length, ring) },
        Distribution::Uniform(from, to) => Patience::Uniform { from_s: secs(*from, ring), to_s: secs(*to, ring) },
        Distribution::Lognormal(Lognormal { cv, .. }) => Patience::Lognormal { mean_s, cv: *cv },
        Distribution::Gamma(Gamma { cv, .. }) => Patience::Gamma { mean_s, cv: *cv },
        Distribution::Weibull(Weibull { shape, .. }) => Patience::Weibull { mean_s, shape: *shape },
        Distribution::Erlang(Erlang { k, .. }) => Patience::Gamma { mean_s, cv: 1.0 / f64::from(*k).sqrt() },
        _ => Patience::Exponential { mean_s },
    };
    let rough = Patience::Exponential { mean_s: mean_s.max(1e-3) };
    if patience.check().is_ok() { patience } else { rough }
}
