//! The scenario: what happens on a floor, as data. Who calls and when, how long people wait and talk, who is at work.
//!
//! A floor says how calls are treated; a scenario says which calls come and how people behave. What a scenario leaves
//! out does not happen: nobody hangs up, holds, misses or declines, no phone takes time to ring, and there is no work
//! after a call. It comes from TOML or is built in Rust, and is checked against a plan as a whole: every problem is
//! reported at once.
//!
//! # Example
//!
//! ```toml
//! name = "A quiet day"
//! hours = 24
//!
//! [calls]
//! patience = { exponential = "4m" }
//! talk = { lognormal = { mean = "90s", cv = 0.8 } }
//!
//! [agents]
//! answer = { uniform = ["2s", "9s"] }
//! missed = 0.02
//!
//! [[queues]]
//! queue = "outside"
//! arrivals = { per_hour = 20 }
//!
//! [[shifts]]
//! teams = ["operators"]
//! from = "07:00"
//! to = "19:00"
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Distribution;
use crate::floor::Length;

/// What happens on a floor. See the [module](self).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// What people call it.
    pub name: String,
    /// For how many hours calls arrive, from midnight on; above 0, at most 1,000,000. Days repeat. Default 24.
    pub hours: Option<f64>,
    /// For how long at most the floor goes on after the last arrival until every call has ended. Default 24 h.
    pub drain: Option<Length>,
    /// What calls bring, unless their queue or tier says otherwise.
    pub calls: Calls,
    /// How agents behave.
    pub agents: Agents,
    /// How the switch behaves.
    pub switch: Switch,
    /// What arrives where, and what is special about it.
    pub queues: Vec<Inflow>,
    /// Who is at work when. Nobody who stands in no shift ever signs in.
    pub shifts: Vec<Shift>,
    /// What goes wrong. Default: nothing.
    pub faults: Faults,
}

/// What calls bring. Each field left out is taken from the next wider place: a tier in a queue, then the queue, then
/// the scenario, then the default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Calls {
    /// How long a caller waits, counted from arrival, before hanging up; `"never"` allowed. Default: never hangs up.
    pub patience: Option<Distribution>,
    /// How long caller and agent talk, hold apart. Default: exponential, mean 3 min.
    pub talk: Option<Distribution>,
    /// Whether the agent puts the caller on hold, once per call. Default: never.
    pub hold: Option<Hold>,
    /// How long the agent works after the call, as far as the floor's wrap-up allows. Default: not at all.
    pub wrap_up: Option<Distribution>,
    /// Share of calls ended by the agent, 0 to 1; the caller ends the others. Default 0.
    pub ended_by_agent: Option<f64>,
    /// How long the agent lets the phone ring before answering or declining. Default: not at all.
    pub answer: Option<Distribution>,
}

/// Holding a caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// Share of calls that are put on hold, 0 to 1. It happens at a time uniform over the talk.
    pub share: f64,
    /// For how long; the floor's hold limit may end it earlier.
    pub length: Distribution,
}

/// How agents behave when their phones ring. The shares are per offer and add up to at most 1; in all other cases the
/// agent answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Agents {
    /// Share of offers that ring unheard, 0 to 1. Default 0.
    pub missed: f64,
    /// Share of offers that the agent declines, 0 to 1. Default 0.
    pub declined: f64,
    /// Share of offers whose phone is busy, 0 to 1. Default 0.
    pub busy: f64,
    /// Share of offers whose phone cannot be reached, 0 to 1. Default 0.
    pub unreachable: f64,
    /// How long until an agent whom misses made not ready takes calls again. Default: fixed, 1 min.
    pub back_after_miss: Option<Distribution>,
}

/// How the switch behaves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switch {
    /// From the offer to the first ring. Default: none.
    pub ring_delay: Option<Distribution>,
    /// From the answer to caller and agent hearing each other. Default: none.
    pub connect_delay: Option<Distribution>,
}

