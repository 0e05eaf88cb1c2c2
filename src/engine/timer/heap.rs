//! A heap from whose middle a thing can be taken out, if somebody keeps its place.
//!
//! Each place has four below it: the tree is half as deep as with two, and four keys side by side are read at once.

use serde::{Deserialize, Serialize};

/// Numbered things by key, the smallest first. Whoever takes things out of the middle is told, by the function that is
/// handed in, to which place a thing has moved.
#[derive(Debug, Hash, Serialize, Deserialize)]
pub(super) struct Heap<K>(Vec<(K, u32)>);

impl<K: Clone> Clone for Heap<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }

    // See `copies.rs`.
    fn clone_from(&mut self, source: &Self) {
        self.0.clone_from(&source.0);
    }
}

impl<K> Default for Heap<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

const BELOW: usize = 4;

impl<K: Ord + Copy> Heap<K> {
    /// The smallest key, and whose it is.
    pub(super) fn first(&self) -> Option<(K, u32)> {
        self.0.first().copied()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn push(&mut self, key: K, thing: u32, moved: impl FnMut(u32, u32)) {
        self.0.push((key, thing));
        self.rise(self.0.len() - 1, (key, thing), moved);
    }

    /// Takes out what stands at a place.
    pub(super) fn remove(&mut self, place: u32, moved: impl FnMut(u32, u32)) {
        let place = place as usize;
        let (key, _) = self.0[place];
        let Some(last) = self.0.pop() else { return };
        if place == self.0.len() {
            return;
        }
        if last.0 < key {
            self.rise(place, last, moved);
        } else {
            self.sink(place, last, moved);
        }
    }

    /// Gives the first thing a later key.
    pub(super) fn put_off_first(&mut self, key: K, moved: impl FnMut(u32, u32)) {
        if let Some((_, thing)) = self.first() {
            self.sink(0, (key, thing), moved);
        }
    }

    /// Moves an entry up from an empty place to where it belongs.
    fn rise(&mut self, mut place: usize, entry: (K, u32), mut moved: impl FnMut(u32, u32)) {
        while place > 0 {
            let above = (place - 1) / BELOW;
            if self.0[above].0 <= entry.0 {
                break;
            }
            self.put(place, self.0[above], &mut moved);
            place = above;
        }
        self.put(place, entry, &mut moved);
    }

    /// Moves an entry down from an empty place to where it belongs.
    fn sink(&mut self, mut place: usize, entry: (K, u32), mut moved: impl FnMut(u32, u32)) {
        loop {
            let first = BELOW * place + 1;
            let Some(below) = self.0.get(first..self.0.len().min(first + BELOW)) else { break };
            let Some((nth, &smallest)) = below.iter().enumerate().min_by_key(|(_, (key, _))| *key) else { break };
            if entry.0 <= smallest.0 {
                break;
            }
            self.put(place, smallest, &mut moved);
            place = first + nth;
        }
        self.put(place, entry, &mut moved);
    }

    fn put(&mut self, place: usize, entry: (K, u32), moved: &mut impl FnMut(u32, u32)) {
        self.0[place] = entry;
        moved(entry.1, place as u32);
    }
}
