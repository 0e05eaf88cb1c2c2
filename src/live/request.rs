//! A request: something that a desk says to the centre, not said yet.

use core::fmt;
use core::future::{Future, IntoFuture, pending};
use core::pin::Pin;
use std::time::Duration;

use tokio::time::Instant;

use super::error::{NotTaken, Undone};
use super::hub::{Hub, Undecided};
use super::race::{First, race};
use super::room::Turn;
use crate::engine::{Actor, Command, Engine, Event, Fact, Input, Output, Refusal};
use crate::exchange::{Decided, Ticket};
use crate::time::Time;

/// So long after a look somebody looks again for a decision, though nobody has woken him; or for room, though it was his
/// turn and somebody else was faster.
const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// Something that a desk says, not said yet.
///
/// Every verb of a [`Desk`](super::Desk) makes one, and there are two ways to say it, so no verb is written twice:
///
/// - **Await it,** in whatever executor. It waits for its decision and gives what was decided ([`Done`]). A refusal is an error
///   ([`Undone::Refused`]). While the log is full it waits for room, for as long as
///   [`Options::room_within`](super::Options::room_within) says, in one line with all others that are awaited: who came
///   first gets in first.
/// - **[`now`](Self::now).** It is said at once, from any thread, in a runtime or not, and waits for nothing: what
///   comes back is where it stands in the log. The streams have what is decided.
///
/// A request that is dropped was never said. One whose future is dropped half-way was said or not.
#[must_use = "nothing is said before it is awaited, or `now` is called"]
pub struct Request<'a> {
    hub: &'a Hub,
    actor: Actor,
    input: Input,
}

impl<'a> Request<'a> {
    pub(super) fn new(hub: &'a Hub, actor: Actor, input: Input) -> Self {
        Self { hub, actor, input }
    }

    /// What is to be said.
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// Says it at once and waits for nothing. Where it stands in the log is where its outputs stand in the streams.
    ///
    /// # Errors
    /// [`NotTaken`]: then nothing comes of it.
    pub fn now(self) -> Result<Ticket, NotTaken> {
        let Self { hub, actor, input } = self;
        let begun = hub.clock.now();
        let ticket = hub.submit(begun, actor, input).map_err(|(_, why)| why)?;
        if hub.exchange.decided() > ticket.position {
            hub.meters.decision(hub.clock.now() - begun);
        }
        Ok(ticket)
    }
}

impl<'a> IntoFuture for Request<'a> {
    type Output = Result<Done, Undone>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<Done, Undone>> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Self { hub, actor, input } = self;
            let begun = hub.clock.now();
            let ticket = enter(hub, begun, actor, input).await?;
            let done = decision(hub, ticket).await?;
            hub.meters.decision(hub.clock.now() - begun);
            match done.refusal(actor) {
                Some(refusal) => Err(Undone::Refused { position: done.position, at: done.at, refusal }),
                None if done.quarantined => Err(Undone::Quarantined { position: done.position }),
                None => Ok(done),
            }
        })
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("actor", &self.actor).field("input", &self.input).finish_non_exhaustive()
    }
}

/// Puts an input into the log, once there is room. Its stamp is when it was said, however long that takes.
async fn enter(hub: &Hub, at: Time, actor: Actor, input: Input) -> Result<Ticket, NotTaken> {
    let mut input = input;
    if !hub.room.is_line() {
        match hub.submit(at, actor, input) {
            Err((back, NotTaken::Full(_))) => input = back,
            taken => return taken.map_err(|(_, why)| why),
        }
    }
    let (begun, within) = (Instant::now(), hub.options.room_within);
    let mut turn = match hub.within(within, race(hub.room.turn(&hub.driver), hub.shut_to(&input))).await {
        Ok(First::One(turn)) => Some(turn),
        Ok(First::Other(())) | Err(_) => None,
    };
    loop {
        match hub.submit(at, actor, input) {
            Err((back, NotTaken::Full(full))) => {
                input = back;
                turn.iter_mut().for_each(Turn::found_none);
                let left = within.saturating_sub(begun.elapsed());
                if left.is_zero() {
                    return Err(full.into());
                }
                let _ = hub.within(left.min(LOOK_AGAIN), pending::<()>()).await;
            }
            Ok(ticket) => {
                turn.into_iter().for_each(Turn::used);
                return Ok(ticket);
            }
            Err((_, why)) => return Err(why),
        }
    }
}

/// Waits for the decision about an entry.
async fn decision(hub: &Hub, ticket: Ticket) -> Result<Done, Undone> {
    loop {
        let news = hub.news.notified();
        match hub.decided(ticket) {
            Ok(Some(done)) => return Ok(done),
            Ok(None) | Err(Undecided::NoHandle) => {}
            Err(Undecided::Passed) => return Err(Undone::Passed { position: ticket.position }),
        }
        // Somebody else is deciding. Should he have stopped, whoever looks again takes over.
        let _ = hub.within(LOOK_AGAIN, news).await;
    }
}

/// What was decided about a request.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Done {
    /// Where it stands in the log.
    pub position: u64,
    /// The instant that the log has given it: when it was said, or later.
    pub at: Time,
    /// What the engine said, in order; timers that were due before it included.
    pub outputs: Vec<Output>,
    pub(super) quarantined: bool,
}

impl Done {
    pub(super) fn of(decided: &Decided<'_, Engine>) -> Self {
        Self {
            position: decided.position(),
            at: decided.at(),
            outputs: decided.outputs().to_vec(),
            quarantined: decided.is_quarantined(),
        }
    }

    /// The facts among the outputs.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.outputs.iter().filter_map(|output| match &output.event {
            Event::Fact(fact) => Some(fact),
            Event::Command(_) => None,
        })
    }

    /// The commands among the outputs. The stream of commands has them too; they are carried out from there.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        self.outputs.iter().filter_map(|output| match &output.event {
            Event::Command(command) => Some(command),
            Event::Fact(_) => None,
        })
    }

    /// Whether it was a report about something that is over or was never there: nothing came of it, and nothing had to.
    pub fn is_ignored(&self) -> bool {
        self.facts().any(|fact| matches!(fact, Fact::Ignored { .. }))
    }

    fn refusal(&self, actor: Actor) -> Option<Refusal> {
        self.outputs.iter().find_map(|output| match &output.event {
            Event::Fact(Fact::Refused(refusal)) if output.actor == Some(actor) => Some(*refusal),
            _ => None,
        })
    }
}

impl fmt::Debug for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, at, outputs, quarantined: _ } = self;
        f.debug_struct("Done").field("position", position).field("at", at).field("outputs", outputs).finish()
    }
}
