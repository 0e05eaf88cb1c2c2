//! The follow-up list (A2): every call that ended unanswered stands on it, and every complaint (E4), until somebody has
//! talked with the caller again or has dismissed the entry with a reason.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Engine;
use super::call::Particulars;
use super::copies::copies;
use super::index::Index;
use super::line::Line;
use super::slab::{Link, Slab};
use super::{Actor, Fact, FollowUpCause, FollowUpEnd, Refusal};
use crate::floor::Masked;
use crate::ids::{AgentId, CallId, FollowUpId, QueueId};
use crate::mix::mix;
use crate::time::Time;

/// How long a reason may be, in characters (G12).
const REASON_MAX: usize = 200;

/// An entry of the list.
#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub(super) struct FollowUp {
    pub(super) call: CallId,
    pub(super) queue: Option<QueueId>,
    pub(super) from: Option<Masked>,
    pub(super) cause: FollowUpCause,
    pub(super) since: Time,
    /// The call in which the caller is called back.
    pub(super) calling: Option<CallId>,
}

/// The list, with room for as many as ever stood on it.
#[derive(Debug, Default, Hash, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub(super) struct FollowUps {
    entries: Slab<Entry>,
    /// The entries' slots by their numbers, which rise.
    in_order: Line<FollowUpId>,
    /// How many there have ever been.
    numbered: u64,
    /// By call: its latest entry.
    by_call: Index,
    /// What is being closed; empty between steps, and kept for its room.
    closing: Vec<FollowUpId>,
}

copies!(FollowUps { entries, in_order, numbered, by_call, closing });

#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
struct Entry {
    follow_up: FollowUp,
    id: FollowUpId,
    /// The entries of the same call before and after this.
    earlier: Link,
    later: Link,
}

/// What is written of the list.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    entries: Slab<Entry>,
    in_order: Line<FollowUpId>,
    numbered: u64,
}

