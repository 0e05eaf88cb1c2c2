//! Calls and legs alive at present, as far as later facts about them do not say again where they came from.
//!
//! Hashed by a fixed function and never walked where order could matter.

#![expect(clippy::disallowed_types, reason = "hashed by a fixed function, and never walked in its own order")]

use core::hash::{BuildHasherDefault, Hasher};

use hashbrown::HashMap;

use super::tally::Origin;
use crate::ids::{CallId, OfferId, TierId, VisitId};
use crate::mix::mix;
use crate::time::Time;

#[derive(Clone, Copy, Debug)]
pub(super) struct LiveCall {
    pub(super) tier: Option<TierId>,
    pub(super) arrived: Time,
    pub(super) answered: bool,
    /// Of its latest visit.
    pub(super) origin: Option<Origin>,
    /// The visit it is in, and since when.
    pub(super) visit: Option<(VisitId, Time)>,
}

impl LiveCall {
    pub(super) fn new(tier: Option<TierId>, arrived: Time) -> Self {
        Self { tier, arrived, answered: false, origin: None, visit: None }
    }

    pub(super) fn enter(&mut self, visit: VisitId, origin: Origin, at: Time) {
        self.visit = Some((visit, at));
        self.origin = Some(origin);
    }

    /// Whether it was in this visit; it is not any more.
    pub(super) fn leave(&mut self, visit: VisitId) -> bool {
        self.visit.take_if(|(present, _)| *present == visit).is_some()
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct LiveCalls(HashMap<CallId, LiveCall, Hash>);

impl LiveCalls {
    pub(super) fn contains(&self, call: CallId) -> bool {
        self.0.contains_key(&call)
    }

    pub(super) fn get(&self, call: CallId) -> Option<&LiveCall> {
        self.0.get(&call)
    }

    pub(super) fn entry(&mut self, call: CallId, new: impl FnOnce() -> LiveCall) -> &mut LiveCall {
        self.0.entry(call).or_insert_with(new)
    }

    pub(super) fn remove(&mut self, call: CallId) {
        self.0.remove(&call);
    }

    /// Every visit that still waits: where it is counted and since when it waits.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (Origin, Time)> {
        self.0.values().filter_map(|call| call.origin.zip(call.visit.map(|(_, since)| since)))
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct LiveLegs(HashMap<OfferId, Origin, Hash>);

impl LiveLegs {
    pub(super) fn insert(&mut self, offer: OfferId, origin: Origin) {
        self.0.insert(offer, origin);
    }

    pub(super) fn remove(&mut self, offer: OfferId) -> Option<Origin> {
        self.0.remove(&offer)
    }
}

type Hash = BuildHasherDefault<IdHasher>;

/// Spreads consecutive numbers over all bits.
#[derive(Clone, Debug, Default)]
struct IdHasher(u64);

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
