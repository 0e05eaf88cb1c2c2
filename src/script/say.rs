//! What each output of the engine is called in a script, and under which topic it is shown.
//!
//! The routing is always shown; every other topic only where a script asks for it with `show`. Of two outputs that
//! always come together (the command to ring and the fact that it was offered, say) one is shown and the other is an
//! *echo*.

use super::book::Book;
use super::words::quoted;
use crate::engine::{
    CallState, CancelReason, Command, EndedBy, Endpoint, Event, ExpectedPresence, Fact, NotReady, OfferEnd, Outcome,
    Passed, Presence, Refusal, RefusedCall, SlotState, Subject, VisitExit,
};
use crate::floor::RungEffect;
use crate::ids::{AgentId, CallId, OfferId};

/// A subject that scripts may ask to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Topic {
    /// Who is rung for whom, and how it ends. Always shown.
    Routing,
    /// Answer targets that have passed.
    Targets,
    /// Presence and phones.
    Agents,
    /// Every change of a contact slot.
    Slots,
    /// Calls joining and leaving queues.
    Visits,
    /// Reports of the switch, as the engine took them.
    Progress,
    /// Reports that meant nothing any more.
    Ignored,
    /// The other half of what is shown anyway.
    Echoes,
}

/// The topics by the names that `show` takes.
pub(super) const TOPICS: &[(&str, Topic)] = &[
    ("targets", Topic::Targets),
    ("agents", Topic::Agents),
    ("slots", Topic::Slots),
    ("visits", Topic::Visits),
    ("progress", Topic::Progress),
    ("ignored", Topic::Ignored),
    ("echoes", Topic::Echoes),
];

/// The first word of every output, and its topic. `A` is an agent; where the agent may have several contacts at once,
/// the call follows. `C` is a call.
pub(super) const OUTPUTS: &[(&str, Topic)] = &[
    ("offer", Topic::Routing),          // C A
    ("connect", Topic::Routing),        // C A
    ("missed", Topic::Routing),         // A
    ("never-rang", Topic::Routing),     // A
    ("declined", Topic::Routing),       // A
    ("busy", Topic::Routing),           // A
    ("unreachable", Topic::Routing),    // A
    ("cancelled", Topic::Routing),      // A WHY
    ("connect-failed", Topic::Routing), // A
    ("rung", Topic::Routing),           // C NUMBER EFFECT
    ("rung-passed", Topic::Routing),    // C NUMBER WHY
    ("starving", Topic::Routing),       // C
    ("overflow", Topic::Routing),       // C QUEUE
    ("reject", Topic::Routing),         // C WHY
    ("divert", Topic::Routing),         // C NUMBER
    ("disconnect", Topic::Routing),     // C REASON
    ("ended", Topic::Routing),          // C OUTCOME
    ("notify", Topic::Routing),         // WHOM C
    ("hold", Topic::Routing),           // C
    ("unhold", Topic::Routing),         // C
    ("hold-reminder", Topic::Routing),  // C LENGTH
    ("hold-limit", Topic::Routing),     // C
    ("lease-expired", Topic::Routing),  // C
    ("end-leg", Topic::Routing),        // A
    ("refused", Topic::Routing),        // WHAT WHOSE EXPECTED, got GOT
    ("pending", Topic::Routing),        // A PRESENCE
    ("target-passed", Topic::Targets),  // C
    ("presence", Topic::Agents),        // A PRESENCE
    ("phone", Topic::Agents),           // A STATE
    ("wrapped-up", Topic::Agents),      // A LENGTH
    ("slot", Topic::Slots),             // A NUMBER STATE
    ("joined", Topic::Visits),          // C QUEUE CLASS [aged LENGTH]
    ("left", Topic::Visits),            // C QUEUE HOW after LENGTH
    ("arrived", Topic::Progress),       // C [TIER]
    ("queue", Topic::Progress),         // C QUEUE
    ("rang", Topic::Progress),          // A
    ("answered", Topic::Progress),      // C A after LENGTH
    ("talking", Topic::Progress),       // C A
    ("on-hold", Topic::Progress),       // C
    ("off-hold", Topic::Progress),      // C after LENGTH
    ("leg-ended", Topic::Progress),     // A BY, talk LENGTH, hold LENGTH
    ("ignored", Topic::Ignored),        // WHAT
    ("offered", Topic::Echoes),         // C A
    ("stop-ringing", Topic::Echoes),    // A WHY
    ("end-call", Topic::Echoes),        // C
    ("outcome", Topic::Echoes),         // C OUTCOME
];

