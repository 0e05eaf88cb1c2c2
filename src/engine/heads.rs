//! Heads: the first of each of many lines, and the first of all among the lines that a mask names.
//!
//! Waiting calls stand in a line per need, idle agents in one per profile, and whoever is chosen is the first among the
//! lines that fit. Here each line has its first key, its *head*, in a flat array. Lines come in groups of 64, a word of
//! the mask each, and the groups stand in order of the least head in them. A search goes through the groups in that
//! order and ends at the first whose least head is no better than what has been found: the heads it looks at are few
//! unless those who fit are all far behind, and never more than the mask names.
//!
//! Measured at 4,000 lines of which a quarter fit, in instructions of one search for the best two: 5,900 over all heads,
//! 650 this way. Up to 64 lines there is one group, which needs no order and costs none.

use serde::{Deserialize, Serialize};

/// How many lines a group has: as many as a word of a mask has bits.
const GROUP: usize = u64::BITS as usize;

#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Heads<K> {
    /// By line, its head; whatever it was last where the line is empty.
    heads: Vec<K>,
    /// By group, the lines that are not empty.
    filled: Vec<u64>,
    /// By group, the least head; whatever it was last where all lines are empty.
    least: Vec<K>,
    /// The groups in which a line is not empty, in order of their least heads; unused where there is one group.
    order: Vec<u8>,
}

impl<K> Default for Heads<K> {
    fn default() -> Self {
        Self { heads: Vec::new(), filled: Vec::new(), least: Vec::new(), order: Vec::new() }
    }
}

/// No two lines ever have the same head.
impl<K: Ord + Copy + Default> Heads<K> {
    /// This many lines, all empty.
    pub(super) fn new(lines: usize) -> Self {
        let mut heads = Self::default();
        heads.grow(lines);
        heads
    }

    /// Makes room for this many lines.
    pub(super) fn grow(&mut self, lines: usize) {
        if lines <= self.heads.len() {
            return;
        }
        let ordered = self.is_ordered();
        let groups = lines.div_ceil(GROUP);
        self.heads.resize(lines, K::default());
        self.filled.resize(groups, 0);
        self.least.resize(groups, K::default());
        self.order.reserve(groups);
        if !ordered && self.is_ordered() && self.filled[0] != 0 {
            // It was the only group.
            self.least[0] = self.least_in(0);
            self.order.push(0);
        }
    }

    /// The line has this head now, or is empty.
    pub(super) fn set(&mut self, line: usize, head: Option<K>) {
        let (group, bit) = (line / GROUP, 1 << (line % GROUP));
        let (was_filled, before) = (self.filled[group], self.heads[line]);
        match head {
            Some(head) => {
                self.heads[line] = head;
                self.filled[group] |= bit;
            }
            None => self.filled[group] &= !bit,
        }
        if !self.is_ordered() {
            return;
        }
        let least = self.least[group];
        let was_least = was_filled & bit != 0 && before == least;
        let after = match head {
            Some(head) if was_filled == 0 || head <= least => head,
            _ if !was_least => return,
            _ if self.filled[group] == 0 => return self.take_out(group),
            _ => self.least_in(group),
        };
        if was_filled != 0 {
            self.take_out(group);
        }
        self.least[group] = after;
        let place = self.order.partition_point(|other| self.least[usize::from(*other)] < after);
        self.order.insert(place, group as u8);
    }

    /// Shows the lines that the mask names, a word of it for each group, as long as their heads are below the bound:
    /// `visit` looks at one and gives the bound from there on, `None` for no bound.
    pub(super) fn search(&self, mask: impl Fn(usize) -> u64, mut visit: impl FnMut(usize) -> Option<K>) {
        let mut bound = None;
        let mut look = |group: usize| {
            for bit in ones(self.filled[group] & mask(group)) {
                let line = group * GROUP + bit;
                if bound.is_none_or(|bound| self.heads[line] < bound) {
                    bound = visit(line);
                }
            }
            bound
        };
        if !self.is_ordered() {
            if !self.filled.is_empty() {
                look(0);
            }
            return;
        }
        let mut bound = None;
        for group in self.order.iter().map(|group| usize::from(*group)) {
            if bound.is_some_and(|bound| self.least[group] >= bound) {
                return;
            }
            bound = look(group);
        }
    }

