//! A line: a sorted queue that is cheap at its ends.
//!
//! Waiting calls and idle agents come (nearly) in order and leave (nearly) in order. A line keeps its keys sorted in one
//! ring buffer, each with the number of its holder: a key that is the latest is pushed, a key near an end moves only what
//! lies between, the first key is popped. A key that leaves from the middle is marked dead where it stands, and swept out
//! once the dead outnumber the living. The first and the last entry are always alive.
//!
//! Whoever enters is told where he stands and may say so when he leaves. Unless somebody was put in or swept out before
//! him since, he is still there, and nobody looks for him: in a line of 60,000 that saves 16 steps of a binary search,
//! some 200 instructions and most of them cold memory.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::copies::copies;

#[derive(Debug, Hash, Serialize, Deserialize)]
pub(super) struct Line<K> {
    entries: VecDeque<Entry<K>>,
    live: u32,
    /// How many have left from the front, all told, wrapping: a stand is counted from the very first.
    passed: u32,
}

copies!(Line<K> { entries, live, passed });

/// The mark and the holder share the room that a key of whole words leaves: 24 bytes for a waiting call, 16 for an agent.
#[derive(Clone, Copy, Debug, Hash, Serialize, Deserialize)]
struct Entry<K> {
    key: K,
    holder: u32,
    live: bool,
}

impl<K> Default for Line<K> {
    fn default() -> Self {
        Self { entries: VecDeque::new(), live: 0, passed: 0 }
    }
}

impl<K: Copy> Entry<K> {
    fn place(&self) -> (K, u32) {
        (self.key, self.holder)
    }
}

/// Equal keys stand in order of their holders.
impl<K: Ord + Copy> Line<K> {
    /// Enters a holder who is not in the line under this key. Tells where he stands.
    pub(super) fn insert(&mut self, key: K, holder: u32) -> u32 {
        self.live += 1;
        let entry = Entry { key, holder, live: true };
        let place = match self.entries.back() {
            Some(last) if last.place() > entry.place() => {
                let found = self.find(entry.place());
                match found {
                    Ok(place) => self.entries[place].live = true,
                    Err(place) => self.entries.insert(place, entry),
                }
                found.unwrap_or_else(|place| place)
            }
            _ => {
                self.entries.push_back(entry);
                self.entries.len() - 1
            }
        };
        self.passed.wrapping_add(place as u32)
    }

    /// Takes out who stood here when he entered; `false` if he was not in the line.
    pub(super) fn remove(&mut self, key: K, holder: u32, stood: u32) -> bool {
        let near = stood.wrapping_sub(self.passed) as usize;
        let is_there = self.entries.get(near).is_some_and(|entry| entry.place() == (key, holder));
        let Ok(place) = (if is_there { Ok(near) } else { self.find((key, holder)) }) else { return false };
        let entry = &mut self.entries[place];
        if !entry.live {
            return false;
        }
        entry.live = false;
        self.live -= 1;
        self.sweep();
        true
    }

    /// The first.
    pub(super) fn first(&self) -> Option<(K, u32)> {
        self.entries.front().map(Entry::place)
    }

    /// Who stands under this key, which is in use once at most.
    pub(super) fn under(&self, key: K) -> Option<u32> {
        let place = self.entries.partition_point(|entry| entry.key < key);
        self.entries.get(place).filter(|entry| entry.live && entry.key == key).map(|entry| entry.holder)
    }

    /// The first behind this place, at which nobody need stand.
    pub(super) fn after(&self, place: (K, u32)) -> Option<(K, u32)> {
        let start = self.entries.partition_point(|entry| entry.place() <= place);
        self.entries.range(start..).find(|entry| entry.live).map(Entry::place)
    }

    /// All, first to last.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (K, u32)> {
        self.entries.iter().filter(|entry| entry.live).map(Entry::place)
    }

    /// How many there are.
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

    /// Who stands at a place, if he is alive.
    pub(super) fn at(&self, place: usize) -> Option<(K, u32)> {
        self.entries.get(place).filter(|entry| entry.live).map(Entry::place)
    }

    fn find(&self, place: (K, u32)) -> Result<usize, usize> {
        // Most leave from the front.
        if self.entries.front().is_some_and(|entry| entry.place() == place) {
            return Ok(0);
        }
        self.entries.binary_search_by(|entry| entry.place().cmp(&place))
    }

    fn sweep(&mut self) {
        while self.entries.front().is_some_and(|entry| !entry.live) {
            self.entries.pop_front();
            self.passed = self.passed.wrapping_add(1);
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
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_line_agrees_with_an_ordered_set(
            steps in proptest::collection::vec((any::<bool>(), 0u8..30, 0u32..3), 0..400),
        ) {
            let mut line = Line::default();
            let mut model = BTreeSet::new();
            let mut stands = BTreeMap::new();
            for (insert, key, holder) in steps {
                if insert {
                    if model.insert((key, holder)) {
                        stands.insert((key, holder), line.insert(key, holder));
                    }
                } else {
                    let stood = stands.get(&(key, holder)).copied().unwrap_or(0);
                    prop_assert_eq!(line.remove(key, holder, stood), model.remove(&(key, holder)));
                }
                prop_assert!(line.iter().eq(model.iter().copied()));
                prop_assert_eq!(line.first(), model.first().copied());
                prop_assert_eq!(line.len() as usize, model.len());
                prop_assert_eq!(line.after((key, holder)), model.range((key, holder + 1)..).next().copied());
                prop_assert!(line.places() <= 2 * model.len() + 16);
            }
        }
    }
}
