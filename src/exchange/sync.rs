//! The atomic cells that threads share, in three makes with one face: the real ones, and those of the model checkers
//! loom (`--cfg cordboard_loom`) and shuttle (`--cfg cordboard_shuttle`). No other file of this module names an atomic
//! type of its own, so what the checkers look at is what runs.
//!
//! - [`Once`]: empty, then filled by one compare-and-swap, then the same for ever. What it holds is read in place.
//! - [`Shelf`]: slots that are each filled once, with an item and its outputs, and emptied all at once by the owner. Who
//!   fills has a [`Pen`] and writes in [`Page`]s, which are used again.
//! - [`Swap`]: a box or nothing, exchanged as a whole by one swap. Who takes it out owns it.
//! - [`Root`]: an [`Arc`] that is loaded as a copy and replaced by one compare-and-swap.
//! - [`AtomicU64`]: a number.
//! - [`Padded`]: keeps what is written often away from its neighbours.

mod pointer;

#[cfg(not(any(cordboard_loom, cordboard_shuttle)))]
#[path = "sync/real.rs"]
mod make;
#[cfg(any(cordboard_loom, cordboard_shuttle))]
#[path = "sync/model.rs"]
mod make;

/// Bugs to be planted.
#[cfg(any(cordboard_loom, cordboard_shuttle))]
pub(super) mod planted {
    #[cfg(test)]
    pub(in crate::exchange) use super::make::plant;
    pub(in crate::exchange) use super::make::{Bug, is_planted};
}

pub(super) use make::{AtomicU64, Root};
pub(super) use pointer::{Once, Page, Pen, Shelf, Swap, prefetch};

pub(super) use core::sync::atomic::Ordering;
pub(super) use std::sync::Arc;

use core::ops::Deref;

/// On cache lines of its own: two, for processors fetch them in pairs.
#[repr(align(128))]
pub(super) struct Padded<T>(T);

impl<T> Padded<T> {
    pub(super) fn new(value: T) -> Self {
        Self(value)
    }
}

impl<T> Deref for Padded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
