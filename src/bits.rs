//! A growable set of small integers as bits. Plain state: no order but the numeric one, no allocation while it does
//! not grow.

use serde::{Deserialize, Serialize};

/// A set of small integers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Becomes equal to another set, in the room it has.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.0.clone_from(&other.0);
    }

    pub(crate) fn contains(&self, bit: usize) -> bool {
        self.0.get(bit / 64).is_some_and(|word| word & (1 << (bit % 64)) != 0)
    }

    pub(crate) fn insert(&mut self, bit: usize) {
        let word = bit / 64;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (bit % 64);
    }

    pub(crate) fn remove(&mut self, bit: usize) {
        if let Some(word) = self.0.get_mut(bit / 64) {
            *word &= !(1 << (bit % 64));
        }
    }

    pub(crate) fn set(&mut self, bit: usize, member: bool) {
        if member {
            self.insert(bit);
        } else {
            self.remove(bit);
        }
    }

    /// The members from `64 * place` on, a bit each.
    pub(crate) fn word(&self, place: usize) -> u64 {
        self.0.get(place).copied().unwrap_or(0)
    }

    /// The members of both sets, ascending.
    pub(crate) fn both<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = usize> + 'a {
        let words = self.0.iter().zip(&other.0).map(|(a, b)| a & b);
        ones(words)
    }

    /// The members of this set that are not in `other`, ascending.
    pub(crate) fn without<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = usize> + 'a {
        let words = self.0.iter().enumerate().map(|(i, a)| a & !other.0.get(i).copied().unwrap_or(0));
        ones(words)
    }

    /// All members, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        ones(self.0.iter().copied())
    }
}

/// From the words of which it is made up.
impl FromIterator<u64> for Bits {
    fn from_iter<I: IntoIterator<Item = u64>>(words: I) -> Self {
        Self(words.into_iter().collect())
    }
}

fn ones(words: impl Iterator<Item = u64>) -> impl Iterator<Item = usize> {
    words.enumerate().flat_map(|(i, mut word)| {
        core::iter::from_fn(move || {
            if word == 0 {
                return None;
            }
            let bit = word.trailing_zeros() as usize;
            word &= word - 1;
            Some(i * 64 + bit)
        })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn bits(members: &BTreeSet<usize>) -> Bits {
        let mut bits = Bits::default();
        members.iter().for_each(|&bit| bits.insert(bit));
        bits
    }

    proptest! {
        #[test]
        fn bit_sets_agree_with_ordered_sets(
            a in proptest::collection::btree_set(0usize..300, 0..40),
            b in proptest::collection::btree_set(0usize..300, 0..40),
        ) {
            let (x, y) = (bits(&a), bits(&b));
            prop_assert!(x.iter().eq(a.iter().copied()));
            prop_assert!(x.both(&y).eq(a.intersection(&b).copied()));
            prop_assert!(x.without(&y).eq(a.difference(&b).copied()));
            for bit in 0..310 {
                prop_assert_eq!(x.contains(bit), a.contains(&bit));
                prop_assert_eq!(x.word(bit / 64) >> (bit % 64) & 1 == 1, a.contains(&bit));
            }
            let mut emptied = x.clone();
            a.iter().for_each(|&bit| emptied.remove(bit));
            prop_assert_eq!(emptied.iter().count(), 0);
        }
    }
}
