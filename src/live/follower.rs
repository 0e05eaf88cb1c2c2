//! A follower: an engine of one's own that takes what the log has, so that what it says is exact.

use std::sync::Arc;

use super::hub::Hub;
use crate::engine::{Engine, Envelope, Output};
use crate::exchange::{Full, Keep, Lagged, Reader};

/// An engine that follows the log, and changes nothing in it.
pub(super) struct Follower {
    hub: Arc<Hub>,
    reader: Reader<Engine>,
    engine: Engine,
    /// What it says again, which nobody hears.
    said: Vec<Output>,
}

impl Follower {
    /// A copy of the engine at the last checkpoint.
    pub(super) fn new(hub: &Arc<Hub>) -> Result<Self, Full> {
        let mut reader = hub.exchange.reader(Keep::WhileItKeepsUp)?;
        let engine = reader.resync().machine.clone();
        Ok(Self { hub: Arc::clone(hub), reader, engine, said: Vec::new() })
    }

    /// The engine after everything that has been decided by now. What is decided meanwhile is for the next time: else it
    /// would never come to an end where inputs come faster than it follows.
    pub(super) fn catch_up(&mut self) -> &Engine {
        let until = self.hub.exchange.decided();
        while self.reader.position() < until {
            match self.reader.next() {
                Ok(Some(decided)) => {
                    // A step that panicked changed nothing, and a question never does.
                    if let (Some(envelope), false) = (decided.input(), decided.is_quarantined()) {
                        self.engine.handle(Envelope { at: decided.at(), ..envelope.clone() }, &mut self.said);
                        self.said.clear();
                    }
                }
                Ok(None) => break,
                Err(Lagged { .. }) => self.engine = self.reader.resync().machine.clone(),
            }
        }
        &self.engine
    }

    pub(super) fn into_engine(self) -> Engine {
        self.engine
    }
}
