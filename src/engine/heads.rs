//! Heads: the first of each of many lines, and the first of all among the lines that a mask names.
//!
//! Waiting calls stand in a line per need, idle agents in one per profile, and whoever is chosen is the first among the
//! lines that fit. Here each line has its first key, its *head*, in a flat array. Lines come in blocks of eight, a byte of
//! the mask each, and the blocks stand in order of the least head in them. A search goes through the blocks in that order
//! and ends at the first whose least head is no better than what has been found: so few heads are looked at unless those
//! who fit are all far behind, and never more than the mask names.
//!
//! At 4,000 needs and profiles of which a quarter fit, ready to offer took 88,000 instructions with a look at every head
//! and takes 5,600; arrival to offer 165,600 and 7,700.
//!
//! Up to 64 lines, a word of a mask, the lines it names are looked at one by one, which costs less than an order.

use serde::{Deserialize, Serialize};

use super::copies::copies;

/// How many lines a block has. Fewer make the order longer, more make each look at a block dearer.
const BLOCK: usize = 8;
/// How many lines a word of a mask has, and how many blocks.
const WORD: usize = u64::BITS as usize;
const BLOCKS: usize = WORD / BLOCK;
/// So many blocks are looked at in order. If that was not enough, those who fit are far behind, and all lines that the
/// mask names are gone through as they stand: with every unfit line in front, a decision takes 24,000 instructions at
/// 4,000 lines instead of 48,000.
const BLOCKS_MAX: usize = 64;
/// The head of a line in which nobody stands: behind all others.
pub(super) const NOBODY: u128 = u128::MAX;

/// Heads are numbers, for two of them are compared in three instructions where their parts, one after the other, take
/// twelve: whoever keeps lines says how a key becomes a number in the same order. No two lines have the same head.
#[derive(Debug, Default, Hash, Serialize, Deserialize)]
pub(super) struct Heads {
    /// By line, and [`NOBODY`] up to a whole word.
    #[serde(with = "halves")]
    heads: Vec<u128>,
    /// The lines in which somebody stands.
    filled: Vec<u64>,
    /// By block, the least head; unused where there is one word.
    #[serde(with = "halves")]
    least: Vec<u128>,
    /// The blocks in which somebody stands, in order of their least heads; unused where there is one word.
    order: Vec<u16>,
}

copies!(Heads { heads, filled, least, order });

impl Heads {
    /// This many lines, all empty.
    pub(super) fn new(lines: usize) -> Self {
        let mut heads = Self::default();
        heads.grow(lines);
        heads
    }

    /// Makes room for this many lines.
    pub(super) fn grow(&mut self, lines: usize) {
        let words = lines.div_ceil(WORD);
        if words <= self.filled.len() {
            return;
        }
        let was_one = self.filled.len() == 1;
        self.heads.resize(words * WORD, NOBODY);
        self.filled.resize(words, 0);
        if self.is_ordered() {
            self.least.resize(words * BLOCKS, NOBODY);
            self.order.reserve(words * BLOCKS - self.order.len());
        }
        if was_one {
            (0..BLOCKS).for_each(|block| self.put_in_order(block));
        }
    }

    /// The line has this head now; [`NOBODY`] if it is empty.
    pub(super) fn set(&mut self, line: usize, head: u128) {
        self.heads[line] = head;
        let (word, bit) = (&mut self.filled[line / WORD], 1 << (line % WORD));
        if head == NOBODY {
            *word &= !bit;
        } else {
            *word |= bit;
        }
        if self.is_ordered() {
            self.put_in_order(line / BLOCK);
        }
    }

    /// The head of a line; [`NOBODY`] if it is empty or unknown.
    pub(super) fn get(&self, line: usize) -> u128 {
        self.heads.get(line).copied().unwrap_or(NOBODY)
    }

    /// Shows the lines that the mask names, a word of it for 64 lines, as long as their heads are below the bound:
    /// `visit` looks at one and gives the bound from there on, [`NOBODY`] for none.
    pub(super) fn search(&self, mask: impl Fn(usize) -> u64, mut visit: impl FnMut(usize) -> u128) {
        let mut bound = NOBODY;
        // Blocks up to this least head have been looked at.
        let mut passed = None;
        for block in self.order.iter().take(BLOCKS_MAX).map(|block| usize::from(*block)) {
            if self.least[block] >= bound {
                return;
            }
            passed = Some(self.least[block]);
            for line in self.in_block(block, &mask) {
                if self.heads[line] < bound {
                    bound = visit(line);
                }
            }
        }
        if self.is_ordered() && self.order.len() <= BLOCKS_MAX {
            return;
        }
        for line in self.ascending(mask) {
            if self.heads[line] < bound && passed.is_none_or(|passed| self.least[line / BLOCK] > passed) {
                bound = visit(line);
            }
        }
    }

    /// The lines that the mask names and in which somebody stands, in no order of lines.
    pub(super) fn among(&self, mask: impl Fn(usize) -> u64) -> impl Iterator<Item = usize> {
        // By the blocks in order where they are fewer than the words.
        let by_block = self.is_ordered() && self.order.len() < self.filled.len();
        let (words, blocks) = if by_block { (0, &self.order[..]) } else { (self.filled.len(), &[][..]) };
        let mask = move |word: usize| self.filled[word] & mask(word);
        let in_order = blocks.iter().map(|block| usize::from(*block));
        let whole = (0..words).map(|word| (word, u64::MAX));
        let parts = whole.chain(in_order.map(|block| (block / BLOCKS, bits_of(block))));
        parts.flat_map(move |(word, part)| Ones { from: word * WORD, word: mask(word) & part })
    }

