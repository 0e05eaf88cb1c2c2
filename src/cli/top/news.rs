//! The news: the last things that happened, each in one readable line.

use std::collections::VecDeque;

use cordboard::engine::{
    CancelReason, DialEnd, EndedBy, Endpoint, Fact, FollowUpEnd, LegRole, MonitorMode, NotReady, OfferEnd, Outcome,
    Passed, Presence, RefusedCall, Target, VisitCause, VisitExit,
};
use cordboard::floor::RungEffect;
use cordboard::{AgentId, CallId, Plan, QueueId, ReasonId, Time};

use super::text;

/// So many are kept.
const NEWS_MAX: usize = 500;

/// The last things that happened.
#[derive(Debug, Default)]
pub(super) struct News(VecDeque<(Time, Fact)>);

/// How a line of news is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// As it should be.
    Plain,
    /// Somebody was not served as he should have been.
    Bad,
}

impl News {
    /// Takes note of a fact, unless it is too small to be news.
    pub(super) fn note(&mut self, at: Time, fact: &Fact) {
        if is_detail(fact) {
            return;
        }
        if self.0.len() == NEWS_MAX {
            self.0.pop_front();
        }
        self.0.push_back((at, fact.clone()));
    }

    /// The latest first: when, what, and how it is meant; of one queue, or of all.
    pub(super) fn latest<'a>(
        &'a self,
        plan: &'a Plan,
        queue: Option<QueueId>,
    ) -> impl Iterator<Item = (Time, String, Tone)> + 'a {
        let of_queue = move |fact: &Fact| queue.is_none() || queue_of(fact) == queue;
        let news = self.0.iter().rev().filter(move |(_, fact)| of_queue(fact));
        news.filter_map(move |(at, fact)| Some((*at, Words { plan }.say(fact)?, tone(fact))))
    }
}

/// Whether another fact of the same step tells more, or only a log would want to know.
fn is_detail(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Ignored { .. }
            | Fact::CallArrived { .. }
            | Fact::RungDeferred { .. }
            | Fact::Rang { .. }
            | Fact::Connected { role: LegRole::Serve, .. }
            | Fact::HoldStarted { .. }
            | Fact::HoldEnded { .. }
            | Fact::WrapUpEnded { .. }
            | Fact::SlotChanged { .. }
            | Fact::FollowUpAdded { .. }
            | Fact::VisitStarted { cause: VisitCause::Overflowed | VisitCause::Moved | VisitCause::Callback, .. }
            | Fact::VisitEnded { exit: VisitExit::Served { .. } | VisitExit::Abandoned, .. }
            | Fact::LegEnded { by: EndedBy::Agent | EndedBy::Caller | EndedBy::Switch, .. }
    )
}

/// The queue that a fact names.
fn queue_of(fact: &Fact) -> Option<QueueId> {
    match *fact {
        Fact::VisitStarted { queue, .. }
        | Fact::AwaitsAgent { queue, .. }
        | Fact::AwaitsAnybody { queue, .. }
        | Fact::RankChanged { queue, .. }
        | Fact::TargetPassed { queue, .. }
        | Fact::RungReached { queue, .. }
        | Fact::RungPassed { queue, .. }
        | Fact::StarvationBoundUsed { queue, .. }
        | Fact::VisitEnded { queue, .. }
        | Fact::Offered { queue, .. }
        | Fact::Answered { queue, .. }
        | Fact::Connected { queue, .. }
        | Fact::OfferEnded { queue, .. }
        | Fact::LegEnded { queue, .. }
        | Fact::MessageStarted { queue, .. } => Some(queue),
        Fact::CallEnded { queue, .. } | Fact::FollowUpsFull { queue, .. } => queue,
        _ => None,
    }
}

fn tone(fact: &Fact) -> Tone {
    let bad = match fact {
        Fact::Refused(_)
        | Fact::TargetPassed { .. }
        | Fact::StarvationBoundUsed { .. }
        | Fact::ComplaintRecorded { .. }
        | Fact::LeaseExpired { .. }
        | Fact::HoldLimitPassed { .. }
        | Fact::TransferReturned { .. }
        | Fact::CallbackOverdue { .. }
        | Fact::FollowUpsFull { .. }
        | Fact::EndpointChanged { state: Endpoint::Unregistered, .. }
        | Fact::PresenceChanged { to: Presence::NotReady(NotReady::Missed), .. } => true,
        Fact::OfferEnded { how, .. } => !matches!(how, OfferEnd::Cancelled(_)),
        Fact::CallEnded { outcome, .. } => outcome.is_unanswered(),
        Fact::CallbackAttempted { kept, .. } => *kept == Some(false),
        _ => false,
    };
    if bad { Tone::Bad } else { Tone::Plain }
}

