//! An agent's desk, and what the agent does about a ringing phone.

use std::collections::BTreeMap;

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::agents::AgentSetting;
use super::handling::Handling;
use super::streams::{Purpose, stream};
use crate::engine::Presence;
use crate::ids::{CallId, DispositionId};
use crate::time::Span;

/// An agent, seen from outside the engine.
#[derive(Debug)]
pub(crate) struct Desk {
    /// What this agent does about a phone. Nobody else draws from it.
    pub(crate) rng: ChaCha8Rng,
    /// How long the switch takes with this agent's phone.
    pub(crate) line: ChaCha8Rng,
    pub(crate) presence: Presence,
    /// Counts how often this agent should have come to work or gone home.
    pub(crate) turns: u64,
    /// Counts the changes of presence.
    pub(crate) changes: u64,
    /// What this agent, as a supervisor, does about others, and others about his breaks.
    pub(crate) supervision: ChaCha8Rng,
    /// How long the break lasts that was asked for last and has not begun.
    pub(crate) rest: Option<Span>,
    /// Counts the breaks that need approval, and which of them is asked for now.
    pub(crate) asked: u64,
    pub(crate) asks: Option<u64>,
    /// The phone reports nothing.
    pub(crate) vanished: bool,
    /// The work after these calls is not finished; with what the agent will say came of them.
    pub(crate) wrapping_up: BTreeMap<CallId, Option<DispositionId>>,
}

impl Desk {
    /// The desk of the agent of this name.
    pub(crate) fn new(seed: u64, name: &str) -> Self {
        Self {
            rng: stream(seed, Purpose::Agent, name),
            line: stream(seed, Purpose::Switch, name),
            presence: Presence::SignedOut,
            turns: 0,
            changes: 0,
            supervision: stream(seed, Purpose::Supervision, name),
            rest: None,
            asked: 0,
            asks: None,
            vanished: false,
            wrapping_up: BTreeMap::new(),
        }
    }
}

/// What an agent will do about a ringing phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// Answers after it has rung this long.
    Answer(Span),
    /// Declines after it has rung this long.
    Decline(Span),
    /// Does not hear it.
    Miss,
    /// The phone is busy.
    Busy,
    /// The phone cannot be reached.
    Unreachable,
}

impl Reply {
    /// Drawn from the agent's own stream.
    pub(crate) fn draw(setting: &AgentSetting, handling: &Handling, rng: &mut ChaCha8Rng) -> Self {
        let share: f64 = rng.random();
        let after = handling.answer.draw(rng).unwrap_or_default();
        match share {
            share if share < setting.missed => Self::Miss,
            share if share < setting.declined => Self::Decline(after),
            share if share < setting.busy => Self::Busy,
            share if share < setting.unreachable => Self::Unreachable,
            _ => Self::Answer(after),
        }
    }
}
