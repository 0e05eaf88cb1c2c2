//! The verbs: everything a script can hand in, on one screen.
//!
//! Imperatives of people with a phone (`ring`, `answer`, `decline` …) and participles (`held`, `gone` …) are reports of
//! the switch. `hold`, `sign-out`, `end` … are requests, made in the name of the agent concerned unless `by AGENT` says
//! otherwise. Names stay names here: they are looked up when the script runs on a floor.

use super::error::Unexpected;
use super::words::Words;
use crate::engine::{ConnectFailure, EndedBy, Endpoint, OfferFailure};

/// A name as written: of something on the floor, or of a call. `#7` is the thing numbered 7, on the floor or not.
pub(super) type Name = Box<str>;

/// What a line hands in.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    /// A call comes.
    Arrive(Box<Arrive>),
    /// Something about a call.
    Call { call: Name, what: CallDeed, by: Option<Name> },
    /// Something about the agent's leg of a call.
    Joined { call: Name, agent: Option<Name>, what: JoinedDeed },
    /// Something about an offer to an agent, or about the leg that grew out of it.
    Leg { agent: Name, call: Option<Name>, what: LegDeed },
    /// Something about an agent.
    Agent { agent: Name, what: AgentDeed, by: Option<Name> },
    /// Time has passed.
    Tick,
}

/// A call as it comes.
#[derive(Clone, Debug)]
pub(super) struct Arrive {
    pub(super) call: Name,
    pub(super) queue: Name,
    pub(super) from: Option<Box<str>>,
    pub(super) to: Option<Box<str>>,
    pub(super) need: Option<Box<str>>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum JoinedDeed {
    Connected,
    ConnectFailed(ConnectFailure),
    HoldChanged(bool),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum CallDeed {
    Gone,
    Renew,
    Hold,
    Unhold,
    End,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum LegDeed {
    Ring,
    Answer,
    Fail(OfferFailure),
    End(EndedBy),
}

#[derive(Clone, Debug)]
pub(super) enum AgentDeed {
    SignIn,
    SignOut,
    Ready,
    NotReady(Name),
    WrapUpDone(Option<Name>),
    Endpoint(Endpoint),
}

/// A verb, and how the rest of its line is read.
struct Verb {
    name: &'static str,
    read: fn(&mut Words<'_>) -> Result<Deed, Unexpected>,
}

const VERBS: &[Verb] = &[
    // --- reports about calls ---
    // arrive CALL QUEUE [from NUMBER] [to NUMBER] [need EXPRESSION]
    Verb { name: "arrive", read: arrive },
    // CALL: the caller hangs up
    Verb { name: "gone", read: |words| call(words, CallDeed::Gone) },
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
    // --- reports about phones ---
    // AGENT registered|unregistered|in-use
    Verb { name: "endpoint", read: endpoint },
    // --- requests about calls: CALL [by AGENT] ---
    Verb { name: "hold", read: |words| call_by(words, CallDeed::Hold) },
    Verb { name: "unhold", read: |words| call_by(words, CallDeed::Unhold) },
    Verb { name: "end", read: |words| call_by(words, CallDeed::End) },
    // --- requests about agents: AGENT … [by AGENT] ---
    Verb { name: "sign-in", read: |words| agent(words, |_| Ok(AgentDeed::SignIn)) },
    Verb { name: "sign-out", read: |words| agent(words, |_| Ok(AgentDeed::SignOut)) },
    Verb { name: "ready", read: |words| agent(words, |_| Ok(AgentDeed::Ready)) },
    // AGENT REASON
    Verb { name: "not-ready", read: |words| agent(words, |w| Ok(AgentDeed::NotReady(w.expect("a reason")?.into()))) },
    // AGENT [CALL]
    Verb { name: "wrap-up-done", read: |words| agent(words, |words| Ok(AgentDeed::WrapUpDone(name_before_by(words)))) },
    // --- nothing but time ---
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
    let call = words.expect("a name for the call")?.into();
    let queue = words.expect("a queue")?.into();
    let mut arrive = Arrive { call, queue, from: None, to: None, need: None };
    while let Some(word) = words.take() {
        match word {
            "from" if arrive.from.is_none() => arrive.from = Some(words.expect("a number")?.into()),
            "to" if arrive.to.is_none() => arrive.to = Some(words.expect("a number")?.into()),
            "need" => {
                let expression = words.rest();
                arrive.need = Some(expression.ok_or_else(|| Unexpected::new("a need", "the end of the line"))?.into());
            }
            other => return Err(Unexpected::word("`from`, `to` or `need`, each once", other, ["from", "to", "need"])),
        }
    }
    Ok(Deed::Arrive(Box::new(arrive)))
}

fn call(words: &mut Words<'_>, what: CallDeed) -> Result<Deed, Unexpected> {
    Ok(Deed::Call { call: words.expect("a call")?.into(), what, by: None })
}

fn call_by(words: &mut Words<'_>, what: CallDeed) -> Result<Deed, Unexpected> {
    Ok(Deed::Call { call: words.expect("a call")?.into(), what, by: by(words)? })
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

fn name_before_by(words: &mut Words<'_>) -> Option<Name> {
    if words.peek() == Some("by") { None } else { words.take().map(Name::from) }
}

fn by(words: &mut Words<'_>) -> Result<Option<Name>, Unexpected> {
    match words.take() {
        None => Ok(None),
        Some("by") => Ok(Some(words.expect("an agent")?.into())),
        Some(other) => Err(Unexpected::word("`by` or the end of the line", other, ["by"])),
    }
}

fn choice<T: Copy>(words: &mut Words<'_>, among: &[(&'static str, T)]) -> Result<T, Unexpected> {
    let expected = || among.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(" or ");
    let word = words.expect(&expected())?;
    match among.iter().find(|(known, _)| *known == word) {
        Some((_, value)) => Ok(*value),
        None => Err(Unexpected::word(expected(), word, among.iter().map(|(known, _)| *known))),
    }
}
