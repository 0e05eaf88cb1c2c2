//! The small words of outputs: states, reasons, outcomes and refusals as scripts write them.

use super::book::Book;
use super::words::quoted;
use crate::engine::{
    Actor, CallState, CancelReason, DialEnd, DialFailure, DialPurpose, EndedBy, Endpoint, ExpectedPresence,
    FollowUpCause, FollowUpEnd, LegRole, MonitorMode, NotReady, OfferEnd, OfferPurpose, Outcome, Passed, Presence,
    Refusal, RefusedCall, SlotState, Subject, Target, VisitCause, VisitExit,
};
use crate::floor::RungEffect;
use crate::ids::CallId;

impl Book {
    /// Who has caused an output, at its end where a script shows it.
    pub(super) fn by(&self, actor: Actor) -> String {
        match actor {
            Actor::Switch => " (by switch)".to_owned(),
            Actor::Host => " (by host)".to_owned(),
            Actor::Agent(agent) => format!(" (by {})", self.agent(agent)),
        }
    }

    pub(super) fn exit(&self, exit: VisitExit, in_target: bool) -> String {
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
            VisitExit::NobodyThere => "nobody-there".to_owned(),
            VisitExit::LeftByKey { key } => format!("by-key {key}"),
            VisitExit::Moved { to } => format!("moved {}", self.queue(to)),
            VisitExit::Withdrawn => "withdrawn".to_owned(),
            VisitExit::Message => "message".to_owned(),
            VisitExit::Callback => "callback".to_owned(),
            VisitExit::NotTaken => "not-taken".to_owned(),
            VisitExit::CalledOff => "called-off".to_owned(),
            VisitExit::CallbackFailed => "callback-failed".to_owned(),
        }
    }

    /// What brought a call into a queue, at the end of an output; nothing where it came from outside or by a rung.
    pub(super) fn cause(&self, cause: VisitCause) -> String {
        match cause {
            VisitCause::Arrived | VisitCause::Overflowed => String::new(),
            VisitCause::Key => " by-key".to_owned(),
            VisitCause::Moved => " moved".to_owned(),
            VisitCause::Transferred { by } => format!(" transferred by {}", self.agent(by)),
            VisitCause::Returned { to } => format!(" returned to {}", self.agent(to)),
            VisitCause::Escalated { from } => format!(" escalated from {}", self.agent(from)),
            VisitCause::TakenOver { by } => format!(" taken-over by {}", self.agent(by)),
            VisitCause::Consult { by } => format!(" consult by {}", self.agent(by)),
            VisitCause::Callback => " callback".to_owned(),
        }
    }

    /// What a rung agent is wanted for, at the end of an output; nothing where it is for the caller alone.
    pub(super) fn offer_purpose(&self, purpose: OfferPurpose) -> String {
        match purpose {
            OfferPurpose::Serve => String::new(),
            OfferPurpose::Consult { by } => format!(" consult by {}", self.agent(by)),
            OfferPurpose::CallBack => " call-back".to_owned(),
        }
    }

    pub(super) fn target(&self, target: &Target) -> String {
        match target {
            Target::Queue(queue) => self.queue(*queue),
            Target::Agent(agent) => self.agent(*agent),
            Target::Extension(extension) => self.extension(*extension),
            Target::Number(number) => quoted(number.reveal()).into_owned(),
        }
    }

    pub(super) fn follow_up_cause(&self, cause: FollowUpCause) -> String {
        match cause {
            FollowUpCause::Unanswered(how) => outcome(how),
            FollowUpCause::Complaint { against: Some(agent) } => format!("complaint against {}", self.agent(agent)),
            FollowUpCause::Complaint { against: None } => "complaint".to_owned(),
        }
    }

    pub(super) fn follow_up_end(&self, how: &FollowUpEnd) -> String {
        match how {
            FollowUpEnd::Answered { call } => format!("answered {}", self.call(*call)),
            FollowUpEnd::Dismissed { reason } => format!("dismissed {}", quoted(reason)),
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

    pub(super) fn refusal(&self, refusal: Refusal) -> String {
        match refusal {
            Refusal::UnknownAgent { got } => format!("unknown-agent {}", self.agent(got)),
            Refusal::UnknownReason { got } => format!("unknown-reason {}", self.reason(got)),
            Refusal::UnknownCall { got } => format!("unknown-call {}", self.call(got)),
            Refusal::AgentNotIn { agent, expected, got } => {
                let expected = match expected {
                    ExpectedPresence::SignedOut => "signed-out",
                    ExpectedPresence::SignedIn => "signed-in",
                    ExpectedPresence::Ready => "ready",
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
            Refusal::NotASupervisor { actor, expected, got } => {
                format!("not-a-supervisor {}, not {} but {}", self.agent(actor), self.role(expected), self.role(got))
            }
            Refusal::NotInCall { agent, call } => format!("not-in-call {} {}", self.agent(agent), self.call(call)),
            Refusal::UnknownQueue { got } => format!("unknown-queue {}", self.queue(got)),
            Refusal::UnknownClass { got } => format!("unknown-class {}", self.class(got)),
            Refusal::UnknownExtension { got } => format!("unknown-extension {}", self.extension(got)),
            Refusal::UnknownDisposition { got } => format!("unknown-disposition {}", self.disposition(got)),
            Refusal::UnknownFollowUp { got } => format!("unknown-follow-up #{got}"),
            Refusal::ApprovalNeeded { agent, reason } => {
                format!("approval-needed {} {}", self.agent(agent), self.reason(reason))
            }
            Refusal::NoApprovalAsked { agent } => format!("no-approval-asked {}", self.agent(agent)),
            Refusal::WrapUpFixed { agent } => format!("wrap-up-fixed {}", self.agent(agent)),
            Refusal::DispositionExpected { agent } => format!("disposition-expected {}", self.agent(agent)),
            Refusal::NobodyAbove { agent, got } => format!("nobody-above {}, {}", self.agent(agent), self.role(got)),
            Refusal::NobodySignedIn { call } => format!("nobody-signed-in {}", self.call(call)),
            Refusal::NoSlotFree { agent } => format!("no-slot-free {}", self.agent(agent)),
            Refusal::AlreadyAsked { call } => format!("already-asked {}", self.call(call)),
            Refusal::NobodyConsulted { call } => format!("nobody-consulted {}", self.call(call)),
            Refusal::AlreadyInCall { agent, call } => {
                format!("already-in-call {} {}", self.agent(agent), self.call(call))
            }
            Refusal::CannotMove { call, to } => format!("cannot-move {} {}", self.call(call), self.queue(to)),
            Refusal::NoQueue { follow_up } => format!("no-queue #{follow_up}"),
            Refusal::CallExists { got } => format!("call-exists {}", self.call(got)),
            Refusal::FloorFull { call } => format!("floor-full {}", self.call(call)),
            Refusal::NoNumber { call } => format!("no-number {}", self.call(call)),
            Refusal::NoCallback { call } => format!("no-callback {}", self.call(call)),
            Refusal::ComplaintStands { call } => format!("complaint-stands {}", self.call(call)),
            Refusal::ReasonExpected { expected, got, .. } => {
                format!("reason-expected, 1 to {expected} characters, got {got}")
            }
            Refusal::OwnComplaint { actor, .. } => format!("own-complaint {}", self.agent(actor)),
        }
    }

    pub(super) fn subject(&self, subject: Subject) -> String {
        match subject {
            Subject::Call(call) => format!("call {}", self.call(call)),
            Subject::DuplicateCall(call) => format!("duplicate {}", self.call(call)),
            Subject::Offer(offer) => match self.offer(offer) {
                Some(made) => format!("offer {} {}", self.call(made.call), self.agent(made.agent)),
                None => "offer unknown".to_owned(),
            },
            Subject::Agent(agent) => format!("agent {}", self.agent(agent)),
            Subject::Dial(dial) => format!("dial {}", self.dialled_for(self.dial(dial))),
            Subject::Key(call) => format!("key {}", self.call(call)),
        }
    }

    pub(super) fn dialled_for(&self, call: Option<CallId>) -> String {
        call.map_or_else(|| "unknown".to_owned(), |call| self.call(call))
    }
}

pub(super) fn offer_end(how: OfferEnd, whose: &str) -> String {
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

pub(super) fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Completed(by) => format!("completed {}", ended_by(by)),
        Outcome::Abandoned => "abandoned".to_owned(),
        Outcome::TimedOut => "timed-out".to_owned(),
        Outcome::Diverted => "diverted".to_owned(),
        Outcome::Disconnected => "disconnected".to_owned(),
        Outcome::Refused(why) => format!("refused {}", refused_call(why)),
        Outcome::Lost => "lost".to_owned(),
        Outcome::NobodyThere => "nobody-there".to_owned(),
        Outcome::LeftByKey => "by-key".to_owned(),
        Outcome::Withdrawn => "withdrawn".to_owned(),
        Outcome::TransferredOut => "transferred-out".to_owned(),
        Outcome::MessageTaken => "message-taken".to_owned(),
        Outcome::CallbackFulfilled => "callback-fulfilled".to_owned(),
        Outcome::CallbackFailed => "callback-failed".to_owned(),
    }
}

pub(super) fn ended_by(by: EndedBy) -> &'static str {
    match by {
        EndedBy::Caller => "by caller",
        EndedBy::Agent => "by agent",
        EndedBy::Switch => "by switch",
        EndedBy::Transfer => "by transfer",
    }
}

pub(super) fn cancel_reason(why: CancelReason) -> &'static str {
    match why {
        CancelReason::CallerGone => "caller-gone",
        CancelReason::NoAnswer => "no-answer",
        CancelReason::Unreachable => "unreachable",
        CancelReason::AnsweredElsewhere => "answered-elsewhere",
        CancelReason::Withdrawn => "withdrawn",
        CancelReason::HigherClass => "higher-class",
    }
}

