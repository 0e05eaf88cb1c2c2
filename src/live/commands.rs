//! The stream of commands: what the switch is asked to do, kept until it is acknowledged.

use core::fmt;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::about::About;
use super::error::CommandsTaken;
use super::hub::Hub;
use crate::engine::{Command, Engine, Event, OutputKey};
use crate::exchange::Reader;
use crate::ids::CallId;
use crate::time::Time;

/// A command as it is delivered.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Commanded {
    /// Its key, by which one that comes again is known, and by which it is acknowledged.
    pub key: OutputKey,
    /// The instant of the step it belongs to.
    pub at: Time,
    /// The call it is about; `None` for a leg or a telephone that had nothing to do with any call any more.
    pub call: Option<CallId>,
    /// What to do.
    pub command: Command,
}

/// The one stream of commands: each once, in order, kept until it is acknowledged.
///
/// What was delivered and not acknowledged is delivered again, with the same keys, after a [`rewind`](Self::rewind) and
/// to whoever has the stream after this one was dropped. Who takes commands and acknowledges nothing fills the log, and
/// everybody is told ([`Full::Reader`](crate::exchange::Full::Reader)).
pub struct Commands {
    hub: Arc<Hub>,
    /// `None` once it has been given back.
    kept: Option<Box<Kept>>,
    /// What has been read and not delivered, with its position in the log; `None` where it was acknowledged before.
    ready: VecDeque<(u64, OutputKey, Option<Commanded>)>,
    /// What was delivered and not acknowledged, by key, with its position in the log; in order.
    open: VecDeque<(OutputKey, u64)>,
}

/// What is kept of the stream while nobody has it.
pub(super) struct Kept {
    reader: Reader<Engine>,
    /// What was acknowledged and would be read again after a rewind, for something before it or in the same step is
    /// outstanding; with its position in the log.
    done: BTreeMap<OutputKey, u64>,
    about: About,
}

impl Kept {
    pub(super) fn new(reader: Reader<Engine>) -> Self {
        Self { reader, done: BTreeMap::new(), about: About::default() }
    }
}

impl Commands {
    /// The stream, if nobody has it; from the first command that was not acknowledged.
    pub(super) fn take(hub: &Arc<Hub>) -> Result<Self, CommandsTaken> {
        let kept = hub.commands.take().ok_or(CommandsTaken)?;
        let mut commands =
            Self { hub: Arc::clone(hub), kept: Some(kept), ready: VecDeque::new(), open: VecDeque::new() };
        commands.rewind();
        Ok(commands)
    }

    /// The next command, as soon as there is one; `None` once the centre is closed and all have been delivered. Whoever
    /// drops the future has missed nothing.
    pub async fn next(&mut self) -> Option<Commanded> {
        let hub = Arc::clone(&self.hub);
        loop {
            let news = hub.news.notified();
            let closed = hub.is_closed();
            if let Some(commanded) = self.next_now() {
                return Some(commanded);
            }
            if closed {
                return None;
            }
            news.await;
        }
    }

    /// The next command, if there is one.
    pub fn next_now(&mut self) -> Option<Commanded> {
        loop {
            let Some((position, key, commanded)) = self.ready.pop_front() else {
                if self.read() {
                    continue;
                }
                return None;
            };
            self.open.push_back((key, position));
            match commanded {
                Some(commanded) => return Some(commanded),
                None => self.settle(),
            }
        }
    }

    /// This command has been dealt with. In any order; what is not outstanding is passed over.
    pub fn acknowledge(&mut self, key: OutputKey) {
        let Some(kept) = &mut self.kept else { return };
        if let Ok(index) = self.open.binary_search_by_key(&key, |(open, _)| *open) {
            kept.done.insert(key, self.open[index].1);
            self.settle();
        }
    }

    /// How many commands have been delivered and not been acknowledged.
    pub fn outstanding(&self) -> usize {
        let done = |key| self.kept.as_ref().is_some_and(|kept| kept.done.contains_key(key));
        self.open.iter().filter(|(key, _)| !done(key)).count()
    }

    /// Goes back to the first command that has not been acknowledged: what is outstanding is delivered again, and what
    /// was acknowledged behind it is not.
    pub fn rewind(&mut self) {
        if let Some(kept) = &mut self.kept {
            kept.reader.rewind();
            kept.about.rewind(kept.reader.position());
        }
        self.ready.clear();
        self.open.clear();
    }

    /// What has been decided and not been delivered, so far.
    pub(super) fn undelivered(&mut self) -> impl Iterator<Item = &Commanded> {
        while self.read() {}
        self.ready.iter().filter_map(|(.., commanded)| commanded.as_ref())
    }

    /// Reads one decision. Whether there was one.
    fn read(&mut self) -> bool {
        let Some(kept) = &mut self.kept else { return false };
        let Kept { reader, done, about } = &mut **kept;
        let position = reader.position();
        // A reader that acknowledges never lags.
        let Ok(Some(decided)) = reader.next() else { return false };
        for output in decided.outputs() {
            match &output.event {
                Event::Fact(fact) => about.learn(position, fact),
                Event::Command(command) => {
                    let call = about.call(position, command);
                    let commanded = || Commanded { key: output.key, at: output.at, call, command: command.clone() };
                    let outstanding = !done.contains_key(&output.key);
                    self.ready.push_back((position, output.key, outstanding.then(commanded)));
                }
            }
        }
        if self.ready.is_empty() {
            self.settle();
        }
        true
    }

    /// Everything before the first command that is outstanding need not be kept.
    fn settle(&mut self) {
        let Some(kept) = &mut self.kept else { return };
        while self.open.front().is_some_and(|(key, _)| kept.done.contains_key(key)) {
            self.open.pop_front();
        }
        let open = self.open.front().map(|(_, position)| *position);
        let ready = self.ready.front().map(|(position, ..)| *position);
        let before = open.or(ready).unwrap_or(kept.reader.position());
        kept.reader.acknowledge(before);
        kept.about.forget(before);
        while kept.done.first_entry().is_some_and(|done| *done.get() < before) {
            kept.done.pop_first();
        }
        self.hub.room.freed(&self.hub.driver);
    }
}

impl Drop for Commands {
    fn drop(&mut self) {
        if let Some(kept) = self.kept.take() {
            self.hub.commands.put(kept);
        }
    }
}

impl fmt::Debug for Commands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.kept.as_ref().map(|kept| kept.about.len());
        f.debug_struct("Commands").field("open", &self.open.len()).field("about", &known).finish_non_exhaustive()
    }
}
