//! The verbs: everything a script can hand in, on one screen.
//!
//! Imperatives of people with a phone (`ring`, `answer`, `decline` …) and participles (`held`, `gone` …) are reports of
//! the switch. `hold`, `sign-out`, `transfer` … are requests, made in the name of the agent concerned, or of the host
//! where nobody is, unless `by AGENT` or `by host` says otherwise. Names stay names here: they are looked up when the
//! script runs on a floor.

use jiff::Timestamp;

use super::error::Unexpected;
use super::words::{Words, time};
use crate::engine::{ConnectFailure, DialFailure, EndedBy, Endpoint, MonitorMode, OfferFailure};
use crate::time::{Span, Time};

/// A name as written: of something on the floor, or of a call. `#7` is the thing numbered 7, on the floor or not.
pub(super) type Name = Box<str>;

/// What a line hands in.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    /// A call comes.
    Arrive(Box<Arrive>),
    /// Something about a call.
    Call { call: Name, what: CallDeed, by: Option<By> },
    /// Something about the agent's leg of a call.
    Joined { call: Name, agent: Option<Name>, what: JoinedDeed },
    /// Something about an offer to an agent, or about the leg that grew out of it.
    Leg { agent: Name, call: Option<Name>, what: LegDeed },
    /// Something about the telephone that was dialled for a call.
    Dial { call: Name, what: DialDeed },
    /// Something a supervisor wants with a call.
    Supervise { supervisor: Name, call: Name, what: SuperviseDeed, by: Option<By> },
    /// Something about a call's entry on the follow-up list.
    FollowUp { call: Name, what: FollowUpDeed, by: Option<By> },
    /// Something about an agent.
    Agent { agent: Name, what: AgentDeed, by: Option<By> },
    /// The time of day, in nanoseconds since 1970-01-01T00:00Z.
    Anchor(i64),
    /// Time has passed, and the engine is asked why this call waits.
    Why(Name),
    /// Time has passed.
    Tick,
}

/// Who asks.
#[derive(Clone, Debug)]
pub(super) enum By {
    Host,
    Agent(Name),
}

/// A call as it comes.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrive {
    pub(super) call: Name,
    pub(super) queue: Name,
    pub(super) from: Option<Box<str>>,
    pub(super) to: Option<Box<str>>,
    pub(super) preferred: Option<Name>,
    pub(super) prior: Option<Name>,
    pub(super) callback: Option<Terms>,
    pub(super) need: Option<Box<str>>,
}

/// How somebody is to be called back, and when.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    pub(super) number: Option<Box<str>>,
    pub(super) not_before: Option<Time>,
    pub(super) due: Option<Time>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum JoinedDeed {
    Connected,
    ConnectFailed(ConnectFailure),
    HoldChanged(bool),
}

#[derive(Clone, Debug)]
pub(super) enum CallDeed {
    // --- reports ---
    Gone,
    Renew,
    Key(char),
    MessageTaken,
    // --- requests of the agent in the call ---
    Hold,
    Unhold,
    End,
    CannotAnswer,
    Complaint,
    Transfer(Towards),
    Consult(Towards),
    Complete,
    Conference,
    CancelTransfer,
    // --- requests of the host ---
    Move(Name),
    Withdraw,
    Class(Name),
    Credit(Span),
    AcceptCallback(Terms),
    CancelCallback,
}