/// Facts in words, with the floor's names. Caller data stays masked (G13).
struct Words<'a> {
    plan: &'a Plan,
}

impl<'a> Words<'a> {
    /// One line; `None` if it is not worth one.
    fn say(&self, fact: &Fact) -> Option<String> {
        Some(match *fact {
            Fact::Refused(_) => "a request was refused".to_owned(),
            Fact::VisitStarted { call, queue, tier, cause, .. } => {
                let tier = tier.and_then(|tier| self.plan.tiers().get(tier.index()));
                let tier = tier.map_or(String::new(), |tier| format!(" ({})", tier.name));
                return self.joined(call, self.queue(queue), &tier, cause);
            }
            Fact::AwaitsAgent { call, agent, .. } => format!("call {call} waits for {} alone", self.agent(agent)),
            Fact::AwaitsAnybody { call, .. } => format!("call {call} waits for anybody from now on"),
            Fact::RankChanged { call, class, credit, .. } => {
                let class = self.plan.classes().get(class.index()).map_or("?", |class| &*class.name);
                format!("call {call} now ranks as {class}, ahead by {credit}")
            }
            Fact::TargetPassed { call, queue, .. } => {
                format!("call {call} has waited past the target of {}", self.queue(queue))
            }
            Fact::RungReached { call, queue, rung, effect, .. } => {
                let (rung, effect) = (u32::from(rung) + 1, rung_effect(effect));
                format!("call {call} reaches rung {rung} of {}: {effect}", self.queue(queue))
            }
            Fact::RungPassed { call, rung, why, .. } => {
                format!("call {call} passes rung {}: {}", u32::from(rung) + 1, passed(why))
            }
            Fact::StarvationBoundUsed { call, queue, .. } => {
                format!("call {call} has waited so long in {} that it goes first", self.queue(queue))
            }
            Fact::VisitEnded { call, queue, exit, .. } => return self.left(call, self.queue(queue), exit),
            Fact::ComplaintRecorded { call, against } => match against {
                Some(agent) => format!("the caller of {call} complains about {}", self.agent(agent)),
                None => format!("the caller of {call} complains"),
            },
            Fact::CallEnded { call, outcome, lasted, .. } => {
                format!("call {call} {} after {}", self::outcome(outcome), text::length(lasted))
            }

            Fact::Offered { call, queue, agent, .. } => {
                format!("{} is rung for call {call} of {}", self.agent(agent), self.queue(queue))
            }
            Fact::Answered { call, agent, wait, .. } => {
                format!("{} answers call {call} after {}", self.agent(agent), text::length(wait))
            }
            Fact::Connected { call, agent, role: LegRole::Consult, .. } => {
                format!("{} is consulted about call {call}", self.agent(agent))
            }
            Fact::OfferEnded { call, agent, how, .. } => format!("{} {} {call}", self.agent(agent), offer_end(how)?),

            Fact::HoldReminder { call, agent, held } => {
                format!("{} has held call {call} for {}", self.agent(agent), text::length(held))
            }
            Fact::HoldLimitPassed { call, agent } => {
                format!("{} has held call {call} for too long", self.agent(agent))
            }
            Fact::LeaseExpired { call, agent } => format!("no sign of life of call {call} with {}", self.agent(agent)),
            Fact::LegEnded { call, agent, by: EndedBy::Transfer, .. } => {
                format!("{} has handed on call {call}", self.agent(agent))
            }

            Fact::Dialled { call, ref target, .. } => match target {
                Some(target) => format!("{} is dialled for call {call}", self.target(target)),
                None => format!("the caller of {call} is dialled"),
            },
            Fact::DialEnded { call, how: DialEnd::Failed(_) | DialEnd::LimitPassed, .. } => {
                format!("nobody answered who was dialled for call {call}")
            }
            Fact::TransferReturned { call, by } => format!("call {call} comes back to {}", self.agent(by)),
            Fact::TransferCompleted { call, by } => format!("{} completes the transfer of call {call}", self.agent(by)),
            Fact::ConferenceStarted { call, by } => format!("{} makes call {call} a conference", self.agent(by)),
            Fact::MonitorStarted { call, supervisor, mode, .. } => {
                let how = match mode {
                    MonitorMode::Listen => "listens to",
                    MonitorMode::Whisper => "whispers in",
                    MonitorMode::Barge => "joins in",
                    _ => "monitors",
                };
                format!("{} {how} call {call}", self.agent(supervisor))
            }
            Fact::MonitorEnded { call, supervisor, .. } => {
                format!("{} leaves call {call} to itself", self.agent(supervisor))
            }

            Fact::CallbackPromised { call, due, .. } => match due {
                Some(due) => format!("the caller of {call} will be called back by {}", text::clock(due)),
                None => format!("the caller of {call} will be called back"),
            },
            Fact::CallbackAttempted { call, attempt, kept } => {
                let late = if kept == Some(false) { ", later than promised" } else { "" };
                format!("the caller of {call} is called back, attempt {attempt}{late}")
            }
            Fact::CallbackOverdue { call } => format!("the caller of {call} should have been called back by now"),
            Fact::MessageStarted { call, .. } => format!("the caller of {call} is led to leave a message"),
            Fact::FollowUpClosed { call, how: FollowUpEnd::Answered { call: by }, .. } => {
                format!("call {call} is followed up by call {by}")
            }
            Fact::FollowUpClosed { call, .. } => format!("call {call} needs no following up any more"),
            Fact::FollowUpsFull { call, .. } => format!("the follow-up list is full: call {call} is not on it"),

            Fact::ApprovalAsked { agent, reason } => {
                format!("{} asks to go off: {}", self.agent(agent), self.reason(reason))
            }
            Fact::ApprovalEnded { agent, reason, approved } => {
                let what = match approved {
                    Some(true) => "may go off",
                    Some(false) => "may not go off",
                    None => "no longer asks to go off",
                };
                format!("{} {what}: {}", self.agent(agent), self.reason(reason))
            }
            Fact::PresenceChanged { agent, from, to, .. } => {
                format!("{} {}", self.agent(agent), self.presence(from, to))
            }
            Fact::PresencePending { agent, to } => match to {
                Presence::SignedOut => format!("{} signs out after this call", self.agent(agent)),
                Presence::Ready => format!("{} stays ready after this call", self.agent(agent)),
                Presence::NotReady(NotReady::Reason(reason)) => {
                    format!("{} goes off after this call: {}", self.agent(agent), self.reason(reason))
                }
                _ => format!("{} goes off after this call", self.agent(agent)),
            },
            Fact::Reconciled { vanished, entered, .. } => {
                format!("switch and engine agree again: {vanished} callers had gone, {entered} were not known")
            }
            Fact::EndpointChanged { agent, state } => match state {
                Endpoint::Registered => format!("{}'s phone can be reached", self.agent(agent)),
                Endpoint::Unregistered => format!("{}'s phone cannot be reached", self.agent(agent)),
                _ => format!("{}'s phone is on a call of its own", self.agent(agent)),
            },
            _ => return None,
        })
    }

