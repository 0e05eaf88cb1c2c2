//! The waiting calls: one [`Line`] per need, in the order in which calls are to be served.

use serde::{Deserialize, Serialize};

use super::line::Line;
use crate::bits::Bits;
use crate::ids::NeedId;

/// The rank of a waiting call: the smaller, the earlier served. Equals are served first come, first served (G3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Rank {
    /// Strict precedence: classes in order, and between two of them whoever has used a starvation bound.
    pub(super) precedence: u16,
    /// Since when the call counts as waiting, its credit taken off; nanoseconds, before the engine's start if negative.
    pub(super) since: i64,
    /// In order of coming.
    pub(super) sequence: u64,
}

/// A place in a line: the rank, and the visit that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) rank: Rank,
    pub(super) visit: u32,
}

#[derive(Clone, Debug, Default, Hash, Serialize, Deserialize)]
pub(super) struct Waiting {
    /// By need.
    lines: Vec<Line<Place>>,
    /// The needs whose line is not empty.
    somebody: Bits,
}

impl Waiting {
    pub(super) fn insert(&mut self, need: NeedId, place: Place) {
        if need.index() >= self.lines.len() {
            self.lines.resize_with(need.index() + 1, Line::default);
        }
        self.lines[need.index()].insert(place);
        self.somebody.insert(need.index());
    }

    pub(super) fn remove(&mut self, need: NeedId, place: &Place) {
        let line = &mut self.lines[need.index()];
        line.remove(place);
        if line.is_empty() {
            self.somebody.remove(need.index());
        }
    }

    /// The first place in the lines of these needs; the first behind `after` if given.
    pub(super) fn first(&self, needs: &Bits, after: Option<&Place>) -> Option<Place> {
        let first = |need: usize| match after {
            None => self.lines[need].first(),
            Some(place) => self.lines[need].after(place),
        };
        self.somebody.both(needs).filter_map(first).min().copied()
    }

    /// All places, need by need.
    pub(super) fn iter(&self) -> impl Iterator<Item = (NeedId, &Place)> {
        let lines = self.lines.iter().enumerate();
        lines.flat_map(|(need, line)| line.iter().map(move |place| (NeedId(need as u16), place)))
    }
}
