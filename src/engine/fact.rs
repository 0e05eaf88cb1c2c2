//! Facts: what has happened.

use serde::{Deserialize, Serialize};

use super::{
    DialEnd, DialPurpose, EndedBy, Endpoint, FollowUpCause, FollowUpEnd, LegRole, MonitorMode, OfferEnd, Outcome,
    Passed, Presence, Refusal, SlotState, Subject, Target, VisitCause, VisitExit, Why,
};
use crate::floor::RungEffect;
use crate::ids::{
    AgentId, CallId, ClassId, DialId, DispositionId, EntryId, FollowUpId, OfferId, QueueId, ReasonId, TierId, VisitId,
};
use crate::time::{Span, Time};

/// What has happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fact {
    // --- inputs ---
    /// A request was refused; nothing changed.
    Refused(Refusal),
    /// A report about something that is over or was never there; nothing changed.
    Ignored {
        /// What it was about.
        subject: Subject,
    },

    /// Switch and engine agree again.
    Reconciled {
        /// How many calls both knew.
        known: u32,
        /// How many callers had gone.
        vanished: u32,
        /// How many the engine had not known, and has let in or turned away.
        entered: u32,
        /// How many it does not know talk with somebody.
        left_alone: u32,
    },

    // --- calls and visits ---
    /// A call was offered to this centre.
    CallArrived {
        /// Which.
        call: CallId,
        /// The caller's directory entry.
        entry: Option<EntryId>,
        /// The caller's VIP tier.
        tier: Option<TierId>,
        /// The call it continues.
        prior_call: Option<CallId>,
    },
    /// A call joined a queue.
    VisitStarted {
        /// This visit.
        visit: VisitId,
        /// Of which call.
        call: CallId,
        /// Where.
        queue: QueueId,
        /// In which class.
        class: ClassId,
        /// The caller's VIP tier.
        tier: Option<TierId>,
        /// Since when it counts as waiting for its rank: before now if it came from another queue with its age.
        aged_from: Time,
        /// What brought it here.
        cause: VisitCause,
    },
    /// A call waits for one agent alone: the one it prefers, or the one it was transferred to.
    AwaitsAgent {
        /// Which visit.
        visit: VisitId,
        /// Of which call.
        call: CallId,
        /// Where.
        queue: QueueId,
        /// For whom.
        agent: AgentId,
    },
    /// A call no longer waits for one agent alone, but for anybody who can take it.
    AwaitsAnybody {
        /// Which visit.
        visit: VisitId,
        /// Of which call.
        call: CallId,
        /// Where.
        queue: QueueId,
    },
    /// Somebody has changed the rank of a waiting call.
    RankChanged {
        /// Which visit.
        visit: VisitId,
        /// Of which call.
        call: CallId,
        /// Where.
        queue: QueueId,
        /// Its class from now on.
        class: ClassId,
        /// Its age advantage from now on.
        credit: Span,
    },
    /// The answer target has passed without an answer (once per visit, at the first nanosecond after the target).
    TargetPassed {
        /// Which visit.
        visit: VisitId,
        /// Of which call.
        call: CallId,
        /// Where.
        queue: QueueId,
    },
    /// A rung of the ladder was reached.
    RungReached {
        /// Which visit.
        visit: VisitId,
        /// Of which call.
        call: CallId,
        /// Where.
        queue: QueueId,
        /// Which rung, counted from 0.
        rung: u16,
        /// What it did.
        effect: RungEffect,
    },
    /// A rung was passed at once: the next follows without delay, or it could not be taken.
    RungPassed {
        /// Which visit.
        visit: VisitId,
        /// Of which call.
        call: CallId,
        /// Where.
        queue: QueueId,
        /// Which rung, counted from 0.
        rung: u16,
        /// Why.
        why: Passed,
    },
    /// A rung is due and waits for the ringing or the joining to end; nobody more is rung for the call until then.
    RungDeferred {
        /// Which visit.
        visit: VisitId,
        /// Of which call.
        call: CallId,
        /// Where.
        queue: QueueId,
        /// Which rung, counted from 0.
        rung: u16,
    },
    /// A call waited so long that it now stands before every class that may not withdraw ringing phones.
    StarvationBoundUsed {
        /// Which visit.
        visit: VisitId,
        /// Of which call.
        call: CallId,
        /// Where.
        queue: QueueId,
    },
    /// A visit ended; exactly one per visit (G4).
    VisitEnded {
        /// Which visit.
        visit: VisitId,
        /// Of which call.
        call: CallId,
        /// Where.
        queue: QueueId,
        /// The class it was in at the end.
        class: ClassId,
        /// The caller's VIP tier.
        tier: Option<TierId>,
        /// How.
        exit: VisitExit,
        /// From joining the queue to the answer, or to leaving where there was none.
        wait: Span,
        /// Whether it was answered at or before the answer target.
        in_target: bool,
        /// When it began.
        started: Time,
        /// What had brought it here.
        cause: VisitCause,
    },
    /// A complaint was recorded (E4).
    ComplaintRecorded {
        /// Of which call's caller.
        call: CallId,
        /// Against whom: the agent who had the call; `None` if nobody had.
        against: Option<AgentId>,
    },
    /// A call ended; exactly one per call (G4).
    CallEnded {
        /// Which.
        call: CallId,
        /// The caller's VIP tier.
        tier: Option<TierId>,
        /// How.
        outcome: Outcome,
        /// The queue it was in last; `None` if it named no queue of this floor.
        queue: Option<QueueId>,
        /// From arrival to now.
        lasted: Span,
    },

    // --- offers ---
    /// A call was offered to an agent, and why this agent.
    Offered {
        /// The offer.
        offer: OfferId,
        /// Of which visit.
        visit: VisitId,
        /// Of which call.
        call: CallId,
        /// From which queue.
        queue: QueueId,
        /// To whom.
        agent: AgentId,
        /// The deciding facts.
        why: Why,
    },
    /// The phone rings.
    Rang {
        /// Which offer.
        offer: OfferId,
        /// Whose.
        agent: AgentId,
    },
    /// The agent answered.
    Answered {
        /// Which offer.
        offer: OfferId,
        /// Of which visit.
        visit: VisitId,
        /// Of which call.
        call: CallId,
        /// From which queue.
        queue: QueueId,
        /// Who.
        agent: AgentId,
        /// From joining the queue to now.
        wait: Span,
        /// How long this phone rang.
        rang: Span,
    },
    /// The agent talks: with the caller, or with the colleague who consults him.
    Connected {
        /// Which offer.
        offer: OfferId,
        /// Which call.
        call: CallId,
        /// From which queue.
        queue: QueueId,
        /// Who.
        agent: AgentId,
        /// With whom.
        role: LegRole,
    },
    /// An offer ended without the two talking.
    OfferEnded {
        /// Which offer.
        offer: OfferId,
        /// Of which call.
        call: CallId,
        /// From which queue.
        queue: QueueId,
        /// To whom.
        agent: AgentId,
        /// How.
        how: OfferEnd,
        /// How long the phone rang.
        rang: Span,
    },

    // --- talk, hold, wrap-up ---
    /// The caller went on hold.
    HoldStarted {
        /// Which call.
        call: CallId,
        /// With whom.
        agent: AgentId,
    },
    /// The caller has been on hold for another reminder's length.
    HoldReminder {
        /// Which call.
        call: CallId,
        /// With whom.
        agent: AgentId,
        /// For how long by now.
        held: Span,
    },
    /// The caller has been on hold for too long and is brought back.
    HoldLimitPassed {
        /// Which call.
        call: CallId,
        /// With whom.
        agent: AgentId,
    },
    /// The caller came back from hold.
    HoldEnded {
        /// Which call.
        call: CallId,
        /// With whom.
        agent: AgentId,
        /// How long it took.
        held: Span,
    },
    /// The host gave no sign of life for a connected call.
    LeaseExpired {
        /// Which call.
        call: CallId,
        /// With whom.
        agent: AgentId,
    },
    /// An agent's connected leg ended.
    LegEnded {
        /// The offer it grew from.
        offer: OfferId,
        /// Of which call.
        call: CallId,
        /// From which queue.
        queue: QueueId,
        /// Whose.
        agent: AgentId,
        /// By whom.
        by: EndedBy,
        /// Time talking with the caller, hold apart.
        talk: Span,
        /// Time with the caller on hold.
        hold: Span,
        /// Time being consulted, before talking with the caller if it came to that.
        consult: Span,
    },
    /// The work after a call ended.
    WrapUpEnded {
        /// Whose.
        agent: AgentId,
        /// After which call.
        call: CallId,
        /// From which queue.
        queue: QueueId,
        /// How long it took.
        lasted: Span,
        /// What came of the call, as far as the agent said so.
        disposition: Option<DispositionId>,
    },

    // --- transfer, conference, monitoring ---
    /// A telephone outside the desks was dialled.
    Dialled {
        /// Which.
        dial: DialId,
        /// For which call.
        call: CallId,
        /// What for.
        purpose: DialPurpose,
        /// Whom the agent wanted, in a transfer.
        target: Option<Target>,
    },
    /// Somebody has answered there.
    DialAnswered {
        /// Which.
        dial: DialId,
        /// For which call.
        call: CallId,
    },
    /// The telephone has nothing to do with the call any more.
    DialEnded {
        /// Which.
        dial: DialId,
        /// For which call.
        call: CallId,
        /// What for.
        purpose: DialPurpose,
        /// How.
        how: DialEnd,
        /// From dialling to now.
        lasted: Span,
    },
    /// A transfer came to nothing, and the call goes back to who sent it, or to a message (A3).
    TransferReturned {
        /// Which call.
        call: CallId,
        /// Who had sent it.
        by: AgentId,
    },
    /// Who was consulted talks with the caller from now on.
    TransferCompleted {
        /// Which call.
        call: CallId,
        /// Who handed him on.
        by: AgentId,
    },
    /// The caller, the agent and whoever he consulted talk together.
    ConferenceStarted {
        /// Which call.
        call: CallId,
        /// Who asked for it.
        by: AgentId,
    },
    /// A supervisor takes part in a call, or does so in another way.
    MonitorStarted {
        /// His leg.
        offer: OfferId,
        /// Which call.
        call: CallId,
        /// Who.
        supervisor: AgentId,
        /// How.
        mode: MonitorMode,
    },
    /// A supervisor takes part no more, or never could.
    MonitorEnded {
        /// His leg.
        offer: OfferId,
        /// Which call.
        call: CallId,
        /// Who.
        supervisor: AgentId,
        /// For how long he did.
        lasted: Span,
    },

    // --- callbacks, messages, follow-up ---
    /// A caller was promised to be called back.
    CallbackPromised {
        /// Which call.
        call: CallId,
        /// Not before.
        not_before: Option<Time>,
        /// Until when.
        due: Option<Time>,
    },
    /// A caller is being called back. At the first attempt the promise is judged.
    CallbackAttempted {
        /// Which call.
        call: CallId,
        /// For which time, from 1.
        attempt: u16,
        /// Whether it came at or before the time that was promised; `None` if it is not the first, or none was.
        kept: Option<bool>,
    },
    /// The time that was promised has passed without an attempt; once, at the first nanosecond after it.
    CallbackOverdue {
        /// Which call.
        call: CallId,
    },
    /// The caller is led to leave a message.
    MessageStarted {
        /// Which call.
        call: CallId,
        /// From which queue.
        queue: QueueId,
    },
    /// A call stands on the follow-up list (A2, E4).
    FollowUpAdded {
        /// The entry.
        follow_up: FollowUpId,
        /// Which call.
        call: CallId,
        /// From which queue.
        queue: Option<QueueId>,
        /// Why.
        cause: FollowUpCause,
    },
    /// An entry left the follow-up list.
    FollowUpClosed {
        /// The entry.
        follow_up: FollowUpId,
        /// Of which call.
        call: CallId,
        /// How.
        how: FollowUpEnd,
        /// For how long it stood.
        stood: Span,
    },
    /// The follow-up list is full: this call does not stand on it, and the host has to remember it.
    FollowUpsFull {
        /// Which call.
        call: CallId,
        /// From which queue.
        queue: Option<QueueId>,
        /// Why it should have stood there.
        cause: FollowUpCause,
    },

    // --- agents ---
    /// An agent has asked for a break that needs a supervisor's approval (D2, D3).
    ApprovalAsked {
        /// Who.
        agent: AgentId,
        /// For what.
        reason: ReasonId,
    },
    /// The break was approved or refused, or the agent no longer asks for it.
    ApprovalEnded {
        /// Who.
        agent: AgentId,
        /// For what.
        reason: ReasonId,
        /// Approved; `None` if it was taken back.
        approved: Option<bool>,
    },
    /// A contact slot of an agent changed; with these, times in state add up exactly (G10).
    SlotChanged {
        /// Whose.
        agent: AgentId,
        /// Which slot, from 0.
        slot: u8,
        /// What it was.
        from: SlotState,
        /// What it is.
        to: SlotState,
        /// For how long it was that.
        lasted: Span,
    },
    /// An agent's presence changed.
    PresenceChanged {
        /// Whose.
        agent: AgentId,
        /// What it was.
        from: Presence,
        /// What it is.
        to: Presence,
        /// For how long it was that.
        lasted: Span,
    },
    /// A break or sign-out was asked for while a contact is in hand, and will take effect after; or it was taken back.
    PresencePending {
        /// Whose.
        agent: AgentId,
        /// What it will be; ready if it was taken back.
        to: Presence,
    },
    /// An agent's phone can be reached again, or not any more, or is on a call of its own.
    EndpointChanged {
        /// Whose.
        agent: AgentId,
        /// Its state.
        state: Endpoint,
    },
}
