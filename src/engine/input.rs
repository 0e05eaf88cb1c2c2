//! What the world tells the engine.
//!
//! *Facts* are what the switch reports; they cannot be refused, and a late, early or duplicate one does no harm (G6).
//! *Requests* are what people ask; the engine may refuse them with
//! [`Fact::Refused`](super::output::Fact::Refused) and then nothing changes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Attributes;
use crate::floor::{Masked, Need};
use crate::ids::{AgentId, CallId, OfferId, QueueId, ReasonId};
use crate::time::Time;

/// An input with its stamp and author.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// When it happened. A stamp before the engine's present is lifted to it.
    pub at: Time,
    /// Who says so.
    pub actor: Actor,
    /// What.
    pub input: Input,
}

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Actor {
    /// The telephony server.
    Switch,
    /// The embedding program.
    Host,
    /// Somebody on the floor.
    Agent(AgentId),
}

/// What happened, or what is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Input {
    // --- facts about calls; what concerns one agent's leg is keyed by its offer, so that a late report about one leg
    // --- never touches another ---
    /// A call has come.
    CallArrived(Arrival),
    /// The caller has hung up.
    CallerGone {
        /// Which call.
        call: CallId,
    },
    /// The agent's phone rings for this offer; the ring limit runs from here.
    LegRinging {
        /// Which offer.
        offer: OfferId,
    },
    /// The agent has answered.
    OfferAccepted {
        /// Which offer.
        offer: OfferId,
    },
    /// The agent's phone will not be answered.
    OfferFailed {
        /// Which offer.
        offer: OfferId,
        /// Why.
        why: OfferFailure,
    },
    /// Caller and agent are joined.
    Connected {
        /// The offer whose leg was joined.
        offer: OfferId,
    },
    /// Caller and agent could not be joined.
    ConnectFailed {
        /// The offer whose leg was to be joined.
        offer: OfferId,
        /// Why.
        why: ConnectFailure,
    },
    /// The caller was put on hold or brought back.
    HoldChanged {
        /// The leg from which the caller was taken, or to which he was brought back: the offer it grew from.
        offer: OfferId,
        /// On hold from now on?
        held: bool,
    },
    /// The agent's leg has ended.
    LegEnded {
        /// The offer it grew from.
        offer: OfferId,
        /// By whom.
        by: EndedBy,
    },
    /// The call is still alive; its lease starts anew.
    LeaseRenewed {
        /// Which call.
        call: CallId,
    },

    // --- facts about phones ---
    /// The state of an agent's phone.
    EndpointState {
        /// Whose.
        agent: AgentId,
        /// Which state.
        state: Endpoint,
    },

    // --- requests ---
    /// The agent starts work, not ready yet.
    SignIn {
        /// Who.
        agent: AgentId,
    },
    /// The agent ends work; pending while a contact is in hand.
    SignOut {
        /// Who.
        agent: AgentId,
    },
    /// The agent will take calls. Also takes back a pending break or sign-out.
    Ready {
        /// Who.
        agent: AgentId,
    },
    /// The agent takes no calls; pending while a contact is in hand.
    NotReady {
        /// Who.
        agent: AgentId,
        /// Why.
        reason: ReasonId,
    },
    /// The agent has finished the work after a call.
    WrapUpDone {
        /// Who.
        agent: AgentId,
        /// After which call; `None` for the wrap-up that began first.
        call: Option<CallId>,
    },
    /// The agent wants the caller on hold.
    Hold {
        /// Which call.
        call: CallId,
    },
    /// The agent wants the caller back.
    Unhold {
        /// Which call.
        call: CallId,
    },
    /// The agent ends the call.
    HangUp {
        /// Which call.
        call: CallId,
    },

    /// Time has passed; nothing else.
    Tick,
}

/// A call as it comes. Write `Arrival { from, ..Arrival::new(call, queue) }`: a later version may know more of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arrival {
    /// The host's number for it; not that of a call still alive.
    pub call: CallId,
    /// Where it asks to wait.
    pub queue: QueueId,
    /// Who calls, as the switch reports it; looked up in the directory.
    pub from: Option<Masked>,
    /// Which number was called.
    pub to: Option<Masked>,
    /// The host's own data, passed on unchanged.
    pub attributes: Option<Attributes>,
    /// What this call needs beyond its queue's need; from [`Plan::parse_need`](crate::floor::Plan::parse_need).
    pub need: Option<Arc<Need>>,
    /// An earlier call that this one continues, for records.
    pub prior_call: Option<CallId>,
}

impl Arrival {
    /// A call for a queue, about which nothing else is known.
    pub fn new(call: CallId, queue: QueueId) -> Self {
        Self { call, queue, from: None, to: None, attributes: None, need: None, prior_call: None }
    }
}

/// Why an agent's phone will not be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OfferFailure {
    /// Engaged.
    Busy,
    /// The switch stopped ringing it: a miss.
    NoAnswer,
    /// The agent pressed decline.
    Declined,
    /// It could not be reached.
    Unreachable,
    /// It vanished while ringing.
    Gone,
}

/// Why caller and agent could not be joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ConnectFailure {
    /// The caller had hung up.
    CallerGone,
    /// The agent's leg had ended.
    AgentGone,
    /// The switch could not do it; the call goes back to its place.
    Failed,
}

/// Who ended a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EndedBy {
    /// The caller.
    Caller,
    /// The agent.
    Agent,
    /// The switch: a failure on the line.
    Switch,
}

/// State of an agent's phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Endpoint {
    /// Reachable and free of other calls.
    Registered,
    /// Not reachable: nothing is offered, and it is no miss.
    Unregistered,
    /// On a call of its own that the engine knows nothing of.
    InUse,
}
