//! What the world tells the engine.
//!
//! *Facts* are what the switch reports; they cannot be refused, and a late, early or duplicate one does no harm (G6).
//! *Requests* are what people ask; the engine may refuse them with
//! [`Fact::Refused`](super::output::Fact::Refused) and then nothing changes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Attributes;
use super::snapshot::Snapshot;
use crate::floor::{Masked, Need};
use crate::ids::{
    AgentId, CallId, ClassId, DialId, DispositionId, ExtensionId, FollowUpId, OfferId, QueueId, ReasonId,
};
use crate::time::{Span, Time};

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

    /// A caller has pressed a key.
    KeyPressed {
        /// Which call.
        call: CallId,
        /// Which key: `0` to `9`, `*` or `#`.
        key: char,
    },
    /// The caller has left a message. Many end it by hanging up: this comes instead of, or before, that they have gone.
    MessageTaken {
        /// Which call.
        call: CallId,
    },

    // --- facts about telephones that were dialled ---
    /// It rings.
    DialRinging {
        /// Which.
        dial: DialId,
    },
    /// Somebody has answered.
    DialAnswered {
        /// Which.
        dial: DialId,
    },
    /// It will not be answered.
    DialFailed {
        /// Which.
        dial: DialId,
        /// Why.
        why: DialFailure,
    },
    /// Who had answered has hung up, or the line has broken.
    DialEnded {
        /// Which.
        dial: DialId,
    },

    // --- facts about phones and the time ---
    /// The state of an agent's phone.
    EndpointState {
        /// Whose.
        agent: AgentId,
        /// Which state.
        state: Endpoint,
    },

    /// The instant of this input is this much after 1970-01-01T00:00Z. Serves the calendar and nothing else.
    Anchor {
        /// Nanoseconds.
        utc: i64,
    },

    // --- requests about agents, made by themselves, by a supervisor of theirs, or by the host ---
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
    /// The agent will take one call and be off after it. Like [`Ready`](Self::Ready), it takes back what is pending.
    ReadyOnce {
        /// Who.
        agent: AgentId,
        /// The break after it; `None` to sign out.
        then: Option<ReasonId>,
    },
    /// The agent takes no calls; pending while a contact is in hand. Where the reason needs approval and the agent asks
    /// himself, it waits for that.
    NotReady {
        /// Who.
        agent: AgentId,
        /// Why.
        reason: ReasonId,
    },
    /// The break that the agent has asked for is approved.
    ApproveBreak {
        /// Whose.
        agent: AgentId,
    },
    /// The break that the agent has asked for is refused.
    RefuseBreak {
        /// Whose.
        agent: AgentId,
    },
    /// The agent has finished the work after a call.
    WrapUpDone {
        /// Who.
        agent: AgentId,
        /// After which call; `None` for the wrap-up that began first.
        call: Option<CallId>,
        /// What came of the call.
        disposition: Option<DispositionId>,
    },

    // --- requests about a call, made by an agent who is in it, or by the host for its first agent ---
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
    /// The agent leaves the call; it ends unless somebody else is in it or asked to come.
    HangUp {
        /// Which call.
        call: CallId,
    },
    /// The agent cannot answer: the call goes up the chain of command (E1).
    CannotAnswer {
        /// Which call.
        call: CallId,
    },
    /// The caller complains: that is recorded for good, and the call goes up the chain of command (E4).
    Complaint {
        /// Which call.
        call: CallId,
    },
    /// The agent hands the caller on, and is free.
    Transfer {
        /// Which call.
        call: CallId,
        /// To whom.
        to: Target,
    },
    /// The agent holds the caller and asks somebody else to come to the telephone: an agent or an outside telephone for as
    /// long as a transfer may take, a queue until somebody comes or the agent needs nobody any more.
    Consult {
        /// Which call.
        call: CallId,
        /// Whom.
        to: Target,
    },
    /// The caller is handed to whoever the agent consults, and the agent is free.
    CompleteTransfer {
        /// Which call.
        call: CallId,
    },
    /// The caller, the agent and whoever he consults talk together.
    Conference {
        /// Which call.
        call: CallId,
    },
    /// The agent needs nobody else any more, of those consulted or asked to take over: he goes on with the caller.
    CancelTransfer {
        /// Which call.
        call: CallId,
    },

    // --- requests of supervisors (E8), and of the host ---
    /// The supervisor listens to a call, or changes the way in which he does.
    Monitor {
        /// Who.
        supervisor: AgentId,
        /// Which call.
        call: CallId,
        /// How.
        mode: MonitorMode,
    },
    /// The supervisor listens no more.
    EndMonitor {
        /// Who.
        supervisor: AgentId,
        /// Which call.
        call: CallId,
    },
    /// The supervisor takes the caller over from whoever talks with him. (A caller who waits is moved, or gets another
    /// rank.)
    TakeOver {
        /// Who.
        supervisor: AgentId,
        /// Which call.
        call: CallId,
    },
    /// A waiting call goes to another queue; it keeps its age.
    MoveCall {
        /// Which.
        call: CallId,
        /// Where.
        to: QueueId,
    },
    /// A waiting call is taken out and ended.
    WithdrawCall {
        /// Which.
        call: CallId,
    },
    /// A waiting call gets another class or another age advantage; as after a rung, it keeps them.
    ChangeRank {
        /// Which.
        call: CallId,
        /// The class; `None` to leave it.
        class: Option<ClassId>,
        /// The age advantage; `None` to leave it.
        credit: Option<Span>,
    },

    // --- requests about callbacks and follow-up ---
    /// A waiting caller wants to be called back: he may hang up, and the call keeps its class, place and ladder. (An agent
    /// who promises a callback himself hands in a new arrival with `callback`, `prior_call` and himself as `preferred`.)
    AcceptCallback {
        /// Which call.
        call: CallId,
        /// How and when.
        terms: CallbackTerms,
    },
    /// Nobody needs to call back any more.
    CancelCallback {
        /// Which call.
        call: CallId,
    },
    /// Somebody from the follow-up list is to be called back: a new call, in the queue of the old one.
    CallBack {
        /// Whom.
        follow_up: FollowUpId,
        /// The host's number for the new call.
        call: CallId,
        /// How and when.
        terms: CallbackTerms,
    },
    /// An entry is taken off the follow-up list without a callback.
    CloseFollowUp {
        /// Which.
        follow_up: FollowUpId,
        /// Why.
        reason: Arc<str>,
    },

    /// Which callers are on the switch's lines, after it or the engine was away: see [`Snapshot`].
    Snapshot(Snapshot),

    /// Time has passed; nothing else.
    Tick,
}

