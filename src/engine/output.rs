//! What the engine tells the world, in two streams.
//!
//! *Commands* ask the switch to do something. *Facts* say what has happened, for boards, records and figures. Every
//! output carries its instant and a key that is never used twice, so a command delivered again is recognised.

use serde::{Deserialize, Serialize};

use super::{Actor, Command, Fact};
use crate::time::Time;

/// One output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// The instant of the step it belongs to.
    pub at: Time,
    /// Its key: same plan, seed and inputs, same key.
    pub key: OutputKey,
    /// Whose input it follows from; `None` if time alone brought it.
    pub actor: Option<Actor>,
    /// What it says.
    pub event: Event,
}

/// Where an output stands: the position of the input that caused it, then its place among that input's outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OutputKey {
    /// How many inputs and time-outs the engine had taken before.
    pub position: u64,
    /// Place among the outputs of that input.
    pub index: u32,
}

/// A command or a fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// For the switch.
    Command(Command),
    /// For everybody.
    Fact(Fact),
}
