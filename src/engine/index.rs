//! From keys to slots: a table in which only slots stand, as the keys are in what the slots hold.
//!
//! Hashed by a fixed function and never walked in its own order, so it cannot influence what the engine does. It follows
//! from what the slots hold, so it is neither hashed nor written: who has one fills it again when he is read back.

use core::hash::{Hash, Hasher};

use hashbrown::HashTable;

#[derive(Debug, Default)]
pub(super) struct Index(HashTable<u32>);

impl Clone for Index {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }

    // See `copies.rs`.
    fn clone_from(&mut self, source: &Self) {
        self.0.clone_from(&source.0);
    }
}

impl Index {
    /// The slot under this hash of which `is_it` is true.
    #[inline]
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.0.find(hash, |slot| is_it(*slot)).copied()
    }

    /// Enters a slot whose key is not in it. `hash_of` tells the hash of a slot that is.
    #[inline]
    pub(super) fn insert(&mut self, hash: u64, slot: u32, hash_of: impl Fn(u32) -> u64) {
        self.0.insert_unique(hash, slot, |slot| hash_of(*slot));
    }

    /// Takes a slot out, which stands under this hash.
    #[inline]
    pub(super) fn remove(&mut self, hash: u64, slot: u32) {
        if let Ok(entry) = self.0.find_entry(hash, |other| *other == slot) {
            entry.remove();
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Hash for Index {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}