impl Input {
    /// Whether this is a report: it cannot be refused, and comes to nothing at worst. Everything else is a request.
    pub const fn is_report(&self) -> bool {
        matches!(
            self,
            Self::CallArrived(_)
                | Self::CallerGone { .. }
                | Self::LegRinging { .. }
                | Self::OfferAccepted { .. }
                | Self::OfferFailed { .. }
                | Self::Connected { .. }
                | Self::ConnectFailed { .. }
                | Self::HoldChanged { .. }
                | Self::LegEnded { .. }
                | Self::LeaseRenewed { .. }
                | Self::KeyPressed { .. }
                | Self::MessageTaken { .. }
                | Self::DialRinging { .. }
                | Self::DialAnswered { .. }
                | Self::DialFailed { .. }
                | Self::DialEnded { .. }
                | Self::EndpointState { .. }
                | Self::Anchor { .. }
                | Self::Snapshot(_)
                | Self::Tick
        )
    }
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
    /// An earlier call that this one continues. Once this one is answered, nobody needs to follow up that one any more.
    pub prior_call: Option<CallId>,
    /// The agent who should take it, if he can within the queue's time (A5); stands before the last agent of a caller
    /// who is remembered.
    pub preferred: Option<AgentId>,
    /// The caller is not on the line: he is to be called back.
    pub callback: Option<Box<CallbackTerms>>,
}

/// How somebody is to be called back, and when.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CallbackTerms {
    /// At which number; `None` for the one he called from.
    pub number: Option<Masked>,
    /// Not before; `None` for as soon as it is his turn.
    pub not_before: Option<Time>,
    /// What he was promised: until when somebody calls.
    pub due: Option<Time>,
}

/// To whom an agent transfers a caller, or whom he consults.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Target {
    /// Whoever serves this queue.
    Queue(QueueId),
    /// This agent.
    Agent(AgentId),
    /// A known telephone that is no agent.
    Extension(ExtensionId),
    /// Any other telephone.
    Number(Masked),
}

/// How a supervisor takes part in a call (E8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MonitorMode {
    /// He hears both; nobody hears him.
    Listen,
    /// He hears both; the agent hears him.
    Whisper,
    /// All hear each other.
    Barge,
}

/// Why a telephone that was dialled will not be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DialFailure {
    /// Engaged.
    Busy,
    /// Nobody answered.
    NoAnswer,
    /// It could not be reached.
    Unreachable,
}

impl Arrival {
    /// A call for a queue, about which nothing else is known.
    pub fn new(call: CallId, queue: QueueId) -> Self {
        Self {
            call,
            queue,
            from: None,
            to: None,
            attributes: None,
            need: None,
            prior_call: None,
            preferred: None,
            callback: None,
        }
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
    /// Nobody: the caller was handed on.
    Transfer,
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