/// The topic of an output's text, by its first word; `None` for a word that begins no output.
pub(super) fn topic(text: &str) -> Option<Topic> {
    let word = text.split(' ').next()?;
    OUTPUTS.iter().find(|(known, _)| *known == word).map(|(_, topic)| *topic)
}

impl Book {
    /// An output as scripts write it.
    pub(super) fn say(&self, event: &Event) -> String {
        match event {
            Event::Command(command) => self.say_command(command),
            Event::Fact(fact) => self.say_fact(fact),
        }
    }

    fn say_command(&self, command: &Command) -> String {
        match command {
            Command::Queue { call, queue } => format!("queue {} {}", self.call(*call), self.queue(*queue)),
            Command::OfferCall(offer) => format!("offer {} {}", self.call(offer.call), self.agent(offer.agent)),
            Command::CancelOffer { agent, call, why, .. } => {
                format!("stop-ringing {} {}", self.contact(*agent, *call), cancel_reason(*why))
            }
            Command::Connect { call, agent, .. } => format!("connect {} {}", self.call(*call), self.agent(*agent)),
            Command::RejectCall { call, cause } => format!("reject {} {}", self.call(*call), refused_call(*cause)),
            Command::Hold { call, .. } => format!("hold {}", self.call(*call)),
            Command::Unhold { call, .. } => format!("unhold {}", self.call(*call)),
            Command::Divert { call, number } => format!("divert {} {}", self.call(*call), quoted(number)),
            Command::EndLeg { offer } => format!("end-leg {}", self.leg(*offer)),
            Command::EndCall { call, outcome: Outcome::Disconnected, reason } => {
                format!("disconnect {} {}", self.call(*call), quoted(reason.as_deref().unwrap_or_default()))
            }
            Command::EndCall { call, .. } => format!("end-call {}", self.call(*call)),
            Command::Notify { whom, call, .. } => format!("notify {} {}", quoted(whom), self.call(*call)),
        }
    }

    fn say_fact(&self, fact: &Fact) -> String {
        match fact {
            Fact::Refused(refusal) => format!("refused {}", self.refusal(*refusal)),
            Fact::Ignored { subject } => format!("ignored {}", self.subject(*subject)),

            Fact::CallArrived { call, tier, .. } => match tier {
                Some(tier) => format!("arrived {} {}", self.call(*call), self.tier(*tier)),
                None => format!("arrived {}", self.call(*call)),
            },
            Fact::VisitStarted { call, queue, class, .. } => {
                format!("joined {} {} {}", self.call(*call), self.queue(*queue), self.class(*class))
            }
            Fact::TargetPassed { call, .. } => format!("target-passed {}", self.call(*call)),
            Fact::RungReached { call, rung, effect, .. } => {
                format!("rung {} {} {}", self.call(*call), u32::from(*rung) + 1, rung_effect(*effect))
            }
            Fact::RungPassed { call, rung, why, .. } => {
                format!("rung-passed {} {} {}", self.call(*call), u32::from(*rung) + 1, passed(*why))
            }
            Fact::StarvationBoundUsed { call, .. } => format!("starving {}", self.call(*call)),
            Fact::VisitEnded { call, exit: VisitExit::Overflowed { to }, .. } => {
                format!("overflow {} {}", self.call(*call), self.queue(*to))
            }
            Fact::VisitEnded { call, queue, exit, wait, in_target, .. } => {
                let how = self.exit(*exit, *in_target);
                format!("left {} {} {how} after {wait}", self.call(*call), self.queue(*queue))
            }
            Fact::CallEnded { call, outcome, .. } => {
                let word = match outcome {
                    // Said already by `disconnect`, `divert` and `reject`.
                    Outcome::Disconnected | Outcome::Diverted | Outcome::Refused(_) => "outcome",
                    Outcome::Completed(_) | Outcome::Abandoned | Outcome::TimedOut | Outcome::Lost => "ended",
                };
                format!("{word} {} {}", self.call(*call), self::outcome(*outcome))
            }

            Fact::Offered { call, agent, .. } => format!("offered {} {}", self.call(*call), self.agent(*agent)),
            Fact::Rang { offer, .. } => format!("rang {}", self.leg(*offer)),
            Fact::Answered { call, agent, wait, .. } => {
                format!("answered {} {} after {wait}", self.call(*call), self.agent(*agent))
            }
            Fact::Connected { call, agent, .. } => format!("talking {} {}", self.call(*call), self.agent(*agent)),
            Fact::OfferEnded { call, agent, how, .. } => offer_end(*how, &self.contact(*agent, *call)),

            Fact::HoldStarted { call, .. } => format!("on-hold {}", self.call(*call)),
            Fact::HoldReminder { call, held, .. } => format!("hold-reminder {} {held}", self.call(*call)),
            Fact::HoldLimitPassed { call, .. } => format!("hold-limit {}", self.call(*call)),
            Fact::HoldEnded { call, held, .. } => format!("off-hold {} after {held}", self.call(*call)),
            Fact::LeaseExpired { call, .. } => format!("lease-expired {}", self.call(*call)),
            Fact::LegEnded { call, agent, by, talk, hold, .. } => {
                format!("leg-ended {} {}, talk {talk}, hold {hold}", self.contact(*agent, *call), ended_by(*by))
            }
            Fact::WrapUpEnded { agent, call, lasted, .. } => {
                format!("wrapped-up {} after {lasted}", self.contact(*agent, *call))
            }

            Fact::SlotChanged { agent, slot, to, .. } => {
                format!("slot {} {} {}", self.agent(*agent), u32::from(*slot) + 1, slot_state(*to))
            }
            Fact::PresenceChanged { agent, to, .. } => {
                format!("presence {} {}", self.agent(*agent), self.presence(*to))
            }
            Fact::PresencePending { agent, to } => format!("pending {} {}", self.agent(*agent), self.presence(*to)),
            Fact::EndpointChanged { agent, state } => format!("phone {} {}", self.agent(*agent), endpoint(*state)),
        }
    }