    fn joined(&self, call: CallId, queue: &str, tier: &str, cause: VisitCause) -> Option<String> {
        Some(match cause {
            VisitCause::Arrived => format!("call {call} comes to {queue}{tier}"),
            VisitCause::Key => format!("call {call} comes to {queue} by key{tier}"),
            VisitCause::Transferred { by } => format!("{} hands call {call} on to {queue}{tier}", self.agent(by)),
            VisitCause::Returned { to } => format!("call {call} waits for {} again", self.agent(to)),
            VisitCause::Escalated { from } => format!("call {call} goes up from {} in {queue}{tier}", self.agent(from)),
            VisitCause::TakenOver { by } => format!("{} takes over call {call}", self.agent(by)),
            VisitCause::Consult { by } => format!("{} asks somebody about call {call}", self.agent(by)),
            _ => return None,
        })
    }

    fn left(&self, call: CallId, queue: &str, exit: VisitExit) -> Option<String> {
        Some(match exit {
            VisitExit::Overflowed { to } => format!("call {call} overflows from {queue} to {}", self.queue(to)),
            VisitExit::Moved { to } => format!("call {call} is moved from {queue} to {}", self.queue(to)),
            VisitExit::LeftByKey { key } => format!("call {call} leaves {queue} by key {key}"),
            VisitExit::NotTaken => format!("nobody took call {call} in time"),
            VisitExit::CalledOff => format!("nobody is needed for call {call} any more"),
            _ => return None,
        })
    }

