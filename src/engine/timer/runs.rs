//! Runs: the timers of one length, in the order in which they were set, which is the order in which they fall due.
//!
//! A length gets a run of its own once it comes up again; what is left of a length after something else happened is
//! hardly ever the same again, and gets none.

use core::ops::{Index, IndexMut};

use serde::{Deserialize, Serialize};

use super::ALONE;
use crate::engine::copies::copies;
use crate::time::Span;

/// At most so many lengths have a run of their own; the timers of all others stand alone.
const RUNS_MAX: usize = 4096;
/// A length that comes up again among so many without a run gets one.
const LATELY: usize = 16;
/// Fibonacci hashing: 2^64 divided by the golden ratio, to be multiplied with; the top bits are the hash.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

#[derive(Debug, Hash, Serialize, Deserialize)]
pub(super) struct Runs {
    runs: Vec<Run>,
    /// Where the run of a length stands, by hash; [`ALONE`] where there is none. At most half full.
    table: Vec<u16>,
    /// By how much a hash is shifted to give a place in the table.
    shift: u8,
    /// The latest lengths that have no run, and which of them is the oldest.
    lately: [Span; LATELY],
    oldest: u8,
}

copies!(Runs { runs, table, shift, lately, oldest });

/// The timers of one length.
#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Run {
    length: Span,
    /// The first and the last of them; 0 where there is none.
    pub(super) first: u32,
    pub(super) last: u32,
    /// It stands among those one of which is next.
    pub(super) listed: bool,
}

impl Default for Runs {
    fn default() -> Self {
        let (table, shift) = empty_table(4);
        Self { runs: Vec::new(), table, shift, lately: [Span::ZERO; LATELY], oldest: 0 }
    }
}

fn empty_table(bits: u8) -> (Vec<u16>, u8) {
    (vec![ALONE; 1 << bits], 64 - bits)
}

impl Runs {
    /// The run of the timers of this length, or [`ALONE`].
    pub(super) fn of(&mut self, length: Span) -> u16 {
        let mut place = self.hash(length);
        loop {
            match self.table[place] {
                ALONE => return self.unknown(length),
                run if self.runs[usize::from(run)].length == length => return run,
                _ => place = (place + 1) & (self.table.len() - 1),
            }
        }
    }

    fn hash(&self, length: Span) -> usize {
        (length.as_nanos().wrapping_mul(SPREAD) >> self.shift) as usize
    }

    #[cold]
    fn unknown(&mut self, length: Span) -> u16 {
        if !self.lately.contains(&length) || self.runs.len() == RUNS_MAX {
            self.lately[usize::from(self.oldest)] = length;
            self.oldest = (self.oldest + 1) % LATELY as u8;
            return ALONE;
        }
        let run = self.runs.len() as u16;
        self.runs.push(Run { length, first: 0, last: 0, listed: false });
        if 2 * self.runs.len() > self.table.len() {
            (self.table, self.shift) = empty_table(64 - self.shift + 1);
            (0..run).for_each(|run| self.enter(run));
        }
        self.enter(run);
        run
    }

    fn enter(&mut self, run: u16) {
        let mut place = self.hash(self[run].length);
        while self.table[place] != ALONE {
            place = (place + 1) & (self.table.len() - 1);
        }
        self.table[place] = run;
    }
}

impl Index<u16> for Runs {
    type Output = Run;

    fn index(&self, run: u16) -> &Run {
        &self.runs[usize::from(run)]
    }
}

impl IndexMut<u16> for Runs {
    fn index_mut(&mut self, run: u16) -> &mut Run {
        &mut self.runs[usize::from(run)]
    }
}