/// What arrives at one queue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Inflow {
    /// Which queue, by name; each at most once.
    pub queue: String,
    /// How many calls arrive, as a Poisson process.
    pub arrivals: Arrivals,
    /// By name of a VIP tier: how many of its callers are among them. The others stand in no directory.
    pub tiers: BTreeMap<String, TierShare>,
    /// Calls with a need of their own beyond the queue's. The shares add up to at most 1.
    pub needs: Vec<NeedShare>,
    /// What differs here from the scenario's `calls`.
    pub calls: Calls,
}

/// Rates of arrival.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrivals {
    /// Calls per hour.
    PerHour(Rate),
    /// Calls per minute.
    PerMinute(Rate),
}

impl Default for Arrivals {
    fn default() -> Self {
        Self::PerHour(Rate::Constant(0.0))
    }
}

/// One rate, or one by hour of day; each from 0 to 10,000,000.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "no rate, expected a number or a list of 24 numbers")]
pub enum Rate {
    /// The same all day.
    Constant(f64),
    /// 24 rates; the first holds from midnight to one o'clock.
    ByHour(Vec<f64>),
}

/// Callers of a VIP tier in a queue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TierShare {
    /// Share of the queue's calls, 0 to 1. Each is from a caller of the directory's with this tier, all alike.
    pub share: f64,
    /// What differs from the queue's `calls`.
    pub calls: Calls,
}

/// Calls with a need of their own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NeedShare {
    /// Share of the queue's calls, 0 to 1.
    pub share: f64,
    /// What they need, as an expression: `english >= 3`.
    pub need: String,
}

/// A daily shift: who is signed in from when to when. The shifts of one agent may touch but not overlap.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shift {
    /// What people call it.
    pub name: String,
    /// Everybody in these teams, by name, in the floor's order.
    pub teams: Vec<String>,
    /// And these agents, by name, in this order.
    pub agents: Vec<String>,
    /// From this time of day, `"HH:MM"` or `"HH:MM:SS"`.
    pub from: String,
    /// To this time of day, up to `"24:00"`; not after `from` means the next day. Who is in a call stays until it and
    /// the work after it are done.
    pub to: String,
    /// Breaks within the shift.
    pub breaks: Vec<Break>,
}

/// A break of everybody in a shift.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Break {
    /// When the first agent of the shift takes it: a time of day, `"HH:MM"` or `"HH:MM:SS"`.
    pub at: String,
    /// So much later than the one before takes each following agent it, so that not all go at once. Default: none.
    pub stagger: Length,
    /// How long it lasts; it starts when no call is in hand.
    pub length: Length,
    /// The reason, by the floor's name.
    pub reason: String,
}

/// What goes wrong: probabilities from 0 to 1, all 0 by default. The engine must get over every one of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Per hang-up: nobody ever reports it.
    pub lost_hangups: f64,
    /// Per ringing phone, and per connected call at some time in it: the phone vanishes and reports nothing more until
    /// it is back.
    pub vanishing_agents: f64,
    /// How long a vanished phone stays away. Default: exponential, mean 10 min.
    pub back_after_vanishing: Option<Distribution>,
    /// Per report of the switch: it comes twice, at once or, where it is about a step of one leg, up to 5 s later.
    pub duplicates: f64,
    /// Per withdrawn offer: an answer to it still comes, up to 2 s late.
    pub late_answers: f64,
    /// Per input: one more, about calls, offers or agents that never were, or not in a state for it.
    pub nonsense: f64,
}

impl Faults {
    /// Whether nothing ever goes wrong.
    pub fn none(&self) -> bool {
        let Self { lost_hangups, vanishing_agents, back_after_vanishing: _, duplicates, late_answers, nonsense } = self;
        [lost_hangups, vanishing_agents, duplicates, late_answers, nonsense].iter().all(|share| **share == 0.0)
    }
}