    fn presence(&self, from: Presence, to: Presence) -> String {
        match (from, to) {
            (_, Presence::SignedOut) => "signs out".to_owned(),
            (Presence::SignedOut, Presence::NotReady(NotReady::SignedIn)) => "signs in".to_owned(),
            (_, Presence::NotReady(NotReady::Reason(reason))) => format!("goes off: {}", self.reason(reason)),
            (_, Presence::NotReady(NotReady::Missed)) => "is taken off for missing calls".to_owned(),
            (_, Presence::Ready) => "is ready".to_owned(),
            _ => "is not ready".to_owned(),
        }
    }

    fn target(&self, target: &Target) -> String {
        match target {
            Target::Queue(queue) => self.queue(*queue).to_owned(),
            Target::Agent(agent) => self.agent(*agent).to_owned(),
            Target::Extension(extension) => {
                self.plan.extensions().get(extension.index()).map_or("?", |extension| &*extension.name).to_owned()
            }
            Target::Number(number) => number.to_string(),
            _ => "?".to_owned(),
        }
    }

    fn agent(&self, agent: AgentId) -> &'a str {
        self.plan.agents().get(agent.index()).map_or("?", |agent| &agent.name)
    }

    fn queue(&self, queue: QueueId) -> &'a str {
        self.plan.queues().get(queue.index()).map_or("?", |queue| &queue.name)
    }

    fn reason(&self, reason: ReasonId) -> &'a str {
        self.plan.floor().reasons.get(reason.index()).map_or("?", |reason| reason)
    }
}

/// `None` where other news says it: the caller hung up, somebody else answered.
fn offer_end(how: OfferEnd) -> Option<&'static str> {
    Some(match how {
        OfferEnd::Missed => "misses call",
        OfferEnd::NeverRang => "was not rung in time for call",
        OfferEnd::Declined => "declines call",
        OfferEnd::Busy => "is busy and cannot be rung for call",
        OfferEnd::Unreachable => "cannot be reached for call",
        OfferEnd::Cancelled(CancelReason::HigherClass) => "is needed more urgently than for call",
        OfferEnd::Cancelled(CancelReason::Withdrawn) => "is no longer rung for call",
        OfferEnd::ConnectFailed => "could not be joined with call",
        _ => return None,
    })
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed(EndedBy::Caller) => "is ended by the caller",
        Outcome::Completed(EndedBy::Agent) => "is ended by the agent",
        Outcome::Completed(_) => "is ended by the switch",
        Outcome::Abandoned => "is abandoned",
        Outcome::TimedOut => "has reached its wait limit",
        Outcome::Diverted => "is sent to another number",
        Outcome::Disconnected => "is disconnected",
        Outcome::Refused(RefusedCall::QueueFull) => "is refused, its queue is full,",
        Outcome::Refused(RefusedCall::FloorFull) => "is refused, the floor is full,",
        Outcome::Refused(RefusedCall::TrunksFull) => "is refused, all trunks are taken,",
        Outcome::Refused(RefusedCall::WaitingFull) => "is refused, all waiting places are taken,",
        Outcome::Refused(RefusedCall::NobodyThere) => "is refused, nobody is there,",
        Outcome::Refused(_) => "is refused",
        Outcome::Lost => "is lost",
        Outcome::NobodyThere => "finds nobody there any more",
        Outcome::LeftByKey => "is ended by key",
        Outcome::Withdrawn => "is withdrawn",
        Outcome::TransferredOut => "is handed on",
        Outcome::MessageTaken => "has left a message",
        Outcome::CallbackFulfilled => "was called back and served",
        Outcome::CallbackFailed => "could not be called back",
        _ => "has ended",
    }
}

fn rung_effect(effect: RungEffect) -> &'static str {
    match effect {
        RungEffect::Notified => "somebody is told",
        RungEffect::Relaxed => "it asks for less",
        RungEffect::Overflowed => "it goes to other people",
        RungEffect::Escalated => "it goes up",
        RungEffect::Disconnected => "it ends",
    }
}

fn passed(why: Passed) -> &'static str {
    match why {
        Passed::NobodySignedIn => "nobody is signed in",
        Passed::MovesLimit => "moved too often",
        Passed::QueueFull => "the queue is full",
        Passed::NeedsFull => "too many needs",
        Passed::Condition => "its condition does not hold",
        Passed::CallerAway => "the caller is not on the line",
        _ => "it cannot be taken",
    }
}
