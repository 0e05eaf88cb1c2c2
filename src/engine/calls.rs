//! The live calls: by slot, and by the host's number.
//!
//! What nearly every call has stands in its [`Call`]; what only some have, in its [`Particulars`], kept apart, so that a
//! million callers who merely wait take no room for transfers, complaints and callbacks.

use core::ops::{Index, IndexMut};

use serde::{Deserialize, Serialize};

use super::call::{Call, Particulars};
use super::callback::Callback;
use super::copies::copies;
use super::index::Index as SlotIndex;
use super::slab::{Link, Slab};
use crate::ids::{AgentId, CallId};
use crate::mix::mix;

#[derive(Debug, Default, Hash, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub(super) struct Calls {
    slots: Slab<Call>,
    particulars: Slab<Particulars>,
    complaints: Slab<Complaint>,
    /// By the host's numbers.
    index: SlotIndex,
}

copies!(Calls { slots, particulars, complaints, index });

/// A complaint of the caller's, each in a slot of its own: a list in each call would be allocated with each call.
#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
struct Complaint {
    /// As far as that is known.
    against: Option<AgentId>,
    earlier: Link,
}

/// What is written of the calls.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    slots: Slab<Call>,
    particulars: Slab<Particulars>,
    complaints: Slab<Complaint>,
}

impl Calls {
    /// The slot of a call that is alive.
    pub(super) fn find(&self, id: CallId) -> Option<u32> {
        self.index.find(mix(id.0), |slot| self.slots[slot].id == id)
    }

    /// Enters a call whose number is not in use.
    pub(super) fn insert(&mut self, call: Call) -> u32 {
        let id = call.id;
        let slot = self.slots.insert(call);
        self.enter(id, slot);
        slot
    }

    fn enter(&mut self, id: CallId, slot: u32) {
        self.index.insert(mix(id.0), slot, |slot| mix(self.slots[slot].id.0));
    }

    /// Takes a call out that is alive.
    pub(super) fn remove(&mut self, slot: u32) -> (Call, Particulars) {
        let id = self.slots[slot].id;
        self.index.remove(mix(id.0), slot);
        let call = self.slots.remove(slot);
        let particulars = call.particulars.get().map(|particulars| self.particulars.remove(particulars));
        let particulars = particulars.unwrap_or(Particulars::NONE);
        let mut complaint = particulars.complaints;
        while let Some(ended) = complaint.get() {
            complaint = self.complaints.remove(ended).earlier;
        }
        (call, particulars)
    }

    /// What else there is to know of a call.
    #[inline]
    pub(super) fn particulars(&self, slot: u32) -> &Particulars {
        static NONE: Particulars = Particulars::NONE;
        self.slots[slot].particulars.get().map_or(&NONE, |particulars| &self.particulars[particulars])
    }

    /// The same to change it, where there is any.
    pub(super) fn known_particulars_mut(&mut self, slot: u32) -> Option<&mut Particulars> {
        self.slots[slot].particulars.get().map(|particulars| &mut self.particulars[particulars])
    }

    /// How its caller is called back, if he is or was.
    pub(super) fn callback_mut(&mut self, slot: u32) -> Option<&mut Callback> {
        self.known_particulars_mut(slot)?.callback.as_mut()
    }

    /// The same to add to it.
    pub(super) fn particulars_mut(&mut self, slot: u32) -> &mut Particulars {
        let particulars = match self.slots[slot].particulars.get() {
            Some(particulars) => particulars,
            None => {
                let particulars = self.particulars.insert(Particulars::NONE);
                self.slots[slot].particulars = Link::to(particulars);
                particulars
            }
        };
        &mut self.particulars[particulars]
    }

    /// Whether its caller has complained of this agent, or of nobody that is known.
    pub(super) fn is_complained_of(&self, slot: u32, against: Option<AgentId>) -> bool {
        let complaint = |link: Link| link.get().map(|complaint| &self.complaints[complaint]);
        let first = complaint(self.particulars(slot).complaints);
        core::iter::successors(first, |later| complaint(later.earlier)).any(|complaint| complaint.against == against)
    }

    /// Its caller complains of somebody of whom he has not complained yet.
    pub(super) fn complain(&mut self, slot: u32, against: Option<AgentId>) {
        let earlier = self.particulars(slot).complaints;
        let complaint = self.complaints.insert(Complaint { against, earlier });
        self.particulars_mut(slot).complaints = Link::to(complaint);
    }

    pub(super) fn get(&self, slot: u32) -> Option<&Call> {
        self.slots.get(slot)
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// How many numbers lead to a call.
    pub(super) fn indexed(&self) -> usize {
        self.index.len()
    }

    /// All calls with their slots, by slot.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Call)> {
        self.slots.iter()
    }
}

impl Index<u32> for Calls {
    type Output = Call;

    #[inline]
    fn index(&self, slot: u32) -> &Call {
        &self.slots[slot]
    }
}

impl IndexMut<u32> for Calls {
    #[inline]
    fn index_mut(&mut self, slot: u32) -> &mut Call {
        &mut self.slots[slot]
    }
}

impl From<Calls> for Stored {
    fn from(calls: Calls) -> Self {
        Self { slots: calls.slots, particulars: calls.particulars, complaints: calls.complaints }
    }
}

impl From<Stored> for Calls {
    fn from(Stored { slots, particulars, complaints }: Stored) -> Self {
        let mut calls = Self { slots, particulars, complaints, index: SlotIndex::default() };
        let ids: Vec<_> = calls.slots.iter().map(|(slot, call)| (call.id, slot)).collect();
        for (id, slot) in ids {
            calls.enter(id, slot);
        }
        calls
    }
}
