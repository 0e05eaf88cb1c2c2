//! Facts: what has happened.

use serde::{Deserialize, Serialize};

use super::{EndedBy, Endpoint, OfferEnd, Outcome, Passed, Presence, Refusal, SlotState, Subject, VisitExit, Why};
use crate::floor::RungEffect;
use crate::ids::{AgentId, CallId, ClassId, EntryId, OfferId, QueueId, TierId, VisitId};
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
    /// Caller and agent are talking.
    Connected {
        /// Which offer.
        offer: OfferId,
        /// Which call.
        call: CallId,
        /// Who.
        agent: AgentId,
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
        /// Time talking, hold apart.
        talk: Span,
        /// Time on hold.
        hold: Span,
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
    },

    // --- agents ---
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
