//! What is alive at present: calls, visits, legs, and open entries of the follow-up list, as far as later facts about
//! them do not say again where they came from, and as boards show it.

use core::hash::{BuildHasherDefault, Hasher};
use std::collections::BTreeMap;

use super::tally::Origin;
use crate::alive::Alive;
use crate::engine::{DialPurpose, LegRole, VisitCause};
use crate::ids::{AgentId, CallId, DialId, FollowUpId, OfferId, QueueId, TierId, VisitId};
use crate::mix::mix;
use crate::time::Time;

#[derive(Clone, Copy, Debug)]
pub(super) struct LiveCall {
    pub(super) tier: Option<TierId>,
    pub(super) arrived: Time,
    pub(super) answered: bool,
    /// A callback was promised before it joined a queue.
    pub(super) promised: bool,
    /// Of its latest visit, consults apart.
    pub(super) origin: Option<Origin>,
    /// The visit it is in.
    pub(super) visit: Option<LiveVisit>,
    /// Who served the caller last.
    pub(super) agent: Option<AgentId>,
    /// The leg of whoever is consulted.
    pub(super) consulted: Option<OfferId>,
    /// The telephone that is dialled for it.
    pub(super) dial: Option<(DialId, DialPurpose)>,
}

/// A visit that has not ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct LiveVisit {
    pub(super) visit: VisitId,
    pub(super) cause: VisitCause,
    pub(super) origin: Origin,
    pub(super) since: Time,
    /// The one agent it waits for, of those it may do without.
    pub(super) awaits: Option<AgentId>,
    /// How many rungs of its ladder it has reached, those in between that were passed included.
    pub(super) rungs: u16,
}

impl LiveVisit {
    /// Whether the caller waits on the line: not while a colleague is asked, nor at home for a callback.
    pub(super) fn on_the_line(&self) -> bool {
        !matches!(self.cause, VisitCause::Consult { .. } | VisitCause::Callback)
    }
}

impl LiveCall {
    pub(super) fn new(tier: Option<TierId>, arrived: Time) -> Self {
        Self {
            tier,
            arrived,
            answered: false,
            promised: false,
            origin: None,
            visit: None,
            agent: None,
            consulted: None,
            dial: None,
        }
    }

    /// Enters a visit; gives the origin of the one before.
    pub(super) fn enter(&mut self, visit: LiveVisit) -> Option<Origin> {
        self.visit = Some(visit);
        match visit.cause {
            VisitCause::Consult { .. } => self.origin,
            _ => self.origin.replace(visit.origin),
        }
    }

    /// The visit, if it was in this one; it is not any more.
    pub(super) fn leave(&mut self, visit: VisitId) -> Option<LiveVisit> {
        self.visit.take_if(|present| present.visit == visit)
    }
}

pub(super) type LiveCalls = Alive<CallId, LiveCall>;

impl LiveCalls {
    /// Every visit whose caller still waits on the line.
    pub(super) fn waiting(&self) -> impl Iterator<Item = LiveVisit> {
        self.iter().filter_map(|(_, call)| call.visit).filter(LiveVisit::on_the_line)
    }
}

/// An agent's leg, rung or connected.
#[derive(Clone, Copy, Debug)]
pub(super) struct LiveLeg {
    pub(super) agent: AgentId,
    pub(super) origin: Origin,
    /// Rung for a consult, which is none of the queue's offers.
    pub(super) asked: bool,
    /// With whom it is connected, once it is.
    pub(super) role: Option<LegRole>,
    pub(super) slot: Option<u8>,
}

impl LiveLeg {
    pub(super) fn new(agent: AgentId, origin: Origin) -> Self {
        Self { agent, origin, asked: false, role: None, slot: None }
    }
}

pub(super) type LiveLegs = Alive<OfferId, LiveLeg>;

/// What waits in a queue at present.
#[derive(Clone, Debug, Default)]
pub(super) struct LiveQueue {
    /// Visits whose callers wait on the line, since when, and whether their calls count. Visits are numbered as they
    /// begin: the first has waited longest.
    waiting: BTreeMap<VisitId, (Time, bool)>,
    /// The one that came last stands apart: most are answered before another comes.
    latest: Option<(VisitId, (Time, bool))>,
    /// Callers who wait to be called back.
    pub(super) callbacks: u64,
}

impl LiveQueue {
    pub(super) fn enter(&mut self, visit: &LiveVisit) {
        match visit.cause {
            VisitCause::Consult { .. } => {}
            VisitCause::Callback => self.callbacks += 1,
            _ => self.waiting.extend(self.latest.replace((visit.visit, (visit.since, visit.origin.counts)))),
        }
    }

    pub(super) fn leave(&mut self, visit: &LiveVisit) {
        match visit.cause {
            VisitCause::Consult { .. } => {}
            VisitCause::Callback => self.callbacks = self.callbacks.saturating_sub(1),
            _ if self.latest.take_if(|(latest, _)| *latest == visit.visit).is_some() => {}
            _ => drop(self.waiting.remove(&visit.visit)),
        }
    }

    /// How many callers wait on the line.
    pub(super) fn waiting(&self) -> u64 {
        self.waiting.len() as u64 + u64::from(self.latest.is_some())
    }

    pub(super) fn longest_waiting(&self) -> Option<Time> {
        self.first(|_| true)
    }

    /// The same, of calls that count. Those that do not wait before them, and sooner or later not any more.
    pub(super) fn longest_counted(&self) -> Option<Time> {
        self.first(|counts| counts)
    }

    fn first(&self, fits: impl Fn(bool) -> bool) -> Option<Time> {
        let fits = |(_, (_, counts)): &(VisitId, (Time, bool))| fits(*counts);
        let first = self.waiting.iter().map(|(visit, entry)| (*visit, *entry)).find(&fits);
        first.into_iter().chain(self.latest.filter(&fits)).min().map(|(_, (since, _))| since)
    }
}

/// The open entries of the follow-up list.
pub(super) type LiveFollowUps = BTreeMap<FollowUpId, LiveFollowUp>;

/// An open entry of the follow-up list.
#[derive(Clone, Copy, Debug)]
pub(super) struct LiveFollowUp {
    /// From which queue.
    pub(super) queue: Option<QueueId>,
    pub(super) since: Time,
    /// Whether its call counts.
    pub(super) counts: bool,
}

/// The same on every machine and in every run.
pub(super) type FixedHash = BuildHasherDefault<IdHasher>;

/// Spreads consecutive numbers over all bits.
#[derive(Clone, Debug, Default)]
pub(super) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = mix(self.0 ^ word);
    }
}