    /// The lines that the mask names and that are not empty, ascending.
    pub(super) fn among(&self, mask: impl Fn(usize) -> u64) -> impl Iterator<Item = usize> {
        let words = self.filled.iter().enumerate().map(move |(group, filled)| (group, filled & mask(group)));
        words.flat_map(|(group, word)| ones(word).map(move |bit| group * GROUP + bit))
    }

    /// The head of a line that is not empty.
    pub(super) fn get(&self, line: usize) -> Option<K> {
        let is_filled = self.filled.get(line / GROUP).is_some_and(|word| word >> (line % GROUP) & 1 == 1);
        is_filled.then(|| self.heads[line])
    }

    /// Whether these are the heads of all lines, and the groups are in order.
    pub(super) fn agree(&self, heads: impl Iterator<Item = Option<K>>) -> bool {
        let groups = || self.order.iter().map(|group| usize::from(*group));
        let filled = (0..self.filled.len()).filter(|group| self.filled[*group] != 0);
        heads.enumerate().all(|(line, head)| self.get(line) == head)
            && (!self.is_ordered()
                || groups().count() == filled.count()
                    && groups().all(|group| self.filled[group] != 0 && self.least[group] == self.least_in(group))
                    && groups().is_sorted_by_key(|group| self.least[group]))
    }

    fn is_ordered(&self) -> bool {
        self.filled.len() > 1
    }

    fn take_out(&mut self, group: usize) {
        let least = self.least[group];
        let place = self.order.partition_point(|other| self.least[usize::from(*other)] < least);
        self.order.remove(place);
    }

    /// The least head of a group in which a line is not empty.
    fn least_in(&self, group: usize) -> K {
        let heads = ones(self.filled[group]).map(|bit| self.heads[group * GROUP + bit]);
        heads.min().unwrap_or_default()
    }
}

/// The bits of a word that are set, ascending.
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    core::iter::from_fn(move || {
        (word != 0).then(|| {
            let bit = word.trailing_zeros() as usize;
            word &= word - 1;
            bit
        })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// The best two lines of a mask by what stands in them from `after` on, found by looking at every one.
    fn naive(lines: &BTreeMap<usize, Vec<u64>>, mask: &[u64], after: u64) -> Vec<u64> {
        let named = lines.iter().filter(|(line, _)| mask[**line / 64] >> (**line % 64) & 1 == 1);
        let mut best: Vec<u64> = named.filter_map(|(_, keys)| keys.iter().find(|key| **key > after).copied()).collect();
        best.sort_unstable();
        best.truncate(2);
        best
    }

    proptest! {
        #[test]
        fn the_first_among_many_lines_is_that_of_a_look_at_every_line(
            lines in prop_oneof![1usize..64, 64usize..300],
            later in 0usize..100,
            steps in proptest::collection::vec((0usize..400, 0u64..500, any::<[u64; 7]>(), any::<[u64; 7]>(), 0u64..300), 1..120),
        ) {
            let mut heads = Heads::new(lines);
            let mut model: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
            for (number, (line, key, mask, thin, after)) in steps.into_iter().enumerate() {
                if number == 40 {
                    heads.grow(lines + later);
                }
                let line = line % if number < 40 { lines } else { lines + later };
                // A key of its own for each line; an even one empties it by one.
                let keys = model.entry(line).or_default();
                if key % 4 == 0 && !keys.is_empty() {
                    keys.remove(0);
                } else {
                    keys.push(key * 400 + line as u64);
                    keys.sort_unstable();
                    keys.dedup();
                }
                heads.set(line, keys.first().copied());
                let all = if number < 40 { lines } else { lines + later };
                prop_assert!(heads.agree((0..all).map(|line| model.get(&line).and_then(|keys| keys.first().copied()))));

                let mask: Vec<u64> = mask.iter().zip(thin).map(|(mask, thin)| mask & thin).collect();
                let after = if key % 3 == 0 { after * 400 } else { 0 };
                let mut best: Vec<u64> = Vec::new();
                heads.search(|group| mask[group], |line| {
                    best.extend(model[&line].iter().find(|key| **key > after));
                    best.sort_unstable();
                    best.truncate(2);
                    best.get(1).copied()
                });
                prop_assert_eq!(best, naive(&model, &mask, after));
                let among = model.iter().filter(|(line, keys)| !keys.is_empty() && mask[**line / 64] >> (**line % 64) & 1 == 1);
                prop_assert!(heads.among(|group| mask[group]).eq(among.map(|(line, _)| *line)));
            }
        }
    }
}
