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
    /// Presence and endpoints.
    Agents,
    /// Every change of a contact slot.
    Slots,
    /// Calls entering and leaving queues.
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

/// What an output line looks like; what each means stands in the table in the documentation of [`script`](super).
pub(super) struct Form {
    /// Its first word.
    pub(super) word: &'static str,
    /// What follows. `LEG` is an agent; where the agent may have several contacts at once, the call follows.
    pub(super) arguments: &'static str,
    pub(super) topic: Topic,
}

const fn row(word: &'static str, arguments: &'static str, topic: Topic) -> Form {
    Form { word, arguments, topic }
}

/// Every output, in the order of the documentation's table.
pub(super) const OUTPUTS: &[Form] = &[
    row("offer", "CALL AGENT", Topic::Routing),
    row("connect", "CALL AGENT", Topic::Routing),
    row("missed", "LEG", Topic::Routing),
    row("never-rang", "LEG", Topic::Routing),
    row("declined", "LEG", Topic::Routing),
    row("busy", "LEG", Topic::Routing),
    row("unreachable", "LEG", Topic::Routing),
    row("cancelled", "LEG WHY", Topic::Routing),
    row("connect-failed", "LEG", Topic::Routing),
    row("rung", "CALL NUMBER EFFECT", Topic::Routing),
    row("rung-passed", "CALL NUMBER WHY", Topic::Routing),
    row("starving", "CALL", Topic::Routing),
    row("overflow", "CALL QUEUE", Topic::Routing),
    row("reject", "CALL WHY", Topic::Routing),
    row("divert", "CALL NUMBER", Topic::Routing),
    row("disconnect", "CALL REASON", Topic::Routing),
    row("ended", "CALL OUTCOME", Topic::Routing),
    row("notify", "WHOM CALL", Topic::Routing),
    row("hold", "CALL", Topic::Routing),
    row("unhold", "CALL", Topic::Routing),
    row("hold-reminder", "CALL LENGTH", Topic::Routing),
    row("hold-limit", "CALL", Topic::Routing),
    row("lease-expired", "CALL", Topic::Routing),
    row("end-leg", "LEG", Topic::Routing),
    row("refused", "WHAT", Topic::Routing),
    row("pending", "AGENT PRESENCE", Topic::Routing),
    row("target-passed", "CALL", Topic::Targets),
    row("presence", "AGENT PRESENCE", Topic::Agents),
    row("endpoint", "AGENT STATE", Topic::Agents),
    row("wrapped-up", "LEG after LENGTH", Topic::Agents),
    row("slot", "AGENT NUMBER STATE", Topic::Slots),
    row("queued", "CALL QUEUE CLASS", Topic::Visits),
    row("left", "CALL QUEUE EXIT after LENGTH", Topic::Visits),
    row("rung-deferred", "CALL NUMBER", Topic::Visits),
    row("arrived", "CALL [TIER]", Topic::Progress),
    row("queue", "CALL QUEUE", Topic::Progress),
    row("rang", "LEG", Topic::Progress),
    row("answered", "CALL AGENT after LENGTH", Topic::Progress),
    row("talking", "CALL AGENT", Topic::Progress),
    row("on-hold", "CALL", Topic::Progress),
    row("off-hold", "CALL after LENGTH", Topic::Progress),
    row("leg-ended", "LEG by WHOM, talk LENGTH, hold LENGTH", Topic::Progress),
    row("ignored", "WHAT", Topic::Ignored),
    row("offered", "CALL AGENT", Topic::Echoes),
    row("stop-ringing", "LEG WHY", Topic::Echoes),
    row("end-call", "CALL", Topic::Echoes),
    row("outcome", "CALL OUTCOME", Topic::Echoes),
];

/// The form of an output's text, by its first word; `None` for a word that begins no output.
pub(super) fn form(text: &str) -> Option<&'static Form> {
    let word = text.split(' ').next()?;
    OUTPUTS.iter().find(|form| form.word == word)
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
                format!("queued {} {} {}", self.call(*call), self.queue(*queue), self.class(*class))
            }
            Fact::TargetPassed { call, .. } => format!("target-passed {}", self.call(*call)),
            Fact::RungReached { call, rung, effect, .. } => {
                format!("rung {} {} {}", self.call(*call), u32::from(*rung) + 1, rung_effect(*effect))
            }
            Fact::RungPassed { call, rung, why, .. } => {
                format!("rung-passed {} {} {}", self.call(*call), u32::from(*rung) + 1, passed(*why))
            }
            Fact::RungDeferred { call, rung, .. } => {
                format!("rung-deferred {} {}", self.call(*call), u32::from(*rung) + 1)
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
            Fact::EndpointChanged { agent, state } => format!("endpoint {} {}", self.agent(*agent), endpoint(*state)),
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
