//! Commands: what the switch is asked to do.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Attributes, MonitorMode, Outcome, RefusedCall};
use crate::floor::Masked;
use crate::ids::{AgentId, CallId, DialId, EntryId, ExtensionId, OfferId, QueueId};
use crate::time::{Span, Time};

/// What the switch is asked to do. Doing one twice must do no more than doing it once.
///
/// # What the switch reports of each
///
/// A leg is spoken of by the offer it grew from, an outside telephone by its dial; calls by the host's number. What is not
/// listed needs no report. A command about something that has ended meanwhile is carried out as far as it can be.
///
/// | command | reports |
/// | --- | --- |
/// | `OfferCall` | `LegRinging` (not of a phone that answers at once), then `OfferAccepted` or `OfferFailed` |
/// | `CancelOffer` | none; an `OfferAccepted` that comes all the same is answered with `EndLeg` |
/// | `Connect` | `Connected` or `ConnectFailed` of that offer. For the leg of who was consulted none is needed: it talks already; should it fail, `LegEnded` |
/// | `Consult` | `Connected` or `ConnectFailed` of the consulted one's offer; the caller stays on hold |
/// | `Conference` | `HoldChanged` of the leg that had the caller on hold, no longer held |
/// | `Hold`, `Unhold` | `HoldChanged` |
/// | `Monitor` | the first for an offer rings the supervisor: `LegRinging` and `OfferAccepted` if known, then `Connected`, or `OfferFailed`; it is ended by `EndLeg`, ringing or not; a later one for the same offer changes the mode and needs no report |
/// | `Dial` | `DialRinging`, then `DialAnswered` or `DialFailed`; `DialEnded` when whoever answered hangs up |
/// | `ConnectDial` with an agent | none |
/// | `ConnectDial` with the caller, `Divert` | none: the two are joined and left alone; the engine knows the call no more, and ignores what is reported of it |
/// | `TakeMessage` | `MessageTaken`, or `CallerGone` |
/// | `OfferMessage`, `OfferCallback` | `KeyPressed`, if the caller wants to |
/// | `ConfirmCallback` | none: the caller's line may end, and its end is nobody's business any more |
/// | `EndLeg`, `EndDial`, `EndCall`, `RejectCall` | none; a late `LegEnded`, `DialEnded` or `CallerGone` does no harm |
///
/// Any time, for a leg that stands: `LegEnded`; for a caller who is on the line: `CallerGone`, `KeyPressed`; for a call
/// that talks: `LeaseRenewed`.
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
    /// Join an agent with the one he consults; the caller stays on hold.
    Consult {
        /// Which call.
        call: CallId,
        /// The leg of the one consulted.
        offer: OfferId,
        /// The leg of the agent who consults.
        with: OfferId,
    },
    /// Join everybody in the call: the caller, the agents and the telephone that was dialled, if any.
    Conference {
        /// Which call.
        call: CallId,
    },
    /// Connect a supervisor's telephone to the call, or change the way it is connected.
    Monitor {
        /// The supervisor's leg.
        offer: OfferId,
        /// Which call.
        call: CallId,
        /// Who.
        supervisor: AgentId,
        /// Where his telephone is.
        endpoint: Arc<str>,
        /// How.
        mode: MonitorMode,
    },
    /// Dial a telephone outside the desks.
    Dial {
        /// Its id; reports speak of it by this.
        dial: DialId,
        /// For which call.
        call: CallId,
        /// Which number.
        number: Masked,
        /// What for.
        purpose: DialPurpose,
    },
    /// Stop ringing it, or end the conversation with it.
    EndDial {
        /// Which.
        dial: DialId,
    },
    /// Join a telephone that was dialled.
    ConnectDial {
        /// Which call.
        call: CallId,
        /// The telephone.
        dial: DialId,
        /// With this agent's leg; `None`: with the caller.
        with: Option<OfferId>,
    },
    /// Offer the caller to leave a message; who wants to presses a key.
    OfferMessage {
        /// Which call.
        call: CallId,
        /// In which queue.
        queue: QueueId,
    },
    /// Offer the caller to be called back; who wants to presses a key.
    OfferCallback {
        /// Which call.
        call: CallId,
        /// In which queue.
        queue: QueueId,
    },
    /// Tell the caller that he will be called back, and let him go; the call goes on without him.
    ConfirmCallback {
        /// Which call.
        call: CallId,
        /// Until when, if that is promised; engine time.
        due: Option<Time>,
    },
    /// Record the caller's message (A3).
    TakeMessage {
        /// Which call.
        call: CallId,
        /// In which queue.
        queue: QueueId,
        /// For whom, where the call was transferred to an extension.
        extension: Option<ExtensionId>,
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
    /// What the agent is wanted for.
    pub purpose: OfferPurpose,
    /// Whether the caller has complained.
    pub complaint: bool,
}

/// What a rung agent is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OfferPurpose {
    /// The caller.
    Serve,
    /// A colleague who consults, with the caller on hold.
    Consult {
        /// Who.
        by: AgentId,
    },
    /// To be joined with a caller who is called back once the agent has answered.
    CallBack,
}

/// What a telephone is dialled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DialPurpose {
    /// An agent hands the caller on to it.
    Transfer,
    /// An agent consults it.
    Consult,
    /// To call the caller back.
    CallBack {
        /// For which time, from 1.
        attempt: u16,
    },
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
