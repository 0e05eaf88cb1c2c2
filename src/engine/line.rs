//! A line: a sorted queue that is cheap at its ends.
//!
//! Waiting calls, idle agents and timers all come (nearly) in order and leave (nearly) in order. A line keeps its keys
//! sorted in one ring buffer: a key that is the latest is pushed, a key near an end moves only what lies between, the
//! first key is popped. A key that leaves from the middle is marked dead where it stands, found by binary search, and
//! swept out once the dead outnumber the living. The first and the last entry are always alive.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Line<K> {
    entries: VecDeque<Entry<K>>,
    live: u32,
}

#[derive(Clone, Copy, Debug, Hash, Serialize, Deserialize)]
struct Entry<K> {
    key: K,
    live: bool,
}

impl<K> Default for Line<K> {
    fn default() -> Self {
        Self { entries: VecDeque::new(), live: 0 }
    }
}

impl<K: Ord + Copy> Line<K> {
    /// Enters a key that is not in the line.
    pub(super) fn insert(&mut self, key: K) {
        self.live += 1;
        let entry = Entry { key, live: true };
        match self.entries.back() {
            Some(last) if last.key > key => match self.find(&key) {
                Ok(place) => self.entries[place].live = true,
                Err(place) => self.entries.insert(place, entry),
            },
            _ => self.entries.push_back(entry),
        }
    }

    /// Takes a key out; `false` if it was not there.
    pub(super) fn remove(&mut self, key: &K) -> bool {
        let Ok(place) = self.find(key) else { return false };
        let entry = &mut self.entries[place];
        if !entry.live {
            return false;
        }
        entry.live = false;
        self.live -= 1;
        self.sweep();
        true
    }

    /// The first key.
    pub(super) fn first(&self) -> Option<&K> {
        self.entries.front().map(|entry| &entry.key)
    }

    /// The first key behind this one, which need not be in the line.
    pub(super) fn after(&self, key: &K) -> Option<&K> {
        let start = self.entries.partition_point(|entry| entry.key <= *key);
        self.entries.range(start..).find(|entry| entry.live).map(|entry| &entry.key)
    }

    /// All keys, first to last.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.entries.iter().filter(|entry| entry.live).map(|entry| &entry.key)
    }

    /// How many keys there are.
    pub(super) fn len(&self) -> u32 {
        self.live
    }

    pub(super) fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// How many places there are, the dead ones included: at most twice [`len`](Self::len), and a little.
    pub(super) fn places(&self) -> usize {
        self.entries.len()
    }

    /// The key at a place, if it is alive.
    pub(super) fn at(&self, place: usize) -> Option<&K> {
        self.entries.get(place).filter(|entry| entry.live).map(|entry| &entry.key)
    }

    fn find(&self, key: &K) -> Result<usize, usize> {
        // Most leave from the front.
        if self.entries.front().is_some_and(|entry| entry.key == *key) {
            return Ok(0);
        }
        self.entries.binary_search_by(|entry| entry.key.cmp(key))
    }

    fn sweep(&mut self) {
        while self.entries.front().is_some_and(|entry| !entry.live) {
            self.entries.pop_front();
        }
        while self.entries.back().is_some_and(|entry| !entry.live) {
            self.entries.pop_back();
        }
        // Twice as many places as keys, and a little so that short lines are left in peace.
        if self.entries.len() > 2 * self.live as usize + 16 {
            self.entries.retain(|entry| entry.live);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_line_agrees_with_an_ordered_set(steps in proptest::collection::vec((any::<bool>(), 0u8..60), 0..400)) {
            let mut line = Line::default();
            let mut model = BTreeSet::new();
            for (insert, key) in steps {
                if insert {
                    if model.insert(key) {
                        line.insert(key);
                    }
                } else {
                    prop_assert_eq!(line.remove(&key), model.remove(&key));
                }
                prop_assert!(line.iter().eq(model.iter()));
                prop_assert_eq!(line.first(), model.first());
                prop_assert_eq!(line.len() as usize, model.len());
                prop_assert_eq!(line.after(&key), model.range(key + 1..).next());
                prop_assert!(line.places() <= 2 * model.len() + 16);
            }
        }
    }
}
