//! What is alive, by id: the calls and phones that a simulation plays, those that a tally counts.
//!
//! Things come and go in slots that are used again, found through a table that is hashed by a fixed function and never
//! walked in its own order. What was asked for last is found at once: inputs and outputs come in bursts about one call.

use hashbrown::HashTable;

use crate::ids::{CallId, OfferId};
use crate::mix::mix;

/// An id as a number.
pub(crate) trait LiveId: Copy + Eq {
    fn bits(self) -> u64;
}

impl LiveId for CallId {
    fn bits(self) -> u64 {
        self.0
    }
}

impl LiveId for OfferId {
    fn bits(self) -> u64 {
        self.to_bits()
    }
}

/// Things by id.
#[derive(Clone, Debug)]
pub(crate) struct Live<K, T> {
    /// `None` for a free slot.
    slots: Vec<(K, Option<T>)>,
    free: Vec<u32>,
    index: HashTable<u32>,
    /// The slot of what was asked for last, if it is still that.
    latest: u32,
}

impl<K, T> Default for Live<K, T> {
    fn default() -> Self {
        Self { slots: Vec::new(), free: Vec::new(), index: HashTable::new(), latest: 0 }
    }
}

impl<K: LiveId, T> Live<K, T> {
    pub(crate) fn contains(&self, id: K) -> bool {
        self.find(id).is_some()
    }

    pub(crate) fn get(&self, id: K) -> Option<&T> {
        self.slots.get(self.find(id)? as usize)?.1.as_ref()
    }

    pub(crate) fn get_mut(&mut self, id: K) -> Option<&mut T> {
        self.latest = self.find(id)?;
        self.slots.get_mut(self.latest as usize)?.1.as_mut()
    }

    /// What has this id, or else a new one.
    pub(crate) fn entry(&mut self, id: K, new: impl FnOnce() -> T) -> &mut T {
        self.latest = match self.find(id) {
            Some(slot) => slot,
            None => self.occupy(id),
        };
        self.slots[self.latest as usize].1.get_or_insert_with(new)
    }

    /// Enters something in place of what has this id, and gives that.
    pub(crate) fn insert(&mut self, id: K, value: T) -> Option<T> {
        self.latest = match self.find(id) {
            Some(slot) => slot,
            None => self.occupy(id),
        };
        self.slots[self.latest as usize].1.replace(value)
    }

    pub(crate) fn remove(&mut self, id: K) -> Option<T> {
        let slot = self.find(id)?;
        if let Ok(entry) = self.index.find_entry(mix(id.bits()), |other| *other == slot) {
            entry.remove();
        }
        self.free.push(slot);
        self.slots.get_mut(slot as usize)?.1.take()
    }

    /// Everything, in no order that means anything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (K, &T)> {
        self.slots.iter().filter_map(|(id, value)| Some((*id, value.as_ref()?)))
    }

    #[inline]
    fn find(&self, id: K) -> Option<u32> {
        let is_it =
            |slot: u32| self.slots.get(slot as usize).is_some_and(|(other, value)| *other == id && value.is_some());
        if is_it(self.latest) {
            return Some(self.latest);
        }
        self.index.find(mix(id.bits()), |slot| is_it(*slot)).copied()
    }

    /// A slot for an id that is not there; to be filled.
    fn occupy(&mut self, id: K) -> u32 {
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize].0 = id;
                slot
            }
            None => {
                self.slots.push((id, None));
                self.slots.len() as u32 - 1
            }
        };
        let slots = &self.slots;
        self.index.insert_unique(mix(id.bits()), slot, |slot| mix(slots[*slot as usize].0.bits()));
        slot
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_what_a_map_holds(steps in proptest::collection::vec((0u8..4, 0u64..20), 1..300)) {
            let (mut live, mut map) = (Live::default(), BTreeMap::new());
            for (number, (what, id)) in steps.into_iter().enumerate() {
                let id = CallId(id);
                match what {
                    0 => prop_assert_eq!(live.insert(id, number), map.insert(id, number)),
                    1 => prop_assert_eq!(live.remove(id), map.remove(&id)),
                    2 => prop_assert_eq!(live.entry(id, || number), map.entry(id).or_insert(number)),
                    _ => prop_assert_eq!(live.get_mut(id), map.get_mut(&id)),
                }
                prop_assert_eq!(live.contains(id), map.contains_key(&id));
                prop_assert_eq!(live.get(id), map.get(&id));
                let mut all: Vec<(CallId, usize)> = live.iter().map(|(id, value)| (id, *value)).collect();
                all.sort_unstable();
                prop_assert!(all.into_iter().eq(map.iter().map(|(id, value)| (*id, *value))));
            }
        }
    }
}
