//! What is alive, by id: the calls and phones that a simulation plays, those that a tally counts.
//!
//! Things come and go in slots that are used again, found through a table that is hashed by a fixed function and never
//! walked in its own order. What was asked for last is found at once: inputs and outputs come in bursts about one call.

use crate::ids::{CallId, OfferId};

/// Fibonacci hashing: 2^64 divided by the golden ratio, to be multiplied with; the top bits are the hash. Ids that follow
/// one another, as most do, are spread evenly.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
/// No slot.
const NONE: u32 = u32::MAX;

/// An id as a number.
pub(crate) trait AliveId: Copy + Eq {
    fn bits(self) -> u64;
}

impl AliveId for CallId {
    fn bits(self) -> u64 {
        self.0
    }
}

impl AliveId for OfferId {
    fn bits(self) -> u64 {
        self.to_bits()
    }
}

/// Things by id.
#[derive(Clone, Debug)]
pub(crate) struct Alive<K, T> {
    /// `None` for a free slot.
    slots: Vec<(K, Option<T>)>,
    free: Vec<u32>,
    /// Slots in use, each at the place of its id's hash or behind it; at most half full.
    table: Vec<u32>,
    /// By how much a hash is shifted to give a place in the table.
    shift: u32,
    /// The slot of what was asked for last, if it is still that.
    latest: u32,
}

impl<K, T> Default for Alive<K, T> {
    fn default() -> Self {
        Self { slots: Vec::new(), free: Vec::new(), table: vec![NONE; 16], shift: 60, latest: 0 }
    }
}

impl<K: AliveId, T> Alive<K, T> {
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
        let place = self.place_of(id)?;
        let slot = self.table[place];
        self.vacate(place);
        self.free.push(slot);
        self.slots[slot as usize].1.take()
    }

    /// Everything, in no order that means anything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (K, &T)> {
        self.slots.iter().filter_map(|(id, value)| Some((*id, value.as_ref()?)))
    }

    #[inline]
    fn find(&self, id: K) -> Option<u32> {
        match self.slots.get(self.latest as usize) {
            Some((latest, Some(_))) if *latest == id => Some(self.latest),
            _ => self.place_of(id).map(|place| self.table[place]),
        }
    }

    /// Where in the table the slot of this id stands.
    fn place_of(&self, id: K) -> Option<usize> {
        let mut place = self.home(id);
        loop {
            match self.table[place] {
                NONE => return None,
                slot if self.slots[slot as usize].0 == id => return Some(place),
                _ => place = self.behind(place),
            }
        }
    }

    fn home(&self, id: K) -> usize {
        (id.bits().wrapping_mul(SPREAD) >> self.shift) as usize
    }

    fn behind(&self, place: usize) -> usize {
        (place + 1) & (self.table.len() - 1)
    }

    /// A slot for an id that is not there; to be filled.
    fn occupy(&mut self, id: K) -> u32 {
        if 2 * (self.slots.len() - self.free.len() + 1) > self.table.len() {
            self.table = vec![NONE; 2 * self.table.len()];
            self.shift -= 1;
            let live = |(slot, (_, value)): (u32, &(K, Option<T>))| value.is_some().then_some(slot);
            let slots: Vec<u32> = (0..).zip(&self.slots).filter_map(live).collect();
            slots.into_iter().for_each(|slot| self.enter(slot));
        }
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
        self.enter(slot);
        slot
    }

    fn enter(&mut self, slot: u32) {
        let mut place = self.home(self.slots[slot as usize].0);
        while self.table[place] != NONE {
            place = self.behind(place);
        }
        self.table[place] = slot;
    }

    /// Empties a place of the table; who stands behind and would not be found any more moves up.
    fn vacate(&mut self, place: usize) {
        let (mut hole, mut next) = (place, self.behind(place));
        let mask = self.table.len() - 1;
        while self.table[next] != NONE {
            let home = self.home(self.slots[self.table[next] as usize].0);
            if next.wrapping_sub(home) & mask >= next.wrapping_sub(hole) & mask {
                self.table[hole] = self.table[next];
                hole = next;
            }
            next = self.behind(next);
        }
        self.table[hole] = NONE;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_what_a_map_holds(steps in proptest::collection::vec((0u8..4, 0u64..60), 1..400), wide in 1u64..1 << 40) {
            let (mut alive, mut map) = (Alive::default(), BTreeMap::new());
            for (number, (what, id)) in steps.into_iter().enumerate() {
                let id = CallId(id * wide);
                match what {
                    0 => prop_assert_eq!(alive.insert(id, number), map.insert(id, number)),
                    1 => prop_assert_eq!(alive.remove(id), map.remove(&id)),
                    2 => prop_assert_eq!(alive.entry(id, || number), map.entry(id).or_insert(number)),
                    _ => prop_assert_eq!(alive.get_mut(id), map.get_mut(&id)),
                }
                prop_assert_eq!(alive.contains(id), map.contains_key(&id));
                prop_assert_eq!(alive.get(id), map.get(&id));
                let mut all: Vec<(CallId, usize)> = alive.iter().map(|(id, value)| (id, *value)).collect();
                all.sort_unstable();
                prop_assert!(all.into_iter().eq(map.iter().map(|(id, value)| (*id, *value))));
            }
        }
    }
}
