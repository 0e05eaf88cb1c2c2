//! What stands in the log at one position: the entry, and beside it the decision once it is made.

use super::machine::Machine;
use crate::time::Time;

/// What somebody has submitted. Written before it is published, never changed after.
#[derive(Debug)]
pub(super) struct Entry<M: Machine> {
    /// Its stamp, lifted to that of the entry before: stamps in the log never go back.
    pub(super) at: Time,
    pub(super) work: Work<M>,
}

/// What an entry asks for.
#[derive(Debug)]
pub(super) enum Work<M: Machine> {
    Input(M::Input),
    Query(M::Query),
    /// Not in any log: a box to be used again.
    Spent,
}

/// What has come of an entry, besides the outputs. Published once; every engine would have made the same.
#[derive(Debug)]
pub(super) struct Decision<M: Machine> {
    pub(super) answer: Option<Box<M::Answer>>,
    /// When the machine wanted to be told the time after this entry.
    pub(super) next_timeout: Option<Time>,
    /// The step panicked: the entry changes nothing, here and in every replay.
    pub(super) quarantined: bool,
}

/// A position of the log whose decision has been made.
#[derive(Debug)]
pub struct Decided<'a, M: Machine> {
    pub(super) position: u64,
    pub(super) entry: &'a Entry<M>,
    pub(super) decision: &'a Decision<M>,
    pub(super) outputs: &'a [M::Output],
}

impl<M: Machine> Clone for Decided<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Machine> Copy for Decided<'_, M> {}

impl<'a, M: Machine> Decided<'a, M> {
    /// Where it stands in the log.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The stamp the log has given it.
    pub fn at(&self) -> Time {
        self.entry.at
    }

    /// The input; `None` for a query.
    pub fn input(&self) -> Option<&'a M::Input> {
        match &self.entry.work {
            Work::Input(input) => Some(input),
            Work::Query(_) | Work::Spent => None,
        }
    }

    /// What the machine said, in order: an output is known by the position and its place here.
    pub fn outputs(&self) -> &'a [M::Output] {
        self.outputs
    }

    /// The answer to a query.
    pub fn answer(&self) -> Option<&'a M::Answer> {
        self.decision.answer.as_deref()
    }

    /// When the machine wanted to be told the time next, after this entry.
    pub fn next_timeout(&self) -> Option<Time> {
        self.decision.next_timeout
    }

    /// The step panicked: the entry has changed nothing, and a replay leaves it out.
    pub fn is_quarantined(&self) -> bool {
        self.decision.quarantined
    }
}

impl<M: Machine> Default for Entry<M> {
    fn default() -> Self {
        Self { at: Time::ZERO, work: Work::Spent }
    }
}

impl<M: Machine> Decision<M> {
    /// Of an entry whose step panicked: the machine still wants to be told the time when it did before.
    pub(super) fn quarantined(next_timeout: Option<Time>) -> Self {
        Self { answer: None, next_timeout, quarantined: true }
    }
}
