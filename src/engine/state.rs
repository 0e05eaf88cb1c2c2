//! States of calls, slots and agents, and the ways in which visits, calls and offers end.

use serde::{Deserialize, Serialize};

use super::{CancelReason, DialFailure, EndedBy};
use crate::ids::{AgentId, CallId, QueueId, ReasonId};

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
    /// No agent is with the caller; a telephone outside the desks is dialled for him, or talks with him.
    Dialled,
    /// The caller leaves a message.
    AtMessage,
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
    /// Listening to somebody else's call.
    Monitoring,
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

/// What brought a call into a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum VisitCause {
    /// It came from outside.
    Arrived,
    /// A rung moved it here (E2).
    Overflowed,
    /// The caller pressed a key.
    Key,
    /// Somebody moved it.
    Moved,
    /// An agent handed the caller on.
    Transferred {
        /// Who.
        by: AgentId,
    },
    /// The call came back from a transfer that nobody answered (A3).
    Returned {
        /// To whom.
        to: AgentId,
    },
    /// An agent could not answer, or the caller complained: up the chain of command (E1, E4).
    Escalated {
        /// From whom.
        from: AgentId,
    },
    /// A supervisor takes it over (E8).
    TakenOver {
        /// Who.
        by: AgentId,
    },
    /// An agent asks somebody else to come to the telephone; the caller does not wait here. Not counted among the
    /// queue's calls.
    Consult {
        /// Who.
        by: AgentId,
    },
    /// The caller is to be called back.
    Callback,
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
    /// Nobody who could serve it was there any more.
    NobodyThere,
    /// The caller pressed a key.
    LeftByKey {
        /// Which.
        key: char,
    },
    /// Somebody moved the call.
    Moved {
        /// Where.
        to: QueueId,
    },
    /// Somebody took the call out and ended it, or cancelled the callback.
    Withdrawn,
    /// The caller was led to leave a message.
    Message,
    /// The caller was promised to be called back.
    Callback,
    /// The agent it was transferred to did not take it in time.
    NotTaken,
    /// The agent who is with the caller needed nobody any more, or had asked somebody who did not come.
    CalledOff,
    /// The callback has been tried as often as it may.
    CallbackFailed,
}

/// Why a call was turned away at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefusedCall {
    /// It named no queue of this floor.
    UnknownQueue,
    /// The queue's length limit is reached, and nobody is free for it.
    QueueFull,
    /// The floor's limit of live calls is reached.
    FloorFull,
    /// A caller is on each of the floor's trunks.
    TrunksFull,
    /// As many callers wait on the floor as may, and nobody is free for this one.
    WaitingFull,
    /// Nobody who could serve it is there.
    NobodyThere,
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
    /// Nobody who could serve it was there any more.
    NobodyThere,
    /// Ended by a key that the caller pressed.
    LeftByKey,
    /// Somebody took it out of its queue and ended it, or cancelled the callback.
    Withdrawn,
    /// Handed on to a telephone outside the desks, which answered.
    TransferredOut,
    /// The caller left a message.
    MessageTaken,
    /// The caller was called back and served.
    CallbackFulfilled,
    /// The caller was called back as often as may be, and not reached.
    CallbackFailed,
}

impl Outcome {
    /// Whether the call ended without having been answered, so that somebody should follow it up (A2).
    pub const fn is_unanswered(self) -> bool {
        match self {
            // Handed on, it is somebody else's to answer.
            Self::Completed(_) | Self::Diverted | Self::TransferredOut | Self::CallbackFulfilled => false,
            Self::Abandoned
            | Self::TimedOut
            | Self::Disconnected
            | Self::Refused(_)
            | Self::Lost
            | Self::NobodyThere
            | Self::LeftByKey
            | Self::Withdrawn
            | Self::MessageTaken
            | Self::CallbackFailed => true,
        }
    }
}

/// Why a call stands on the follow-up list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FollowUpCause {
    /// It ended like this, unanswered (A2).
    Unanswered(Outcome),
    /// The caller complained (E4).
    Complaint {
        /// Against whom it is recorded: the agent who took the call.
        against: Option<AgentId>,
    },
}

/// How an entry left the follow-up list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FollowUpEnd {
    /// In this call somebody talked with the caller again.
    Answered {
        /// Which.
        call: CallId,
    },
    /// Somebody closed it, with this reason.
    Dismissed {
        /// Why.
        reason: std::sync::Arc<str>,
    },
}

/// How the dialling of a telephone ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DialEnd {
    /// The caller was handed on to it.
    HandedOn,
    /// It failed.
    Failed(DialFailure),
    /// It rang as long as it may.
    LimitPassed,
    /// Nobody wanted it any more.
    Cancelled,
    /// Whoever had answered hung up, or the line broke, or no sign of life came.
    Ended,
}

/// What an agent's leg is in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LegRole {
    /// He talks with the caller.
    Serve,
    /// A colleague consults him; the caller is on hold.
    Consult,
    /// He listens in.
    Monitor,
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
    /// Its condition did not hold: it did nothing, and the next rung counts from here.
    Condition,
    /// It leads the caller out of the queue, and he does not wait there himself: an agent has him on hold, or he is to be
    /// called back.
    CallerAway,
}
