//! A stream of facts: what has happened, for boards, records and figures. Whoever is too slow is told so, and goes on.

use core::fmt;
use std::collections::VecDeque;
use std::sync::Arc;

use super::hub::Hub;
use crate::engine::{Actor, Engine, Event, Fact, OutputKey};
use crate::exchange::{Checkpoint, Full, Keep, Lagged, Reader};
use crate::time::Time;

/// A fact as it is delivered.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Told {
    /// Where the step it belongs to stands in the log.
    pub position: u64,
    /// Its key.
    pub key: OutputKey,
    /// The instant of the step it belongs to.
    pub at: Time,
    /// Whose input it follows from; `None` if time alone brought it.
    pub actor: Option<Actor>,
    /// What has happened.
    pub fact: Fact,
}

/// The subscriber was too slow, and some facts have passed. He goes on from a checkpoint: together with the facts that
/// come from now on it says everything.
#[derive(Clone, Debug, thiserror::Error)]
#[error("too slow: the facts from position {from} to {} have passed", .checkpoint.position)]
#[non_exhaustive]
pub struct Resynced {
    /// What was missed begins at this position of the log, and ends before that of the checkpoint.
    pub from: u64,
    /// The engine to ask how things stood at the checkpoint. It never changes.
    pub checkpoint: Arc<Checkpoint<Engine>>,
}

/// A subscription to the facts, one of any number; each hears all of them, in order. Nobody waits for it: see
/// [`Resynced`].
///
/// What one that is slow keeps in memory is bounded: what of the log is not more than
/// [`lag_max`](crate::exchange::Options::lag_max) inputs behind the last checkpoint, which all slow ones share; and until
/// it hears its first fact, the engine that it [`begun`](Self::begun) with. That is 450 bytes for each call that waited
/// then and 200 for each agent (`benches/memory.rs`): with 100,000 calls 45 MB. Of those there are as many as
/// subscriptions that have read nothing yet, at most [`readers_max`](crate::exchange::Options::readers_max).
pub struct Facts {
    hub: Arc<Hub>,
    reader: Reader<Engine>,
    /// `None` once something has been read.
    begun: Option<Arc<Checkpoint<Engine>>>,
    ready: VecDeque<Told>,
}

impl Facts {
    pub(super) fn new(hub: &Arc<Hub>) -> Result<Self, Full> {
        let mut reader = hub.exchange.reader(Keep::WhileItKeepsUp)?;
        let begun = Some(reader.resync());
        Ok(Self { hub: Arc::clone(hub), reader, begun, ready: VecDeque::new() })
    }

    /// The engine as it was before the first fact of this subscription: the last checkpoint, so a little before the
    /// subscription was made. It is there until the first fact is told or missed, and is not kept any longer.
    pub fn begun(&self) -> Option<&Checkpoint<Engine>> {
        self.begun.as_deref()
    }

    /// The next fact, as soon as there is one; `None` once the centre is closed and all have been told. Whoever drops
    /// the future has missed nothing.
    ///
    /// # Errors
    /// [`Resynced`], once each time that facts were missed. What comes next follows the checkpoint it gives.
    pub async fn next(&mut self) -> Result<Option<Told>, Resynced> {
        let hub = Arc::clone(&self.hub);
        loop {
            let news = hub.news.notified();
            let closed = hub.is_closed();
            if let Some(told) = self.next_now()? {
                return Ok(Some(told));
            }
            if closed {
                return Ok(None);
            }
            news.await;
        }
    }

    /// The next fact, if there is one.
    ///
    /// # Errors
    /// [`Resynced`], as [`next`](Self::next).
    pub fn next_now(&mut self) -> Result<Option<Told>, Resynced> {
        while self.ready.is_empty() {
            let decided = match self.reader.next() {
                Ok(Some(decided)) => decided,
                Ok(None) => return Ok(None),
                Err(Lagged { position: from }) => {
                    let checkpoint = self.reader.resync();
                    self.begun = None;
                    self.hub.meters.lagged.increment(1);
                    let to = checkpoint.position;
                    self.hub.log(|| tracing::warn!(from, to, "a subscriber to the facts was too slow"));
                    return Err(Resynced { from, checkpoint });
                }
            };
            let position = decided.position();
            for output in decided.outputs() {
                if let Event::Fact(fact) = &output.event {
                    let (key, at, actor) = (output.key, output.at, output.actor);
                    self.ready.push_back(Told { position, key, at, actor, fact: fact.clone() });
                }
            }
        }
        self.begun = None;
        Ok(self.ready.pop_front())
    }
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facts").field("reader", &self.reader).finish_non_exhaustive()
    }
}