impl FollowUps {
    pub(super) fn get(&self, id: FollowUpId) -> Option<&FollowUp> {
        self.in_order.under(id).map(|slot| &self.entries[slot].follow_up)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (FollowUpId, &FollowUp)> {
        self.in_order.iter().map(|(id, slot)| (id, &self.entries[slot].follow_up))
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entries of this call, the latest first.
    fn of(&self, call: CallId) -> impl Iterator<Item = &Entry> {
        let before = |entry: &&Entry| entry.earlier.get().map(|slot| &self.entries[slot]);
        core::iter::successors(self.latest_of(call).map(|slot| &self.entries[slot]), before)
    }

    fn latest_of(&self, call: CallId) -> Option<u32> {
        self.by_call.find(mix(call.0), |slot| self.entries[slot].follow_up.call == call)
    }

    /// Whether this call stands on the list for this cause.
    pub(super) fn has(&self, call: CallId, cause: FollowUpCause) -> bool {
        self.of(call).any(|entry| entry.follow_up.cause == cause)
    }

    /// Against whom a complaint is recorded, if this entry is one.
    pub(super) fn complaint(&self, id: FollowUpId) -> Option<Option<AgentId>> {
        match self.get(id)?.cause {
            FollowUpCause::Complaint { against } => Some(against),
            FollowUpCause::Unanswered(_) => None,
        }
    }

    pub(super) fn set_calling(&mut self, id: FollowUpId, call: CallId) {
        if let Some(slot) = self.in_order.under(id) {
            self.entries[slot].follow_up.calling = Some(call);
        }
    }

    fn add(&mut self, follow_up: FollowUp) -> FollowUpId {
        self.numbered += 1;
        let (id, call) = (FollowUpId(self.numbered), follow_up.call);
        let earlier = self.latest_of(call);
        let slot = self.entries.insert(Entry { follow_up, id, earlier: earlier.into(), later: Link::NONE });
        self.in_order.insert(id, slot);
        if let Some(earlier) = earlier {
            self.entries[earlier].later = Link::to(slot);
            self.by_call.remove(mix(call.0), earlier);
        }
        self.index(slot);
        id
    }

    fn remove(&mut self, id: FollowUpId) -> Option<FollowUp> {
        let slot = self.in_order.under(id)?;
        let Entry { follow_up, earlier, later, .. } = self.entries.remove(slot);
        // Entries go in any order; where it stood is not kept.
        self.in_order.remove(id, slot, 0);
        if let Some(earlier) = earlier.get() {
            self.entries[earlier].later = later;
        }
        match later.get() {
            Some(later) => self.entries[later].earlier = earlier,
            None => {
                self.by_call.remove(mix(follow_up.call.0), slot);
                earlier.get().into_iter().for_each(|earlier| self.index(earlier));
            }
        }
        Some(follow_up)
    }

    /// The entry in this slot is the latest of its call.
    fn index(&mut self, slot: u32) {
        let hash_of = |slot: u32| mix(self.entries[slot].follow_up.call.0);
        self.by_call.insert(hash_of(slot), slot, hash_of);
    }
}

impl From<FollowUps> for Stored {
    fn from(FollowUps { entries, in_order, numbered, .. }: FollowUps) -> Self {
        Self { entries, in_order, numbered }
    }
}

impl From<Stored> for FollowUps {
    fn from(Stored { entries, in_order, numbered }: Stored) -> Self {
        let mut list = Self { entries, in_order, numbered, ..Self::default() };
        let latest: Vec<u32> =
            list.entries.iter().filter(|(_, entry)| entry.later.is_none()).map(|(slot, _)| slot).collect();
        latest.into_iter().for_each(|slot| list.index(slot));
        list
    }
}

impl Engine {
    /// A call is to be followed up.
    pub(super) fn follow_up(
        &mut self,
        call: CallId,
        queue: Option<QueueId>,
        from: Option<Masked>,
        cause: FollowUpCause,
    ) {
        let limit = self.plan.floor().limits.follow_ups() as usize;
        if limit == 0 {
            return;
        }
        if self.follow_ups.len() >= limit {
            return self.fact(|| Fact::FollowUpsFull { call, queue, cause });
        }
        let follow_up = self.follow_ups.add(FollowUp { call, queue, from, cause, since: self.now, calling: None });
        self.fact(|| Fact::FollowUpAdded { follow_up, call, queue, cause });
    }

    /// An agent has the caller: what this call follows up is done. A complaint is, if this is the call back for it.
    pub(super) fn follow_ups_answered(&mut self, call: u32, agent: AgentId) {
        let id = self.calls[call].id;
        let Particulars { prior_call, follow_up, .. } = *self.calls.particulars(call);
        if prior_call.is_none() && follow_up.is_none() {
            return;
        }
        let unanswered = |entry: &&Entry| matches!(entry.follow_up.cause, FollowUpCause::Unanswered(_));
        // A complaint is not settled by a talk with the one against whom it is recorded (E4).
        let settles = |entry: &FollowUpId| {
            let own = FollowUpCause::Complaint { against: Some(agent) };
            self.follow_ups.get(*entry).is_some_and(|entry| entry.cause != own)
        };
        let follow_up = follow_up.filter(settles);
        if let Some(particulars) = self.calls.known_particulars_mut(call) {
            particulars.prior_call = None;
            particulars.follow_up = particulars.follow_up.filter(|_| follow_up.is_none());
        }
        let mut closing = core::mem::take(&mut self.follow_ups.closing);
        let prior = prior_call.into_iter().flat_map(|prior| self.follow_ups.of(prior)).filter(unanswered);
        closing.extend(prior.map(|entry| entry.id).chain(follow_up));
        closing.sort_unstable();
        closing.dedup();
        for entry in closing.drain(..) {
            self.close(entry, FollowUpEnd::Answered { call: id });
        }
        self.follow_ups.closing = closing;
    }

    pub(super) fn close_follow_up(&mut self, id: FollowUpId, reason: Arc<str>, actor: Actor) -> Result<(), Refusal> {
        let entry = self.follow_ups.get(id).ok_or(Refusal::UnknownFollowUp { got: id })?;
        if let (Actor::Agent(actor), FollowUpCause::Complaint { against: Some(against) }) = (actor, entry.cause)
            && actor == against
        {
            return Err(Refusal::OwnComplaint { follow_up: id, actor });
        }
        let characters = reason.chars().count();
        if reason.trim().is_empty() || characters > REASON_MAX {
            let got = u32::try_from(characters).unwrap_or(u32::MAX);
            return Err(Refusal::ReasonExpected { follow_up: id, expected: REASON_MAX as u32, got });
        }
        self.close(id, FollowUpEnd::Dismissed { reason });
        Ok(())
    }

    fn close(&mut self, id: FollowUpId, how: FollowUpEnd) {
        if let Some(FollowUp { call, since, .. }) = self.follow_ups.remove(id) {
            let fact = Fact::FollowUpClosed { follow_up: id, call, how, stood: self.now - since };
            self.fact(|| fact);
        }
    }
}
