//! Refusals: what was asked and could not be, and what was reported and meant nothing any more.

use serde::{Deserialize, Serialize};

use super::{CallState, Presence};
use crate::ids::{AgentId, CallId, OfferId, ReasonId};

/// A refused request: what was expected and what came. No caller data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Refusal {
    /// No such agent on this floor.
    UnknownAgent {
        /// The id that came.
        got: AgentId,
    },
    /// No such reason on this floor.
    UnknownReason {
        /// The id that came.
        got: ReasonId,
    },
    /// No such call.
    UnknownCall {
        /// The id that came.
        got: CallId,
    },
    /// The agent is not in a state for it.
    AgentNotIn {
        /// Who.
        agent: AgentId,
        /// What was expected.
        expected: ExpectedPresence,
        /// What the agent's presence is.
        got: Presence,
    },
    /// The agent has no work after a call to finish.
    NoWrapUp {
        /// Who.
        agent: AgentId,
    },
    /// The call is not in a state for it.
    CallNotIn {
        /// Which.
        call: CallId,
        /// What was expected.
        expected: CallState,
        /// What the call's state is.
        got: CallState,
    },
    /// The author may not ask this of somebody else.
    NotYours {
        /// Who asked.
        actor: AgentId,
        /// Whose it is.
        agent: AgentId,
    },
}

/// The presence that a refused request would have needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExpectedPresence {
    /// Signed out.
    SignedOut,
    /// Signed in, ready or not.
    SignedIn,
}

/// What an ignored report was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Subject {
    /// A call that is over, unknown, or not in a state where the report means anything.
    Call(CallId),
    /// A call that has already arrived.
    DuplicateCall(CallId),
    /// An offer that is over, unknown, or not in a state where the report means anything.
    Offer(OfferId),
    /// An agent this floor does not know.
    Agent(AgentId),
}