/// To whom a call is to go.
#[derive(Clone, Debug)]
pub(super) enum Towards {
    Queue(Name),
    Agent(Name),
    Extension(Name),
    Number(Box<str>),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum LegDeed {
    Ring,
    Answer,
    Fail(OfferFailure),
    End(EndedBy),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum DialDeed {
    Ringing,
    Answered,
    Failed(DialFailure),
    Ended,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum SuperviseDeed {
    Monitor(MonitorMode),
    EndMonitor,
    TakeOver,
}

#[derive(Clone, Debug)]
pub(super) enum FollowUpDeed {
    /// Under which name for the new call.
    CallBack(Name, Terms),
    /// For which reason.
    Dismiss(Box<str>),
}

#[derive(Clone, Debug)]
pub(super) enum AgentDeed {
    SignIn,
    SignOut,
    Ready,
    /// And then on which break, or home.
    ReadyOnce(Option<Name>),
    NotReady(Name),
    Approve,
    Refuse,
    WrapUpDone {
        call: Option<Name>,
        disposition: Option<Name>,
    },
    Endpoint(Endpoint),
}

/// A verb, and how the rest of its line is read.
struct Verb {
    name: &'static str,
    read: fn(&mut Words<'_>) -> Result<Deed, Unexpected>,
}

const VERBS: &[Verb] = &[
    // --- reports about calls ---
    // CALL QUEUE [from NUMBER] [to NUMBER] [preferred AGENT] [prior CALL] [callback TERMS] [need EXPRESSION]
    Verb { name: "arrive", read: arrive },
    // CALL: the caller hangs up
    Verb { name: "gone", read: |words| call(words, CallDeed::Gone) },
    // CALL KEY: the caller presses a key
    Verb { name: "key", read: key },
    // CALL: the caller has left a message
    Verb { name: "message-taken", read: |words| call(words, CallDeed::MessageTaken) },
    // CALL [AGENT]: caller and agent are joined
    Verb { name: "connected", read: |words| joined(words, JoinedDeed::Connected) },
    // CALL [AGENT] caller|agent|line: they could not be joined
    Verb { name: "connect-failed", read: connect_failed },
    // CALL [AGENT]: the caller is on hold, or back
    Verb { name: "held", read: |words| joined(words, JoinedDeed::HoldChanged(true)) },
    Verb { name: "unheld", read: |words| joined(words, JoinedDeed::HoldChanged(false)) },
    // CALL: a sign of life
    Verb { name: "renew", read: |words| call(words, CallDeed::Renew) },
    // --- reports about offers and legs: AGENT [CALL] ---
    Verb { name: "ring", read: |words| leg(words, LegDeed::Ring) },
    Verb { name: "answer", read: |words| leg(words, LegDeed::Answer) },
    Verb { name: "busy", read: |words| leg(words, LegDeed::Fail(OfferFailure::Busy)) },
    Verb { name: "decline", read: |words| leg(words, LegDeed::Fail(OfferFailure::Declined)) },
    Verb { name: "no-answer", read: |words| leg(words, LegDeed::Fail(OfferFailure::NoAnswer)) },
    Verb { name: "unreachable", read: |words| leg(words, LegDeed::Fail(OfferFailure::Unreachable)) },
    Verb { name: "vanish", read: |words| leg(words, LegDeed::Fail(OfferFailure::Gone)) },
    // the agent puts the phone down; the line to the agent breaks
    Verb { name: "hangup", read: |words| leg(words, LegDeed::End(EndedBy::Agent)) },
    Verb { name: "leg-lost", read: |words| leg(words, LegDeed::End(EndedBy::Switch)) },
    // --- reports about telephones that were dialled: CALL ---
    Verb { name: "dial-ringing", read: |words| dial(words, DialDeed::Ringing) },
    Verb { name: "dial-answered", read: |words| dial(words, DialDeed::Answered) },
    // CALL busy|no-answer|unreachable
    Verb { name: "dial-failed", read: dial_failed },
    Verb { name: "dial-ended", read: |words| dial(words, DialDeed::Ended) },
    // --- reports about phones, and the time ---
    // AGENT registered|unregistered|in-use
    Verb { name: "endpoint", read: endpoint },
    // INSTANT, such as 2026-11-22T08:00Z
    Verb { name: "anchor", read: anchor },
    // --- requests about calls: CALL … [by WHOM] ---
    Verb { name: "hold", read: |words| call_by(words, CallDeed::Hold) },
    Verb { name: "unhold", read: |words| call_by(words, CallDeed::Unhold) },
    Verb { name: "end", read: |words| call_by(words, CallDeed::End) },
    Verb { name: "cannot-answer", read: |words| call_by(words, CallDeed::CannotAnswer) },
    Verb { name: "complaint", read: |words| call_by(words, CallDeed::Complaint) },
    // CALL queue|agent|extension|number NAME
    Verb { name: "transfer", read: |words| call_with(words, |words| Ok(CallDeed::Transfer(towards(words)?))) },
    Verb { name: "consult", read: |words| call_with(words, |words| Ok(CallDeed::Consult(towards(words)?))) },
    Verb { name: "complete", read: |words| call_by(words, CallDeed::Complete) },
    Verb { name: "conference", read: |words| call_by(words, CallDeed::Conference) },
    Verb { name: "cancel-transfer", read: |words| call_by(words, CallDeed::CancelTransfer) },
    // CALL QUEUE
    Verb { name: "move", read: |words| call_with(words, |words| Ok(CallDeed::Move(words.expect("a queue")?.into()))) },
    Verb { name: "withdraw", read: |words| call_by(words, CallDeed::Withdraw) },
    // CALL CLASS
    Verb {
        name: "class",
        read: |words| call_with(words, |words| Ok(CallDeed::Class(words.expect("a class")?.into()))),
    },
    // CALL LENGTH
    Verb {
        name: "credit",
        read: |words| call_with(words, |words| Ok(CallDeed::Credit(instant(words)?.since(Time::ZERO)))),
    },
    // CALL TERMS
    Verb {
        name: "accept-callback",
        read: |words| call_with(words, |words| Ok(CallDeed::AcceptCallback(terms(words)?))),
    },
    Verb { name: "cancel-callback", read: |words| call_by(words, CallDeed::CancelCallback) },
    // --- requests of supervisors: AGENT CALL [by WHOM] ---
    Verb { name: "listen", read: |words| supervise(words, SuperviseDeed::Monitor(MonitorMode::Listen)) },
    Verb { name: "whisper", read: |words| supervise(words, SuperviseDeed::Monitor(MonitorMode::Whisper)) },
    Verb { name: "barge", read: |words| supervise(words, SuperviseDeed::Monitor(MonitorMode::Barge)) },
    Verb { name: "end-monitor", read: |words| supervise(words, SuperviseDeed::EndMonitor) },
    Verb { name: "take-over", read: |words| supervise(words, SuperviseDeed::TakeOver) },
    // --- requests about the follow-up list ---
    // CALL as CALL TERMS [by WHOM]
    Verb { name: "call-back", read: call_back },
    // CALL REASON [by WHOM]
    Verb { name: "dismiss", read: dismiss },
    // --- requests about agents: AGENT … [by WHOM] ---
    Verb { name: "sign-in", read: |words| agent(words, |_| Ok(AgentDeed::SignIn)) },
    Verb { name: "sign-out", read: |words| agent(words, |_| Ok(AgentDeed::SignOut)) },
    Verb { name: "ready", read: |words| agent(words, |_| Ok(AgentDeed::Ready)) },
    // AGENT [REASON]
    Verb {
        name: "ready-once",
        read: |words| agent(words, |words| Ok(AgentDeed::ReadyOnce(name_before(words, &["by"])))),
    },
    // AGENT REASON
    Verb { name: "not-ready", read: |words| agent(words, |w| Ok(AgentDeed::NotReady(w.expect("a reason")?.into()))) },
    Verb { name: "approve", read: |words| agent(words, |_| Ok(AgentDeed::Approve)) },
    Verb { name: "refuse", read: |words| agent(words, |_| Ok(AgentDeed::Refuse)) },
    // AGENT [CALL] [as DISPOSITION]
    Verb { name: "wrap-up-done", read: |words| agent(words, wrap_up_done) },
    // --- nothing but time, and a question ---
    // CALL
    Verb { name: "why", read: |words| Ok(Deed::Why(words.expect("a call")?.into())) },
    Verb { name: "tick", read: |_| Ok(Deed::Tick) },
];

/// Reads a verb and what belongs to it.
pub(super) fn deed(words: &mut Words<'_>) -> Result<Deed, Unexpected> {
    let word = words.expect("a verb or `>`")?;
    let Some(verb) = VERBS.iter().find(|verb| verb.name == word) else {
        return Err(Unexpected::word("a verb or `>`", word, names()));
    };
    let deed = (verb.read)(words)?;
    words.end()?;
    Ok(deed)
}

/// The names of all verbs.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    VERBS.iter().map(|verb| verb.name)
}

fn arrive(words: &mut Words<'_>) -> Result<Deed, Unexpected> {
    const MORE: [&str; 6] = ["from", "to", "preferred", "prior", "callback", "need"];
    let call = words.expect("a name for the call")?.into();
    let queue = words.expect("a queue")?.into();
    let mut arrive = Arrive { call, queue, ..Arrive::default() };
    while let Some(word) = words.take() {
        match word {
            "from" if arrive.from.is_none() => arrive.from = Some(words.expect("a number")?.into()),
            "to" if arrive.to.is_none() => arrive.to = Some(words.expect("a number")?.into()),
            "preferred" if arrive.preferred.is_none() => arrive.preferred = Some(words.expect("an agent")?.into()),
            "prior" if arrive.prior.is_none() => arrive.prior = Some(words.expect("a call")?.into()),
            "callback" if arrive.callback.is_none() => arrive.callback = Some(terms(words)?),
            "need" => {
                let expression = words.rest();
                arrive.need = Some(expression.ok_or_else(|| Unexpected::new("a need", "the end of the line"))?.into());
            }
            other => {
                let others = MORE.into_iter().filter(|more| *more != other);
                return Err(Unexpected::word(format!("{}, each once", one_of(&MORE)), other, others));
            }
        }
    }
    Ok(Deed::Arrive(Box::new(arrive)))
}

/// `[at NUMBER] [not-before TIME] [due TIME]`
fn terms(words: &mut Words<'_>) -> Result<Terms, Unexpected> {
    let mut terms = Terms::default();
    loop {
        match words.peek() {
            Some("at") if terms.number.is_none() => {
                words.take();
                terms.number = Some(words.expect("a number")?.into());
            }
            Some("not-before") if terms.not_before.is_none() => {
                words.take();
                terms.not_before = Some(instant(words)?);
            }
            Some("due") if terms.due.is_none() => {
                words.take();
                terms.due = Some(instant(words)?);
            }
            _ => return Ok(terms),
        }
    }
}

fn instant(words: &mut Words<'_>) -> Result<Time, Unexpected> {
    const EXPECTED: &str = "a time, such as `18s`, `1m30s` or `250ms`";
    let word = words.expect(EXPECTED)?;
    time(word).ok_or_else(|| Unexpected::word(EXPECTED, word, []))
}

fn key(words: &mut Words<'_>) -> Result<Deed, Unexpected> {
    const EXPECTED: &str = "a key, such as `1` or `\"#\"`";
    let call = words.expect("a call")?.into();
    let word = words.expect(EXPECTED)?;
    let mut signs = word.chars();
    match (signs.next(), signs.next()) {
        (Some(key), None) => Ok(Deed::Call { call, what: CallDeed::Key(key), by: None }),
        _ => Err(Unexpected::word(EXPECTED, word, [])),
    }
}

fn anchor(words: &mut Words<'_>) -> Result<Deed, Unexpected> {
    const EXPECTED: &str = "an instant, such as `2026-11-22T08:00Z`";
    let word = words.expect(EXPECTED)?;
    let utc = word.parse::<Timestamp>().ok().and_then(|instant| i64::try_from(instant.as_nanosecond()).ok());
    utc.map(Deed::Anchor).ok_or_else(|| Unexpected::word(EXPECTED, word, []))
}

fn call(words: &mut Words<'_>, what: CallDeed) -> Result<Deed, Unexpected> {
    Ok(Deed::Call { call: words.expect("a call")?.into(), what, by: None })
}

fn call_by(words: &mut Words<'_>, what: CallDeed) -> Result<Deed, Unexpected> {
    call_with(words, |_| Ok(what))
}

fn call_with(
    words: &mut Words<'_>,
    what: impl FnOnce(&mut Words<'_>) -> Result<CallDeed, Unexpected>,
) -> Result<Deed, Unexpected> {
    let call = words.expect("a call")?.into();
    Ok(Deed::Call { call, what: what(words)?, by: by(words)? })
}

fn towards(words: &mut Words<'_>) -> Result<Towards, Unexpected> {
    type Kind = fn(Name) -> Towards;
    const KINDS: [(&str, Kind); 4] = [
        ("queue", Towards::Queue),
        ("agent", Towards::Agent),
        ("extension", Towards::Extension),
        ("number", Towards::Number),
    ];
    let kind = choice(words, &KINDS)?;
    Ok(kind(words.expect("whom")?.into()))
}

fn joined(words: &mut Words<'_>, what: JoinedDeed) -> Result<Deed, Unexpected> {
    Ok(Deed::Joined { call: words.expect("a call")?.into(), agent: words.take().map(Name::from), what })
}

fn connect_failed(words: &mut Words<'_>) -> Result<Deed, Unexpected> {
    const WHY: [(&str, ConnectFailure); 3] = [
        ("caller", ConnectFailure::CallerGone),
        ("agent", ConnectFailure::AgentGone),
        ("line", ConnectFailure::Failed),
    ];
    let call = words.expect("a call")?.into();
    let is_why = |word: &str| WHY.iter().any(|(name, _)| *name == word);
    let agent = words.peek().is_some_and(|word| !is_why(word)).then(|| words.take()).flatten().map(Name::from);
    Ok(Deed::Joined { call, agent, what: JoinedDeed::ConnectFailed(choice(words, &WHY)?) })
}

fn leg(words: &mut Words<'_>, what: LegDeed) -> Result<Deed, Unexpected> {
    Ok(Deed::Leg { agent: words.expect("an agent")?.into(), call: words.take().map(Name::from), what })
}

fn dial(words: &mut Words<'_>, what: DialDeed) -> Result<Deed, Unexpected> {
    Ok(Deed::Dial { call: words.expect("a call")?.into(), what })
}

fn dial_failed(words: &mut Words<'_>) -> Result<Deed, Unexpected> {
    let call = words.expect("a call")?.into();
    let why = choice(
        words,
        &[("busy", DialFailure::Busy), ("no-answer", DialFailure::NoAnswer), ("unreachable", DialFailure::Unreachable)],
    )?;
    Ok(Deed::Dial { call, what: DialDeed::Failed(why) })
}

fn supervise(words: &mut Words<'_>, what: SuperviseDeed) -> Result<Deed, Unexpected> {
    let supervisor = words.expect("an agent")?.into();
    let call = words.expect("a call")?.into();
    Ok(Deed::Supervise { supervisor, call, what, by: by(words)? })
}

fn call_back(words: &mut Words<'_>) -> Result<Deed, Unexpected> {
    let call = words.expect("a call")?.into();
    const EXPECTED: &str = "`as` and a name for the new call";
    match words.expect(EXPECTED)? {
        "as" => {}
        other => return Err(Unexpected::word(EXPECTED, other, ["as"])),
    }
    let what = FollowUpDeed::CallBack(words.expect("a name for the new call")?.into(), terms(words)?);
    Ok(Deed::FollowUp { call, what, by: by(words)? })
}

fn dismiss(words: &mut Words<'_>) -> Result<Deed, Unexpected> {
    let call = words.expect("a call")?.into();
    let what = FollowUpDeed::Dismiss(words.expect("a reason, in quotes if it is several words")?.into());
    Ok(Deed::FollowUp { call, what, by: by(words)? })
}

fn endpoint(words: &mut Words<'_>) -> Result<Deed, Unexpected> {
    let agent = words.expect("an agent")?.into();
    let state = choice(
        words,
        &[("registered", Endpoint::Registered), ("unregistered", Endpoint::Unregistered), ("in-use", Endpoint::InUse)],
    )?;
    Ok(Deed::Agent { agent, what: AgentDeed::Endpoint(state), by: None })
}

fn agent(
    words: &mut Words<'_>,
    what: impl FnOnce(&mut Words<'_>) -> Result<AgentDeed, Unexpected>,
) -> Result<Deed, Unexpected> {
    let agent = words.expect("an agent")?.into();
    Ok(Deed::Agent { agent, what: what(words)?, by: by(words)? })
}

fn wrap_up_done(words: &mut Words<'_>) -> Result<AgentDeed, Unexpected> {
    let call = name_before(words, &["as", "by"]);
    let disposition = match words.peek() {
        Some("as") => {
            words.take();
            Some(words.expect("a disposition")?.into())
        }
        _ => None,
    };
    Ok(AgentDeed::WrapUpDone { call, disposition })
}

/// The next word, if there is one and it is none of these.
fn name_before(words: &mut Words<'_>, ends: &[&str]) -> Option<Name> {
    words.peek().filter(|word| !ends.contains(word))?;
    words.take().map(Name::from)
}

fn by(words: &mut Words<'_>) -> Result<Option<By>, Unexpected> {
    match words.take() {
        None => Ok(None),
        Some("by") => Ok(Some(match words.expect("an agent or `host`")? {
            "host" => By::Host,
            agent => By::Agent(agent.into()),
        })),
        Some(other) => Err(Unexpected::word("`by` or the end of the line", other, ["by"])),
    }
}

fn choice<T: Copy>(words: &mut Words<'_>, among: &[(&'static str, T)]) -> Result<T, Unexpected> {
    let known: Vec<&str> = among.iter().map(|(word, _)| *word).collect();
    let word = words.expect(&one_of(&known))?;
    match among.iter().find(|(known, _)| *known == word) {
        Some((_, value)) => Ok(*value),
        None => Err(Unexpected::word(one_of(&known), word, known)),
    }
}

fn one_of(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ")
}