    /// An agent's contact: the agent alone, and with the call where the agent may have several.
    fn contact(&self, agent: AgentId, call: CallId) -> String {
        match self.has_several(agent) {
            true => format!("{} {}", self.agent(agent), self.call(call)),
            false => self.agent(agent),
        }
    }

    fn leg(&self, offer: OfferId) -> String {
        match self.offer(offer) {
            Some(made) => self.contact(made.agent, made.call),
            None => "nobody".to_owned(),
        }
    }

    fn exit(&self, exit: VisitExit, in_target: bool) -> String {
        match exit {
            VisitExit::Served { agent } => {
                format!("served {} {}", self.agent(agent), if in_target { "in-target" } else { "late" })
            }
            VisitExit::Abandoned => "abandoned".to_owned(),
            VisitExit::TimedOut => "timed-out".to_owned(),
            VisitExit::Overflowed { to } => format!("overflowed {}", self.queue(to)),
            VisitExit::Diverted => "diverted".to_owned(),
            VisitExit::Disconnected => "disconnected".to_owned(),
            VisitExit::Refused(why) => format!("refused {}", refused_call(why)),
        }
    }

    /// A presence as scripts write it.
    pub(super) fn presence(&self, presence: Presence) -> String {
        match presence {
            Presence::SignedOut => "signed-out".to_owned(),
            Presence::NotReady(NotReady::SignedIn) => "not-ready".to_owned(),
            Presence::NotReady(NotReady::Missed) => "not-ready missed".to_owned(),
            Presence::NotReady(NotReady::Reason(reason)) => format!("not-ready {}", self.reason(reason)),
            Presence::Ready => "ready".to_owned(),
        }
    }

    fn refusal(&self, refusal: Refusal) -> String {
        match refusal {
            Refusal::UnknownAgent { got } => format!("unknown-agent {}", self.agent(got)),
            Refusal::UnknownReason { got } => format!("unknown-reason {}", self.reason(got)),
            Refusal::UnknownCall { got } => format!("unknown-call {}", self.call(got)),
            Refusal::AgentNotIn { agent, expected, got } => {
                let expected = match expected {
                    ExpectedPresence::SignedOut => "signed-out",
                    ExpectedPresence::SignedIn => "signed-in",
                };
                format!("agent {} not {expected}, got {}", self.agent(agent), self.presence(got))
            }
            Refusal::NoWrapUp { agent } => format!("no-wrap-up {}", self.agent(agent)),
            Refusal::CallNotIn { call, expected, got } => {
                format!("call {} not {}, got {}", self.call(call), call_state(expected), call_state(got))
            }
            Refusal::NotYours { actor, agent } => {
                format!("not-yours {}, it is of {}", self.agent(actor), self.agent(agent))
            }
        }
    }