pub(super) fn refused_call(why: RefusedCall) -> &'static str {
    match why {
        RefusedCall::UnknownQueue => "unknown-queue",
        RefusedCall::QueueFull => "queue-full",
        RefusedCall::FloorFull => "floor-full",
        RefusedCall::TrunksFull => "trunks-full",
        RefusedCall::WaitingFull => "waiting-full",
        RefusedCall::NobodyThere => "nobody-there",
        RefusedCall::NeedsFull => "needs-full",
    }
}

pub(super) fn rung_effect(effect: RungEffect) -> &'static str {
    match effect {
        RungEffect::Notified => "notified",
        RungEffect::Relaxed => "relaxed",
        RungEffect::Overflowed => "overflowed",
        RungEffect::Escalated => "escalated",
        RungEffect::Disconnected => "disconnected",
    }
}

pub(super) fn passed(why: Passed) -> &'static str {
    match why {
        Passed::NobodySignedIn => "nobody-signed-in",
        Passed::MovesLimit => "moves-limit",
        Passed::QueueFull => "queue-full",
        Passed::NeedsFull => "needs-full",
        Passed::Condition => "condition",
        Passed::CallerAway => "caller-away",
    }
}

pub(super) fn dial_purpose(purpose: DialPurpose) -> String {
    match purpose {
        DialPurpose::Transfer => "transfer".to_owned(),
        DialPurpose::Consult => "consult".to_owned(),
        DialPurpose::CallBack { attempt } => format!("call-back {attempt}"),
    }
}

