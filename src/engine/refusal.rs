//! Refusals: what was asked and could not be, and what was reported and meant nothing any more.

use serde::{Deserialize, Serialize};

use super::{CallState, Presence};
use crate::ids::{
    AgentId, CallId, ClassId, DialId, DispositionId, ExtensionId, FollowUpId, OfferId, QueueId, ReasonId, RoleId,
};

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
    /// Only a supervisor may ask this.
    NotASupervisor {
        /// Who asked.
        actor: AgentId,
        /// The lowest role that may.
        expected: RoleId,
        /// His role.
        got: RoleId,
    },
    /// The agent has no contact in this call.
    NotInCall {
        /// Who.
        agent: AgentId,
        /// Which call.
        call: CallId,
    },
    /// No such queue on this floor.
    UnknownQueue {
        /// The id that came.
        got: QueueId,
    },
    /// No such class on this floor.
    UnknownClass {
        /// The id that came.
        got: ClassId,
    },
    /// No such extension on this floor.
    UnknownExtension {
        /// The id that came.
        got: ExtensionId,
    },
    /// No such disposition on this floor.
    UnknownDisposition {
        /// The id that came.
        got: DispositionId,
    },
    /// No such entry on the follow-up list.
    UnknownFollowUp {
        /// The id that came.
        got: FollowUpId,
    },
    /// The agent may go on this break only with approval, which he asks for by not being ready.
    ApprovalNeeded {
        /// Who.
        agent: AgentId,
        /// Which break.
        reason: ReasonId,
    },
    /// The agent has nothing to be approved.
    NoApprovalAsked {
        /// Who.
        agent: AgentId,
    },
    /// The work after the call lasts its fixed time.
    WrapUpFixed {
        /// Who.
        agent: AgentId,
    },
    /// The work after the call is not done without a disposition.
    DispositionExpected {
        /// Who.
        agent: AgentId,
    },
    /// Nobody in the chain of command is above the agent.
    NobodyAbove {
        /// Who.
        agent: AgentId,
        /// His role, the highest.
        got: RoleId,
    },
    /// Nobody above the agent who could take the call is signed in.
    NobodySignedIn {
        /// Which call.
        call: CallId,
    },
    /// The agent has no contact slot free for it.
    NoSlotFree {
        /// Who.
        agent: AgentId,
    },
    /// Somebody has been asked to come to this call already.
    AlreadyAsked {
        /// Which call.
        call: CallId,
    },
    /// Nobody has been asked to come to this call, or nobody has come yet.
    NobodyConsulted {
        /// Which call.
        call: CallId,
    },
    /// The agent is in this call already.
    AlreadyInCall {
        /// Who.
        agent: AgentId,
        /// Which call.
        call: CallId,
    },
    /// The queue or the floor has no place left to wait in, and nobody is free for the call; or the call has been moved as
    /// often as it may.
    CannotMove {
        /// Which call.
        call: CallId,
        /// Where.
        to: QueueId,
    },
    /// The call that is to be followed up named no queue of this floor, so there is none to call back from.
    NoQueue {
        /// Which entry.
        follow_up: FollowUpId,
    },
    /// There is a live call of this id.
    CallExists {
        /// The id that came.
        got: CallId,
    },
    /// The floor holds as many calls as it may.
    FloorFull {
        /// The call that was to come.
        call: CallId,
    },
    /// The number to call back is not known.
    NoNumber {
        /// Of which call.
        call: CallId,
    },
    /// The caller of this call is not waiting to be called back.
    NoCallback {
        /// Which call.
        call: CallId,
    },
    /// The call of somebody who complains goes up, and the one against whom it is recorded does not keep it, move it or
    /// take it out (E4).
    ComplaintStands {
        /// Which call.
        call: CallId,
    },
    /// An entry is taken off the follow-up list only with a reason.
    ReasonExpected {
        /// Which entry.
        follow_up: FollowUpId,
        /// How many characters it may have at most; at least 1.
        expected: u32,
        /// How many came.
        got: u32,
    },
    /// A complaint is not closed by the one against whom it is recorded (E4).
    OwnComplaint {
        /// Which entry.
        follow_up: FollowUpId,
        /// Who asked.
        actor: AgentId,
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
    /// Ready.
    Ready,
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
    /// A telephone that was dialled and is over, unknown, or not in a state where the report means anything.
    Dial(DialId),
    /// A key that leads nowhere in this queue, or a call that cannot be left by key now.
    Key(CallId),
}