    fn subject(&self, subject: Subject) -> String {
        match subject {
            Subject::Call(call) => format!("call {}", self.call(call)),
            Subject::DuplicateCall(call) => format!("duplicate {}", self.call(call)),
            Subject::Offer(offer) => match self.offer(offer) {
                Some(made) => format!("offer {} {}", self.call(made.call), self.agent(made.agent)),
                None => "offer unknown".to_owned(),
            },
            Subject::Agent(agent) => format!("agent {}", self.agent(agent)),
        }
    }
}

fn offer_end(how: OfferEnd, whose: &str) -> String {
    match how {
        OfferEnd::Missed => format!("missed {whose}"),
        OfferEnd::NeverRang => format!("never-rang {whose}"),
        OfferEnd::Declined => format!("declined {whose}"),
        OfferEnd::Busy => format!("busy {whose}"),
        OfferEnd::Unreachable => format!("unreachable {whose}"),
        OfferEnd::Cancelled(why) => format!("cancelled {whose} {}", cancel_reason(why)),
        OfferEnd::ConnectFailed => format!("connect-failed {whose}"),
    }
}

fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Completed(by) => format!("completed {}", ended_by(by)),
        Outcome::Abandoned => "abandoned".to_owned(),
        Outcome::TimedOut => "timed-out".to_owned(),
        Outcome::Diverted => "diverted".to_owned(),
        Outcome::Disconnected => "disconnected".to_owned(),
        Outcome::Refused(why) => format!("refused {}", refused_call(why)),
        Outcome::Lost => "lost".to_owned(),
    }
}

fn ended_by(by: EndedBy) -> &'static str {
    match by {
        EndedBy::Caller => "by caller",
        EndedBy::Agent => "by agent",
        EndedBy::Switch => "by switch",
    }
}

fn cancel_reason(why: CancelReason) -> &'static str {
    match why {
        CancelReason::CallerGone => "caller-gone",
        CancelReason::NoAnswer => "no-answer",
        CancelReason::Unreachable => "unreachable",
        CancelReason::AnsweredElsewhere => "answered-elsewhere",
        CancelReason::Withdrawn => "withdrawn",
        CancelReason::HigherClass => "higher-class",
    }
}

fn refused_call(why: RefusedCall) -> &'static str {
    match why {
        RefusedCall::UnknownQueue => "unknown-queue",
        RefusedCall::QueueFull => "queue-full",
        RefusedCall::FloorFull => "floor-full",
        RefusedCall::NeedsFull => "needs-full",
    }
}

fn rung_effect(effect: RungEffect) -> &'static str {
    match effect {
        RungEffect::Notified => "notified",
        RungEffect::Relaxed => "relaxed",
        RungEffect::Overflowed => "overflowed",
        RungEffect::Escalated => "escalated",
        RungEffect::Disconnected => "disconnected",
    }
}

fn passed(why: Passed) -> &'static str {
    match why {
        Passed::NobodySignedIn => "nobody-signed-in",
        Passed::MovesLimit => "moves-limit",
        Passed::QueueFull => "queue-full",
        Passed::NeedsFull => "needs-full",
    }
}

fn endpoint(state: Endpoint) -> &'static str {
    match state {
        Endpoint::Registered => "registered",
        Endpoint::Unregistered => "unregistered",
        Endpoint::InUse => "in-use",
    }
}

/// The state of a call as scripts write it.
pub(super) fn call_state(state: CallState) -> &'static str {
    match state {
        CallState::Waiting => "waiting",
        CallState::Ringing => "ringing",
        CallState::Connecting => "connecting",
        CallState::Talking => "talking",
        CallState::Held => "held",
    }
}

/// The state of a contact slot as scripts write it.
pub(super) fn slot_state(state: SlotState) -> &'static str {
    match state {
        SlotState::Free => "free",
        SlotState::Ringing => "ringing",
        SlotState::Connecting => "connecting",
        SlotState::Talking => "talking",
        SlotState::Holding => "holding",
        SlotState::WrapUp => "wrap-up",
    }
}
