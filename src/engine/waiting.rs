//! The waiting calls: one [`Line`] per need and precedence, in the order in which calls are to be served.
//!
//! A line of its own for each precedence keeps the end of a line where calls come: an early class never has to be put
//! in before thousands of a later one.

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
    /// By need, then by precedence.
    lines: Vec<Vec<Line<Place>>>,
    /// The needs whose line is not empty.
    somebody: Bits,
}

impl Waiting {
    pub(super) fn insert(&mut self, need: NeedId, place: Place) {
        if need.index() >= self.lines.len() {
            self.lines.resize_with(need.index() + 1, Vec::new);
        }
        let lines = &mut self.lines[need.index()];
        let precedence = usize::from(place.rank.precedence);
        if precedence >= lines.len() {
            lines.resize_with(precedence + 1, Line::default);
        }
        lines[precedence].insert(place);
        self.somebody.insert(need.index());
    }

    pub(super) fn remove(&mut self, need: NeedId, place: &Place) {
        let lines = &mut self.lines[need.index()];
        lines[usize::from(place.rank.precedence)].remove(place);
        if lines.iter().all(Line::is_empty) {
            self.somebody.remove(need.index());
        }
    }

    /// The first place in the lines of these needs; the first behind `after` if given.
    pub(super) fn first(&self, needs: &Bits, after: Option<&Place>) -> Option<Place> {
        let first = |need: usize| match after {
            None => self.lines[need].iter().find_map(Line::first),
            Some(place) => {
                let mut lines = self.lines[need].iter().skip(usize::from(place.rank.precedence));
                lines.next().and_then(|line| line.after(place)).or_else(|| lines.find_map(Line::first))
            }
        };
        self.somebody.both(needs).filter_map(first).min().copied()
    }

    /// The needs in whose lines somebody stands.
    pub(super) fn needs(&self) -> impl Iterator<Item = NeedId> {
        self.somebody.iter().map(|need| NeedId(need as u16))
    }

    /// The places in the lines of a need.
    pub(super) fn of(&self, need: NeedId) -> impl Iterator<Item = &Place> {
        self.lines.get(need.index()).into_iter().flatten().flat_map(Line::iter)
    }

    /// All places, need by need.
    pub(super) fn iter(&self) -> impl Iterator<Item = (NeedId, &Place)> {
        let lines = self.lines.iter().enumerate();
        lines.flat_map(|(need, lines)| lines.iter().flat_map(Line::iter).map(move |place| (NeedId(need as u16), place)))
    }
}
