//! How agents behave, and what supervisors do.

use serde::{Deserialize, Serialize};

use super::super::Distribution;
use crate::floor::Length;

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
    /// How long a break lasts on which the floor sends an agent after a call. Default: fixed, 1 min.
    pub back_after_call: Option<Distribution>,
    /// Agents who come late to work. Default: never.
    pub late: Option<Late>,
    /// Share of the times an agent should come to work at which he does not come at all, 0 to 1. Default 0.
    pub absent: f64,
    /// Phones at desks that fail. Default: never. See also [`Faults`](super::Faults).
    pub phone_failures: Option<PhoneFailures>,
}

/// Coming late to work: signing in later than the shift says. Who is later than his shift lasts does not come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Late {
    /// Share of the times an agent comes to work, 0 to 1.
    pub share: f64,
    /// By how much.
    pub by: Distribution,
}

/// Phones that fail: a call in it breaks off, one that rings there goes on to the next agent, and until the phone is
/// repaired its agent has no calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhoneFailures {
    /// After how much work of its agent each phone fails on average, by chance: from 1 min on. Work is any time at which
    /// the agent is signed in.
    pub every: Length,
    /// How long the repair takes.
    pub repair: Distribution,
}

/// What supervisors do: whoever has the rights of one (E8) and is signed in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Supervisors {
    /// Listening in. Default: never.
    pub listen: Option<Listen>,
    /// Moving waiting calls to another queue. Default: never.
    pub moves: Option<Moves>,
    /// Breaks that need approval. Default: approved at once by the first of them who is there.
    pub approval: Approval,
}

/// Listening in on calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// How often each of them listens to some call or other, per hour; 0 to 10,000,000.
    pub per_hour: f64,
    /// For how long.
    pub length: Distribution,
    /// Share of times, 0 to 1, in which he speaks with the agent from half of it on. Default 0.
    #[serde(default)]
    pub whisper: f64,
    /// Share of times, 0 to 1, in which he speaks with both from half of it on. Default 0.
    #[serde(default)]
    pub barge: f64,
    /// Share of times, 0 to 1, in which he takes the caller over at the end. Default 0.
    #[serde(default)]
    pub take_over: f64,
}

/// Moving waiting calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moves {
    /// How often each of them moves some waiting call or other, per hour; 0 to 10,000,000.
    pub per_hour: f64,
    /// To which queues, by name, all alike.
    pub to: Vec<String>,
}

/// Deciding about breaks that need approval (D2, D3).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Approval {
    /// How long it takes. Default: no time.
    pub after: Option<Distribution>,
    /// Share of breaks that are refused, 0 to 1. Default 0.
    pub refused: f64,
}