    /// The same, ascending.
    pub(super) fn ascending(&self, mask: impl Fn(usize) -> u64) -> impl Iterator<Item = usize> {
        let words = self.filled.iter().enumerate();
        words.flat_map(move |(place, filled)| Ones { from: place * WORD, word: filled & mask(place) })
    }

    /// Whether these are the heads of all lines, and what is kept of them agrees.
    pub(super) fn agree(&self, heads: impl Iterator<Item = u128>) -> bool {
        let is_filled = |line: usize| self.filled[line / WORD] >> (line % WORD) & 1 == 1;
        let in_order = || self.order.iter().map(|block| usize::from(*block));
        heads.enumerate().all(|(line, head)| self.get(line) == head)
            && self.heads.iter().enumerate().all(|(line, head)| (*head != NOBODY) == is_filled(line))
            && (!self.is_ordered()
                || (0..self.least.len()).all(|block| self.least[block] == self.least_in(block))
                    && in_order().all(|block| self.least[block] != NOBODY)
                    && in_order().is_sorted_by_key(|block| self.least[block])
                    && self.order.len() == self.least.iter().filter(|least| **least != NOBODY).count())
    }

    fn is_ordered(&self) -> bool {
        self.filled.len() > 1
    }

    fn in_block(&self, block: usize, mask: &impl Fn(usize) -> u64) -> Ones {
        let word = block / BLOCKS;
        Ones { from: word * WORD, word: self.filled[word] & mask(word) & bits_of(block) }
    }

    fn least_in(&self, block: usize) -> u128 {
        self.heads[block * BLOCK..][..BLOCK].iter().copied().fold(NOBODY, u128::min)
    }

    /// A head in this block is another.
    fn put_in_order(&mut self, block: usize) {
        let (before, after) = (self.least[block], self.least_in(block));
        if before == after {
            return;
        }
        if before != NOBODY {
            let place = self.place_of(before);
            self.order.remove(place);
        }
        if after != NOBODY {
            let place = self.place_of(after);
            self.order.insert(place, block as u16);
        }
        self.least[block] = after;
    }

    /// Where a block with this least head stands in the order, or would.
    fn place_of(&self, least: u128) -> usize {
        self.order.partition_point(|block| self.least[usize::from(*block)] < least)
    }
}

/// The bits of a block in its word.
fn bits_of(block: usize) -> u64 {
    ((1 << BLOCK) - 1) << (block % BLOCKS * BLOCK)
}

/// The lines whose bits are set in a word of a mask, ascending.
struct Ones {
    /// The first line of the word.
    from: usize,
    word: u64,
}

impl Iterator for Ones {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.word == 0 {
            return None;
        }
        let line = self.from + self.word.trailing_zeros() as usize;
        self.word &= self.word - 1;
        Some(line)
    }
}

/// Numbers in two halves, the upper one first: not every format takes whole ones.
mod halves {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(numbers: &[u128], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(numbers.iter().map(|number| ((number >> 64) as u64, *number as u64)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u128>, D::Error> {
        let halves = Vec::<(u64, u64)>::deserialize(deserializer)?;
        Ok(halves.into_iter().map(|(upper, lower)| u128::from(upper) << 64 | u128::from(lower)).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// The best two lines of a mask by what stands in them from `after` on, found by looking at every one.
    fn naive(lines: &BTreeMap<usize, Vec<u128>>, mask: &[u64], after: u128) -> Vec<u128> {
        let named = lines.iter().filter(|(line, _)| mask[**line / 64] >> (**line % 64) & 1 == 1);
        let mut best: Vec<u128> =
            named.filter_map(|(_, keys)| keys.iter().find(|key| **key > after).copied()).collect();
        best.sort_unstable();
        best.truncate(2);
        best
    }

    proptest! {
        #[test]
        fn the_first_among_many_lines_is_that_of_a_look_at_every_line(
            lines in prop_oneof![1usize..64, 64usize..300, 600usize..900],
            later in 0usize..100,
            steps in proptest::collection::vec((0usize..1000, 0u128..500, any::<[u64; 16]>(), any::<[u64; 16]>(), 0u128..300), 1..120),
        ) {
            let mut heads = Heads::new(lines);
            let mut model: BTreeMap<usize, Vec<u128>> = BTreeMap::new();
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
                    keys.push(key * 1000 + line as u128);
                    keys.sort_unstable();
                    keys.dedup();
                }
                heads.set(line, keys.first().copied().unwrap_or(NOBODY));
                let all = if number < 40 { lines } else { lines + later };
                prop_assert!(heads.agree((0..all).map(|line| model.get(&line).and_then(|keys| keys.first().copied()).unwrap_or(NOBODY))));

                let mask: Vec<u64> = mask.iter().zip(thin).map(|(mask, thin)| mask & thin).collect();
                let after = if key % 3 == 0 { after * 1000 } else { 0 };
                let mut best: Vec<u128> = Vec::new();
                heads.search(|group| mask[group], |line| {
                    best.extend(model[&line].iter().find(|key| **key > after));
                    best.sort_unstable();
                    best.truncate(2);
                    best.get(1).copied().unwrap_or(NOBODY)
                });
                prop_assert_eq!(best, naive(&model, &mask, after));
                let among = model.iter().filter(|(line, keys)| !keys.is_empty() && mask[**line / 64] >> (**line % 64) & 1 == 1);
                let mut named: Vec<usize> = heads.among(|group| mask[group]).collect();
                named.sort_unstable();
                prop_assert!(heads.ascending(|group| mask[group]).eq(named));
                prop_assert!(heads.ascending(|group| mask[group]).eq(among.map(|(line, _)| *line)));
            }
        }
    }
}
