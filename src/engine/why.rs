//! Why: the facts that decided an offer.

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, ClassId};
use crate::time::Time;

/// The facts that decided an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Why {
    /// The call's class.
    pub class: ClassId,
    /// The instant the call counts as waiting since, its credit included; nanoseconds, negative for before the start.
    pub rank_since: i64,
    /// How many agents were free and fit, those kept from this call by a cool-down included.
    pub candidates: u32,
    /// The winner's deciding key: see [`Key`].
    pub key: Key,
    /// Who would have been next, and by which key; nobody where the choice was by chance.
    pub runner_up: Option<(AgentId, Key)>,
}

/// The key by which the winner was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Key {
    /// Longest idle: since then.
    IdleSince(Time),
    /// Best skilled: this sum of levels, idle since then.
    Skill {
        /// The sum of levels.
        score: u32,
        /// Idle since.
        idle_since: Time,
    },
    /// Linear: this place in the floor's order.
    Place(u32),
    /// Random: by chance.
    Chance,
}
