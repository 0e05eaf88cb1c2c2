//! Where the call of a host's number is kept.

use hashbrown::HashTable;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ids::CallId;
use crate::mix::mix;

/// From call ids to slots. Hashed by a fixed function and never walked in its own order, so it cannot influence what
/// the engine does.
#[derive(Clone, Debug, Default)]
pub(super) struct CallIndex(HashTable<(CallId, u32)>);

impl CallIndex {
    pub(super) fn get(&self, call: CallId) -> Option<u32> {
        self.0.find(hash(call), |entry| entry.0 == call).map(|entry| entry.1)
    }

    /// Enters a call that is not in the index.
    pub(super) fn insert(&mut self, call: CallId, slot: u32) {
        self.0.insert_unique(hash(call), (call, slot), |entry| hash(entry.0));
    }

    pub(super) fn remove(&mut self, call: CallId) {
        if let Ok(entry) = self.0.find_entry(hash(call), |entry| entry.0 == call) {
            entry.remove();
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

fn hash(call: CallId) -> u64 {
    mix(call.0)
}

impl Serialize for CallIndex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries: Vec<_> = self.0.iter().copied().collect();
        entries.sort_unstable();
        entries.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CallIndex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut index = Self::default();
        for (call, slot) in Vec::<(CallId, u32)>::deserialize(deserializer)? {
            index.insert(call, slot);
        }
        Ok(index)
    }
}
