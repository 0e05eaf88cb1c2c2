//! What each output of the engine is called in a script, and under which topic it is shown.
//!
//! The routing is always shown; every other topic only where a script asks for it with `show`. Of two outputs that
//! always come together (the command to end a call and the fact that it is over, say) one is shown and the other is an
//! *echo*.

use super::book::Book;
use super::terms::{
    cancel_reason, dial_end, dial_purpose, ended_by, endpoint, monitor_mode, offer_end, outcome, passed, refused_call,
    rung_effect, slot_state,
};
use super::words::quoted;
use crate::engine::{Command, Event, Fact, LegRole, Outcome, VisitExit};
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
    /// The follow-up list.
    FollowUp,
    /// Why an agent is rung.
    Why,
    /// Reports that meant nothing any more.
    Ignored,
    /// The other half of what is shown anyway.
    Echoes,
    /// No output of its own: who has caused each of the others.
    Actors,
}

/// The topics by the names that `show` takes.
pub(super) const TOPICS: &[(&str, Topic)] = &[
    ("targets", Topic::Targets),
    ("agents", Topic::Agents),
    ("slots", Topic::Slots),
    ("visits", Topic::Visits),
    ("progress", Topic::Progress),
    ("follow-up", Topic::FollowUp),
    ("why", Topic::Why),
    ("ignored", Topic::Ignored),
    ("echoes", Topic::Echoes),
    ("actors", Topic::Actors),
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
    row("offer", "CALL AGENT [PURPOSE]", Topic::Routing),
    row("connect", "CALL AGENT", Topic::Routing),
    row("missed", "LEG", Topic::Routing),
    row("never-rang", "LEG", Topic::Routing),
    row("declined", "LEG", Topic::Routing),
    row("busy", "LEG", Topic::Routing),
    row("unreachable", "LEG", Topic::Routing),
    row("cancelled", "LEG WHY", Topic::Routing),
    row("connect-failed", "LEG", Topic::Routing),
    row("awaits", "CALL AGENT", Topic::Routing),
    row("awaits-anybody", "CALL", Topic::Routing),
    row("ranked", "CALL CLASS CREDIT", Topic::Routing),
    row("rung", "CALL NUMBER EFFECT", Topic::Routing),
    row("rung-passed", "CALL NUMBER WHY", Topic::Routing),
    row("starving", "CALL", Topic::Routing),
    row("overflow", "CALL QUEUE", Topic::Routing),
    row("by-key", "CALL KEY", Topic::Routing),
    row("moved", "CALL QUEUE", Topic::Routing),
    row("reject", "CALL WHY", Topic::Routing),
    row("divert", "CALL NUMBER", Topic::Routing),
    row("disconnect", "CALL REASON", Topic::Routing),
    row("offer-message", "CALL", Topic::Routing),
    row("offer-callback", "CALL", Topic::Routing),
    row("take-message", "CALL [EXTENSION]", Topic::Routing),
    row("ended", "CALL OUTCOME", Topic::Routing),
    row("notify", "WHOM CALL", Topic::Routing),
    row("hold", "CALL", Topic::Routing),
    row("unhold", "CALL", Topic::Routing),
    row("hold-reminder", "CALL LENGTH", Topic::Routing),
    row("hold-limit", "CALL", Topic::Routing),
    row("lease-expired", "CALL", Topic::Routing),
    row("end-leg", "LEG", Topic::Routing),
    row("complaint", "CALL [against AGENT]", Topic::Routing),
    row("returned", "CALL AGENT", Topic::Routing),
    row("consult", "CALL AGENT with AGENT", Topic::Routing),
    row("conference", "CALL", Topic::Routing),
    row("dial", "CALL NUMBER PURPOSE", Topic::Routing),
    row("connect-dial", "CALL [with AGENT]", Topic::Routing),
    row("end-dial", "CALL", Topic::Routing),
    row("dial-ended", "CALL HOW", Topic::Routing),
    row("monitor", "CALL AGENT MODE", Topic::Routing),
    row("promised", "CALL [not-before TIME] [due TIME]", Topic::Routing),
    row("attempt", "CALL NUMBER [kept|broken]", Topic::Routing),
    row("overdue", "CALL", Topic::Routing),
    row("why", "CALL REASON", Topic::Routing),
    row("refused", "WHAT", Topic::Routing),
    row("pending", "AGENT PRESENCE", Topic::Routing),
    row("approval", "AGENT REASON HOW", Topic::Routing),
    row("target-passed", "CALL", Topic::Targets),
    row("presence", "AGENT PRESENCE", Topic::Agents),
    row("endpoint", "AGENT STATE", Topic::Agents),
    row("wrapped-up", "LEG after LENGTH [as DISPOSITION]", Topic::Agents),
    row("slot", "AGENT NUMBER STATE", Topic::Slots),
    row("queued", "CALL QUEUE CLASS [CAUSE]", Topic::Visits),
    row("left", "CALL QUEUE EXIT after LENGTH", Topic::Visits),
    row("rung-deferred", "CALL NUMBER", Topic::Visits),
    row("arrived", "CALL [TIER]", Topic::Progress),
    row("queue", "CALL QUEUE", Topic::Progress),
    row("rang", "LEG", Topic::Progress),
    row("answered", "CALL AGENT after LENGTH", Topic::Progress),
    row("talking", "CALL AGENT [consult|monitor]", Topic::Progress),
    row("on-hold", "CALL", Topic::Progress),
    row("off-hold", "CALL after LENGTH", Topic::Progress),
    row("leg-ended", "LEG by WHOM, talk LENGTH, hold LENGTH [consult LENGTH]", Topic::Progress),
    row("dial-answered", "CALL", Topic::Progress),
    row("handed-over", "CALL by AGENT", Topic::Progress),
    row("monitoring", "CALL AGENT MODE", Topic::Progress),
    row("monitor-ended", "CALL AGENT after LENGTH", Topic::Progress),
    row("follow-up", "CALL CAUSE", Topic::FollowUp),
    row("follow-up-closed", "CALL HOW after LENGTH", Topic::FollowUp),
    row("follow-ups-full", "CALL CAUSE", Topic::FollowUp),
    row("offered", "CALL REASON", Topic::Why),
    row("ignored", "WHAT", Topic::Ignored),
    row("stop-ringing", "LEG WHY", Topic::Echoes),
    row("end-call", "CALL", Topic::Echoes),
    row("outcome", "CALL OUTCOME", Topic::Echoes),
    row("at-message", "CALL", Topic::Echoes),
    row("in-conference", "CALL by AGENT", Topic::Echoes),
    row("confirm-callback", "CALL", Topic::Echoes),
    row("dialled", "CALL PURPOSE [TARGET]", Topic::Echoes),
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
            Command::OfferCall(offer) => {
                let (purpose, complaint) =
                    (self.offer_purpose(offer.purpose), if offer.complaint { " complaint" } else { "" });
                format!("offer {} {}{purpose}{complaint}", self.call(offer.call), self.agent(offer.agent))
            }
            Command::CancelOffer { agent, call, why, .. } => {
                format!("stop-ringing {} {}", self.contact(*agent, *call), cancel_reason(*why))
            }
            Command::Connect { call, agent, .. } => format!("connect {} {}", self.call(*call), self.agent(*agent)),
            Command::RejectCall { call, cause } => format!("reject {} {}", self.call(*call), refused_call(*cause)),
            Command::Hold { call, .. } => format!("hold {}", self.call(*call)),
            Command::Unhold { call, .. } => format!("unhold {}", self.call(*call)),
            Command::Divert { call, number } => format!("divert {} {}", self.call(*call), quoted(number)),
            Command::EndLeg { offer } => format!("end-leg {}", self.leg(*offer)),
            Command::EndCall { call, outcome: Outcome::Disconnected | Outcome::LeftByKey, reason } => {
                format!("disconnect {} {}", self.call(*call), quoted(reason.as_deref().unwrap_or_default()))
            }
            Command::EndCall { call, .. } => format!("end-call {}", self.call(*call)),
            Command::Consult { call, offer, with } => {
                let agent =
                    |offer| self.offer(offer).map_or_else(|| "nobody".to_owned(), |made| self.agent(made.agent));
                format!("consult {} {} with {}", self.call(*call), agent(*offer), agent(*with))
            }
            Command::Conference { call } => format!("conference {}", self.call(*call)),
            Command::Monitor { call, supervisor, mode, .. } => {
                format!("monitor {} {} {}", self.call(*call), self.agent(*supervisor), monitor_mode(*mode))
            }
            Command::Dial { call, number, purpose, .. } => {
                format!("dial {} {} {}", self.call(*call), quoted(number.reveal()), dial_purpose(*purpose))
            }
            Command::EndDial { dial } => format!("end-dial {}", self.dialled_for(self.dial(*dial))),
            Command::ConnectDial { call, with, .. } => {
                let with = with.and_then(|with| self.offer(with)).map(|made| self.agent(made.agent));
                format!(
                    "connect-dial {}{}",
                    self.call(*call),
                    with.map(|agent| format!(" with {agent}")).unwrap_or_default()
                )
            }
            Command::OfferMessage { call, .. } => format!("offer-message {}", self.call(*call)),
            Command::OfferCallback { call, .. } => format!("offer-callback {}", self.call(*call)),
            Command::ConfirmCallback { call, .. } => format!("confirm-callback {}", self.call(*call)),
            Command::TakeMessage { call, extension, .. } => match extension {
                Some(extension) => format!("take-message {} {}", self.call(*call), self.extension(*extension)),
                None => format!("take-message {}", self.call(*call)),
            },
            Command::Notify { whom, call, .. } => format!("notify {} {}", quoted(whom), self.call(*call)),
        }
    }

    fn say_fact(&self, fact: &Fact) -> String {
        match fact {
            Fact::Refused(refusal) => format!("refused {}", self.refusal(*refusal)),
            Fact::Ignored { subject } => format!("ignored {}", self.subject(*subject)),
            Fact::Reconciled { known, vanished, entered, left_alone } => {
                format!("reconciled {known} known {vanished} vanished {entered} entered {left_alone} left-alone")
            }

            Fact::CallArrived { call, tier, .. } => match tier {
                Some(tier) => format!("arrived {} {}", self.call(*call), self.tier(*tier)),
                None => format!("arrived {}", self.call(*call)),
            },
            Fact::VisitStarted { call, queue, class, cause, .. } => {
                let (call, queue, class) = (self.call(*call), self.queue(*queue), self.class(*class));
                format!("queued {call} {queue} {class}{}", self.cause(*cause))
            }
            Fact::AwaitsAgent { call, agent, .. } => format!("awaits {} {}", self.call(*call), self.agent(*agent)),
            Fact::AwaitsAnybody { call, .. } => format!("awaits-anybody {}", self.call(*call)),
            Fact::RankChanged { call, class, credit, .. } => {
                format!("ranked {} {} {credit}", self.call(*call), self.class(*class))
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
            Fact::VisitEnded { call, exit: VisitExit::LeftByKey { key }, .. } => {
                format!("by-key {} {}", self.call(*call), quoted(&key.to_string()))
            }
            Fact::VisitEnded { call, exit: VisitExit::Moved { to }, .. } => {
                format!("moved {} {}", self.call(*call), self.queue(*to))
            }
            Fact::VisitEnded { call, queue, exit, wait, in_target, .. } => {
                let how = self.exit(*exit, *in_target);
                format!("left {} {} {how} after {wait}", self.call(*call), self.queue(*queue))
            }
            Fact::CallEnded { call, outcome, .. } => {
                let word = match outcome {
                    // Said already by `disconnect`, `divert` and `reject`.
                    Outcome::Disconnected | Outcome::LeftByKey | Outcome::Diverted | Outcome::Refused(_) => "outcome",
                    _ => "ended",
                };
                format!("{word} {} {}", self.call(*call), self::outcome(*outcome))
            }
            Fact::ComplaintRecorded { call, against } => {
                let against = against.map(|agent| format!(" against {}", self.agent(agent))).unwrap_or_default();
                format!("complaint {}{against}", self.call(*call))
            }

            Fact::Offered { call, queue, agent, why, .. } => {
                format!("offered {} {}", self.call(*call), why.text(self.plan(), *queue, *agent))
            }
            Fact::Rang { offer, .. } => format!("rang {}", self.leg(*offer)),
            Fact::Answered { call, agent, wait, .. } => {
                format!("answered {} {} after {wait}", self.call(*call), self.agent(*agent))
            }
            Fact::Connected { call, agent, role, .. } => {
                let role = match role {
                    LegRole::Serve => "",
                    LegRole::Consult => " consult",
                    LegRole::Monitor => " monitor",
                };
                format!("talking {} {}{role}", self.call(*call), self.agent(*agent))
            }
            Fact::OfferEnded { call, agent, how, .. } => offer_end(*how, &self.contact(*agent, *call)),

            Fact::HoldStarted { call, .. } => format!("on-hold {}", self.call(*call)),
            Fact::HoldReminder { call, held, .. } => format!("hold-reminder {} {held}", self.call(*call)),
            Fact::HoldLimitPassed { call, .. } => format!("hold-limit {}", self.call(*call)),
            Fact::HoldEnded { call, held, .. } => format!("off-hold {} after {held}", self.call(*call)),
            Fact::LeaseExpired { call, .. } => format!("lease-expired {}", self.call(*call)),
            Fact::LegEnded { call, agent, by, talk, hold, consult, .. } => {
                let leg = self.contact(*agent, *call);
                let consult = if consult.is_zero() { String::new() } else { format!(", consult {consult}") };
                format!("leg-ended {leg} {}, talk {talk}, hold {hold}{consult}", ended_by(*by))
            }
            Fact::WrapUpEnded { agent, call, lasted, disposition, .. } => {
                let what = disposition.map(|what| format!(" as {}", self.disposition(what))).unwrap_or_default();
                format!("wrapped-up {} after {lasted}{what}", self.contact(*agent, *call))
            }

            Fact::Dialled { call, purpose, target, .. } => {
                let target = target.as_ref().map(|target| format!(" {}", self.target(target))).unwrap_or_default();
                format!("dialled {} {}{target}", self.call(*call), dial_purpose(*purpose))
            }
            Fact::DialAnswered { call, .. } => format!("dial-answered {}", self.call(*call)),
            Fact::DialEnded { call, how, .. } => format!("dial-ended {} {}", self.call(*call), dial_end(*how)),
            Fact::TransferReturned { call, by } => format!("returned {} {}", self.call(*call), self.agent(*by)),
            Fact::TransferCompleted { call, by } => format!("handed-over {} by {}", self.call(*call), self.agent(*by)),
            Fact::ConferenceStarted { call, by } => {
                format!("in-conference {} by {}", self.call(*call), self.agent(*by))
            }
            Fact::MonitorStarted { call, supervisor, mode, .. } => {
                format!("monitoring {} {} {}", self.call(*call), self.agent(*supervisor), monitor_mode(*mode))
            }
            Fact::MonitorEnded { call, supervisor, lasted, .. } => {
                format!("monitor-ended {} {} after {lasted}", self.call(*call), self.agent(*supervisor))
            }

            Fact::CallbackPromised { call, not_before, due } => {
                let not_before = not_before.map(|time| format!(" not-before {time}")).unwrap_or_default();
                let due = due.map(|time| format!(" due {time}")).unwrap_or_default();
                format!("promised {}{not_before}{due}", self.call(*call))
            }
            Fact::CallbackAttempted { call, attempt, kept } => {
                let kept = match kept {
                    Some(true) => " kept",
                    Some(false) => " broken",
                    None => "",
                };
                format!("attempt {} {attempt}{kept}", self.call(*call))
            }
            Fact::CallbackOverdue { call } => format!("overdue {}", self.call(*call)),
            Fact::MessageStarted { call, .. } => format!("at-message {}", self.call(*call)),
            Fact::FollowUpAdded { call, cause, .. } => {
                format!("follow-up {} {}", self.call(*call), self.follow_up_cause(*cause))
            }
            Fact::FollowUpClosed { call, how, stood, .. } => {
                format!("follow-up-closed {} {} after {stood}", self.call(*call), self.follow_up_end(how))
            }
            Fact::FollowUpsFull { call, cause, .. } => {
                format!("follow-ups-full {} {}", self.call(*call), self.follow_up_cause(*cause))
            }

            Fact::ApprovalAsked { agent, reason } => {
                format!("approval {} {} asked", self.agent(*agent), self.reason(*reason))
            }
            Fact::ApprovalEnded { agent, reason, approved } => {
                let how = match approved {
                    Some(true) => "approved",
                    Some(false) => "refused",
                    None => "taken-back",
                };
                format!("approval {} {} {how}", self.agent(*agent), self.reason(*reason))
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
}
