//! States of calls, slots and agents, and the ways in which visits, calls and offers end.

use serde::{Deserialize, Serialize};

use super::{CancelReason, EndedBy};
use crate::ids::{AgentId, QueueId, ReasonId};

/// State of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CallState {
    /// In a queue, nobody rung.
    Waiting,
    /// In a queue, at least one agent rung.
    Ringing,
    /// Answered, being joined.
    Connecting,
    /// Caller and agent talk.
    Talking,
    /// The caller is on hold.
    Held,
}

/// State of an agent's contact slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SlotState {
    /// Nothing in hand.
    #[default]
    Free,
    /// Rung.
    Ringing,
    /// Answered, being joined.
    Connecting,
    /// Talking.
    Talking,
    /// The caller is on hold.
    Holding,
    /// Work after the call.
    WrapUp,
}

/// Presence of an agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Presence {
    /// Not at work.
    #[default]
    SignedOut,
    /// At work, takes no calls.
    NotReady(NotReady),
    /// Takes calls.
    Ready,
}

/// Why an agent is not ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NotReady {
    /// Has just signed in.
    SignedIn,
    /// Missed too many calls in a row.
    Missed,
    /// A reason of the floor's.
    Reason(ReasonId),
}

/// How a visit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum VisitExit {
    /// An agent took the call.
    Served {
        /// Who.
        agent: AgentId,
    },
    /// The caller hung up before.
    Abandoned,
    /// The wait limit passed.
    TimedOut,
    /// A rung moved the call to another queue (E2).
    Overflowed {
        /// Where.
        to: QueueId,
    },
    /// A rung sent the call to a telephone number.
    Diverted,
    /// A rung ended the call.
    Disconnected,
    /// The call was turned away at the door.
    Refused(RefusedCall),
}

/// Why a call was turned away at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefusedCall {
    /// It named no queue of this floor.
    UnknownQueue,
    /// The queue's length limit is reached.
    QueueFull,
    /// The floor's limit of live calls is reached.
    FloorFull,
    /// Its own need is one too many to keep apart, or larger than an expression may be.
    NeedsFull,
}

/// How a call ended (A2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// Served, and ended by this side.
    Completed(EndedBy),
    /// The caller hung up before anybody took the call.
    Abandoned,
    /// The wait limit passed.
    TimedOut,
    /// Sent to a telephone number.
    Diverted,
    /// Ended by a rung.
    Disconnected,
    /// Turned away at the door.
    Refused(RefusedCall),
    /// The host gave no sign of life for it.
    Lost,
}

/// How an offer ended without the two talking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OfferEnd {
    /// The ring limit passed, or the switch gave up ringing: a miss (RONA).
    Missed,
    /// The phone never rang within its limit.
    NeverRang,
    /// The agent declined.
    Declined,
    /// The phone was busy.
    Busy,
    /// The phone was unreachable or vanished.
    Unreachable,
    /// Taken back; no fault of the agent's.
    Cancelled(CancelReason),
    /// Answered, but the two could not be joined.
    ConnectFailed,
}

/// Why a rung was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Passed {
    /// None of the people it adds is signed in.
    NobodySignedIn,
    /// The call has been moved as often as the floor allows.
    MovesLimit,
    /// The queue it leads to is full.
    QueueFull,
    /// The need would be one too many to keep apart.
    NeedsFull,
}
