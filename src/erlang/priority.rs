//! Classes of calls of which the higher is served first, and one agent with any handle time: mean waits.

use super::loss::erlang_b;
use super::{AGENTS_MAX, Error, Traffic, seconds};

/// The most classes there may be.
const CLASSES_MAX: usize = 1_000;

/// Mean waits in seconds of classes of calls, the highest first, where a free agent takes the call of the highest class
/// that waits and nobody is interrupted (non-preemptive M/M/c; A. Cobham, "Priority assignment in waiting line problems",
/// Operations Research 2, 1954; O. Kella and U. Yechiali, "Waiting times in the non-preemptive priority M/M/c queue",
/// Stochastic Models 1, 1985). All classes have the same handle time; nobody hangs up. The share of calls that wait is the
/// same for all, Erlang C's.
///
/// # Errors
///
/// No class or more than 1,000, calls per hour below 0, a handle time or a number of agents out of range, and
/// [`Error::Unstable`] where the agents cannot do the work of all classes.
pub fn priority_waits(calls_per_hour: &[f64], handle_s: f64, agents: u32) -> Result<Vec<f64>, Error> {
    if !(1..=CLASSES_MAX).contains(&calls_per_hour.len()) {
        let got = calls_per_hour.len() as f64;
        return Err(Error::OutOfRange { what: "classes", expected: "1 to 1,000", got });
    }
    if let Some(rate) = calls_per_hour.iter().find(|rate| !(0.0..=f64::MAX).contains(*rate)) {
        return Err(Error::OutOfRange { what: "calls per hour", expected: "0 or more", got: *rate });
    }
    if !(1..=AGENTS_MAX).contains(&agents) {
        let got = f64::from(agents);
        return Err(Error::OutOfRange { what: "agents", expected: "1 to 200,000", got });
    }
    let count = f64::from(agents);
    let load = Traffic::new(calls_per_hour.iter().sum(), handle_s)?.load();
    if load >= count {
        return Err(Error::Unstable { load, agents: count });
    }
    let lost = erlang_b(load, agents);
    let waits = lost / (1.0 - load / count + load / count * lost);
    let mut busy_with_higher = 0.0;
    let each = calls_per_hour.iter().map(|rate| {
        let before = busy_with_higher;
        busy_with_higher += rate / 3_600.0 * handle_s / count;
        waits * handle_s / count / ((1.0 - before) * (1.0 - busy_with_higher))
    });
    Ok(each.collect())
}

/// The mean wait in seconds for one agent whose handle time has this coefficient of variation, 0 or more (M/G/1, by
/// Pollaczek and Khinchine); nobody hangs up.
///
/// # Errors
///
/// A coefficient below 0, and [`Error::Unstable`] for a load of 1 erlang or more.
pub fn single_agent_wait(traffic: Traffic, cv: f64) -> Result<f64, Error> {
    let handle_s = seconds("the handle time in seconds", traffic.handle_s())?;
    if !(cv >= 0.0 && cv.is_finite()) {
        return Err(Error::OutOfRange { what: "the coefficient of variation", expected: "0 or more", got: cv });
    }
    let load = traffic.load();
    if load >= 1.0 {
        return Err(Error::Unstable { load, agents: 1.0 });
    }
    Ok(load * handle_s * (1.0 + cv * cv) / 2.0 / (1.0 - load))
}
