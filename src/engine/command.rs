//! Commands: what the switch is asked to do.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Attributes, Outcome, RefusedCall};
use crate::floor::Masked;
use crate::ids::{AgentId, CallId, EntryId, OfferId, QueueId};
use crate::time::Span;

/// What the switch is asked to do. Doing one twice must do no more than doing it once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Command {
    /// The call waits: play music or announcements.
    Queue {
        /// Which call.
        call: CallId,
        /// In which queue.
        queue: QueueId,
    },
    /// Ring the agent's phone.
    OfferCall(OfferCall),
    /// Stop ringing.
    CancelOffer {
        /// Which offer.
        offer: OfferId,
        /// Whose phone.
        agent: AgentId,
        /// For which call.
        call: CallId,
        /// Why.
        why: CancelReason,
    },
    /// Join caller and agent.
    Connect {
        /// Which call.
        call: CallId,
        /// The agent's leg.
        offer: OfferId,
        /// Who.
        agent: AgentId,
    },
    /// Turn the call away; it never waited.
    RejectCall {
        /// Which call.
        call: CallId,
        /// Why.
        cause: RefusedCall,
    },
    /// Put the caller on hold, with music (A4).
    Hold {
        /// Which call.
        call: CallId,
        /// The agent's leg.
        offer: OfferId,
    },
    /// Bring the caller back to the agent.
    Unhold {
        /// Which call.
        call: CallId,
        /// The agent's leg.
        offer: OfferId,
    },
    /// Send the caller to a telephone number.
    Divert {
        /// Which call.
        call: CallId,
        /// Where.
        number: Arc<str>,
    },
    /// End the agent's leg.
    EndLeg {
        /// The offer it grew from.
        offer: OfferId,
    },
    /// End the caller's leg.
    EndCall {
        /// Which call.
        call: CallId,
        /// How the call ended.
        outcome: Outcome,
        /// The reason the floor gives, where a rung ended it.
        reason: Option<Arc<str>>,
    },
    /// Tell someone outside.
    Notify {
        /// Whom, as the floor names them.
        whom: Arc<str>,
        /// About which call.
        call: CallId,
        /// In which queue.
        queue: QueueId,
    },
}

/// Everything a desk needs to ring for a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OfferCall {
    /// The offer; answers speak of it by this id.
    pub offer: OfferId,
    /// Which call.
    pub call: CallId,
    /// From which queue.
    pub queue: QueueId,
    /// Who is rung.
    pub agent: AgentId,
    /// Where the agent's phone is.
    pub endpoint: Arc<str>,
    /// How long it may ring.
    pub ring_limit: Span,
    /// Who calls.
    pub from: Option<Masked>,
    /// Which number was called.
    pub to: Option<Masked>,
    /// The caller's directory entry: name, title, honorific (E3).
    pub entry: Option<EntryId>,
    /// The host's own data, unchanged.
    pub attributes: Option<Attributes>,
}

/// Why ringing was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CancelReason {
    /// The caller hung up.
    CallerGone,
    /// The ring limit passed.
    NoAnswer,
    /// The phone did not ring in time, or cannot be reached.
    Unreachable,
    /// Another agent answered.
    AnsweredElsewhere,
    /// The ladder or the wait limit took the call elsewhere.
    Withdrawn,
    /// A call of a class that may do so took the phone.
    HigherClass,
}