pub(super) fn dial_end(how: DialEnd) -> &'static str {
    match how {
        DialEnd::HandedOn => "handed-on",
        DialEnd::Failed(DialFailure::Busy) => "busy",
        DialEnd::Failed(DialFailure::NoAnswer) => "no-answer",
        DialEnd::Failed(DialFailure::Unreachable) => "unreachable",
        DialEnd::LimitPassed => "limit",
        DialEnd::Cancelled => "cancelled",
        DialEnd::Ended => "ended",
    }
}

pub(super) fn monitor_mode(mode: MonitorMode) -> &'static str {
    match mode {
        MonitorMode::Listen => "listen",
        MonitorMode::Whisper => "whisper",
        MonitorMode::Barge => "barge",
    }
}

/// What an agent who came later does in a call.
pub(super) fn leg_role(role: LegRole) -> &'static str {
    match role {
        LegRole::Serve => "joined by",
        LegRole::Consult => "consulting",
        LegRole::Monitor => "heard by",
    }
}

pub(super) fn endpoint(state: Endpoint) -> &'static str {
    match state {
        Endpoint::Registered => "registered",
        Endpoint::Unregistered => "unregistered",
        Endpoint::InUse => "in-use",
    }
}

pub(super) fn call_state(state: CallState) -> &'static str {
    match state {
        CallState::Waiting => "waiting",
        CallState::Ringing => "ringing",
        CallState::Connecting => "connecting",
        CallState::Talking => "talking",
        CallState::Held => "held",
        CallState::Dialled => "dialled",
        CallState::AtMessage => "at-message",
    }
}

pub(super) fn slot_state(state: SlotState) -> &'static str {
    match state {
        SlotState::Free => "free",
        SlotState::Ringing => "ringing",
        SlotState::Connecting => "connecting",
        SlotState::Talking => "talking",
        SlotState::Holding => "holding",
        SlotState::Monitoring => "monitoring",
        SlotState::WrapUp => "wrap-up",
    }
}
