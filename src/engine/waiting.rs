//! The waiting calls: one [`Line`] per need and precedence, in the order in which calls are to be served.
//!
//! A line of its own for each precedence keeps the end of a line where calls come: an early class never has to be put
//! in before thousands of a later one. The first of all among the needs that an agent meets is found by the lines' heads.

use core::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::copies::copies;
use super::heads::{Heads, NOBODY};
use super::line::Line;
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

impl Rank {
    /// A number in the order of ranks, for the heads of the lines. 48 bits are enough for the sequence: a thousand calls
    /// a second for 8,900 years.
    fn number(self) -> u128 {
        let since = u128::from(self.since.cast_unsigned() ^ 1 << 63);
        u128::from(self.precedence) << 112 | since << 48 | u128::from(self.sequence & ((1 << 48) - 1))
    }
}

/// A place in a line: the rank, and the visit that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) rank: Rank,
    pub(super) visit: u32,
}

/// By precedence, a line.
#[derive(Debug, Hash, Serialize, Deserialize)]
struct Level {
    precedence: u16,
    /// By waiting since and sequence; the holders are the visits.
    line: Line<(i64, u64)>,
}

copies!(Level { precedence, line });

impl Level {
    fn first(&self) -> Option<Place> {
        self.line.first().map(|entry| self.place(entry))
    }

    /// The first behind a place in this or another level.
    fn after(&self, place: &Place) -> Option<Place> {
        let Place { rank: Rank { precedence, since, sequence }, visit } = *place;
        match self.precedence.cmp(&precedence) {
            Ordering::Less => None,
            Ordering::Equal => self.line.after(((since, sequence), visit)).map(|entry| self.place(entry)),
            Ordering::Greater => self.first(),
        }
    }

    fn iter(&self) -> impl Iterator<Item = Place> {
        self.line.iter().map(|entry| self.place(entry))
    }

    fn place(&self, ((since, sequence), visit): ((i64, u64), u32)) -> Place {
        Place { rank: Rank { precedence: self.precedence, since, sequence }, visit }
    }
}

#[derive(Debug, Default, Hash, Serialize, Deserialize)]
pub(super) struct Waiting {
    /// By need: its lines in order of precedence, those that have ever been used.
    levels: Vec<Vec<Level>>,
    /// By need: the rank of the first.
    heads: Heads,
}

copies!(Waiting { levels, heads });

impl Waiting {
    /// Enters a visit; tells where it stands in its line.
    pub(super) fn insert(&mut self, need: NeedId, place: Place) -> u32 {
        if need.index() >= self.levels.len() {
            self.levels.resize_with(need.index() + 1, Vec::new);
            self.heads.grow(need.index() + 1);
        }
        let Place { rank: Rank { precedence, since, sequence }, visit } = place;
        let levels = &mut self.levels[need.index()];
        let at = levels.iter().position(|level| level.precedence >= precedence).unwrap_or(levels.len());
        if levels.get(at).is_none_or(|level| level.precedence != precedence) {
            levels.insert(at, Level { precedence, line: Line::default() });
        }
        let stands = levels[at].line.insert((since, sequence), visit);
        // Most come behind somebody, and the head is another's.
        let head = place.rank.number();
        if head < self.heads.get(need.index()) {
            self.heads.set(need.index(), head);
        }
        stands
    }

    /// Takes out a visit that stood here in its line when it entered.
    pub(super) fn remove(&mut self, need: NeedId, place: &Place, stood: u32) {
        let Place { rank: Rank { precedence, since, sequence }, visit } = *place;
        let levels = &mut self.levels[need.index()];
        if let Some(level) = levels.iter_mut().find(|level| level.precedence == precedence) {
            level.line.remove((since, sequence), visit, stood);
        }
        if self.heads.get(need.index()) == place.rank.number() {
            self.heads.set(need.index(), head_of(levels));
        }
    }

    /// The first place in the lines of these needs; the first behind `after` if given.
    pub(super) fn first(&self, needs: impl Fn(usize) -> u64, after: Option<&Place>) -> Option<Place> {
        let mut best: Option<Place> = None;
        self.heads.search(needs, |need| {
            let mut levels = self.levels[need].iter();
            let first = match after {
                None => levels.find_map(Level::first),
                Some(place) => levels.find_map(|level| level.after(place)),
            };
            if first.is_some_and(|first| best.is_none_or(|best| first < best)) {
                best = first;
            }
            best.map_or(NOBODY, |place| place.rank.number())
        });
        best
    }

    /// Those of these needs in whose lines somebody stands, ascending.
    pub(super) fn among(&self, needs: impl Fn(usize) -> u64) -> impl Iterator<Item = NeedId> {
        self.heads.ascending(needs).map(|need| NeedId(need as u16))
    }

    /// The places in the lines of a need.
    pub(super) fn of(&self, need: NeedId) -> impl Iterator<Item = Place> {
        self.levels.get(need.index()).into_iter().flatten().flat_map(Level::iter)
    }

    /// All places, need by need.
    pub(super) fn iter(&self) -> impl Iterator<Item = (NeedId, Place)> {
        let needs = (0..self.levels.len()).map(|need| NeedId(need as u16));
        needs.flat_map(|need| self.of(need).map(move |place| (need, place)))
    }

    /// Whether the heads are those of the lines.
    pub(super) fn heads_agree(&self) -> bool {
        self.heads.agree(self.levels.iter().map(|levels| head_of(levels)))
    }
}

/// The head of all lines of a need.
fn head_of(levels: &[Level]) -> u128 {
    levels.iter().find_map(Level::first).map_or(NOBODY, |place| place.rank.number())
}
