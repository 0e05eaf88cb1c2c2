//! What arrives at one queue.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Arrivals, Calls, TeamCalls};

/// What arrives at one queue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Inflow {
    /// Which queue, by name; each at most once.
    pub queue: String,
    /// When calls arrive. Default: none do.
    pub arrivals: Arrivals,
    /// By name of a VIP tier: how many of its callers are among them. The others stand in no directory.
    pub tiers: BTreeMap<String, TierShare>,
    /// Calls with a need of their own beyond the queue's. The shares add up to at most 1.
    pub needs: Vec<NeedShare>,
    /// What differs here from the scenario's `calls`.
    pub calls: Calls,
    /// By name of a team: what differs for its agents. What a tier says by itself stands before it.
    pub teams: BTreeMap<String, TeamCalls>,
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
