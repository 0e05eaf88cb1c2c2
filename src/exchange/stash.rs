//! A few cells in which threads leave for each other what can be used again. Neither waits: who finds no room drops what
//! he has, who finds nothing makes it anew.

use super::sync::Swap;

/// So many things are kept.
const CELLS: usize = 16;

pub(crate) struct Stash<T> {
    cells: [Swap<T>; CELLS],
}

impl<T> Stash<T> {
    pub(crate) fn new() -> Self {
        Self { cells: core::array::from_fn(|_| Swap::new(None)) }
    }

    /// Something that somebody has left.
    pub(crate) fn take(&self) -> Option<Box<T>> {
        self.cells.iter().find_map(|cell| cell.swap(None))
    }

    /// Leaves something; what comes out of a cell goes into the next. Whether there was room: else the last is dropped.
    pub(crate) fn put(&self, thing: Box<T>) -> bool {
        let mut thing = thing;
        for cell in &self.cells {
            match cell.swap(Some(thing)) {
                Some(other) => thing = other,
                None => return true,
            }
        }
        false
    }
}
