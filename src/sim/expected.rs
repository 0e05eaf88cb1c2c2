//! What a scenario expects: how many calls arrive, on average, at each queue and time.

use super::Scenario;
use super::arrivals::RateSetting;
use super::scenario::BurstSize;
use super::setting::{InflowSetting, Setting};
use crate::floor::{Plan, Problems};
use crate::time::{Span, Time};

/// Days beyond the first week are like those before.
const LONGEST: Span = Span::from_secs(7 * 24 * 3_600);

/// The calls expected at each of a scenario's queues, in its order, in one interval after another from its start to its
/// end, or for a week where it is longer.
pub(crate) fn expected_calls(plan: &Plan, scenario: &Scenario, interval: Span) -> Result<Vec<Vec<f64>>, Problems> {
    let setting = Setting::new(plan, scenario)?;
    let end = setting.horizon.min(Time::ZERO + LONGEST);
    let intervals = (end - Time::ZERO).as_nanos().div_ceil(interval.as_nanos().max(1));
    let edge = |place: u64| (Time::ZERO + interval.times(place)).min(end);
    let queue =
        |inflow: &InflowSetting| (0..intervals).map(|place| inflow.expected(edge(place), edge(place + 1))).collect();
    Ok(setting.inflows.iter().map(queue).collect())
}

impl InflowSetting {
    /// The calls expected between two instants. Those of a burst count to where it begins.
    fn expected(&self, from: Time, to: Time) -> f64 {
        let RateSetting { every, per_second } = &self.arrivals.rates;
        let mut calls = 0.0;
        let mut at = from;
        while at < to {
            let place = at.as_nanos() / every;
            let next = Time::from_nanos((place + 1).saturating_mul(*every)).min(to);
            let rate = per_second.get((place % per_second.len().max(1) as u64) as usize).copied().unwrap_or(0.0);
            calls += rate * (next - at).as_secs_f64();
            at = next;
        }
        let bursts = self.arrivals.bursts.as_ref().map_or(0.0, |bursts| {
            let each = match bursts.size {
                BurstSize::Fixed(calls) => f64::from(calls),
                BurstSize::Geometric(mean) => mean,
            };
            bursts.per_second * each * (to - from).as_secs_f64()
        });
        calls + bursts
    }
}
